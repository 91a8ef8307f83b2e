// Traps: what holds, or conforms, only because sizes that have nothing to do with each other are the same number. The verdict is that of the
// sheet as written; the trap is a note beside it.
#include <doctest/doctest.h>

#include <array>

#include "check/check.h"
#include "check/report.h"

using namespace gradwright;

namespace {

struct Row {
  const char* claim;
  const char* verdict;
  bool trap;
  const char* repair;  ///< the first one; null: none is asked for
};

template <std::size_t count>
void judged(const char* sheet, const std::array<Row, count>& rows) {
  for (const Row& row : rows) {
    const check::Checked found = check::checked(Text("sheet.gw", std::string(sheet) + "claim " + row.claim + "\n"));
    CAPTURE(std::string(row.claim));
    REQUIRE(found.sides.size() == 1);
    const check::JudgedSide& side = found.sides[0];
    CHECK(check::verdict_name(side.verdict.kind) == row.verdict);
    CHECK(side.verdict.trap == row.trap);
    for (const check::Repair& repair : side.repairs) {
      const std::string left = std::string(row.claim).substr(0, std::string(row.claim).find('=') + 1);
      const check::Checked again = check::checked(Text("sheet.gw", sheet + ("claim " + left + " " + repair.gw) + "\n"));
      REQUIRE(again.sides.size() == 1);
      CAPTURE(repair.gw);
      CHECK(again.sides[0].verdict.is_right());
      CHECK_FALSE(again.sides[0].verdict.trap);
    }
    if (row.repair == nullptr) continue;
    REQUIRE_FALSE(side.repairs.empty());
    CHECK(side.repairs[0].gw == row.repair);
  }
}

}  // namespace

TEST_CASE("a claim that is right only because two sizes coincide") {
  judged("dim m = 3\ndim n = 3\nX : R[m,n]\ny : R[m]\nparam w : R[n]\nL = 1/2*sum((X*w - y)^2)/m\n",
         std::array<Row, 3>{{
             {"dL/dw = X'*(X*w - y)/m", "equal", false, nullptr},
             {"dL/dw = X'*(X*w - y)/n", "equal", true, nullptr},
             {"dL/dw = X'*(X*w - y)/3", "equal", false, nullptr},  // the number is m as well as n
         }});
  judged("dim m = 3\ndim n = 3\nA : R[m,n]\nb : R[m]\nparam x : R[n]\nconst mu : R = 0.1\ng = A'*(A*x - b) + mu*x\n",
         std::array<Row, 2>{{
             {"dg/dx = A'*A + mu*eye(n)", "equal", false, nullptr},
             {"dg/dx = A'*A + mu*eye(m)", "equal", true, nullptr},
         }});
}

TEST_CASE("a wrong claim that conforms only because two sizes coincide") {
  judged("x, y : R[3]\nparam W : R[3,3]\nz = W*x\na = tanh(z)\nd = (a - y) .* (1 - a.^2)\nL = 1/2*sum((a - y)^2)\n",
         std::array<Row, 7>{{
             {"dL/dx = W'*d", "equal", false, nullptr},
             {"dL/dx = W*d", "wrong-value", true, "W'*d"},
             {"dL/dW = d*x'", "equal", false, nullptr},
             {"dL/dW = x*d'", "equal-transposed", false, nullptr},  // in the other layout, at all sizes
             {"dL/dW = diag(d)*ones(3)*x'", "equal", false, nullptr},
             {"dL/dW = diag(d)*[1;1;1]*x'", "equal", false, nullptr},
             {"dL/dW = d .* x*ones(3)'", "wrong-value", true, nullptr},
         }});
  // The size of a layer is that of another.
  judged(
      "x, y : R[2]\nparam W1 : R[5,2]\nparam W2 : R[5,5]\nparam W3 : R[2,5]\na1 = tanh(W1*x)\na2 = tanh(W2*a1)\na3 = "
      "sigmoid(W3*a2)\n"
      "d3 = (a3 - y) .* a3 .* (1 - a3)\nL = 1/2*sum((a3 - y)^2)\n",
      std::array<Row, 4>{{
          {"dL/dW3 = d3*a2'", "equal", false, nullptr},
          {"dL/dW3 = d3*a1'", "wrong-value", true, "d3*a2'"},
          {"dL/dW2 = ((W3'*d3) .* (1 - a1.^2))*a1'", "wrong-value", true, "((W3'*d3) .* (1 - a2.^2))*a1'"},
          {"dL/dW2 = ((W3'*d3) .* a2 .* (1 - a2))*a1'", "wrong-value", false, nullptr},
      }});
}

