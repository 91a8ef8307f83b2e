#include "train/oracle.h"

#include <algorithm>

#include "ir/make.h"

namespace gradwright {
namespace {

class Oracle : public Engine {
 public:
  Oracle(const Pool& pool, const TrainTask& task, const Samples& samples, std::size_t batch)
      : pool_(pool), task_(task), samples_(samples), batch_(batch), at_(task.fixed) {
    at_.dims = samples.dims;
    roots_.push_back(task.loss);
    roots_.insert(roots_.end(), task.gradients.begin(), task.gradients.end());
  }

  std::optional<Diagnostic> plan_steps(Pool& pool, const UpdateRule& rule) {
    for (const Expr gradient : task_.gradients) {
      gradients_.push_back(make_input(pool, {"gradient " + std::to_string(gradients_.size()), Role::cut, Property::none,
                                             surface_of(pool.dims(), pool.shape(gradient))}));
    }
    auto stepping = rule(pool, task_.parameters, gradients_);
    if (!stepping) return stepping.error();
    stepping_ = *std::move(stepping);
    for (const Expr state : stepping_.states) at_.inputs[state] = zeros(state);
    for (const auto& [input, value] : stepping_.constants) at_.inputs[input] = {{}, {value}};
    for (const Computation::Update& update : stepping_.updates) new_values_.push_back(update.value);
    return std::nullopt;
  }

  double trained(std::span<const std::size_t> samples) override {
    double loss = 0;
    for (std::size_t begin = 0; begin < samples.size(); begin += batch_)
      loss += step(samples.subspan(begin, std::min(batch_, samples.size() - begin)));
    return loss;
  }

  Evaluation evaluated(std::size_t first, std::size_t count) override {
    Evaluation result;
    const std::size_t at_once = samples_.is_batched ? std::min<std::size_t>(count, 256) : 1;
    std::vector<Expr> roots{task_.loss};
    if (!task_.prediction.is_none()) roots.push_back(task_.prediction);
    const std::size_t first_metric = roots.size();
    for (const NamedFormula& metric : task_.metrics) roots.push_back(metric.expr);
    result.metrics.resize(task_.metrics.size());
    for (std::size_t begin = first; begin < first + count; begin += at_once) {
      std::vector<std::size_t> which;
      for (std::size_t i = begin; i < std::min(begin + at_once, first + count); ++i) which.push_back(i);
      show_samples(task_, samples_, which, at_);
      const std::vector<Tensor> values = evaluate(pool_, roots, at_);
      result.loss += values[0].values[0] * static_cast<double>(which.size());
      for (std::size_t m = 0; m < task_.metrics.size(); ++m)
        result.metrics[m] += values[first_metric + m].values[0] * static_cast<double>(which.size());
      if (first_metric == 1) continue;
      const Slot& slot = samples_.target;
      for (std::size_t i = 0; i < which.size(); ++i) {
        for (std::size_t k = 0; k < slot.width; ++k)
          result.predictions.push_back(
              values[1].values[slot.samples_first ? i + k * which.size() : i * slot.width + k]);
      }
    }
    return result;
  }

  std::vector<Tensor> values() const override {
    std::vector<Tensor> all;
    for (const Parameter& parameter : task_.parameters) all.push_back(at_.inputs.at(parameter.input));
    for (const Expr state : stepping_.states) all.push_back(at_.inputs.at(state));
    return all;
  }

  void set(const std::vector<Tensor>& values) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t parameters = task_.parameters.size();
      at_.inputs[i < parameters ? task_.parameters[i].input : stepping_.states[i - parameters]] = values[i];
    }
  }

 private:
  Tensor zeros(Expr input) const {
    Tensor tensor;
    std::size_t count = 1;
    for (const Dim dim : pool_.shape(input)) {
      tensor.extents.push_back(pool_.dims().value(dim, at_.dims).value_or(0));
      count *= static_cast<std::size_t>(tensor.extents.back());
    }
    tensor.values.assign(count, 0);
    return tensor;
  }

  double step(std::span<const std::size_t> which) {
    const auto count = static_cast<double>(which.size());
    double loss = 0;
    for (const Expr gradient : gradients_) at_.inputs[gradient] = zeros(gradient);
    const std::size_t at_once = samples_.is_batched ? which.size() : 1;
    for (std::size_t i = 0; i < which.size(); i += at_once) {
      show_samples(task_, samples_, which.subspan(i, at_once), at_);
      const std::vector<Tensor> values = evaluate(pool_, roots_, at_);
      const double weight = samples_.is_batched ? 1 : 1 / count;
      loss += values[0].values[0] * static_cast<double>(at_once);
      for (std::size_t p = 0; p < gradients_.size(); ++p) {
        std::vector<double>& total = at_.inputs[gradients_[p]].values;
        for (std::size_t k = 0; k < total.size(); ++k) total[k] += weight * values[p + 1].values[k];
      }
    }
    std::vector<Tensor> next = evaluate(pool_, new_values_, at_);
    for (std::size_t i = 0; i < next.size(); ++i) at_.inputs[stepping_.updates[i].input] = std::move(next[i]);
    return loss;
  }

  const Pool& pool_;
  const TrainTask& task_;
  const Samples& samples_;
  std::size_t batch_;
  Bindings at_;
  std::vector<Expr> roots_;      ///< loss, gradients
  std::vector<Expr> gradients_;  ///< inputs that hold the mean gradient
  Stepping stepping_;
  std::vector<Expr> new_values_;
};

}  // namespace

tl::expected<std::unique_ptr<Engine>, Diagnostic> oracle_engine(Pool& pool, const TrainTask& task,
                                                                const UpdateRule& rule, const Samples& samples,
                                                                std::size_t batch) {
  auto engine = std::make_unique<Oracle>(pool, task, samples, batch);
  if (auto fault = engine->plan_steps(pool, rule)) return tl::unexpected(std::move(*fault));
  return engine;
}

}  // namespace gradwright
