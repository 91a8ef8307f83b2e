// Curvature of a sheet that speaks of its batch: the same as that of a sheet for one sample, and what a step keeps grows with the samples,
// not with their square.
#include "api/curvature.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "api/train_task.h"
#include "train/averages.h"

using namespace gradwright;

namespace {

/// The same losses, for one sample and for n of them.
struct Pair {
  const char* single;
  const char* batch;
};
constexpr Pair pairs[] = {
    {"x : R[3]\ny : R[4]\nparam W : R[3,4]\np = W'*x\nL = 1/2*sum((p - y).^2)\nminimize L\n",
     "X : R[n,3]\nY : R[n,4]\nparam W : R[3,4]\nP = X*W\nL = 1/2*sum((P - Y).^2)/n\nminimize L\n"},
    {"x : R[3]\ny : R[4] prob\nparam V : R[3,5]\nparam W : R[5,4]\nz = W'*tanh(V'*x)\nL = cross_entropy_logits(z, "
     "y)\nminimize L\n",
     "X : R[n,3]\nY : R[n,4] prob\nparam V : R[3,5]\nparam W : R[5,4]\nZ = tanh(X*V)*W\nL = "
     "cross_entropy_logits_rows(Z, Y)\nminimize L\n"},
    {"x : R[3]\ny : R[4]\nparam W : R[3,4]\np = sigmoid(W'*x)\nL = -sum(y .* log(p) + (1 - y) .* log(1 - p)) + "
     "0.1*sum(W.^2)\nminimize L\n",
     "X : R[n,3]\nY : R[n,4]\nparam W : R[3,4]\nP = sigmoid(X*W)\nL = -sum(Y .* log(P) + (1 - Y) .* log(1 - P))/n + "
     "0.1*sum(W.^2)\nminimize L\n"},
};

using Blocks = std::vector<Expr>;

/// A sheet with its Gauss–Newton matrix or its Hessian.
struct Curved {
  Session session;
  TrainTask task;
  Blocks blocks;

  Curved(const char* sheet, bool is_hessian) : session(Text("sheet.gw", sheet)) {
    REQUIRE_FALSE(session.has_errors());
    task = train_task(session).value();
    blocks = is_hessian ? hessian_blocks(session.pool(), task) : gauss_newton_blocks(session.pool(), task).value();
  }
  /// Numbers of the workspace for so many samples.
  std::int64_t workspace(std::int64_t samples) {
    Computation all;
    for (const Expr block : blocks) all.outputs.push_back({"block " + std::to_string(all.outputs.size()), block});
    DimValues dims = task.fixed.dims;
    dims["n"] = samples;
    const auto plan = plan_for(session.pool(), all, dims);
    REQUIRE(plan.has_value());
    return plan->workspace;
  }
  /// Of 32 samples.
  std::vector<std::vector<double>> numbers() {
    Dataset data;
    data.inputs.shape = {40, 3};
    data.targets.shape = {40, 4};
    for (int i = 0; i < 40 * 3; ++i) data.inputs.data.push_back(std::sin(1.7 * i) + 0.3 * std::cos(0.2 * i));
    for (int i = 0; i < 40; ++i) {
      for (int k = 0; k < 4; ++k) data.targets.data.push_back(k == i * i % 7 % 4 ? 0.7 : 0.1);
    }
    Generator random(1);
    const Samples samples = samples_of(session.pool(), task, data, {}, random).value();
    std::vector<std::size_t> all(samples.training);
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::vector<Tensor> parameters;
    for (const Parameter& parameter : task.parameters) {
      Tensor& one = parameters.emplace_back();
      std::size_t count = 1;
      for (const Dim dim : session.pool().shape(parameter.input)) {
        one.extents.push_back(*session.pool().dims().value(dim, samples.dims));
        count *= static_cast<std::size_t>(one.extents.back());
      }
      for (std::size_t k = 0; k < count; ++k) one.values.push_back(0.4 * std::sin(2.0 * static_cast<double>(k) + 1));
    }
    return Averages::of(session.pool(), task, blocks, samples, {}, 8).value()->at(parameters, all).others;
  }
};

}  // namespace

TEST_CASE("curvature of a batch is the mean of that of its samples") {
  for (const Pair& pair : pairs) {
    for (const bool is_hessian : {false, true}) {
      CAPTURE(pair.batch);
      const auto expected = Curved(pair.single, is_hessian).numbers(), found = Curved(pair.batch, is_hessian).numbers();
      REQUIRE(found.size() == expected.size());
      for (std::size_t block = 0; block < found.size(); ++block) {
        REQUIRE(found[block].size() == expected[block].size());
        for (std::size_t k = 0; k < found[block].size(); ++k)
          CHECK(found[block][k] == doctest::Approx(expected[block][k]).epsilon(1e-10));
      }
    }
  }
}

TEST_CASE("what the curvature of a batch keeps grows as its samples do") {
  for (const Pair& pair : pairs) {
    for (const bool is_hessian : {false, true}) {
      CAPTURE(pair.batch);
      CAPTURE(is_hessian);
      Curved it(pair.batch, is_hessian);
      CHECK(it.workspace(400) <= 4 * it.workspace(100));
    }
  }
}
