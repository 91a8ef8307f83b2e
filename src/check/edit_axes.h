// What NumPy writes as a row or a column beside a matrix: `ones(n)*colsum(A)`, `rowsum(A)*ones(m)'`.
#pragma once

#include <optional>
#include <vector>

#include "check/edit.h"

namespace gradwright::check {

struct Spread {
  AstNode rest;  ///< a product of what stands beside the ones, of one factor too
  bool is_down;  ///< ones(n)*…, a row n times
};
[[nodiscard]] std::optional<Spread> spread_of(const AstPool&, Ast);
/// The product, or its only factor.
[[nodiscard]] Ast made_rest(AstPool&, const Spread&);
/// A - rowsum(A)*ones(m)' as A - rowsum(A), which repeats it only in NumPy; where nothing else stands beside, the formula itself.
/// What is repeated along the rows comes to `columns`.
[[nodiscard]] Ast without_spreads(AstPool&, Ast, std::vector<Ast>& columns);

}  // namespace gradwright::check
