// Precise: two expressions compared in arithmetic of many digits, for differences that doubles cannot show: `T + exp(-50)*W` beside `T`.
// Digits are enough for what the expressions make: the exponents that are met, and how near to 1 tanh, sigmoid and erf come.
#pragma once

#include <optional>
#include <vector>

#include "check/witness.h"
#include "ir/pool.h"

namespace gradwright::check {

struct PreciseComparison {
  enum class Kind {
    equal,    ///< to hundreds of digits
    differ,   ///< `witness` says where; its gap is a − b
    unknown,  ///< not finite here, or too large to compute
    beyond,   ///< a difference would need more digits than are computed: `exp(-1000000)`
  };
  Kind kind = Kind::unknown;
  std::optional<Witness> witness;
  double share = 0;  ///< of the gap in the larger of the two values
};

/// At one point; its inputs are taken as exact, and the facts of the inputs are made to hold to all digits.
[[nodiscard]] PreciseComparison compared_precisely(const Pool&, Expr a, Expr b, const Bindings& at);
/// Whether all of these are finite at a point; nothing where that needs too much work, or more digits than are computed.
[[nodiscard]] std::optional<bool> are_finite(const Pool&, const std::vector<Expr>&, const Bindings& at);
/// Multiplications that one evaluation of these nodes takes, about.
[[nodiscard]] double work_of(const Pool&, const std::vector<Expr>& nodes, const DimValues& sizes);

}  // namespace gradwright::check
