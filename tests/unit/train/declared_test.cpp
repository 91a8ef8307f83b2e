// What a sheet declares of its data, in samples that keep it and samples that break it by one entry.
#include "train/declared.h"

#include <doctest/doctest.h>

#include <tuple>

#include "ir/make.h"

using namespace gradwright;

namespace {

using Sample = std::vector<double>;

struct Case {
  Property property;
  Sample good, bad;
};

Declared declared(Property property, std::int64_t rows, std::int64_t columns, bool is_batched = false) {
  static Pool pool;
  const Shape surface{pool.dims().constant(rows), pool.dims().constant(columns)};
  const std::string name = "A" + std::to_string(static_cast<unsigned>(property)) + "_" + std::to_string(rows) + "_" +
                           std::to_string(columns);
  Slot slot{{}, static_cast<std::size_t>(rows * columns), false};
  if (is_batched) {
    slot.extents = {columns};
    slot.width = static_cast<std::size_t>(columns);
    slot.samples_first = true;
  } else {
    if (rows != 1) slot.extents.push_back(rows);
    if (columns != 1) slot.extents.push_back(columns);
  }
  const Expr input = make_input(pool, {name, Role::data, property, surface});
  return {pool, input, slot, is_batched};
}

}  // namespace

TEST_CASE("matrices column by column") {
  for (const Case& one :
       {Case{Property::binary, {0, 1, 1, 0}, {0, 1, 2, 0}}, Case{Property::pm1, {-1, 1, 1, -1}, {-1, 1, 0, 1}},
        Case{Property::positive, {1, 2, 3, 0.5}, {1, 2, 0, 1}},
        Case{Property::prob, {0.25, 0.25, 0.5, 0}, {0.25, 0.25, 0.5, 0.5}},
        Case{Property::simplex_rows, {0.25, 1, 0.75, 0}, {0.25, 0.75, 0.75, 0.75}},
        Case{Property::simplex_cols, {0.25, 0.75, 1, 0}, {0.25, 1, 0.75, 0}},
        Case{Property::onehot_rows, {1, 1, 0, 0}, {1, 0, 1, 0}},
        Case{Property::onehot_cols, {1, 0, 1, 0}, {1, 1, 0, 0}}, Case{Property::diagonal, {1, 0, 0, 2}, {1, 0, 3, 2}},
        Case{Property::lower, {1, 5, 0, 2}, {1, 0, 3, 2}}, Case{Property::upper, {1, 0, 3, 2}, {1, 5, 0, 2}},
        Case{Property::symmetric, {1, 5, 5, 2}, {1, 5, 4, 2}}, Case{Property::spd, {1, 0, 0, 2}, {1, 0, 0, -2}}}) {
    const Declared it = declared(one.property, 2, 2);
    CHECK(it.says_something());
    CHECK_FALSE(it.broken(one.good, 3));
    const auto fault = it.broken(one.bad, 3);
    REQUIRE(fault);
    CHECK(fault->code == "G0543");
    CHECK(fault->message.find("row 3") != std::string::npos);
    CHECK_FALSE(fault->helps.empty());
  }
}

TEST_CASE("a vector is onehot or a simplex") {
  for (const auto& [property, rows, columns] :
       {std::tuple{Property::onehot_cols, 3, 1}, std::tuple{Property::onehot_rows, 1, 3}}) {
    CHECK_FALSE(declared(property, rows, columns).broken(Sample{0, 1, 0}, 2));
    for (const Sample& bad : {Sample{0, 1, 1}, Sample{0, 0, 0}, Sample{0.5, 0.5, 0}, Sample{1, 1, -1}}) {
      const auto fault = declared(property, rows, columns).broken(bad, 2);
      REQUIRE(fault);
      CHECK(fault->message.find("is declared `onehot`, and in row 2 of the data") != std::string::npos);
      CHECK(fault->notes.at(0) == "`onehot`: 0 but for one 1");
    }
  }
  for (const auto& [property, rows, columns] :
       {std::tuple{Property::simplex_cols, 3, 1}, std::tuple{Property::simplex_rows, 1, 3}}) {
    CHECK_FALSE(declared(property, rows, columns).broken(Sample{0.25, 0.5, 0.25}, 2));
    for (const Sample& bad : {Sample{0.5, 0.5, 0.5}, Sample{1.5, -0.5, 0}}) {
      const auto fault = declared(property, rows, columns).broken(bad, 2);
      REQUIRE(fault);
      CHECK(fault->message.find("is declared `simplex`") != std::string::npos);
    }
  }
}

TEST_CASE("a column, a row, a number, a sample of a batch") {
  CHECK_FALSE(declared(Property::onehot_cols, 3, 1).broken(Sample{0, 1, 0}, 1));
  CHECK(declared(Property::onehot_cols, 3, 1).broken(Sample{0, 0, 0}, 1));
  CHECK_FALSE(declared(Property::onehot_rows, 1, 3).broken(Sample{0, 0, 1}, 1));
  CHECK(declared(Property::prob, 1, 1).broken(Sample{1.5}, 1));
  CHECK_FALSE(declared(Property::prob, 1, 1).broken(Sample{0.5}, 1));
  CHECK(declared(Property::onehot_rows, 5, 3, true).broken(Sample{1, 1, 0}, 1));
  CHECK_FALSE(declared(Property::onehot_rows, 5, 3, true).broken(Sample{0, 1, 0}, 1));
  CHECK_FALSE(declared(Property::onehot_cols, 5, 3, true).says_something());  // it speaks of all samples together
  CHECK_FALSE(declared(Property::none, 3, 1).says_something());
}
