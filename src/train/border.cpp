#include "train/border.h"

#include <algorithm>
#include <cmath>

#include "derive/jacobian.h"
#include "derive/points.h"
#include "ir/make.h"

namespace gradwright {
namespace {

/// Random values at the sizes that are known; constants of the sheet as it says.
Bindings bindings_for(const Pool& pool, const TrainTask& task, Expr root, std::uint64_t seed) {
  DimValues sizes = random_sizes(pool, {root}, seed);
  for (const auto& [name, size] : task.fixed.dims) sizes[name] = size;
  Bindings all = random_bindings(pool, {root}, seed, sizes);
  for (const auto& [input, value] : task.fixed.inputs) all.inputs.insert_or_assign(input, value);
  return all;
}

/// The loss with its prediction taken as a variable.
class LossByPrediction {
 public:
  LossByPrediction(Pool& pool, const TrainTask& task)
      : pool_(pool),
        target_(task.target),
        prediction_(make_input(pool, {"the prediction", Role::cut, Property::none, pool.shape(task.prediction)})),
        loss_(substituted(pool, task.formulas.empty() ? task.loss : task.formulas.back().expr,
                          {{task.prediction, prediction_}})),
        point_(bindings_for(pool, task, loss_, 1)) {}

  [[nodiscard]] bool is_made_from_it() const {
    const std::vector<Expr> parts = reachable(pool_, {loss_});
    return std::binary_search(parts.begin(), parts.end(), prediction_) &&
           std::binary_search(parts.begin(), parts.end(), target_);
  }

  /// Whether the label 1 costs as much as `low` at this prediction.
  [[nodiscard]] bool is_even_at(double prediction, double low) {
    const double one = at(prediction, 1), other = at(prediction, low);
    return std::fabs(one - other) <= 1e-9 * (std::fabs(one) + std::fabs(other));
  }

 private:
  double at(double prediction, double label) {
    std::ranges::fill(point_.inputs.at(prediction_).values, prediction);
    std::ranges::fill(point_.inputs.at(target_).values, label);
    return evaluate(pool_, loss_, point_).values.at(0);
  }

  const Pool& pool_;
  Expr target_, prediction_, loss_;
  Bindings point_;
};

bool is_share(const Pool& pool, const TrainTask& task) {
  constexpr std::uint64_t points = 16;
  for (std::uint64_t seed = 1; seed <= points; ++seed) {
    const Tensor found = evaluate(pool, task.prediction, bindings_for(pool, task, task.prediction, seed));
    if (!std::ranges::all_of(found.values, [](double x) { return x >= 0 && x <= 1; })) return false;
  }
  return true;
}

}  // namespace

double border_between_classes(Pool& pool, const TrainTask& task, double low) {
  const double half_way = (low + 1) / 2;
  if (task.prediction.is_none()) return half_way;
  LossByPrediction loss(pool, task);
  if (loss.is_made_from_it()) {
    const bool is_sign = loss.is_even_at(0, low), is_half = loss.is_even_at(0.5, low);
    if (is_sign != is_half) return is_sign ? 0 : 0.5;
  }
  return half_way < 0.5 && is_share(pool, task) ? 0.5 : half_way;
}

}  // namespace gradwright
