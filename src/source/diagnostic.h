// Diagnostic: an error is data; text is made at the edge by a renderer (source/render.h).
// Codes and their wording live in one catalogue (source/catalogue.h).
#pragma once

#include <string>
#include <vector>

#include "source/text.h"

namespace gradwright {

enum class Severity { error, warning, note };

/// A span with a short text to stand under it; the primary one is the place of the diagnostic.
struct SpanLabel {
  Span span;
  std::string text;
};

/// An edit of the source that makes it right: `replacement` for `span`; `title` says it in words.
struct FixIt {
  Span span;
  std::string replacement;
  std::string title;
};

struct Diagnostic {
  std::string code;  ///< "G0203"; every code has a row in the catalogue
  Severity severity = Severity::error;
  std::string message;  ///< lower case, what was seen
  Span span;            ///< the place
  std::vector<SpanLabel> labels;
  std::vector<std::string> notes;  ///< where each dimension came from, why
  std::vector<std::string> helps;  ///< ways out in words
  std::vector<FixIt> fixits;       ///< ways out as edits
};

}  // namespace gradwright
