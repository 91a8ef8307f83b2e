#include "train/compiled.h"

#include <algorithm>
#include <functional>
#include <set>
#include <unordered_map>

#include "data/memory.h"
#include "run/compiled_plans.h"
#include "train/communicator.h"
#include "train/full_batch.h"
#include "train/oracle.h"
#include "train/pieces.h"
#include "train/step_plans.h"
#include "train/structured.h"

namespace gradwright {
namespace {

constexpr std::size_t staged_numbers = std::size_t{1} << 16U;  ///< what is packed before a call: well within the cache
constexpr std::size_t evaluated_at_once = 256;

/// One plan in a workspace of its own.
template <class Real>
struct Machine {
  std::size_t samples = 0;
  Workspace<Real> workspace;
  std::unordered_map<Expr, std::span<Real>> places;  ///< of the inputs
};

template <class Real>
class Compiled : public Engine {
 public:
  Compiled(const TrainTask& task, const Samples& samples, std::size_t batch)
      : task_(task), samples_(samples), batch_(batch) {}

  std::optional<Diagnostic> build(Pool& pool, const UpdateRule& rule, const EngineOptions& options) {
    std::vector<std::size_t> sizes{batch_};
    if (samples_.training % batch_ != 0) sizes.push_back(samples_.training % batch_);
    auto steps = step_computations(pool, task_, rule, samples_, sizes);
    if (!steps) return steps.error();
    is_split_ = steps->is_split;
    total_ = steps->total;
    states_ = steps->stepping.states;
    std::set<std::size_t, std::greater<>> runs;
    for (const std::size_t part : {samples_.validation, samples_.test}) {
      const std::size_t at_once = std::min(part, evaluated_at_once);
      if (part > 0) runs.insert(at_once);
      if (part > 0 && part % at_once != 0) runs.insert(part % at_once);
    }

    std::vector<SampleComputation> all = std::move(steps->steps);
    applied_ = all.size();
    std::move(steps->applied.begin(), steps->applied.end(), std::back_inserter(all));
    evaluations_ = all.size();
    for (SampleComputation& one : evaluations(pool, task_, samples_, {runs.begin(), runs.end()}))
      all.push_back(std::move(one));
    for (const Parameter& parameter : task_.parameters) kept_.push_back(parameter.input);
    kept_.insert(kept_.end(), states_.begin(), states_.end());
    kept_.push_back(total_);
    kept_.insert(kept_.end(), steps->sums.begin(), steps->sums.end());

    std::vector<typename CompiledPlans<Real>::Part> parts;
    std::vector<std::vector<Expr>> inputs;
    for (SampleComputation& one : all) {
      if (auto fault = add_plan(pool, one, steps->stepping, parts, inputs)) return fault;
    }
    plans_ = CompiledPlans<Real>::of(std::move(parts), options.compile);
    for (std::size_t i = 0; i < all.size(); ++i) add_machine(all[i], inputs[i], steps->stepping);
    return std::nullopt;
  }

  double trained(std::span<const std::size_t> samples) override {
    double loss = 0;
    const std::size_t whole = samples.size() / batch_ * batch_;
    loss += steps_of(samples.first(whole), batch_);
    return loss + steps_of(samples.subspan(whole), samples.size() - whole);
  }

  Evaluation evaluated(std::size_t first, std::size_t count) override {
    Evaluation result;
    result.metrics.resize(task_.metrics.size());
    for (std::size_t begin = first; begin < first + count;) {
      std::size_t part = machines_.size() - 1;
      for (std::size_t i = evaluations_; i < machines_.size(); ++i) {
        if (machines_[i].samples <= first + count - begin) {
          part = i;
          break;
        }
      }
      Machine<Real>& machine = machines_[part];
      carry(current_, part);
      std::vector<std::size_t> which(machine.samples);
      for (std::size_t i = 0; i < which.size(); ++i) which[i] = std::min(begin + i, first + count - 1);
      stage(samples_, which, machine.samples, staging_);
      (void)plans_.ran(part, machine.workspace.span(), staging_, 1);
      const Plan& plan = plans_.plan(part);
      result.loss += static_cast<double>(machine.workspace[plan[plan.outputs[0]]][0]);
      const std::size_t first_metric = plan.outputs.size() - task_.metrics.size();
      for (std::size_t m = 0; m < task_.metrics.size(); ++m)
        result.metrics[m] += static_cast<double>(machine.workspace[plan[plan.outputs[first_metric + m]]][0]);
      if (first_metric > 1) {
        const std::span<const Real> found = machine.workspace[plan[plan.outputs[1]]];
        const Slot& slot = samples_.target;
        for (std::size_t i = 0; i < machine.samples; ++i) {
          for (std::size_t k = 0; k < slot.width; ++k)
            result.predictions.push_back(
                static_cast<double>(found[slot.samples_first ? i + k * machine.samples : i * slot.width + k]));
        }
      }
      begin += machine.samples;
    }
    return result;
  }

