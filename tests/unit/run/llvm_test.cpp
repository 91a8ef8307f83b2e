// LLVM's text as functions of this process: steps of straight-line code, the cache of machine code, text that LLVM refuses.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "emit/llvm.h"
#include "ir/make.h"
#include "lower/lower.h"
#include "run/cache.h"
#include "run/compiled_plans.h"
#include "run/compiler.h"
#include "run/llvm_library.h"

using namespace gradwright;
using namespace gradwright::running;
namespace fs = std::filesystem;

namespace {

bool has_llvm() { return LlvmLibrary::loaded().fault.empty(); }

constexpr const char* twice = "define double @twice(double %x) {\n  %y = fadd double %x, %x\n  ret double %y\n}\n";

double twice_of(const Executable& executable, double x) {
  return reinterpret_cast<double (*)(double)>(executable.function("twice"))(x);
}

/// w += x·x' w / 4 for data x : R[n], a state w : R[n].
Plan accumulating(std::int64_t n) {
  Pool pool;
  const Dim dim = pool.dims().symbol("n");
  const Expr x = make_input(pool, {"x", Role::data, Property::none, {dim, pool.dims().one()}});
  const Expr w = make_input(pool, {"w", Role::parameter, Property::none, {dim, pool.dims().one()}});
  const Expr step =
      make_reshape(pool, make_einsum(pool, {0}, {{x, {0}}, {x, {1}}, {w, {1}}}, {dim, dim}), pool.shape(w));
  Computation computation;
  computation.inputs = {x, w};
  computation.updates = {{w, make_add(pool, pool.shape(w), {{Rational(1), w}, {Rational(1, 4), step}})}};
  return *plan_for(pool, computation, {{"n", n}});
}

}  // namespace

TEST_CASE("many steps in one call are as many calls") {
  if (!has_llvm()) return;
  for (const std::int64_t straight_line : {std::int64_t{0}, std::int64_t{100000}}) {
    for (const std::int64_t n : {1, 2, 5, 16, 37}) {
      CAPTURE(n);
      const Plan plan = accumulating(n);
      CompileOptions options;
      options.use_cache = false;
      COptions how;
      how.straight_line = straight_line;
      options.backend = Backend::llvm;
      const auto compiled = CompiledPlans<double>::of({{plan, {plan.inputs[0]}}}, options, how);
      REQUIRE_FALSE(compiled.note().has_value());
      options.backend = Backend::interpreter;
      const auto interpreted = CompiledPlans<double>::of({{plan, {plan.inputs[0]}}}, options, how);
      std::vector<double> data(static_cast<std::size_t>(7 * n));
      for (std::size_t i = 0; i < data.size(); ++i) data[i] = std::sin(static_cast<double>(i)) / 4;
      Workspace<double> a(plan.workspace), b(plan.workspace);
      for (const auto* space : {&a, &b}) std::ranges::fill((*space)[plan[plan.inputs[1]]], 1.5);
      REQUIRE(compiled.ran(0, a.span(), data, 7));
      REQUIRE(interpreted.ran(0, b.span(), data, 7));
      const auto found = a[plan[plan.inputs[1]]], wanted = b[plan[plan.inputs[1]]];
      for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(wanted[i]).epsilon(1e-12));
      CHECK(compiled.ran(0, a.span(), {}, 0));
      CHECK(found[0] == doctest::Approx(wanted[0]).epsilon(1e-12));
    }
  }
}