TEST_CASE("sizes in definitions, functions and arrays are made general too") {
  judged("X : R[4,4]\nY : R[4,2]\nparam W : R[4,2]\nparam b : R[2]\nE = X*W + ones(4)*b' - Y\nL = 1/2*sum(E.^2)/4\n",
         std::array<Row, 4>{{
             {"dL/dW = X'*E/4", "equal", false, nullptr},
             {"dL/dW = X*E/4", "wrong-value", true, "X'*E/4"},
             {"dL/db = E'*ones(4)/4", "equal", false, nullptr},
             {"dL/db = E'*[1;1;1;1]/4", "equal", false, nullptr},
         }});
  judged("f(v) = v - sum(v)/3*ones(3)\nx : R[3]\nparam W : R[3,3]\nq = f(W*x)\nL = 1/2*sum(q^2)\n",
         std::array<Row, 3>{{
             {"dL/dx = W'*f(q)", "equal", false, nullptr},  // f∘f = f for the size that its 3 means
             {"dL/dx = W'*(q - mean(q))", "equal", false, nullptr},
             {"dL/dW = f(q)*x'", "equal", false, nullptr},
         }});
  judged("c = [1;2;4]\nx : R[3]\nparam W : R[3,3]\nL = c'*(W*x)\n", std::array<Row, 4>{{
                                                                        {"dL/dx = W'*c", "equal", false, nullptr},
                                                                        {"dL/dx = W'*[1;2;4]", "equal", false, nullptr},
                                                                        {"dL/dx = W*c", "wrong-value", true, "W'*c"},
                                                                        {"dL/dW = [1;2;4]*x'", "equal", false, nullptr},
                                                                    }});
}

TEST_CASE("no trap is told of what does not go through, or of an array that is written out") {
  const auto notes = [](const std::string& text) {
    const check::Checked found = check::checked(Text("sheet.gw", text));
    REQUIRE(found.sides.size() == 1);
    std::string all;
    for (const std::string& note : check::diagnostic_of(found.sides[0]).notes) all += note + "\n";
    return all;
  };
  const std::string square = "A : R[2,2]\nx, y : R[2]\nf = sum((A*x - y)^2)\n";
  CHECK(notes(square + "claim df/dx = 2*(A*x - y)\n").find("a trap") != std::string::npos);
  CHECK(notes(square + "claim df/dx = 2*A*(A*x - y)*x'\n").find("a trap") == std::string::npos);  // 2×2
  const std::string entries = "x : R[3]\nf = x[1]^2*x[2] + x[3]\n";
  CHECK(notes(entries + "claim df/dx = [2*x[1]*x[2]; x[1]^2; 0]\n").find("a trap") == std::string::npos);
}

TEST_CASE("what cannot be read has a verdict of its own") {
  const auto verdict = [](const std::string& claim) {
    const check::Checked found =
        check::checked(Text("sheet.gw", "A : R[m,n]\nx : R[n]\nf = sum(A*x)\nclaim " + claim + "\n"));
    REQUIRE(found.sides.size() == 1);
    return std::string(check::verdict_name(found.sides[0].verdict.kind));
  };
  CHECK(verdict("df/dx = 2*q") == "unread");
  CHECK(verdict("df/dx = A*A") == "nonconforming");
  CHECK(verdict("numpy: dx = A @ A") == "nonconforming");
}
