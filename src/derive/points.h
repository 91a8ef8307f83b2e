// Random points at which formulas are compared, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ir/evaluate.h"

namespace gradwright {

/// Sizes (distinct where possible, 2…6) and values that honour the properties of the inputs. The same seed gives the same draw.
[[nodiscard]] Bindings random_bindings(const Pool&, const std::vector<Expr>& roots, std::uint64_t seed);
/// At these sizes.
[[nodiscard]] Bindings random_bindings(const Pool&, const std::vector<Expr>& roots, std::uint64_t seed,
                                       const DimValues& sizes);

/// The sizes alone of that draw.
[[nodiscard]] DimValues random_sizes(const Pool&, const std::vector<Expr>& roots, std::uint64_t seed);

/// Every extent of these nodes is 1 at least, and what the sheet reads lies inside: `ones(n-4)` needs an n above 4, `x[2]` one above 1.
[[nodiscard]] bool sizes_fit(const Pool&, const std::vector<Expr>& nodes, const DimValues& sizes);

/// What the first points leave undecided is tried again nearer to 0, where a network is less steep.
void calm(Bindings&, const Pool&, int further_attempt);

[[nodiscard]] bool all_finite(const Tensor&);
/// Finite, and not so large that only a singular matrix can have made it.
[[nodiscard]] bool is_regular(const Tensor&);

/// Why nothing was compared: it would hold more than it may.
struct TooLarge {
  double bytes = 0;
  Expr node;  ///< the largest of what it would hold
};

struct NumericCheck {
  bool was_asked = false;    ///< whether any was looked for
  int points = 0;            ///< random points at which everything was finite
  std::string sizes;         ///< what the dimension symbols were: "m = 3, n = 5; …"
  double max_rel_error = 0;  ///< largest |difference| over the largest entry
  int beside = 0;            ///< those of the points at which central differences could judge too
  std::optional<TooLarge> too_large;
  [[nodiscard]] bool holds(double tolerance = 1e-6) const { return points > 0 && max_rel_error <= tolerance; }
};
void note_point(NumericCheck&, const Bindings&, double error);

}  // namespace gradwright