  std::vector<Tensor> values() const override {
    std::vector<Tensor> all;
    const Plan& plan = plans_.plan(current_);
    for (std::size_t i = 0; i < task_.parameters.size() + states_.size(); ++i) {
      const std::span<const Real> numbers = machines_[current_].places.at(kept_[i]);
      Tensor tensor{{}, {numbers.begin(), numbers.end()}};
      for (const BufferId id : plan.inputs) {
        if (machines_[current_].workspace[plan[id]].data() == numbers.data()) tensor.extents = plan[id].extents;
      }
      all.push_back(std::move(tensor));
    }
    return all;
  }

  void set(const std::vector<Tensor>& values) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::span<Real> place = machines_[current_].places.at(kept_[i]);
      std::transform(values[i].values.begin(), values[i].values.end(), place.begin(),
                     [](double x) { return static_cast<Real>(x); });
    }
  }

  std::optional<Diagnostic> note() const override { return plans_.note(); }

 private:
  std::optional<Diagnostic> add_plan(Pool& pool, SampleComputation& one, const Stepping& stepping,
                                     std::vector<typename CompiledPlans<Real>::Part>& parts,
                                     std::vector<std::vector<Expr>>& inputs) {
    const bool is_evaluation = parts.size() >= evaluations_;
    std::vector<Expr> listed;
    if (!one.features.is_none()) listed = {one.features, one.target};
    const std::size_t kept = is_evaluation ? task_.parameters.size() : kept_.size();
    listed.insert(listed.end(), kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(kept));
    for (const auto& [input, value] : stepping.constants) listed.push_back(input);
    for (const auto& [input, value] : task_.fixed.inputs) listed.push_back(input);
    one.computation.inputs = listed;
    one.computation.name = is_evaluation ? "evaluation" : "step";
    auto plan = plan_for(pool, one.computation, one.dims);
    if (!plan) return plan.error();
    if (auto fault = beyond_memory("a step of the training", static_cast<double>(plan->workspace) * sizeof(Real)))
      return fault;
    typename CompiledPlans<Real>::Part part{*std::move(plan), {}};
    if (!one.features.is_none()) part.streamed = {part.plan.inputs[0], part.plan.inputs[1]};
    parts.push_back(std::move(part));
    inputs.push_back(std::move(listed));
    return std::nullopt;
  }

  void add_machine(const SampleComputation& one, const std::vector<Expr>& inputs, const Stepping& stepping) {
    const Plan& plan = plans_.plan(machines_.size());
    Machine<Real> machine{one.samples, Workspace<Real>(plan.workspace), {}};
    for (std::size_t i = 0; i < inputs.size(); ++i) machine.places[inputs[i]] = machine.workspace[plan[plan.inputs[i]]];
    set_constants(task_, stepping, machine.places);
    machines_.push_back(std::move(machine));
  }

  /// What is kept between steps, into the workspace that goes on with it.
  void carry(std::size_t from, std::size_t to) {
    if (from == to) return;
    for (const Expr e : kept_) {
      const auto place = machines_[to].places.find(e);
      if (place == machines_[to].places.end()) continue;
      const std::span<const Real> numbers = machines_[from].places.at(e);
      std::copy(numbers.begin(), numbers.end(), place->second.begin());
    }
  }
  void go_on_in(std::size_t part) {
    carry(current_, part);
    current_ = part;
  }

  double steps_of(std::span<const std::size_t> samples, std::size_t size) {
    if (samples.empty()) return 0;
    if (is_split_) return split_steps_of(samples, size);
    std::size_t part = 0;
    while (machines_[part].samples != size) ++part;
    go_on_in(part);
    const std::size_t width = size * (samples_.features.width + samples_.target.width);
    const std::size_t at_once = std::max<std::size_t>(1, staged_numbers / std::max<std::size_t>(1, width)) * size;
    double loss = 0;
    for (std::size_t begin = 0; begin < samples.size(); begin += at_once) {
      const auto which = samples.subspan(begin, std::min(at_once, samples.size() - begin));
      loss += run(part, which, size);
    }
    return loss;
  }

