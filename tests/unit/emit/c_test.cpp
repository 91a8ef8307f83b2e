// The form of the text: deterministic, without loops where few operations do, identifiers that C takes.
#include "emit/c.h"

#include <doctest/doctest.h>

#include "ir/make.h"
#include "lower/lower.h"

using namespace gradwright;

namespace {

/// x'·x for x : R[n], under a name of the caller's.
Plan square(const std::string& name, std::int64_t n) {
  Pool pool;
  const Dim dim = pool.dims().symbol("n");
  const Expr x = make_input(pool, {name, Role::data, Property::none, {dim, pool.dims().one()}});
  Computation computation;
  computation.outputs = {{"f", make_einsum(pool, {}, {{x, {0}}, {x, {0}}}, {dim})}};
  return *plan_for(pool, computation, {{"n", n}});
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("few operations are written without loops, many with them") {
  const Plan small = square("x", 4);
  const Plan large = square("x", 4000);
  CHECK_FALSE(has(c_file({{"f", &small}}), "for ("));
  CHECK(has(c_file({{"f", &large}}), "for ("));
  CHECK(has(c_file({{"f", &small, small.inputs}}), "for (; steps > 0; --steps, data += 4)"));
  CHECK(stream_width({"f", &small, small.inputs}) == 4);
}

TEST_CASE("the same plan gives the same text") {
  const Plan one = square("x", 40);
  const Plan two = square("x", 40);
  CHECK(c_file({{"f", &one}}) == c_file({{"f", &two}}));
}

TEST_CASE("names of buffers become identifiers of their own") {
  CHECK(c_identifier("dL/dW") == "dL_dW");
  CHECK(c_identifier("W'") == "W_prime");
  CHECK(c_identifier("2x") == "_2x");
  CHECK(c_identifier("Δ2") == "_2");
  CHECK(c_identifier("log") == "log_");
  COptions loops;
  loops.straight_line = 0;
  for (const char* name : {"for", "i0", "r1", "total0", "w", "exp", "expf", "data", "main"}) {
    const Plan plan = square(name, 5);
    CAPTURE(name);
    CHECK(has(c_file({{"f", &plan}}, loops), std::string("restrict ") + name + "_"));
  }
  const Plan own = square("gw_sigmoid", 5);
  CHECK(has(c_file({{"f", &own}}, loops), "restrict its_gw_sigmoid"));
}

TEST_CASE("float32 is spelled with its own functions and numbers") {
  const Plan plan = square("x", 3);
  COptions single;
  single.precision = Precision::float32;
  CHECK(has(c_file({{"f", &plan}}, single), "void f(float *w)"));
  CHECK_FALSE(has(c_file({{"f", &plan}}, single), "double"));
}
