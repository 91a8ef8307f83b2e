// The terminal renderer. Control characters of the source are shown as `?`, tabs as a space: a worksheet cannot write to the terminal.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "source/render.h"

namespace gradwright {
namespace {

std::string printable(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    clean += c == '\t' ? ' ' : byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return clean;
}

class Painter {
 public:
  explicit Painter(bool on) : on_(on) {}
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const {
    return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }

 private:
  bool on_;
};

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "note";
}

std::string_view tone_of(Severity severity) {
  return severity == Severity::error ? "1;31" : severity == Severity::warning ? "1;33" : "1;36";
}

/// What stands under one source line: `~` under labels, `^` under the primary span.
std::string marks(std::string_view line, std::uint32_t line_begin, const std::vector<std::pair<Span, char>>& spans) {
  std::string under;
  for (const auto& [span, mark] : spans) {
    const auto clip = [&](std::uint32_t offset) {
      return std::min<std::size_t>(offset > line_begin ? offset - line_begin : 0, line.size());
    };
    const std::size_t begin = clip(span.begin);
    const std::size_t end = std::max(begin, clip(span.end));
    const std::size_t column = display_width(line.substr(0, begin));
    const std::size_t width = std::max<std::size_t>(1, display_width(line.substr(begin, end - begin)));
    if (under.size() < column + width) under.resize(column + width, ' ');
    for (std::size_t i = column; i < column + width; ++i) {
      if (mark == '^' || under[i] == ' ') under[i] = mark;
    }
  }
  return under;
}

constexpr std::string_view cut = "…";

/// Bytes of a line that are shown where it is wider than the terminal: what stands at `place`, with a quarter of the room before it.
Span shown_part(std::string_view line, std::size_t place, std::size_t room) {
  const auto size = static_cast<std::uint32_t>(line.size());
  if (display_width(line) <= room) return {0, size};
  room -= std::min<std::size_t>(room, 2);  // of the two cuts
  const std::size_t column = display_width(line.substr(0, place));
  const std::size_t last = display_width(line) - std::min(display_width(line), room);
  const std::size_t from = std::min(column - std::min(column, room / 4), last);
  const std::size_t begin = bytes_of_columns(line, from);
  const std::size_t end = begin + bytes_of_columns(line.substr(begin), room);
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

std::string excerpt(std::string_view line, Span part) {
  return (part.begin > 0 ? std::string(cut) : "") + printable(line.substr(part.begin, part.end - part.begin)) +
         (part.end < line.size() ? std::string(cut) : "");
}

/// The source lines once the edit is made, which makes one of them.
std::string fixed_line(const Text& text, const FixIt& fixit) {
  const auto parted = [&](std::uint32_t offset) {
    const std::size_t number = text.place(offset).line;
    const std::string_view line = text.line(number);
    return std::pair(line, std::min<std::size_t>(offset - text.line_begin(number), line.size()));
  };
  const auto [first, begin] = parted(fixit.span.begin);
  const auto [last, end] = parted(std::max(fixit.span.begin, fixit.span.end));
  return std::string(first.substr(0, begin)) + fixit.replacement + std::string(last.substr(end));
}

/// `error[G0203]: message`, broken to the width.
std::string headline(const Diagnostic& diagnostic, const Painter& painter, std::size_t width) {
  const std::string head = fmt::format("{}[{}]", word(diagnostic.severity), diagnostic.code);
  std::string lines = wrapped(head + ": " + printable(diagnostic.message), "", "  ", width);
  lines.pop_back();
  return painter.paint(tone_of(diagnostic.severity), head) +
         painter.paint("1", std::string_view(lines).substr(head.size())) + "\n";
}

/// `= help: …` under the gutter, broken to the width.
std::string remark(std::string_view lead, std::string_view words, std::size_t gutter, const Painter& painter,
                   std::size_t width) {
  const std::string first = fmt::format("{:>{}} = {}", "", gutter, lead);
  const std::string lines = wrapped(printable(words), first, std::string(display_width(first), ' '), width);
  return fmt::format("{:>{}} {} {}{}", "", gutter, painter.paint("34", "="),
                     lead.empty() ? "" : painter.paint("32", lead), lines.substr(first.size()));
}

}  // namespace

std::string terminal_text(const Diagnostic& diagnostic, const Text& text, const TerminalStyle& style) {
  const Painter painter(style.colour);
  const std::string_view tone = tone_of(diagnostic.severity);
  std::string out = headline(diagnostic, painter, style.width);
  const Place place = text.place(diagnostic.span.begin);
  std::map<std::size_t, std::vector<std::pair<Span, char>>> lines;
  lines[place.line].emplace_back(diagnostic.span, '^');
  for (const SpanLabel& label : diagnostic.labels) {
    const bool primary = label.span == diagnostic.span;
    if (!primary) lines[text.place(label.span.begin).line].emplace_back(label.span, '~');
  }
  const std::size_t gutter = std::to_string(lines.rbegin()->first).size();
  const std::size_t room = style.width - std::min(style.width, gutter + 3);
  out += fmt::format("{:>{}}{} {}:{}:{}\n", "", gutter + 1, painter.paint("34", "-->"), printable(text.name()),
                     place.line, place.column);
  const std::string empty_gutter = painter.paint("34", fmt::format("{:>{}} |", "", gutter)) + " ";
  for (const auto& [number, spans] : lines) {
    const std::string_view line = text.line(number);
    const std::uint32_t begin = text.line_begin(number);
    const std::uint32_t first = spans.front().first.begin;
    const Span part = shown_part(line, std::min<std::size_t>(first > begin ? first - begin : 0, line.size()), room);
    out += painter.paint("34", fmt::format("{:>{}} |", number, gutter)) + " " + excerpt(line, part) + "\n";
    const std::string under =
        (part.begin > 0 ? " " : "") + marks(line.substr(part.begin, part.end - part.begin), begin + part.begin, spans);
    std::string words;
    for (const SpanLabel& label : diagnostic.labels) {
      if (!label.text.empty() && text.place(label.span.begin).line == number)
        words += (words.empty() ? "" : ", ") + printable(label.text);
    }
    const bool is_beside = display_width(under) + 1 + display_width(words) <= room;
    out += empty_gutter + painter.paint(tone, under) + (words.empty() || !is_beside ? "" : " " + words) + "\n";
    if (!is_beside)
      out += wrapped(words, empty_gutter, empty_gutter, style.width + display_width(empty_gutter) - (gutter + 3));
  }
  for (const std::string& note : diagnostic.notes) out += remark("", note, gutter, painter, style.width);
  for (const std::string& help : diagnostic.helps) out += remark("help: ", help, gutter, painter, style.width);
  for (const FixIt& fixit : diagnostic.fixits) {
    out += remark("help: ", fixit.title, gutter, painter, style.width);
    const Place edited = text.place(fixit.span.begin);
    const std::string line = fixed_line(text, fixit);
    const Span part =
        shown_part(line, std::min<std::size_t>(fixit.span.begin - text.line_begin(edited.line), line.size()), room);
    out += painter.paint("32", fmt::format("{:>{}} +", edited.line, gutter)) + " " + excerpt(line, part) + "\n";
  }
  return out;
}

std::string terminal_remarks(const Diagnostic& diagnostic, const TerminalStyle& style) {
  const Painter painter(style.colour);
  std::string out = headline(diagnostic, painter, style.width);
  for (const std::string& note : diagnostic.notes) out += remark("", note, 1, painter, style.width);
  for (const std::string& help : diagnostic.helps) out += remark("help: ", help, 1, painter, style.width);
  return out;
}

std::string terminal_text(std::span<const Diagnostic> diagnostics, const Text& text, const TerminalStyle& style) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics)
    out += (out.empty() ? "" : "\n") + terminal_text(diagnostic, text, style);
  return out;
}

}  // namespace gradwright
