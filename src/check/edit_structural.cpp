// Products, sums, brackets, transposes.
#include "check/edit_enumerator.h"

namespace gradwright::check {
namespace {

constexpr std::array<Operator, 4> product_operators{Operator::times, Operator::dot_times, Operator::over,
                                                    Operator::dot_over};

std::string_view operator_text(Operator op) {
  constexpr std::array<std::string_view, 8> texts{"+", "-", "*", "/", ".*", "./", "\\", "⊗"};
  return static_cast<std::size_t>(op) < texts.size() ? texts[static_cast<std::size_t>(op)] : "^";
}

/// f(-A) is -f(A).
bool passes_sign(std::string_view function) {
  constexpr std::array<std::string_view, 5> others{"inv", "diag", "tr", "vec", "reshape"};
  return function.ends_with("sum") || function.ends_with("mean") ||
         std::find(others.begin(), others.end(), function) != others.end();
}

}  // namespace

void EditEnumerator::transpose(const Place& place) {
  const Ast part = part_at(pool_, place);
  const AstNode& node = pool_[part];
  if (node.kind == AstKind::number || node.kind == AstKind::all) return;
  if (!place.path.empty() && !place.is_run() && parent_kind(place) == AstKind::transpose) return;
  if (is_scalar_(part)) return;
  if (node.kind == AstKind::transpose) {
    give(place, node.children[0], Edit::Kind::transpose,
         fmt::format("drop the transpose of {}", text(node.children[0])));
  } else {
    const double extra = place.is_run() ? 0.04 : node.kind == AstKind::name ? 0 : 0.02;
    give(place, made_transpose(pool_, part), Edit::Kind::transpose, "transpose " + text(part), extra);
  }
}

void EditEnumerator::brackets(const Place& place) {
  const AstNode node = pool_[place.node];
  if (place.is_run()) {
    if (node.kind == AstKind::product && place.begin > 0) {
      const Ast part = part_at(pool_, place);
      const bool is_divided =
          node.operators[place.begin - 1] == Operator::over || node.operators[place.begin - 1] == Operator::dot_over;
      give(place, part, Edit::Kind::operator_, fmt::format("put brackets round {}", text(part)), 0.03,
           is_divided ? "times-for-over" : "other");
    }
    return;
  }
  if (node.kind == AstKind::sum) pulled_in(place, node);
  if (node.kind != AstKind::product) return;
  for (std::size_t i = 0; i < node.children.size(); ++i) opened(place, node, i);
}

/// a − b*c/d → (a − b)*c/d, (a − b*c)/d, and a − f(b)*c → f(a − b)*c.
void EditEnumerator::pulled_in(const Place& place, const AstNode& node) {
  const AstNode last = pool_[node.children.back()];
  if (last.kind != AstKind::product) return;
  const auto joined_with = [&](Ast first) {
    AstNode sum = node;
    sum.span = {};
    sum.height = 1;
    sum.children.back() = first;
    return pool_.add(std::move(sum));
  };
  const auto product_from = [&](Ast first, std::size_t taken) {
    AstNode product = last;
    product.span = {};
    product.height = 1;
    product.operator_spans.resize(product.operators.size());
    const auto gone = static_cast<std::ptrdiff_t>(taken) - 1;
    product.children.erase(product.children.begin(), product.children.begin() + gone);
    product.operators.erase(product.operators.begin(), product.operators.begin() + gone);
    product.operator_spans.erase(product.operator_spans.begin(), product.operator_spans.begin() + gone);
    product.children[0] = first;
    return pool_.add(std::move(product));
  };
  Ast front = last.children[0];
  for (std::size_t taken = 1; taken < last.children.size(); ++taken) {
    if (taken > 1) front = made_product(pool_, front, last.operators[taken - 2], last.children[taken - 1]);
    const Ast grouped = joined_with(front);
    give(place, product_from(grouped, taken), Edit::Kind::operator_,
         fmt::format("put brackets round {}", text(grouped)), 0.05 + 0.01 * static_cast<double>(taken), "other");
  }
  const AstNode head = pool_[last.children[0]];
  if (head.kind != AstKind::call || head.children.size() != 1) return;
  const Ast call = made_call(pool_, head.text, {joined_with(head.children[0])});
  give(place, product_from(call, 1), Edit::Kind::operator_,
       fmt::format("put {} into the brackets: {}", text(node.children[0]), text(call)), 0.1, "other");
}

/// Brackets within a product fall: a*(b + c) → a*b + c, a .* (b*c) → a .* b*c.
void EditEnumerator::opened(const Place& place, const AstNode& node, std::size_t i) {
  const AstNode child = pool_[node.children[i]];
  if (child.kind == AstKind::product && i > 0) {
    AstNode flat = node;
    flat.span = {};
    flat.height = 1;
    const auto at = static_cast<std::ptrdiff_t>(i);
    flat.children.erase(flat.children.begin() + at);
    flat.children.insert(flat.children.begin() + at, child.children.begin(), child.children.end());
    flat.operators.insert(flat.operators.begin() + at, child.operators.begin(), child.operators.end());
    flat.operator_spans.assign(flat.operators.size(), Span{});
    give(place, pool_.add(std::move(flat)), Edit::Kind::operator_,
         fmt::format("drop the brackets of {}", text(node.children[i])), 0.05, "other");
  }
  if (child.kind != AstKind::sum || (i != 0 && i + 1 != node.children.size())) return;
  AstNode product = node;
  product.span = {};
  product.height = 1;
  AstNode sum = child;
  sum.span = {};
  sum.height = 1;
  const std::size_t near = i == 0 ? sum.children.size() - 1 : 0;
  product.children[i] = sum.children[near];
  sum.children[near] = pool_.add(std::move(product));
  give(place, pool_.add(std::move(sum)), Edit::Kind::operator_,
       fmt::format("drop the brackets of {}", text(node.children[i])), 0.05, "other");
}

void EditEnumerator::product(const Place& place) {
  const AstNode node = pool_[place.node];
  const std::size_t count = node.children.size();
  const auto with = [&](auto change) {
    AstNode made = node;
    made.span = {};
    made.height = 1;
    made.operator_spans.resize(made.operators.size());
    change(made);
    return pool_.add(std::move(made));
  };
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) {
      const Ast made = with([&](AstNode& one) { std::swap(one.children[i], one.children[j]); });
      give(place, made, Edit::Kind::swap, fmt::format("swap {} and {}", text(node.children[i]), text(node.children[j])),
           0.01 * static_cast<double>(j - i));
    }
  }
  for (std::size_t from = 0; from < count; ++from) {
    for (std::size_t to = 0; to < count; ++to) {
      if (from + 1 >= to && to + 1 >= from) continue;
      const Ast made = with([&](AstNode& one) {
        const Ast moved = one.children[from];
        one.children.erase(one.children.begin() + static_cast<std::ptrdiff_t>(from));
        one.children.insert(one.children.begin() + static_cast<std::ptrdiff_t>(to), moved);
      });
      give(place, made, Edit::Kind::swap,
           fmt::format("move {} {}", text(node.children[from]),
                       to == 0           ? "to the front"
                       : to + 1 == count ? "to the end"
                       : to < from       ? "forward"
                                         : "back"),
           0.05);
    }
  }
  if (count > 2)
    give(place, with([](AstNode& one) { std::reverse(one.children.begin(), one.children.end()); }), Edit::Kind::swap,
         "turn the order of the factors round", 0.06);
  for (std::size_t i = 0; i + 1 < count; ++i) {
    for (const Operator op : product_operators) {
      if (op == node.operators[i]) continue;
      const Ast made = with([&](AstNode& one) {
        one.operators[i] = op;
        one.operator_spans[i] = {};
      });
      const bool is_kind = (op == Operator::times || op == Operator::dot_times) &&
                           (node.operators[i] == Operator::times || node.operators[i] == Operator::dot_times);
      Place at = place;
      at.begin = i;
      at.end = i + 2;
      sink_({replaced(pool_, root_, place, made),
             {Edit::Kind::operator_,
              fmt::format("`{}` for `{}` before {}", operator_text(op), operator_text(node.operators[i]),
                          text(node.children[i + 1])),
              span_of(pool_, at)},
             base_cost(Edit::Kind::operator_) + (is_kind ? 0 : 0.05),
             is_kind ? "hadamard-vs-matmul" : "times-for-over"});
    }
  }
  for (std::size_t i = 0; i < count; ++i) deleted(place, node, i);
  for (std::size_t i = 1; i + 1 < count && count > 2; ++i) both_deleted(place, node, i);
}

