// Every pass leads to the dialect that it says, on random formulas and on a layer; each law can be broken.
#include "lower/passes.h"

#include <doctest/doctest.h>

#include "ir/make.h"
#include "lower/lower.h"
#include "planned.h"

using namespace gradwright;
using lowering::broken_law;
using lowering::Dialect;
using lowering::PassReport;

namespace {

struct Softmax {
  Pool pool;
  Dim n = pool.dims().symbol("n"), m = pool.dims().symbol("m");
  Expr W = make_input(pool, {"W", Role::parameter, Property::none, {n, m}});
  Expr x = make_input(pool, {"x", Role::data, Property::none, {m}});
  Expr z = make_einsum(pool, {0}, {{W, {0, 1}}, {x, {1}}}, {n, m});
  Expr lse = make_fold(pool, FoldKind::logsumexp, z, {0});
  Expr p = make_map(pool, Function::exp, {difference_of(pool, z, broadcast(pool, lse, {n}, {}))});
  DimValues sizes{{"n", 3}, {"m", 4}};
};

std::vector<PassReport> reports_of(Pool& pool, const std::vector<Expr>& roots, const DimValues& sizes) {
  std::vector<PassReport> reports;
  LowerOptions options;
  options.told = [&](const PassReport& report) { reports.push_back(report); };
  Computation computation;
  for (const Expr root : roots) computation.outputs.push_back({"out", root});
  REQUIRE(plan_for(pool, computation, sizes, options).has_value());
  return reports;
}

}  // namespace

TEST_CASE("every pass leads to its dialect, and is told in order") {
  Softmax of;
  const Expr product = make_einsum(of.pool, {}, {{of.p, {0}}, {of.W, {0, 1}}, {of.x, {1}}}, {of.n, of.m});
  const std::vector<PassReport> reports = reports_of(of.pool, {of.p, product}, of.sizes);
  REQUIRE(reports.size() == 11);
  CHECK(reports.front().pass == "with_known_sizes");
  CHECK(reports.back().pass == "place_buffers");
  CHECK(std::ranges::is_sorted(reports, {}, &PassReport::dialect));
  for (const PassReport& report : reports) {
    CAPTURE(report.pass);
    CHECK(report.seconds >= 0);
    if (!report.roots.empty()) CHECK(broken_law(report.dialect, of.pool, report.roots, of.sizes) == "");
  }
  const auto changed = [&](std::string_view pass) {
    return std::ranges::find(reports, pass, &PassReport::pass)->has_changed;
  };
  CHECK(changed("spelled"));
  CHECK_FALSE(changed("distributed"));
}

TEST_CASE("the law of a dialect is broken by what it forbids") {
  Softmax of;
  Pool& pool = of.pool;
  CHECK_FALSE(broken_law(Dialect::sized, pool, {of.z}, {{"n", 3}}).empty());  // m has no number
  CHECK(broken_law(Dialect::sized, pool, {of.z}, of.sizes).empty());
  CHECK(broken_law(Dialect::stable, pool, {of.p}, of.sizes).empty());
  CHECK_FALSE(broken_law(Dialect::spelled, pool, {of.p}, of.sizes).empty());
  const Expr ones = sum_of(pool, make_ones(pool, {of.n}), make_map(pool, Function::exp, {of.z}));
  CHECK_FALSE(broken_law(Dialect::stable, pool, {make_map(pool, Function::log, {ones})}, of.sizes).empty());
  const Expr three = make_einsum(pool, {0}, {{of.z, {0}}, {of.W, {0, 1}}, {of.W, {0, 1}}}, {of.n, of.m});
  CHECK(broken_law(Dialect::ordered, pool, {of.z}, of.sizes) == "");
  CHECK(broken_law(Dialect::spelled, pool, {three}, of.sizes).empty());
  CHECK_FALSE(broken_law(Dialect::ordered, pool, {three}, of.sizes).empty());
}