  double split_steps_of(std::span<const std::size_t> samples, std::size_t size) {
    std::size_t part = applied_;
    while (machines_[part].samples != size) ++part;
    double loss = 0;
    for (std::size_t begin = 0; begin < samples.size(); begin += size) {
      go_on_in(0);
      loss += run(0, samples.subspan(begin, size), 1);
      go_on_in(part);
      (void)plans_.ran(part, machines_[part].workspace.span());
    }
    return loss;
  }

  /// The sum of losses is taken out after each call, so that float32 adds up little.
  double run(std::size_t part, std::span<const std::size_t> which, std::size_t size) {
    stage(samples_, which, size, staging_);
    (void)plans_.ran(part, machines_[part].workspace.span(), staging_, static_cast<std::int64_t>(which.size() / size));
    Real& total = machines_[part].places.at(total_)[0];
    const double loss = static_cast<double>(total);
    total = 0;
    return loss;
  }

  const TrainTask& task_;
  const Samples& samples_;
  std::size_t batch_;
  bool is_split_ = false;
  std::size_t applied_ = 0, evaluations_ = 0;  ///< the first part of these kinds
  std::size_t current_ = 0;                    ///< the part whose workspace is up to date
  Expr total_;
  std::vector<Expr> states_;
  std::vector<Expr> kept_;  ///< parameters, states of the optimiser, sums
  CompiledPlans<Real> plans_;
  std::vector<Machine<Real>> machines_;
  std::vector<Real> staging_;
};

}  // namespace

template <class Real>
tl::expected<std::unique_ptr<Engine>, Diagnostic> compiled_engine(Pool& pool, const TrainTask& task,
                                                                  const UpdateRule& rule, const Samples& samples,
                                                                  const EngineOptions& options) {
  auto engine = std::make_unique<Compiled<Real>>(task, samples, options.batch);
  if (auto fault = engine->build(pool, rule, options)) return tl::unexpected(std::move(*fault));
  return engine;
}

template tl::expected<std::unique_ptr<Engine>, Diagnostic> compiled_engine<float>(Pool&, const TrainTask&,
                                                                                  const UpdateRule&, const Samples&,
                                                                                  const EngineOptions&);
template tl::expected<std::unique_ptr<Engine>, Diagnostic> compiled_engine<double>(Pool&, const TrainTask&,
                                                                                   const UpdateRule&, const Samples&,
                                                                                   const EngineOptions&);

namespace {

template <class Real>
tl::expected<std::unique_ptr<Engine>, Diagnostic> compiled_or_piecewise(Pool& pool, const TrainTask& task,
                                                                        const UpdateRule& rule, const Samples& samples,
                                                                        const EngineOptions& options) {
  auto engine = compiled_engine<Real>(pool, task, rule, samples, options);
  if (!engine || options.pieces == 0) return engine;
  return piecewise_engine<Real>(pool, task, rule, samples, options, *std::move(engine));
}

tl::unexpected<Diagnostic> undivided(std::string_view who) {
  return tl::unexpected(error("G0531", std::string(who) + " computes a step whole")
                            .help("train in one process, without --pieces, and not by mpirun"));
}

}  // namespace

tl::expected<std::unique_ptr<Engine>, Diagnostic> engine_for(Pool& pool, const TrainTask& task, const UpdateRule& rule,
                                                             const Samples& samples, const EngineOptions& options) {
  EngineOptions fitting = options;
  fitting.batch = std::clamp<std::size_t>(options.batch, 1, samples.training);
  const bool is_shared = options.pieces > 0 || (options.ranks != nullptr && options.ranks->size() > 1);
  if (is_shared && options.full_batch) return undivided("a method that takes all samples");
  if (is_shared && options.oracle) return undivided("the reference evaluator");
  if (options.full_batch) {
    if (auto unkept = moved_entry_by_entry(task.parameters)) return tl::unexpected(*std::move(unkept));
    return full_batch_engine(pool, task, samples, options);
  }
  if (options.oracle) return oracle_engine(pool, task, rule, samples, fitting.batch);
  return options.precision == Precision::float32 ? compiled_or_piecewise<float>(pool, task, rule, samples, fitting)
                                                 : compiled_or_piecewise<double>(pool, task, rule, samples, fitting);
}

}  // namespace gradwright
