// The rows of the simplifier. A row rewrites one node whose operands are already simple, or says nothing.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ir/make.h"
#include "ir/names.h"

namespace gradwright {

struct Rule {
  std::string_view name;
  std::string_view statement;  ///< the identity, in the worksheet language
  std::string_view condition;  ///< when it holds; empty: always
  Kind kind;                   ///< of the node it looks at
  std::optional<Expr> (*rewrite)(Pool&, Expr, const Names&);
};

[[nodiscard]] std::span<const Rule> product_rules();
[[nodiscard]] std::span<const Rule> sum_rules();
[[nodiscard]] std::span<const Rule> map_rules();
[[nodiscard]] std::span<const Rule> logistic_rules();
[[nodiscard]] std::span<const Rule> reshape_rules();
[[nodiscard]] std::span<const Rule> conjugate_rules();
[[nodiscard]] std::span<const Rule> cancelling_rules();
[[nodiscard]] std::span<const Rule> sharing_rules();
[[nodiscard]] std::span<const Rule> window_rules();
[[nodiscard]] std::span<const Rule> selection_rules();
[[nodiscard]] std::span<const Rule> others_rules();
/// All rows, in the order in which they are tried.
[[nodiscard]] std::vector<Rule> all_rules();

}  // namespace gradwright
