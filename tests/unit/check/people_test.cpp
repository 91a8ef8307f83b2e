// Claims as people write them on forums, in notes and in code, each with the verdict that a hand derivation gives.
#include <doctest/doctest.h>

#include "check/check.h"
#include "check/report.h"

using namespace gradwright;
using namespace gradwright::check;

namespace {

/// Every claim of a table on one sheet.
struct Row {
  std::string claim;
  std::string verdicts;
};

std::string judged(const std::string& sheet) {
  const Checked found = checked(Text("sheet.gw", sheet + "\n"), {std::nullopt, false, false, std::nullopt});
  std::string text;
  for (const JudgedSide& side : found.sides)
    text += (text.empty() ? "" : "; ") + subject_of(side) + " " + std::string(verdict_name(side.verdict.kind));
  for (const Diagnostic& one : found.diagnostics) text += (text.empty() ? "" : "; ") + one.code;
  return text;
}

const std::string squares = "X : R[n,d]\ny : R[n]\nparam w : R[d]\nL = sum((X*w - y)^2)/(2*n)\nderive L wrt w\n";
std::string verdicts(const std::string& sheet) {
  const Checked found = checked(Text("sheet.gw", sheet + "\n"), {std::nullopt, false, false, std::nullopt});
  std::string text;
  for (const JudgedSide& side : found.sides)
    text += (text.empty() ? "" : ", ") + std::string(verdict_name(side.verdict.kind));
  for (const Diagnostic& one : found.diagnostics)
    if (one.severity == Severity::error) text += (text.empty() ? "" : ", ") + one.code;
  return text;
}

void table(const std::string& sheet, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.claim);
    CHECK(verdicts(sheet + "claim " + row.claim) == row.verdicts);
  }
}

std::vector<std::string> repairs(const std::string& sheet) {
  std::vector<std::string> found;
  for (const JudgedSide& side : checked(Text("sheet.gw", sheet + "\n")).sides)
    for (const Repair& one : side.repairs) found.push_back(one.gw);
  return found;
}

const std::string slope = "\\frac{\\partial L}{\\partial w} = ";

}  // namespace

TEST_CASE("x_i is the row i of X where the sheet has no x") {
  const std::string claim = squares + "claim latex: ";
  CHECK(judged(claim + slope + "\\frac1n\\sum_{i=1}^n (x_i^T w - y_i) x_i") == "∂L/∂w equal");
  CHECK(judged(claim + slope + "\\frac1n\\sum_i \\mathbf{x}_i (\\mathbf{x}_i^\\top \\mathbf{w} - y_i)") ==
        "∂L/∂w equal");
  CHECK(judged(claim + slope + "\\frac1n\\sum_i (y_i - x_i^T w) x_i") == "∂L/∂w scaled");
  CHECK(judged(claim + "\\nabla^2_w L = \\frac1n\\sum_{i=1}^n x_i x_i^T") == "∂²L/∂w∂wᵀ equal");
  CHECK(judged(claim + "\\nabla^2_w L = \\frac1n\\sum_{i=1}^n x_i^T x_i") == "∂²L/∂w∂wᵀ wrong-shape");
  const std::string columns = "X : R[d,n]\ny : R[n]\nparam w : R[d]\nL = sum((X'*w - y)^2)/2\nclaim latex: ";
  CHECK(judged(columns + slope + "\\sum_i (x_i^T w - y_i) x_i") == "∂L/∂w equal");
  CHECK(judged(columns + slope + "\\sum_{i=1}^n (w^T x_i - y_i) x_i") == "∂L/∂w equal");
}

TEST_CASE("products over an index") {
  const std::string claim = "x, y : R[n]\np = prod(x)\nderive p wrt x\nclaim latex: ";
  const std::string entry = claim + "\\frac{\\partial p}{\\partial x_j} = ";
  CHECK(judged(entry + "\\prod_{i \\ne j} x_i") == "∂p/∂x[j] equal");
  CHECK(judged(entry + "\\prod_{i=1, i \\ne j}^n x_i") == "∂p/∂x[j] equal");
  CHECK(judged(entry + "\\frac{1}{x_j}\\prod_{i=1}^n x_i") == "∂p/∂x[j] equal");
  CHECK(judged(entry + "\\prod_{i=1}^n x_i") == "∂p/∂x[j] wrong-value");
  CHECK(judged(claim + "\\log \\prod_{i=1}^n \\sigma(x_i)^{y_i} = \\sum_i y_i \\log\\sigma(x_i)") ==
        "the left side equal");
  CHECK(judged(claim + "\\log \\sum_{i=1}^n e^{x_i} = \\operatorname{logsumexp}(x)") == "the left side equal");
  CHECK(judged(claim + "\\log \\sum_{i=1}^n e^{x_i} = \\sum_i x_i") == "the left side wrong-value");
}

