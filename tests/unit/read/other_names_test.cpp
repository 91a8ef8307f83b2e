// Functions by the names that people bring along: read as what they mean, by the mathematics of the functions.
#include <cmath>
#include <functional>

#include "sheet.h"

namespace gradwright {
namespace {

void same(const std::string& sheet, const std::string& first, const std::string& second) {
  INFO(first, "  and  ", second);
  const Sheet read(sheet + "p_ = " + first + "\nq_ = " + second + "\n");
  CHECK(read.codes().empty());
  CHECK_FALSE(read["p_"].is_none());
  CHECK(read["p_"] == read["q_"]);
}

}  // namespace

TEST_CASE("functions by the names that other libraries give them") {
  const std::string sheet = "x, y : R[n]\ns, t : R\nA : R[n,n]\n";
  same(sheet, "ln(x)", "log(x)");
  same(sheet, "log2(x)", "log(x)/log(2)");
  same(sheet, "inverse(A)", "inv(A)");
  same(sheet, "determinant(A)", "det(A)");
  same(sheet, "clamp(x,0,1)", "min(max(x, 0), 1)");
  same(sheet, "where(x > 0, x, y)", "(x > 0) .* x + (1 - (x > 0)) .* y");
  same(sheet, "maximum(x,y)", "max(x,y)");
  same(sheet, "2*pi*s", "2*acos(-1)*s");
}

TEST_CASE("the values of functions by other names are those of the C library") {
  // Input 0 of the sheet holds 1, input 1 holds 2.
  const Sheet sheet(
      "s, t : R\na = log10(s/3)\nb = asinh(-s/3)\nc = acosh(t)\nd = atanh(s/3)\ne1 = erfc(s)\nf = atan2(s,-t)\ng = "
      "logaddexp(s,t)\n"
      "h = logit(s/3)\ni = std([1;2;4;9])\nj = clip(t,0,1.5)\nk = where(s > t, 5, 7)\nl = log2(t/3)\nm = arctan(t)\no "
      "= pi\n");
  REQUIRE(sheet.codes().empty());
  const std::pair<const char*, double> truths[] = {{"a", std::log10(1.0 / 3)},
                                                   {"b", std::asinh(-1.0 / 3)},
                                                   {"c", std::acosh(2.0)},
                                                   {"d", std::atanh(1.0 / 3)},
                                                   {"e1", std::erfc(1.0)},
                                                   {"f", std::atan2(1.0, -2.0)},
                                                   {"g", std::log(std::exp(1.0) + std::exp(2.0))},
                                                   {"h", std::log(0.5)},
                                                   {"i", std::sqrt(9.5)},
                                                   {"j", 1.5},
                                                   {"k", 7.0},
                                                   {"l", std::log2(2.0 / 3)},
                                                   {"m", std::atan(2.0)},
                                                   {"o", std::acos(-1.0)}};
  for (const auto& [name, truth] : truths) {
    CAPTURE(name);
    CHECK(sheet.value(name)[0] == doctest::Approx(truth).epsilon(1e-12));
  }
}

TEST_CASE("a literal has a bound that is told") {
  const Sheet many("f = sum([" + [] {
    std::string rows;
    for (int i = 0; i < 20000; ++i) rows += std::to_string(i) + (i + 1 < 20000 ? ";" : "");
    return rows;
  }() + "])\n");
  CHECK(many.codes() == std::vector<std::string>{"G0511"});
}

}  // namespace gradwright
