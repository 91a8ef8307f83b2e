// Rows of claims on one sheet, each with the verdict of a derivation by hand.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "check/check.h"

namespace gradwright::claims_table {

struct Row {
  std::string claim;
  std::string verdicts;  ///< of its sides, and the codes of errors
};

inline std::string verdicts(const std::string& sheet) {
  const check::Checked found =
      check::checked(Text("sheet.gw", sheet + "\n"), {std::nullopt, false, false, std::nullopt});
  std::string text;
  for (const check::JudgedSide& side : found.sides)
    text += (text.empty() ? "" : ", ") + std::string(check::verdict_name(side.verdict.kind));
  for (const Diagnostic& one : found.diagnostics)
    if (one.severity == Severity::error) text += (text.empty() ? "" : ", ") + one.code;
  return text;
}

inline void table(const std::string& sheet, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.claim);
    CHECK(verdicts(sheet + "claim " + row.claim) == row.verdicts);
  }
}

}  // namespace gradwright::claims_table