TEST_CASE("second derivatives in plain claims") {
  for (const char* left : {"d2L/dw2", "d2L/dwdw", "d2L/dwdw'", "d^2L/dw^2", "∂²L/∂w²", "∂^2L/∂w∂w'"}) {
    CAPTURE(left);
    CHECK(judged(squares + "claim " + left + " = X'*X/n") == "∂²L/∂w∂wᵀ equal");
    CHECK(judged(squares + "claim " + left + " = 2*X'*X/n") == "∂²L/∂w∂wᵀ scaled");
  }
  const std::string mixed = "A : R[m,n]\nu : R[m]\nv : R[n]\nf = u'*A*v\n";
  CHECK(judged(mixed + "claim d2f/dudv = A") == "∂²f/∂u∂vᵀ equal");
  CHECK(judged(mixed + "claim d2f/dvdu = A") == "∂²f/∂v∂uᵀ equal-transposed");
  CHECK(judged("w2, w : R[n]\nL = sum(w2 .* w)\nclaim dL/dw2 = w") == "∂L/∂w2 equal");
}

TEST_CASE("a definition that follows its use") {
  CHECK(judged(squares + "claim latex: " + slope + "\\frac1n X^T r, \\quad r = X w - y") == "∂L/∂w equal");
  CHECK(judged(squares + "claim latex: " + slope + "\\frac1n X^T r \\quad \\text{where } r = y - X w") ==
        "∂L/∂w scaled");
  CHECK(judged(squares + "claim latex: H = \\frac1n S^T S, \\quad S = X") == "∂²L/∂w∂wᵀ equal");
}

TEST_CASE("a variable that is no name of the sheet") {
  const std::string claim = squares + "claim latex: ";
  CHECK(judged(claim + "\\frac{\\partial J}{\\partial \\theta} = \\frac1n X^T (X w - y)") == "∂L/∂w equal");
  CHECK(judged(claim + "\\partial J/\\partial \\theta = \\frac1n X^T (y - X w)") == "∂L/∂w scaled");
  CHECK(judged(claim + "\\frac{\\partial J}{\\partial \\theta_j} = \\frac1n \\sum_i (x_i^T w - y_i) x_{ij}") ==
        "∂L/∂w[j] equal");
}

TEST_CASE("what is wrong with the sheet is said once") {
  const std::string sheet = "X : R[n,d]\ny : R[n]\nparam w : R[d]\nz = X*v\nL = sum((z - y)^2)\n";
  CHECK(judged(sheet + "claim dL/dw = X'*(z - y)\nclaim latex: " + slope + "X^T (z - y)\nclaim latex: a = z - y") ==
        "G0301");
}

TEST_CASE("softmax and cross-entropy, one sample") {
  // y is not said to sum to 1, so the gradient is sum(y)*p - y
  table("y : R[K]\nparam W : R[K,d]\nx : R[d]\nparam b : R[K]\np = softmax(W*x + b)\nL = -sum(y .* log(p))\n",
        {{"dL/db = p - y", "wrong-value"},
         {"dL/db = sum(y)*p - y", "equal"},
         {"latex: \\frac{\\partial L}{\\partial W_{ij}} = (p_i \\sum_k y_k - y_i) x_j", "equal"},
         {"numpy: dW = np.outer(p*y.sum() - y, x)", "equal"},
         {"numpy: dW = np.outer(x, p*y.sum() - y)", "equal-transposed"}});
}

