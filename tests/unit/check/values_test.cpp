// Values claimed, and entries of them: what a definition of the sheet is, said once more in plain, LaTeX and NumPy.
#include "claims_table.h"

namespace gradwright::claims_table {

TEST_CASE("a value that the sheet defines, claimed in NumPy") {
  table("x, y : R[n]\nW : R[m,n]\ns = sum(x)\nv = var(x)\nu = W*x\nL = u'*u\n",
        {
            {"numpy: s = np.sum(x)", "equal"},
            {"numpy: s = np.mean(x)", "scaled"},
            {"numpy: v = np.var(x)", "equal"},
            {"numpy: v = np.std(x)", "wrong-value"},
            {"numpy: u = W @ x", "equal"},
            {"numpy: u = W @ y", "wrong-value"},
            {"numpy: u = W", "wrong-shape"},
            {"numpy: k = 2*x\n    s = np.sum(k)/2", "equal"},
            {"numpy: u = W @ x\n    L = np.sum(u**2)", "equal, equal"},
            {"numpy: u = W @ y\n    L = np.sum(u**2)", "wrong-value, wrong-value"},
            {"numpy: u = W @ x\n    dx = 2*W.T @ u", "equal"},
        });
}

TEST_CASE("entries of a value, with free indices") {
  table(
      "x, b : R[n]\nA : R[n,n]\nX : R[m,n]\nW : R[m,n]\ns = softmax(x)\nu = W*x\nP = W .* X\nf = [x[1]^2; x[1]*x[2]]\n",
      {
          {"latex: s_i = \\frac{e^{x_i}}{\\sum_j e^{x_j}}", "equal"},
          {"latex: s_i = \\frac{e^{x_i}}{\\sum_j e^{2x_j}}", "wrong-value"},
          {"latex: s_i = \\frac{1}{n}", "wrong-value"},
          {"latex: u_i = \\sum_j W_{ij} x_j", "equal"},
          {"latex: u_k = \\sum_j 2W_{kj} x_j", "scaled"},
          {"latex: P_{ij} = W_{ij} X_{ij}", "equal"},
          {"latex: P_{ij} = W_{ij}^2", "wrong-value"},
          {"latex: (Wx)_i = \\sum_j W_{ij} x_j", "equal"},
          {"latex: (A x)_i = \\sum_j A_{ji} x_j", "wrong-value"},
          {"latex: f_2 = x_1 x_2", "equal"},
          {"latex: f_2 = x_1^2", "wrong-value"},
          {"u[i] = sum(j, W[i,j]*x[j])", "equal"},
          {"u[i] = sum(j, W[i,j]*b[j])", "wrong-value"},
          {"u[1] = W[1,:]*x", "equal"},
          {"u[1] = W[2,:]*x", "wrong-value"},
          {"P[i,j] = W[i,j]*X[i,j]", "equal"},
          {"(A*x)[i] = sum(j, A[i,j]*x[j])", "equal"},
          {"(A*x)[i] = sum(j, A[j,i]*x[j])", "wrong-value"},
      });
}

}  // namespace gradwright::claims_table
