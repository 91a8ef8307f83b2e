// The catalogue: every code with its title, what causes it and the way out. One row a code, in catalogue.cpp.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"

namespace gradwright {

struct CatalogueRow {
  std::string_view code;
  std::string_view title;    ///< lower case, at most one line
  std::string_view cause;    ///< what leads to it
  std::string_view way_out;  ///< what to do
  std::string_view example;  ///< a worksheet that raises it
};

/// All rows in the order of their codes.
[[nodiscard]] std::span<const CatalogueRow> catalogue();
/// The row of a code, or null.
/// An error that names no way out of its own gets its row's.
void add_ways_out(std::vector<Diagnostic>&);
[[nodiscard]] const CatalogueRow* catalogue_row(std::string_view code);

}  // namespace gradwright