TEST_CASE("softmax regression over a batch") {
  table(
      "X : R[n,d]\nY : R[n,K] onehot_rows\nparam W : R[d,K]\nparam b : R[K]\nZ = X*W + ones(n)*b'\n"
      "P = softmax_rows(Z)\nL = -1/n*sum(Y .* log(P))\n",
      {{"dL/dW = 1/n*X'*(P - Y)", "equal"},
       {"dL/dW = X'*(P - Y)", "scaled"},
       {"dL/dW = 1/n*X'*(Y - P)", "scaled"},
       {"dL/dW = 1/n*(P - Y)'*X", "equal-transposed"},
       {"dL/db = colsum(P - Y)", "wrong-shape"},
       {"dL/dZ = P .* (1 - P)/n", "wrong-value"},
       {"latex: \\nabla_{w_k} L = \\frac1n\\sum_i (P_{ik} - Y_{ik}) x_i", "equal"},
       {"latex: \\nabla_{w_k} L = \\frac1n\\sum_i (Y_{ik} - P_{ik}) x_i", "scaled"},
       {"latex: \\nabla_{w_k} L = \\frac1n\\sum_i P_{ik} x_i", "wrong-value"},
       {"latex: \\frac{\\partial L}{\\partial W_{jk}} = \\frac1n\\sum_{i=1}^n X_{ij} P_{ik}(1 - P_{ik})",
        "wrong-value"},
       {"numpy: dW = X.T.dot(P - Y) / X.shape[0]", "equal"},
       {"numpy: dW = np.dot(X.T, (P - Y)) / len(X)", "equal"},
       {"numpy: db = np.mean(P - Y, axis=0)", "equal"},
       {"numpy: db = np.sum(P - Y, axis=0)", "scaled"},
       {"numpy: db = np.sum(P - Y, axis=1) / n", "wrong-shape"}});
}

TEST_CASE("batch normalisation") {
  table(
      "x, G : R[n]\nparam gamma : R\nparam beta : R\nconst eps : R = 0.00001\nmu = mean(x)\nv = mean((x - mu)^2)\n"
      "xhat = (x - mu)/sqrt(v + eps)\nout = gamma*xhat + beta\nL = sum(G .* out)\n",
      {{"dL/dx = gamma/(n*sqrt(v + eps))*(n*G - sum(G) - xhat*sum(G .* xhat))", "equal"},
       {"dL/dx = gamma/sqrt(v + eps)*(n*G - sum(G) - xhat*sum(G .* xhat))", "scaled"},
       {"dL/dx = gamma*G/sqrt(v + eps)", "wrong-value"},
       {"dL/dgamma = G .* xhat", "wrong-shape"},
       {"latex: \\frac{\\partial L}{\\partial v} = \\sum_i G_i \\gamma (x_i - \\mu) \\cdot \\frac{-1}{2}(v + "
        "\\epsilon)^{-3/2}",
        "equal"},
       {"latex: \\frac{\\partial L}{\\partial v} = \\sum_i G_i \\gamma (x_i - \\mu) \\cdot \\frac{1}{2}(v + "
        "\\epsilon)^{-3/2}",
        "scaled"},
       {"numpy: dx = gamma / np.sqrt(v + eps) * (G - G.mean() - xhat * (G * xhat).mean())", "equal"},
       {"numpy: dx = gamma / np.sqrt(v + eps) * (G - G.mean() - (G * xhat).mean())", "wrong-value"}});
}

TEST_CASE("attention") {
  table(
      "Q : R[n,d]\nK : R[m,d]\nV : R[m,e]\nG : R[n,e]\nconst s : R = 0.5\nS = s*Q*K'\nA = softmax_rows(S)\nO = A*V\n"
      "L = sum(G .* O)\n",
      {{"dL/dV = A'*G", "equal"},
       {"dL/dV = A*G", "nonconforming"},
       {"dL/dS = A .* (G*V')", "wrong-value"},
       {"dL/dK = s*(A .* (G*V' - rowsum(A .* (G*V'))*ones(m)'))'*Q", "equal"},
       {"latex: \\frac{\\partial L}{\\partial S} = A \\odot \\left(GV^\\top - \\operatorname{rowsum}(A \\odot "
        "GV^\\top)\\mathbf 1^\\top\\right)",
        "equal"},
       {"latex: dS = A \\odot (dA - \\operatorname{rowsum}(dA \\odot A)\\mathbf 1^T), \\quad dA = G V^\\top",
        "equal, equal"},
       {"numpy: dA = G @ V.T; dS = A * (dA - (dA * A).sum(axis=-1, keepdims=True)); dQ = s * dS @ K",
        "equal, equal, equal"},
       {"numpy: dA = G @ V.T; dS = A * (1 - A) * dA; dQ = s * dS @ K", "equal, wrong-value, wrong-value"}});
}

