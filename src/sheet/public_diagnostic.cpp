// gw::Diagnostic: from those of the rooms, and back where one is written.
#include <algorithm>

#include "sheet/public_values.h"
#include "source/render.h"

namespace gw {
namespace {

gradwright::Span span_of(const Place& place) {
  return {static_cast<std::uint32_t>(place.begin), static_cast<std::uint32_t>(place.end)};
}

gradwright::Severity severity_of(Severity severity) {
  switch (severity) {
    case Severity::error: return gradwright::Severity::error;
    case Severity::warning: return gradwright::Severity::warning;
    case Severity::note: return gradwright::Severity::note;
  }
  return gradwright::Severity::error;
}

Severity public_value(gradwright::Severity severity) {
  switch (severity) {
    case gradwright::Severity::error: return Severity::error;
    case gradwright::Severity::warning: return Severity::warning;
    case gradwright::Severity::note: return Severity::note;
  }
  return Severity::error;
}

gradwright::Diagnostic plain(const Diagnostic& one) {
  gradwright::Diagnostic found(one.code, severity_of(one.severity), one.message);
  found.span = span_of(one.place);
  found.notes = one.notes;
  found.helps = one.helps;
  for (const Label& label : one.labels) found.labels.push_back({span_of(label.place), label.text});
  for (const Edit& edit : one.edits) found.fixits.push_back({span_of(edit.place), edit.replacement, edit.title});
  return found;
}

/// One after another, those of one text at a time: `written` gets them with their text.
template <class Written>
void each_text(const std::vector<Diagnostic>& all, Written written) {
  const gradwright::Text nothing("", "");
  for (std::size_t first = 0; first < all.size();) {
    std::vector<gradwright::Diagnostic> group;
    std::size_t end = first;
    for (; end < all.size() && all[end].source == all[first].source; ++end) group.push_back(plain(all[end]));
    written(group, all[first].source == nullptr ? nothing : all[first].source->text);
    first = end;
  }
}

}  // namespace

Place place_of(const gradwright::Text& text, gradwright::Span span) {
  const gradwright::Place begin = text.place(span.begin);
  return {begin.line, begin.column, span.begin, span.end};
}

Diagnostic public_diagnostic(const gradwright::Diagnostic& one, const SharedSource& source) {
  const gradwright::Text& text = source->text;
  Diagnostic found{one.code,
                   public_value(one.severity),
                   one.message,
                   text.name(),
                   place_of(text, one.span),
                   {},
                   one.notes,
                   one.helps,
                   {},
                   source};
  for (const gradwright::SpanLabel& label : one.labels)
    found.labels.push_back({place_of(text, label.span), label.text});
  for (const gradwright::FixIt& fixit : one.fixits)
    found.edits.push_back({place_of(text, fixit.span), fixit.replacement, fixit.title});
  return found;
}

std::vector<Diagnostic> public_diagnostics(const std::vector<gradwright::Diagnostic>& all, const SharedSource& source) {
  std::vector<Diagnostic> found;
  for (const gradwright::Diagnostic& one : all) found.push_back(public_diagnostic(one, source));
  return found;
}

Diagnostic public_fault(const gradwright::Diagnostic& one, const SharedSource& source) {
  Diagnostic found = public_diagnostic(one, source);
  if (one.span.is_empty()) found.place = {};
  return found;
}

gradwright::TerminalStyle style_of(const Style& style) { return {style.colour, style.unicode, style.width}; }

std::optional<Diagnostic> first_error(const Sheet& sheet) {
  const auto& all = sheet.state().diagnostics;
  const auto found = std::ranges::find(all, Severity::error, &Diagnostic::severity);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

tl::unexpected<Diagnostic> fault_of(const Sheet& sheet, const gradwright::Diagnostic& one) {
  return tl::unexpected(public_fault(one, sheet.state().source));
}

std::string rendered(const Diagnostic& one, const Style& style) {
  if (one.place.line == 0 || one.source == nullptr) return terminal_remarks(plain(one), style_of(style));
  return terminal_text(plain(one), one.source->text, style_of(style));
}

std::string rendered(const std::vector<Diagnostic>& all, const Style& style) {
  std::string text;
  for (const Diagnostic& one : all) text += (text.empty() ? "" : "\n") + rendered(one, style);
  return text;
}

std::string json(const std::vector<Diagnostic>& all) {
  std::string inner;
  each_text(all, [&](const std::vector<gradwright::Diagnostic>& group, const gradwright::Text& text) {
    const std::string array = json_text(group, text);
    inner += (inner.empty() ? "" : ",") + array.substr(1, array.size() - 2);
  });
  return "[" + inner + "]";
}

Diagnostic placed(Diagnostic one, std::string text, std::string name, std::size_t begin, std::size_t end) {
  const auto source = std::make_shared<const Source>(gradwright::Text(std::move(name), std::move(text)));
  const auto inside = [&](std::size_t at) {
    return static_cast<std::uint32_t>(std::min(at, source->text.content().size()));
  };
  const gradwright::Span span{inside(begin), inside(end)};
  one.file = source->text.name();
  one.place = span.is_empty() ? Place() : place_of(source->text, span);
  one.source = source;
  return one;
}

std::string fitted(std::string_view page, std::size_t width) { return gradwright::fitted(page, width); }

std::string wrapped(std::string_view sentence, std::string_view first, std::string_view indent, std::size_t width) {
  return gradwright::wrapped(sentence, first, indent, width);
}

std::size_t columns_of(std::string_view text) { return gradwright::display_width(text); }

bool has_errors(const std::vector<Diagnostic>& all) {
  return std::ranges::any_of(all, [](const Diagnostic& one) { return one.severity == Severity::error; });
}

}  // namespace gw
