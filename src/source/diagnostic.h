// Diagnostic: an error is data; text is made at the edge by a renderer (source/render.h).
//   error("G0504", "the size `n` has no value").at(span).note("…").help("give it: `--size n=64`")
// Its words are for people alone. What another room has to know of it stands in its fact: rewording a message changes no answer.
// Codes and their wording live in one catalogue (source/catalogue.h).
#pragma once

#include <string>
#include <utility>
#include <variant>
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

/// The extent of an axis: a number, a size by its name, or a polynomial in such names.
struct Extent {
  std::string atom;                  ///< "3" or "n"; empty for 2*n + 1
  std::vector<std::string> symbols;  ///< the names that stand in it
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// Sizes that do not fit, each with its extents; those that are compared stand first.
struct SizeMismatch {
  enum class Rule {
    equal,  ///< extents are equal axis by axis
    inner,  ///< the last extent of the first is the first one of the second, as in a matrix product
  };
  std::vector<std::vector<Extent>> sizes;
  Rule rule = Rule::equal;
  friend bool operator==(const SizeMismatch&, const SizeMismatch&) = default;
};

/// A name that nothing declares or defines.
struct UnknownName {
  std::string name;
  friend bool operator==(const UnknownName&, const UnknownName&) = default;
};

/// What a room may read of a diagnostic beyond its code; there are only those that some room reads.
using Fact = std::variant<std::monostate, SizeMismatch, UnknownName>;

struct Diagnostic {
  /// What each way of making one does first; the parts follow in any order, on a new one or on one that is kept.
  Diagnostic(std::string the_code, Severity the_severity, std::string the_message);

  Diagnostic& at(Span place) &;
  Diagnostic& label(Span place, std::string text) &;
  Diagnostic& note(std::string text) &;
  Diagnostic& help(std::string text) &;
  Diagnostic& fix(Span place, std::string replacement, std::string title) &;
  Diagnostic& about(Fact) &;
  Diagnostic&& at(Span place) && { return std::move(at(place)); }
  Diagnostic&& label(Span place, std::string text) && { return std::move(label(place, std::move(text))); }
  Diagnostic&& note(std::string text) && { return std::move(note(std::move(text))); }
  Diagnostic&& help(std::string text) && { return std::move(help(std::move(text))); }
  Diagnostic&& fix(Span place, std::string replacement, std::string title) && {
    return std::move(fix(place, std::move(replacement), std::move(title)));
  }
  Diagnostic&& about(Fact what) && { return std::move(about(std::move(what))); }

  /// The fact of this kind; nothing where it is about something else.
  template <typename OneFact>
  [[nodiscard]] const OneFact* fact_as() const {
    return std::get_if<OneFact>(&fact);
  }

  std::string code;  ///< "G0203"; every code has a row in the catalogue
  Severity severity = Severity::error;
  std::string message;  ///< lower case, what was seen
  Span span;            ///< the place
  std::vector<SpanLabel> labels;
  std::vector<std::string> notes;  ///< where each dimension came from, why
  std::vector<std::string> helps;  ///< ways out in words
  std::vector<FixIt> fixits;       ///< ways out as edits
  Fact fact;
};

[[nodiscard]] inline Diagnostic error(std::string code, std::string message) {
  return {std::move(code), Severity::error, std::move(message)};
}
[[nodiscard]] inline Diagnostic warning(std::string code, std::string message) {
  return {std::move(code), Severity::warning, std::move(message)};
}
[[nodiscard]] inline Diagnostic note(std::string code, std::string message) {
  return {std::move(code), Severity::note, std::move(message)};
}

/// How words of diagnostics are put from now on, for a test that shows that no answer depends on them. Nothing: as they are written.
void set_wording(std::string (*worded)(std::string));

}  // namespace gradwright
