#include "train/node_values.h"

#include <cmath>

#include "ir/evaluation.h"
#include "ir/functions.h"

namespace gradwright {
namespace {

template <class Real>
struct Arithmetic {
  static Real of(double x) { return static_cast<Real>(x); }
  static Real of(Rational x) { return static_cast<Real>(x.to_double()); }
  static double nearest(Real x) { return static_cast<double>(x); }
  static Real size(Real x) { return std::fabs(x); }
  static Real exp(Real x) { return std::exp(x); }
  static Real log(Real x) { return std::log(x); }
  static bool is_nan(Real x) { return std::isnan(x); }
  static Real nan() { return std::numeric_limits<Real>::quiet_NaN(); }
  static Real negligible() { return 100 * std::numeric_limits<Real>::epsilon(); }
  static Real vanished(Real) { return 0; }
  static Real shared(Real x, Real, std::int64_t) { return x; }
  static auto mapped(const MapFunction& map) {
    return [value = scalar_function(map.function).value, parameter = map.parameter.to_double()](Real x, Real y) {
      return static_cast<Real>(value(static_cast<double>(x), static_cast<double>(y), parameter));
    };
  }
};

template <class Real>
NodeValues values_of(const Pool& pool, const std::vector<Expr>& roots, const Bindings& at) {
  using Evaluated = evaluation::Evaluation<Real, Arithmetic<Real>>;
  typename Evaluated::Inputs inputs;
  for (const auto& [input, tensor] : at.inputs) {
    auto& held = inputs[input];
    held.extents = tensor.extents;
    for (const double x : tensor.values) held.values.push_back(static_cast<Real>(x));
  }
  Evaluated evaluated(pool, at.dims, inputs);
  for (const Expr e : reachable(pool, roots)) evaluated.memo.emplace(e, evaluated.value(e));
  NodeValues values;
  for (const auto& [e, tensor] : evaluated.memo)
    values[e] = {tensor.extents, {tensor.values.begin(), tensor.values.end()}};
  return values;
}

}  // namespace

NodeValues values_in(Precision precision, const Pool& pool, const std::vector<Expr>& roots, const Bindings& at) {
  return precision == Precision::float32 ? values_of<float>(pool, roots, at) : values_of<double>(pool, roots, at);
}

}  // namespace gradwright
