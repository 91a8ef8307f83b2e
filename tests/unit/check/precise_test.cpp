// Differences that doubles cannot show: never called right, and shown where they can be.
#include <doctest/doctest.h>

#include <cmath>

#include "check/check.h"
#include "check/precise.h"
#include "derive/differences.h"
#include "ir/functions.h"
#include "ir/make.h"

using namespace gradwright;

namespace {

check::Checked judged(const std::string& sheet) {
  check::CheckOptions options;
  options.repairs = false;
  return check::checked(Text("sheet.gw", sheet), options);
}

const std::string square_loss = "x : R[n]\nparam W : R[n,n]\nL = sum((W*x).^2)\n";

}  // namespace

TEST_CASE("a claim that is wrong by less than doubles show has a wrong value, and the gap is shown") {
  // The gap of each is known: what is added to the truth, or by which the truth is multiplied.
  for (const std::string claim : {
           "2*W*x*x' + exp(-50)*W*x*x'",
           "(2 + exp(-50))*W*x*x'",
           "2*W*x*x' + 0.0000000000001*W*x*x'",
           "2.0000000000001*W*x*x'",
           "2*(1 + 1e-13)*W*x*x'",
           "2*W*x*x' - 1e-12*exp(W)",
           "2*tanh(100*(sum(x.^2) + 1))*W*x*x'",
           "2*W*x*x' .* erf(10 + W.^2)",
           "2*W*x*x' .* sigmoid(60 + W.^2)",
           "2*W*x*x' + exp(-200)*W",
           "2*W*x*x' + exp(-1000)*W",
           "2*W*x*x' + sqrt(1e-16)*1e-7*exp(W)",
           "2*W*x*x' .* (1 + exp(-40))^2",
           "2*cos(1e-9)*W*x*x'",
           "2*log(exp(1) + 1e-15)*W*x*x'",
       }) {
    CAPTURE(claim);
    const check::Checked found = judged(square_loss + "claim dL/dW = " + claim + "\n");
    REQUIRE(found.sides.size() == 1);
    CHECK(found.sides[0].verdict.kind == check::VerdictKind::wrong_value);
    REQUIRE(found.sides[0].verdict.witness);
    const check::WitnessValues& witness = *found.sides[0].verdict.witness;
    CHECK((!witness.gap.empty() || witness.claimed.values != witness.truth.values));
  }
}

TEST_CASE("the gap that is shown is what was added") {
  // At one entry of one input: exp(-50)·w = 1.92875e-22·w, by hand.
  const check::Checked found =
      judged("param w : R\nL = w^2\nclaim dL/dw = 2*w + exp(-50)*w\nclaim dL/dw = 2*w + exp(-1000)*w/w\n");
  REQUIRE(found.sides.size() == 2);
  REQUIRE(found.sides[0].verdict.witness);
  const check::WitnessValues& witness = *found.sides[0].verdict.witness;
  REQUIRE(witness.inputs.size() == 1);
  const double w = witness.inputs[0].value.values[0];
  CHECK(std::stod(witness.gap) == doctest::Approx(1.928749847963918e-22 * w).epsilon(1e-5));
  REQUIRE(found.sides[1].verdict.witness);
  CHECK(found.sides[1].verdict.witness->gap == "5.07596e-435");  // 10^(-1000/ln 10)
}

TEST_CASE("a part that only inputs of another size show is seen") {
  for (const std::string claim : {"2*W*x*x' + relu(W - 50)", "2*W*x*x' + relu(W - 12345)",
                                  "2*W*x*x' .* (1 - step(W - 700))", "2*W*x*x' + step(W - 1e-5) - step(W)"}) {
    CAPTURE(claim);
    const check::Checked found = judged(square_loss + "claim dL/dW = " + claim + "\n");
    REQUIRE(found.sides.size() == 1);
    CHECK(found.sides[0].verdict.kind == check::VerdictKind::wrong_value);
  }
}

TEST_CASE("right claims that no proof is found for stay right") {
  const std::string logistic = "x : R[n]\nparam w : R[n]\ny : R\nz = w'*x\nL = log(1 + exp(z)) - y*z\n";
  for (const auto& [sheet, claim] : std::vector<std::pair<std::string, std::string>>{
           {square_loss + "claim dL/dW = ", "2*exp(log(2)/2)^2/2*W*x*x'"},
           {square_loss + "claim dL/dW = ", "2*(cos(1)^2 + sin(1)^2)*W*x*x'"},
           {square_loss + "claim dL/dW = ", "W*x*x'*log(exp(2))"},
           {square_loss + "claim dL/dW = ", "2*W*x*x'*sqrt(cosh(sum(x))^2 - sinh(sum(x))^2)"},
           {logistic + "claim dL/dw = ", "((1 + tanh(z/2))/2 - y)*x"},
           {logistic + "claim dL/dw = ", "(1/(1 + exp(-z)) - y)*x"},
           {"x : R[n]\nparam w : R[n]\nL = sum(tanh(w .* x))\nclaim dL/dw = ", "x ./ cosh(w .* x).^2"},
           {"x : R[n]\nparam w : R[n]\nL = sum(gelu(w .* x))\nclaim dL/dw = ",
            "x .* ((1 + erf(w .* x/sqrt(2)))/2 + w .* x .* exp(-(w .* x).^2/2)/sqrt(2*acos(-1)))"},
           {"Q : R[n,n] orthogonal\nparam w : R[n]\nL = sum(tanh(Q'*Q*w))\nclaim dL/dw = ", "1 ./ cosh(w).^2"},
           {"param A : R[n,n] spd\nb : R[n]\nparam x : R[n]\nL = tanh(x'*inv(A)*b)\nclaim dL/dx = ",
            "inv(A)*b / cosh(x'*inv(A)*b)^2"},
       }) {
    CAPTURE(claim);
    const check::Checked found = judged(sheet + claim + "\n");
    REQUIRE(found.sides.size() == 1);
    CHECK(found.sides[0].verdict.kind == check::VerdictKind::equal);
  }
}

