// Wrong formulas that people published in LaTeX and NumPy: the repair is written as they write, and read back it is the repair.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "check/check.h"
#include "equal.h"
#include "read/latex/latex.h"
#include "read/numpy/numpy.h"

using namespace gradwright;

namespace {

/// All that the line may mean.
std::vector<std::string> readings_of(const std::string& line, bool is_latex, OpenSheet& sheet) {
  const Text text("line", line);
  const Span all{0, static_cast<std::uint32_t>(line.size())};
  std::vector<std::string> found;
  if (is_latex) {
    for (const ReadEquation& equation : read_latex(text, all, sheet).equations) {
      for (const ReadSide& side : equation.sides)
        for (const Reading& reading : side.readings) found.push_back(reading.gw);
    }
    return found;
  }
  for (const NumpyReading& reading : read_numpy(text, all, sheet).readings) {
    if (!reading.assignments.empty()) found.push_back(reading.assignments.back().reading.gw);
  }
  return found;
}

}  // namespace

TEST_CASE("repairs of published derivations in the notation they were published in") {
  std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/derivations.json");
  const auto cases = nlohmann::json::parse(file);
  int wrong = 0, written = 0;
  std::string list;
  for (const auto& item : cases) {
    if (item["verdict"] == "equal") continue;
    for (const std::string notation : {"latex", "numpy"}) {
      if (!item["claim"].contains(notation) || item["claim"][notation].is_null()) continue;
      const bool is_latex = notation == "latex";
      const std::string of = item["of"], wrt = item["wrt"], id = item["id"], layout = item["layout"];
      CAPTURE(id);
      const std::string sheet =
          (layout == "gradient" ? "" : "layout " + layout + "\n") + item["sheet"].get<std::string>();
      const std::string raw = item["claim"][notation];
      const std::string claim =
          is_latex ? fmt::format("\\frac{{\\partial {}}}{{\\partial {}}} = {}", of, wrt, raw) : raw;
      ++wrong;
      const check::Checked checked =
          check::checked(Text("sheet.gw", sheet + (is_latex ? "claim latex: " : "claim numpy: ") + claim + "\n"));
      list += fmt::format("{} ({})\n  claim   {}\n", id, notation, claim);
      if (checked.sides.empty() || checked.sides.back().repairs.empty()) continue;
      const check::Repair& repair = checked.sides.back().repairs[0];
      list += fmt::format("  repair  {}\n  so      {}\n  right   {}\n", repair.gw, repair.text,
                          item["right"].get<std::string>());
      if (repair.text.empty()) continue;
      Pool pool;
      OpenSheet open(Text("sheet.gw", sheet), pool);
      const SheetValue wanted = open.value(repair.gw);
      const SheetValue right = open.value(item["right"].get<std::string>());
      bool is_same = false;
      for (const std::string& gw : readings_of(repair.text, is_latex, open)) {
        const SheetValue value = open.value(gw);
        is_same = is_same || (value.is_good() && value.surface == wanted.surface &&
                              is_equal(pool, value.expr, wanted.expr) && is_equal(pool, value.expr, right.expr));
      }
      CHECK_MESSAGE(is_same, repair.text, " is not ", repair.gw);
      written += is_same ? 1 : 0;
    }
  }
  MESSAGE(list << written << " of " << wrong << " in the notation of the claim");
  CHECK(wrong >= 19);
  CHECK(written + 1 >= wrong);  // tr(kron(B', A)) for A'*B' is too far off
}
