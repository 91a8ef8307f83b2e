// Optimisers as formulas against the same steps written by hand.
#include "api/optimiser.h"

#include <doctest/doctest.h>

#include <cmath>

#include "ir/evaluate.h"
#include "ir/make.h"

using namespace gradwright;

namespace {

constexpr int steps = 6;
using Vector = std::vector<double>;

/// A gradient that depends on where theta is and on the step.
double slope(double theta, int t, int k) { return 0.7 * theta + std::sin(t + 2 * k); }

tl::expected<OptimiserOptions, Diagnostic> named(const std::string& text) {
  return optimiser_named(text, [](const std::string&) { return std::nullopt; });
}

/// theta after some steps by the rule, evaluated.
Vector by_rule(const OptimiserOptions& options) {
  Pool pool;
  const Expr theta =
      make_input(pool, {"W", Role::parameter, Property::none, {pool.dims().symbol("n"), pool.dims().one()}});
  const Expr g = make_input(pool, {"dW", Role::cut, Property::none, {pool.dims().symbol("n"), pool.dims().one()}});
  const auto stepping = update_rule(options)(pool, {{"W", theta, {}, {}}}, {g});
  REQUIRE_MESSAGE(stepping.has_value(), stepping.error().message);
  Bindings at;
  at.dims["n"] = 2;
  at.inputs[theta] = {{2}, {1, -2}};
  for (const Expr state : stepping->states)
    at.inputs[state] = pool.order(state) == 0 ? Tensor{{}, {0}} : Tensor{{2}, {0, 0}};
  std::vector<Expr> values;
  for (const Computation::Update& update : stepping->updates) values.push_back(update.value);
  for (int t = 1; t <= steps; ++t) {
    const Vector& now = at.inputs[theta].values;
    at.inputs[g] = {{2}, {slope(now[0], t, 0), slope(now[1], t, 1)}};
    std::vector<Tensor> next = evaluate(pool, values, at);
    for (std::size_t i = 0; i < next.size(); ++i) at.inputs[stepping->updates[i].input] = next[i];
  }
  return at.inputs[theta].values;
}

/// The same by hand: move(theta, g, a, b, t) returns the new theta; a and b are states that start at zero.
template <class Move>
Vector by_hand(const Move& move) {
  Vector theta{1, -2}, a{0, 0}, b{0, 0};
  for (int t = 1; t <= steps; ++t) {
    const double g[] = {slope(theta[0], t, 0), slope(theta[1], t, 1)};
    const double norm = std::sqrt(g[0] * g[0] + g[1] * g[1]);
    for (std::size_t k = 0; k < 2; ++k) theta[k] = move(theta[k], g[k], a[k], b[k], t, norm);
  }
  return theta;
}

void check_equal(const Vector& found, const Vector& expected) {
  for (std::size_t k = 0; k < 2; ++k) CHECK(found[k] == doctest::Approx(expected[k]).epsilon(1e-12));
}

}  // namespace

TEST_CASE("optimisers make the steps of their papers") {
  check_equal(by_rule(*named("sgd(rate=0.2)")),
              by_hand([](double x, double g, double&, double&, int, double) { return x - 0.2 * g; }));
  check_equal(by_rule(*named("momentum")), by_hand([](double x, double g, double& v, double&, int, double) {
                v = 0.9 * v + g;
                return x - 0.01 * v;
              }));
  check_equal(by_rule(*named("nesterov")), by_hand([](double x, double g, double& v, double&, int, double) {
                v = 0.9 * v + g;
                return x - 0.01 * (g + 0.9 * v);
              }));
  check_equal(by_rule(*named("adagrad")), by_hand([](double x, double g, double& s, double&, int, double) {
                s += g * g;
                return x - 0.01 * g / (std::sqrt(s) + 1e-8);
              }));
  check_equal(by_rule(*named("rmsprop")), by_hand([](double x, double g, double& s, double&, int, double) {
                s = 0.9 * s + 0.1 * g * g;
                return x - 0.001 * g / (std::sqrt(s) + 1e-8);
              }));
  for (const double decay : {0.0, 0.01}) {
    check_equal(by_rule(*named(decay > 0 ? "adamw(rate=0.05)" : "adam(rate = 0.05)")),
                by_hand([&](double x, double g, double& m, double& v, int t, double) {
                  m = 0.9 * m + 0.1 * g;
                  v = 0.999 * v + 0.001 * g * g;
                  const double mean = m / (1 - std::pow(0.9, t)), square = v / (1 - std::pow(0.999, t));
                  return x - 0.05 * (mean / (std::sqrt(square) + 1e-8) + decay * x);
                }));
  }
}

TEST_CASE("clipping, decay and schedules are lines before the formulas") {
  OptimiserOptions options = *named("sgd(rate=0.2)");
  options.before = {{"--clip", "g := g*min(1, 0.5/norm)\n"},
                    {"--decay", "g := g + 0.1*theta\n"},
                    {"--schedule", "rate := rate*(warmup(t,4)*cosine_decay(t,10))\n"}};
  check_equal(by_rule(options), by_hand([](double x, double g, double&, double&, int t, double norm) {
                const double clipped = g * std::min(1.0, 0.5 / norm) + 0.1 * x;
                return x - 0.2 * std::min(t / 4.0, 1.0) * (0.5 + 0.5 * std::cos(3.141592653589793 * t / 10)) * clipped;
              }));
}

