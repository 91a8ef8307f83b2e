// By a variable with a declared structure a claim is right in either convention, and which one is said.
#include <doctest/doctest.h>

#include <algorithm>

#include "check/check.h"

using namespace gradwright;

namespace {

const std::string sheet =
    "A : R[n,n]\nparam L : R[n,n] lower\nparam U : R[n,n] upper\nparam D : R[n,n] diagonal\nparam S : R[n,n] "
    "symmetric\n"
    "param Q : R[n,n] orthogonal\nx : R[n]\nf = tr(A*L)\ng = tr(A*U)\nh = tr(A*D)\ns = tr(A*S)\nq = tr(A*Q)\nv = "
    "L*x\nw = D*x\n"
    "r = sum(L .* L)\n";

struct Judged {
  std::string verdict, convention, repair;
};

Judged judged(const std::string& claim) {
  const check::Checked found = check::checked(Text("sheet.gw", sheet + "claim " + claim + "\n"));
  if (found.sides.size() != 1) return {"nothing", "", ""};
  const check::JudgedSide& side = found.sides[0];
  const auto has = [&](std::string_view words) {
    return std::any_of(side.verdict.notes.begin(), side.verdict.notes.end(),
                       [&](const std::string& note) { return note.find(words) != std::string::npos; });
  };
  const char* convention = has("keeps the structure")                    ? "kept"
                           : has("among the symmetric matrices")         ? "among"
                           : has("all entries of the variable are free") ? "free"
                                                                         : "";
  return {std::string(check::verdict_name(side.verdict.kind)), convention,
          side.repairs.empty() ? std::string() : side.repairs[0].gw};
}

}  // namespace

TEST_CASE("claims by a structured variable are right in either convention, which is said") {
  struct Row {
    const char *claim, *verdict, *convention;
  };
  // f = tr(A·L) = Σ A[j,i]·L[i,j]: the slope by entry (i,j) is A[j,i] where that entry is free, 0 where it is fixed.
  const std::vector<Row> rows{
      {"df/dL = A'", "equal", "free"},
      {"df/dL = tril(A')", "equal", "kept"},
      {"df/dL = triu(A')", "wrong-value", ""},
      {"df/dL = tril(A)", "wrong-value", ""},
      {"df/dL = 2*tril(A')", "scaled", "kept"},
      {"dg/dU = triu(A')", "equal", "kept"},
      {"dg/dU = tril(A')", "wrong-value", ""},
      {"dh/dD = A' .* eye(n)", "equal", "kept"},
      {"dh/dD = A'", "equal", "free"},
      {"ds/dS = A'", "equal", "free"},
      {"ds/dS = A + A' - A .* eye(n)", "equal", "kept"},
      {"ds/dS = A + A'", "wrong-value", ""},
      {"ds/dS = (A + A')/2", "equal", "among"},  // the part of A' among the symmetric matrices
      {"ds/dS[i,j] = (A[i,j] + A[j,i])/2", "equal", "among"},
      {"ds/dS = (A - A')/2", "wrong-value", ""},
      {"dq/dQ = A'", "equal", "free"},
      {"dq/dQ = 1/2*(A' - Q*A*Q)", "equal", "kept"},
      {"dq/dQ = 1/2*(A' + Q*A*Q)", "wrong-value", ""},
      {"df/dL[i,j] = A[j,i]", "equal", "free"},
      {"df/dL[2,1] = A[1,2]", "equal", ""},
      {"df/dL[1,2] = 0", "equal", "kept"},
      {"df/dL[2,1] = 0", "wrong-value", ""},
      {"dv/dL = kron(x', eye(n))", "equal", "free"},
      {"dv/dL = kron(x', eye(n))*diag(vec(tril(ones(n,n))))", "equal", "kept"},
      {"dv/dL = kron(x', eye(n))*diag(vec(triu(ones(n,n))))", "wrong-value", ""},
      {"dw/dD = kron(x', eye(n))*diag(vec(eye(n)))", "equal", "kept"},
      {"latex: \\nabla_L^2 r = 2 (I_n \\otimes I_n)", "equal", "free"},
      {"latex: \\nabla_L^2 r = I_n \\otimes I_n", "scaled", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.claim));
    const Judged found = judged(row.claim);
    CHECK(found.verdict == row.verdict);
    CHECK(found.convention == row.convention);
  }
}

TEST_CASE("a Hessian by a triangular matrix may be kept to the triangle on both sides") {
  // r = Σ L², so the Hessian is 2 on the diagonal entries of vec that are free.
  const std::string kept = "latex: \\nabla_L^2 r = 2 \\operatorname{diag}(\\operatorname{vec}(T))";
  const std::string own = "param L : R[n,n] lower\nr = sum(L .* L)\nT = tril(ones(n,n))\nclaim " + kept + "\n";
  const check::Checked found = check::checked(Text("sheet.gw", own));
  REQUIRE(found.sides.size() == 1);
  CHECK(found.sides[0].verdict.is_right());
}

TEST_CASE("the repair keeps to the convention that the claim is nearer to") {
  CHECK(judged("df/dL = 2*tril(A')").repair == "tril(A')");
  CHECK(judged("df/dL = 2*A'").repair == "A'");
  CHECK(judged("df/dL = tril(A)").repair == "tril(A')");
}
