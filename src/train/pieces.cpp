#include "train/pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/hash.h"
#include "data/memory.h"
#include "lower/cut.h"
#include "lower/print.h"
#include "run/compiled_plans.h"
#include "run/compiler.h"
#include "train/piece_plans.h"
#include "train/tree_reduction.h"

namespace gradwright {
namespace {

constexpr std::int64_t least_group = 16384;  ///< numbers that are worth a message

template <class Real>
class Pieces : public Engine {
 public:
  Pieces(const TrainTask& task, const Samples& samples, const EngineOptions& options, std::unique_ptr<Engine> whole)
      : task_(task),
        samples_(samples),
        batch_(options.batch),
        count_(options.pieces),
        ranks_(options.ranks == nullptr ? alone_ : *options.ranks),
        whole_(std::move(whole)) {}

  std::optional<Diagnostic> build(Pool& pool, const UpdateRule& rule, const EngineOptions& options) {
    if (static_cast<std::size_t>(ranks_.size()) > count_)
      return error("G0531",
                   fmt::format("{} ranks share {} pieces of a step: some would have none", ranks_.size(), count_))
          .help(fmt::format("start fewer, or divide a step into more: --pieces {}", ranks_.size()));
    std::vector<std::size_t> steps{batch_};
    if (samples_.training % batch_ != 0) steps.push_back(samples_.training % batch_);
    std::set<std::size_t, std::greater<>> sizes;
    for (const std::size_t step : steps) {
      const std::size_t pieces = std::min(count_, step);
      sizes.insert({step / pieces, (step + pieces - 1) / pieces});
    }
    auto made = piece_computations(pool, task_, rule, samples_, {sizes.begin(), sizes.end()}, steps);
    if (!made) return made.error();
    is_split_ = made->is_split;
    sums_ = made->sums;
    for (const Parameter& parameter : task_.parameters) kept_.push_back(parameter.input);
    kept_.insert(kept_.end(), made->stepping.states.begin(), made->stepping.states.end());

    std::uint64_t key = 0;
    std::vector<typename CompiledPlans<Real>::Part> parts;
    for (SampleComputation& piece : made->pieces) {
      if (auto bad = add_piece(pool, piece, made->stepping, parts)) return bad;
    }
    for (SampleComputation& step : made->applied) {
      if (auto bad = add_applied(pool, step, made->stepping, parts)) return bad;
    }
    for (const auto& it : parts) key = hash_of(key, plan_text(it.plan));
    for (const auto& [input, value] : made->stepping.constants) key = hash_of(key, std::span(&value, 1));
    key = std::visit([&](const auto& rows) { return rows.mixed_into(key); }, samples_.rows);
    key = hash_of(key, running::llvm_features());
    plans_ = CompiledPlans<Real>::of(std::move(parts), options.compile);
    if (plans_.note()) key = hash_of(key, plans_.note()->code);
    for (Machine& machine : machines_) prepare(machine, made->stepping);
    std::vector<std::size_t> widths;
    for (const auto& group : groups_) {
      std::size_t width = 0;
      for (const std::size_t output : group) width += place_of_sum(machines_[0], output).size();
      widths.push_back(width);
    }
    reduction_.emplace(ranks_, std::move(widths));
    if (ranks_.agree({0, key}) == Communicator::Agreement::keys_differ)
      return error("G0532", "the ranks do not have the same sheet, data, options and kind of processor")
          .help("give every process the same files, and the same version of this program on machines of one kind");
    return std::nullopt;
  }

  double trained(std::span<const std::size_t> samples) override {
    double loss = 0;
    for (std::size_t begin = 0; begin < samples.size(); begin += batch_)
      loss += step(samples.subspan(begin, std::min(batch_, samples.size() - begin)));
    return loss;
  }

  Evaluation evaluated(std::size_t first, std::size_t count) override {
    whole_->set(values());
    return whole_->evaluated(first, count);
  }

  std::vector<Tensor> values() const override {
    std::vector<Tensor> all;
    const Machine& machine = machines_[current_];
    const Plan& plan = plans_.plan(machine.parts[0]);
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      const std::span<const Real> numbers = machine.places.at(kept_[i]);
      all.push_back({plan[plan.inputs[first_kept(machine) + i]].extents, {numbers.begin(), numbers.end()}});
    }
    return all;
  }

