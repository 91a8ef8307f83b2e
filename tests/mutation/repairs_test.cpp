// Wrong formulas that people published: each gets a repair, and the repair is true.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "equal.h"
#include "truth.h"

using namespace gradwright;

TEST_CASE("a true repair for published derivations that are wrong") {
  auto cases = nlohmann::json::array();
  for (const char* name : {"derivations.json", "derivations2.json"}) {
    std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/" + name);
    for (auto& item : nlohmann::json::parse(file)) cases.push_back(item);
  }
  int wrong = 0;
  int repaired = 0;
  std::vector<double> times;
  std::string list;
  for (const auto& item : cases) {
    if (item["verdict"] == "equal" || !item["claim"].contains("gw")) continue;
    const std::string id = item["id"];
    CAPTURE(id);
    const std::string sheet = item["sheet"];
    const std::string layout = item["layout"];
    const std::string claim = item["claim"]["gw"];
    ++wrong;
    Pool pool;
    auto measured = check::measured(pool, sheet, item["of"], item["wrt"],
                                    layout == "numerator"     ? Layout::numerator
                                    : layout == "denominator" ? Layout::denominator
                                                              : Layout::gradient);
    REQUIRE(measured);
    const SheetValue right = measured->sheet.value(item["right"].get<std::string>());
    CHECK_MESSAGE(is_equal(pool, right.expr, measured->truth),
                  "the truth of the test is not `right`: ", measured->formula.gw);
    const auto begin = std::chrono::steady_clock::now();
    const check::Findings found = check::findings(measured->task(claim, item["of"], item["wrt"]));
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    list +=
        fmt::format("{} ({}, {:.1f} ms)\n  claim   {}\n", id, item["verdict"].get<std::string>(), times.back(), claim);
    bool is_true = false;
    for (const check::Repair& repair : found.repairs) {
      const SheetValue value = measured->sheet.value(repair.gw);
      const bool holds =
          value.is_good() && value.surface == measured->surface && is_equal(pool, value.expr, right.expr);
      CHECK_MESSAGE(holds, repair.gw, " is no true repair");
      is_true = is_true || holds;
      list += fmt::format("  repair  {}\n", repair.gw);
      for (const check::Edit& edit : repair.edits)
        list += fmt::format("          {}: {}\n", check::edit_name(edit.kind), edit.text);
    }
    list +=
        fmt::format("  right   {}\n  mistake {}", item["right"].get<std::string>(), item["mistake"].get<std::string>());
    for (const check::Mistake& mistake : found.mistakes) {
      list += fmt::format(" | {} `{}`: {}", mistake.name,
                          claim.substr(mistake.span.begin, mistake.span.end - mistake.span.begin), mistake.text);
    }
    list += "\n";
    repaired += is_true ? 1 : 0;
  }
  std::sort(times.begin(), times.end());
  MESSAGE(list << "repaired " << repaired << " of " << wrong << "; milliseconds: median " << times[times.size() / 2]
               << ", most " << times.back());
  CHECK(wrong >= 45);
  CHECK(repaired + 1 >= wrong);  // tr(kron(B', A)) for A'*B' is too far off: trace, order, transpose, operator
}
