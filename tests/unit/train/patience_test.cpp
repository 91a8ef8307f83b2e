// Early stopping against losses that are known.
#include "train/patience.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace gradwright;

namespace {

/// Has one number: how often it was asked for its values.
class Counting : public Engine {
 public:
  double trained(std::span<const std::size_t>) override { return 0; }
  Evaluation evaluated(std::size_t, std::size_t) override { return {}; }
  std::vector<Tensor> values() const override { return {{{}, {state}}}; }
  void set(const std::vector<Tensor>&) override {}
  double state = 0;
};

/// The epoch after which it ended, 0: it did not.
int ended_after(Patience& patience, const std::vector<double>& losses) {
  Counting engine;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    engine.state = static_cast<double>(i + 1);
    if (patience.ends_after(static_cast<int>(i + 1), losses[i], engine)) return static_cast<int>(i + 1);
  }
  return 0;
}

}  // namespace

TEST_CASE("patience ends so many epochs after the best, whose values are kept") {
  Patience two(2);
  CHECK(ended_after(two, {5, 4, 3, 3, 3.5, 1}) == 5);  // an equal loss is not better
  CHECK(two.best_epoch() == 3);
  CHECK(two.best_values()[0].values[0] == 3);
  Patience one(1);
  CHECK(ended_after(one, {5, 4, 3, 2}) == 0);
  CHECK(one.best_epoch() == 4);
}

TEST_CASE("a loss that is no number is not better, first or later") {
  Patience two(2);
  CHECK(ended_after(two, {2, std::nan(""), std::nan(""), 1}) == 3);
  CHECK(two.best_epoch() == 1);
  Patience three(3);
  CHECK(ended_after(three, {std::nan(""), 7, std::nan(""), 6, 8, 8, 8}) == 7);
  CHECK(three.best_epoch() == 4);
  Patience never_best(2);
  CHECK(ended_after(never_best, {std::nan(""), std::nan("")}) == 2);
  CHECK(never_best.best_epoch() == 0);
}

TEST_CASE("without patience nothing ends and nothing is kept") {
  Patience none(0);
  CHECK(ended_after(none, {1, 2, 3, 4}) == 0);
  CHECK(none.best_values().empty());
}
