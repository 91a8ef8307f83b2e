// A text with holes where sizes stand as numbers: `x : R[3]`, `ones(3)`, `eye(3)`, `[1;1;1]` (as ones). A column or matrix of other numbers
// becomes a name that the sheet declares: `[1;2;4]` → `g_a : R[ ]`, for its size says no more than that of a declared array.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "read/formula/program.h"

namespace gradwright::formula {
struct AstNode;
}

namespace gradwright::check {

/// Argument `child` of the call is a size: `eye(n)`, `reshape(A,m,n)`.
[[nodiscard]] bool takes_size(const formula::AstNode& call, std::size_t child);

struct GeneralText {
  std::vector<std::string> pieces{std::string()};  ///< one more than there are holes
  std::vector<std::int64_t> numbers;               ///< what stood in the holes
  bool has_slices = false;                         ///< `x[1:3]`: its length stays
  bool writes_numbers = false;                     ///< sizes that stay: slices, arrays that the sheet has not
};

struct GeneralOptions {
  std::set<std::int64_t> fixed;  ///< these stay numbers
  bool keeps_arrays = false;     ///< `[1;1;1]`, `[1;2;4]` and `ones(3)` stay as they are
};

/// What the numbers of an array in brackets are called.
using ArrayNames = std::map<std::string, std::string>;

/// The sheet without claims and requests; arrays in brackets are declared above it and noted.
[[nodiscard]] GeneralText general_sheet_text(const Text&, const std::string& stem, const GeneralOptions&, ArrayNames&);
/// A formula over such a sheet.
[[nodiscard]] GeneralText general_formula_text(const std::string& gw, const GeneralOptions&, const ArrayNames&);
/// Whole numbers above 1 that stand as values, not as sizes: they may mean a size all the same (`sum(x)/3`).
[[nodiscard]] std::set<std::int64_t> numbers_of_sheet(const Text&);
[[nodiscard]] std::set<std::int64_t> numbers_of_formula(const std::string& gw);

}  // namespace gradwright::check
