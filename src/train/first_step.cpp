#include "train/first_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "derive/program_check.h"
#include "ir/work.h"
#include "run/compiled_plans.h"
#include "train/step_plans.h"

namespace gradwright {
namespace {

constexpr std::size_t most_samples = 4;
constexpr double exact = 1e-5, single = 1e-2;  // agreement in float64, and in float32
constexpr double cheap_work = 3e6;             // operations of the evaluator: some milliseconds

class FirstStep {
 public:
  FirstStep(Pool& pool, const TrainTask& task, const Samples& samples, const EngineOptions& options,
            const std::vector<Tensor>& parameters)
      : pool_(pool), task_(task), samples_(samples), options_(options), parameters_(parameters) {}

  std::optional<Diagnostic> fault() {
    if (samples_.training == 0) return std::nullopt;
    which_.resize(std::min({samples_.training, most_samples, affordable()}));
    std::iota(which_.begin(), which_.end(), std::size_t{0});
    const bool is_single = options_.precision == Precision::float32 && !options_.oracle;
    const SampleComputation computation = slopes(pool_, task_, samples_, which_.size());
    which_.resize(computation.samples);
    auto found = options_.oracle ? differing(evaluated(), exact)
                 : is_single     ? differing(compiled<float>(computation), single)
                                 : std::nullopt;
    // Seven digits may be too few for this loss: that is no fault of the program.
    if (!options_.oracle && (found || !is_single)) found = differing(compiled<double>(computation), exact);
    return found ? std::optional(told(*found)) : std::nullopt;
  }

 private:
  /// Of the evaluator, in samples.
  std::size_t affordable() const {
    DimValues dims = samples_.dims;
    if (samples_.is_batched) dims[*task_.batch] = 1;
    return static_cast<std::size_t>(
        std::clamp(cheap_work / (1 + work_of(pool_, {task_.loss}, dims).operations), 1.0, 100.0));
  }

  std::optional<Disagreement> differing(const std::optional<ProgramResult>& result, double tolerance) const {
    if (!result) return std::nullopt;
    std::vector<Expr> by;
    for (const Parameter& parameter : task_.parameters) by.push_back(parameter.input);
    return disagreement(pool_, {task_.formulas.empty() ? task_.loss : task_.formulas.back().expr, by, points()},
                        *result, tolerance);
  }

  std::vector<Bindings> points() const {
    Bindings base = task_.fixed;
    base.dims = samples_.dims;
    for (std::size_t p = 0; p < task_.parameters.size(); ++p) base.inputs[task_.parameters[p].input] = parameters_[p];
    std::vector<Bindings> all;
    const std::size_t at_once = samples_.is_batched ? which_.size() : 1;
    for (std::size_t i = 0; i < which_.size(); i += at_once) {
      all.push_back(base);
      show_samples(task_, samples_, std::span(which_).subspan(i, at_once), all.back());
    }
    return all;
  }

  std::optional<ProgramResult> evaluated() const {
    ProgramResult result;
    result.gradients.resize(task_.parameters.size());
    std::vector<Expr> roots{task_.loss};
    roots.insert(roots.end(), task_.gradients.begin(),
                 task_.gradients.begin() + static_cast<std::ptrdiff_t>(task_.parameters.size()));
    for (const Bindings& at : points()) {
      const std::vector<Tensor> values = evaluate(pool_, roots, at);
      result.value += values[0].values[0];
      for (std::size_t p = 0; p < result.gradients.size(); ++p) {
        std::vector<double>& total = result.gradients[p];
        total.resize(values[p + 1].values.size(), 0.0);
        for (std::size_t k = 0; k < total.size(); ++k) total[k] += values[p + 1].values[k];
      }
    }
    return result;
  }

  template <class Real>
  std::optional<ProgramResult> compiled(SampleComputation one) {
    one.computation.name = "first step";
    one.computation.inputs = {one.features, one.target};
    for (const Parameter& parameter : task_.parameters) one.computation.inputs.push_back(parameter.input);
    for (const auto& [input, value] : task_.fixed.inputs) one.computation.inputs.push_back(input);
    auto plan = plan_for(pool_, one.computation, one.dims);
    if (!plan) return std::nullopt;  // the steps say so themselves
    const auto plans = CompiledPlans<Real>::of({{*std::move(plan), {}}}, options_.compile);
    const Plan& made = plans.plan(0);
    Workspace<Real> workspace(made.workspace);
    std::unordered_map<Expr, std::span<Real>> places;
    for (std::size_t i = 0; i < one.computation.inputs.size(); ++i)
      places[one.computation.inputs[i]] = workspace[made[made.inputs[i]]];
    set_constants(task_, {}, places);
    const auto fill = [&](Expr input, const auto& numbers) {
      std::transform(numbers.begin(), numbers.end(), places.at(input).begin(),
                     [](auto x) { return static_cast<Real>(x); });
    };
    for (std::size_t p = 0; p < task_.parameters.size(); ++p) fill(task_.parameters[p].input, parameters_[p].values);
    std::vector<Real> staged;
    stage(samples_, which_, which_.size(), staged);
    const std::size_t features = which_.size() * samples_.features.width;
    fill(one.features, std::span(staged).first(features));
    fill(one.target, std::span(staged).subspan(features));
    if (!plans.ran(0, workspace.span())) return std::nullopt;
    ProgramResult result;
    const auto output = [&](std::size_t k) { return workspace[made[made.outputs[k]]]; };
    result.value = static_cast<double>(output(0)[0]);
    for (std::size_t p = 0; p < task_.parameters.size(); ++p)
      result.gradients.emplace_back(output(p + 1).begin(), output(p + 1).end());
    return result;
  }

  Diagnostic told(const Disagreement& found) const {
    const std::string loss = task_.formulas.empty() ? "the loss" : "`" + task_.formulas.back().name + "`";
    if (!found.variable)
      return error("G0904", fmt::format("the compiled program has {:.9g} for {} on {} samples, and the formula {:.9g}",
                                        found.program, loss, which_.size(), found.formula))
          .help("this is a fault of the program; please report the worksheet")
          .help("nothing was trained or written");
    const Parameter& parameter = task_.parameters[*found.variable];
    return error("G0904", fmt::format("the compiled gradient of {} by `{}` does not agree with the slope of the "
                                      "formula: {:.9g} and {:.9g} along one direction",
                                      loss, parameter.name, found.program, found.formula))
        .at(parameter.span)
        .help("this is a fault of the program; please report the worksheet")
        .help("nothing was trained or written");
  }

  Pool& pool_;
  const TrainTask& task_;
  const Samples& samples_;
  const EngineOptions& options_;
  const std::vector<Tensor>& parameters_;
  std::vector<std::size_t> which_;
};

}  // namespace

std::optional<Diagnostic> checked_before_training(Pool& pool, const TrainTask& task, const Samples& samples,
                                                  const EngineOptions& options, const std::vector<Tensor>& parameters) {
  return FirstStep(pool, task, samples, options, parameters).fault();
}

}  // namespace gradwright
