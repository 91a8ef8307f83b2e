// LaTeX → readings: each construct against the formula in the worksheet language that it must mean (the same node), and malformed formulas.
#include "read/latex/latex.h"

#include "read/reading/claims.h"
#include "sheet.h"

namespace gradwright {
namespace {

const std::string declarations =
    "X : R[m,n]\ny, w : R[m]\nx, v : R[n]\nA, B : R[n,n]\nP, Q : R[h,n]\nU : R[m,k]\nV : R[n,k]\nb : R[h]\n"
    "s, beta : R\nconst lambda : R = 0.1\nparam W1 : R[h,n]\nparam W2 : R[m,h]\nZ1 : R[h,B0]\nA1 = tanh(Z1)\nyhat : "
    "R[m]\n"
    "delta2, h0 : R[m]\ntheta_2 : R[h]\nz2 = W2*relu(b)\na2 = sigmoid(z2)\nL = sum((a2 - y).^2)\nf(t) = t .* t\n";

struct Sheet2 {
  Pool pool;
  OpenSheet sheet{Text("t.gw", declarations), pool};
};

ReadDocument read(OpenSheet& sheet, const std::string& latex, const LatexOptions& options = {}) {
  const Text text("t.tex", latex);
  return read_latex(text, {0, static_cast<std::uint32_t>(latex.size())}, sheet, options);
}

std::string why(const ReadDocument& document) {
  std::string text;
  for (const Diagnostic& one : document.diagnostics) text += one.code + " " + one.message + "; ";
  for (const ReadEquation& equation : document.equations) {
    for (const ReadSide& side : equation.sides) {
      for (const Diagnostic& one : side.diagnostics) text += one.code + " " + one.message + "; ";
    }
  }
  return text;
}

void means(const std::string& latex, const std::string& gw) {
  Sheet2 at;
  REQUIRE_FALSE(at.sheet.program().has_errors());
  const SheetValue wanted = at.sheet.value(gw);
  const ReadDocument document = read(at.sheet, latex);
  CAPTURE(latex);
  CAPTURE(why(document));
  const bool has_reading = !document.equations.empty() && !document.equations[0].sides.empty() &&
                           !document.equations[0].sides[0].readings.empty();
  CHECK(has_reading);
  if (!has_reading) return;
  const Reading& reading = document.equations[0].sides[0].readings[0];
  CAPTURE(reading.gw);
  const SheetValue value = at.sheet.value(reading.gw);
  CHECK(value.is_good() == wanted.is_good());
  CHECK(value.expr == wanted.expr);
  CHECK(value.surface == wanted.surface);
  if (wanted.is_good()) CHECK(reading.surface == value.surface);
}

void nonconforming(const std::string& latex) {
  Sheet2 at;
  const ReadDocument document = read(at.sheet, latex);
  CAPTURE(latex);
  REQUIRE(document.equations.size() == 1);
  REQUIRE(document.equations[0].sides[0].readings.size() == 1);
  CAPTURE(document.equations[0].sides[0].readings[0].gw);
  CHECK_FALSE(at.sheet.value(document.equations[0].sides[0].readings[0].gw).is_good());
}

void fails(const std::string& latex, const std::string& code, const std::string& at_text, const std::string& message) {
  Sheet2 at;
  const ReadDocument document = read(at.sheet, latex);
  CAPTURE(latex);
  std::vector<Diagnostic> all = document.diagnostics;
  for (const ReadEquation& equation : document.equations) {
    for (const ReadSide& side : equation.sides) all.insert(all.end(), side.diagnostics.begin(), side.diagnostics.end());
  }
  CHECK(all.size() == 1);
  if (all.empty()) return;
  CHECK(all[0].code == code);
  CHECK(all[0].message == message);
  CHECK_FALSE(all[0].helps.empty());
  CHECK(latex.substr(all[0].span.begin, all[0].span.end - all[0].span.begin) == at_text);
}

}  // namespace

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
  means("e^{-x}", "exp(-x)");
  means("\\left(X^T X\\right)^{-1} X^T y", "inv(X'*X)*X'*y");
}

