#include "lower/lower.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "lower/contraction_order.h"
#include "lower/distribute.h"
#include "lower/materialise.h"
#include "lower/schedule.h"
#include "lower/signs.h"
#include "lower/sizes.h"
#include "lower/spelled.h"
#include "lower/stabilise.h"

namespace gradwright {
namespace {

using namespace lowering;

constexpr double most_numbers = 1e12;

/// A symbol of the size that has no value: the n of 2*n.
std::string open_symbol(const DimTable& table, Dim dim, const DimValues& dims) {
  for (const auto& [symbols, factor] : table.polynomial(dim)) {
    for (const auto symbol : symbols) {
      if (const std::string& name = table.symbol_name(symbol); !dims.contains(name)) return name;
    }
  }
  return table.to_string(dim);
}

/// What is wrong with the sizes of the nodes, if anything.
std::optional<Diagnostic> size_fault(const Pool& pool, const std::vector<Expr>& roots, const DimValues& dims) {
  for (const Expr e : reachable(pool, roots)) {
    double count = 1;
    for (const Dim dim : pool.shape(e)) {
      const auto size = pool.dims().value(dim, dims);
      if (!size || *size < 0)
        return error("G0504", fmt::format("the size `{}` has no value", pool.dims().to_string(dim)))
            .help(fmt::format("fix it in the sheet: `dim {} = 32`", open_symbol(pool.dims(), dim, dims)));
      count *= static_cast<double>(*size);
    }
    if (count > most_numbers)
      return error("G0511", fmt::format("a part of the formula has {:.0e} entries", count))
          .help("ask for a product with it instead of the whole");
  }
  return std::nullopt;
}

std::size_t loop_count(const Plan& plan) {
  std::size_t count = 0;
  for (const Kernel& kernel : plan.kernels) {
    for (const Stage& stage : kernel.stages) count += stage.loops.size();
  }
  return count;
}

class Lowering {
 public:
  Lowering(Pool& pool, const Computation& computation, const DimValues& dims, const LowerOptions& options)
      : pool_(pool), computation_(computation), dims_(dims), options_(options) {}

  Plan plan() {
    plan_.name = computation_.name;
    for (const Computation::Output& output : computation_.outputs) roots_.push_back(output.expr);
    for (const Computation::Update& update : computation_.updates) roots_.push_back(update.value);
    pass_over_formulas();
    const Graph graph(pool_, dims_, roots_);
    for (const Expr input : computation_.inputs) add_input(graph, input);
    for (const Computation::Update& update : computation_.updates) add_input(graph, update.input);
    for (const Expr e : graph.nodes()) {
      if (pool_.kind(e) == Kind::input) add_input(graph, e);
    }
    pass_over_loops(graph);
    return std::move(plan_);
  }

 private:
  void pass_over_formulas() {
    const auto stage = [&](std::string_view name, Dialect leads_to, const Passes::Pass& pass) {
      passes_.stage(name, leads_to, pool_, roots_, pass);
    };
    stage("with_known_sizes", Dialect::sized,
          [&](Pool& pool, const auto& roots) { return with_known_sizes(pool, roots, dims_); });
    if (options_.stabilise)
      stage("stabilised", Dialect::stable, [](Pool& pool, const auto& roots) { return stabilised(pool, roots); });
    stage("spelled", Dialect::spelled, spelled);
    stage("distributed", Dialect::spelled, distributed);
    stage("with_signs_outside", Dialect::spelled, with_signs_outside);
    stage("contraction_order", Dialect::ordered,
          [&](Pool& pool, const auto& roots) { return contraction_order(pool, roots, dims_); });
  }

