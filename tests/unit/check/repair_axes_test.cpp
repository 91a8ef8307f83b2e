// A sum along the wrong axis is repaired along the other one, in every notation. Each true formula was derived by hand.
#include <doctest/doctest.h>

#include "check/check.h"

using namespace gradwright;
using namespace gradwright::check;

namespace {

struct Row {
  std::string claim, first;
};

/// The first repair, in the person's own notation; its mistake is the axis.
void table(const std::string& sheet, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.claim);
    const Checked found = checked(Text("sheet.gw", sheet + "\nclaim " + row.claim + "\n"));
    REQUIRE(found.sides.size() == 1);
    const JudgedSide& side = found.sides[0];
    REQUIRE_FALSE(side.repairs.empty());
    const Repair& repair = side.repairs[0];
    CHECK((repair.replacement.empty() ? repair.gw : repair.replacement) == row.first);
    REQUIRE_FALSE(side.mistakes.empty());
    CHECK(side.mistakes[0].name == "wrong-sum");
  }
}

/// ∂L/∂S = A ⊙ (D − rowsum(D ⊙ A)·1ᵀ)
const std::string attention = "S, D : R[n,m]\nA = softmax_rows(S)\nL = sum(A .* D)";

}  // namespace

TEST_CASE("a sum that is spread over a matrix runs along the other axis") {
  table(attention,
        {
            {"dL/dS = A .* (D - ones(n)*colsum(D .* A))", "A .* (D - rowsum(D .* A)*ones(m)')"},
            {"numpy: dS = A * (D - np.sum(D * A, axis=0, keepdims=True))",
             "A * (D - np.sum(D * A, axis=1, keepdims=True))"},
            {"numpy: dS = A * (D - np.sum(D * A, axis=0))", "A * (D - np.sum(D * A, axis=1, keepdims=True))"},
            {"numpy: dS = A * D - A * np.sum(D * A, axis=0, keepdims=True)",
             "A * D - A * np.sum(D * A, axis=1, keepdims=True)"},
            {"latex: \\frac{\\partial L}{\\partial S_{ij}} = A_{ij}(D_{ij} - \\sum_k A_{kj} D_{kj})",
             "A_{ij} (D_{ij} - (\\sum_{k} A_{ik} D_{ik}))"},
        });
  // The other way round: softmax down the columns.
  table("S, D : R[n,m]\nA = softmax_cols(S)\nL = sum(A .* D)",
        {
            {"dL/dS = A .* (D - rowsum(D .* A)*ones(m)')", "A .* (D - ones(n)*colsum(D .* A))"},
            {"numpy: dS = A * (D - np.sum(D * A, axis=1, keepdims=True))",
             "A * (D - np.sum(D * A, axis=0, keepdims=True))"},
        });
}

TEST_CASE("of a bias the axis is another, and nothing is transposed") {
  const std::string layer = "X : R[N,D]\nW : R[D,M]\nb : R[M]\nG : R[N,M]\nL = sum((X*W + ones(N)*b') .* G)";
  table(layer, {
                   {"dL/db = rowsum(G)", "colsum(G)'"},
                   {"numpy: db = np.sum(G, axis=1)", "np.sum(G, axis=0)"},
                   {"numpy: db = G.sum(axis=1)", "np.sum(G, axis=0)"},
               });
}