TEST_CASE("what cannot be told is undecided") {
  for (const std::string claim : {"2*W*x*x' + exp(-1000000)*W", "2.000000000000001*W*x*x'"}) {
    CAPTURE(claim);
    const check::Checked found = judged(square_loss + "claim dL/dW = " + claim + "\n");
    REQUIRE(found.sides.size() == 1);
    CHECK(found.sides[0].verdict.kind == check::VerdictKind::undecided);
  }
}

TEST_CASE("at sizes that are too large for many digits, small ones tell") {
  const std::string sheet = "x : R[300]\nparam W : R[200,300]\nL = sum((W*x).^2)\nclaim dL/dW = ";
  const check::Checked wrong = judged(sheet + "2*tanh(100*(sum(x.^2) + 1))*W*x*x'\n");
  REQUIRE(wrong.sides.size() == 1);
  CHECK(wrong.sides[0].verdict.kind == check::VerdictKind::wrong_value);
  CHECK_FALSE(wrong.sides[0].verdict.trap);
  const check::Checked right = judged(sheet + "2*W*x*x'*(cos(1)^2 + sin(1)^2)\n");
  REQUIRE(right.sides.size() == 1);
  CHECK(right.sides[0].verdict.kind == check::VerdictKind::equal);
}

TEST_CASE("every elementwise function has the value of the evaluator, to its digits") {
  // f(x) against the double that the evaluator gives: equal would be chance, nearer than 1e-14 is the same function.
  for (const ScalarFunction& row : scalar_functions()) {
    CAPTURE(row.name);
    Pool pool;
    const Expr x = make_input(pool, {"x", Role::data, Property::positive, {}});
    const std::vector<Expr> operands(row.arity, x);
    const Expr e =
        row.function == Function::power ? make_power(pool, x, {3, 2}) : make_map(pool, row.function, operands);
    Bindings at;
    for (const double value : {0.3, 0.7}) {
      at.inputs[x] = {{}, {value}};
      const double by_doubles = evaluate(pool, e, at).values[0];
      const Expr shifted = sum_of(pool, e, make_literal(pool, Rational(1)));
      const check::PreciseComparison found = check::compared_precisely(pool, shifted, e, at);
      REQUIRE(found.kind == check::PreciseComparison::Kind::differ);
      CHECK(std::fabs(found.witness->second - by_doubles) <= 1e-14 * std::max(1.0, std::fabs(by_doubles)));
      CHECK(found.witness->gap == "1");
    }
  }
}

TEST_CASE("pi of code and of LaTeX is pi to all digits") {
  const std::string sheet = "x : R[n]\nparam w : R[n]\nL = sum(gelu(w .* x))\n";
  for (
      const std::string claim : {
          "claim numpy: dw = x * (0.5*(1 + erf(w*x/np.sqrt(2))) + w*x*np.exp(-(w*x)**2/2)/np.sqrt(2*np.pi))",
          R"(claim latex: \frac{\partial L}{\partial w} = x \odot (\frac{1}{2}(1 + \operatorname{erf}(w \odot x/\sqrt{2})) + w \odot x \odot \exp(-(w \odot x)^2/2)/\sqrt{2\pi}))",
      }) {
    CAPTURE(claim);
    const check::Checked found = judged(sheet + claim + "\n");
    REQUIRE(found.sides.size() == 1);
    CAPTURE(found.sides[0].reading);
    CHECK(found.sides[0].verdict.kind == check::VerdictKind::equal);
  }
}

TEST_CASE("a sine that is 0 needs no more digits") {
  // f = (1 + cos(pi min(t, 1)))/2, by hand: f' = −(pi/2) sin(pi min(t, 1)) below 1, and 0 from there on.
  const std::string sheet = "t : R\nf = (1 + cos(acos(-1)*min(t, 1)))/2\n";
  const auto kind = [&](const std::string& claim) {
    const check::Checked found = judged(sheet + "claim df/dt = " + claim + "\n");
    REQUIRE(found.sides.size() == 1);
    return found.sides[0].verdict.kind;
  };
  const std::string slope = "-acos(-1)/2*sin(acos(-1)*min(t, 1))";
  CHECK(kind(slope) == check::VerdictKind::equal);
  CHECK(kind(slope + "*(t <= 1)") == check::VerdictKind::equal);
  CHECK(kind(slope + "*(t <= 0.999)") == check::VerdictKind::wrong_value);
  CHECK(kind(slope + " + exp(-70)*(t > 1)") == check::VerdictKind::wrong_value);
}
