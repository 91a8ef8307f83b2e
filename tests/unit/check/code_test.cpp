// Code that sums a gradient up over several lines claims it with the last of them.
#include <doctest/doctest.h>

#include "check/check.h"

using namespace gradwright;

namespace {

const std::string sheet = R"(x1, x2 : R[d]
y : R[k]
h0 : R[h]
param W : R[h,h]
param U : R[h,d]
param V : R[k,h]
h1 = tanh(W*h0 + U*x1)
h2 = tanh(W*h1 + U*x2)
o = V*h2
L = 1/2*norm2(o - y)^2
claim numpy:
  dz2 = V.T @ (o - y) * (1 - h2**2)
  dW = np.outer(dz2, h1)
  dh1 = W.T @ dz2
  dz1 = dh1 * (1 - h1**2)
)";

std::vector<std::string> verdicts(const std::string& last_line) {
  std::vector<std::string> found;
  const check::Checked checked = check::checked(Text("sheet.gw", sheet + "  " + last_line + "\n"));
  for (const check::JudgedSide& side : checked.sides)
    found.push_back(side.wrt + " " + std::string(check::verdict_name(side.verdict.kind)));
  return found;
}

}  // namespace

TEST_CASE("a gradient through shared weights, summed up by +=") {
  CHECK(verdicts("dW += np.outer(dz1, h0)") == std::vector<std::string>{"h1 equal", "W equal"});
  CHECK(verdicts("dW = dW + np.outer(dz1, h0)") == std::vector<std::string>{"h1 equal", "W equal"});
  CHECK(verdicts("dW += np.outer(dz1, h1)") == std::vector<std::string>{"h1 equal", "W wrong-value"});
  CHECK(verdicts("dV = np.outer(o - y, h2)") == std::vector<std::string>{"W wrong-value", "h1 equal", "V equal"});
}

TEST_CASE("a name that goes on to the next node claims where it is right") {
  const std::string net =
      "X : R[m,n]\nY : R[m,k]\nparam W : R[n,h]\nparam V : R[h,k]\nZ = X*W\nA = relu(Z)\nP = A*V\nL = 1/2/m*sum((P - "
      "Y).^2)\nclaim numpy:\n";
  const auto verdicts_of = [&](const std::string& code) {
    std::string text = net;
    for (std::size_t at = 0; at < code.size();) {
      const std::size_t end = code.find('\n', at);
      text += "  " + code.substr(at, end - at) + "\n";
      at = end + 1;
    }
    std::vector<std::string> found;
    const check::Checked checked = check::checked(Text("sheet.gw", text));
    for (const check::JudgedSide& side : checked.sides)
      found.push_back(side.wrt + " " + std::string(check::verdict_name(side.verdict.kind)));
    return found;
  };
  CHECK(verdicts_of("dP = P - Y\ndP /= m\ndV = A.T @ dP\ndA = dP @ V.T\ndA[A <= 0] = 0\ndW = X.T @ dA\n") ==
        std::vector<std::string>{"P equal", "V equal", "A equal", "W equal"});
  CHECK(verdicts_of("dA = (P - Y) @ V.T / m\ndA = dA * (A > 0)\ndW = X.T @ dA\n") ==
        std::vector<std::string>{"A equal", "W equal"});
  // Wrong at every line; and a parameter's gradient is what it ends as.
  CHECK(verdicts_of("dP = Y - P\ndP /= m\n") == std::vector<std::string>{"P scaled"});
  CHECK(verdicts_of("dV = A.T @ (P - Y) / m\ndV = dV * 2\n") == std::vector<std::string>{"V scaled"});
}

TEST_CASE("what a declared name ends as is what is claimed of it") {
  const auto verdicts_of = [&](const std::string& code) {
    std::vector<std::string> found;
    const check::Checked checked =
        check::checked(Text("sheet.gw", "x : R[n]\nf = 1/2*x'*x\nclaim numpy:\n  " + code + "\n"));
    for (const check::JudgedSide& side : checked.sides) found.emplace_back(check::verdict_name(side.verdict.kind));
    return found;
  };
  const auto one = [](const char* verdict) { return std::vector<std::string>{verdict}; };
  for (const char* change : {"df_dx = -df_dx", "df_dx *= 3", "df_dx /= 3", "df_dx = df_dx*3", "df_dx = df_dx/len(x)"}) {
    CAPTURE(change);
    CHECK(verdicts_of("df_dx = x; " + std::string(change)) == one("scaled"));
    CHECK(verdicts_of("df_dx = x\n  " + std::string(change)) == one("scaled"));
  }
  CHECK(verdicts_of("df_dx = x\n  df_dx += 3") == one("wrong-value"));
  CHECK(verdicts_of("df_dx = x\n  df_dx[x < 0] = 0") == one("wrong-value"));
  CHECK(verdicts_of("df_dx = 3*x\n  df_dx /= 3") == one("equal"));
  CHECK(verdicts_of("df_dx = x\n  df_dx = df_dx + 0") == one("equal"));
}

