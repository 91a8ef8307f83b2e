// Witness: small inputs at which two expressions have different values. Two values differ where their distance is far above what rounding
// can do: 1e-10 of the largest entry, or 1e-13 of the largest number met on the way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ir/evaluate.h"

namespace gradwright::check {

struct Witness {
  Bindings at;
  std::vector<std::int64_t> entry;  ///< indices from 1 of the first entry that differs, one for each axis
  double first = 0, second = 0;     ///< the values there
  std::string gap = {};  ///< first − second, where doubles are too coarse to show it; "1.9e-435" is no double
};

struct Comparison {
  int points = 0;  ///< at which both were finite
  std::optional<Witness> witness;
};

/// At one point; nothing where they agree, or where one has no value.
[[nodiscard]] std::optional<Witness> difference_at(const Pool&, Expr a, Expr b, const Bindings& at);
/// The same, which counts the point where both have a value; `nodes` are those that a and b reach.
[[nodiscard]] Comparison compared_at(const Pool&, const std::vector<Expr>& nodes, Expr a, Expr b, const Bindings& at);
/// Points honour the facts of the inputs; sizes differ from each other where the symbols do. Stops at the first difference.
[[nodiscard]] Comparison compared_by_numbers(const Pool&, Expr a, Expr b, int points);
/// The smallest of some witnesses of a difference that is known: small sizes, small whole numbers.
[[nodiscard]] std::optional<Witness> readable_witness(const Pool&, Expr a, Expr b);

}  // namespace gradwright::check
