// evaluate: the plain float64 reference evaluator, the oracle of the repository. No cleverness.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "ir/pool.h"

namespace gradwright {

/// Column-major: the first axis varies fastest. A scalar has no extents and one value.
struct Tensor {
  std::vector<std::int64_t> extents;
  std::vector<double> values;
};

struct Bindings {
  DimValues dims;
  std::unordered_map<Expr, Tensor> inputs;  ///< by Input node
};

/// Values of the roots; nan where a function is not defined (the inverse of a singular matrix). Every Input and dimension symbol they reach must be bound (see `missing_bindings`).
[[nodiscard]] std::vector<Tensor> evaluate(const Pool&, const std::vector<Expr>& roots, const Bindings&);
[[nodiscard]] Tensor evaluate(const Pool&, Expr root, const Bindings&);
/// Inputs that the roots reach and the bindings lack.
[[nodiscard]] std::vector<Expr> missing_bindings(const Pool&, const std::vector<Expr>& roots, const Bindings&);

}  // namespace gradwright
