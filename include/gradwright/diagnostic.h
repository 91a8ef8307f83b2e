// What is wrong with a text: where, why, and the way out. A value; `rendered` makes text of it, as the best compilers do.
//
//   const gw::Sheet sheet = gw::Sheet::read("x : R[3]\nW : R[2,2]\nz = W*x\n");
//   for (const gw::Diagnostic& one : sheet.diagnostics()) std::fputs(gw::rendered(one).c_str(), stderr);
// Each function in use: examples/embed/diagnostic.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace gw {

/// A note ends nothing; a warning neither; of a text with an error only what does not rest on it is used.
enum class Severity { error, warning, note };

/// Where something stands: line and column count from 1, columns in characters (code points); `begin` and `end` are bytes from 0, `end` is
/// one past the last. No place: line 0.
struct Place {
  std::size_t line = 0, column = 0;
  std::size_t begin = 0, end = 0;
};

/// A place with a short text to stand under it.
struct Label {
  Place place;
  std::string text;
};

/// An edit of the text that mends it: `replacement` for what stands at `place`; `title` says it in words.
struct Edit {
  Place place;
  std::string replacement, title;
};

/// The text that places point into; only the library looks inside.
class Source;

struct Diagnostic {
  std::string code;  ///< "G0203": docs/reference/errors.md lists all, with cause and way out
  Severity severity = Severity::error;
  std::string message;  ///< what was seen, in lower case
  std::string file;     ///< the name of the text
  Place place;
  std::vector<Label> labels;
  std::vector<std::string> notes;  ///< where each size comes from, why
  std::vector<std::string> helps;  ///< ways out in words
  std::vector<Edit> edits;         ///< ways out as edits
  std::shared_ptr<const Source> source = nullptr;
};

/// How text for a terminal looks.
struct Style {
  bool colour = false;
  bool unicode = true;     ///< characters beyond ASCII are allowed
  std::size_t width = 80;  ///< columns, at which sentences and formulas are broken
};

/// The diagnostic with its lines of the text, marked; ends with a newline. Without a place: what it says, its notes and helps.
[[nodiscard]] std::string rendered(const Diagnostic&, const Style& = {});
[[nodiscard]] std::string rendered(const std::vector<Diagnostic>&, const Style& = {});
/// A JSON array: [{"code","severity","message","span":{"line","start","end"},"notes":[…],"fixits":[…]}]; start and end are columns.
[[nodiscard]] std::string json(const std::vector<Diagnostic>&);
/// The diagnostic with its place, the bytes from `begin` to before `end`, in a text of the caller's own that messages call `name`; none where they
/// hold nothing.
[[nodiscard]] Diagnostic placed(Diagnostic, std::string text, std::string name, std::size_t begin, std::size_t end);
/// Whether one of them is an error.
[[nodiscard]] bool has_errors(const std::vector<Diagnostic>&);

/// A page for a terminal: lines wider than so many columns are broken at spaces, what follows two columns further right than their beginning.
[[nodiscard]] std::string fitted(std::string_view page, std::size_t width);
/// A sentence in lines of at most so many columns, `first` before the first and `indent` before the others, each with its newline.
[[nodiscard]] std::string wrapped(std::string_view sentence, std::string_view first, std::string_view indent,
                                  std::size_t width);
/// Columns that a text takes on a terminal.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// A value, or why there is none.
template <class T>
using Result = tl::expected<T, Diagnostic>;

}  // namespace gw