TEST_CASE("an optimiser of one's own") {
  const auto own = optimiser_named("sign.gw(rate=0.25)", [](const std::string&) {
    return std::optional<std::string>(
        "# by the sign of an average\nrate = 1\nm := 0.5*m + 0.5*g   # state\ntheta := theta - rate*sign(m)\n");
  });
  REQUIRE(own.has_value());
  check_equal(by_rule(*own), by_hand([](double x, double g, double& m, double&, int, double) {
                m = 0.5 * m + 0.5 * g;
                return x - 0.25 * (m > 0 ? 1 : m < 0 ? -1 : 0);
              }));
}

TEST_CASE("what an optimiser lacks is a diagnostic") {
  CHECK(named("adm").error().code == "G0303");
  CHECK(named("adam(speed=1)").error().code == "G0304");
  CHECK(named("adam(rate=1").error().code == "G0103");
  Pool pool;
  const Expr theta =
      make_input(pool, {"W", Role::parameter, Property::none, {pool.dims().constant(3), pool.dims().constant(2)}});
  const auto code = [&](const std::string& lines) {
    OptimiserOptions options;
    options.lines = {"mine.gw", lines};
    const auto found = update_rule(options)(pool, {{"W", theta, {}, {}}}, {theta});
    return found ? std::string() : found.error().code;
  };
  CHECK(code("theta := theta - g\n").empty());
  CHECK(code("v := v + g\n") == "G0113");
  CHECK(code("theta := theta - q\n") == "G0301");
  CHECK(code("theta := sum(theta)\n") == "G0216");
  CHECK(code("theta := theta*g\n") == "G0203");
}

TEST_CASE("an error of an optimiser stands where it was written") {
  Pool pool;
  const Expr theta =
      make_input(pool, {"W", Role::parameter, Property::none, {pool.dims().constant(3), pool.dims().constant(2)}});
  OptimiserOptions options;
  const auto fault = [&] {
    const auto found = optimiser_fault(pool, options, {{"W", theta, {}, {}}});
    REQUIRE(found.has_value());
    return *found;
  };
  const auto told = [&](const OptimiserFault& one) {
    const Place place = one.text->place(one.diagnostic.span.begin);
    return one.diagnostic.code + " " + one.text->name() + ":" + std::to_string(place.line) + ":" +
           std::to_string(place.column) + " " + std::string(one.text->slice(one.diagnostic.span));
  };
  options.lines = {"mine.gw",
                   "# a comment\nrate = 0.1\nbeta = 0.5   # kept\nv := beta*v + q\ntheta := theta - rate*v\n"};
  CHECK(told(fault()) == "G0301 mine.gw:4:15 q");
  options.values["rate"] = "0.0001000";  // longer than what it replaces
  options.before = {{"--clip", "g := g*min(1, 1/norm)\n"}};
  CHECK(told(fault()) == "G0301 mine.gw:4:15 q");
  options.lines.text = "rate = 0.1\ntheta := theta - rate*g\n";
  options.before.push_back({"--schedule", "rate := rate*warmpu(t,3)\n"});
  CHECK(told(fault()) == "G0303 --schedule:1:14 warmpu(t,3)");
  options.before.pop_back();
  options.values["rate"] = "1 + lots";
  CHECK(told(fault()) == "G0301 rate:1:5 lots");
  options.values.clear();
  options.lines.text = "theta := theta - g\nstate := state +\ntheta := theta - state\n";
  CHECK(told(fault()) == "G0102 mine.gw:2:17 ");  // after the operator that has no operand
  options.lines.text = "theta := theta - late\nlate = 1\n";
  CHECK(told(fault()) == "G0305 mine.gw:1:18 late");
  options.lines.text = "theta := sum(g)\n";
  CHECK(told(fault()) == "G0216 mine.gw:1:1 theta := sum(g)");
}

TEST_CASE("clipping by value, and schedules that come again, are lines before the formulas") {
  OptimiserOptions options = *named("sgd(rate=0.2)");
  options.before = {{"--clip-value", "g := min(max(g, -0.4), 0.4)\n"},
                    {"--schedule", "rate := rate*step_decay(t,2,0.5)\n"}};
  check_equal(by_rule(options), by_hand([](double x, double g, double&, double&, int t, double) {
                return x - 0.2 * std::pow(0.5, std::floor((t - 1) / 2.0)) * std::min(std::max(g, -0.4), 0.4);
              }));
  options.before = {{"--schedule", "rate := rate*cosine_restarts(t,3)\n"}};
  check_equal(by_rule(options), by_hand([](double x, double g, double&, double&, int t, double) {
                const double within = std::fmod(t - 0.5, 3) / 3;
                return x - 0.2 * (0.5 + 0.5 * std::cos(3.141592653589793 * within)) * g;
              }));
}
