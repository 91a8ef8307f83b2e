// CSV with columns of texts and with gaps, read in two passes through a window.
#include "data/csv_columns.h"

#include <doctest/doctest.h>

#include <cstring>

using namespace gradwright;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

struct Read {
  CsvColumns columns;
  Numbers features, targets;
  CsvCounts counts;
};

tl::expected<Read, Diagnostic> read(const ByteSource& source, Missing missing, std::size_t target_from_end) {
  const auto columns = csv_columns(source, "d.csv");
  if (!columns) return tl::unexpected(columns.error());
  Read found{*columns, {}, {}, {}};
  const std::size_t target = columns->columns.size() - target_from_end;
  const auto counts = csv_rows(source, "d.csv", *columns, target, missing, [&](auto features, double truth) {
    found.features.insert(found.features.end(), features.begin(), features.end());
    found.targets.push_back(truth);
    return std::optional<Diagnostic>();
  });
  if (!counts) return tl::unexpected(counts.error());
  found.counts = *counts;
  return found;
}

Read table(std::string_view text, Missing missing = Missing::refuse, std::size_t target_from_end = 1) {
  auto found = read(in_memory(text), missing, target_from_end);
  REQUIRE_MESSAGE(found, (found ? "" : found.error().message));
  return *found;
}

Diagnostic refusal(std::string_view text, Missing missing = Missing::refuse) {
  const auto found = read(in_memory(text), missing, 1);
  REQUIRE(!found);
  CHECK(!found.error().helps.empty());
  return found.error();
}

}  // namespace

TEST_CASE("a column of texts is a column a text, in the order of their bytes") {
  const Read found = table("colour,size,y\nred,1,0\nblue,2,1\n\"red\",3,1\nzoë,4,0\n");
  CHECK(found.columns.features(2) == Names{"colour=blue", "colour=red", "colour=zoë", "size"});
  CHECK(found.features == Numbers{0, 1, 0, 1, 1, 0, 0, 2, 0, 1, 0, 3, 0, 0, 1, 4});
  CHECK(found.targets == Numbers{0, 1, 1, 0});
}

TEST_CASE("a target of texts is the number of its text") {
  const Read found = table("a,kind\n1,wet\n2,dry\n3,wet\n");
  CHECK(found.columns.columns[1].texts == Names{"dry", "wet"});
  CHECK(found.targets == Numbers{1, 0, 1});
  CHECK(table("kind,a\nwet,1\ndry,2\n", Missing::refuse, 2).targets == Numbers{1, 0});
}

TEST_CASE("the first line is data when it is like the second") {
  CHECK(table("5.1,3.5,setosa\n4.9,3.0,virginica\n").targets == Numbers{0, 1});
  CHECK(table("5,7,setosa\n4,3,virginica\n").features == Numbers{5, 7, 4, 3});
  CHECK(table("label,0,1\n5,7,8\n").columns.columns[0].name == "label");
  CHECK(table("kind,0,1\nred,7,8\n").columns.columns[0].name == "kind");
  CHECK(table("a,b\nx,y\nz,y\n").columns.columns[0].name == "a");
}

TEST_CASE("columns have names of their own") {
  const Diagnostic found = refusal("a,b,a\n1,2,3\n");
  CHECK(found.code == "G0506");
  CHECK(found.message == "the columns 1 and 3 have one name, `a`");
  CHECK(refusal("\"a\",a,y\n1,2,3\n").message == "the columns 1 and 2 have one name, `a`");
  CHECK(refusal("column2,,y\n1,2,3\n").message == "the columns 1 and 2 have one name, `column2`");
  CHECK(table("1,1,2\n1,2,3\n").targets == Numbers{2, 3});
}

TEST_CASE("a missing value: its place and the ways out") {
  for (const std::string cell : {"", "NA", "nan", "NaN", "?", "null", "-nan"}) {
    CAPTURE(cell);
    const std::string text = "a,colour,y\n1,red,0\n3,blue,1\n" + cell + ",red,1\n8,,0\n";
    const Diagnostic refused = refusal(text);
    CHECK(refused.code == "G0506");
    CHECK(refused.message == "no value in column `a`");
    CHECK(refused.notes == Names{"in `d.csv`, line 4, column 1"});
    CHECK(refused.helps.at(0).find("--missing drop") != std::string::npos);
    const Read dropped = table(text, Missing::drop);
    CHECK(dropped.counts.dropped == 2);
    CHECK(dropped.features == Numbers{1, 0, 1, 3, 1, 0});
    const Read filled = table(text, Missing::mean);  // (1 + 3 + 8)/3 = 4; two of three are red
    CHECK(filled.counts.filled == 2);
    REQUIRE(filled.features.size() == 12);
    const Numbers expected{1, 0, 1, 3, 1, 0, 4, 0, 1, 8, 1. / 3, 2. / 3};
    for (std::size_t i = 0; i < 12; ++i) CHECK(filled.features[i] == doctest::Approx(expected[i]));
  }
  const Read target = table("a,y\n1,0\n2,\n3,1\n", Missing::mean);
  CHECK(target.targets == Numbers{0, 1});
  CHECK(target.counts.dropped == 1);
  CHECK(refusal("a,y\n,0\n,1\n", Missing::mean).message == "every line of `d.csv` has a missing value");
}

