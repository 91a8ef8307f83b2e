#include "check/difference_below_rounding.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "derive/inside.h"

namespace gradwright::check {
namespace {

constexpr double least_shown = 1e-6;

struct Part {
  double coefficient;
  Expr expr;
};

/// The terms of a − b, sums within sums opened and equal terms taken together; no more than a sum of a person has.
std::vector<Part> parts_apart(const Pool& pool, Expr a, Expr b) {
  constexpr std::size_t most_parts = 200;
  std::map<Expr, Rational> total;
  std::vector<std::pair<Rational, Expr>> open{{1, a}, {-1, b}};
  for (std::size_t taken = 0; !open.empty(); ++taken) {
    const auto [coefficient, e] = open.back();
    open.pop_back();
    if (pool.kind(e) != Kind::add || taken > most_parts) {
      total.try_emplace(e, 0).first->second = total[e] + coefficient;
      continue;
    }
    const Coefficients& coefficients = pool.payload<Coefficients>(e);
    for (std::size_t i = 0; i < pool[e].operands.size(); ++i)
      open.emplace_back(coefficient * coefficients.values[i], pool[e].operands[i]);
  }
  std::vector<Part> parts;
  for (const auto& [e, coefficient] : total) {
    if (!coefficient.is_zero()) parts.push_back({coefficient.to_double(), e});
  }
  return parts;
}

double largest(const Tensor& tensor) {
  double most = 0;
  for (const double x : tensor.values) most = std::isfinite(x) ? std::max(most, std::fabs(x)) : INFINITY;
  return most;
}

std::vector<Rational> rationals_of(const Pool& pool, Expr root) {
  std::vector<Rational> found;
  for (const Expr e : reachable(pool, {root})) {
    if (pool.kind(e) == Kind::literal) found.push_back(pool.payload<Rational>(e));
    if (pool.kind(e) != Kind::add) continue;
    for (const Rational& one : pool.payload<Coefficients>(e).values) found.push_back(one.is_negative() ? -one : one);
  }
  return found;
}

std::set<double> numbers_of(const Pool& pool, Expr root) {
  std::set<double> found;
  for (const Rational& one : rationals_of(pool, root)) found.insert(one.to_double());
  return found;
}

}  // namespace

std::optional<Witness> difference_below_rounding(const Pool& pool, Expr a, Expr b) {
  const std::vector<Part> parts = parts_apart(pool, a, b);
  if (parts.empty()) return std::nullopt;
  for (std::uint64_t attempt = 0; attempt < 3; ++attempt) {
    const Bindings at = bindings_inside(pool, {a, b}, 211 + attempt * 7919);
    if (!sizes_fit(pool, reachable(pool, {a, b}), at.dims)) continue;
    Tensor gap = evaluate(pool, a, at);
    std::fill(gap.values.begin(), gap.values.end(), 0.0);
    double scale = 0;
    bool is_sound = true;  // a part that is small beside what it was made of may be nothing but rounding
    for (const Part& part : parts) {
      const std::vector<Expr> ids = reachable(pool, {part.expr});
      double met = 0;
      for (const Tensor& one : evaluate(pool, ids, at)) met = std::max(met, largest(one));
      const Tensor value = evaluate(pool, part.expr, at);
      is_sound =
          is_sound && std::isfinite(met) && largest(value) > 1e-9 * met && value.values.size() == gap.values.size();
      if (!is_sound) break;
      scale += std::fabs(part.coefficient) * largest(value);
      for (std::size_t k = 0; k < gap.values.size(); ++k) gap.values[k] += part.coefficient * value.values[k];
    }
    if (!is_sound || !(largest(gap) > least_shown * scale)) continue;
    std::size_t widest = 0;
    for (std::size_t k = 0; k < gap.values.size(); ++k) {
      if (std::fabs(gap.values[k]) > std::fabs(gap.values[widest])) widest = k;
    }
    Witness witness{at, {}, evaluate(pool, a, at).values[widest], evaluate(pool, b, at).values[widest]};
    for (const std::int64_t extent : gap.extents) {
      witness.entry.push_back(static_cast<std::int64_t>(widest % static_cast<std::size_t>(extent)) + 1);
      widest /= static_cast<std::size_t>(extent);
    }
    return witness;
  }
  return std::nullopt;
}

bool hides_numbers(const Pool& pool, Expr a, Expr b) {
  const std::set<double> first = numbers_of(pool, a);
  const std::set<double> second = numbers_of(pool, b);
  const auto hides = [](const std::set<double>& own, const std::set<double>& other) {
    return std::any_of(own.begin(), own.end(), [&](double x) {
      if (x == 0 || other.contains(x)) return false;
      const bool is_near = std::any_of(other.begin(), other.end(),
                                       [&](double y) { return std::fabs(x - y) < least_shown * std::fabs(y); });
      return std::fabs(x) < least_shown || is_near || (x != 1 && std::fabs(x - 1) < least_shown);
    });
  };
  return hides(first, second) || hides(second, first);
}

bool has_rounded_number(const Pool& pool, Expr a, Expr b) {
  constexpr std::int64_t least = 100'000'000'000'000;  // 15 digits and more, a common factor taken out
  const auto is_long = [](const Rational& one) { return std::abs(one.num()) >= least; };
  const std::vector<Rational> first = rationals_of(pool, a);
  const std::vector<Rational> second = rationals_of(pool, b);
  return std::any_of(first.begin(), first.end(), is_long) || std::any_of(second.begin(), second.end(), is_long);
}

std::vector<double> thresholds_of(const Pool& pool, Expr a, Expr b) {
  constexpr std::size_t most = 6;
  const std::set<double> first = numbers_of(pool, a);
  const std::set<double> second = numbers_of(pool, b);
  std::vector<double> found;
  for (const auto& [own, other] : {std::pair{&first, &second}, {&second, &first}}) {
    for (const double x : *own) {
      const double size = std::fabs(x);
      const bool is_about_one = size > 0.3 && size < 3;
      if (x != 0 && !is_about_one && !other->contains(x) && found.size() < most) found.push_back(size);
    }
  }
  return found;
}

}  // namespace gradwright::check
