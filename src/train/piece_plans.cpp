#include "train/piece_plans.h"

#include "ir/make.h"
#include "lower/batch.h"

namespace gradwright {
namespace {

Expr sum_like(Pool& pool, Expr input) {
  InputInfo info = pool.payload<InputInfo>(input);
  info.name = "sum of gradients of " + info.name;
  info.role = Role::cut;
  return make_input(pool, std::move(info));
}

}  // namespace

tl::expected<PieceComputations, Diagnostic> piece_computations(Pool& pool, const TrainTask& task,
                                                               const UpdateRule& rule, const Samples& samples,
                                                               const std::vector<std::size_t>& pieces,
                                                               const std::vector<std::size_t>& steps) {
  if (samples.is_batched)
    return tl::unexpected(
        error("G0531",
              "the sheet speaks of a batch: its loss is taken as written, and need not be a sum over pieces of it")
            .help("write the sheet for one sample"));
  std::string symbol = "piece";
  while (pool.dims().has_symbol(symbol)) symbol += "_";
  std::vector<Expr> roots{task.loss};
  roots.insert(roots.end(), task.gradients.begin(), task.gradients.end());
  const auto many = batched(pool, roots, {task.features, task.target}, pool.dims().symbol(symbol));

  PieceComputations result;
  result.is_split = !many;
  result.sums.push_back(make_input(pool, {"sum of losses", Role::cut, Property::none, {}}));
  for (const Parameter& parameter : task.parameters) result.sums.push_back(sum_like(pool, parameter.input));
  for (const std::size_t size : result.is_split ? std::vector<std::size_t>{1} : pieces) {
    SampleComputation piece;
    const bool is_plain = size == 1 || !many;
    piece.features = is_plain ? task.features : many->inputs[0];
    piece.target = is_plain ? task.target : many->inputs[1];
    piece.samples = size;
    piece.dims = samples.dims;
    piece.dims[symbol] = static_cast<std::int64_t>(size);
    piece.computation.name = "piece";
    for (std::size_t i = 0; i < roots.size(); ++i) {
      const Expr value = is_plain ? roots[i] : many->total[i];
      if (result.is_split) {
        piece.computation.updates.push_back({result.sums[i], sum_of(pool, result.sums[i], value)});
      } else {
        piece.computation.outputs.push_back({i == 0 ? "loss" : "gradient of " + task.parameters[i - 1].name, value});
      }
    }
    result.pieces.push_back(std::move(piece));
  }
  for (const std::size_t size : steps) {
    std::vector<Expr> gradients;
    for (std::size_t p = 0; p < task.parameters.size(); ++p)
      gradients.push_back(scaled(pool, Rational(1, static_cast<std::int64_t>(size)), result.sums[p + 1]));
    auto stepping = rule(pool, task.parameters, gradients);
    if (!stepping) return tl::unexpected(stepping.error());
    result.stepping = *stepping;
    SampleComputation step;
    step.samples = size;
    step.dims = samples.dims;
    step.computation.name = "step";
    step.computation.updates = std::move(stepping->updates);
    result.applied.push_back(std::move(step));
  }
  return result;
}

}  // namespace gradwright
