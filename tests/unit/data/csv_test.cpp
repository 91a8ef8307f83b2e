#include "data/csv.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace gradwright;
using namespace std::string_literals;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Table table(std::string_view text) {
  auto found = parse_csv(text, "d.csv");
  INFO(text << ": " << (found ? "" : found.error().message));
  REQUIRE(found);
  REQUIRE(found->values.shape.size() == 2);
  REQUIRE(static_cast<std::size_t>(found->values.shape[0] * found->values.shape[1]) == found->values.data.size());
  return *found;
}

Diagnostic refusal(std::string_view text, LoadLimits limits = {}) {
  const auto found = parse_csv(text, "d.csv", limits);
  INFO(text);
  REQUIRE(!found);
  CHECK(!found.error().helps.empty());
  return found.error();
}

}  // namespace

TEST_CASE("a plain table") {
  const Table found = table("x,y\n1,2.5\n-3e2,+.5\n");
  CHECK(found.columns == Names{"x", "y"});
  CHECK(found.values.shape == std::vector<std::int64_t>{2, 2});
  CHECK(found.values.data == Numbers{1, 2.5, -300, 0.5});
}

TEST_CASE("separators are detected") {
  for (const char c : {',', ';', '\t'}) {
    std::string text = "a|b|c\n1|2|3\n4|5|6";
    for (char& at : text)
      if (at == '|') at = c;
    CHECK(table(text).columns == Names{"a", "b", "c"});
    CHECK(table(text).values.data == Numbers{1, 2, 3, 4, 5, 6});
  }
  CHECK(table("\"a;b\",c\n1,2\n").columns == Names{"a;b", "c"});
  CHECK(table("1\n2\n").values.shape == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("line ends, the byte order mark, blank lines and spaces do not count") {
  for (const std::string end : {"\n", "\r\n", "\r"})
    CHECK(table("\xef\xbb\xbf" + end + "a, b " + end + " 1 ,\t2" + end + end + "3,4" + end + "  " + end).values.data ==
          Numbers{1, 2, 3, 4});
}

TEST_CASE("quotes") {
  const Table found = table("\"a\"\"b\" , \"two\nlines\"\n\"1\",\"2\"\n");
  CHECK(found.columns == Names{"a\"b", "two\nlines"});
  CHECK(found.values.data == Numbers{1, 2});
  CHECK(refusal("a,b\n1,\"2").message == "a quote that is never closed");
  CHECK(refusal("a,b\n1,\"2\" 3").message == "text after a closing quote");
}

TEST_CASE("the first line is a header, or it is not") {
  CHECK(table("1,2\n3,4").columns == Names{"column1", "column2"});
  CHECK(table("label,0,1,2\n5,7,8,9").columns == Names{"label", "0", "1", "2"});
  CHECK(table(",a,b\n0,1,2").columns == Names{"column1", "a", "b"});
  CHECK(refusal("5,5,x\n1,2,3").notes == Names{"in `d.csv`, line 1, column 5"});
  CHECK(refusal("0.5,1,x\n1,2,3").notes == Names{"in `d.csv`, line 1, column 7"});
  CHECK(refusal("1,,3\n1,2,3").message == "no number in column `column2`");
}

TEST_CASE("a cell that is not a number is shown with its place and a way out") {
  const Diagnostic text = refusal("höhe,art\n1,2\n3, rose\n");
  CHECK(text.code == "G0506");
  CHECK(text.message == "`rose` in column `art` is not a number");
  CHECK(text.notes == Names{"in `d.csv`, line 3, column 4"});
  CHECK(refusal("\"a\nb\",c\r\n1,2\r\n3,é\r\n").notes == Names{"in `d.csv`, line 4, column 3"});
  CHECK(refusal("a;b\n1;2,5\n").helps == Names{"write a decimal point: `2.5`"});
  CHECK(refusal("a,b\n1,\n").helps.at(0).starts_with("drop the separator"));
  CHECK(refusal("a,b\nNA,1\n").message == "no number in column `a`");
  CHECK(refusal("a\n1\n\n2\n").message == "a line without a number");
  for (const std::string& cell : {"0x10"s, "1e"s, "1 2"s, "1_000"s, "--1"s, "+-1"s, "++1"s, "true"s, "\xff"s, "1\0"s})
    refusal("a,b\n1," + cell + "\n");
}

TEST_CASE("what is not finite is G0507; what is too small is zero") {
  for (const std::string cell :
       {"nan", "-NaN", "inf", "Infinity", "-inf", "1e999", "-1e400", "1e99999999999999999999"}) {
    const Diagnostic found = refusal("a,b\n1," + cell + "\n");
    CHECK(found.code == "G0507");
    CHECK(found.notes == Names{"in `d.csv`, line 2, column 3"});
  }
  CHECK(refusal("a\n1" + std::string(400, '0') + "\n").code == "G0507");
  for (const std::string cell : {"1e-999", "-1e-400", "1e-99999999999999999999"})
    CHECK(table("a,b\n1," + cell + "\n").values.data.at(1) == 0);
  CHECK(table("a\n0." + std::string(400, '0') + "1\n").values.data.at(0) == 0);
}

TEST_CASE("malformed tables") {
  CHECK(refusal("").message == "`d.csv` is empty");
  CHECK(refusal("\n \r\n\n").message == "`d.csv` is empty");
  CHECK(refusal("a,b\n").message == "`d.csv` has a line of names and no numbers");
  const Diagnostic ragged = refusal("a,b\n1,2\n1,2,3\n");
  CHECK(ragged.message == "a line of 3 cells in a table of 2 columns");
  CHECK(ragged.notes == Names{"in `d.csv`, line 3, column 1"});
  CHECK(refusal("a,\xff\n1,2\n").message == "the column name `\\xff` is not UTF-8");
  CHECK(refusal("a,b\0\n1,2\n"s).message == "the column name `b\\x00` is not UTF-8");
  CHECK(refusal("\xff\xfe\x31\0"s).message == "`d.csv` is UTF-16 text");
}

TEST_CASE("hostile sizes stop early") {
  CHECK(refusal("a,b\n1,2\n3,4\n", {24}).message == "more than 3 numbers");
  CHECK(refusal(std::string((std::size_t{1} << 20U) + 5, ',')).message == "more cells in a line than can be");
  refusal("\"" + std::string(1 << 20, '"'));  // linear in the doubled quotes
}
