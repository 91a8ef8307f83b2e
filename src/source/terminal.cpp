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

/// The source line once the edit is made.
std::string fixed_line(const Text& text, std::size_t number, const FixIt& fixit) {
  const std::string_view line = text.line(number);
  const auto clip = [&](std::uint32_t offset) {
    const std::uint32_t begin = text.line_begin(number);
    return std::min<std::size_t>(offset > begin ? offset - begin : 0, line.size());
  };
  return std::string(line.substr(0, clip(fixit.span.begin))) + fixit.replacement + std::string(line.substr(clip(fixit.span.end)));
}

}  // namespace

std::string terminal_text(const Diagnostic& diagnostic, const Text& text, const TerminalStyle& style) {
  const Painter painter(style.colour);
  const std::string_view tone = diagnostic.severity == Severity::error ? "1;31" : diagnostic.severity == Severity::warning ? "1;33" : "1;36";
  std::string out = painter.paint(tone, fmt::format("{}[{}]", word(diagnostic.severity), diagnostic.code)) +
                    painter.paint("1", fmt::format(": {}", printable(diagnostic.message))) + "\n";
  const Place place = text.place(diagnostic.span.begin);
  std::map<std::size_t, std::vector<std::pair<Span, char>>> lines;
  lines[place.line].emplace_back(diagnostic.span, '^');
  for (const SpanLabel& label : diagnostic.labels) {
    const bool primary = label.span == diagnostic.span;
    if (!primary) lines[text.place(label.span.begin).line].emplace_back(label.span, '~');
  }
  const std::size_t gutter = std::to_string(lines.rbegin()->first).size();
  out += fmt::format("{:>{}}{} {}:{}:{}\n", "", gutter + 1, painter.paint("34", "-->"), printable(text.name()), place.line, place.column);
  for (const auto& [number, spans] : lines) {
    const std::string_view line = text.line(number);
    out += painter.paint("34", fmt::format("{:>{}} |", number, gutter)) + " " + printable(line) + "\n";
    std::string under = marks(line, text.line_begin(number), spans);
    std::string words;
    for (const SpanLabel& label : diagnostic.labels) {
      if (!label.text.empty() && text.place(label.span.begin).line == number) words += (words.empty() ? " " : ", ") + printable(label.text);
    }
    out += painter.paint("34", fmt::format("{:>{}} |", "", gutter)) + " " + painter.paint(tone, under) + words + "\n";
  }
  const auto line = [&](const std::string& body) { out += fmt::format("{:>{}} {} {}\n", "", gutter, painter.paint("34", "="), body); };
  for (const std::string& note : diagnostic.notes) line(printable(note));
  for (const std::string& help : diagnostic.helps) line(painter.paint("32", "help: ") + printable(help));
  for (const FixIt& fixit : diagnostic.fixits) {
    line(painter.paint("32", "help: ") + printable(fixit.title));
    const std::size_t number = text.place(fixit.span.begin).line;
    out += painter.paint("32", fmt::format("{:>{}} +", number, gutter)) + " " + printable(fixed_line(text, number, fixit)) + "\n";
  }
  return out;
}

std::string terminal_text(std::span<const Diagnostic> diagnostics, const Text& text, const TerminalStyle& style) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += (out.empty() ? "" : "\n") + terminal_text(diagnostic, text, style);
  return out;
}

}  // namespace gradwright
