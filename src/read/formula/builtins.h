// The built-in functions that are not elementwise: one row each (name, arity, how to make it).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "read/formula/ast.h"
#include "read/formula/value.h"

namespace gradwright::formula {

class Elaborator;

struct Builtin {
  std::string_view name;
  std::size_t least, most;  ///< how many arguments
  std::string_view usage;   ///< "1 argument", "a matrix and its new size (3 arguments)"
  Value (*make)(Elaborator&, Ast call);
};

[[nodiscard]] const Builtin* builtin_named(std::string_view name);
/// Elementwise functions too.
[[nodiscard]] bool is_builtin(std::string_view name);
[[nodiscard]] std::vector<std::string_view> builtin_names();
/// `sum(k, …)` and `prod(k, …)`: all arguments but the last are indices.
[[nodiscard]] bool is_index_reduction(const AstNode&);

}  // namespace gradwright::formula
