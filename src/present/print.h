// The printers over a Doc. gw is the worksheet language exactly; unicode is one line for people; LaTeX; sized has sizes under the factors.
#pragma once

#include <string>
#include <string_view>

#include "present/doc.h"
#include "source/columns.h"

namespace gradwright::view {

/// How tightly the outermost operator binds. Equal binding of * / .* ./ is never relied upon: mixed ones are put in parentheses.
enum class Level { compare, sum, product, postfix, atom };
[[nodiscard]] Level level(const Docs&, DocId);
/// Whether `child`, the argument number `place` of `parent`, needs parentheses. For people kron(A,B) stands as A ⊗ B, an operator.
[[nodiscard]] bool needs_parentheses(const Docs&, DocId parent, std::size_t place, bool for_people = true);

/// acos(−1), the one way in which the worksheet language says π.
[[nodiscard]] bool is_pi(const Docs&, DocId);
/// Of eye(n)[k,i] and delta(k,i), which people write as the bracket of Iverson: `k = i`. Empty for anything else.
[[nodiscard]] std::string delta_condition(const Docs&, DocId);

[[nodiscard]] std::string gw_text(const Docs&, DocId);
[[nodiscard]] std::string unicode_text(const Docs&, DocId);
/// With `sized`, each factor stands over its size by \\underset.
[[nodiscard]] std::string latex_text(const Docs&, DocId, bool sized = false);
[[nodiscard]] std::string mathml_text(const Docs&, DocId, bool sized);
[[nodiscard]] std::string mathml_name(std::string_view name);
/// The unicode formula over the sizes of its factors; it may be broken before operators and between arguments.
[[nodiscard]] Aligned sized(const Docs&, DocId);
/// `i+1,k` with the index letters and names spelled for LaTeX.
[[nodiscard]] std::string latex_indices(const std::string&);

}  // namespace gradwright::view
