// A plan that was cut: the parts, one after another over one workspace, leave what the whole leaves; the last layer's gradient comes first.
#include "lower/cut.h"

#include <doctest/doctest.h>

#include <cmath>

#include "ir/make.h"
#include "lower/interpret.h"
#include "lower/lower.h"

using namespace gradwright;

TEST_CASE("parts of a plan leave what the whole leaves, and what needs least comes first") {
  Pool pool;
  DimTable& dims = pool.dims();
  const Dim d = dims.constant(5), h = dims.constant(7), k = dims.constant(3);
  const Expr x = make_input(pool, {"x", Role::data, Property::none, {d, dims.one()}});
  const Expr A = make_input(pool, {"A", Role::parameter, Property::none, {h, d}});
  const Expr B = make_input(pool, {"B", Role::parameter, Property::none, {k, h}});
  const Expr z = make_einsum(pool, {0}, {{A, {0, 1}}, {x, {1}}}, {h, d});
  const Expr a = hadamard(pool, {z, z});
  const Expr p = make_einsum(pool, {0}, {{B, {0, 1}}, {a, {1}}}, {k, h});
  const Expr e = hadamard(pool, {p, p});
  // Named as gradients of A and B would be: the one of A needs that of the layer above.
  const Expr of_B = make_einsum(pool, {0, 1}, {{e, {0}}, {a, {1}}}, {k, h});
  const Expr back = make_einsum(pool, {0}, {{B, {1, 0}}, {e, {1}}}, {h, k});
  const Expr of_A = make_einsum(pool, {0, 1}, {{hadamard(pool, {back, z}), {0}}, {x, {1}}}, {h, d});
  Computation computation;
  computation.inputs = {x, A, B};
  computation.outputs = {{"of A", of_A}, {"of B", of_B}};
  const auto whole = plan_for(pool, computation, {});
  REQUIRE(whole);
  const OutputGroups groups = output_groups(*whole, 1);
  REQUIRE(groups == OutputGroups{{1}, {0}});
  const std::vector<Plan> parts = cut(*whole, groups);
  REQUIRE(parts.size() == 2);
  CHECK(!parts[0].kernels.empty());
  CHECK(!parts[1].kernels.empty());
  CHECK(parts[0].kernels.size() + parts[1].kernels.size() == whole->kernels.size());
  CHECK(output_groups(*whole, 1000) == OutputGroups{{1, 0}});

  const auto filled = [](const Plan& plan) {
    std::vector<double> numbers(static_cast<std::size_t>(plan.workspace), 0);
    int i = 0;
    for (std::size_t input = 0; input < 3; ++input) {
      const Buffer& buffer = plan[plan.inputs[input]];
      for (std::int64_t at = 0; at < buffer.count(); ++at)
        numbers[static_cast<std::size_t>(buffer.offset + at)] = std::sin(++i);
    }
    return numbers;
  };
  std::vector<double> together = filled(*whole), apart = filled(parts[0]);
  interpreted(*whole, together);
  const auto same = [&](std::size_t output) {
    const Buffer& left = (*whole)[whole->outputs[output]];
    const Buffer& right = parts[0][parts[0].outputs[output]];
    for (std::int64_t at = 0; at < left.count(); ++at) {
      const double wanted = together[static_cast<std::size_t>(left.offset + at)];
      if (wanted == 0 || wanted != apart[static_cast<std::size_t>(right.offset + at)]) return false;
    }
    return true;
  };
  interpreted(parts[0], apart);
  CHECK(same(1));
  CHECK_FALSE(same(0));
  interpreted(parts[1], apart);
  CHECK(same(0));
  CHECK(same(1));
}
