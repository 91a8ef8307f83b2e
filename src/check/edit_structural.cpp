// The edits of edit.h that rearrange what stands in the claim.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "check/edit.h"
#include "check/edit_functions.h"
#include "check/edit_print.h"

namespace gradwright::check {
namespace {

constexpr std::array<Operator, 4> product_operators{Operator::times, Operator::dot_times, Operator::over,
                                                    Operator::dot_over};

std::string_view operator_text(Operator op) {
  constexpr std::array<std::string_view, 8> texts{"+", "-", "*", "/", ".*", "./", "\\", "⊗"};
  return static_cast<std::size_t>(op) < texts.size() ? texts[static_cast<std::size_t>(op)] : "^";
}

class Maker {
 public:
  Maker(Writings& writings, Ast root, const std::string& written, EditOptions options,
        const std::function<void(const Edited&)>& sink)
      : pool_(writings.pool),
        root_(root),
        written_(written),
        is_brief_(options.is_brief),
        has_texts_(options.has_texts),
        sink_(sink) {
    if (is_brief_) return;
    functions_ = {"diag", "rowsum", "colsum", "sum", "inv", "sqrt", "log", "exp"};
    for (const auto& [name, ast] : writings.definitions) collect_functions(ast);
    collect_functions(root);
  }

  void all() {
    for (const Place& place : places_of(pool_, root_)) {
      if (place.is_size) {
        size_edits(place);
        continue;
      }
      transpose(place);
      brackets(place);
      if (!is_brief_) wraps(place);
      if (place.is_run()) continue;
      const AstKind kind = pool_[place.node].kind;
      if (kind == AstKind::product) product(place);
      if (kind == AstKind::sum) sum(place);
      if (kind != AstKind::product && kind != AstKind::sum) unwrap(place);
      if (kind == AstKind::index) turned_indices(place);
      sign(place);
      numbers(place);
    }
  }

 private:
  std::string text(Ast ast) const { return has_texts_ ? printed(pool_, ast, written_) : std::string(); }
  void collect_functions(Ast ast) {
    const AstNode& node = pool_[ast];
    if ((node.kind == AstKind::call || node.kind == AstKind::prime_call) && is_elementwise(node.text))
      functions_.insert(node.text);
    for (const Ast child : node.children) collect_functions(child);
  }

  void give(const Place& place, Ast part, Edit::Kind kind, std::string what, double extra = 0,
            std::string mistake = {}) {
    sink_({replaced(pool_, root_, place, part),
           {kind, std::move(what), span_of(pool_, place)},
           base_cost(kind) + extra,
           std::move(mistake)});
  }

  void transpose(const Place& place) {
    const Ast part = part_at(pool_, place);
    const AstNode& node = pool_[part];
    if (node.kind == AstKind::number || node.kind == AstKind::all) return;
    if (!place.path.empty() && !place.is_run() && parent_kind(place) == AstKind::transpose) return;
    if (node.kind == AstKind::transpose) {
      give(place, node.children[0], Edit::Kind::transpose,
           fmt::format("drop the transpose of {}", text(node.children[0])));
    } else {
      const double extra = place.is_run() ? 0.04 : node.kind == AstKind::name ? 0 : 0.02;
      give(place, made_transpose(pool_, part), Edit::Kind::transpose, "transpose " + text(part), extra);
    }
  }

  AstKind parent_kind(const Place& place) const {
    Ast at = root_;
    for (std::size_t i = 0; i + 1 < place.path.size(); ++i) at = pool_[at].children[place.path[i]];
    return pool_[at].kind;
  }

  void brackets(const Place& place) {
    const AstNode node = pool_[place.node];
    if (place.is_run()) {
      if (node.kind == AstKind::product && place.begin > 0) {
        const Ast part = part_at(pool_, place);
        give(place, part, Edit::Kind::operator_, fmt::format("put brackets round {}", text(part)), 0.03, "other");
      }
      return;
    }
    if (node.kind == AstKind::sum) pulled_in(place, node);
    if (node.kind != AstKind::product) return;
    for (std::size_t i = 0; i < node.children.size(); ++i) opened(place, node, i);
  }

