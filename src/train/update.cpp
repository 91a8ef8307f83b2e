#include "ir/make.h"
#include "train/task.h"

namespace gradwright {

Shape surface_of(const DimTable& dims, Shape shape) {
  if (shape.size() == 1) shape.push_back(dims.one());
  return shape;
}

UpdateRule gradient_descent(double rate) {
  return [rate](Pool& pool, const std::vector<Parameter>& parameters,
                const std::vector<Expr>& gradients) -> tl::expected<Stepping, Diagnostic> {
    Stepping result;
    const Expr factor = make_input(pool, {"learning rate", Role::constant, Property::none, {}});
    result.constants.emplace_back(factor, rate);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const Expr theta = parameters[i].input;
      Labels labels(pool.order(theta));
      for (std::size_t axis = 0; axis < labels.size(); ++axis) labels[axis] = static_cast<Label>(axis);
      const Expr moved = make_einsum(pool, labels, {{factor, {}}, {gradients[i], labels}}, pool.shape(theta));
      result.updates.push_back({theta, difference_of(pool, theta, moved)});
    }
    return result;
  };
}

}  // namespace gradwright
