// What expressions mean: equal nodes for equal mathematics, sizes, and values against the reference evaluator.
#include "sheet.h"

namespace gradwright {
namespace {

using Numbers = std::vector<double>;

void same(const std::string& declarations, const std::string& a, const std::string& b) {
  INFO(a << " and " << b);
  const Sheet sheet(declarations + "p_ = " + a + "\nq_ = " + b + "\n");
  CHECK(sheet.codes().empty());
  CHECK(!sheet["p_"].is_none());
  CHECK(sheet["p_"] == sheet["q_"]);
}

void gives(const std::string& sheet_text, const Numbers& expected) {
  INFO(sheet_text);
  const Sheet sheet(sheet_text);
  CHECK(sheet.codes().empty());
  REQUIRE(!sheet["z"].is_none());
  const Numbers found = sheet.value("z");
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]));
}

}  // namespace

TEST_CASE("the network of the question reads, and its wrong claim is told apart") {
  const Sheet sheet(
      "x, y : R[2]\nparam W2 : R[3,2]\nparam W3 : R[2,3]\nz2 = W2*x\na2 = relu(z2)\nz3 = W3*a2\na3 = sigmoid(z3)\n"
      "L  = 1/2*sum((a3 - y)^2)\n\nderive L wrt W3, W2\n\nclaim dL/dW3 = ((a3 - y) .* a3 .* (1 - a3)) * a2'\n"
      "claim dL/dW2 = (a3 - y) .* a3 .* (1 - a3) * W3 * [1;1;1] * x'\n");
  CHECK(sheet.codes() == std::vector<std::string>{"G0203"});
  const Diagnostic& error = sheet.program.diagnostics[0];
  CHECK(error.message == "cannot multiply `(a3 - y) .* a3 .* (1 - a3)` (2×1) by `W3` (2×3)");
  CHECK(error.labels.size() == 2);
  REQUIRE(sheet.program.claims.size() == 2);
  CHECK(sheet.program.claims[0].of.name == "L");
  CHECK(sheet.program.claims[0].wrt.name == "W3");
  CHECK(!sheet.program.claims[0].values[0].is_none());
  CHECK(sheet.program.claims[1].values[0].is_none());
  REQUIRE(sheet.program.requests.size() == 1);
  CHECK(sheet.program.requests[0].wrt.size() == 2);
  CHECK(sheet.program.definition("z3")->uses == std::vector<std::string>{"W3", "a2"});
}

TEST_CASE("anonymous products are flat, whatever their brackets") {
  const std::string sheet = "A : R[m,n]\nB : R[n,k]\nC : R[k,m]\nx, y : R[n]\nS : R[n,n]\n";
  same(sheet, "(A*B)*C", "A*(B*C)");
  same(sheet, "tr(A*B*C)", "tr(C*A*B)");
  same(sheet, "sum(x .* y)", "x'*y");
  same(sheet, "sum(x .* y)", "dot(x,y)");
  same(sheet, "diag(x)*B", "(x*ones(k)') .* B");
  same(sheet, "(A*B)'", "B'*A'");
  same(sheet, "x - (y - x)", "2*x - y");
  same(sheet, "S^3", "S*S*S");
  same(sheet, "S^-1", "inv(S)");
  same(sheet, "S\\x", "inv(S)*x");
  same(sheet, "norm2(x)", "sqrt(sum(x.^2))");
  same(sheet, "x'", "x^T");
  same(sheet, "x ⊙ y", "x .* y");
  same(sheet, "x²", "x.^2");
  same(sheet, "x < y", "y > x");
  same(sheet, "mean(x)", "sum(x)/n");
  same(sheet, "[2;2;2]", "2*ones(3)");
}

TEST_CASE("a named part is not dissolved") {
  const Sheet sheet("A : R[m,n]\nB : R[n,k]\nC : R[k,m]\nP = A*B\nz = P*C\nw = A*B*C\n");
  CHECK(sheet["z"] != sheet["w"]);
  CHECK(sheet.pool[sheet["z"]].operands.size() == 2);
  CHECK(sheet.pool[sheet["w"]].operands.size() == 3);
  const auto named = sheet.program.names.find(sheet["P"]);
  REQUIRE(named != sheet.program.names.end());
  CHECK(named->second.text == "P");
}