void EditEnumerator::both_deleted(const Place& place, const AstNode& node, std::size_t i) {
  const auto is_entrywise = [&](std::size_t joint) { return node.operators[joint] == Operator::dot_times; };
  if (!is_entrywise(i - 1) || !is_entrywise(i)) return;
  AstNode made = node;
  made.span = {};
  made.height = 1;
  const auto first = static_cast<std::ptrdiff_t>(i);
  made.children.erase(made.children.begin() + first, made.children.begin() + first + 2);
  made.operators.erase(made.operators.begin() + first - 1, made.operators.begin() + first + 1);
  made.operator_spans.assign(made.operators.size(), Span{});
  const Ast part = made.children.size() > 1 ? pool_.add(made) : made.children[0];
  Place gone = place;
  gone.begin = i;
  gone.end = i + 2;
  const std::size_t size = size_of(pool_, node.children[i]) + size_of(pool_, node.children[i + 1]);
  sink_({replaced(pool_, root_, place, part),
         {Edit::Kind::delete_, has_texts_ ? fmt::format("delete {}", text(part_at(pool_, gone))) : std::string(),
          span_of(pool_, gone)},
         base_cost(Edit::Kind::delete_) + 0.1 * static_cast<double>(size - 1),
         "extra-factor"});
}

void EditEnumerator::spread(const Place& place) {
  const AstNode node = pool_[place.node];
  for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
    const AstNode& rows = pool_[node.children[i + 1]];
    const bool is_pair = node.operators[i] == Operator::dot_times && rows.kind == AstKind::product &&
                         rows.children.size() == 2 && rows.operators[0] == Operator::times;
    if (!is_pair || pool_[rows.children[1]].kind != AstKind::transpose) continue;
    const AstNode& ones = pool_[rows.children[0]];
    if (ones.kind != AstKind::call || ones.text != "ones" || ones.children.size() != 1) continue;
    AstNode made = node;
    made.span = {};
    made.height = 1;
    made.operators[i] = Operator::times;
    made.operator_spans.resize(made.operators.size());
    made.operator_spans[i] = {};
    made.children[i + 1] = pool_[rows.children[1]].children[0];
    const std::string what = fmt::format("a matrix product with {}: `*` for `.*`", text(made.children[i + 1]));
    give(place, pool_.add(std::move(made)), Edit::Kind::operator_, what, 0, "hadamard-vs-matmul");
  }
}

