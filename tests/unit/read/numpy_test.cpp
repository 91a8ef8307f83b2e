// NumPy → readings: each construct against the formula in the worksheet language that it must mean (the same node), and malformed code.
#include "read/numpy/numpy.h"

#include "sheet.h"

namespace gradwright {
namespace {

const std::string declarations =
    "X : R[m,n]\ny, w : R[m]\nx, v : R[n]\nA, B : R[n,n]\nW1 : R[h,n]\nb1 : R[h]\nZ1 : R[h,m]\nA1 = tanh(Z1)\nr : "
    "R[1,n]\ns : R\n"
    "dZ2 : R[k,m]\nW2 : R[k,h]\nconst lambda : R = 0.1\nE : R[1,2,1]\n";

struct At {
  Pool pool;
  OpenSheet sheet{Text("t.gw", declarations), pool};
};

ReadCode read(OpenSheet& sheet, const std::string& code) {
  return read_numpy(Text("t.py", code), {0, static_cast<std::uint32_t>(code.size())}, sheet);
}

/// The last line of the code means the formula; `has_axis`: columns are arrays of one axis.
void means(const std::string& code, const std::string& gw, std::size_t which = 0) {
  At at;
  REQUIRE_FALSE(at.sheet.program().has_errors());
  const ReadCode found = read(at.sheet, code);
  CAPTURE(code);
  for (const Diagnostic& one : found.diagnostics) {
    if (one.severity == Severity::error) FAIL_CHECK(one.message);
  }
  CHECK(found.readings.size() > which);
  if (found.readings.size() <= which || found.readings[which].assignments.empty()) return;
  const auto& lines = found.readings[which].assignments;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) CHECK(at.sheet.define(lines[i].name, lines[i].reading.gw).empty());
  CAPTURE(lines.back().reading.gw);
  const SheetValue wanted = at.sheet.value(gw);
  const SheetValue value = at.sheet.value(lines.back().reading.gw);
  CHECK(wanted.is_good());
  CHECK(value.expr == wanted.expr);
  CHECK(value.surface == wanted.surface);
  CHECK(lines.back().reading.surface == value.surface);
}

void nonconforming(const std::string& code) {
  At at;
  const ReadCode found = read(at.sheet, code);
  CAPTURE(code);
  CHECK_FALSE(found.readings.at(0).conforms);
  CHECK_FALSE(at.sheet.value(found.readings[0].assignments.at(0).reading.gw).is_good());
}

void fails(const std::string& code, const std::string& error, const std::string& at_text, const std::string& message) {
  At at;
  const ReadCode found = read(at.sheet, code);
  CAPTURE(code);
  CHECK(found.diagnostics.size() == 1);
  if (found.diagnostics.empty()) return;
  const Diagnostic& one = found.diagnostics[0];
  CHECK(one.code == error);
  CHECK(one.message == message);
  CHECK_FALSE(one.helps.empty());
  CHECK(code.substr(one.span.begin, one.span.end - one.span.begin) == at_text);
}

/// NumPy raises in the last line.
void raises(const std::string& code, const std::string& message) {
  At at;
  const ReadCode found = read(at.sheet, code);
  CAPTURE(code);
  REQUIRE_FALSE(found.readings.at(0).assignments.empty());
  const auto& fault = found.readings[0].assignments.back().fault;
  REQUIRE(fault.has_value());
  CHECK(fault->code == "G0614");
  CHECK(fault->message == message);
}

}  // namespace

TEST_CASE("an entry of a tensor") {
  means("t = E[0, 1, 0] * x", "E[1,2,1]*x");
  means("t = 2 * E[0, 0, 0]", "2*E[1,1,1]");
}

