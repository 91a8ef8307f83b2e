#include "derive/forward.h"

#include "derive/dual.h"
#include "ir/doubles.h"
#include "ir/evaluation.h"

namespace gradwright {
namespace {

using Once = Dual<double>;
using OnceArithmetic = DualArithmetic<double, Doubles>;
using Twice = Dual<Once>;
using TwiceArithmetic = DualArithmetic<Once, OnceArithmetic>;

/// The inputs that are reached, each entry made from its value and its place.
template <class Number, class Made>
std::unordered_map<Expr, evaluation::TensorOf<Number>> moved(const Pool& pool, Expr of, const Bindings& at,
                                                             const Made& made) {
  std::unordered_map<Expr, evaluation::TensorOf<Number>> inputs;
  for (const Expr e : reachable(pool, {of})) {
    if (pool.kind(e) != Kind::input) continue;
    const Tensor& centre = at.inputs.at(e);
    auto& tensor = inputs[e];
    tensor.extents = centre.extents;
    tensor.values.reserve(centre.values.size());
    for (std::size_t k = 0; k < centre.values.size(); ++k) tensor.values.push_back(made(e, centre.values[k], k));
  }
  return inputs;
}

double step_of(const Direction& direction, Expr e, std::size_t k) {
  const auto found = direction.find(e);
  return found == direction.end() ? 0 : found->second[k];
}

}  // namespace

Slope slope_along(const Pool& pool, Expr of, const Bindings& at, const Direction& u) {
  const auto inputs = moved<Once>(pool, of, at, [&](Expr e, double x, std::size_t k) {
    return Once{x, step_of(u, e, k)};
  });
  const auto found = evaluation::Evaluation<Once, OnceArithmetic>(pool, at.dims, inputs).values({of})[0];
  Slope result{{found.extents, {}}, {found.extents, {}}};
  for (const Once& x : found.values) {
    result.value.values.push_back(x.value);
    result.slope.values.push_back(x.slope);
  }
  return result;
}

Tensor bend_along(const Pool& pool, Expr of, const Bindings& at, const Direction& u, const Direction& v) {
  const auto inputs = moved<Twice>(pool, of, at, [&](Expr e, double x, std::size_t k) {
    return Twice{{x, step_of(u, e, k)}, {step_of(v, e, k), 0}};
  });
  const auto found = evaluation::Evaluation<Twice, TwiceArithmetic>(pool, at.dims, inputs).values({of})[0];
  Tensor result{found.extents, {}};
  for (const Twice& x : found.values) result.values.push_back(x.slope.slope);
  return result;
}

}  // namespace gradwright