TEST_CASE("recurrent cells") {
  table(
      "x1, x2 : R[d]\nh0, t : R[h]\nparam W : R[h,h]\nparam U : R[h,d]\nh1 = tanh(W*h0 + U*x1)\nh2 = tanh(W*h1 + "
      "U*x2)\n"
      "L = 1/2*norm2(h2 - t)^2\n",
      {{"dL/dW = ((h2 - t) .* (1 - h2^2))*h1'", "wrong-value"},
       {"dL/dW = ((h2 - t) .* (1 - h2^2))*h1' + ((W'*((h2 - t) .* (1 - h2^2))) .* (1 - h1^2))*h0'", "equal"},
       {"dL/dW = ((h2 - t) .* (1 - h2^2))*h1' + ((W*((h2 - t) .* (1 - h2^2))) .* (1 - h1^2))*h0'", "wrong-value"},
       {"latex: \\frac{\\partial L}{\\partial W} = g_2 h_1^T + g_1 h_0^T, \\quad g_2 = (h_2 - t)\\odot(1-h_2^2), "
        "\\quad g_1 = W^T g_2 \\odot (1-h_1^2)",
        "equal"},
       {"latex: \\frac{\\partial h_2}{\\partial h_1} = W^T \\mathrm{diag}(1 - h_2^2)", "equal-transposed"},
       {"latex: \\frac{\\partial h_2}{\\partial h_0} = \\mathrm{diag}(1-h_2^2) W \\mathrm{diag}(1-h_1^2) W", "equal"}});
  table(
      "x : R[d]\nh0, c0, G : R[h]\nparam Wf, Wi, Wo, Wg : R[h,d]\nparam Uf, Ui, Uo, Ug : R[h,h]\n"
      "f = sigmoid(Wf*x + Uf*h0)\ni = sigmoid(Wi*x + Ui*h0)\no = sigmoid(Wo*x + Uo*h0)\ng = tanh(Wg*x + Ug*h0)\n"
      "c = f .* c0 + i .* g\nhh = o .* tanh(c)\nL = sum(G .* hh)\n",
      {{"dL/dWf = (G .* o .* (1 - tanh(c)^2) .* c0 .* f .* (1 - f))*x'", "equal"},
       {"dL/dWg = (G .* o .* (1 - c^2) .* i .* (1 - g^2))*x'", "wrong-value"},
       {"latex: \\frac{\\partial L}{\\partial W_f} = (\\delta_c \\odot c_0 \\odot f \\odot (1-f)) x^\\top, \\quad "
        "\\delta_c = G \\odot o \\odot (1 - \\tanh^2 c)",
        "equal, equal"},
       {"numpy: dc = G * o * (1 - np.tanh(c)**2); df = dc * c0; dWf = np.outer(df * f * (1 - f), h0)",
        "equal, equal, wrong-shape"}});
}

TEST_CASE("the slopes of one maximum add up to 1") {
  table("x : R\nL = max(x*ones(3))\n", {{"dL/dx = 1", "equal"}, {"dL/dx = 3", "scaled"}});
  table("w : R\nL = sum(maxpool(w*ones(2,2),2,2))\n", {{"dL/dw = 1", "equal"}, {"dL/dw = 4", "scaled"}});
  table("A : R[m,n]\nL = sum(rowmax(A))\n",
        {{"dL/dA = (A == rowmax(A)*ones(n)')", "equal"}});  // where no two are equal
  table(
      "x : R[n]\nL = sum(max(0, x))\n",
      {{"dL/dx = (x > 0)", "equal"}, {"dL/dx = (x > 0) + 1/2*(x == 0)", "equal"}, {"dL/dx = (x < 0)", "wrong-value"}});
  table("X : R[2*m,2*n]\nT : R[m,n]\nL = sum(T .* maxpool(X,2,2))\n",
        {{"dL/dX = kron(T,ones(2,2)) .* (X == kron(maxpool(X,2,2),ones(2,2)))", "equal"},
         {"dL/dX = kron(T,ones(2,2)) .* maxpool_mask(X,2,2)", "equal"},
         {"dL/dX = kron(T,ones(2,2))", "wrong-value"}});
}

