// The law of batching: the batched loss and gradients are the sums over the samples of those of the sheet; for the examples and for random
// sheets, by the evaluator alone.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "api/train_task.h"
#include "derive/adjoint.h"
#include "formulas.h"
#include "ir/evaluate.h"
#include "lower/batch.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

constexpr std::int64_t samples = 5;

struct Compared {
  std::size_t numbers = 0;
  double largest = 0;  ///< difference, relative to the sum of sizes
};

class Law {
 public:
  explicit Law(std::uint64_t seed) : random_(seed) {}

  /// Roots over many samples against the sum of the roots of each.
  void holds(Pool& pool, const std::vector<Expr>& roots, const std::vector<Expr>& data, const std::vector<Expr>& fixed,
             const std::string& name, const Bindings& constants = {}) {
    const auto many = batched(pool, roots, data, pool.dims().symbol("count_of_samples"));
    REQUIRE_MESSAGE(many.has_value(), name);
    Bindings at = constants;
    at.dims["count_of_samples"] = samples;
    for (const Expr input : fixed) at.inputs[input] = drawn(pool, input, 1);
    for (std::size_t i = 0; i < data.size(); ++i) {
      Tensor all = drawn(pool, data[i], samples);
      all.extents.push_back(samples);
      at.inputs[many->inputs[i]] = std::move(all);
    }
    const std::vector<Tensor> found = evaluate(pool, many->total, at);
    std::vector<std::vector<double>> sums(roots.size()), sizes(roots.size());
    for (std::int64_t s = 0; s < samples; ++s) {
      for (std::size_t i = 0; i < data.size(); ++i) {
        const std::vector<double>& all = at.inputs[many->inputs[i]].values;
        const auto width = static_cast<std::ptrdiff_t>(all.size()) / samples;
        Tensor one = drawn(pool, data[i], 1);
        one.values.assign(all.begin() + s * width, all.begin() + (s + 1) * width);
        at.inputs[data[i]] = std::move(one);
      }
      const std::vector<Tensor> values = evaluate(pool, roots, at);
      for (std::size_t r = 0; r < roots.size(); ++r) {
        sums[r].resize(values[r].values.size());
        sizes[r].resize(values[r].values.size(), 1);
        for (std::size_t k = 0; k < sums[r].size(); ++k) {
          sums[r][k] += values[r].values[k];
          sizes[r][k] += std::fabs(values[r].values[k]);
        }
      }
    }
    for (std::size_t r = 0; r < roots.size(); ++r) {
      REQUIRE_MESSAGE(found[r].values.size() == sums[r].size(), name);
      for (std::size_t k = 0; k < sums[r].size(); ++k) {
        const double apart = std::fabs(found[r].values[k] - sums[r][k]) / sizes[r][k];
        if (!std::isfinite(sums[r][k])) continue;
        ++compared.numbers;
        compared.largest = std::max(compared.largest, apart);
        CHECK_MESSAGE(apart < 1e-11, name, ", root ", r, ", entry ", k);
      }
    }
  }

  Compared compared;

 private:
  Tensor drawn(const Pool& pool, Expr input, std::int64_t times) {
    Tensor tensor;
    std::int64_t count = times;
    for (const Dim dim : pool.shape(input)) {
      tensor.extents.push_back(pool.dims().constant_value(dim).value());
      count *= tensor.extents.back();
    }
    std::uniform_real_distribution<double> number(0.1, 0.9);
    for (std::int64_t i = 0; i < count; ++i) tensor.values.push_back(number(random_));
    return tensor;
  }
  std::mt19937_64 random_;
};

std::vector<Expr> with_gradients(Pool& pool, Expr loss, const std::vector<Expr>& wrt) {
  std::vector<Expr> roots{loss};
  Trace trace;
  for (const Expr gradient : adjoints(pool, loss, wrt, trace).of_wrt) roots.push_back(gradient);
  return roots;
}

}  // namespace

TEST_CASE("batched is the sum over the samples: examples") {
  Law law(7);
  int sheets = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(GRADWRIGHT_SOURCE_DIR) + "/examples")) {
    if (entry.path().extension() != ".gw") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    Session session(Text(entry.path().filename().string(), content.str()));
    const auto task = train_task(session);
    if (!task || task->batch) continue;  // not one to train, or batched by its author
    std::vector<Expr> roots{task->loss};
    roots.insert(roots.end(), task->gradients.begin(), task->gradients.end());
    std::vector<Expr> parameters;
    for (const Parameter& parameter : task->parameters) parameters.push_back(parameter.input);
    law.holds(session.pool(), roots, {task->features, task->target}, parameters, entry.path().filename().string(),
              task->fixed);
    ++sheets;
  }
  CHECK(sheets >= 2);
}

TEST_CASE("batched is the sum over the samples: random sheets") {
  Law law(11);
  Formulas formulas(20261128);
  for (int i = 0; i < 300; ++i) {
    const std::string loss = formulas.scalar(1 + i % 4);
    Session session(
        Text("random.gw", "dim n = 3\nx, y : R[n]\nparam s : R\nparam A, B : R[n,n]\nL = " + loss + "\nminimize L\n"));
    REQUIRE_MESSAGE(!session.has_errors(), loss);
    const Program& program = session.program();
    const auto input = [&](const char* name) { return program.declaration(name)->input; };
    const std::vector<Expr> parameters{input("s"), input("A"), input("B")};
    law.holds(session.pool(), with_gradients(session.pool(), program.definition("L")->expr, parameters),
              {input("x"), input("y")}, parameters, loss);
    // One of the two may be the same for all samples.
    law.holds(session.pool(), with_gradients(session.pool(), program.definition("L")->expr, parameters), {input("x")},
              {input("s"), input("A"), input("B"), input("y")}, loss);
  }
  CHECK(law.compared.numbers > 10000);
  MESSAGE(law.compared.numbers << " numbers, largest difference " << law.compared.largest);
}