  void pass_over_loops(const Graph& graph) {
    std::vector<Piece> pieces;
    const auto stages = [&] { return pieces.size(); };
    passes_.stage("pieces_of", Dialect::loops, "stages", stages,
                  [&] { pieces = pieces_of(graph, stored_nodes(graph, roots_), buffers_, plan_, options_.fuse); });
    outputs();
    std::vector<Transfer> updates = targets();
    std::move(pieces.begin(), pieces.end(), std::back_inserter(first_));
    passes_.stage("scheduled", Dialect::loops, "stages", stages,
                  [&] { pieces = scheduled(std::move(first_), plan_, std::move(updates), std::move(copies_)); });
    const auto kernels = [&] { return plan_.kernels.empty() ? pieces.size() : plan_.kernels.size(); };
    passes_.stage("kernels_of", Dialect::loops, "kernels", kernels,
                  [&] { plan_.kernels = kernels_of(std::move(pieces), options_.fuse); });
    const auto loops = [&] { return loop_count(plan_); };
    passes_.stage("collapse_loops", Dialect::loops, "loops", loops, [&] {
      for (Kernel& kernel : plan_.kernels) collapse_loops(kernel);
    });
    passes_.stage(
        "place_buffers", Dialect::placed, "numbers", [&] { return static_cast<std::size_t>(plan_.workspace); },
        [&] { place_buffers(plan_); });
  }

  BufferId add_buffer(std::string name, Extents extents, Storage storage) {
    plan_.buffers.push_back({std::move(name), std::move(extents), storage, 0});
    return BufferId{static_cast<std::uint32_t>(plan_.buffers.size() - 1)};
  }

  void add_input(const Graph& graph, Expr e) {
    if (buffers_.contains(e)) return;
    const BufferId id = add_buffer(pool_.payload<InputInfo>(e).name, graph.extents(e), Storage::input);
    buffers_.emplace(e, id);
    plan_.inputs.push_back(id);
  }

  void outputs() {
    std::unordered_set<Expr> named;
    for (std::size_t i = 0; i < computation_.outputs.size(); ++i) {
      const Expr root = roots_[i];
      BufferId id = buffers_.at(root);
      if (pool_.kind(root) == Kind::input || !named.insert(root).second) {
        const BufferId from = id;
        id = add_buffer(computation_.outputs[i].name, plan_[from].extents, Storage::output);
        if (pool_.kind(root) == Kind::input)
          first_.push_back(copy_of(plan_, from, id));
        else
          copies_.push_back({from, id});
      } else {
        plan_.buffers[id.index()].name = computation_.outputs[i].name;
        plan_.buffers[id.index()].storage = Storage::output;
      }
      plan_.outputs.push_back(id);
    }
  }

  /// Where updates go: in place, or by a copy at the end where the new value is wanted elsewhere too, or is an old input.
  std::vector<Transfer> targets() {
    std::vector<Transfer> in_place;
    std::unordered_set<Expr> taken;
    for (std::size_t i = 0; i < computation_.updates.size(); ++i) {
      const Expr input = computation_.updates[i].input;
      const Expr value = roots_[computation_.outputs.size() + i];
      const BufferId state = buffers_.at(input);
      plan_.buffers[state.index()].storage = Storage::state;
      if (value == input) continue;
      BufferId made = buffers_.at(value);
      if (pool_.kind(value) == Kind::input) {
        const BufferId kept =
            add_buffer(fmt::format("t{}", plan_.buffers.size()), plan_[made].extents, Storage::scratch);
        first_.push_back(copy_of(plan_, made, kept));
        copies_.push_back({kept, state});
      } else if (plan_[made].storage == Storage::output) {
        copies_.push_back({made, state});
      } else if (taken.insert(value).second) {
        in_place.push_back({made, state});
      } else {
        copies_.push_back({made, state});
      }
    }
    return in_place;
  }

  Pool& pool_;
  const Computation& computation_;
  const DimValues& dims_;
  const LowerOptions& options_;
  const Passes passes_{options_.told};
  std::vector<Expr> roots_;  ///< outputs, then values of updates
  Plan plan_;
  std::unordered_map<Expr, BufferId> buffers_;
  std::vector<Piece> first_;      ///< copies of old values, before everything else
  std::vector<Transfer> copies_;  ///< after everything else
};

}  // namespace

tl::expected<Plan, Diagnostic> plan_for(Pool& pool, const Computation& computation, const DimValues& dims,
                                        const LowerOptions& options) {
  std::vector<Expr> roots = computation.inputs;
  for (const Computation::Output& output : computation.outputs) roots.push_back(output.expr);
  for (const Computation::Update& update : computation.updates) {
    roots.push_back(update.input);
    roots.push_back(update.value);
  }
  if (auto found = size_fault(pool, roots, dims)) return tl::unexpected(std::move(*found));
  return Lowering(pool, computation, dims, options).plan();
}

}  // namespace gradwright
