// Rows of wrong claims on one sheet, each with the mistake and the repair that a person would name first.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "check/check.h"

namespace gradwright::repairs_table {

using namespace gradwright::check;

inline JudgedSide judged(const std::string& sheet, const std::string& claim) {
  const Checked found = checked(Text("sheet.gw", sheet + "\nclaim " + claim + "\n"));
  REQUIRE(found.sides.size() == 1);
  return found.sides[0];
}

struct Row {
  std::string claim, mistake, first;
};

/// The first mistake and the first repair, in the person's own notation.
inline void table(const std::string& sheet, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.claim);
    const JudgedSide side = judged(sheet, row.claim);
    REQUIRE_FALSE(side.mistakes.empty());
    REQUIRE_FALSE(side.repairs.empty());
    CHECK(side.mistakes[0].name == row.mistake);
    const Repair& first = side.repairs[0];
    CHECK((first.replacement.empty() ? first.gw : first.replacement) == row.first);
  }
}

}  // namespace gradwright::repairs_table