  /// a − b*c → (a − b)*c, and a − f(b)*c → f(a − b)*c.
  void pulled_in(const Place& place, const AstNode& node) {
    const AstNode last = pool_[node.children.back()];
    if (last.kind != AstKind::product) return;
    const auto joined_with = [&](Ast first) {
      AstNode sum = node;
      sum.span = {};
      sum.height = 1;
      sum.children.back() = first;
      return pool_.add(std::move(sum));
    };
    const auto product_from = [&](Ast first) {
      AstNode product = last;
      product.span = {};
      product.height = 1;
      product.children[0] = first;
      return pool_.add(std::move(product));
    };
    const Ast grouped = joined_with(last.children[0]);
    give(place, product_from(grouped), Edit::Kind::operator_, fmt::format("put brackets round {}", text(grouped)), 0.05,
         "other");
    const AstNode head = pool_[last.children[0]];
    if (head.kind != AstKind::call || head.children.size() != 1) return;
    const Ast call = made_call(pool_, head.text, {joined_with(head.children[0])});
    give(place, product_from(call), Edit::Kind::operator_,
         fmt::format("put {} into the brackets: {}", text(node.children[0]), text(call)), 0.1, "other");
  }

  /// Brackets within a product fall: a*(b + c) → a*b + c, a .* (b*c) → a .* b*c.
  void opened(const Place& place, const AstNode& node, std::size_t i) {
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

  void product(const Place& place) {
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
        give(place, made, Edit::Kind::swap,
             fmt::format("swap {} and {}", text(node.children[i]), text(node.children[j])),
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
  }

  void deleted(const Place& place, const AstNode& node, std::size_t i) {
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
    Place gone = place;
    gone.path.push_back(static_cast<std::uint16_t>(i));
    gone.node = node.children[i];
    const double size = static_cast<double>(size_of(pool_, gone.node));
    sink_({replaced(pool_, root_, place, part),
           {Edit::Kind::delete_, fmt::format("delete {}", text(gone.node)), span_of(pool_, gone)},
           base_cost(Edit::Kind::delete_) + 0.1 * (size - 1) + (is_number ? 0.5 : 0),
           is_sum ? "extra-term" : "extra-factor"});
  }

  void sum(const Place& place) {
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

  void sign(const Place& place) {
    const AstNode node = pool_[place.node];
    if (node.kind == AstKind::number || node.kind == AstKind::all) return;
    if (!place.path.empty()) {
      const AstKind parent = parent_kind(place);
      if (parent == AstKind::sum || parent == AstKind::negate || parent == AstKind::transpose) return;
      if (parent == AstKind::product && node.kind != AstKind::negate) return;
    }
    const Ast made = made_negate(pool_, place.node);
    give(place, made, Edit::Kind::sign,
         node.kind == AstKind::negate ? fmt::format("drop the minus of {}", text(node.children[0]))
                                      : fmt::format("put a minus before {}", text(place.node)),
         node.kind == AstKind::negate ? 0 : 0.01, "sign");
  }

  void unwrap(const Place& place) {
    const AstNode node = pool_[place.node];
    if (node.kind == AstKind::call && node.children.size() == 1) {
      const bool is_total = node.text.ends_with("sum") || node.text.ends_with("mean") || node.text == "tr";
      give(place, node.children[0], Edit::Kind::delete_,
           fmt::format("delete {} round {}", node.text, text(node.children[0])), 0.02,
           is_total ? "wrong-sum" : "other");
    }
    if (node.kind == AstKind::prime_call)
      give(place, node.children[0], Edit::Kind::delete_, fmt::format("delete {}'", node.text), 0.05, "other");
    if (node.kind == AstKind::power)
      give(place, node.children[0], Edit::Kind::delete_, fmt::format("delete the power of {}", text(node.children[0])),
           0, "other");
    if (node.kind == AstKind::index)
      give(place, node.children[0], Edit::Kind::delete_, fmt::format("take the whole {}", text(node.children[0])), 0.05,
           "index");
    if (is_brief_ || (node.kind != AstKind::call && node.kind != AstKind::prime_call)) return;
    const auto other = [&](const std::string& name, std::uint16_t primes) {
      if (name == node.text && primes == node.primes) return;
      const Ast made = made_call(pool_, name, node.children, primes);
      give(place, made, Edit::Kind::replace,
           fmt::format("{}{} for {}{}", name, primes > 0 ? "'" : "", node.text, node.primes > 0 ? "'" : ""),
           name == node.text ? 0 : 0.1, name.ends_with("sum") ? "wrong-sum" : "wrong-function");
    };
    if (node.children.size() != 1) return;
    if (is_elementwise(node.text)) {
      for (const std::string& name : functions_) {
        if (!is_elementwise(name)) continue;
        other(name, 0);
        other(name, 1);
      }
    }
    for (const char* name : {"sum", "rowsum", "colsum"}) {
      if (node.text.ends_with("sum") || node.text.ends_with("mean")) other(name, 0);
    }
  }

  /// A[i,j] → A[j,i]
  void turned_indices(const Place& place) {
    AstNode made = pool_[place.node];
    if (made.children.size() != 3) return;
    made.span = {};
    made.height = 1;
    std::swap(made.children[1], made.children[2]);
    const Ast part = pool_.add(std::move(made));
    give(place, part, Edit::Kind::swap, fmt::format("{} for {}", text(part), text(place.node)), 0.02, "index");
  }

  void wraps(const Place& place) {
    const Ast part = part_at(pool_, place);
    const AstNode& node = pool_[part];
    if (node.kind == AstKind::number || node.kind == AstKind::all || node.kind == AstKind::range) return;
    const double size = 0.02 * static_cast<double>(size_of(pool_, part));
    for (const std::string& name : functions_) {
      const bool is_total = name.ends_with("sum");
      give(place, made_call(pool_, name, {part}), Edit::Kind::insert, fmt::format("{}(…) round {}", name, text(part)),
           size + (is_elementwise(name) ? 0.1 : 0),
           is_total         ? "wrong-sum"
           : name == "diag" ? "vector-for-diagonal"
                            : "missing-function");
      if (is_elementwise(name))
        give(place, made_call(pool_, name, {part}, 1), Edit::Kind::insert,
             fmt::format("{}'(…) round {}", name, text(part)), size + 0.1, "missing-slope");
    }
  }

  void numbers(const Place& place) {
    const AstNode node = pool_[place.node];
    const AstKind parent = place.path.empty() ? AstKind::sum : parent_kind(place);
    if (node.kind == AstKind::number) {
      for (const Rational other :
           {Rational(1), Rational(2), Rational(1, 2), Rational(3), Rational(4), Rational(-1), node.value + Rational(1),
            node.value - Rational(1), node.value * Rational(2), node.value / Rational(2)}) {
        if (other == node.value || other.overflowed() || other.is_zero()) continue;
        if (parent == AstKind::product && (other.is_one() || other == Rational(-1))) continue;
        give(place, made_number(pool_, other), Edit::Kind::constant,
             fmt::format("{} for {}", other.to_string(), text(place.node)), 0,
             other < node.value ? "extra-factor" : "missing-factor");
      }
      return;
    }
    if (is_brief_ || node.kind == AstKind::power || node.kind == AstKind::negate) return;
    for (const std::int64_t exponent : {2, 3, -1}) {
      AstNode power;
      power.kind = AstKind::power;
      power.operators = {Operator::dot_power};
      const bool is_scalar = node.kind == AstKind::call && (node.text == "norm2" || node.text == "sum");
      if (is_scalar) power.operators = {Operator::power};
      power.children = {place.node, made_number(pool_, exponent)};
      give(place, pool_.add(std::move(power)), Edit::Kind::insert,
           fmt::format("raise {} to {}", text(place.node), exponent), 0.15,
           exponent > 0 ? "missing-factor" : "times-for-over");
    }
  }

  void size_edits(const Place& place) {
    const AstNode node = pool_[place.node];
    if (node.kind == AstKind::number) {
      for (const std::int64_t step : {1, -1}) {
        const Rational other = node.value + Rational(step);
        give(place, made_number(pool_, other), Edit::Kind::replace,
             fmt::format("{} for {}", other.to_string(), text(place.node)), 0, "index");
      }
    } else if (node.kind == AstKind::sum) {
      for (std::size_t i = 0; i < node.children.size(); ++i) deleted(place, node, i);
    } else if (node.kind == AstKind::name) {
      give(place, made_sum(pool_, place.node, Operator::plus, made_number(pool_, 1)), Edit::Kind::replace,
           fmt::format("{0} + 1 for {0}", node.text), 0.02, "index");
      give(place, made_sum(pool_, place.node, Operator::minus, made_number(pool_, 1)), Edit::Kind::replace,
           fmt::format("{0} - 1 for {0}", node.text), 0.02, "index");
    }
  }

  AstPool& pool_;
  Ast root_;
  const std::string& written_;
  bool is_brief_, has_texts_;
  const std::function<void(const Edited&)>& sink_;
  std::set<std::string> functions_;
};

}  // namespace

void for_each_edit(Writings& writings, Ast root, const std::string& written, EditOptions options,
                   const std::function<void(const Edited&)>& sink) {
  Maker(writings, root, written, options, sink).all();
}

}  // namespace gradwright::check