TEST_CASE("a product under a stroke is divided by factor by factor, unless it has a name") {
  const std::string sheet = "x, y : R[n]\ns, t : R\n";
  same(sheet, "x/(n*s)", "x/n/s");
  same(sheet, "x/(2*s*t^2)", "0.5*x/s/t^2");
  same(sheet, "x/(n*(x'*y)*sum(y))", "x/(x'*y)/n/sum(y)");
  same(sheet, "x ./ (s*y)", "x/s ./ y");
  same(sheet, "x ./ (x .* y)", "x ./ x ./ y");
  const Sheet named("x : R[n]\ns : R\nd = n*s\np = x/d\nq = x/(n*s)\n");
  CHECK(named["p"] != named["q"]);
  // One repeated along an axis stays: it is a matrix that divides.
  const Sheet repeated("x : R[n]\nX : R[m,n]\nZ = 1 ./ (ones(m)*x')\n");
  CHECK(repeated.pool[repeated["Z"]].kind == Kind::map);
}

TEST_CASE("index notation is matrix notation") {
  const std::string sheet = "A : R[m,n]\nB : R[n,k]\nX : R[h,w]\nK : R[u,v]\nx : R[n]\nG : R[m,n]\n";
  const auto indexed = [&](const std::string& left, const std::string& right, const std::string& matrix) {
    INFO(right);
    const Sheet read(sheet + left + " = " + right + "\nq_ = " + matrix + "\n");
    CHECK(read.codes().empty());
    CHECK(!read["q_"].is_none());
    CHECK(read["Z"] == read["q_"]);
  };
  indexed("Z[i,j]", "sum(k, A[i,k]*B[k,j])", "A*B");
  indexed("Z[i,j]", "A[j,i]", "A'");
  indexed("Z[i]", "relu(x[i]) + x[i]^2", "relu(x) + x.^2");
  indexed("Z[p,q]", "sum(a,b, X[p+a,q+b]*K[a,b])", "conv(X,K)");
  indexed("Z[p,q]", "sum(a,b, X[p+a-1,q+b-1]*K[a,b])", "conv(X,K)");
  indexed("Z[i,j]", "delta(i,j)*x[i]", "diag(x)");
  indexed("Z", "sum(i, A[i,:]'*G[i,:])", "A'*G");
}

TEST_CASE("values") {
  gives("x : R[3]\nz = [1, 2; 3, 4]*[1; 1]\n", {3, 7});
  gives("x : R[3]\nz = x[2:3]\n", {1.5, 2});
  gives("x : R[3]\nz = flip(x)\n", {2, 1.5, 1});
  gives("A : R[2,2]\nz = A[1,:]\n", {1, 2});
  gives("A : R[2,2]\nz = A[2,1]\n", {1.5});
  gives("A : R[2,2]\nx : R[2]\nz = [A, x; x', 7]\n", {1, 1.5, 2, 2, 2.5, 2.5, 2, 2.5, 7});
  gives("A : R[2,2]\nz = kron([1,2],A)\n", {1, 1.5, 2, 2.5, 2, 3, 4, 5});
  gives("A : R[2,3]\nz = commutation(2,3)*vec(A) - vec(A')\n", {0, 0, 0, 0, 0, 0});
  gives("x : R[3]\nz = conv(x,[1;2])\n", {4, 5.5});
  gives("x : R[3]\nz = conv_full(x,[1;2])\n", {2, 4, 5.5, 2});
  gives("A : R[4,4]\nz = maxpool(A,2,2)\n", {3.5, 4.5, 7.5, 8.5});
  gives("A : R[2,2]\nz = rowsum(A)\n", {3, 4});
  gives("A : R[2,2]\nz = colmax(A)\n", {1.5, 2.5});
  gives("A : R[2,2]\nz = var(A)\n", {0.3125});
  gives("A : R[2,2]\nz = rowsum(softmax_rows(A))\n", {1, 1});
  gives("A : R[2,2]\nz = colsum(softmax_cols(A))\n", {1, 1});
  gives("x : R[2]\nz = exp(log_softmax(x)) - softmax(x)\n", {0, 0});
  gives("x : R[2]\nz = relu'(x - 1.2)\n", {0, 1});
  gives("X : R[1,3,3]\nK : R[1,1,2,2]\nz = sum(conv2d(X,K,stride=1))\n", {139});
  gives("X : R[1,2,2]\nK : R[2,1,1,1]\nz = sum(conv2d(X,K,pad=1))\n", {31.5});
  gives("const c : R[2] = [3;4]\nz = norm2(c)\n", {5});
  gives("const c : R[2,2] = [1,2;3,4]\nz = c[2,1]\n", {3});
  gives("x : R[3]\nz = mse(x, ones(3))\n", {5.0 / 12});
  gives("x : R[3]\nz = sum(layernorm(x))\n", {0});
  gives("A : R[4,2]\nz = colsum(batchnorm(A))\n", {0, 0});
  gives("A : R[2,3]\nz = rowsum(layernorm_rows(A))\n", {0, 0});
  gives("f(a,b) = a*b + a\ng(a) = f(a,2)*3\nx : R\nz = g(x)\n", {9});
  gives("x : R[2]\nz = max(x,1.2) + min(1.2,x)\n", {2.2, 2.7});
}

