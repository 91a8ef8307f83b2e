// `claim latex: …` and `claim numpy: …`: lines of another notation inside a worksheet.
#pragma once

#include <optional>
#include <string_view>

#include "source/text.h"

namespace gradwright::formula {

struct RawClaim {
  Span word;      ///< `claim`
  Span language;  ///< `latex`, `numpy`
  Span colon;
  Span text;  ///< the rest of the line, and the lines below that are indented deeper; without a comment at its end
  std::size_t stop = 0;  ///< the end of its last line
};

/// The one that begins at `at`; none where another statement does.
[[nodiscard]] std::optional<RawClaim> raw_claim_at(std::string_view source, std::size_t at);

}  // namespace gradwright::formula
