// A sheet compiled through Session against the evaluator and a hand-written step.
#include "api/compiled_sheet.h"

#include <doctest/doctest.h>

#include <cmath>

#include "sheet/session.h"

using namespace gradwright;

namespace {

constexpr const char* sheet =
    "x, y : R[2]\nparam W2 : R[3,2]\nparam W3 : R[2,3]\nz2 = W2*x\na2 = relu(z2)\nz3 = W3*a2\na3 = sigmoid(z3)\n"
    "L = 1/2*sum((a3 - y)^2)\nminimize L\n";

/// The network by hand; weights column by column, as in the program.
struct ByHand {
  double W2[6], W3[6];
  double step(const double x[2], const double y[2], double rate) {
    double a2[3], a3[2], d3[2], d2[3], loss = 0;
    for (int i = 0; i < 3; ++i) a2[i] = std::max(0.0, W2[i] * x[0] + W2[i + 3] * x[1]);
    for (int i = 0; i < 2; ++i) {
      a3[i] = 1 / (1 + std::exp(-(W3[i] * a2[0] + W3[i + 2] * a2[1] + W3[i + 4] * a2[2])));
      d3[i] = (a3[i] - y[i]) * a3[i] * (1 - a3[i]);
      loss += 0.5 * (a3[i] - y[i]) * (a3[i] - y[i]);
    }
    for (int j = 0; j < 3; ++j) d2[j] = a2[j] > 0 ? W3[2 * j] * d3[0] + W3[2 * j + 1] * d3[1] : 0;
    for (int j = 0; j < 3; ++j) {
      for (int i = 0; i < 2; ++i) W3[i + 2 * j] -= rate * d3[i] * a2[j];
      for (int k = 0; k < 2; ++k) W2[j + 3 * k] -= rate * d2[j] * x[k];
    }
    return loss;
  }
};

}  // namespace

TEST_CASE("a compiled step moves the weights as a step by hand does") {
  Session session(Text("net.gw", sheet));
  auto net = CompiledSheet<double>::of(session, {.gradients = true, .rate = 0.5});
  REQUIRE_MESSAGE(net.has_value(), net.error().message);
  net->initialise(7);
  ByHand hand{};
  std::copy_n(net->input("W2").begin(), 6, hand.W2);
  std::copy_n(net->input("W3").begin(), 6, hand.W3);
  for (int i = 0; i < 100; ++i) {
    const double x[] = {std::sin(i), std::cos(2 * i)};
    const double y[] = {x[0] > 0 ? 1.0 : 0.0, x[1] > 0 ? 1.0 : 0.0};
    REQUIRE(net->set("x", x).has_value());
    REQUIRE(net->set("y", y).has_value());
    net->run();
    CHECK(net->value() == doctest::Approx(hand.step(x, y, 0.5)).epsilon(1e-12));
  }
  for (int k = 0; k < 6; ++k)
    CHECK(net->input("W2")[static_cast<std::size_t>(k)] == doctest::Approx(hand.W2[k]).epsilon(1e-12));
  for (int k = 0; k < 6; ++k)
    CHECK(net->input("W3")[static_cast<std::size_t>(k)] == doctest::Approx(hand.W3[k]).epsilon(1e-12));
}

TEST_CASE("many steps in one call are those steps one by one") {
  Session session(Text("net.gw", sheet));
  auto net = CompiledSheet<double>::of(session, {.rate = 0.5, .stream = {"y", "x"}});
  REQUIRE_MESSAGE(net.has_value(), net.error().message);
  net->initialise(7);
  ByHand hand{};
  std::copy_n(net->input("W2").begin(), 6, hand.W2);
  std::copy_n(net->input("W3").begin(), 6, hand.W3);
  std::vector<double> data;
  double last = 0;
  for (int i = 0; i < 100; ++i) {
    const double x[] = {std::sin(i), std::cos(2 * i)};
    const double y[] = {x[0] > 0 ? 1.0 : 0.0, x[1] > 0 ? 1.0 : 0.0};
    data.insert(data.end(), {y[0], y[1], x[0], x[1]});
    last = hand.step(x, y, 0.5);
  }
  REQUIRE(net->run(data, 100).has_value());
  CHECK(net->value() == doctest::Approx(last).epsilon(1e-12));
  for (std::size_t k = 0; k < 6; ++k) CHECK(net->input("W2")[k] == doctest::Approx(hand.W2[k]).epsilon(1e-12));
  // One more step, from the inputs themselves.
  const double x[] = {0.25, -2}, y[] = {1, 0};
  REQUIRE(net->set("x", x).has_value());
  REQUIRE(net->set("y", y).has_value());
  net->run();
  CHECK(net->value() == doctest::Approx(hand.step(x, y, 0.5)).epsilon(1e-12));
  CHECK(net->run(data, 99).error().code == "G0502");
  CHECK(CompiledSheet<double>::of(session, {.stream = {"q"}}).error().code == "G0306");
}

TEST_CASE("ports say what a program takes and gives") {
  Session session(Text("net.gw", sheet));
  const auto net = CompiledSheet<float>::of(session, {.gradients = true});
  REQUIRE(net.has_value());
  std::vector<std::string> names;
  for (const Port& port : net->outputs()) names.push_back(port.name);
  CHECK(names == std::vector<std::string>{"L", "dL/dW2", "dL/dW3"});
  CHECK(net->outputs()[1].extents == std::vector<std::int64_t>{3, 2});
  CHECK(net->output("dL/dW3").size() == 6);
  CHECK(net->output("nothing").empty());
  const auto values = CompiledSheet<float>::of(session, {.values = {"a3"}});
  REQUIRE(values.has_value());
  CHECK(values->outputs().size() == 1);
  CHECK(values->outputs()[0].extents == std::vector<std::int64_t>{2});
}

TEST_CASE("constants whose product is no fraction of 64 bits are in the program") {
  Session session(Text("pi.gw", "x : R\nparam w : R\nL = 3.141592653589793*(3.141592653589793*(w*x)^2)\nminimize L\n"));
  auto net = CompiledSheet<double>::of(session, {.gradients = true});
  REQUIRE_MESSAGE(net.has_value(), net.error().message);
  const double x[] = {3}, w[] = {2};
  REQUIRE(net->set("x", x).has_value());
  REQUIRE(net->set("w", w).has_value());
  net->run();
  CHECK(net->value() == doctest::Approx(9.869604401089358 * 36).epsilon(1e-14));
  CHECK(net->output("dL/dw")[0] == doctest::Approx(9.869604401089358 * 36).epsilon(1e-14));
}

TEST_CASE("what does not fit is a diagnostic") {
  Session session(Text("net.gw", sheet));
  auto net = CompiledSheet<float>::of(session);
  REQUIRE(net.has_value());
  const float numbers[] = {1, 2, 3};
  CHECK(net->set("x", numbers).error().code == "G0502");
  CHECK(net->set("q", numbers).error().code == "G0306");
  CHECK(CompiledSheet<float>::of(session, {.values = {"q"}}).error().code == "G0306");
  Session open(Text("open.gw", "x : R[n]\nL = x'*x\nderive L wrt x\n"));
  CHECK(CompiledSheet<float>::of(open).error().code == "G0504");
  CHECK(CompiledSheet<float>::of(open, {.sizes = {{"n", 3}}}).has_value());
  CHECK(CompiledSheet<float>::of(open, {.rate = 0.1, .sizes = {{"n", 3}}}).error().code == "G0306");
  Session silent(Text("silent.gw", "x : R[n]\n"));
  CHECK(CompiledSheet<float>::of(silent).error().code == "G0405");
}