TEST_CASE("products") {
  means("2 x x^T A", "2*x*x'*A");
  means("x^TAx", "x'*A*x");
  means("w(y - h_0)", "w .* (y - h0)");
  means("X^T(w (y-h_0))", "X'*(w .* (y - h0))");
  means("\\sigma(y)(1-\\sigma(y))", "sigmoid(y) .* (1 - sigmoid(y))");
  means("X^T\\sigma(y)(1-\\sigma(y))", "X'*(sigmoid(y) .* (1 - sigmoid(y)))");
  means("w \\odot y \\odot (1 - y) x^T", "(w .* y .* (1 - y))*x'");
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
  CHECK(read(at.sheet, "A B").equations[0].sides[0].readings.size() == 1);
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
  means("|x|", "abs(x)");
  means("\\left|x\\right|", "abs(x)");
  means("|A|", "det(A)");
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

TEST_CASE("derivatives inside a formula") {
  Pool pool;
  ReadOptions options;
  options.derivative = [](Pool& where, Expr, Expr wrt) { return make_zero(where, where.shape(wrt)); };
  OpenSheet sheet(Text("t.gw", declarations), pool, options);
  CHECK(read(sheet, "\\frac{\\partial L}{\\partial y}").equations[0].sides[0].readings[0].gw == "grad(L, y)");
  CHECK(read(sheet, "x^T \\nabla_{x} L").equations[0].sides[0].readings[0].gw == "x'*grad(L, x)");
  CHECK(read(sheet, "\\frac{\\partial a_2}{\\partial z_2} \\frac{dL}{da_2}").equations[0].sides[0].readings[0].gw ==
        "jacobian(a2, z2)*grad(L, a2)");
}

TEST_CASE("left sides and chains") {
  Sheet2 at;
  const auto left = [&](const std::string& latex) { return read(at.sheet, latex).equations.at(0).left; };
  for (const char* text :
       {"\\frac{\\partial L}{\\partial W^{(2)}} = y b^T", "\\nabla_{W_2} L = y b^T", "\\frac{dL}{dW_2} = y b^T",
        "dL/dW_2 = yb^T", "\\partial L/\\partial W_2 = yb^T", "\\dv{L}{W_2} = y b^T",
        "\\frac{\\partial}{\\partial W_2} L = y b^T", "\\nabla_{W^{(2)}} L &= y b^T",
        "\\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{W}_2} := y b^T"}) {
    CAPTURE(text);
    const LeftSide found = left(text);
    CHECK(found.kind == LeftSide::Kind::derivative);
    CHECK(found.of.name == "L");
    CHECK(found.wrt.name == "W2");
  }
  const LeftSide entry = left("\\frac{\\partial L}{\\partial W_{2,ij}} = y_i b_j");
  CHECK(entry.wrt.name == "W2");
  CHECK(entry.wrt.entry == std::vector<std::string>{"i", "j"});
  CHECK(left("\\nabla L = y").wrt.name.empty());
  CHECK(left("\\frac{\\partial^2 L}{\\partial y^2} = I").kind == LeftSide::Kind::hessian);
  CHECK(left("\\delta^{(3)} = y").name == "delta3");
  CHECK(left("dW^{[2]} = y b^T").name == "dW2");
  CHECK(left("\\sigma'(z_2) = \\sigma(z_2)(1-\\sigma(z_2))").kind == LeftSide::Kind::expression);
  CHECK(left("y b^T").kind == LeftSide::Kind::none);
  const LeftSide form = left("\\frac{\\partial x^T A x}{\\partial x} = (A + A^T)x");
  CHECK(form.kind == LeftSide::Kind::derivative);
  CHECK(form.wrt.name == "x");
  CHECK(form.readings.at(0).gw == "x'*A*x");
  const LeftSide other = left("\\frac{\\partial E}{\\partial W_2} = y b^T");
  CHECK(other.wrt.name == "W2");
  CHECK(other.of.name.empty());
  const ReadDocument below = read(at.sheet, "\\nabla_x L = X^T D y, \\quad D = \\operatorname{diag}(w)");
  REQUIRE(below.equations.size() == 2);
  CHECK(below.equations[0].sides[0].readings.at(0).gw == "X'*D*y");
  const ReadDocument chain = read(
      at.sheet, "\\begin{aligned} \\nabla_{x} L &= X^T (y - h_0) \\\\ &= X^Ty - X^T h_0 \\\\ &= 2x, \\end{aligned}");
  REQUIRE(chain.equations.size() == 1);
  CHECK(chain.equations[0].sides.size() == 3);
  const ReadDocument steps = read(at.sheet,
                                  "\\delta^{(3)} &= y - h_0 \\\\ \\frac{\\partial L}{\\partial W^{(2)}} &= "
                                  "\\delta^{(3)} b^T \\quad\\text{where } ");
  REQUIRE(steps.equations.size() == 2);
  CHECK(steps.equations[1].sides[0].readings.at(0).gw == "delta3*b'");
  const ReadDocument entries = read(at.sheet, "\\frac{\\partial L}{\\partial x_i} = \\sum_j A_{ij} x_j");
  CHECK(entries.equations[0].left.wrt.entry == std::vector<std::string>{"i"});
  CHECK(entries.equations[0].sides[0].readings.at(0).gw == "sum(j, A[i, j]*x[j])");
}

TEST_CASE("places") {
  Sheet2 at;
  const std::string latex = "X^T \\left(w (y - h_0)\\right)";
  const Reading reading = read(at.sheet, latex).equations[0].sides[0].readings[0];
  CHECK(reading.gw == "X'*(w .* (y - h0))");
  const auto source = [&](const std::string& piece) {
    const auto begin = static_cast<std::uint32_t>(reading.gw.find(piece));
    const Span span = reading.map.source_of({begin, begin + static_cast<std::uint32_t>(piece.size())});
    return latex.substr(span.begin, span.end - span.begin);
  };
  CHECK(source("X") == "X");
  CHECK(source("h0") == "h_0");
  CHECK(source("y - h0") == "y - h_0");
  CHECK(source("X'") == "X^T");
  CHECK(reading.notes.size() == 1);
}

TEST_CASE("documents") {
  Sheet2 at;
  const std::string tex =
      "\\documentclass{article}\n\\begin{document} Let $x$ be given. % \\[ no \\]\n\\begin{align}\n\\delta^{(3)} &= y "
      "- h_0, \\label{eq:d}\\\\\n"
      "\\frac{\\partial L}{\\partial W_2} &= \\delta^{(3)} b^{\\top}. \\tag{2}\n\\end{align}\nThen \\[ \\nabla_x L = "
      "X^T y \\] and $$ x = v $$\n\\begin{equation*} \\nabla_v L = 2 v \\end{equation*}\n\\end{document}\n";
  const ReadDocument document = read_latex_document(Text("t.tex", tex), at.sheet);
  CAPTURE(why(document));
  REQUIRE(document.equations.size() == 5);
  CHECK(document.equations[1].sides[0].readings.at(0).gw == "delta3*b'");
  CHECK(document.equations[2].left.wrt.name == "x");
  CHECK(document.equations[4].sides[0].readings.at(0).gw == "2*v");
  for (const ReadEquation& one : document.equations) CHECK(one.span.end <= tex.size());
}

TEST_CASE("malformed LaTeX") {
  fails("\\frac{x", "G0601", "{", "this `{` is never closed");
  fails("(x + v", "G0601", "(", "this `(` is never closed");
  fails("x + v)", "G0601", ")", "`)` closes nothing");
  fails("(x + v]", "G0601", "(x + v]", "`(` is closed by `]`");
  fails("x +", "G0601", "", "the formula ends where something should follow");
  fails("x \\odot", "G0601", "", "the formula ends where something should follow");
  fails("\\frac{x}", "G0601", "\\frac", "something is missing after `\\frac`");
  fails("^2", "G0601", "^", "`^` stands on nothing");
  fails("x + \\zeta", "G0301", "\\zeta", "unknown name `zeta`");
  fails("\\hat{x} + 1", "G0301", "\\hat{x}", "unknown name `xhat`");
  fails("\\oint x", "G0602", "\\oint", "`\\oint` is not read");
  fails("\\begin{cases} x \\end{cases}", "G0602", "\\begin", "cases are not read");
  fails("\\prod_i x_i", "G0602", "\\prod_i", "a product over an index is not read");
  fails("\\sum_{k=1}^{i} x_k", "G0602", "i", "a sum over a part of an axis is not read");
  fails("\\sum_{k \\neq j} x_k", "G0602", "\\neq", "a sum that leaves an entry out is not read");
  fails("\\sum_{i=2}^n x_i", "G0602", "2", "a sum over a part of an axis is not read");
  fails("\\mathbf{1}^T \\mathbf{1}", "G0603", "\\mathbf{1}", "nothing says how large this is");
  fails("x = ", "G0601", "x =", "a side of this equation is empty");
  fails("x \\$ v", "G0602", "\\$", "`\\$` is not read");
  fails("", "G0601", "", "there is no formula here");
  fails("\\begin{pmatrix} 1 & 2", "G0601", "\\begin", "this `\\begin{pmatrix}` has no end");
}

TEST_CASE("claims of a sheet") {
  Pool pool;
  const Text text("t.gw", declarations + "claim latex: \\nabla_{W_2} L = y b^T\nclaim numpy: dW2 = np.outer(y, b)\n");
  OpenSheet sheet(text, pool);
  REQUIRE(sheet.program().claims.size() == 2);
  const ClaimReadings latex = readings_of(text, sheet.program().claims[0], sheet);
  CHECK(latex.latex.equations.at(0).sides.at(0).readings.at(0).gw == "y*b'");
  CHECK(text.slice(latex.latex.equations[0].sides[0].span) == "y b^T");
  const ClaimReadings numpy = readings_of(text, sheet.program().claims[1], sheet);
  CHECK(numpy.numpy.readings.at(0).assignments.at(0).reading.gw == "y*b'");
}

TEST_CASE("an open sheet") {
  Sheet2 at;
  CHECK(at.sheet.value("X'*y").is_good());
  CHECK_FALSE(at.sheet.value("X*y").is_good());
  CHECK(at.sheet.value("X*y").diagnostics.empty());
  const SheetValue wrong = at.sheet.value_with_reasons("2*X*y");
  REQUIRE(wrong.diagnostics.size() == 1);
  CHECK(wrong.diagnostics[0].code == "G0203");
  CHECK(at.sheet.text().slice(wrong.diagnostics[0].span) == "*");
  CHECK(wrong.diagnostics[0].span.begin >= at.sheet.line_begin());
  CHECK(at.sheet.define("d3", "X'*y").empty());
  CHECK(at.sheet.value("d3 + x").is_good());
  CHECK(at.sheet.program().definition("d3") != nullptr);
  CHECK(at.sheet.define("d3", "x").at(0).code == "G0302");
  CHECK(at.sheet.define("d4", "X*y").at(0).code == "G0203");
  CHECK_FALSE(at.sheet.value("d4").is_good());
  CHECK(at.sheet.define("d4", "x").empty());
  CHECK(at.sheet.define("d5 = 3\nd6", "x").size() == 1);
  const Dim n = (*at.sheet.shape_of("x"))[0];
  const SheetValue entry = at.sheet.value("x[i]*v[j]", {{"i", n}, {"j", std::nullopt}});
  REQUIRE(entry.is_good());
  CHECK(at.pool.order(entry.expr) == 2);
}

}  // namespace gradwright