  void set(const std::vector<Tensor>& values) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::span<Real> place = machines_[current_].places.at(kept_[i]);
      std::transform(values[i].values.begin(), values[i].values.end(), place.begin(),
                     [](double x) { return static_cast<Real>(x); });
    }
    ++version_;
    machines_[current_].version = version_;
  }

  std::optional<Diagnostic> note() const override { return plans_.note(); }

 private:
  /// Plans in one workspace: the parts of a piece, or one that makes a step.
  struct Machine {
    std::size_t samples = 0;
    bool is_piece = false;
    std::vector<std::size_t> parts;
    std::vector<Expr> inputs;
    Workspace<Real> workspace;
    std::unordered_map<Expr, std::span<Real>> places;  ///< of the inputs
    std::size_t version = 0;                           ///< of the parameters in it
  };
  [[nodiscard]] static std::size_t first_kept(const Machine& machine) { return machine.is_piece ? 2 : 0; }

  /// The inputs of every plan: data of pieces, what is kept, sums, constants.
  std::vector<Expr> inputs_of(const SampleComputation& one, const Stepping& stepping) const {
    std::vector<Expr> all;
    if (!one.features.is_none()) all = {one.features, one.target};
    all.insert(all.end(), kept_.begin(), kept_.end());
    all.insert(all.end(), sums_.begin(), sums_.end());
    for (const auto& [input, value] : stepping.constants) all.push_back(input);
    for (const auto& [input, value] : task_.fixed.inputs) all.push_back(input);
    return all;
  }

  std::optional<Diagnostic> add_piece(Pool& pool, SampleComputation& piece, const Stepping& stepping,
                                      std::vector<typename CompiledPlans<Real>::Part>& parts) {
    Machine machine{piece.samples, true, {}, inputs_of(piece, stepping), Workspace<Real>(), {}, 0};
    piece.computation.inputs = machine.inputs;
    auto plan = plan_for(pool, piece.computation, piece.dims);
    if (!plan) return plan.error();
    if (auto fault = beyond_memory("a step of the training", static_cast<double>(plan->workspace) * sizeof(Real)))
      return fault;
    if (groups_.empty()) {
      groups_ = is_split_ ? OutputGroups(1) : output_groups(*plan, least_group);
      for (std::size_t i = 0; is_split_ && i < sums_.size(); ++i) groups_[0].push_back(i);
    }
    for (Plan& cut_plan : is_split_ ? std::vector{*std::move(plan)} : cut(*std::move(plan), groups_)) {
      typename CompiledPlans<Real>::Part part{std::move(cut_plan), {}};
      part.streamed = {part.plan.inputs[0], part.plan.inputs[1]};
      machine.parts.push_back(parts.size());
      parts.push_back(std::move(part));
    }
    machines_.push_back(std::move(machine));
    return std::nullopt;
  }

  std::optional<Diagnostic> add_applied(Pool& pool, SampleComputation& step, const Stepping& stepping,
                                        std::vector<typename CompiledPlans<Real>::Part>& parts) {
    Machine machine{step.samples, false, {parts.size()}, inputs_of(step, stepping), Workspace<Real>(), {}, 0};
    step.computation.inputs = machine.inputs;
    auto plan = plan_for(pool, step.computation, step.dims);
    if (!plan) return plan.error();
    if (auto fault = beyond_memory("a step of the training", static_cast<double>(plan->workspace) * sizeof(Real)))
      return fault;
    parts.push_back({*std::move(plan), {}});
    machines_.push_back(std::move(machine));
    return std::nullopt;
  }

  void prepare(Machine& machine, const Stepping& stepping) {
    const Plan& plan = plans_.plan(machine.parts[0]);
    machine.workspace = Workspace<Real>(plan.workspace);
    for (std::size_t i = 0; i < machine.inputs.size(); ++i)
      machine.places[machine.inputs[i]] = machine.workspace[plan[plan.inputs[i]]];
    set_constants(task_, stepping, machine.places);
  }

  /// Where a piece leaves its sum of losses or of gradients.
  std::span<Real> place_of_sum(const Machine& machine, std::size_t output) const {
    if (is_split_) return machine.places.at(sums_[output]);
    const Plan& plan = plans_.plan(machine.parts[0]);
    return machine.workspace[plan[plan.outputs[output]]];
  }

  Machine& machine_for(std::size_t samples, bool is_piece) {
    const std::size_t size = is_piece && is_split_ ? 1 : samples;
    std::size_t at = 0;
    while (machines_[at].samples != size || machines_[at].is_piece != is_piece) ++at;
    Machine& machine = machines_[at];
    if (machine.version != version_) {
      for (const Expr e : kept_) std::ranges::copy(machines_[current_].places.at(e), machine.places.at(e).begin());
      machine.version = version_;
    }
    if (!is_piece) current_ = at;
    return machine;
  }

  /// One piece; each group of its sums is handed over as soon as it is there.
  void piece(std::span<const std::size_t> which) {
    Machine& machine = machine_for(which.size(), true);
    stage(samples_, which, machine.samples, staging_);
    const auto runs = static_cast<std::int64_t>(which.size() / machine.samples);
    if (is_split_) {
      for (const Expr sum : sums_) std::ranges::fill(machine.places.at(sum), Real{0});
    }
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      (void)plans_.ran(machine.parts[group], machine.workspace.span(), staging_, runs);
      auto place = reduction_->next(group).begin();
      for (const std::size_t output : groups_[group])
        place = std::ranges::copy(place_of_sum(machine, output), place).out;
      reduction_->put(group);
      reduction_->go_on();
    }
  }

  double step(std::span<const std::size_t> which) {
    const std::size_t pieces = std::min(count_, which.size());
    reduction_->begin(pieces);
    const PieceRange mine = reduction_->mine();
    for (std::size_t i = mine.begin; i < mine.end; ++i) {
      const PieceRange samples = share_of(i, pieces, which.size());
      piece(which.subspan(samples.begin, samples.end - samples.begin));
    }
    for (std::size_t group = 0; mine.begin == mine.end && group < groups_.size(); ++group) reduction_->join(group);
    Machine& machine = machine_for(which.size(), false);
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      auto numbers = reduction_->total(group).begin();
      for (const std::size_t output : groups_[group]) {
        const std::span<Real> place = machine.places.at(sums_[output]);
        std::copy_n(numbers, place.size(), place.begin());
        numbers += static_cast<std::ptrdiff_t>(place.size());
      }
    }
    (void)plans_.ran(machine.parts[0], machine.workspace.span());
    machine.version = ++version_;
    return static_cast<double>(machine.places.at(sums_[0])[0]);
  }

  const TrainTask& task_;
  const Samples& samples_;
  std::size_t batch_, count_;
  Communicator alone_;
  Communicator& ranks_;
  std::unique_ptr<Engine> whole_;
  bool is_split_ = false;
  std::vector<Expr> kept_, sums_;  ///< parameters and states; Σ of losses and gradients
  OutputGroups groups_;
  CompiledPlans<Real> plans_;
  std::vector<Machine> machines_;
  std::size_t current_ = 0;  ///< the machine whose parameters are up to date
  std::size_t version_ = 0;
  std::optional<TreeReduction<Real>> reduction_;
  std::vector<Real> staging_;
};

}  // namespace

template <class Real>
tl::expected<std::unique_ptr<Engine>, Diagnostic> piecewise_engine(Pool& pool, const TrainTask& task,
                                                                   const UpdateRule& rule, const Samples& samples,
                                                                   const EngineOptions& options,
                                                                   std::unique_ptr<Engine> whole) {
  auto engine = std::make_unique<Pieces<Real>>(task, samples, options, std::move(whole));
  if (auto bad = engine->build(pool, rule, options)) return tl::unexpected(std::move(*bad));
  return engine;
}

template tl::expected<std::unique_ptr<Engine>, Diagnostic> piecewise_engine<float>(Pool&, const TrainTask&,
                                                                                   const UpdateRule&, const Samples&,
                                                                                   const EngineOptions&,
                                                                                   std::unique_ptr<Engine>);
template tl::expected<std::unique_ptr<Engine>, Diagnostic> piecewise_engine<double>(Pool&, const TrainTask&,
                                                                                    const UpdateRule&, const Samples&,
                                                                                    const EngineOptions&,
                                                                                    std::unique_ptr<Engine>);

}  // namespace gradwright
