// Formulas of entries made wrong (`claim dL/dW[i,j] = …`), in sheets with symbols and in sheets with numbers for sizes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>

#include "check/check.h"
#include "mutants.h"

using namespace gradwright;

namespace {

struct EntryCase {
  std::string sheet, left, gw;
  std::vector<std::string> indices;
};

constexpr const char* net =
    "x : R[{n}]\ny : R[{k}]\nparam W1 : R[{h},{n}]\nparam W2 : R[{k},{h}]\nz1 = W1*x\na1 = tanh(z1)\nz2 = W2*a1\na2 = "
    "sigmoid(z2)\nd2 = (a2 - y) .* sigmoid'(z2)\nL = 1/2*sum((a2 - y)^2)\n";
constexpr const char* linear = "X : R[{n},{h}]\nY : R[{n},{k}]\nparam W : R[{h},{k}]\nE = X*W - Y\nL = 1/2*sum(E.^2)\n";

const std::array<EntryCase, 6> entries{{
    {net, "dL/dW2[i,j]", "(a2[i] - y[i])*sigmoid'(z2[i])*a1[j]", {"i", "j"}},
    {net, "dL/dW2[i,j]", "d2[i]*a1[j]", {"i", "j"}},
    {net, "dL/dW1[i,j]", "sum(p, W2[p,i]*d2[p])*tanh'(z1[i])*x[j]", {"i", "j", "p"}},
    {net, "da1[i]/dx[j]", "tanh'(z1[i])*W1[i,j]", {"i", "j"}},
    {linear, "dL/dW[i,j]", "sum(p, X[p,i]*E[p,j])", {"i", "j", "p"}},
    {linear, "dL/dX[i,j]", "sum(p, E[i,p]*W[j,p])", {"i", "j", "p"}},
}};

std::string with_sizes(std::string text, const std::string& n, const std::string& h, const std::string& k) {
  for (const auto& [from, to] : {std::pair{std::string("{n}"), n}, {std::string("{h}"), h}, {std::string("{k}"), k}}) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from)) text.replace(at, 3, to);
  }
  return text;
}

struct Tally {
  int wrong = 0, repaired = 0, named = 0;
};

}  // namespace

TEST_CASE("formulas of entries made wrong are repaired") {
  Tally all, indices;
  std::string failures;
  for (const auto& [n, h, k] : {std::array<std::string, 3>{"n", "h", "k"}, {"4", "3", "2"}, {"3", "3", "3"}}) {
    for (const EntryCase& entry : entries) {
      const std::string sheet = with_sizes(entry.sheet, n, h, k);
      const auto judged = [&](const std::string& gw) {
        return check::checked(Text("sheet.gw", sheet + "claim " + entry.left + " = " + gw + "\n"), {});
      };
      CAPTURE(entry.gw);
      const check::Checked right = judged(entry.gw);
      REQUIRE(right.sides.size() == 1);
      CHECK(right.sides[0].verdict.kind == check::VerdictKind::equal);
      CHECK_FALSE(right.sides[0].verdict.trap);
      for (const check::Mutant& mutant : check::mutants_of(
               entry.gw, {{"x", "y", "a1", "a2", "d2", "z1", "z2"}, {{"tanh(z1)", "a1"}}, entry.indices})) {
        const check::Checked found = judged(mutant.gw);
        if (found.sides.size() != 1) continue;
        const check::JudgedSide& side = found.sides[0];
        if (side.verdict.is_right()) {
          CHECK_MESSAGE(side.verdict.proved,
                        "not proved, though called right: ", mutant.gw);  // a transposed scalar is itself
          continue;
        }
        ++all.wrong;
        CAPTURE(mutant.gw);
        bool is_repaired = !side.repairs.empty();
        if (is_repaired) {
          const check::Edit& edit = side.repairs[0].edits[0];
          is_repaired = edit.kind != check::Edit::Kind::replace || edit.span.end - edit.span.begin < mutant.gw.size();
          if (mutant.slip == "index") {
            ++indices.wrong;
            indices.named += side.mistakes[0].name == "index" ? 1 : 0;
          }
          const check::Checked again = judged(side.repairs[0].gw);
          REQUIRE(again.sides.size() == 1);
          CHECK_MESSAGE(again.sides[0].verdict.is_right(), "no true repair: ", side.repairs[0].gw);
        }
        all.repaired += is_repaired ? 1 : 0;
        if (!is_repaired) failures += fmt::format("  {} [{}] {}\n", entry.left, mutant.slip, mutant.gw);
      }
    }
  }
  MESSAGE(all.repaired << " of " << all.wrong << " wrong formulas of entries are repaired, not:\n" << failures);
  CHECK(all.wrong >= 300);
  CHECK(all.repaired * 100 >= all.wrong * 95);
  CHECK(indices.wrong >= 80);
  CHECK(indices.named * 100 >= indices.wrong * 95);
  MESSAGE(indices.named << " of " << indices.wrong << " wrong indices are named");
}
