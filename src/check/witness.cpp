#include "check/witness.h"

#include <algorithm>
#include <cmath>

#include "derive/differences.h"
#include "derive/inside.h"

namespace gradwright::check {
namespace {

struct Values {
  Tensor a, b;
  double largest = 0;  ///< entry of a or b
  double met = 0;      ///< number on the way
  bool finite = true;
};

Values values_at(const Pool& pool, const std::vector<Expr>& ids, Expr a, Expr b, const Bindings& at) {
  Values values;
  if (!sizes_fit(pool, ids, at.dims)) {
    values.finite = false;
    return values;
  }
  const std::vector<Tensor> all = evaluate(pool, ids, at);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    double most = 0;
    for (const double x : all[i].values) most = std::max(most, std::fabs(x));
    if (std::isfinite(most)) values.met = std::max(values.met, most);
    if (ids[i] == a) values.a = all[i];
    if (ids[i] == b) values.b = all[i];
    if (ids[i] == a || ids[i] == b) values.largest = std::max(values.largest, most);
  }
  for (const Tensor* tensor : {&values.a, &values.b})
    for (const double x : tensor->values) values.finite = values.finite && std::isfinite(x);
  return values;
}

std::optional<Witness> difference(const Values& values, const Bindings& at) {
  const double tolerance = 1e-10 * values.largest + 1e-13 * std::min(values.met, 1e3);
  const std::size_t none = values.a.values.size();
  std::size_t chosen = none;
  double clearest = -1;
  // The first entry that differs, unless it is rounding beside the others there, and another shows more.
  for (std::size_t k = 0; k < none; ++k) {
    const double a = values.a.values[k], b = values.b.values[k];
    if (!(std::fabs(a - b) > tolerance)) continue;
    constexpr double visible = 1e-6;
    const double least = std::min(std::fabs(a), std::fabs(b));
    const bool is_rounding = least != 0 && least < visible * values.largest;
    const double gap = std::fabs(a - b) / values.largest;
    const double clarity = (is_rounding ? 0 : 2) + (gap > 0.01 ? 1 : gap);
    if (clarity > clearest) {
      clearest = clarity;
      chosen = k;
    }
  }
  if (chosen == none) return std::nullopt;
  Witness witness{at, {}, values.a.values[chosen], values.b.values[chosen]};
  std::size_t rest = chosen;
  for (const std::int64_t extent : values.a.extents) {
    witness.entry.push_back(static_cast<std::int64_t>(rest % static_cast<std::size_t>(extent)) + 1);
    rest /= static_cast<std::size_t>(extent);
  }
  return witness;
}

bool is_round(double x) { return std::fabs(x * 2 - std::round(x * 2)) < 1e-9; }

}  // namespace

Comparison compared_at(const Pool& pool, const std::vector<Expr>& ids, Expr a, Expr b, const Bindings& at) {
  const Values values = values_at(pool, ids, a, b, at);
  if (!values.finite) return {};
  return {1, difference(values, at)};
}

std::optional<Witness> difference_at(const Pool& pool, Expr a, Expr b, const Bindings& at) {
  return compared_at(pool, reachable(pool, {a, b}), a, b, at).witness;
}

Comparison compared_by_numbers(const Pool& pool, Expr a, Expr b, int points) {
  Comparison result;
  const std::vector<Expr> ids = reachable(pool, {a, b});
  for (std::uint64_t attempt = 0; attempt < 8 * static_cast<std::uint64_t>(points) && result.points < points;
       ++attempt) {
    Comparison one = compared_at(pool, ids, a, b, random_bindings(pool, {a, b}, 101 + attempt * 7919));
    result.points += one.points;
    if ((result.witness = std::move(one.witness))) return result;
  }
  // Most of what is drawn lies outside the domain.
  constexpr std::uint64_t most_walks = 12;
  int lost = 0;
  for (std::uint64_t walk = 0; walk < most_walks && lost < 3 && result.points < points; ++walk) {
    Bindings at = random_bindings(pool, {a, b}, 103 + walk * 7919);
    if (!move_inside(at, pool, {a, b})) {
      ++lost;
      continue;
    }
    Comparison one = compared_at(pool, ids, a, b, at);
    result.points += one.points;
    if ((result.witness = std::move(one.witness))) return result;
  }
  return result;
}

std::optional<Witness> readable_witness(const Pool& pool, Expr a, Expr b) {
  const std::vector<Expr> ids = reachable(pool, {a, b});
  std::optional<Witness> best;
  double least = 0;
  for (std::uint64_t attempt = 0; attempt < 12; ++attempt) {
    Bindings at = random_bindings(pool, {a, b}, 7 + attempt * 104729);
    // Halves instead of long decimals, where the facts of the input allow it.
    double weight = 0;
    for (auto& [input, tensor] : at.inputs) {
      const Property facts = pool.payload<InputInfo>(input).properties;
      weight += static_cast<double>(tensor.values.size());
      constexpr Property fixed =
          Property::spd | Property::orthogonal | Property::prob | Property::simplex_rows | Property::simplex_cols;
      if (has(facts, fixed)) continue;
      for (double& x : tensor.values) {
        if (is_round(x)) continue;
        const double rounded = std::round(x * 2) / 2;
        x = rounded == 0 ? (x < 0 ? -0.5 : 0.5) : rounded;
      }
    }
    if (best && !(weight < least)) continue;
    const Values values = values_at(pool, ids, a, b, at);
    if (!values.finite) continue;
    if (auto found = difference(values, at)) {
      best = std::move(found);
      least = weight;
    }
  }
  return best;
}

}  // namespace gradwright::check