void EditEnumerator::deleted(const Place& place, const AstNode& node, std::size_t i) {
  const bool is_sum = node.kind == AstKind::sum;
  AstNode made = node;
  made.span = {};
  made.height = 1;
  made.operator_spans.resize(made.operators.size());
  made.children.erase(made.children.begin() + static_cast<std::ptrdiff_t>(i));
  const auto at = static_cast<std::ptrdiff_t>(is_sum ? i : i == 0 ? 0 : i - 1);
  made.operators.erase(made.operators.begin() + at);
  made.operator_spans.erase(made.operator_spans.begin() + at);
  Ast part = made.children[0];
  if (made.children.size() > 1) {
    part = pool_.add(std::move(made));
  } else if (is_sum && made.operators[0] == Operator::minus) {
    part = made_negate(pool_, part);
  }
  const bool is_number = is_sum && pool_[part].kind == AstKind::number;
  const bool is_constant = !is_sum && pool_[node.children[i]].kind == AstKind::number;
  constexpr double price_of_constant = 0.1;  // another number would do as well
  Place gone = place;
  gone.path.push_back(static_cast<std::uint16_t>(i));
  gone.node = node.children[i];
  const double size = static_cast<double>(size_of(pool_, gone.node));
  sink_({replaced(pool_, root_, place, part),
         {Edit::Kind::delete_, fmt::format("delete {}", text(gone.node)), span_of(pool_, gone)},
         base_cost(Edit::Kind::delete_) + 0.1 * (size - 1) + (is_number ? 0.5 : 0) -
             (is_constant ? price_of_constant : 0),
         is_sum ? "extra-term" : "extra-factor"});
}