TEST_CASE("a node's derivative that goes on to what the sheet does not name is said to change") {
  const auto checked_code = [&](const std::string& code) {
    return check::checked(
        Text("sheet.gw", "x : R[n]\nparam W : R[h,n]\nparam v : R[h]\nA = tanh(W*x)\nL = v'*A\nclaim numpy:\n" + code));
  };
  const check::Checked found = checked_code("  dA = v.copy()\n  dA *= 1 - A**2\n  dW = np.outer(dA, x)\n");
  REQUIRE(found.sides.size() == 2);
  for (const check::JudgedSide& side : found.sides) CHECK(side.verdict.is_right());
  REQUIRE(found.sides[0].reading_notes.size() == 1);
  CHECK(found.sides[0].reading_notes[0].starts_with("line 8 changes `dA`"));
  // No slope is a mere number.
  const check::Checked scaled = checked_code("  dA = v.copy()\n  dA *= 3\n");
  REQUIRE(scaled.sides.size() == 1);
  CHECK(scaled.sides[0].verdict.kind == check::VerdictKind::scaled);
}

TEST_CASE("one off each row at its class, and what is not read says nothing of what follows") {
  const std::string net =
      "X : R[N,D]\nY : R[N,K] onehot_rows\nparam W : R[D,K]\nS = X*W\nP = softmax_rows(S)\nloss = -1/N*sum(Y .* "
      "log(P))\n";
  const auto verdicts_of = [&](const std::string& sheet, const std::string& rows) {
    std::vector<std::string> found;
    const std::string code = "  dS = P.copy()\n  dS[" + rows + ", y] -= 1\n  dS /= N\n  dW = X.T.dot(dS)\n";
    const check::Checked checked = check::checked(Text("sheet.gw", sheet + "claim numpy:\n" + code));
    for (const check::JudgedSide& side : checked.sides)
      found.push_back(side.wrt + " " + std::string(check::verdict_name(side.verdict.kind)));
    return found;
  };
  const std::vector<std::string> right{"S equal", "W equal"};
  CHECK(verdicts_of(net, "range(N)") == right);
  CHECK(verdicts_of(net, "np.arange(N)") == right);
  // No matrix of classes in the sheet, or two: nothing is claimed of what the code goes on with.
  const std::string plain =
      "X : R[N,D]\nY : R[N,K]\nparam W : R[D,K]\nS = X*W\nP = softmax_rows(S)\nloss = -1/N*sum(Y .* log(P))\n";
  for (const std::string& sheet : {plain, "V : R[N,K] onehot_rows\n" + net}) {
    for (const std::string& verdict : verdicts_of(sheet, "range(N)")) CHECK(verdict.find("W ") == std::string::npos);
  }
}

TEST_CASE("the classes of a softmax by argmax") {
  const std::string net =
      "Z : R[n,k]\nY : R[n,k] onehot_rows\nQ = softmax_rows(Z)\nL = cross_entropy_rows(Q, Y)\nclaim numpy:\n";
  const auto verdicts_of = [&](const std::string& rows, const std::string& before = "") {
    std::vector<std::string> found;
    const std::string code = before + "  dZ = Q.copy()\n  dZ[" + rows + "] -= 1\n  dZ /= n\n";
    const check::Checked checked = check::checked(Text("sheet.gw", net + code));
    for (const check::JudgedSide& side : checked.sides)
      found.push_back(side.wrt + " " + std::string(check::verdict_name(side.verdict.kind)));
    return found;
  };
  const std::vector<std::string> right{"Z equal"};
  CHECK(verdicts_of("np.arange(n), np.argmax(Y, axis=1)") == right);
  CHECK(verdicts_of("range(n), Y.argmax(1)") == right);
  CHECK(verdicts_of("np.arange(n), Y.argmax(axis=-1)") == right);
  CHECK(verdicts_of("np.arange(n), y", "  y = np.argmax(Y, axis=1)\n") == right);
  // Of columns, of another matrix, of another number of rows.
  CHECK(verdicts_of("np.arange(n), np.argmax(Y, axis=0)") != right);
  CHECK(verdicts_of("np.arange(n), np.argmax(Z, axis=1)") != right);
  CHECK(verdicts_of("np.arange(k), np.argmax(Y, axis=1)") != right);
  CHECK(verdicts_of("np.arange(3), np.argmax(Y, axis=1)") != right);
}

