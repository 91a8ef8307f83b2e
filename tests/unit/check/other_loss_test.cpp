// A claim is said to be the gradient of another loss where it has its sign, and where that loss measures a prediction that depends on the
// variable. By hand: of p = sigmoid(X·w) the binary cross-entropy has the slope X'·(p − y), and 1/2·|p − y|² has X'·((p − y) ⊙ p ⊙ (1 − p)).
#include "claims_table.h"

using gradwright::claims_table::table;

TEST_CASE("the gradient of another loss, with its sign") {
  table("X : R[m,n]\ny : R[m] binary\nw : R[n]\np = sigmoid(X*w)\nL = 1/2*sum((p - y)^2)\n",
        {
            {"dL/dw = X'*(p - y)", "right-for-other-loss"},
            {"dL/dw = 2*X'*(p - y)", "right-for-other-loss"},
            {"dL/dw = X'*(y - p)", "wrong-value"},
            {"dL/dw = X'*((p - y) .* p .* (1 - p))", "equal"},
        });
}

TEST_CASE("what does not depend on the variable predicts nothing by it") {
  table("A : R[2,3]\nG, H : R[6]\nu = vec(A)\nw = vec(A')\nL = sum(G .* u) + sum(H .* w)\n",
        {{"dL/dG = w", "wrong-value"}, {"dL/dG = -w", "wrong-value"}, {"dL/dG = u", "equal"}});
}
