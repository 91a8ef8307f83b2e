#include "check/own_notation.h"

#include <algorithm>
#include <utility>

#include "check/own_printer.h"

namespace gradwright::check {
namespace {

/// What is replaced in a statement; for `dZ *= …` that is all of it, and `dZ = ` is new.
struct Replaced {
  Span place;
  std::string before;
};

/// The last `=` of `dW = gW = …`, given the first; what the formula begins with is behind it.
std::uint32_t last_equals(std::string_view text, std::uint32_t first, std::uint32_t formula) {
  int depth = 0;
  std::uint32_t last = first;
  for (std::uint32_t at = first + 1; at < formula; ++at) {
    const char c = text[at];
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    const bool compares = text[at + 1] == '=' || std::string_view("=<>!:").find(text[at - 1]) != std::string_view::npos;
    if (depth == 0 && c == '=' && !compares) last = at;
  }
  return last;
}

/// Behind blanks, and `\` at the end of a line.
std::uint32_t past_blanks(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  while (begin < end && std::string_view(" \t\r\n\\").find(text[begin]) != std::string_view::npos) ++begin;
  return begin;
}

Replaced replaced_of(std::string_view text, Span statement, Span formula) {
  int depth = 0;
  for (std::uint32_t at = statement.begin; at < statement.end; ++at) {
    const char c = text[at];
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    if (depth != 0 || c != '=') continue;
    if (at + 1 < statement.end && text[at + 1] == '=') break;
    std::uint32_t end = at;
    while (end > statement.begin && std::string_view("+-*/@ ").find(text[end - 1]) != std::string_view::npos) --end;
    const std::string target(text.substr(statement.begin, end - statement.begin));
    if (target.find(',') != std::string::npos) return {formula, {}};  // dW, db = …, …
    const bool is_plain = one_line(text.substr(end, at - end), Notation::numpy).empty();
    if (!is_plain) return {statement, target + " = "};
    const std::uint32_t equals = last_equals(text, at, std::min(formula.begin, statement.end));
    return {{past_blanks(text, equals + 1, statement.end), statement.end}, {}};
  }
  const std::string_view all = text.substr(statement.begin, statement.end - statement.begin);
  if (!all.starts_with("return ")) return {statement, {}};
  return {{past_blanks(text, statement.begin + 7, statement.end), statement.end}, {}};
}

/// In one line, with a blank at its end where it has one.
std::string joined_lines(std::string_view text) {
  const std::string line = one_line(text, Notation::numpy);
  const bool has_blank = !text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos;
  return line + (has_blank && !line.empty() ? " " : "");
}

}  // namespace

void OwnNotation::learn(const Reading& reading) {
  AstPool pool;
  const OwnSource source(notation_, pool, reading, text_.content());
  for (const auto& [name, written] : source.names()) names_.emplace(name, written);
}

void OwnNotation::learn(const ReadDocument& document) {
  for (const ReadEquation& equation : document.equations) {
    for (const ReadSide& side : equation.sides)
      for (const Reading& reading : side.readings) learn(reading);
  }
}

std::vector<std::string> OwnNotation::drafts(const Reading& reading, const std::string& gw, OpenSheet& sheet,
                                             const std::vector<FreeIndex>& indices) const {
  constexpr std::size_t most_parts = 2000;
  AstPool pool;
  const OwnSource source(notation_, pool, reading, text_.content());
  const Ast root = parsed(gw, pool);
  std::vector<std::string> found;
  if (root.is_none() || source.span().is_empty() || pool.size() > most_parts) return found;
  const OwnPrinter::Context context{pool, source, names_, text_.content(), sheet, indices};
  const bool is_latex = notation_ == Notation::latex;
  const std::string_view own = text_.slice(source.span());
  const auto writes = [&](std::string_view word) { return own.find(word) != std::string_view::npos; };
  const bool is_outer =
      writes("outer(") || ((writes("sum(") || writes("mean(")) && !writes("keepdims"));  // arrays of one axis
  for (const bool keeps_parts : {true, false}) {
    for (const bool other : {false, true}) {
      const NotationStyle notation{keeps_parts, is_latex && other, !is_latex && other != is_outer};
      std::string text =
          is_latex ? latex_printer(context, notation)->text(root) : numpy_printer(context, notation)->text(root);
      if (!text.empty() && std::find(found.begin(), found.end(), text) == found.end()) found.push_back(std::move(text));
    }
  }
  return found;
}

void OwnNotation::draft(JudgedSide& side, const Reading& reading, OpenSheet& sheet,
                        const std::vector<FreeIndex>& indices, Span left) const {
  AstPool pool;
  const OwnSource source(notation_, pool, reading, text_.content());
  Replaced replaced{source.span(), {}};
  if (notation_ == Notation::numpy) {
    replaced = replaced_of(text_.content(), side.span, source.span());
    const Span place = replaced.place;
    if (place.begin < side.span.begin || place.end > side.span.end) return;
    side.lead = joined_lines(text_.slice({side.span.begin, place.begin}));
    side.tail = joined_lines(text_.slice({place.end, side.span.end}));
  } else if (!left.is_empty()) {
    side.lead = one_line(text_.slice(left), notation_) + " = ";
  }
  if (replaced.place.is_empty()) return;
  side.place = replaced.place;
  for (Repair& repair : side.repairs) {
    repair.drafts = drafts(reading, repair.gw, sheet, indices);
    for (std::string& one : repair.drafts) one.insert(0, replaced.before);
  }
}

void move_findings(JudgedSide& side, const SourceMap& map) {
  for (Mistake& mistake : side.mistakes) mistake.span = map.source_of(mistake.span);
  for (Repair& repair : side.repairs)
    for (Edit& edit : repair.edits) edit.span = map.source_of(edit.span);
}

void read_back(Checked& found, const CheckOptions& options,
               const std::function<Checked(const Text&, const CheckOptions&)>& again) {
  CheckOptions within;
  within.layout = options.layout;
  within.repairs = false;
  const auto is_right = [&](const JudgedSide& side, const std::string& draft) {
    std::string content = found.text.content();
    content.replace(side.place.begin, side.place.end - side.place.begin, draft);
    const std::uint32_t begin = std::min(side.span.begin, side.place.begin);
    within.within = Span{begin, static_cast<std::uint32_t>(side.place.begin + draft.size())};
    const Checked read = again(Text(found.text.name(), std::move(content)), within);
    const auto is_it = [&](const JudgedSide& one) { return one.of == side.of && one.wrt == side.wrt; };
    const auto once_more = std::find_if(read.sides.begin(), read.sides.end(), is_it);
    return once_more != read.sides.end() && once_more->verdict.is_right() && !once_more->verdict.trap;
  };
  for (JudgedSide& side : found.sides) {
    for (Repair& repair : side.repairs) {
      const std::vector<std::string> drafts = std::exchange(repair.drafts, {});
      const auto right =
          std::find_if(drafts.begin(), drafts.end(), [&](const std::string& one) { return is_right(side, one); });
      if (right == drafts.end()) continue;
      repair.replacement = *right;
      repair.text = side.lead + *right + side.tail;
    }
  }
}

}  // namespace gradwright::check
