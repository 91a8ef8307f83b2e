// LaTeX → readings: each construct against the formula in the worksheet language that it must mean (the same node).
#include "latex_rows.h"

namespace gradwright::latex_rows {

TEST_CASE("names") {
  means("W^{(1)}", "W1");
  means("W^{[1]}", "W1");
  means("W_1", "W1");
  means("W_{1}", "W1");
  means("W^1", "W1");
  means("W1 x", "W1*x");
  means("\\mathbf{W}_1 \\mathbf x", "W1*x");
  means("\\boldsymbol{W}^{(1)}", "W1");
  means("{W}^{(1)}{}^T", "W1'");
  means("\\delta^{(2)}", "delta2");
  means("\\delta_{2}", "delta2");
  means("\\hat{y}", "yhat");
  means("\\hat y - y", "yhat - y");
  means("\\lambda \\beta", "lambda*beta");
  means("h_0", "h0");
  means("\\theta_2", "theta_2");
  means("\\delta^2", "delta2");
  means("δ^{(2)}", "delta2");
  means("\\vec{x}", "x");
  means("\\mathrm{L}", "L");
  means("yhat", "yhat");
}

TEST_CASE("transposes, inverses, powers") {
  means("X^T y", "X'*y");
  means("X^\\top y", "X'*y");
  means("X^{\\intercal}y", "X'*y");
  means("X' y", "X'*y");
  means("X^{\\prime} y", "X'*y");
  means("W^{(2)T} y", "W2'*y");
  means("W^{(2)\\top} y", "W2'*y");
  means("(W^{(2)})^T y", "W2'*y");
  means("W_2^T y", "W2'*y");
  means("A^{-1} x", "inv(A)*x");
  means("A^{-T} x", "inv(A)'*x");
  means("s^{-1}", "1/s");
  means("A^2", "A^2");
  means("x^2", "x^2");
  means("P^2", "P.^2");
  means("(1 - x)^2", "(1 - x)^2");
  means("x^{1/2}", "x^(1/2)");
  means("A^{\\odot -1}", "A.^(-1)");
  means("A^{B - 1}", "A.^(B - 1)");
  means("\\left( A x \\right)^{v}", "(A*x).^v");
  means("(1 + A^{\\odot 2})^{\\odot -1}", "(1 + A.^2).^(-1)");
  means("e^{-x}", "exp(-x)");
  means("\\left(X^T X\\right)^{-1} X^T y", "inv(X'*X)*X'*y");
}

TEST_CASE("a transpose that stands before") {
  means("{}^tX y", "X'*y");
  means("{}^{t}X y", "X'*y");
  means("{}^t\\!X y", "X'*y");
  means("^tX y", "X'*y");
  means("{}^{\\mathsf T}X y", "X'*y");
  means("{}^\\top X y", "X'*y");
  means("2{}^tX y", "2*X'*y");
  means("{}^t(Xx) y", "(X*x)'*y");
  means("x\\,{}^t v", "x*v'");
  means("x{}^t v", "x*v'");
  means("-{}^tX({}^tX)^t x", "-X'*X'' *x");
  means("({}^tXX)^{-1}\\,{}^tX y", "inv(X'*X)*X'*y");
  means("{}^tW_2 y", "W2'*y");
  means("{}^tW^{(2)} y", "W2'*y");
  means("{}^t\\tanh(A) x", "tanh(A)'*x");
  means("{W}^{(2)}{}^T y", "W2'*y");
  means("X{}^{T} y", "X'*y");
  means("W_2{}^t y", "W2*y'");
  fails("{}^t + y", "G0601", "^", "`^` stands on nothing");
  fails("y + {}^s x", "G0601", "^", "`^` stands on nothing");
  fails("y + ^2", "G0601", "^", "`^` stands on nothing");
}

TEST_CASE("products") {
  means("2 x x^T A", "2*x*x'*A");
  means("x^TAx", "x'*A*x");
  means("w(y - h_0)", "w .* (y - h0)");
  means("X^T(w (y-h_0))", "X'*(w .* (y - h0))");
  means("\\sigma(y)(1-\\sigma(y))", "sigmoid(y) .* (1 - sigmoid(y))");
  means("X^T\\sigma(y)(1-\\sigma(y))", "X'*(sigmoid(y) .* (1 - sigmoid(y)))");
  means("w \\odot y \\odot (1 - y) x^T", "(w .* y .* (1 - y))*x'");
  means("w − y – h_0", "w - y - h0");
  means("\\sigma'(b) \\odot W_2^T y", "sigmoid'(b) .* (W2'*y)");
  means("W_2^T y \\odot \\sigma'(b)", "(W2'*y) .* sigmoid'(b)");
  means("w \\circ y", "w .* y");
  means("X \\cdot x", "X*x");
  means("X \\times x", "X*x");
  means("X * x", "X*x");
  means("w * y", "w .* y");
  means("x^T \\cdot v", "x'*v");
  means("A \\otimes B", "kron(A, B)");
  means("\\operatorname{tril}(A)x", "tril(A)*x");
  means("\\operatorname{triu}(A B)", "triu(A*B)");
  means("\\langle x, v\\rangle", "dot(x, v)");
  means("-2 X^T(y - Xx) + 2\\lambda x", "-2*X'*(y - X*x) + 2*lambda*x");
  means("\\frac{1}{m} X^T y", "1/m*X'*y");
  means("\\tfrac12 x^Tx", "1/2*x'*x");
  means("1/m X^T y", "1/m*X'*y");
  means("\\frac{\\frac{x}{s}}{2}", "x/s/2");
  means("\\frac{x}{1 + x}", "x ./ (1 + x)");
  means("\\frac{1}{1 + e^{-x}}", "1 ./ (1 + exp(-x))");
  means("\\dfrac{x x^T}{\\|x\\|^3}", "x*x'/norm2(x)^3");
  means("w \\odot W_2 b b^T", "(w .* (W2*b))*b'");
  means("x^{\\odot 2} \\oslash v", "x.^2 ./ v");
  means("P(1 - P)", "P .* (1 - P)");
  means("(x - v) \\cdot x \\cdot (1 - x)", "(x - v) .* x .* (1 - x)");
  means("A @ x", "A*x");
  means("\\sigma(A)(1 - \\sigma(A))", "sigmoid(A) .* (1 - sigmoid(A))");
  means("A(1 - A)", "A .* (1 - A)");
  means("A(1 - B)", "A*(1 - B)");
  means("\\operatorname{tril}(A) \\operatorname{triu}(B)", "tril(A)*triu(B)");
  means("\\operatorname{inv}(A)\\operatorname{tril}(B)", "inv(A)*tril(B)");
  means("\\operatorname{diag}(x)\\operatorname{tril}(A)", "diag(x)*tril(A)");
  means("\\sigma(A) \\sigma(B)", "sigmoid(A)*sigmoid(B)");
  means("\\sigma(A)(1 - \\sigma(A))(1 - 2\\sigma(A))", "sigmoid(A) .* (1 - sigmoid(A)) .* (1 - 2*sigmoid(A))");
  means("\\operatorname{tril}(A)(1 - B)", "tril(A)*(1 - B)");
  nonconforming("\\operatorname{tril}(P)\\operatorname{triu}(Q)");
  nonconforming("xx");
  nonconforming("x X");
  nonconforming("X + x");
}

TEST_CASE("two readings") {
  Sheet2 at;
  const ReadDocument dots = read(at.sheet, "x \\cdot v");
  REQUIRE(dots.equations[0].sides[0].readings.size() == 2);
  CHECK(dots.equations[0].sides[0].readings[0].gw == "dot(x, v)");
  CHECK(dots.equations[0].sides[0].readings[1].gw == "x .* v");
  LatexOptions options;
  options.wanted = at.sheet.shape_of("x");
  CHECK(read(at.sheet, "x \\cdot v", options).equations[0].sides[0].readings[0].gw == "x .* v");
  const ReadDocument stars = read(at.sheet, "A * B");
  REQUIRE(stars.equations[0].sides[0].readings.size() == 2);
  CHECK(stars.equations[0].sides[0].readings[1].gw == "A .* B");
  for (const char* plain : {"A B", "\\operatorname{tril}(A) \\operatorname{triu}(B)", "\\operatorname{inv}(A) B",
                            "\\exp(A) \\exp(B)", "\\operatorname{diag}(x) \\operatorname{tril}(A)"})
    CHECK(read(at.sheet, plain).equations[0].sides[0].readings.size() == 1);
  const ReadDocument half = read(at.sheet, "1/2s");
  REQUIRE(half.equations[0].sides[0].readings.size() == 2);
  CHECK(half.equations[0].sides[0].readings[0].gw == "1/(2*s)");
  const ReadDocument tight = read(at.sheet, "A \\odot B A");
  REQUIRE(tight.equations[0].sides[0].readings.size() == 2);
  CHECK(tight.equations[0].sides[0].readings[1].gw == "A .* (B*A)");
}

TEST_CASE("functions") {
  means("\\tanh x", "tanh(x)");
  means("\\tanh(x)^2", "tanh(x)^2");
  means("\\tanh^2(Z_1)", "tanh(Z1).^2");
  means("1 - \\tanh^2 x", "1 - tanh(x)^2");
  means("\\log \\sigma(x)", "log(sigmoid(x))");
  means("\\ln(1 + e^{x})", "log(1 + exp(x))");
  means("\\exp\\left(-\\frac{x}{2}\\right)", "exp(-x/2)");
  means("\\operatorname{diag}(x) A", "diag(x)*A");
  means("\\mathrm{diag}(1 - x^2)", "diag(1 - x^2)");
  means("diag(x)", "diag(x)");
  means("\\operatorname{tr}(A^T B)", "tr(A'*B)");
  means("\\mathrm{tr}\\, A B", "tr(A*B)");
  means("\\text{ReLU}(x)", "relu(x)");
  means("\\operatorname{softmax}(x)", "softmax(x)");
  means("\\sigma'(b)", "sigmoid'(b)");
  means("g'(Z_1)", "tanh'(Z1)");
  means("\\sigma^{\\prime}(b)", "sigmoid'(b)");
  means("f(x)", "f(x)");
  means("\\dot\\sigma(b)", "sigmoid'(b)");
  means("g'(b)", "relu'(b)");
  means("\\max(0, x)", "max(0, x)");
  means("\\sqrt{x^Tx}", "sqrt(x'*x)");
  means("\\sqrt[3]{s}", "s^(1/3)");
  means("|x|", "norm2(x)");
  means("\\left|x\\right|", "norm2(x)");
  means("|A|", "det(A)");
  means("|A|_{:,1}", "abs(A)[:, 1]");
  means("|A|_{2,1}", "abs(A)[2, 1]");
  means("\\|x\\|^2", "norm2(x)^2");
  means("|x|^2", "norm2(x)^2");
  means("\\frac{I - xx^T}{|x|}", "(eye(n) - x*x')/norm2(x)");
  means("\\lVert x \\rVert_2^2", "norm2(x)^2");
  means("\\|x\\|_1", "norm1(x)");
  means("\\|P\\|_F^2", "norm2(P)^2");
  means("\\log_2 s", "log(s)/log(2)");
}

TEST_CASE("ones, identities, indicators, matrices") {
  means("A^TA + \\lambda I", "A'*A + lambda*eye(n)");
  means("(A + I)x", "(A + eye(n))*x");
  means("I_n - x x^T", "eye(n) - x*x'");
  means("\\mathbf{1}^T X", "ones(m)'*X");
  means("X^T \\mathbb{1}", "X'*ones(m)");
  means("\\mathbf 1 - x", "ones(n) - x");
  means("\\mathbf{1} - P", "ones(h,n) - P");
  means("b \\mathbf{1}_n^T", "b*ones(n)'");
  means("1^T x", "ones(n)'*x");
  means("\\mathbf{1}_{m \\times h}", "ones(m,h)");
  means("\\mathbf{1}_{3} + 1", "ones(3) + 1");
  means("\\mathbf{0}_{m\\times h} - \\mathbf 1_{m,h}", "zeros(m,h) - ones(m,h)");
  means("\\mathbf{0}_{2 m + 1}", "zeros(2*m + 1)");
  means("\\mathbf{0}_{m \\times 2 \\times h}", "zeros(m,2,h)");
  means("I_{2 h - 1}", "eye(2*h - 1)");
  means("K_{m,n} \\operatorname{vec}(X)", "commutation(m,n)*vec(X)");
  means("\\mathbb{1}[x > 0]", "(x > 0)");
  means("\\mathbf{1}_{x>0} \\odot v", "(x > 0) .* v");
  means("1_{x \\ge 0}", "(x >= 0)");
  means("\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "[1; 2]");
  means("\\begin{bmatrix} 1 & s \\\\ 0 & 2 \\end{bmatrix}", "[1, s; 0, 2]");
  means("\\begin{array}{cc} 1 & 2 \\end{array}", "[1, 2]");
  means("(1, 2, 3)^T", "[1, 2, 3]'");
  means("[x; v]", "[x; v]");
  nonconforming("X \\begin{pmatrix} 1 \\\\ 1 \\end{pmatrix}");
}

TEST_CASE("sums and indices") {
  means("\\sum_{i=1}^{n} x_i v_i", "sum(i, x[i]*v[i])");
  means("\\sum_i x_i^2", "sum(i, x[i]^2)");
  means("\\sum_{i=1}^n \\sum_{j=1}^n A_{ij} x_i x_j", "sum(i, sum(j, A[i,j]*x[i]*x[j]))");
  means("\\sum_{i,j} A_{i,j}^2", "sum(i, j, A[i,j]^2)");
  means("\\sum (y - h_0)^2", "sum((y - h0)^2)");
  means("\\frac{1}{m}\\sum_{i=1}^m (h_{0,i} - y_i)", "1/m*sum(i, h0[i] - y[i])");
  means("\\sum_{i=1}^m (\\hat{y}^{(i)} - y^{(i)}) x^{(i)}", "sum(i, (yhat[i] - y[i])*X[i,:]')");
  means("\\sum_{i=1}^{m} y^{(i)} X_i", "sum(i, y[i]*X[i,:])");
  means("x_1 + A_{12}", "x[1] + A[1,2]");
  means("A_{1,:} + \\sum_i A_{i,:}", "A[1,:] + sum(i, A[i,:])");
  means("A_{:,2}", "A[:,2]");
  means("\\sum_i x_i \\log v_i + (1 - x_i) \\log(1 - v_i)", "sum(i, x[i]*log(v[i]) + (1 - x[i])*log(1 - v[i]))");
  means("\\sum_j x_j - s \\sum_j v_j", "sum(j, x[j]) - s*sum(j, v[j])");
  means("\\sum_i \\sum_j x_i \\delta_{ij} x_j", "sum(i, sum(j, x[i]*delta(i,j)*x[j]))");
  means("\\frac{1}{m}\\sum_{i=1}^m (yhat_\\lambda(x^{(i)}) - y^{(i)})", "1/m*sum(i, yhat[i] - y[i])");
}

TEST_CASE("functions as derive prints them") {
  means("\\operatorname{leakyrelu}\\left( x \\right)", "leaky_relu(x)");
  means("\\operatorname{softplus}\\left( -x \\right)", "softplus(-x)");
}

TEST_CASE("a sum ends where another sum over its index begins") {
  means("\\sum_{i} x_i + s (\\sum_{i} v_i + 1)", "sum(i, x[i]) + s*(sum(i, v[i]) + 1)");
  means("\\sum_{i} x_i + s v_i", "sum(i, x[i] + s*v[i])");
}

TEST_CASE("slices") {
  means("x_{2:n}", "x[2:n]");
  means("X_{1:m-1,:}", "X[1:m-1,:]");
  means("X_{:,2:n} v_{2:n}", "X[:,2:n]*v[2:n]");
  means("{I_{n}}_{:,1}", "eye(n)[:,1]");
  means("A^T_{2,1}", "A'[2,1]");
  means("(A + B)^\\top_{2,1}", "(A + B)'[2,1]");
  means("{\\left( 1 - x \\odot x \\right)}_{2:n}", "(1 - x .* x)[2:n]");
}

}  // namespace gradwright::latex_rows
