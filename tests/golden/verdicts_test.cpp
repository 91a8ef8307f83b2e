// Verdicts on published derivations (tests/data/derivations.json, derivations2.json): in the worksheet language, in LaTeX and in NumPy.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "check/check.h"

using namespace gradwright;

namespace {

/// The sheet with one more line that claims.
std::string sheet_of(const nlohmann::json& item, const std::string& line) {
  return "layout " + item["layout"].get<std::string>() + "\n" + item["sheet"].get<std::string>() + line + "\n";
}

check::Checked judged(const nlohmann::json& item, const std::string& line, bool repairs = false) {
  check::CheckOptions options;
  options.repairs = repairs;
  return check::checked(Text("sheet.gw", sheet_of(item, line)), options);
}

std::string verdict_of(const check::Checked& found) {
  if (found.sides.size() != 1) return found.diagnostics.empty() ? "nothing" : found.diagnostics[0].message;
  return std::string(check::verdict_name(found.sides[0].verdict.kind));
}

nlohmann::json cases() {
  nlohmann::json all = nlohmann::json::array();
  for (const char* name : {"derivations.json", "derivations2.json"}) {
    std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/" + name);
    for (auto& item : nlohmann::json::parse(file)) all.push_back(item);
  }
  return all;
}

}  // namespace

TEST_CASE("verdicts on published derivations") {
  int right = 0;
  int proved = 0;
  for (const auto& item : cases()) {
    const std::string left = "claim d" + item["of"].get<std::string>() + "/d" + item["wrt"].get<std::string>() + " = ";
    const check::Checked found = judged(item, left + item["claim"]["gw"].get<std::string>());
    CAPTURE(item["id"].get<std::string>());
    CAPTURE(item["claim"]["gw"].get<std::string>());
    const std::string verdict = verdict_of(found);
    CAPTURE(verdict);
    CAPTURE(item["verdict"].get<std::string>());
    CHECK(verdict == item["verdict"].get<std::string>());
    if (found.sides.empty()) continue;
    CHECK(found.sides[0].verdict.trap == item["trap"].get<bool>());
    right += verdict == "equal" ? 1 : 0;
    proved += verdict == "equal" && found.sides[0].verdict.proved ? 1 : 0;
    // What is shown as the truth is the truth.
    const check::Checked other = judged(item, left + item["right"].get<std::string>());
    CAPTURE(item["right"].get<std::string>());
    CHECK(verdict_of(other) == "equal");
  }
  MESSAGE(proved << " of " << right << " right claims are proved");
  CHECK(proved * 100 >= right * 92);
}

TEST_CASE("verdicts on published derivations in LaTeX and NumPy") {
  int latex = 0, latex_good = 0, numpy = 0, numpy_good = 0;
  for (const auto& item : cases()) {
    const std::string of = item["of"];
    const std::string wrt = item["wrt"];
    for (const std::string notation : {"latex", "numpy"}) {
      if (item["claim"][notation].is_null()) continue;
      std::string claim = item["claim"][notation];
      if (notation == "latex") claim = "\\frac{\\partial " + of + "}{\\partial " + wrt + "} = " + claim;
      const check::Checked found = judged(item, "claim " + notation + ": " + claim);
      const std::string verdict = verdict_of(found);
      const bool is_good = verdict == item["verdict"] && found.sides[0].wrt == wrt && found.sides[0].of == of;
      const bool is_right = item["verdict"] == "equal";
      CAPTURE(item["id"].get<std::string>());
      CHECK((is_right || verdict != "equal"));
      if (!is_good)
        MESSAGE(item["id"].get<std::string>()
                << " " << claim << ": " << verdict << ", not " << item["verdict"].get<std::string>());
      (notation == "latex" ? latex : numpy) += 1;
      (notation == "latex" ? latex_good : numpy_good) += is_good ? 1 : 0;
    }
  }
  MESSAGE(latex_good << " of " << latex << " in LaTeX, " << numpy_good << " of " << numpy << " in NumPy");
  CHECK(latex_good == latex);
  CHECK(numpy_good == numpy);
}
