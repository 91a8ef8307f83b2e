#include "ir/evaluate.h"

#include <cmath>

#include "ir/evaluation.h"
#include "ir/functions.h"

namespace gradwright {
namespace {

struct Doubles {
  static double of(double x) { return x; }
  static double of(Rational x) { return x.to_double(); }
  static double nearest(double x) { return x; }
  static double size(double x) { return std::fabs(x); }
  static double exp(double x) { return std::exp(x); }
  static double log(double x) { return std::log(x); }
  static bool is_nan(double x) { return std::isnan(x); }
  static double nan() { return std::nan(""); }
  static double negligible() { return 1e-13; }
  static auto mapped(const MapFunction& map) {
    return [value = scalar_function(map.function).value, parameter = map.parameter.to_double()](double x, double y) {
      return value(x, y, parameter);
    };
  }
};

}  // namespace

std::vector<Tensor> evaluate(const Pool& pool, const std::vector<Expr>& roots, const Bindings& bindings) {
  evaluation::Evaluation<double, Doubles> evaluation(pool, bindings.dims, bindings.inputs);
  for (const Expr e : reachable(pool, roots)) evaluation.memo.emplace(e, evaluation.value(e));
  std::vector<Tensor> values;
  for (const Expr root : roots) values.push_back(evaluation.memo.at(root));
  return values;
}

Tensor evaluate(const Pool& pool, Expr root, const Bindings& bindings) {
  return evaluate(pool, std::vector<Expr>{root}, bindings)[0];
}

std::vector<Expr> missing_bindings(const Pool& pool, const std::vector<Expr>& roots, const Bindings& bindings) {
  std::vector<Expr> missing;
  for (const Expr e : reachable(pool, roots)) {
    if (pool.kind(e) == Kind::input && !bindings.inputs.contains(e)) missing.push_back(e);
  }
  return missing;
}

}  // namespace gradwright
