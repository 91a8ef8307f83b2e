#include "api/optimiser_sheet.h"

#include <algorithm>
#include <optional>

#include "sheet/derivatives.h"

namespace gradwright {
namespace {

Span whole_of(const Text& text) { return {0, static_cast<std::uint32_t>(text.content().size())}; }

}  // namespace

OptimiserSheet::OptimiserSheet(const OptimiserOptions& options)
    : lines_(std::make_shared<Text>(options.lines.name, options.lines.text)) {
  std::uint32_t at = 0;
  bool is_head = true;  // numbers come first, then clipping and the like, then the formulas
  for (const Assignment& line : assignments_of(*lines_)) {
    if (line.is_update && is_head) {
      take(lines_, {at, line.span.begin});
      for (const Lines& before : options.before) {
        const auto text = std::make_shared<Text>(before.name, before.text);
        take(text, whole_of(*text));
      }
      at = line.span.begin;
      is_head = false;
    }
    const auto value = options.values.find(line.name);
    if (line.is_update || value == options.values.end()) continue;
    take(lines_, {at, line.value.begin});
    const auto text = std::make_shared<Text>(line.name, value->second);
    take(text, whole_of(*text));
    at = line.value.end;
  }
  take(lines_, {at, whole_of(*lines_).end});
}

void OptimiserSheet::take(const std::shared_ptr<const Text>& text, Span span) { pieces_.push_back({text, span}); }

bool OptimiserSheet::mentions(const std::string& name) const {
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (const Assignment& line : assignments_of(*lines_)) {
    const std::string_view value = lines_->slice(line.value);
    for (std::size_t at = value.find(name); at != std::string_view::npos; at = value.find(name, at + 1)) {
      const std::size_t end = at + name.size();
      if ((at == 0 || !is_letter(value[at - 1])) && (end == value.size() || !is_letter(value[end]))) return true;
    }
  }
  return false;
}

tl::expected<ReadOptimiser, OptimiserFault> OptimiserSheet::read(Pool& pool, const std::string& given) const {
  std::string all = given;
  for (const Piece& piece : pieces_) all += piece.text->slice(piece.span);
  const Text whole(lines_->name(), all);
  ReadOptions options = reading_options();
  ReadOptimiser result{read_updates(whole, pool, options, "theta"), {}};
  for (const Diagnostic& found : result.sheet.program.diagnostics) {
    if (found.severity == Severity::error) return tl::unexpected(at_home(found, whole, given.size()));
  }
  if (result.sheet.update("theta") == nullptr) {
    const Span first{0, static_cast<std::uint32_t>(lines_->line(1).size())};
    Diagnostic found = error("G0113", "the optimiser gives `theta` no new value").at(first);
    found.help("end it with `theta := theta - rate*g`");
    return tl::unexpected(OptimiserFault{std::move(found), lines_});
  }
  for (const Declaration& one : result.sheet.program.declarations) {
    if (one.span.begin >= given.size()) result.states.push_back(one);
  }
  return result;
}

OptimiserFault OptimiserSheet::at_home(const Diagnostic& found, const Text& whole, std::size_t given) const {
  struct Home {
    std::shared_ptr<const Text> text;
    Span span;
  };
  const auto home = [&](Span span) -> std::optional<Home> {
    std::size_t begin = given;
    for (const Piece& piece : pieces_) {
      const std::size_t end = begin + (piece.span.end - piece.span.begin);
      if (span.begin >= begin && (span.begin < end || (&piece == &pieces_.back() && span.begin == end))) {
        const auto moved = [&](std::uint32_t place) {
          return static_cast<std::uint32_t>(std::min<std::size_t>(place, end) - begin + piece.span.begin);
        };
        return Home{piece.text, {moved(span.begin), moved(span.end)}};
      }
      begin = end;
    }
    return std::nullopt;
  };
  Diagnostic told = found;
  const std::optional<Home> place = home(found.span);
  const std::shared_ptr<const Text> text = place ? place->text : lines_;
  told.span = place ? place->span : Span{};
  told.labels.clear();
  told.fixits.clear();
  for (const SpanLabel& label : found.labels) {
    const auto at = home(label.span);
    if (at && at->text == text)
      told.label(at->span, label.text);
    else if (!label.text.empty())
      told.note("`" + std::string(whole.slice(label.span)) + "`: " + label.text);
  }
  for (const FixIt& fixit : found.fixits) {
    if (const auto at = home(fixit.span); at && at->text == text) told.fix(at->span, fixit.replacement, fixit.title);
  }
  return {std::move(told), text};
}

}  // namespace gradwright
