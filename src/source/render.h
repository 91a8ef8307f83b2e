// Renderers: Diagnostics to a terminal and to JSON. Nothing here prints; both return text.
#pragma once

#include <span>
#include <string>

#include "source/columns.h"
#include "source/diagnostic.h"
#include "source/text.h"

namespace gradwright {

struct TerminalStyle {
  bool colour = false;
  bool unicode = true;              ///< box and caret characters beyond ASCII are allowed
  std::size_t width = usual_width;  ///< columns
};

/// One diagnostic as in the best compilers:
///   error[G0203]: message
///      --> file:line:column
///   16 | source line
///      | ~~~~ ^ ~~    `^` under the place, `~` under labels, aligned by display width
///      = notes, then help lines; an edit is shown as the line it makes:
///   16 + fixed line
[[nodiscard]] std::string terminal_text(const Diagnostic&, const Text&, const TerminalStyle&);
[[nodiscard]] std::string terminal_text(std::span<const Diagnostic>, const Text&, const TerminalStyle&);
/// One without a place: what it says, its notes and help.
[[nodiscard]] std::string terminal_remarks(const Diagnostic&, const TerminalStyle&);

/// [{"code","severity","message","span":{"line","start","end"},"notes":[…],"fixits":[…]}]; start and end are columns
/// (characters from 1, end exclusive) in that line; a fix-it is {"span","replacement","title"}; helps join the notes as "help: …".
[[nodiscard]] std::string json_text(std::span<const Diagnostic>, const Text&);

}  // namespace gradwright