TEST_CASE("operators and broadcasting") {
  means("z = A @ x", "A*x");
  means("z = A @ x − x–x", "A*x - x - x");
  means("z = np.dot(A, B.T)", "A*B'");
  means("z = A.dot(x)", "A*x");
  means("z = A * B", "A .* B");
  means("z = A / B", "A ./ B");
  means("z = A**2", "A.^2");
  means("z = -A + 2*B - 1.", "-A + 2*B - 1");
  means("z = W1 @ X.T + b1", "W1*X' + b1*ones(m)'");
  means("z = b1 * Z1", "(b1*ones(m)') .* Z1");
  means("z = X + r", "X + ones(m)*r");
  means("z = y + r", "y*ones(n)' + ones(m)*r");
  means("z = (y - w) @ np.ones((1, 3))", "(y - w)*ones(1,3)");
  means("z = X / s", "X/s");
  means("z = 1 / X", "1 ./ X");
  means("z = (Z1 > 0) * Z1", "(Z1 > 0) .* Z1");
  means("z = (Z1 > 0).astype(float) * (W2.T @ dZ2)", "(Z1 > 0) .* (W2'*dZ2)");
  means("z = 1/m * np.dot(dZ2, A1.T)", "1/m*dZ2*A1'");
  means("z = dZ2 @ A1.T / X.shape[0]", "dZ2*A1'/m");
  means("z = (1 - np.tanh(Z1)**2)", "1 - tanh(Z1).^2");
  means("z = 1e-3 * x + .5 * v", "0.001*x + 0.5*v");
  means("z = lam * A", "lambda*A");
  means("z = lambda_ * A", "lambda*A");
  means("z = np.where(Z1 > 0, Z1, 0)", "(Z1 > 0) .* Z1");
  means("z = np.where(Z1 > 0, 1, 0.1*Z1)", "(Z1 > 0) + (1 - (Z1 > 0)) .* (0.1*Z1)");
  means("z = (Z1 != 0)", "1 - (Z1 == 0)");
  means("z = ~(Z1 > 0) & (Z1 < 1)", "(1 - (Z1 > 0)) .* (Z1 < 1)");
  nonconforming("z = X @ y");
  nonconforming("z = X * A");
  nonconforming("z = x + y");
}

TEST_CASE("reductions") {
  means("z = np.sum(X)", "sum(X)");
  means("z = X.sum()", "sum(X)");
  means("z = np.sum(Z1, axis=1, keepdims=True)", "rowsum(Z1)");
  means("z = np.sum(Z1, axis=0, keepdims=True)", "colsum(Z1)");
  means("z = np.sum(Z1, axis=1)", "rowsum(Z1)");
  means("z = np.sum(Z1, 0)", "colsum(Z1)'");
  means("z = Z1.mean(axis=-1, keepdims=True)", "rowmean(Z1)");
  means("z = np.max(Z1, axis=0)", "colmax(Z1)'");
  means("z = X - X.mean(axis=0)", "X - ones(m)*colmean(X)");
  means("z = X - X.mean(axis=1, keepdims=True)", "X - rowmean(X)*ones(n)'");
  means("z = np.linalg.norm(x)", "norm2(x)");
  means("z = np.linalg.norm(X, axis=1)", "sqrt(rowsum(X.^2))");
  means("z = np.linalg.norm(x, 1)", "norm1(x)");
  means("z = np.trace(A @ B)", "tr(A*B)");
  means("z = np.linalg.det(A)", "det(A)");
}

