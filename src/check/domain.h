// Domain: where a formula has a value. The expression of `2*x + 0*log(-1 - x.^2)` is that of 2*x, for 0 times anything is 0 there; the formula
// as a person wrote it has no value at all. So the parts that are not defined everywhere (logarithms, roots, quotients …) are read out of the
// text one by one, and looked at where the truth has a value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "read/formula/open_sheet.h"

namespace gradwright::check {

/// A part that is not defined everywhere.
struct PartialPart {
  Expr value;
  Expr divisor;         ///< of a quotient; else none
  std::string written;  ///< the divisor, as text
};

/// Of a formula, and of the definitions that it uses; what is divided by a number is no such part.
[[nodiscard]] std::vector<PartialPart> partial_parts(OpenSheet&, const std::string& gw, const std::vector<FreeIndex>&);

/// Of the definitions that a formula uses: infinite where a root is 0, and there the chain rule has no value.
[[nodiscard]] std::vector<Expr> slopes_of_roots(OpenSheet&, const std::string& gw);

struct DomainGap {
  Bindings at;  ///< there the truth has a value, and the formula has none
};

/// `truth` is finite at points of the domain. A gap that is more than single points: random points, sizes of 1, far out.
[[nodiscard]] std::optional<DomainGap> domain_gap(const Pool&, const std::vector<PartialPart>&,
                                                  const std::vector<Expr>& truth);
/// Divisors that are 0 at single points, where the truth has a value: "`x`".
[[nodiscard]] std::vector<std::string> zero_divisors(Pool&, const std::vector<PartialPart>&,
                                                     const std::vector<Expr>& truth);

}  // namespace gradwright::check