TEST_CASE("a change that is not read, or that a loop makes, is refused") {
  const auto errors_of = [&](const std::string& code) {
    std::vector<std::string> found;
    const check::Checked checked = check::checked(Text("sheet.gw", "x : R[n]\nf = 1/2*x'*x\nclaim numpy:\n" + code));
    for (const Diagnostic& one : checked.diagnostics)
      if (one.severity == Severity::error) found.push_back(one.message);
    for (const check::JudgedSide& side : checked.sides)
      if (!side.verdict.is_right()) found.emplace_back(check::verdict_name(side.verdict.kind));
    return found;
  };
  const std::vector<std::string> refused{"this change of `df_dx` is not read"};
  CHECK(errors_of("  df_dx = x\n  df_dx[0] = 5\n") == refused);
  CHECK(errors_of("  df_dx = x\n  for i in range(3): df_dx *= 3\n") == refused);
  CHECK(errors_of("  df_dx = x\n  for i in range(3):\n      df_dx += x\n") == refused);
  CHECK(errors_of("  df_dx = np.zeros(n)\n  for i in range(3):\n      df_dx += x\n") == refused);
  CHECK(errors_of("  df_dx = x\n  while True:\n      df_dx = df_dx*2\n") == refused);
  CHECK(errors_of("  df_dx = x\n  if True: df_dx *= 3\n") == std::vector<std::string>{"scaled"});
  // Made anew in each turn.
  CHECK(errors_of("  df_dx = x\n  for i in range(3):\n      df_dx = x.copy()\n      df_dx *= 1\n").empty());
}

TEST_CASE("a definition of the code has no line of the sheet") {
  const check::Checked checked = check::checked(Text("sheet.gw", sheet + "  dx1 = V.T @ dz1\n"));
  std::string told;
  for (const check::JudgedSide& side : checked.sides)
    for (const Diagnostic& one : side.diagnostics)
      for (const std::string& note : one.notes) told += note + "\n";
  CAPTURE(told);
  CHECK(told.find("`dz1`") != std::string::npos);
  CHECK(told.find("`dz1` (line") == std::string::npos);
}

TEST_CASE("gradients are returned as a dictionary, in brackets or by dict") {
  for (const char* end : {"return dict(W=dW, V=dV)", "return {\"W\": dW, \"V\": dV}", "grads = dict(W=dW)"}) {
    CAPTURE(end);
    const check::Checked checked =
        check::checked(Text("sheet.gw", sheet + "  dW += np.outer(dz1, h0)\n  " + end + "\n"));
    CHECK(checked.sides.size() == 2);
    for (const check::JudgedSide& side : checked.sides) CHECK(side.verdict.kind == check::VerdictKind::equal);
    for (const Diagnostic& one : checked.diagnostics) CHECK(one.severity != Severity::error);
  }
}

TEST_CASE("a line that does not conform is taken for what it should be further down") {
  const auto judged_with = [](const std::string& code) {
    const check::Checked checked = check::checked(
        Text("sheet.gw",
             "X : R[N,D]\nY : R[N,C]\nparam W1 : R[D,H]\nparam b1 : R[1,H]\nparam W2 : R[H,C]\nZ = X*W1 + ones(N)*b1\n"
             "A = tanh(Z)\nP = A*W2\nL = sum((P - Y).^2)/2\nclaim numpy:\n  dP = P - Y\n" +
                 code));
    std::string found;
    for (const check::JudgedSide& side : checked.sides)
      found += side.wrt + " " + std::string(check::verdict_name(side.verdict.kind)) + "; ";
    return found;
  };
  CHECK(judged_with("  dA = dP @ W2\n  dZ = dA * (1 - A**2)\n  dW1 = X.T @ dZ\n  db1 = np.sum(dZ, axis=0)\n") ==
        "P equal; A nonconforming; Z equal; W1 equal; ");
  CHECK(judged_with("  dA = dP @ W2\n  dZ = dA * (1 - A**2)\n  dW1 = dZ.T @ X\n").find("W1 equal;") ==
        std::string::npos);
  CHECK(judged_with("  dA = dP @ W2.T\n  dZ = dA * (1 - A**2)\n  db1 = np.sum(dZ, axis=0)\n") ==
        "P equal; A equal; Z equal; b1 equal; ");
}