TEST_CASE("functions") {
  means("z = np.exp(-x) / (1 + np.exp(-x))", "exp(-x) ./ (1 + exp(-x))");
  means("z = sigmoid(x) * (1 - sigmoid(x))", "sigmoid(x) .* (1 - sigmoid(x))");
  means("z = sigmoid_prime(x)", "sigmoid'(x)");
  means("z = relu_derivative(x)", "relu'(x)");
  means("z = np.maximum(0, Z1)", "max(0, Z1)");
  means("z = np.multiply(A, B)", "A .* B");
  means("z = np.matmul(A, x)", "A*x");
  means("z = np.outer(y, x)", "y*x'");
  means("z = np.power(A, 3)", "A.^3");
  means("z = np.square(A)", "A.^2");
  means("z = np.linalg.inv(A) @ x", "inv(A)*x");
  means("z = np.linalg.solve(A, x)", "solve(A, x)");
  means("z = np.kron(A, B)", "kron(A, B)");
  means("z = np.tril(A)", "tril(A)");
  means("z = np.triu(A @ B)", "triu(A*B)");
  means("z = np.diag(x)", "diag(x)");
  means("z = np.diag(A)", "diag(A)");
  means("z = np.eye(3) + np.ones((3, 3))", "eye(3) + ones(3,3)");
  means("z = np.eye(x.shape[0]) - A", "eye(n) - A");
  means("z = np.zeros_like(A) + A", "A");
  means("z = np.ones_like(A)", "ones(n,n)");
  means("z = np.array([[1, 2], [3, 4]])", "[1, 2; 3, 4]");
  means("z = np.sqrt(np.abs(x)) + np.log(np.sign(x))", "sqrt(abs(x)) + log(sign(x))");
  means("z = np.hstack([A, B])", "[A, B]");
  means("z = np.vstack((A, B))", "[A; B]");
  means("z = np.block([[A, B], [B, A]])", "[A, B; B, A]");
  means("z = np.block([[x], [v]])", "[x; v]");
  means("z = np.linalg.matrix_power(A, 3)", "A^3");
  means("z = 1", "1");
  means("z = np.zeros((3, 2))", "zeros(3,2)");
  means("z = np.concatenate([A, B], axis=1)", "[A, B]");
  means("z = softmax(X, axis=1)", "softmax_rows(X)");
  means("z = np.transpose(A) + A.transpose()", "A' + A'");
  means("z = X.copy()", "X");
}

TEST_CASE("arguments that decide what a function is") {
  means("z = np.transpose(A, (0, 1))", "A");
  means("z = np.transpose(A, axes=(1, 0))", "A'");
  means("z = A.transpose(0, 1)", "A");
  means("z = A.transpose(1, 0)", "A'");
  means("z = A.transpose((-1, -2))", "A'");
  means("z = np.swapaxes(A, 0, 1)", "A'");
  means("z = A.swapaxes(1, -1)", "A");
  means("z = torch.transpose(A, 0, 1)", "A'");
  means("z = X.flatten('F')", "vec(X)");
  means("z = X.ravel(order='F')", "vec(X)");
  means("z = np.ravel(X, 'C')", "vec(X')");
  means("z = X.reshape(n, m, order='F')", "reshape(X, n, m)");
  means("z = np.reshape(X, (n, m), order='F')", "reshape(X, n, m)");
  means("z = X.reshape(n, m)", "reshape(vec(X'), m, n)'");
  means("z = X.reshape((n, m), order='C')", "reshape(vec(X'), m, n)'");
  means("z = np.eye(n, n) - A", "eye(n) - A");
  means("z = np.trace(A, offset=0) * x", "tr(A)*x");
  means("z = sum(X)", "colsum(X)'");  // Python's own adds rows
  means("z = np.append(A, B)", "[vec(A'); vec(B')]");
  means("z = np.append(A, B, 1)", "[A, B]");
  means("z = np.concatenate((A, B), axis=None)", "[vec(A'); vec(B')]");
  means("z = A.astype(np.float32) + np.asarray(B, dtype='float64')", "A + B");
  means("z = np.array([[1, 2], [3, 4]], dtype=int)", "[1, 2; 3, 4]");
  means("z = np.heaviside(A, 0.5)", "step(A) + 0.5*(A == 0)");
  means("z = np.expand_dims(np.sum(X, axis=0), -2)", "colsum(X)");
}