TEST_CASE("dimensions") {
  const Sheet sheet("dim N = n + 1\ndim h = 2*d\ndim d = 3\nx : R[N]\nW : R[h]\ny = x[2:n+1]\nu ∈ ℝ^(h×d)\ns = 1/n\n");
  CHECK(sheet.codes().empty());
  CHECK(sheet.pool.dims().constant_value(sheet.program.declaration("W")->surface[0]) == 6);
  CHECK(sheet.pool.dims().to_string(sheet.program.definition("y")->surface[0]) == "n");
  CHECK(sheet.program.declaration("u")->surface.size() == 2);
}

TEST_CASE("cuts make a definition free") {
  ReadOptions options;
  options.cuts = {"z"};
  const Sheet sheet("x : R[n]\nW : R[m,n]\nz = W*x\nL = sum(relu(z))\n", options);
  CHECK(sheet.pool.kind(sheet["z"]) == Kind::input);
  CHECK(sheet.pool.payload<InputInfo>(sheet["z"]).role == Role::cut);
  const auto nodes = reachable(sheet.pool, {sheet["L"]});
  CHECK(std::find(nodes.begin(), nodes.end(), sheet.program.declaration("W")->input) == nodes.end());
}

TEST_CASE("derivatives inside expressions use what the room above lends") {
  ReadOptions options;
  options.derivative = [](Pool& pool, Expr, Expr wrt) { return make_ones(pool, Shape(pool.shape(wrt))); };
  const Sheet sheet("x : R[n]\nW : R[m,n]\nz = W*x\nL = sum(z.^2)\ng = grad(L,W)\nh = grad(L,z)\nj = jacobian(L,x)\n",
                    options);
  CHECK(sheet.codes().empty());
  CHECK(sheet.program.definition("g")->surface == sheet.program.declaration("W")->surface);
  CHECK(sheet.program.definition("h")->surface == sheet.program.definition("z")->surface);
  CHECK(sheet.program.definition("j")->surface[1] == sheet.program.declaration("x")->surface[0]);
}

TEST_CASE("claims") {
  const Sheet sheet(
      "x : R[n]\nW : R[n,n]\nz = W*x\nL = sum(z)\nclaim ∂L/∂x = W'*ones(n)\n  = colsum(W)'\n  = x + W\n"
      "claim dz[i]/dx[j] = W[i,j]\nclaim sigmoid'(z) = sigmoid(z) .* (1 - sigmoid(z))\n"
      "claim latex: \\frac{a}{b}  # why\nclaim numpy: W.T @ np.ones(n)\n  .reshape(2)\nz2 = z\n");
  CHECK(sheet.codes() == std::vector<std::string>{"G0207"});
  const auto& claims = sheet.program.claims;
  REQUIRE(claims.size() == 5);
  REQUIRE(claims[0].values.size() == 3);
  CHECK(claims[0].of.name == "L");
  CHECK(!claims[0].values[1].is_none());
  CHECK(claims[0].values[2].is_none());
  CHECK(claims[1].of.entry == std::vector<std::string>{"i"});
  CHECK(claims[1].values[0] == sheet.program.declaration("W")->input);
  CHECK(claims[2].kind == Claim::Kind::identity);
  CHECK(claims[2].left_value == claims[2].values[0]);
  CHECK(sheet.text.slice(claims[3].right[0]) == "\\frac{a}{b}");
  CHECK(sheet.text.slice(claims[4].right[0]) == "W.T @ np.ones(n)\n  .reshape(2)");
  CHECK(sheet.program.definition("z2") != nullptr);
}

}  // namespace gradwright
