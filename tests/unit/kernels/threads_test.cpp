#include "kernels/threads.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <thread>
#include <vector>

#include "kernels/abi.h"
#include "kernels/denormals.h"

using namespace gradwright;
using namespace gradwright::kernels;

namespace {

struct Counts {
  std::vector<std::atomic<int>> done;
  explicit Counts(std::size_t count) : done(count) {}
  static void one(void* self, std::int64_t i) { ++static_cast<Counts*>(self)->done[static_cast<std::size_t>(i)]; }
  [[nodiscard]] bool all_are(int n) const {
    for (const auto& x : done) {
      if (x != n) return false;
    }
    return true;
  }
};

}  // namespace

TEST_CASE("each piece is done once, whatever the number of pieces and threads") {
  for (const int count : {1, 2, 5, 3, 1, 8}) {
    use_threads(count);
    CHECK(threads() == count);
    for (const std::int64_t pieces : {0, 1, 2, 7, 255, 256, 257, 5000}) {
      Counts counts(static_cast<std::size_t>(pieces));
      for_pieces(pieces, Counts::one, &counts);
      CHECK(counts.all_are(1));
    }
  }
  use_threads(0);
}

TEST_CASE("a thread may say how many work for it, while others keep what they have") {
  use_threads(2);
  {
    const ThreadsHere outer(5);
    CHECK(threads() == 5);
    {
      const ThreadsHere inner(1), unchanged(0);
      CHECK(threads() == 1);
      const auto caller = std::this_thread::get_id();
      struct Seen {
        std::thread::id caller;
        std::atomic<bool> is_elsewhere{false};
      } seen{caller, {}};
      for_pieces(
          100,
          [](void* self, std::int64_t) {
            Seen& it = *static_cast<Seen*>(self);
            if (std::this_thread::get_id() != it.caller) it.is_elsewhere = true;
          },
          &seen);
      CHECK_FALSE(seen.is_elsewhere);
    }
    CHECK(threads() == 5);
    int other = 0;
    std::thread([&] { other = threads(); }).join();
    CHECK(other == 2);
  }
  CHECK(threads() == 2);
  use_threads(0);
}

TEST_CASE("the smallest numbers are zero where the caller asks for it, on every thread that works for it") {
  use_threads(4);
  struct Halves {
    volatile float least = std::numeric_limits<float>::min();
    std::atomic<int> zeros{0};
    static void one(void* self, std::int64_t) {
      Halves& it = *static_cast<Halves*>(self);
      if (it.least * 0.5F == 0.0F) ++it.zeros;
    }
  };
  for (int round = 0; round < 20; ++round) {
    Halves as_zero, as_they_are;
    {
      const DenormalsAsZero flushed;
      for_pieces(64, Halves::one, &as_zero);
    }
    for_pieces(64, Halves::one, &as_they_are);
    CHECK(as_zero.zeros == 64);
    CHECK(as_they_are.zeros == 0);
  }
  use_threads(0);
}

TEST_CASE("pieces that keep their caller waiting are done once, too") {
  use_threads(4);
  for (int turn = 0; turn < 20; ++turn) {
    Counts counts(4);
    for_pieces(
        4,
        [](void* self, std::int64_t i) {
          if (i == 3) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          Counts::one(self, i);
        },
        &counts);
    CHECK(counts.all_are(1));
  }
  use_threads(0);
}

TEST_CASE("many callers at once, and callers within pieces") {
  use_threads(3);
  Counts counts(64);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (int turn = 0; turn < 500; ++turn) for_pieces(64, Counts::one, &counts);
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(counts.all_are(2000));
  Counts inner(16);
  for_pieces(
      8, [](void* self, std::int64_t) { for_pieces(16, Counts::one, self); }, &inner);
  CHECK(inner.all_are(8));
  use_threads(0);
}

TEST_CASE("a range is covered by pieces of at least the grain") {
  use_threads(4);
  for (const std::int64_t count : {0, 1, 9, 10, 1000, 1001}) {
    struct Seen {
      std::vector<std::atomic<int>> at;
      std::atomic<bool> is_short{false};
    } seen{std::vector<std::atomic<int>>(static_cast<std::size_t>(count)), {}};
    kernel_table().parallel(
        count, 10,
        [](void* self, std::int64_t begin, std::int64_t end) {
          Seen& it = *static_cast<Seen*>(self);
          if (end - begin < 10 && it.at.size() >= 10) it.is_short = true;
          for (std::int64_t i = begin; i < end; ++i) ++it.at[static_cast<std::size_t>(i)];
        },
        &seen);
    for (const auto& x : seen.at) CHECK(x == 1);
    CHECK_FALSE(seen.is_short);
  }
  use_threads(0);
}