TEST_CASE("an argument that is not understood is refused by name") {
  const auto refused = [](const std::string& call, const std::string& at, const std::string& message) {
    fails("z = " + call, "G0612", at, message);
  };
  refused("np.trace(A, offset=1)", "1", "`offset` of `trace` is not read");
  refused("np.trace(A, 1)", "1", "this argument of `trace` is not read");
  refused("np.diag(A, k=1)", "1", "`k` of `diag` is not read");
  refused("np.diagonal(A, 1)", "1", "this argument of `diagonal` is not read");
  refused("np.tril(A, k=-1)", "-1", "`k` of `tril` is not read");
  refused("np.eye(n, k=1)", "1", "`k` of `eye` is not read");
  refused("np.eye(n, 1)", "1", "`eye` is read where it has as many columns as rows");
  refused("np.transpose(A, (0, 0))", "np.transpose(A, (0, 0))", "these axes are not read");
  refused("X.ravel('K')", "'K'", "this order of entries is not read");
  refused("x.astype(int)", "int", "a conversion to whole numbers is not read: it cuts decimals off");
  refused("np.array(x, dtype=int)", "int", "a conversion to whole numbers is not read: it cuts decimals off");
  refused("np.int32(x)", "np.int32(x)", "a conversion to whole numbers is not read: it cuts decimals off");
  refused("(x > 0).astype(np.uint8)", "np.uint8", "this type of entries is not read");
  refused("np.mean(X, dtype=int)", "int", "this `dtype` of `mean` is not read");
  refused("np.sum(X, where=X > 0)", "X > 0", "`where` of `sum` is not read");
  refused("np.log(x, where=x > 0)", "x > 0", "`where` of `log` is not read");
  refused("np.exp(x, out=v)", "v", "`out` of `exp` is not read");
  refused("np.exp(x, v)", "v", "this argument of `exp` is not read");
  refused("np.multiply(x, v, v)", "v", "this argument of `multiply` is not read");
  refused("leaky_relu(x, 0.2)", "0.2", "this argument of `leaky_relu` is not read");
  refused("relu_backward(x, v)", "v", "this argument of `relu_backward` is not read");
  refused("np.sum(X, axis=0, keepdims=s)", "s", "this `keepdims` is not read");
  refused("sum(x, 1)", "sum(x, 1)", "Python's own `sum` takes no axis");
  fails("f = lambda t, s: s*t\nz = f(x)", "G0612", "f(x)", "`s` is not given here: what stands for it is not read");
}

TEST_CASE("booleans") {
  means("z = (x > 0) + (v > 0)", "max((x > 0), (v > 0))");  // or
  means("z = (x > 0) * (v > 0)", "(x > 0) .* (v > 0)");     // and
  means("z = np.multiply(x > 0, v > 0)", "(x > 0) .* (v > 0)");
  means("z = (x > 0)*1.0 + (v > 0)*1.0", "(x > 0)*1 + (v > 0)*1");
  means("z = (x > 0).astype(int) - (x < 0).astype(int)", "(x > 0) - (x < 0)");
  means("z = (x > 0).astype(float) - (x < 0)", "(x > 0) - (x < 0)");
  means("z = np.where(x > 0, 1, 0) + np.where(v > 0, 1, 0)", "(x > 0) + (v > 0)");
  means("z = x.astype(bool) * v", "(1 - (x == 0)) .* v");
  means("z = np.logical_and(x, v > 0)", "(1 - (x == 0)) .* (v > 0)");
  means("a = x > 0\nz = a[1:] + a[1:]", "max((x > 0)[2:n], (x > 0)[2:n])");
  means("z = (x > 0).sum()*x - np.mean(x > 0)", "sum(x > 0)*x - mean(x > 0)");
  raises("z = (X > 0) - (X < 0)", "`-` takes no booleans: NumPy raises here");
  raises("z = -(x < 0)", "`-` takes no booleans: NumPy raises here");
  raises("z = np.subtract(x > 0, x < 0)", "`-` takes no booleans: NumPy raises here");
  raises("z = np.negative(x > 0)", "`negative` takes no booleans: NumPy raises here");
  fails("z = ~x", "G0612", "~x", "`~` is read of booleans only");
  fails("z = x & v", "G0612", "x & v", "`&` is read between booleans only");
  fails("z = (A > 0) @ (A > 0)", "G0612", "(A > 0) @ (A > 0)", "a product of booleans is true or false in NumPy");
}

