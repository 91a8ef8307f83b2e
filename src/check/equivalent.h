// equivalent: are two expressions equal? Refuted by numbers at random points, else proved by one normal form, else confirmed at N points.
// Sizes are drawn so that no two dimension symbols agree. A proof is exact: rational arithmetic over polynomials of what is not opened.
// A difference of doubles refutes only where many digits show it too: it may be their rounding. What is not proved is held against sizes of 1
// and large ones, both sides of every kink, other scales, and hundreds of digits, before it is called equal.
// Read next: normal.h (the normal form), witness.h (the point that refutes), precise.h (many digits), regions.h (where else to look), branches.h
// (both sides of conditions).
#pragma once

#include "check/normal.h"
#include "check/witness.h"

namespace gradwright::check {

struct Equivalence {
  enum class Kind {
    proved,     ///< equal by the normal form
    confirmed,  ///< equal at `points` random points, and no proof was found
    refuted,    ///< `witness` says where they differ
    undecided,  ///< no point at which both are finite was found, or what points tell is not enough: rounding may have made it, a branch was not met
  };
  Kind kind = Kind::undecided;
  int points = 0;
  std::optional<Witness> witness;
  bool has_unmet_branch =
      false;  ///< undecided: one side of a condition over sizes lies at sizes too large to compute with
  bool is_below_rounding = false;  ///< refuted by a difference that doubles do not show
  [[nodiscard]] bool is_equal() const { return kind == Kind::proved || kind == Kind::confirmed; }
};

/// Of one shape (axes); other shapes are refuted without a witness.
[[nodiscard]] Equivalence equivalent(Pool&, Expr a, Expr b, int points = 6);
/// With forms that are kept from one question to the next.
[[nodiscard]] Equivalence equivalent(Pool&, NormalForms&, Expr a, Expr b, int points = 6);

}  // namespace gradwright::check