namespace {

/// relu(A·B + row) and A·B for batches of matrices: one product that the kernel stores, and one that a block function finishes.
Plan products(std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t batch) {
  Pool pool;
  const auto dim = [&](const char* name) { return pool.dims().symbol(name); };
  const auto input = [&](const char* name, const Shape& shape) {
    return make_input(pool, {name, Role::data, Property::none, shape});
  };
  const Expr a = input("A", {dim("m"), dim("k"), dim("z")}), b = input("B", {dim("k"), dim("n"), dim("z")});
  const Expr c = input("C", {dim("m"), dim("n"), dim("z")});
  const Shape labels{dim("m"), dim("n"), dim("z"), dim("k")};
  const Expr product = make_einsum(pool, {0, 1, 2}, {{a, {0, 3, 2}}, {b, {3, 1, 2}}}, labels);
  const Expr turned = make_einsum(pool, {1, 0, 2}, {{a, {0, 3, 2}}, {b, {3, 1, 2}}}, labels);
  Computation computation;
  computation.inputs = {a, b, c};
  const Expr sum = make_add(pool, pool.shape(product), {{Rational(1), product}, {Rational(1), c}});
  computation.outputs = {{"finished", make_map(pool, Function::relu, {sum})}, {"plain", turned}};
  return *plan_for(pool, computation, {{"m", m}, {"n", n}, {"k", k}, {"z", batch}});
}

template <class Real>
void check_products(const Plan& plan, double tolerance) {
  CompileOptions options;
  options.use_cache = false;
  options.backend = Backend::llvm;
  const auto compiled = CompiledPlans<Real>::of({{plan}}, options);
  REQUIRE_FALSE(compiled.note().has_value());
  options.backend = Backend::interpreter;
  const auto interpreted = CompiledPlans<double>::of({{plan}}, options);
  Workspace<Real> found(plan.workspace);
  Workspace<double> wanted(plan.workspace);
  for (const BufferId id : plan.inputs) {
    for (std::size_t i = 0; i < wanted[plan[id]].size(); ++i) {
      const Real value = static_cast<Real>(std::sin(static_cast<double>(i * i % 1009 + id.index())));
      found[plan[id]][i] = value;
      wanted[plan[id]][i] = static_cast<double>(value);
    }
  }
  REQUIRE(compiled.ran(0, found.span()));
  REQUIRE(interpreted.ran(0, wanted.span()));
  for (const BufferId id : plan.outputs) {
    double largest = 0;
    for (std::size_t i = 0; i < wanted[plan[id]].size(); ++i)
      largest = std::max(largest, std::fabs(static_cast<double>(found[plan[id]][i]) - wanted[plan[id]][i]));
    CHECK(largest < tolerance);  // nan is not
  }
}

}  // namespace

TEST_CASE("what fades out becomes zero, and the caller's own arithmetic stays") {
  Pool pool;
  const Expr w = make_input(pool, {"w", Role::parameter, Property::none, {}});
  Computation computation;
  computation.inputs = {w};
  computation.updates = {{w, scaled(pool, Rational(1, 2), w)}};
  const Plan plan = *plan_for(pool, computation, {});
  for (const Backend backend : {Backend::llvm, Backend::c, Backend::interpreter}) {
    CompileOptions options;
    options.backend = backend;
    const auto compiled = CompiledPlans<float>::of({{plan, {}}}, options);
    Workspace<float> workspace(plan.workspace);
    float& value = workspace[plan[plan.inputs[0]]][0];
    value = 4 * std::numeric_limits<float>::min();
    REQUIRE(compiled.ran(0, workspace.span(), {}, 2));
    CHECK(value == std::numeric_limits<float>::min());
    REQUIRE(compiled.ran(0, workspace.span(), {}, 1));
    CHECK(value == 0.0F);
    volatile float least = std::numeric_limits<float>::min();
    CHECK(least / 2 > 0.0F);
  }
}

TEST_CASE("large products are calls of a kernel, with what follows them on each block") {
  if (!has_llvm()) return;
  for (const auto& [m, n, k, batch] : std::vector<std::array<std::int64_t, 4>>{
           {64, 64, 64, 1}, {67, 53, 41, 1}, {130, 9, 77, 1}, {16, 300, 33, 1}, {65, 47, 40, 3}, {5, 200, 100, 2}}) {
    CAPTURE(m);
    CAPTURE(n);
    const Plan plan = products(m, n, k, batch);
    const LlvmOptions how{Precision::float64, 0, vector_unit(), true, 8192};
    CHECK(llvm_module({{"f", &plan}}, how).find("@gradwright_contract_f64") != std::string::npos);
    check_products<double>(plan, 1e-12);
    check_products<float>(plan, 1e-4);
  }
}