TEST_CASE("several statements of a line") {
  means("a = A @ x; a = a * 11; z = a + v", "A*x*11 + v");
  means("if s > 0: a = A @ x; z = a + v", "A*x + v");
  fails("a = A @ x; z = Q + a", "G0301", "Q", "unknown name `Q`");
}

TEST_CASE("einsum") {
  means("z = np.einsum('ij,jk->ik', A, B)", "A*B");
  means("z = np.einsum('ji,jk->ik', A, B)", "A'*B");
  means("z = np.einsum('ij,jk->ki', A, B)", "(A*B)'");
  means("z = np.einsum('ij,j->i', A, x)", "A*x");
  means("z = np.einsum('ij,i->j', A, x)", "A'*x");
  means("z = np.einsum('i,j->ij', y, x)", "y*x'");
  means("z = np.einsum('i,i->', x, v)", "x'*v");
  means("z = np.einsum('ij,ij->i', A, B)", "rowsum(A .* B)");
  means("z = np.einsum('ij->ji', A)", "A'");
  means("z = np.einsum('ij->', A)", "sum(A)");
  means("z = np.einsum('ii', A)", "sum(diag(A))");
  means("z = np.einsum('ij,j->ij', A, x)", "A .* (ones(n)*x')");
  means("z = np.einsum('ij,jk,k->i', A, B, x)", "A*B*x");
}

TEST_CASE("indices and reshaping") {
  means("z = X[:, 1:]", "X[:,2:n]");
  means("z = X[:, :-1]", "X[:,1:n-1]");
  means("z = X[0, :]", "X[1,:]'");
  means("z = X[0]", "X[1,:]'");
  means("z = X[:, 0]", "X[:,1]");
  means("z = X[0, 1]", "X[1,2]");
  means("z = np.sum(X, axis=1)[:, None] * X", "(rowsum(X)*ones(n)') .* X");
  means("z = np.sum(X, axis=0)[np.newaxis, :]", "colsum(X)");
  means("z = np.sum(X, axis=1).reshape(-1, 1)", "rowsum(X)");
  means("z = x.reshape(1, -1)", "x'");
  means("z = X.flatten()", "vec(X')");
  means("z = r.reshape(-1, 1)", "r'");
}

TEST_CASE("columns of one axis") {
  means("z = np.diag(x) - np.outer(x, x)", "diag(x) - x*x'");
  means("z = x @ X.T", "X*x");  // a row times a matrix conforms for (n,) only
  means("z = x @ v", "x'*v");
  At at;
  const ReadCode both = read(at.sheet, "z = A + x");
  REQUIRE(both.readings.size() == 2);
  CHECK(both.readings[0].assignments[0].reading.gw == "A + x*ones(n)'");
  CHECK(both.readings[1].assignments[0].reading.gw == "A + ones(n)*x'");
  CHECK(read(at.sheet, "z = A @ x").readings.size() == 1);
}