TEST_CASE("numbers and texts in one column are a slip") {
  CHECK(refusal("a,y\n1,0\nx,1\n").message == "`x` in column `a` is not a number");
  CHECK(refusal("a,y\nx,0\n1,1\n").message == "`1` in column `a`, which has texts above");
  CHECK(refusal("a;y\n1;0\n\"2,5\";1\n").helps == Names{"write a decimal point: `2.5`"});
  CHECK(refusal("a,y\n1,0\n1e999,1\n").code == "G0507");
  CHECK(refusal("a,y\nx,0\n\xff,1\n").message == "`\\xff` in column `a` is not UTF-8");
  CHECK(refusal("a,y\n1,0\n2,0,3\n").message == "a line of 3 cells in a table of 2 columns");
  std::string many = "name,y\n";
  for (int i = 0; i < 1001; ++i) many += "n" + std::to_string(i) + ",0\n";
  CHECK(refusal(many).message == "more than 1000 different texts in column `name`");
  CHECK(refusal(many).notes == Names{"in `d.csv`, line 1002, column 1"});
}

TEST_CASE("the window slides: records over its border, quotes with line breaks, places far down") {
  std::string text = "a,\"the\nnote\",y\r\n";
  double sum = 0;
  constexpr int lines = 200000;  // many windows
  for (int i = 0; i < lines; ++i) {
    text += std::to_string(i) + (i % 2 == 0 ? ",\"on\n\"\"e\"," : ",two,") + std::to_string(i % 7) + "\r\n";
    sum += i;
  }
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{1} << 20U}) {
    // The reader gives no more than a piece a time.
    const ByteSource source = [&]() -> tl::expected<ByteReader, Diagnostic> {
      return [rest = std::string_view(text), piece](char* to,
                                                    std::size_t size) mutable -> tl::expected<std::size_t, Diagnostic> {
        const std::size_t count = std::min({size, piece, rest.size()});
        if (count > 0) std::memcpy(to, rest.data(), count);
        rest.remove_prefix(count);
        return count;
      };
    };
    const auto found = read(source, Missing::refuse, 1);
    REQUIRE_MESSAGE(found, (found ? "" : found.error().message));
    CHECK(found->columns.columns[1].texts == Names{"on\n\"e", "two"});
    CHECK(found->targets.size() == lines);
    double total = 0;
    for (std::size_t i = 0; i < found->features.size(); i += 3) total += found->features[i];
    CHECK(total == sum);
  }
  // The cell begins behind its quote.
  const Diagnostic far = refusal(text + "1,?,\"x\"");
  // Two lines of names, and half of the records take two lines.
  CHECK(far.notes == Names{"in `d.csv`, line " + std::to_string(2 + lines + lines / 2 + 1) + ", column 6"});
}

TEST_CASE("the separator is told by whole records, however long they are") {
  // Names and lines longer than a window; more names than a window holds under every separator.
  const std::string long_name(100'000, 'n'), note(70'000, ',');
  const Read wide = table(long_name + ";y\n1,5 \"" + note + "\";0\nb;1\n", Missing::refuse);
  CHECK(wide.columns.columns.size() == 2);
  CHECK(wide.targets == Numbers{0, 1});
  std::string old = "a;b\r";  // lines that a CR ends
  for (int i = 0; i < 400'000; ++i) old += "1;2\r";
  const Read returned = table(old);
  CHECK(returned.columns.columns.size() == 2);
  CHECK(returned.targets.size() == 400'000);
  // Where no separator cuts the records alike, all of the first line tells: two semicolons behind 70,000 letters, one comma before them.
  const Diagnostic quote = refusal("\"a\",\"\"x" + std::string(70'000, 'b') + ";;\n1,2\n");
  CHECK(quote.notes == Names{"in `d.csv`, line 1, column 4"});
  // The reader sees ten records before a quote that goes on behind them.
  std::string quoted = "a;b\n";
  for (int i = 0; i < 10; ++i) quoted += "x,y;1\n";
  const Read found = table(quoted + "\"" + std::string(300'000, '\n') + "\";2\n");
  CHECK(found.columns.columns.size() == 2);
  CHECK(found.targets.size() == 11);
}
