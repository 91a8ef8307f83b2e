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

}  // namespace gradwright::claims_table
