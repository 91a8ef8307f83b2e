// No answer depends on how a message is worded: with all words of diagnostics taken away, the check says what it says with them.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "check/check.h"

using namespace gradwright;

namespace {

struct WithoutWords {
  WithoutWords() {
    set_wording([](std::string) { return std::string("…"); });
  }
  ~WithoutWords() { set_wording(nullptr); }
};

/// All that is said of the sides but in sentences.
std::string facts_of(const check::Checked& found) {
  std::string text;
  for (const Diagnostic& one : found.diagnostics) text += one.code + "\n";
  for (const check::JudgedSide& side : found.sides) {
    const check::Verdict& verdict = side.verdict;
    text += side.written + " | " + side.reading + " | " + side.size + " | " +
            std::string(check::verdict_name(verdict.kind)) + (verdict.trap ? ", a trap" : "") +
            (verdict.proved ? ", proved" : "") + (side.follows.value_or(true) ? "" : ", does not follow") +
            verdict.factor.value_or("") + verdict.other_loss +
            (verdict.assumption ? verdict.assumption->declaration : "") + "\n";
    for (const check::Mistake& one : side.mistakes) text += "  " + one.name + "\n";
    for (const check::Repair& one : side.repairs) {
      text += "  " + one.gw + " " + one.text;
      for (const check::Edit& edit : one.edits) text += " " + std::string(check::edit_name(edit.kind));
      text += "\n";
    }
    for (const Diagnostic& one : side.diagnostics) text += "  " + one.code + "\n";
  }
  return text;
}

template <typename Check>
void compare(const Check& check) {
  const std::string said = facts_of(check());
  const WithoutWords silence;
  CHECK(facts_of(check()) == said);
}

}  // namespace

TEST_CASE("verdicts on published derivations are the same without words") {
  for (const char* name : {"derivations.json", "derivations2.json"}) {
    std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/" + name);
    for (const auto& item : nlohmann::json::parse(file)) {
      const std::string subject = "d" + item["of"].get<std::string>() + "/d" + item["wrt"].get<std::string>();
      const Text sheet("sheet.gw", "layout " + item["layout"].get<std::string>() + "\n" +
                                       item["sheet"].get<std::string>() + "claim " + subject + " = " +
                                       item["claim"]["gw"].get<std::string>() + "\n");
      CAPTURE(item["id"].get<std::string>());
      compare([&] { return check::checked(sheet); });
    }
  }
}

TEST_CASE("traps are the same without words") {
  // Sizes that coincide are told apart through the sizes that a diagnostic says do not fit.
  const auto is_trap = [](const std::string& sheet, const std::string& claim, bool expected) {
    const Text text("sheet.gw", sheet + "claim " + claim + "\n");
    CAPTURE(claim);
    const WithoutWords silence;
    const check::Checked found = check::checked(text);
    REQUIRE(found.sides.size() == 1);
    CHECK(found.sides[0].verdict.trap == expected);
  };
  const std::string two = "dim m = 3\ndim n = 3\nX : R[m,n]\ny : R[m]\nparam w : R[n]\nL = 1/2*sum((X*w - y)^2)/m\n";
  is_trap(two, "dL/dw = X'*(X*w - y)/m", false);
  is_trap(two, "dL/dw = X'*(X*w - y)/n", true);
  const std::string layer =
      "x, y : R[3]\nparam W : R[3,3]\nz = W*x\na = tanh(z)\nd = (a - y) .* (1 - a.^2)\nL = 1/2*sum((a - y)^2)\n";
  is_trap(layer, "dL/dx = W'*d", false);
  is_trap(layer, "dL/dx = W*d", true);
  is_trap(layer, "dL/dW = diag(d)*ones(3)*x'", false);
  is_trap(layer, "dL/dW = d .* x*ones(3)'", true);
}

TEST_CASE("claims in other notations that rest on an error of their worksheet are the same without words") {
  const Text sheet("sheet.gw", "x : R[2]\nparam W : R[3,2]\nz = W*W\nL = sum(W*x)\n");
  const Text latex("notes.tex", R"(\[ \frac{\partial L}{\partial W} = z x^T \])");
  const Text numpy("notes.py", "dW = z @ x.T\n");
  compare([&] { return check::checked_document(latex, check::Notation::latex, sheet); });
  compare([&] { return check::checked_document(numpy, check::Notation::numpy, sheet); });
}
