// Columns of the sheet in code: R[n,1] is an array (n,1) there, and so is what is computed of it; R[n] is one of (n,1) or (n,),
// the same for all of them.
#pragma once

#include <set>
#include <string>

#include "read/formula/open_sheet.h"

namespace gradwright::numpy {

/// How the code holds the columns that are written R[n].
enum class Columns : std::uint8_t { two_axes, one_axis };

/// Names of columns, and of numbers declared as R[1,1], that have two axes however R[n] is held.
[[nodiscard]] std::set<std::string, std::less<>> columns_of_two_axes(const OpenSheet&);

}  // namespace gradwright::numpy
