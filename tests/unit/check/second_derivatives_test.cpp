// Second derivatives, entries of them and rows of Jacobians as papers write them; each truth was found by hand.
#include "claims_table.h"

namespace gradwright::claims_table {

TEST_CASE("second derivatives in LaTeX: whole, mixed, and entry by entry") {
  table(
      "x, y : R[2]\nd : R\nr = d^3\nu : R[m]\nv : R[n]\nA : R[m,n]\na, b : R\nk = x'*x\nf = 100*(x[2] - x[1]^2)^2 + (1 "
      "- x[1])^2\n"
      "h = u'*A*v\nq = a^3*b + a*b^3\n",
      {
          {"latex: \\frac{\\partial^2 f}{\\partial x_1\\partial x_2} = -400x_1", "equal"},
          {"latex: \\frac{\\partial^2 f}{\\partial x_1\\partial x_2} = 400x_1", "scaled"},
          {"latex: \\frac{\\partial^2 f}{\\partial x_1^2} = 1200x_1^2 - 400x_2 + 2", "equal"},
          {"latex: \\frac{\\partial^2 f}{\\partial x_2^2} = 200", "equal"},
          {"latex: \\frac{\\partial^2 f}{\\partial x_1^2} = 200", "wrong-value"},
          {"latex: \\nabla^2 f = \\begin{bmatrix} 1200x_1^2 - 400x_2 + 2 & -400x_1 \\\\ -400x_1 & 200\\end{bmatrix}",
           "equal"},
          {"latex: \\nabla^2 k = 2I", "equal"},
          {"latex: \\nabla^2 k = I", "scaled"},
          {"latex: \\frac{\\partial^2 k}{\\partial x\\partial x^T} = 2I", "equal"},
          {"latex: \\frac{\\partial^2 k}{\\partial x^2} = 2I", "equal"},
          {"latex: \\frac{\\partial^2 k}{\\partial x_i\\partial x_j} = 2\\delta_{ij}", "equal"},
          {"latex: \\frac{\\partial^2 h}{\\partial u\\partial v^T} = A", "equal"},
          {"latex: \\frac{\\partial^2 h}{\\partial v\\partial u^T} = A^T", "equal"},
          {"latex: \\frac{\\partial^2 h}{\\partial u_i\\partial v_j} = A_{ij}", "equal"},
          {"latex: \\frac{\\partial^2 h}{\\partial u_i\\partial v_j} = 2A_{ij}", "scaled"},
          {"latex: \\frac{\\partial^2 q}{\\partial a\\partial b} = 3a^2 + 3b^2", "equal"},
          {"latex: \\frac{\\partial^2 q}{\\partial a\\partial b} = 6ab", "wrong-value"},
          {"latex: \\frac{\\partial^2 q}{\\partial a^2} = 6ab", "equal"},
          {"latex: \\frac{\\partial^2 r}{\\partial d^2} = 6d", "equal"},
      });
}

TEST_CASE("a gradient by the only variable, a row of a Jacobian, and nothing at all") {
  table("x, y : R[2]\nW : R[3,2]\nv = W*x\nf = x[1]^2 + x[2]\ng = sum(y.^2)\nr = x'*[x[2]; -x[1]]\n",
        {
            {"latex: \\nabla f = (2x_1, 1)^T", "equal"},
            {"latex: \\nabla g = 2y", "equal"},
            {"latex: \\nabla g = y", "scaled"},
            {"dv[2]/dx = W[2,:]'", "equal"},
            {"dv[2]/dx = W[1,:]'", "wrong-value"},
            {"latex: \\frac{\\partial v_2}{\\partial x} = W_{2,:}^T", "equal"},
            {"dr/dx = 0", "equal"},
            {"dr/dW = 0", "equal"},
            {"dg/dx = 0", "equal"},
            {"dg/dy = 0", "wrong-shape"},
            {"latex: \\frac{\\partial r}{\\partial x} = 0", "equal"},
        });
}

TEST_CASE("entries of what is derived, as in the matrix cookbook") {
  table("X, A, B : R[n,n]\nf = det(A*X*B)\n",
        {
            {"latex: \\frac{\\partial (X^{-1})_{kl}}{\\partial X_{ij}} = -(X^{-1})_{ki}(X^{-1})_{jl}", "equal"},
            {"latex: \\frac{\\partial (X^{-1})_{kl}}{\\partial X_{ij}} = (X^{-1})_{ki}(X^{-1})_{jl}", "scaled"},
            {"latex: \\frac{\\partial (AXB)_{kl}}{\\partial X_{ij}} = A_{ki}B_{jl}", "equal"},
            {"latex: \\frac{\\partial (AXB)_{kl}}{\\partial X_{ij}} = A_{ki}B_{lj}", "wrong-value"},
            {"latex: \\frac{\\partial (X^TBX)_{kl}}{\\partial X_{ij}} = \\delta_{lj}(X^TB)_{ki} + "
             "\\delta_{kj}(BX)_{il}",
             "equal"},
        });
}

TEST_CASE("a prime behind a scalar of the sheet is its derivative") {
  table("x : R\nv : R[n]\ng = log(x^2 + 1)\nw = tanh(x)\nk = v'*v\n", {
                                                                          {"latex: g'(x) = \\frac{2x}{x^2+1}", "equal"},
                                                                          {"latex: g'(x) = x g", "wrong-value"},
                                                                          {"latex: w' = 1 - w^2", "equal"},
                                                                          {"latex: w' = w", "wrong-value"},
                                                                          {"latex: w^{\\prime} = 1 - w^2", "equal"},
                                                                          {"latex: w'' = -2w(1 - w^2)", "equal"},
                                                                          {"latex: k'(v) = 2v", "equal"},
                                                                          {"latex: \\frac{dw}{dx} = g' + 1", "unread"},
                                                                      });
}

}  // namespace gradwright::claims_table
