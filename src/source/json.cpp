#include <nlohmann/json.hpp>

#include "source/render.h"

namespace gradwright {
namespace {

nlohmann::json span_json(const Text& text, Span span) {
  const Place begin = text.place(span.begin);
  const Place end = text.place(span.end);
  const std::size_t last = end.line == begin.line ? end.column : begin.column + 1;
  return {{"line", begin.line}, {"start", begin.column}, {"end", std::max(begin.column, last)}};
}

/// What an edit replaces, empty where it inserts; `end` is in `end_line`, where that is another one.
nlohmann::json edited_json(const Text& text, Span span) {
  const Place begin = text.place(span.begin), end = text.place(std::max(span.begin, span.end));
  nlohmann::json found{{"line", begin.line}, {"start", begin.column}, {"end", end.column}};
  if (end.line != begin.line) found["end_line"] = end.line;
  return found;
}

}  // namespace

std::string json_text(std::span<const Diagnostic> diagnostics, const Text& text) {
  nlohmann::json all = nlohmann::json::array();
  for (const Diagnostic& diagnostic : diagnostics) {
    nlohmann::json notes = diagnostic.notes;
    for (const std::string& help : diagnostic.helps) notes.push_back("help: " + help);
    nlohmann::json fixits = nlohmann::json::array();
    for (const FixIt& fixit : diagnostic.fixits) {
      fixits.push_back(
          {{"span", edited_json(text, fixit.span)}, {"replacement", fixit.replacement}, {"title", fixit.title}});
    }
    const char* severity = diagnostic.severity == Severity::error     ? "error"
                           : diagnostic.severity == Severity::warning ? "warning"
                                                                      : "note";
    all.push_back({{"code", diagnostic.code},
                   {"severity", severity},
                   {"message", diagnostic.message},
                   {"span", span_json(text, diagnostic.span)},
                   {"notes", notes},
                   {"fixits", fixits}});
  }
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace gradwright
