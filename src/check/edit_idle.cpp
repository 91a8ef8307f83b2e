// What no repair may bring in: a part that does nothing, or undoes another.
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "check/edit_search.h"

namespace gradwright::check {

namespace {

/// sqrt(x)^2, sqrt(x^2), exp(log(x)), log(exp(x))
bool undoes_its_part(const AstPool& pool, const AstNode& node) {
  if (node.children.empty()) return false;
  const AstNode& part = pool[node.children[0]];
  const auto is_call = [](const AstNode& one, std::string_view name) {
    return one.kind == AstKind::call && one.text == name && one.children.size() == 1;
  };
  const auto is_square = [&](const AstNode& one) {
    return one.kind == AstKind::power && pool[one.children[1]].kind == AstKind::number &&
           pool[one.children[1]].value == Rational(2);
  };
  return (is_square(node) && is_call(part, "sqrt")) || (is_call(node, "sqrt") && is_square(part)) ||
         (is_call(node, "exp") && is_call(part, "log")) || (is_call(node, "log") && is_call(part, "exp"));
}

/// sum, rowmax, colmean … along axes of one entry, and what is of matrices: what they are given comes out again.
bool is_fold(const AstNode& node) {
  constexpr std::array<std::string_view, 9> kinds{"sum", "mean", "max", "min", "prod", "tr", "det", "diag", "vec"};
  if (node.kind != AstKind::call || node.children.size() != 1) return false;
  std::string_view kind = node.text;
  if (kind.starts_with("row") || kind.starts_with("col")) kind.remove_prefix(3);
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

struct SignedTerm {
  Ast part;
  bool is_minus;
};

/// Through the brackets of sums within: 1 - (1 - a) has the terms 1, -1, a.
std::vector<SignedTerm> terms_of(const AstPool& pool, Ast ast, bool is_minus = false) {
  const AstNode& node = pool[ast];
  if (node.kind == AstKind::negate) return terms_of(pool, node.children[0], !is_minus);
  if (node.kind != AstKind::sum) return {{ast, is_minus}};
  std::vector<SignedTerm> found;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const std::vector<SignedTerm> inner =
        terms_of(pool, node.children[i], is_minus != (node.operators[i] == Operator::minus));
    found.insert(found.end(), inner.begin(), inner.end());
  }
  return found;
}

}  // namespace

/// At every point.
bool Search::is_zero(Ast ast) {
  return std::all_of(points_.begin(), points_.end(), [&](SampleEnvironment& point) {
    const SampleEnvironment::Scope scope(point);
    const Dense value = point.value(ast);
    return !value.is_none() &&
           std::all_of(value.at, value.at + value.count(), [](double x) { return std::fabs(x) < 1e-12; });
  });
}

/// How many zeros stand in products and sums, terms that cancel, identities and ones beside a factor, parts divided by themselves.
Search::Idle Search::idle_parts(Ast root) {
  const AstPool& pool = trees_.pool;
  SampleEnvironment& point = points_[0];
  const auto cancel = [&](Ast a, Ast b, bool is_difference) {
    const Dense x = point.value(a), y = point.value(b);
    if (x.is_none() || !x.has_size_of(y)) return false;
    return agree(x, scaled(point.arena(), is_difference ? 1 : -1, y));
  };
  // 2*x - x: one term is a number times the other.
  const auto is_like = [&](Ast a, Ast b) {
    const Dense x = point.value(a), y = point.value(b);
    const bool are_numbers = pool[a].kind == AstKind::number || pool[b].kind == AstKind::number;
    if (are_numbers || x.is_none() || !x.has_size_of(y) || *y.at == 0) return false;
    const double ratio = *x.at / *y.at;
    const bool is_small = std::fabs(ratio) <= 4 && std::fabs(ratio) >= 0.25;
    return is_small && std::fabs(2 * ratio - std::round(2 * ratio)) < 1e-9 && agree(x, scaled(point.arena(), ratio, y));
  };
  const auto idle_terms = [&](Ast sum) {
    int found = 0;
    const std::vector<SignedTerm> terms = terms_of(pool, sum);
    for (std::size_t i = 0; i < terms.size(); ++i) {
      found += is_zero(terms[i].part) ? 1 : 0;
      for (std::size_t j = 0; j < i; ++j) {
        const bool is_difference = terms[i].is_minus != terms[j].is_minus;
        found += cancel(terms[i].part, terms[j].part, is_difference) ||
                         (is_difference && is_like(terms[i].part, terms[j].part))
                     ? 1
                     : 0;
      }
    }
    return found;
  };
  const auto is_one = [&](Ast ast) { return pool[ast].kind == AstKind::number && pool[ast].value.is_one(); };
  const auto idle_factors = [&](const AstNode& node) {
    int found = 0;
    const auto is_number = [&](Ast one) { return point.value(one).is_scalar(); };
    const auto matrices =
        std::count_if(node.children.begin(), node.children.end(), [&](Ast one) { return !is_number(one); });
    for (std::size_t i = 0; i < node.children.size() && node.children.size() > 1; ++i) {
      const AstNode& factor = pool[node.children[i]];
      std::size_t next = i;  // the operator that joins it to the others
      while (i == 0 && next + 1 < node.operators.size() && is_number(node.children[next + 1])) ++next;
      const Operator op = node.operators[i == 0 ? next : i - 1];
      const bool is_call = factor.kind == AstKind::call && matrices > 1;
      found += is_zero(node.children[i]) ? 1 : 0;
      found += is_call && factor.text == "eye" && op == Operator::times ? 1 : 0;
      found += is_call && factor.text == "ones" && op == Operator::dot_times ? 1 : 0;
      const bool divides =
          i > 0 && (node.operators[i - 1] == Operator::over || node.operators[i - 1] == Operator::dot_over);
      found += divides && factor.kind == AstKind::call && factor.text == "ones" ? 1 : 0;
      const bool is_dividend =
          i == 0 && (node.operators[0] == Operator::over || node.operators[0] == Operator::dot_over);
      found += is_one(node.children[i]) && !is_dividend ? 1 : 0;
      const auto is_divisor = [&](std::size_t j) {
        return j > 0 && (node.operators[j - 1] == Operator::over || node.operators[j - 1] == Operator::dot_over);
      };
      for (std::size_t j = 1; j < i && !divides; ++j)
        found += is_divisor(j) && is_same(pool, node.children[i], node.children[j]) ? 1 : 0;
      for (std::size_t j = 0; j < i && divides; ++j) found += cancel(node.children[i], node.children[j], true) ? 1 : 0;
    }
    return found;
  };
  const auto folds_nothing = [&](Ast ast) {
    if (!is_fold(pool[ast])) return false;
    const Dense part = point.value(pool[ast].children[0]), whole = point.value(ast);
    return !part.is_none() && !whole.is_none() && whole.has_size_of(part);
  };
  // ones(3)[2] is 1, and (x .* x)[2] is x[2]*x[2].
  const auto is_odd_base = [&](Ast ast) {
    const AstNode& base = pool[ast];
    const auto is_entrywise = [](Operator op) { return op == Operator::dot_times || op == Operator::dot_over; };
    if (base.kind == AstKind::product) return std::all_of(base.operators.begin(), base.operators.end(), is_entrywise);
    return (base.kind == AstKind::call && base.text == "ones") || base.kind == AstKind::power;
  };
  Idle found;
  for (const Place& place : places_of(pool, root)) {
    const AstNode& node = pool[place.node];
    if (place.is_run() || place.is_size) continue;
    const SampleEnvironment::Scope scope(point);
    if (node.kind == AstKind::sum) found.terms += idle_terms(place.node);
    if (node.kind == AstKind::product) found.factors += idle_factors(node);
    if (node.kind == AstKind::call && node.text == "zeros") ++found.factors;
    if (node.kind == AstKind::power) found.factors += is_one(node.children[1]) ? 1 : 0;
    found.factors += undoes_its_part(pool, node) || folds_nothing(place.node) ? 1 : 0;
    if (node.kind == AstKind::index) found.factors += is_odd_base(node.children[0]) ? 1 : 0;
  }
  return found;
}

}  // namespace gradwright::check
