// The words of the text of a graph (ir/print.h) for roles, facts, reductions and matrix functions.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "ir/expr.h"

namespace gradwright::words {

template <class Value>
using Row = std::pair<std::string_view, Value>;

inline constexpr std::array roles{Row<Role>{"data", Role::data}, Row<Role>{"parameter", Role::parameter},
                                  Row<Role>{"constant", Role::constant}, Row<Role>{"cut", Role::cut}};
inline constexpr std::array properties{Row<Property>{"symmetric", Property::symmetric},
                                       Row<Property>{"diagonal", Property::diagonal},
                                       Row<Property>{"spd", Property::spd},
                                       Row<Property>{"orthogonal", Property::orthogonal},
                                       Row<Property>{"invertible", Property::invertible},
                                       Row<Property>{"lower", Property::lower},
                                       Row<Property>{"upper", Property::upper},
                                       Row<Property>{"positive", Property::positive},
                                       Row<Property>{"prob", Property::prob},
                                       Row<Property>{"binary", Property::binary},
                                       Row<Property>{"pm1", Property::pm1},
                                       Row<Property>{"onehot_rows", Property::onehot_rows},
                                       Row<Property>{"onehot_cols", Property::onehot_cols},
                                       Row<Property>{"simplex_rows", Property::simplex_rows},
                                       Row<Property>{"simplex_cols", Property::simplex_cols},
                                       Row<Property>{"unconstrained", Property::unconstrained}};
inline constexpr std::array folds{Row<FoldKind>{"max", FoldKind::max}, Row<FoldKind>{"min", FoldKind::min},
                                  Row<FoldKind>{"prod", FoldKind::prod},
                                  Row<FoldKind>{"logsumexp", FoldKind::logsumexp}};
inline constexpr std::array matrices{
    Row<MatrixKind>{"inverse", MatrixKind::inverse}, Row<MatrixKind>{"determinant", MatrixKind::determinant},
    Row<MatrixKind>{"log_determinant", MatrixKind::log_determinant}, Row<MatrixKind>{"power", MatrixKind::power}};

template <class Rows, class Value>
[[nodiscard]] constexpr std::string_view of(const Rows& rows, Value value) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.second == value; });
  return found == rows.end() ? std::string_view{} : found->first;
}

template <class Rows>
[[nodiscard]] constexpr auto meant(const Rows& rows, std::string_view word) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.first == word; });
  return found == rows.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace gradwright::words
