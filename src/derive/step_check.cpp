#include "derive/step_check.h"

#include <algorithm>
#include <cmath>

#include "ir/make.h"

namespace gradwright {
namespace {

bool is_finite(const Tensor& tensor) {
  return std::all_of(tensor.values.begin(), tensor.values.end(), [](double x) { return std::isfinite(x); });
}

/// |a − b| / max(1, |a|), the largest; nothing where a value is not finite.
std::optional<double> difference(const Tensor& a, const Tensor& b) {
  if (!is_finite(a) || !is_finite(b)) return std::nullopt;
  double largest = a.values.size() == b.values.size() ? 0 : INFINITY;
  double scale = 1;
  for (const double x : a.values) scale = std::max(scale, std::fabs(x));
  for (std::size_t i = 0; i < std::min(a.values.size(), b.values.size()); ++i)
    largest = std::max(largest, std::fabs(a.values[i] - b.values[i]));
  return largest / scale;
}

std::optional<double> rewrite_error(Pool& pool, const Step& step, std::uint64_t seed) {
  const Bindings at = random_bindings(pool, {step.before, step.after}, seed);
  const std::vector<Tensor> values = evaluate(pool, {step.before, step.after}, at);
  return difference(values[0], values[1]);
}

/// Whether a value differs in slope from one side to the other: a kink, where only a convention gives the derivative.
bool is_kink(const Tensor& left, const Tensor& middle, const Tensor& right, double h) {
  for (std::size_t i = 0; i < middle.values.size(); ++i) {
    const double before = (middle.values[i] - left.values[i]) / h;
    const double after = (right.values[i] - middle.values[i]) / h;
    if (std::fabs(after - before) > 0.05 * std::max({1.0, std::fabs(before), std::fabs(after)})) return true;
  }
  return false;
}

/// Σ_s D[S,s]·∂node[s]/∂operand[p] by central differences, against `after`.
std::optional<double> through_error(Pool& pool, const Step& step, std::uint64_t seed) {
  std::vector<Expr> operands = pool[step.node].operands;
  const Expr operand = operands[step.operand];
  InputInfo info{"(operand)", Role::cut, Property::none, pool.shape(operand)};
  if (info.surface.size() == 1) info.surface.push_back(pool.dims().one());
  const Expr free = make_input(pool, info);
  operands[step.operand] = free;
  const Expr node = rebuilt(pool, step.node, operands);
  Bindings at = random_bindings(pool, {step.node, step.before, step.after, operand}, seed);
  const std::vector<Tensor> values = evaluate(pool, {operand, step.before, step.after}, at);
  if (pool.kind(operand) == Kind::literal || values[0].values.size() > 200) return std::nullopt;
  Tensor found = values[2];
  const std::size_t entries = values[0].values.size();
  const std::size_t seeds = entries == 0 ? 0 : found.values.size() / entries;
  constexpr double h = 1e-4;
  const Tensor middle = evaluate(pool, step.node, at);
  for (std::size_t p = 0; p < entries; ++p) {
    std::vector<double> slope;
    std::vector<Tensor> near;
    for (const auto& [offset, weight] : {std::pair{-2.0, 1.0}, {-1.0, -8.0}, {1.0, 8.0}, {2.0, -1.0}}) {
      Tensor moved = values[0];
      moved.values[p] += offset * h;
      at.inputs.insert_or_assign(free, moved);
      const Tensor value = evaluate(pool, node, at);
      slope.resize(value.values.size(), 0.0);
      for (std::size_t s = 0; s < slope.size(); ++s) slope[s] += weight * value.values[s] / (12 * h);
      if (offset == -1.0 || offset == 1.0) near.push_back(value);
    }
    if (is_kink(near[0], middle, near[1], h)) return std::nullopt;
    for (std::size_t seed_index = 0; seed_index < seeds; ++seed_index) {
      double total = 0;
      for (std::size_t s = 0; s < slope.size(); ++s) total += values[1].values[seed_index + seeds * s] * slope[s];
      found.values[seed_index + seeds * p] = total;
    }
  }
  return difference(values[2], found);
}

}  // namespace

NumericCheck checked_step(Pool& pool, const Step& step, std::uint64_t seed) {
  NumericCheck check;
  if (step.kind == Step::Kind::gather) return check;  // a sum of what the steps before it gave
  for (std::uint64_t attempt = 0; attempt < 12 && check.points == 0; ++attempt) {
    const auto error = step.kind == Step::Kind::rewrite ? rewrite_error(pool, step, seed + attempt * 7919)
                                                        : through_error(pool, step, seed + attempt * 7919);
    if (!error) continue;
    ++check.points;
    check.max_rel_error = *error;
  }
  return check;
}

}  // namespace gradwright
