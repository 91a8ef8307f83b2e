// From the textbook formula to the one that computers can add up: log Σ exp x becomes logsumexp, log(1/(1 + exp(−x))) becomes −softplus(−x).
// Named rows, tried at every node, operands first; each keeps the value where the textbook formula has one.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ir/pool.h"

namespace gradwright {

struct StableForm {
  std::string_view name;
  std::string_view statement;
  Expr (*form)(Pool&, Expr);  ///< none where the row does not fit
};

[[nodiscard]] std::span<const StableForm> stable_forms();
/// `used`: names of the rows that fired, in order, where wanted.
[[nodiscard]] std::vector<Expr> stabilised(Pool&, const std::vector<Expr>& roots,
                                           std::vector<std::string_view>* used = nullptr);

}  // namespace gradwright
