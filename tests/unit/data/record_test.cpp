// The record of a training's data: written and read back, applied to new rows; hostile text ends in a diagnostic.
#include "data/record.h"

#include <doctest/doctest.h>

using namespace gradwright;

namespace {

DataRecord some_record() {
  DataRecord record;
  record.input = "x";
  record.sizes = {{"d", 3}};
  record.columns = {{"age", {}, {40.5}, 1}, {"colour, or none", {"blue", "red"}, {0.25, 0.75}, 1}};
  record.has_names = true;
  record.target_at = 2;
  record.scaling = "standard";
  record.shift = {40, 0.25, 0.75};
  record.factor = {0.1, 2, 0};
  record.target = "kind";
  record.classes = {"no", "yes"};
  record.kind = TargetKind::two;
  return record;
}

struct Taken {
  std::vector<std::vector<double>> rows;
  std::vector<std::string> others;
};

tl::expected<Taken, Diagnostic> taken(const DataRecord& record, std::string_view text) {
  Taken found;
  const auto count = recorded_rows(
      in_memory(text), "new.csv", record,
      [&](std::span<const double> features) {
        found.rows.emplace_back(features.begin(), features.end());
        return std::optional<Diagnostic>();
      },
      found.others);
  if (!count) return tl::unexpected(count.error());
  CHECK(*count == found.rows.size());
  return found;
}

std::string code(const DataRecord& record, std::string_view text) {
  const auto found = taken(record, text);
  REQUIRE_FALSE(found);
  CHECK_FALSE(found.error().helps.empty());
  return found.error().code;
}

}  // namespace

TEST_CASE("a record reads back to the same text") {
  const std::string text = record_text(some_record());
  const auto back = parse_record(text, "w.safetensors");
  REQUIRE(back);
  CHECK(record_text(*back) == text);
}

TEST_CASE("what is no record is refused") {
  const std::string text = record_text(some_record());
  for (std::size_t end = 0; end < text.size(); ++end)
    CHECK_FALSE(parse_record(std::string_view(text).substr(0, end), "w"));
  for (const auto& [from, to] :
       {std::pair("[0.1,2.0,0.0]", "[0.1,2.0]"), std::pair("[0.1,2.0,0.0]", "[0.1,2.0,1e999]"),
        std::pair("\"two\"", "\"three\""), std::pair("[\"blue\",\"red\"]", "[\"red\",\"blue\"]"),
        std::pair("[\"blue\",\"red\"]", "[\"blue\"]"), std::pair("\"age\"", "7"), std::pair("data/1", "data/9")}) {
    std::string broken = text;
    REQUIRE(broken.find(from) != std::string::npos);
    broken.replace(broken.find(from), std::string_view(from).size(), to);
    const auto found = parse_record(broken, "w");
    REQUIRE_FALSE(found);
    CHECK(found.error().code == "G0520");
  }
}

TEST_CASE("new rows by name, in any order, scaled as the old ones were") {
  const auto found = taken(some_record(), "kind;colour, or none;more;age\nyes;red;1;50\nno;blue;2;40\n");
  REQUIRE(found);
  CHECK(found->rows == std::vector<std::vector<double>>{{1, -0.5, 0}, {0, 1.5, 0}});
  CHECK(found->others == std::vector<std::string>{"more"});
}

TEST_CASE("what the training did not have is refused, with its place") {
  const DataRecord record = some_record();
  CHECK(code(record, "age\n1\n") == "G0545");
  CHECK(code(record, "age,age,\"colour, or none\"\n1,1,red\n") == "G0545");
  CHECK(code(record, "age,\"colour, or none\"\n1,red\n2,pink\n") == "G0545");
  CHECK(code(record, "age,\"colour, or none\"\n1,red\n,red\n") == "G0506");
  CHECK(code(record, "age,\"colour, or none\"\n1,red\nold,red\n") == "G0506");
  CHECK(code(record, "age,\"colour, or none\"\n1e999,red\n") == "G0507");
  CHECK(code(record, "age,\"colour, or none\"\n1,red,3\n") == "G0506");
  CHECK(code(record, "age,\"colour, or none\"\n") == "G0506");
  const auto found = taken(record, "age,\"colour, or none\"\n1,red\n2,pink\n");
  REQUIRE_FALSE(found);
  CHECK(found.error().notes.front().find("line 3, column 3") != std::string::npos);
}

TEST_CASE("a gap is the mean of the training, where that filled gaps") {
  DataRecord record = some_record();
  record.fills_gaps = true;
  const auto found = taken(record, "age,\"colour, or none\"\n,red\n50,?\n");
  REQUIRE(found);
  CHECK(found->rows[0][0] == doctest::Approx(0.05));
  CHECK(found->rows[1] == std::vector<double>{1, 0, 0});
}

TEST_CASE("without names columns are found by place, with the target and without") {
  DataRecord record = some_record();
  record.has_names = false;
  record.target_at = 0;
  const std::vector<std::vector<double>> wanted{{1, -0.5, 0}};
  CHECK(taken(record, "50,red\n").value().rows == wanted);
  CHECK(taken(record, "yes,50,red\n").value().rows == wanted);
  CHECK(code(record, "50\n") == "G0545");
  CHECK(code(record, "1,2,3,4\n") == "G0545");
}
