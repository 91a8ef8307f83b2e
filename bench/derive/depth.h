// The deep network of the benchmark: tanh layers of width 3 and a squared error, derived by its first weight matrix.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>

namespace gradwright::bench {

inline std::string deep_network(int layers) {
  std::string sheet = "x, y : R[3]\n";
  for (int i = 1; i <= layers; ++i) fmt::format_to(std::back_inserter(sheet), "param W{} : R[3,3]\n", i);
  std::string below = "x";
  for (int i = 1; i <= layers; ++i) {
    fmt::format_to(std::back_inserter(sheet), "z{0} = W{0}*{1}\na{0} = tanh(z{0})\n", i, below);
    below = fmt::format("a{}", i);
  }
  return sheet + fmt::format("L = 1/2*sum(({} - y)^2)\nderive L wrt W1\n", below);
}

}  // namespace gradwright::bench