void EditEnumerator::sum(const Place& place) {
  const AstNode node = pool_[place.node];
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    AstNode made = node;
    made.span = {};
    made.height = 1;
    made.operator_spans.resize(made.operators.size());
    if (i == 0 && pool_[node.children[0]].kind == AstKind::negate) {
      made.children[0] = pool_[node.children[0]].children[0];
    } else {
      made.operators[i] = node.operators[i] == Operator::minus ? Operator::plus : Operator::minus;
      made.operator_spans[i] = {};
    }
    Place at = place;
    at.path.push_back(static_cast<std::uint16_t>(i));
    at.node = node.children[i];
    sink_({replaced(pool_, root_, place, pool_.add(std::move(made))),
           {Edit::Kind::sign, fmt::format("turn the sign of {}", text(node.children[i])), span_of(pool_, at)},
           base_cost(Edit::Kind::sign),
           "sign"});
    deleted(place, node, i);
  }
}

void EditEnumerator::sign(const Place& place) {
  const AstNode node = pool_[place.node];
  if (node.kind == AstKind::number || node.kind == AstKind::all) return;
  if (!place.path.empty()) {
    const AstKind parent = parent_kind(place);
    if (parent == AstKind::sum || parent == AstKind::negate || parent == AstKind::transpose) return;
    if (parent == AstKind::product && node.kind != AstKind::negate) return;
    if (parent == AstKind::call && passes_sign(parent_of(place).text)) return;  // it is a minus of the whole
  }
  const Ast made = made_negate(pool_, place.node);
  give(place, made, Edit::Kind::sign,
       node.kind == AstKind::negate ? fmt::format("drop the minus of {}", text(node.children[0]))
                                    : fmt::format("put a minus before {}", text(place.node)),
       node.kind == AstKind::negate ? 0 : 0.01, "sign");
}

void EditEnumerator::power(const Place& place) {
  const AstNode power = pool_[place.node];
  const AstNode base = pool_[power.children[0]];
  if (base.kind != AstKind::sum) return;
  AstNode inner = power;
  inner.span = {};
  inner.height = 1;
  inner.children[0] = base.children.back();
  AstNode sum = base;
  sum.span = {};
  sum.height = 1;
  sum.children.back() = pool_.add(std::move(inner));
  give(place, pool_.add(std::move(sum)), Edit::Kind::operator_,
       fmt::format("take the power of {} alone", text(base.children.back())), 0.05, "other");
}

void EditEnumerator::comparison(const Place& place) {
  AstNode made = pool_[place.node];
  const auto mirrored = [](Operator op) {
    switch (op) {
      case Operator::less: return Operator::greater;
      case Operator::greater: return Operator::less;
      case Operator::less_equal: return Operator::greater_equal;
      case Operator::greater_equal: return Operator::less_equal;
      default: return op;
    }
  };
  if (made.operators.size() != 1 || mirrored(made.operators[0]) == made.operators[0]) return;
  made.span = {};
  made.height = 1;
  made.operators[0] = mirrored(made.operators[0]);
  made.operator_spans.assign(1, Span{});
  give(place, pool_.add(std::move(made)), Edit::Kind::operator_,
       fmt::format("turn the comparison {} round", text(place.node)), 0, "other");
}

void for_each_edit(SyntaxTrees& trees, Ast root, const std::string& written, EditOptions options,
                   const std::function<void(const Edited&)>& sink) {
  EditEnumerator(trees, root, written, options, sink).all();
}

}  // namespace gradwright::check
