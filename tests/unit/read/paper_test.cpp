// Formulas as they are typeset and printed: each is the formula of the worksheet language beside it.
#include <functional>

#include "sheet.h"

namespace gradwright {
namespace {

const std::string network =
    "x, y : R[d]\nparam W1 : R[h,d]\nparam W_2 : R[d,h]\nlambda, beta1 : R\nA, B : R[n,n]\ndelta_z2 : R[h]\n"
    "z1 = W1*x\na1 = tanh(z1)\np = W_2*a1\nL = sum((p - y).^2)\n";

void same(const std::string& paper, const std::string& plain) {
  INFO(paper, "  and  ", plain);
  const Sheet read(network + "p_ = " + paper + "\nq_ = " + plain + "\n");
  CHECK(read.codes().empty());
  CHECK_FALSE(read["p_"].is_none());
  CHECK(read["p_"] == read["q_"]);
}

}  // namespace

TEST_CASE("signs of paper") {
  same("(p − y)·a₁ᵀ", "(p - y)*a1'");
  same("W₂ᵀ·(p – y)", "W_2'*(p - y)");
  same("x ⊙ y ⊘ x", "x .* y ./ x");
  same("A⁻¹·B", "inv(A)*B");
  same("A² + A⊙² + A⊙⁻¹ + B⊙^(1/2)", "A*A + A.^2 + A.^(-1) + B.^(1/2)");
  same("x² + y¹⁰ + x⁻²", "x.^2 + y.^10 + x.^(-2)");
  same("λ·β₁ — 1", "lambda*beta1 - 1");
  same("tanh′(z₁) ⊙ δ_z₂", "tanh'(z1) .* delta_z2");
  same("2·π·λ", "2*pi*lambda");
  same("A ⊗ B", "kron(A,B)");
}

TEST_CASE("index notation of paper") {
  const Sheet read(network +
                   "P[i,j] = Σ_k(A[i,k]·B[k,j])\nQ[i,j] = sum(k, A[i,k]*B[k,j])\n"
                   "s = Σ_{i,j}(A[i,j]·B[j,i])\nt = sum(i,j, A[i,j]*B[j,i])\n"
                   "D[i,j] = A[i,j]·[i = j]\nE[i,j] = A[i,j]*delta(i,j)\n");
  CHECK(read.codes().empty());
  CHECK(read["P"] == read["Q"]);
  CHECK(read["s"] == read["t"]);
  CHECK(read["D"] == read["E"]);
}

TEST_CASE("claims as they are printed") {
  const Sheet read(network +
                   "claim ∂L/∂W₂ = 2·(p − y)·a₁ᵀ\nclaim ∂²L/∂y² = 2·eye(d)\nclaim ∂L/∂W₁[i,j] = 0\nderive L wrt W₂\n");
  CHECK(read.codes().empty());
  REQUIRE(read.program.claims.size() == 3);
  CHECK(read.program.claims[0].of.name == "L");
  CHECK(read.program.claims[0].wrt.name == "W_2");
  CHECK(read.program.claims[1].first.name == "y");
  CHECK(read.program.claims[2].wrt.name == "W1");
  REQUIRE(read.program.requests.size() == 1);
  CHECK(read.program.requests[0].wrt[0].name == "W_2");
}

TEST_CASE("a line of the chain as it is printed defines and claims") {
  const Sheet read(network + "δ₂ = ∂L/∂p = 2·(p − y)\nclaim ∂L/∂W₂ = δ₂·a₁ᵀ\ng = dL/dy = -δ₂\n");
  CHECK(read.codes().empty());
  REQUIRE(read.program.claims.size() == 3);
  CHECK(read.program.claims[0].wrt.name == "p");
  CHECK(read.program.claims[0].values[0] == read["δ₂"]);
  CHECK(read.program.claims[2].wrt.name == "y");
  CHECK(Sheet(network + "q = p = y\n").codes() == std::vector<std::string>{"G0101"});
}

TEST_CASE("a name that the sheet has is that name, whatever others look like") {
  const Sheet both("a1, a₁ : R\nf = a₁ - a1\n");
  CHECK(both.codes().empty());
  CHECK_FALSE(both["f"].is_none());
  CHECK(both.value("f") == std::vector<double>{1});
  CHECK(Sheet("W2, W_2 : R\nf = W₂\n").codes() == std::vector<std::string>{"G0301"});
  const Sheet own("beta : R\nf(β) = 2*β\ng = f(3) + beta\n");
  CHECK(own.codes().empty());
  CHECK(own.value("g") == std::vector<double>{7});
  CHECK(Sheet("W1 : R\nf = W_1\n").codes() == std::vector<std::string>{"G0301"});
}

TEST_CASE("what is printed on paper stays as it is when it is laid out") {
  const std::string sheet = "W2 : R[n,n]\nf = W₂⁻¹·W₂ᵀ − W₂⊙²\nS[i] = Σ_k(W₂[i,k]·[i=k])\n";
  CHECK(formatted(Text("t", sheet)) == sheet);
}

}  // namespace gradwright