TEST_CASE("lines in order") {
  At at;
  const std::string code =
      "m = X.shape[0]\ndZ1 = (W2.T @ dZ2) * (1 - A1**2)  # through tanh\ndW1 = (1./m) * \\\n   dZ1 @ X\ndb1 = "
      "np.sum(dZ1,\n             axis=1, keepdims=True) / m\n"
      "dZ1[Z1 <= 0] = 0\nW1 -= 0.1 * dW1\nprint(dW1)\ngrads = {'dW1': dW1}\nreturn grads\n";
  const ReadCode found = read(at.sheet, code);
  REQUIRE(found.readings.size() == 1);
  const auto& lines = found.readings[0].assignments;
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].name == "dZ1");
  CHECK(lines[1].reading.gw == "1/m*dZ1*X");
  CHECK(lines[2].reading.gw == "rowsum(dZ1)/m");
  CHECK(lines[3].target == "dZ1");
  CHECK(lines[3].name == "dZ1_2");
  CHECK(lines[3].reading.gw == "dZ1 .* (1 - (Z1 <= 0))");
  CHECK(code.substr(lines[1].target_span.begin, 3) == "dW1");
  for (const Diagnostic& one : found.diagnostics) CHECK(one.severity == Severity::note);
  for (const NumpyAssignment& one : lines) CHECK(at.sheet.define(one.name, one.reading.gw).empty());
  means("a, b = A @ x, 3\nz = a + v", "A*x + v");
  means("g = lambda t: t * t\nz = g(x)", "x .* x");
  means("def sq(t):\n    return t * t\nz = sq(A @ x)", "(A*x) .* (A*x)");
  means("params = 1\nz = params_['A'] @ self.x", "A*x");
  means("z = A @ x\nz += v", "A*x + v");
  means("z = np.zeros(x.shape)\nz += A @ v", "A*v");
  means("z: np.ndarray = A @ x", "A*x");
}

TEST_CASE("a file") {
  At at;
  const std::string file =
      "import numpy as np\n\ndef sigmoid(z):\n    \"\"\"The logistic function.\"\"\"\n    return 1 / (1 + "
      "np.exp(-z))\n\n"
      "def forward(X):\n    Z = W1 @ X.T\n    return Z\n\n"
      "def backward(params, cache, X):\n    \"\"\"\n    dW = wrong everywhere here = 3\n    \"\"\"\n    m = "
      "X.shape[0]\n    W2 = params[\"W2\"]\n    dZ1 = np.dot(W2.T, dZ2) * sigmoid(Z1)\n"
      "    for i in range(3):\n        pass\n    dW1 = np.dot(dZ1, X) / m\n    grads = {\"dW1\": dW1}\n    return "
      "grads\n";
  const ReadCode found = read_numpy_file(Text("net.py", file), at.sheet);
  REQUIRE(found.readings.size() == 1);
  const auto& lines = found.readings[0].assignments;
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].reading.gw == "(W2'*dZ2) .* (1 ./ (1 + exp(-Z1)))");
  CHECK(lines[1].reading.gw == "dZ1*X/m");
  for (const Diagnostic& one : found.diagnostics) CHECK(one.code == "G0613");
}

TEST_CASE("malformed code") {
  fails("z = (A @ x", "G0611", "", "this `(` is never closed");
  fails("z = A @", "G0611", "", "the line ends where an operand should follow");
  fails("z = A @ * x", "G0611", "*", "an operand is missing before `*`");
  fails("z = A x", "G0611", "x", "unexpected `x`");
  fails("z = A $ x", "G0611", "$", "unknown character `$`");
  fails("z = 'abc", "G0611", "'abc", "this text is never closed");
  fails("z = Q @ x", "G0301", "Q", "unknown name `Q`");
  fails("z = np.fft(x)", "G0303", "np.fft(x)", "unknown function `fft`");
  fails("z = x ^ 2", "G0612", "x ^ 2", "`^` is no power in Python");
  fails("z = x if s else v", "G0612", "x if s else v", "a conditional expression is not read");
  fails("z = np.einsum('ijk,k->ij', A, x)", "G0612", "np.einsum('ijk,k->ij', A, x)", "this einsum is not read");
  fails("z = X[::2]", "G0612", "::2", "a slice with a step is not read");
  fails("a = Q @ x\nz = a + v", "G0301", "Q", "unknown name `Q`");
  fails("z = ~(A, 3)", "G0612", "~(A, 3)", "a list is no array here");
  fails("z = np.sum('a')", "G0612", "np.sum('a')", "the argument of `sum` has no reading");
  fails("z = np.kron(np.ones((99999999, 2)), np.ones((99999999, 2)))", "G0612",
        "np.kron(np.ones((99999999, 2)), np.ones((99999999, 2)))", "a size here is too large");
  fails("", "G0611", "", "there is no array expression here");
}

}  // namespace gradwright
