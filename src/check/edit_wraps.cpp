// Functions around a part or taken from it, indices, numbers, sizes.
#include "check/edit_enumerator.h"

namespace gradwright::check {
namespace {

/// Another axis, another number: what is changed first.
constexpr double price_of_axis = 0.4, price_of_number = 0.3;

/// Of tanh people write tanh'; of log, exp and sqrt they do not.
bool has_named_slope(const std::string& function) {
  return is_elementwise(function) && function != "log" && function != "exp" && function != "sqrt";
}

}  // namespace

void EditEnumerator::unwrap(const Place& place) {
  const AstNode node = pool_[place.node];
  if (node.kind == AstKind::call && node.children.size() == 1) {
    const bool is_total = node.text.ends_with("sum") || node.text.ends_with("mean") || node.text == "tr";
    give(place, node.children[0], Edit::Kind::delete_,
         fmt::format("delete {} round {}", node.text, text(node.children[0])), 0.02, is_total ? "wrong-sum" : "other");
  }
  if (node.kind == AstKind::prime_call)
    give(place, node.children[0], Edit::Kind::delete_, fmt::format("delete {}'", node.text), 0.05, "other");
  if (node.kind == AstKind::power)
    give(place, node.children[0], Edit::Kind::delete_, fmt::format("delete the power of {}", text(node.children[0])), 0,
         "other");
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
      if (has_named_slope(name)) other(name, 1);
    }
  }
  if (node.text.ends_with("mean")) {
    for (const char* name : {"sum", "rowsum", "colsum"}) other(name, 0);
  }
  axes(place, node);
}

/// sum(A) → colsum(A)', rowsum(A) → colsum(A): another axis, or the one that is missing.
void EditEnumerator::axes(const Place& place, const AstNode& node) {
  constexpr std::array<std::string_view, 3> along{"", "row", "col"};
  const std::string kind = node.text.ends_with("sum") ? "sum" : "mean";
  const bool is_one = std::any_of(along.begin(), along.end(),
                                  [&](std::string_view axis) { return node.text == std::string(axis) + kind; });
  for (const std::string_view axis : along) {
    if (!is_one) return;
    const std::string name = std::string(axis) + kind;
    const Ast plain = made_call(pool_, name, node.children);
    const auto with = [&](Ast part, double extra) {
      give(place, part, Edit::Kind::replace, fmt::format("{} for {}", text(part), text(place.node)),
           extra - price_of_axis, "wrong-sum");
    };
    if (name == node.text) continue;
    with(plain, 0);
    if (!axis.empty()) with(made_transpose(pool_, plain), 0.02);  // before any transpose
  }
}

/// A[i,j] → A[j,i]
void EditEnumerator::swapped_indices(const Place& place) {
  AstNode made = pool_[place.node];
  if (made.children.size() != 3) return;
  made.span = {};
  made.height = 1;
  std::swap(made.children[1], made.children[2]);
  const Ast part = pool_.add(std::move(made));
  give(place, part, Edit::Kind::swap, fmt::format("{} for {}", text(part), text(place.node)), 0.02, "index");
}

void EditEnumerator::wraps(const Place& place) {
  const Ast part = part_at(pool_, place);
  const AstNode& node = pool_[part];
  if (node.kind == AstKind::number || node.kind == AstKind::all || node.kind == AstKind::range) return;
  const double size = 0.02 * static_cast<double>(size_of(pool_, part));
  for (const std::string& name : functions_) {
    const bool is_total = name.ends_with("sum");
    give(place, made_call(pool_, name, {part}), Edit::Kind::insert, fmt::format("{}(…) round {}", name, text(part)),
         size + (is_elementwise(name) || name == "colsum" || name == "rowsum" ? 0.1 : 0),
         is_total         ? "wrong-sum"
         : name == "diag" ? "vector-for-diagonal"
                          : "missing-function",
         name + "()");
    if (has_named_slope(name))
      give(place, made_call(pool_, name, {part}, 1), Edit::Kind::insert,
           fmt::format("{}'(…) round {}", name, text(part)), size + 0.1, "missing-slope", name + "'()");
  }
}

/// The 4 of 4/m.
bool EditEnumerator::is_dividend(const Place& place) const {
  const AstNode& node = parent_of(place);
  return node.kind == AstKind::product && place.path.back() == 0 && node.operators[0] == Operator::over;
}

void EditEnumerator::numbers(const Place& place) {
  const AstNode node = pool_[place.node];
  const AstKind parent = place.path.empty() ? AstKind::sum : parent_kind(place);
  if (node.kind == AstKind::number) {
    for (const Rational other :
         {Rational(1), Rational(2), Rational(1, 2), Rational(3), Rational(4), Rational(-1), node.value + Rational(1),
          node.value - Rational(1), node.value * Rational(2), node.value / Rational(2)}) {
      if (other == node.value || other.overflowed() || other.is_zero()) continue;
      const bool is_idle =
          parent == AstKind::product && !is_dividend(place) && (other.is_one() || other == Rational(-1));
      if (is_idle) continue;
      give(place, made_number(pool_, other), Edit::Kind::constant,
           fmt::format("{} for {}", other.to_string(), text(place.node)), other.is_negative() ? 0 : -price_of_number,
           other < node.value ? "extra-factor" : "missing-factor");
    }
    return;
  }
  if (is_brief_ || node.kind == AstKind::power || node.kind == AstKind::negate) return;
  const auto has_range = [&](const AstNode& index) {
    return std::any_of(index.children.begin() + 1, index.children.end(),
                       [&](Ast one) { return pool_[one].kind == AstKind::all || pool_[one].kind == AstKind::range; });
  };
  for (const std::int64_t exponent : {2, 3, -1}) {
    AstNode power;
    power.kind = AstKind::power;
    power.operators = {Operator::dot_power};
    const bool is_entry = node.kind == AstKind::index && !has_range(node);
    const bool is_norm = node.kind == AstKind::call && node.text == "norm2";  // of which people take the square
    const bool is_scalar = is_entry || is_norm || (node.kind == AstKind::call && node.text == "sum");
    if (is_scalar) power.operators = {Operator::power};
    power.children = {place.node, made_number(pool_, exponent)};
    give(place, pool_.add(std::move(power)), Edit::Kind::insert,
         fmt::format("raise {} to {}", text(place.node), exponent), is_norm ? 0 : 0.15,
         exponent > 0 ? "missing-factor" : "times-for-over");
  }
}

void EditEnumerator::complement(const Place& place) {
  const AstNode node = pool_[place.node];
  Ast part;
  if (node.kind == AstKind::name) part = made_sum(pool_, made_number(pool_, 1), Operator::minus, place.node);
  const bool is_left_of_one = node.kind == AstKind::sum && node.children.size() == 2 &&
                              pool_[node.children[0]].kind == AstKind::number &&
                              pool_[node.children[0]].value.is_one() && node.operators[1] == Operator::minus;
  if (is_left_of_one) part = node.children[1];
  if (part.is_none()) return;
  give(place, part, Edit::Kind::replace, fmt::format("{} for {}", text(part), text(place.node)), -0.1, "complement");
}

void EditEnumerator::size_edits(const Place& place) {
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

}  // namespace gradwright::check