TEST_CASE("margins, factorisations, divergences") {
  table(
      "X : R[n,d]\ny : R[n] pm1\nparam w : R[d]\nconst C : R = 2\nm = y .* (X*w)\nL = 1/2*norm2(w)^2 + C*sum(max(0, 1 "
      "- m))\n",
      {{"latex: \\nabla_w L = w - C \\sum_{i: y_i w^T x_i < 1} y_i x_i", "equal"},
       {"latex: \\nabla_w L = w - C \\sum_{i: y_i w^T x_i < 1} x_i", "wrong-value"},
       {"latex: \\nabla_w L = w - C \\sum_{i=1}^n \\mathbb{1}[y_i w^T x_i < 1] y_i x_i", "equal"},
       {"dL/dw = w + C*X'*(y .* (m < 1))", "wrong-value"},
       {"numpy: mask = y * (X @ w) < 1; dw = w - C * X.T @ (y * mask)", "equal"}});
  table(
      "R0, M : R[m,n]\nparam U : R[m,k]\nparam V : R[n,k]\nlambda : R\nE = M .* (R0 - U*V')\n"
      "L = norm2(E)^2 + lambda*(norm2(U)^2 + norm2(V)^2)\n",
      {{"latex: \\frac{\\partial L}{\\partial u_i} = -2\\sum_j M_{ij} E_{ij} v_j + 2\\lambda u_i", "equal"},
       {"latex: \\frac{\\partial L}{\\partial u_i} = -2\\sum_j M_{ij} E_{ij} v_j + \\lambda u_i", "wrong-value"},
       {"latex: \\frac{\\partial L}{\\partial v_j} = -2\\sum_i M_{ij} E_{ij} u_i + 2\\lambda v_j", "equal"},
       {"dL/dU = -2*E*V + 2*lambda*U", "wrong-value"}});
  table("param mu, s : R[k]\nKL = -1/2*sum(1 + s - mu^2 - exp(s))\n",
        {{"latex: \\frac{\\partial D_{KL}}{\\partial \\mu_j} = \\mu_j", "equal"},
         {"latex: \\frac{\\partial D_{KL}}{\\partial \\mu_j} = -\\mu_j", "scaled"},
         {"numpy: dmu = mu; ds = 0.5 * (np.exp(s) - 1)", "equal, equal"},
         {"dKL/ds = exp(s) - 1", "scaled"}});
}

TEST_CASE("determinants, traces, Kronecker products") {
  table("X : R[n,n] spd\nparam W : R[n,n]\nS : R[n,n] symmetric\nh = -logdet(W*W') + tr(S*W*W')\n",
        {{"latex: \\frac{\\partial h}{\\partial W} = -2W^{-T} + 2SW", "equal"},
         {"latex: \\frac{\\partial h}{\\partial W} = -2W^{-1} + 2SW", "wrong-value"},
         {"latex: \\frac{\\partial}{\\partial X}\\operatorname{tr}(S X^{-1}) = -X^{-1} S X^{-1}", "equal"},
         {"latex: \\frac{\\partial \\operatorname{tr}(SX^{-1})}{\\partial X} = -X^{-2}S", "wrong-value"}});
  table(
      "A : R[p,m]\nX : R[m,n]\nB : R[n,q]\nY = A*X*B\nt = tr(A'*A*X*X')\n",
      {{"latex: \\frac{\\partial \\operatorname{vec}(Y)}{\\partial \\operatorname{vec}(X)} = B^T \\otimes A", "equal"},
       {"latex: \\frac{\\partial \\operatorname{vec}(AXB)}{\\partial \\operatorname{vec}(X)} = A \\otimes B^T",
        "wrong-value"},
       {"latex: \\operatorname{vec}(AXB) = (B^T \\otimes A)\\operatorname{vec}(X)", "equal"},
       {"latex: \\nabla_X t = 2X A^T A", "nonconforming"}});
}

TEST_CASE("a sum that lacks factors is repaired term by term") {
  const auto found = repairs("a, b, c, d, e, f : R\nL = a*b*c + a*d*e*f\nclaim dL/da = b + e");
  REQUIRE(found.size() == 1);
  CHECK(found[0] == "b*c + e*d*f");
  const auto net = repairs(
      "I0, w1, w2, w3, w4, w5 : R\nh0 = I0*w1 + 1\np2 = sigmoid(h0)*w2 + 1\np3 = sigmoid(h0)*w3 + 1\n"
      "q = sigmoid(p2)*w4 + sigmoid(p3)*w5 + 1\nO = sigmoid(q)\n"
      "claim dO/dw1 = sigmoid'(q)*(sigmoid'(p2)*sigmoid'(h0)*I0 + sigmoid'(p3)*sigmoid'(h0)*I0)");
  REQUIRE(net.size() == 1);
  CHECK(net[0] == "sigmoid'(q)*(sigmoid'(p2)*sigmoid'(h0)*I0*w2*w4 + sigmoid'(p3)*sigmoid'(h0)*I0*w3*w5)");
}
