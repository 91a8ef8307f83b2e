#include "train/step_plans.h"

#include <algorithm>

#include "ir/make.h"
#include "lower/batch.h"

namespace gradwright {
namespace {

/// A name for a size that the sheet does not have.
std::string free_symbol(const Pool& pool) {
  std::string name = "samples";
  while (pool.dims().has_symbol(name)) name += "_";
  return name;
}

/// An input of role cut of the shape of a gradient, or of what is listed beside the gradients.
Expr sum_like(Pool& pool, Expr averaged, std::size_t number) {
  return make_input(pool, {"sum of gradients " + std::to_string(number), Role::cut, Property::none,
                           surface_of(pool.dims(), pool.shape(averaged))});
}

class Steps {
 public:
  Steps(Pool& pool, const TrainTask& task, const Samples& samples) : pool_(pool), task_(task), samples_(samples) {
    roots_.push_back(task.loss);
    roots_.insert(roots_.end(), task.gradients.begin(), task.gradients.end());
    symbol_ = samples.is_batched ? *task.batch : free_symbol(pool);
    if (!samples.is_batched) many_ = batched(pool, roots_, {task.features, task.target}, pool.dims().symbol(symbol_));
  }

  tl::expected<StepComputations, Diagnostic> made(const UpdateRule& rule, const std::vector<std::size_t>& sizes) {
    StepComputations result;
    result.total = make_input(pool_, {"sum of losses", Role::cut, Property::none, {}});
    result.is_split = !samples_.is_batched && !many_;
    if (result.is_split) {
      SampleComputation one = with_data(1);
      one.computation.updates.push_back({result.total, sum_of(pool_, result.total, task_.loss)});
      for (std::size_t p = 0; p < task_.gradients.size(); ++p) {
        const Expr sum = sum_like(pool_, task_.gradients[p], p);
        result.sums.push_back(sum);
        one.computation.updates.push_back({sum, sum_of(pool_, sum, task_.gradients[p])});
      }
      result.steps.push_back(std::move(one));
    }
    for (const std::size_t size : sizes) {
      const bool is_plain = samples_.is_batched || (size == 1 && !result.is_split);
      SampleComputation step = result.is_split ? SampleComputation{} : with_data(size);
      step.samples = size;
      step.dims = dims_with(size);
      const auto count = static_cast<std::int64_t>(size);
      std::vector<Expr> gradients;
      for (std::size_t p = 0; p < task_.gradients.size(); ++p)
        gradients.push_back(
            is_plain ? task_.gradients[p]
                     : scaled(pool_, Rational(1, count), result.is_split ? result.sums[p] : many_->total[p + 1]));
      auto stepping = rule(pool_, task_.parameters, gradients);
      if (!stepping) return tl::unexpected(stepping.error());
      result.stepping = *stepping;
      step.computation.updates = std::move(stepping->updates);
      if (result.is_split) {
        for (const Expr sum : result.sums)
          step.computation.updates.push_back({sum, make_zero(pool_, pool_.shape(sum))});
        result.applied.push_back(std::move(step));
        continue;
      }
      const Expr loss = samples_.is_batched ? scaled(pool_, count, task_.loss)
                        : is_plain          ? task_.loss
                                            : many_->total[0];
      step.computation.updates.push_back({result.total, sum_of(pool_, result.total, loss)});
      result.steps.push_back(std::move(step));
    }
    return result;
  }

  SampleComputation slopes(std::size_t size) {
    const bool is_many = !samples_.is_batched && size != 1 && many_;
    SampleComputation result = with_data(samples_.is_batched || is_many ? size : 1);
    for (std::size_t i = 0; i <= task_.parameters.size(); ++i)
      result.computation.outputs.push_back(
          {i == 0 ? "loss" : "gradient " + std::to_string(i), is_many ? many_->total[i] : roots_[i]});
    return result;
  }

  SampleComputation evaluation(std::size_t size) {
    std::vector<Expr> roots{task_.loss, prediction()};
    for (const NamedFormula& metric : task_.metrics) roots.push_back(metric.expr);
    const auto with = samples_.is_batched || size == 1
                          ? std::nullopt
                          : batched(pool_, roots, {task_.features, task_.target}, pool_.dims().symbol(symbol_));
    SampleComputation result = with_data(samples_.is_batched || with ? size : 1);
    Expr loss = task_.loss;
    Expr prediction = task_.prediction;
    if (samples_.is_batched) loss = scaled(pool_, static_cast<std::int64_t>(size), loss);
    if (with) {
      result.features = with->inputs[0];
      result.target = with->inputs[1];
      loss = with->total[0];
      prediction = task_.prediction.is_none() ? Expr{} : repeated(with->each[1]);
    }
    result.computation.outputs.push_back({"loss", loss});
    if (!prediction.is_none()) result.computation.outputs.push_back({"prediction", prediction});
    for (std::size_t m = 0; m < task_.metrics.size(); ++m) {
      const auto& [name, metric, span] = task_.metrics[m];
      const Expr sum = samples_.is_batched ? scaled(pool_, static_cast<std::int64_t>(size), metric)
                       : with              ? with->total[m + 2]
                                           : metric;
      result.computation.outputs.push_back({name, sum});
    }
    return result;
  }

 private:
  [[nodiscard]] Expr prediction() const { return task_.prediction.is_none() ? task_.loss : task_.prediction; }

  /// A prediction that does not look at the sample is the same for all of them.
  Expr repeated(Expr each) {
    const Shape shape = pool_.shape(task_.prediction);
    if (pool_.order(each) > shape.size()) return each;
    Shape longer = shape;
    longer.push_back(pool_.dims().symbol(symbol_));
    std::vector<std::uint16_t> places(shape.size());
    for (std::size_t axis = 0; axis < places.size(); ++axis) places[axis] = static_cast<std::uint16_t>(axis);
    return broadcast(pool_, each, longer, places);
  }

  SampleComputation with_data(std::size_t size) const {
    SampleComputation result;
    const bool is_many = !samples_.is_batched && size != 1 && many_;
    result.features = is_many ? many_->inputs[0] : task_.features;
    result.target = is_many ? many_->inputs[1] : task_.target;
    result.samples = size;
    result.dims = dims_with(size);
    return result;
  }

  DimValues dims_with(std::size_t size) const {
    DimValues dims = samples_.dims;
    dims[symbol_] = static_cast<std::int64_t>(size);
    return dims;
  }

  Pool& pool_;
  const TrainTask& task_;
  const Samples& samples_;
  std::vector<Expr> roots_;
  std::string symbol_;  ///< the size that counts samples
  std::optional<Batched> many_;
};

}  // namespace

tl::expected<StepComputations, Diagnostic> step_computations(Pool& pool, const TrainTask& task, const UpdateRule& rule,
                                                             const Samples& samples,
                                                             const std::vector<std::size_t>& sizes) {
  return Steps(pool, task, samples).made(rule, sizes);
}

SampleComputation slopes(Pool& pool, const TrainTask& task, const Samples& samples, std::size_t size) {
  return Steps(pool, task, samples).slopes(size);
}

std::vector<SampleComputation> evaluations(Pool& pool, const TrainTask& task, const Samples& samples,
                                           const std::vector<std::size_t>& sizes) {
  Steps steps(pool, task, samples);
  std::vector<SampleComputation> all;
  for (const std::size_t size : sizes) {
    all.push_back(steps.evaluation(size));
    if (all.back().samples == 1) break;  // the others would be the same
  }
  return all;
}

}  // namespace gradwright
