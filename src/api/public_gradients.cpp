// gw::gradient_points: random points with the loss and its gradients, for what is compared with them.
#include <gradwright/program.h>

#include <algorithm>

#include "api/compile.h"
#include "derive/points.h"
#include "sheet/public_values.h"

namespace gw {
namespace {

/// A number without extents, all else with those of the sheet.
std::vector<std::int64_t> extents_at(const gradwright::Pool& pool, const gradwright::Declaration& declaration,
                                     const gradwright::DimValues& dims) {
  std::vector<std::int64_t> extents;
  if (pool.order(declaration.input) == 0) return extents;
  for (const gradwright::Dim dim : declaration.surface) extents.push_back(pool.dims().value(dim, dims).value_or(1));
  return extents;
}

/// The point, and the values there: of the loss, then of its gradients.
struct PointDrawn {
  gradwright::Bindings bindings;
  std::vector<gradwright::Tensor> values;
};

/// The first points at which all is finite.
std::vector<PointDrawn> points_drawn(const gradwright::Session& session, const gradwright::Pool& pool,
                                     const gradwright::LossComputation& loss, int count, std::uint64_t seed) {
  std::vector<gradwright::Expr> outputs, all;
  for (const auto& output : loss.computation.outputs) outputs.push_back(output.expr);
  for (const gradwright::Declaration& declaration : session.program().declarations) all.push_back(declaration.input);
  all.insert(all.end(), outputs.begin(), outputs.end());
  std::vector<PointDrawn> points;
  for (int attempt = 0; attempt < 5 * count && static_cast<int>(points.size()) < count; ++attempt) {
    PointDrawn point{random_bindings(pool, all, seed + static_cast<std::uint64_t>(attempt) * 7919), {}};
    for (const auto& [input, value] : loss.fixed.inputs) point.bindings.inputs.insert_or_assign(input, value);
    point.values = evaluate(pool, outputs, point.bindings);
    const auto is_finite = [](const gradwright::Tensor& value) { return gradwright::all_finite(value); };
    if (std::ranges::all_of(point.values, is_finite)) points.push_back(std::move(point));
  }
  return points;
}

}  // namespace

Result<GradientPoints> gradient_points(const Sheet& sheet, int count, std::uint64_t seed) {
  if (const auto error = first_error(sheet)) return tl::unexpected(*error);
  gradwright::Session& session = sheet.state().session;
  const auto loss = loss_computation(session);
  if (!loss) return fault_of(sheet, loss.error());
  const auto& outputs = loss->computation.outputs;
  GradientPoints found{outputs[0].name, {}, {}};
  for (std::size_t i = 1; i < outputs.size(); ++i)
    found.wrt.push_back(outputs[i].name.substr(outputs[0].name.size() + 3));  // dL/dW
  const gradwright::Pool& pool = session.pool();
  for (const PointDrawn& point : points_drawn(session, pool, *loss, count, seed)) {
    GradientPoint& one = found.points.emplace_back();
    for (const gradwright::Declaration& declaration : session.program().declarations)
      one.inputs[declaration.name] = {extents_at(pool, declaration, point.bindings.dims),
                                      point.bindings.inputs.at(declaration.input).values};
    one.loss = point.values[0].values[0];
    for (std::size_t i = 0; i < found.wrt.size(); ++i)
      one.gradients[found.wrt[i]] = {one.inputs.at(found.wrt[i]).extents, point.values[i + 1].values};
  }
  if (found.points.empty())
    return fault_of(
        sheet, gradwright::error("G0707", "no random point was found at which the loss and its gradients are finite")
                   .help("give facts of the inputs: `positive`, `prob`"));
  return found;
}

}  // namespace gw
