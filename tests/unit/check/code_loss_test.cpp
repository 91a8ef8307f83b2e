// Of what a derivative is taken where a name of code says only by what.
#include "claims_table.h"

namespace gradwright::claims_table {

TEST_CASE("dx is of the number that depends on x") {
  table("x : R[n]\nw : R[m]\nL = sum(x.^2)\nr = sum(w)\n", {
                                                               {"numpy: dx = 2*x", "equal"},
                                                               {"numpy: dw = np.ones(m)", "equal"},
                                                               {"numpy: dx = x", "scaled"},
                                                           });
}

TEST_CASE("of several numbers that depend on x, one on which nothing rests") {
  table("x : R[n]\nf = sum(x.^2)\ns = sum(x)\nt = s^2\n", {
                                                              {"numpy: dx = 2*x", "equal"},
                                                              {"numpy: dx = 2*np.sum(x)*np.ones(n)", "equal"},
                                                              {"numpy: dx = 3*x", "wrong-value"},
                                                          });
}

TEST_CASE("the number that is asked for") {
  table("x : R[n]\nf = sum(x.^2)\ns = sum(x)\nt = s^2\nderive f wrt x\n",
        {
            {"numpy: dx = 2*x", "equal"},
            {"numpy: dx = 2*np.sum(x)*np.ones(n)", "wrong-value"},
        });
}

TEST_CASE("what is called a loss") {
  table("x, g : R[n]\ny : R[m]\nW : R[m,n]\nz = W*x\nloss = sum(y .* z)\ngvar = sum(g .* x)\ntmp = 2*gvar\n",
        {
            {"numpy: dx = W.T @ y", "equal"},
            {"numpy: dW = np.outer(y, x)", "equal"},
            {"numpy: dW = y @ x.T", "equal"},
            {"numpy: dx = 2*g", "wrong-value"},
            {"numpy: dz = y", "equal"},
        });
}

TEST_CASE("each variable with the loss asked for by it") {
  table("x : R[n]\nw : R[n]\nL1 = sum(x.^2)\nL2 = sum(w.^3)\nderive L1 wrt x\nderive L2 wrt w\n",
        {
            {"numpy: dw = 3*w**2", "equal"},
            {"numpy: dx = 2*x", "equal"},
            {"numpy: grad_w = 3*w**2", "equal"},
        });
}

TEST_CASE("a loss by another name in LaTeX") {
  table("x : R[n]\nw : R[n]\nL = sum(x .* w)\nacc = sum(w)\n",
        {
            {"latex: \\frac{\\partial J}{\\partial x} = w", "equal"},
            {"latex: \\nabla_x J = w", "equal"},
            {"numpy: dx = w", "equal"},
        });
}

}  // namespace gradwright::claims_table
