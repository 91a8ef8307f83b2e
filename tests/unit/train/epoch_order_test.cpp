// The order of an epoch: every sample once, blocks as they were drawn, mixed within what is in memory together, the same from any place.
#include "train/epoch_order.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <set>

using namespace gradwright;

namespace {

std::vector<std::size_t> epoch_of(EpochOrder& order, const std::vector<std::size_t>& drawn, int epoch) {
  std::vector<std::size_t> all;
  order.append(drawn, epoch, 0, order.samples(), all);
  return all;
}

std::vector<std::size_t> drawn_for(const EpochOrder& order) {
  std::vector<std::size_t> drawn(order.entries());
  std::iota(drawn.begin(), drawn.end(), std::size_t{0});
  Generator random(9);
  std::shuffle(drawn.begin(), drawn.end(), random);
  return drawn;
}

}  // namespace

TEST_CASE("blocks of one sample lie as they were drawn") {
  EpochOrder order(50, {1, 7}, 3);
  const auto drawn = drawn_for(order);
  CHECK(epoch_of(order, drawn, 1) == drawn);
}

TEST_CASE("samples of the blocks that are in memory together are mixed, and no others") {
  for (const std::size_t samples : {96U, 97U, 103U}) {  // a last block of 8, of 1, of 7
    EpochOrder order(samples, {8, 4}, 3);
    const auto drawn = drawn_for(order);
    CHECK(drawn.size() == (samples + 7) / 8);
    const auto all = epoch_of(order, drawn, 1);
    std::size_t at = 0;
    for (std::size_t group = 0; group < drawn.size(); group += 4) {
      std::set<std::size_t> wanted;
      for (std::size_t b = group; b < std::min(group + 4, drawn.size()); ++b)
        for (std::size_t s = 8 * drawn[b]; s < std::min<std::size_t>(samples, 8 * drawn[b] + 8); ++s) wanted.insert(s);
      const std::vector<std::size_t> taken(all.begin() + static_cast<std::ptrdiff_t>(at),
                                           all.begin() + static_cast<std::ptrdiff_t>(at + wanted.size()));
      CHECK(std::set(taken.begin(), taken.end()) == wanted);
      CHECK(!std::ranges::is_sorted(taken));
      at += wanted.size();
    }
    CHECK(at == samples);
    CHECK(epoch_of(order, drawn, 2) != all);
    EpochOrder other(samples, {8, 4}, 4);
    CHECK(epoch_of(other, drawn, 1) != all);
  }
}

TEST_CASE("an epoch goes on from any place as it would have without a stop") {
  EpochOrder order(103, {8, 4}, 3);
  const auto drawn = drawn_for(order);
  const auto all = epoch_of(order, drawn, 5);
  for (const std::size_t at_once : {1U, 5U, 32U, 60U}) {
    EpochOrder again(103, {8, 4}, 3);
    for (std::size_t first = 0; first < 103; ++first) {
      std::vector<std::size_t> some{77};
      const std::size_t count = std::min<std::size_t>(at_once, 103 - first);
      again.append(drawn, 5, first, count, some);
      REQUIRE(some.size() == count + 1);
      CHECK(std::equal(some.begin() + 1, some.end(), all.begin() + static_cast<std::ptrdiff_t>(first)));
    }
  }
}
