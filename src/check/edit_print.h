// An edited Ast as text: what is unchanged stands as the person wrote it, brackets and spaces too; what is new has the standard spelling
// with as few brackets as its meaning allows.
#pragma once

#include <string>
#include <string_view>

#include "read/formula/ast.h"

namespace gradwright::check {

/// Nodes with a span stand at it in `written`.
[[nodiscard]] std::string printed(const formula::AstPool&, formula::Ast, std::string_view written);

}  // namespace gradwright::check
