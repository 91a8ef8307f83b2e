// Left sides as papers write them: norms, rows, samples, transposed gradients; each truth was found by hand.
#include "claims_table.h"

namespace gradwright::claims_table {

TEST_CASE("the derivative of a norm is not that of what stands in it") {
  table("x, a : R[n]\nA : R[m,n]\nb : R[m]\nt : R\n",
        {
            {"latex: \\frac{\\partial \\|x\\|}{\\partial x} = \\frac{x}{\\|x\\|}", "equal"},
            {"latex: \\frac{\\partial \\|x\\|}{\\partial x} = \\frac{x}{\\|x\\|^2}", "wrong-value"},
            {"latex: \\frac{\\partial \\|x\\|}{\\partial x} = I", "wrong-shape"},
            {"latex: \\frac{\\partial}{\\partial x}\\|x\\| = \\frac{x}{\\|x\\|}", "equal"},
            {"latex: \\frac{\\partial |x|}{\\partial x} = \\frac{x}{|x|}", "equal"},
            {"latex: \\frac{\\partial \\|x\\|^2}{\\partial x} = 2x", "equal"},
            {"latex: \\frac{\\partial \\|x\\|^2}{\\partial x} = x", "scaled"},
            {"latex: \\frac{\\partial |a^Tx|}{\\partial x} = \\operatorname{sign}(a^Tx) a", "equal"},
            {"latex: \\frac{\\partial |a^Tx|}{\\partial x} = a", "wrong-value"},
            {"latex: \\frac{d|t|}{dt} = \\operatorname{sign}(t)", "equal"},
            {"latex: \\nabla_x \\|Ax-b\\|_2^2 = 2A^T(Ax-b)", "equal"},
            {"latex: \\nabla_x \\|Ax-b\\|_2^2 = 2A^TAx", "wrong-value"},
            {"latex: \\nabla_x \\|Ax-b\\| = \\frac{A^T(Ax-b)}{\\|Ax-b\\|}", "equal"},
        });
}

TEST_CASE("entries of derivatives by a matrix, on the right") {
  table("a, y, b : R[n]\nx : R[m]\nW : R[n,m]\nz = W*x + b\ns = sigmoid(z)\nC = 1/2*sum((s - y)^2)\n",
        {
            {"latex: \\frac{\\partial C}{\\partial W_{jk}} = \\sum_i (s_i - y_i) \\frac{\\partial s_i}{\\partial "
             "W_{jk}}",
             "equal"},
            {"latex: \\frac{\\partial C}{\\partial W_{jk}} = \\sum_i (s_i - y_i) \\frac{\\partial z_i}{\\partial "
             "W_{jk}}",
             "wrong-value"},
            {"latex: \\frac{\\partial C}{\\partial W_{jk}} = \\frac{\\partial C}{\\partial z_j} \\frac{\\partial "
             "z_j}{\\partial W_{jk}}",
             "equal"},
            {"latex: \\frac{\\partial C}{\\partial W_{jk}} = \\frac{\\partial C}{\\partial s_j} \\frac{\\partial "
             "z_j}{\\partial W_{jk}}",
             "wrong-value"},
        });
}

TEST_CASE("a sample of a batch is a row") {
  table("X : R[m,n]\nW : R[n,c]\nY : R[m,c] onehot_rows\nZ = X*W\nP = softmax_rows(Z)\nL = -sum(Y .* log(P))/m\n",
        {
            {"latex: \\frac{\\partial L}{\\partial z^{(i)}} = \\frac1m(p^{(i)} - y^{(i)})", "equal"},
            {"latex: \\frac{\\partial L}{\\partial Z^{(i)}} = \\frac1m(p^{(i)} - y^{(i)})", "equal"},
            {"latex: \\nabla_{z^{(i)}} L = \\frac1m(p^{(i)} - y^{(i)})", "equal"},
            {"latex: \\frac{\\partial L}{\\partial z^{(i)}} = p^{(i)} - y^{(i)}", "scaled"},
            {"latex: \\frac{\\partial L}{\\partial z^{(i)}} = \\frac1m p^{(i)}", "wrong-value"},
            {"latex: \\frac{\\partial L}{\\partial z_i} = \\frac1m(p_i - y_i)", "equal"},
        });
}

TEST_CASE("what is no row of the matrix has a wrong size") {
  table("U : R[V,d]\nc : R[d]\ny : R[V] onehot\np = softmax(U*c)\nJ = -sum(y .* log(p))\nS = sum(U)\n",
        {
            {"latex: \\frac{\\partial J}{\\partial u_w} = (p_w - y_w) c", "equal"},
            {"latex: \\frac{\\partial J}{\\partial u_w} = (p_w - y_w) c^T u_w", "wrong-shape"},
            {"latex: \\frac{\\partial J}{\\partial u_w} = p_w - y_w", "wrong-shape"},
            {"latex: \\frac{\\partial S}{\\partial u_w} = 1", "wrong-shape"},
            {"latex: \\frac{\\partial J}{\\partial u_w} = (p_w - y_w) q", "unread"},
        });
}

TEST_CASE("transposed gradients, deltas, and the word grad") {
  table("X : R[m,n]\ny : R[m]\nw : R[n]\nL = sum((X*w - y)^2)/2\n",
        {
            {"latex: \\nabla_w L^T = w^TX^TX - y^TX", "equal"},
            {"latex: \\nabla_w L^T = X^TXw - X^Ty", "equal-transposed"},
            {"latex: \\nabla_w L^T = w^TX^TX", "wrong-value"},
            {"latex: \\frac{\\delta L}{\\delta w} = X^T(Xw - y)", "equal"},
            {"latex: \\frac{\\delta L}{\\delta w} = X^TXw", "wrong-value"},
            {"latex: \\operatorname{grad}_w L = X^T(Xw - y)", "equal"},
            {"latex: \\operatorname{grad}_w L = X^T(Xw + y)", "wrong-value"},
        });
}

TEST_CASE("what is missing in brackets is told at its place") {
  const std::string sheet = "x : R[n]\nJ = x'*x\n";
  for (const char* claim : {"J() = x", "\\nabla_x J = \\exp()", "\\nabla_x J = \\frac{}{2}"}) {
    const check::Checked found = check::checked(Text("sheet.gw", sheet + "claim latex: " + claim + "\n"), {});
    CAPTURE(claim);
    CHECK(found.has_errors());
    for (const Diagnostic& one : found.diagnostics) CHECK(one.span.begin > sheet.size());
    for (const check::JudgedSide& side : found.sides)
      for (const Diagnostic& one : side.diagnostics) CHECK(one.span.begin > sheet.size());
  }
}

TEST_CASE("what is told to be unread, and never called wrong") {
  table("X : R[n,n] invertible\nA : R[m,n]\nx : R[n]\nh = norm2(A*x)^2\nl = log(det(X))\n",
        {
            {"latex: d \\ln\\det X = \\operatorname{tr}(X^{-1} dX)", "G0602"},
            {"latex: d(X^{-1}) = -X^{-1}(dX)X^{-1}", "G0602"},
            {"latex: D_x h = 2(Ax)^TA", "G0602"},
        });
  table("X : R[H,W]\nK : R[3,3]\nG : R[H-2,W-2]\nL = sum(conv(X,K) .* G)\n",
        {{"latex: \\frac{\\partial L}{\\partial X_{ij}} = \\sum_{a,b} K_{ab} G_{i-a+1,j-b+1}", "unread"}});
  table("x, w : R[n]\ny : R\nL = max(0, 1 - y*(w'*x))\n",
        {{"numpy: dw = -y*x if y*np.dot(w, x) < 1 else 0*w", "G0612"}});
}

}  // namespace gradwright::claims_table
