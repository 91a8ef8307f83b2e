// The JSON renderer, read back by a JSON reader. The catalogue is in order.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "source/catalogue.h"
#include "source/render.h"

namespace gradwright {

TEST_CASE("a diagnostic as JSON") {
  const Text text("t", "x : R\n\xce\xb1 = x'*y\n");
  Diagnostic diagnostic =
      error("G0301", "unknown \"y\"\n").at({14, 15}).note("note").help("help").fix({11, 13}, "q", "try");
  const auto json = nlohmann::json::parse(json_text(std::array{diagnostic}, text));
  CHECK(json == nlohmann::json::parse(R"([{"code": "G0301", "severity": "error", "message": "unknown \"y\"\n",
    "span": {"line": 2, "start": 8, "end": 9}, "notes": ["note", "help: help"],
    "fixits": [{"span": {"line": 2, "start": 5, "end": 7}, "replacement": "q", "title": "try"}]}])"));
}

TEST_CASE("severities, and none at all") {
  const Text text("t", "x");
  Diagnostic diagnostic = warning("G0402", "it is zero");
  CHECK(nlohmann::json::parse(json_text(std::array{diagnostic}, text))[0]["severity"] == "warning");
  diagnostic.severity = Severity::note;
  CHECK(nlohmann::json::parse(json_text(std::array{diagnostic}, text))[0]["severity"] == "note");
  CHECK(json_text({}, text) == "[]");
}

TEST_CASE("malformed UTF-8 becomes the replacement character") {
  const Text text("t", "\xff\xfe");
  const Diagnostic diagnostic = error("G0004", "byte \xff").at({1, 2});
  const auto json = nlohmann::json::parse(json_text(std::array{diagnostic}, text));
  CHECK(json[0]["message"] == "byte \xef\xbf\xbd");
  CHECK(json[0]["span"] == nlohmann::json::parse(R"({"line": 1, "start": 2, "end": 3})"));
}

TEST_CASE("a span over several lines ends in its first line; an empty span is empty") {
  const Text text("t", "ab\ncd");
  Diagnostic diagnostic = error("G0101", "it is long").at({0, 5});
  CHECK(nlohmann::json::parse(json_text(std::array{diagnostic}, text))[0]["span"]["line"] == 1);
  CHECK(nlohmann::json::parse(json_text(std::array{diagnostic}, text))[0]["span"]["end"] == 2);
  diagnostic.span = {3, 3};
  CHECK(nlohmann::json::parse(json_text(std::array{diagnostic}, text))[0]["span"] ==
        nlohmann::json::parse(R"({"line": 2, "start": 1, "end": 1})"));
}

TEST_CASE("the catalogue stands in the order of its codes, each once, each with a way out") {
  const auto rows = catalogue();
  CHECK(std::adjacent_find(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.code >= b.code; }) ==
        rows.end());
  for (const CatalogueRow& row : rows) {
    CHECK(catalogue_row(row.code) == &row);
    CHECK_FALSE(row.title.empty());
    CHECK_FALSE(row.cause.empty());
    CHECK_FALSE(row.way_out.empty());
  }
  CHECK(catalogue_row("G9999") == nullptr);
}

}  // namespace gradwright
