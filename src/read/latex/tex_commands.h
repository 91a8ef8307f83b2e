// The commands of LaTeX that stand in formulas, by what they do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gradwright::latex {

/// Of a command that leaves no trace (spacing, \left, \label): how many arguments go with it.
[[nodiscard]] std::optional<int> ignored_arguments(std::string_view command);
/// The plain name of an operator: `odot` for \circ, `<=` for \leq; `implies` for what separates statements.
[[nodiscard]] std::optional<std::string> sign_of(std::string_view command);
/// The opening bracket that stands for the pair: ( [ { | || <
[[nodiscard]] std::optional<std::string> opened_bracket(std::string_view command);
[[nodiscard]] std::optional<std::string> closed_bracket(std::string_view command);
/// hat, bar, tilde …; empty for one that changes nothing (\vec).
[[nodiscard]] std::optional<std::string> accent_of(std::string_view command);
[[nodiscard]] bool is_style(std::string_view command);
[[nodiscard]] bool is_upright(std::string_view command);
[[nodiscard]] bool is_blackboard(std::string_view command);
[[nodiscard]] bool is_function_command(std::string_view command);

}  // namespace gradwright::latex
