// What a claim is about may be an expression, which has a name in the checker alone: nothing that is said shows one, and no repair brings one
// in. The true formulas are by hand: ∂|X|/∂X = X/|X|; of a'x/(|a||x|) by x it is a/(|a||x|) − a'x/(|a||x|)·x/|x|².
#include <doctest/doctest.h>

#include "check/check.h"
#include "check/report.h"

using namespace gradwright;

namespace {

std::string all_said(const check::Checked& found) {
  std::string text;
  for (const check::JudgedSide& side : found.sides) {
    text += side.truth.gw + "\n" + side.reading + "\n";
    for (const WhereItem& item : side.truth.where) text += item.name + " = " + item.gw + "\n";
    for (const std::string& note : side.verdict.notes) text += note + "\n";
    for (const check::Mistake& one : side.mistakes) text += one.text + "\n";
    for (const check::Repair& one : side.repairs) {
      text += one.gw + "\n" + one.text + "\n" + one.replacement + "\n";
      for (const check::Edit& edit : one.edits) text += edit.text + "\n";
    }
    const Diagnostic said = check::diagnostic_of(side);
    text += said.message + "\n";
    for (const std::string& one : said.notes) text += one + "\n";
    for (const std::string& one : said.helps) text += one + "\n";
  }
  return text;
}

void shows_no_own_name(const std::string& sheet) {
  const check::Checked found = check::checked(Text("sheet.gw", sheet));
  CAPTURE(sheet);
  CHECK_FALSE(found.sides.empty());
  const std::string said = all_said(found);
  for (const char* word : {"claimed", "slope_of", "gradwright"}) {
    CAPTURE(said);
    CHECK(said.find(word) == std::string::npos);
  }
}

}  // namespace

TEST_CASE("names of the checker are not shown") {
  shows_no_own_name("X : R[n,m]\nclaim latex: \\frac{\\partial \\|X\\|_F}{\\partial X} = \\frac{X}{\\|X\\|_F^2}\n");
  shows_no_own_name(
      "a, x : R[n]\nclaim latex: \\frac{\\partial \\|x\\|}{\\partial x} = \\frac{x}{\\|x\\|}\n"
      "claim latex: \\frac{\\partial a^Tx}{\\partial x} = a\n"
      "claim latex: \\frac{\\partial}{\\partial x}\\frac{a^Tx}{\\|a\\|\\|x\\|} = \\frac{a}{\\|a\\|\\|x\\|} - "
      "\\frac{a^Tx}{\\|a\\|\\|x\\|}\\frac{x}{\\|x\\|}\n");
  shows_no_own_name("A : R[n,n]\nx : R[n]\nf = x'*A*x\nclaim d2f/dx2 = 2*A\nv = A*x\nclaim dv[2]/dx = A[:,2]\n");
}

TEST_CASE("a name of the checker is no loss of the sheet") {
  const check::Checked found = check::checked(
      Text("sheet.gw",
           "x : R[n]\nL = sum(x.^2)\nclaim latex: \\frac{\\partial \\|x\\|}{\\partial x} = \\frac{x}{\\|x\\|}\n"
           "claim numpy: dx = 2*x\n"));
  REQUIRE(found.sides.size() == 2);
  CHECK(found.sides[1].of == "L");
  CHECK(found.sides[1].verdict.is_right());
}
