// Constants count by their values; each truth was found by hand.
#include "claims_table.h"

namespace gradwright::claims_table {

TEST_CASE("a claim may write the value of a constant") {
  table(
      "w, x : R[2]\ny : R\nconst A : R[2,2] = [1,2;3,4]\nconst c : R = 3\nconst lam : R = 0.1\nf = w'*A*w\n"
      "g = c*sum(w.^2)\nL = (w'*x - y)^2/2 + lam/2*sum(w.^2)\n",
      {
          {"df/dw = [2,5;5,8]*w", "equal"},
          {"df/dw = [2,4;6,8]*w", "wrong-value"},
          {"df/dw = (A + A')*w", "equal"},
          {"hessian(f,w) = [2,5;5,8]", "equal"},
          {"dg/dw = 6*w", "equal"},
          {"dg/dw = 2*c*w", "equal"},
          {"dg/dw = 5*w", "scaled"},
          {"dg/dw = 6*w + 0*log(-1 - w.^2)", "wrong-value"},  // no value anywhere
          {"dL/dw = (w'*x - y)*x + 0.1*w", "equal"},
          {"dL/dw = (w'*x - y)*x + 0.2*w", "wrong-value"},
          {"numpy: dL_dw = (w @ x - y)*x + 0.1*w", "equal"},
          {"latex: \\frac{\\partial g}{\\partial w} = 6w", "equal"},
      });
}

}  // namespace gradwright::claims_table
