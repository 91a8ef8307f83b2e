// A small plan without loops: it is run once over names instead of numbers. Equal operations are one node, sums are trees.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emit/c.h"

namespace gradwright::emitting {

struct StraightLine {
  enum class Kind : std::uint8_t {
    number,
    data,     ///< the `place`-th number of this step's data
    fixed,    ///< w[place], the same in all steps
    state,    ///< w[place], as the step before left it
    call,     ///< op of args
    largest,  ///< of args 0 and 1; nan where one of them is
    smallest
  };
  using Name = std::uint32_t;
  struct Node {
    Kind kind = Kind::number;
    Op op = Op::constant;
    std::array<Name, 3> args{};
    double number = 0;
    std::int64_t place = 0;
    [[nodiscard]] std::size_t arg_count() const;
  };
  struct Hash {
    std::size_t operator()(const Node&) const;
  };
  struct Same {
    bool operator()(const Node&, const Node&) const;
  };
  std::vector<Node> nodes;                             ///< each after its args, and each needed
  std::vector<std::pair<std::int64_t, Name>> outputs;  ///< w[place] = node
  std::vector<std::pair<std::int64_t, Name>> states;   ///< those that change
};

/// Of a plan whose places in memory do not depend on data (is_straight_line).
[[nodiscard]] StraightLine straight_line(const CFunction&);
/// Leaves out what no output and no state needs.
void keep_needed(StraightLine&);

}  // namespace gradwright::emitting
