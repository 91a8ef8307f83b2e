#include "lower/batch.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "ir/make.h"

namespace gradwright {
namespace {

using Axes = std::vector<std::uint16_t>;

Axes counted(std::size_t count) {
  Axes axes(count);
  std::iota(axes.begin(), axes.end(), std::uint16_t{0});
  return axes;
}

class Batching {
 public:
  Batching(Pool& pool, Dim batch) : pool_(pool), batch_(batch) {}

  Expr input(Expr e) {
    InputInfo info = pool_.payload<InputInfo>(e);
    info.properties = Property::none;
    const Shape shape = pool_.shape(e);
    info.surface = shape;
    info.surface.push_back(batch_);
    if (shape.empty()) info.surface.push_back(pool_.dims().one());
    return now_[e] = make_input(pool_, info);
  }

  /// False where e has no batched form.
  bool take(Expr e) {
    const std::vector<Expr> operands = pool_[e].operands;
    if (now_.contains(e)) return true;
    const bool depends =
        std::any_of(operands.begin(), operands.end(), [&](Expr operand) { return now_.contains(operand); });
    if (!depends) return true;
    const Expr result = made(e, operands);
    if (result.is_none()) return false;
    now_[e] = result;
    return true;
  }

  [[nodiscard]] bool depends(Expr e) const { return now_.contains(e); }
  [[nodiscard]] Expr at(Expr e) const { return depends(e) ? now_.at(e) : e; }

 private:
  Shape longer(const Shape& shape) const {
    Shape result = shape;
    result.push_back(batch_);
    return result;
  }

  /// With the batch axis, repeated along it where the sample does not matter.
  Expr whole(Expr e) {
    if (depends(e)) return now_.at(e);
    const Shape shape = pool_.shape(e);
    return broadcast(pool_, e, longer(shape), counted(shape.size()));
  }

  Expr made(Expr e, const std::vector<Expr>& operands) {
    const Node node = pool_[e];
    switch (node.kind) {
      case Kind::einsum: return einsum(node);
      case Kind::add: {
        std::vector<Term> terms;
        for (std::size_t i = 0; i < operands.size(); ++i)
          terms.push_back({std::get<Coefficients>(node.payload).values[i], whole(operands[i])});
        return make_add(pool_, longer(node.shape), terms);
      }
      case Kind::map: {
        const auto& map = std::get<MapFunction>(node.payload);
        if (map.function == Function::power) return make_power(pool_, whole(operands[0]), map.parameter);
        std::vector<Expr> all;
        for (const Expr operand : operands) all.push_back(whole(operand));
        return make_map(pool_, map.function, all);
      }
      case Kind::fold:
        return make_fold(pool_, std::get<FoldAxes>(node.payload).kind, whole(operands[0]),
                         std::get<FoldAxes>(node.payload).axes);
      case Kind::window: {
        std::vector<AffineIndex> axes = std::get<WindowIndex>(node.payload).axes;
        axes.push_back({{{static_cast<std::uint16_t>(node.shape.size()), 1}}, pool_.dims().constant(0)});
        return make_window(pool_, whole(operands[0]), longer(node.shape), axes);
      }
      case Kind::reshape: return make_reshape(pool_, whole(operands[0]), longer(node.shape));
      case Kind::gather: return depends(operands[0]) ? Expr{} : gather(node, operands);
      case Kind::input:
      case Kind::literal:
      case Kind::matrix: break;
    }
    return {};
  }

  Expr einsum(const Node& node) {
    const auto& einsum = std::get<EinsumLabels>(node.payload);
    const auto sample = static_cast<Label>(einsum.dims.size());
    Shape dims = longer(einsum.dims);
    std::vector<Factor> factors;
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      Factor factor{at(node.operands[i]), einsum.operands[i]};
      if (depends(node.operands[i])) factor.labels.push_back(sample);
      factors.push_back(std::move(factor));
    }
    Labels out = einsum.out;
    out.push_back(sample);
    return make_einsum(pool_, out, factors, dims);
  }

  /// Rows by an index of one entry a sample, or of k entries a sample, looked up as one list.
  Expr gather(const Node& node, const std::vector<Expr>& operands) {
    const Expr table = operands[0];
    const Expr index = now_.at(operands[1]);
    const std::size_t row_axes = pool_.order(table) - 1;
    Shape shape = pool_.shape(index);
    const std::size_t index_axes = shape.size();
    Expr rows = index_axes == 1
                    ? make_gather(pool_, table, index)
                    : make_gather(pool_, table, make_reshape(pool_, index, {pool_.dims().product(shape[0], shape[1])}));
    shape.insert(shape.end(), pool_.shape(table).begin() + 1, pool_.shape(table).end());
    if (index_axes == 2) rows = make_reshape(pool_, rows, shape);
    Axes order;  // (picks, sample, row…) → (picks, row…, sample)
    for (std::size_t axis = 0; axis + 1 < index_axes; ++axis) order.push_back(static_cast<std::uint16_t>(axis));
    for (std::size_t axis = 0; axis < row_axes; ++axis) order.push_back(static_cast<std::uint16_t>(index_axes + axis));
    order.push_back(static_cast<std::uint16_t>(index_axes - 1));
    (void)node;
    return permuted(pool_, rows, order);
  }

  Pool& pool_;
  Dim batch_;
  std::unordered_map<Expr, Expr> now_;
};

}  // namespace

std::optional<Batched> batched(Pool& pool, const std::vector<Expr>& roots, const std::vector<Expr>& data, Dim batch) {
  Batching batching(pool, batch);
  Batched result;
  for (const Expr input : data) result.inputs.push_back(batching.input(input));
  for (const Expr e : reachable(pool, roots)) {
    if (!batching.take(e)) return std::nullopt;
  }
  for (const Expr root : roots) {
    const Expr each = batching.at(root);
    result.each.push_back(each);
    if (batching.depends(root)) {
      result.total.push_back(summed(pool, each, {static_cast<std::uint16_t>(pool.order(root))}));
    } else {
      const Shape shape = pool.shape(root);
      result.total.push_back(hadamard(pool, {broadcast(pool, make_size(pool, batch), shape, {}), root}));
    }
  }
  return result;
}

}  // namespace gradwright
