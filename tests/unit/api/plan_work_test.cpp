// What a plan computes, counted by hand: the forward pass of a network, once more for the gradients by its weights, and once more, but for the
// first layer, for the gradients by its layers.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/compile.h"

using namespace gradwright;

namespace {

constexpr std::int64_t inputs = 20, hidden = 30, outputs = 4, samples = 16;

std::int64_t work_of_gradients(const std::string& sheet) {
  Session session(Text("network.gw", sheet));
  const auto program = loss_program(session, {{"n", samples}});
  REQUIRE(program.has_value());
  return contraction_flops(program->plan);
}

/// So many layers between the first and the last, a sample a row, with biases.
std::string rows(int layers) {
  std::string sheet = fmt::format(
      "X : R[n,{0}]\nY : R[n,{2}] onehot_rows\nparam W0 : R[{0},{1}]\nparam b0 : R[{1}]\nparam V : R[{1},{2}]\n"
      "param c : R[{2}]\nA0 = relu(dense_rows(W0, b0, X/255))\n",
      inputs, hidden, outputs);
  for (int layer = 1; layer <= layers; ++layer)
    sheet += fmt::format("param W{0} : R[{1},{1}]\nparam b{0} : R[{1}]\nA{0} = {2}(dense_rows(W{0}, b{0}, A{3}))\n",
                         layer, hidden, layer % 2 == 0 ? "tanh" : "relu", layer - 1);
  return sheet + fmt::format("Z = dense_rows(V, c, A{})\n", layers);
}

/// The same, a sample a column, without biases.
std::string columns(int layers) {
  std::string sheet =
      fmt::format("X : R[{0},n]\nY : R[{2},n]\nparam W0 : R[{1},{0}]\nparam V : R[{2},{1}]\nA0 = relu(W0*X)\n", inputs,
                  hidden, outputs);
  for (int layer = 1; layer <= layers; ++layer)
    sheet += fmt::format("param W{0} : R[{1},{1}]\nA{0} = {2}(W{0}*A{3})\n", layer, hidden,
                         layer % 2 == 0 ? "sigmoid" : "relu", layer - 1);
  return sheet + fmt::format("Z = V*A{}\n", layers);
}

}  // namespace

TEST_CASE("a layer's gradient is one product, whoever uses it and however it is written") {
  for (const int layers : {0, 1, 2, 3, 5, 8, 20}) {
    const std::int64_t weights = inputs * hidden + layers * hidden * hidden + hidden * outputs;
    const std::int64_t by_hand = 2 * samples * (3 * weights - inputs * hidden);
    for (const std::string& sheet : {rows(layers) + "L = cross_entropy_logits_rows(Z, Y)\nminimize L\n",
                                     rows(layers) + "L = sum((Z - Y).^2)/n\nminimize L\n",
                                     columns(layers) + "L = sum((Z - Y).^2)/(2*n)\nminimize L\n"}) {
      CAPTURE(sheet);
      const std::int64_t work = work_of_gradients(sheet);
      CHECK(work >= by_hand);
      // A bias may be summed by a product with the last layer, or where its layer's gradient is masked.
      CHECK(work <= by_hand + 2 * samples * hidden * (outputs + layers) + 2 * hidden * outputs);
    }
  }
}

TEST_CASE("a gradient by the first of many layers is a chain of products with a vector") {
  for (const int layers : {1, 2, 4, 7, 10, 30}) {
    std::string sheet = fmt::format("dim h = {}\nx : R[h]\nA0 = x\n", hidden);
    for (int layer = 1; layer <= layers; ++layer)
      sheet += fmt::format("W{0} : R[h,h]\nA{0} = relu(W{0}*A{1})\n", layer, layer - 1);
    sheet += fmt::format("L = sum(A{}.^2)/2\nderive L wrt W1\n", layers);
    CAPTURE(layers);
    // Forward, and back to the first layer, whose gradient is an outer product.
    const std::int64_t products = 2 * layers - 1;
    const std::int64_t work = work_of_gradients(sheet);
    CHECK(work >= 2 * hidden * hidden * products);
    CHECK(work <= 2 * hidden * hidden * (products + 1));
  }
}
