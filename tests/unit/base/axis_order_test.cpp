#include "base/axis_order.h"

#include <doctest/doctest.h>

#include "base/hash.h"

using namespace gradwright;

TEST_CASE("entry [i,j,k] stands at (i·n2 + j)·n3 + k by rows, and is counted with i fastest") {
  const std::vector<std::size_t> places = row_major_places({2, 3, 4});
  REQUIRE(places.size() == 24);
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      for (std::size_t k = 0; k < 4; ++k) CHECK(places[i + 2 * j + 6 * k] == (i * 3 + j) * 4 + k);
    }
  }
  CHECK(row_major_places({}) == std::vector<std::size_t>{0});
  CHECK(row_major_places({3}) == std::vector<std::size_t>{0, 1, 2});
  CHECK(row_major_places({2, 0}).empty());
}

TEST_CASE("hashes tell apart texts, and numbers by their bits") {
  CHECK(hash_of(0, "a") != hash_of(0, "b"));
  CHECK(hash_of(0, std::string_view("a\0", 2)) != hash_of(0, "a"));
  CHECK(hash_of(0, "12345678") != hash_of(0, "123456789"));
  const double zero[] = {0.0}, minus[] = {-0.0};
  const float single[] = {0.5F};
  const double same[] = {0.5};
  CHECK(hash_of(0, std::span<const double>(zero)) != hash_of(0, std::span<const double>(minus)));
  CHECK(hash_of(0, std::span<const float>(single)) == hash_of(0, std::span<const double>(same)));
}