namespace {

/// A'·diag(v)·A, twice that, A'·x and relu(A'·x + y): symmetric with a scale, stored by the kernel and by a block function; a vector.
Plan scaled_products(std::int64_t n, std::int64_t k) {
  Pool pool;
  const auto dim = [&](const char* name) { return pool.dims().symbol(name); };
  const auto input = [&](const char* name, const Shape& shape) {
    return make_input(pool, {name, Role::data, Property::none, shape});
  };
  const Expr a = input("A", {dim("k"), dim("n")}), v = input("v", {dim("k"), pool.dims().one()});
  const Expr y = input("y", {dim("n"), pool.dims().one()});
  const Expr hessian = make_einsum(pool, {0, 1}, {{a, {2, 0}}, {v, {2}}, {a, {2, 1}}}, {dim("n"), dim("n"), dim("k")});
  const Expr square = make_einsum(pool, {1, 0}, {{a, {2, 0}}, {a, {2, 1}}}, {dim("n"), dim("n"), dim("k")});
  const Expr vector = make_einsum(pool, {0}, {{a, {1, 0}}, {v, {1}}}, {dim("n"), dim("k")});
  const Expr sum = make_add(pool, pool.shape(y), {{Rational(1), vector}, {Rational(1), y}});
  Computation computation;
  computation.inputs = {a, v, y};
  computation.outputs = {{"hessian", hessian},
                         {"twice", make_add(pool, pool.shape(square), {{Rational(2), square}})},
                         {"vector", vector},
                         {"finished", make_map(pool, Function::relu, {sum})}};
  return *plan_for(pool, computation, {{"n", n}, {"k", k}});
}

}  // namespace

TEST_CASE("scaled and symmetric products, and products with a vector, are calls of a kernel") {
  if (!has_llvm()) return;
  for (const auto& [n, k] : std::vector<std::array<std::int64_t, 2>>{{95, 120}, {64, 200}, {130, 65}}) {
    CAPTURE(n);
    const Plan plan = scaled_products(n, k);
    const LlvmOptions how{Precision::float64, 0, vector_unit(), true, 8192};
    const std::string text = llvm_module({{"f", &plan}}, how);
    std::size_t calls = 0;
    for (std::size_t at = text.find("call void @gradwright_contract"); at != std::string::npos;
         at = text.find("call void @gradwright_contract", at + 1))
      ++calls;
    CHECK(calls >= 3);
    check_products<double>(plan, 1e-12);
    check_products<float>(plan, 2e-4);
  }
}

TEST_CASE("machine code is kept on disk, and compiled anew where it is damaged") {
  if (!has_llvm()) return;
  const ScratchDirectory scratch("");
  CompileOptions options;
  options.cache = scratch.path() / "cache";
  const auto first = Executable::of_llvm(twice, options);
  REQUIRE(first.has_value());
  CHECK_FALSE(first->came_from_cache());
  CHECK(twice_of(*first, 4) == 8);
  const auto second = Executable::of_llvm(twice, options);
  REQUIRE(second.has_value());
  CHECK(second->came_from_cache());
  CHECK(twice_of(*second, 5) == 10);
  for (const auto& file : fs::directory_iterator(options.cache)) fs::resize_file(file, fs::file_size(file) / 2);
  const auto third = Executable::of_llvm(twice, options);
  REQUIRE(third.has_value());
  CHECK_FALSE(third->came_from_cache());
  CHECK(twice_of(*third, 6) == 12);
}

TEST_CASE("text that LLVM refuses is a note") {
  if (!has_llvm()) return;
  CompileOptions options;
  options.use_cache = false;
  for (const char* text : {"define double @twice(", "define void @f() {\n  ret i32 0\n}\n"}) {
    const auto refused = Executable::of_llvm(text, options);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == "G0513");
  }
  const auto missing = Executable::of_llvm(
      "declare void @nowhere()\ndefine void @f() {\n  call void @nowhere()\n  ret void\n}\n", options);
  CHECK((!missing || missing->function("f") == nullptr));
}

TEST_CASE(
    "without the module a plan runs as C, and a note says so") {  // CTest runs it once more with GRADWRIGHT_LLVM=/nowhere
  const Plan plan = accumulating(5);
  CompileOptions options;
  options.use_cache = false;
  const auto plans = CompiledPlans<double>::of({{plan, {plan.inputs[0]}}}, options);
  CHECK(plans.note().has_value() != has_llvm());
  if (!has_llvm()) CHECK(plans.note()->code == "G0513");
  Workspace<double> workspace(plan.workspace);
  std::ranges::fill(workspace[plan[plan.inputs[1]]], 1.0);
  const std::vector<double> data(5, 1.0);  // w += x·(x'w)/4 = 1 + 5/4
  REQUIRE(plans.ran(0, workspace.span(), data, 1));
  for (const double w : workspace[plan[plan.inputs[1]]]) CHECK(w == doctest::Approx(2.25));
}
