#include "check/own_source.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace gradwright::check {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool opens(char c) { return c == '(' || c == '[' || c == '{'; }
bool closes(char c) { return c == ')' || c == ']' || c == '}'; }

/// Commands that make a bracket large: `\left`, `\bigr`.
constexpr std::array<std::string_view, 14> sizes_of_brackets{"\\left", "\\right", "\\bigl",  "\\bigr",  "\\Bigl",
                                                             "\\Bigr", "\\biggl", "\\biggr", "\\Biggl", "\\Biggr",
                                                             "\\big",  "\\Big",   "\\bigg",  "\\Bigg"};

/// Where what stands before `at` begins, if it is one of these commands and blanks; else `at`.
std::uint32_t before_size_of_bracket(std::string_view text, std::uint32_t at) {
  std::uint32_t end = at;
  while (end > 0 && is_blank(text[end - 1])) --end;
  for (const std::string_view command : sizes_of_brackets) {
    if (text.substr(0, end).ends_with(command)) return end - static_cast<std::uint32_t>(command.size());
  }
  return at;
}

/// A comment begins here, or a `\` of NumPy that the line breaks after.
bool ends_line(std::string_view text, std::size_t at, Notation notation) {
  if (notation == Notation::latex)
    return text[at] == '%' && (at == 0 || text[at - 1] != '\\') && text.find('\n', at) != std::string_view::npos;
  if (text[at] == '#') return text.find('\n', at) != std::string_view::npos;
  const std::size_t next = text[at] == '\\' ? text.find_first_not_of(" \t\r", at + 1) : std::string_view::npos;
  return next != std::string_view::npos && text[next] == '\n';
}

/// W_{2}^{T} without its transpose; the text itself where none is seen.
std::string without_transpose(std::string text) {
  for (const std::string_view mark : {"^T", "^{T}", "^\\top", "^{\\top}", "^\\intercal", "^{\\intercal}", "^t", "^{t}",
                                      "^{\\mathsf{T}}", "^{\\mathrm{T}}", "^\\mathsf{T}", "^\\mathrm{T}", "'", ".T"}) {
    if (text.size() > mark.size() && text.ends_with(mark)) return text.substr(0, text.size() - mark.size());
  }
  for (const std::string_view mark : {")T}", "]T}", ")\\top}", "]\\top}"}) {  // W^{(2)T}
    if (text.ends_with(mark)) return text.substr(0, text.size() - mark.size() + 1) + "}";
  }
  return text;
}

/// W^{(2)}_{ij} and x_i without the indices at the end; empty where there are none.
std::string without_indices(std::string text) {
  std::size_t end = text.size();
  int depth = 0;
  while (end > 0 && (depth > 0 || text[end - 1] != '_')) {
    --end;
    depth += text[end] == '}' ? 1 : text[end] == '{' ? -1 : 0;
  }
  return end == 0 ? std::string() : text.substr(0, end - 1);
}

}  // namespace

std::string one_line(std::string_view text, Notation notation) {
  std::string line;
  bool has_break = false;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (notation == Notation::numpy && (c == '"' || c == '\'')) quote = quote == 0 ? c : quote == c ? char{0} : quote;
    if (quote == 0 && ends_line(text, at, notation)) at = std::min(text.find('\n', at), text.size() - 1);
    if (text[at] == '\n' || text[at] == '\r') {
      has_break = true;
    } else if (!has_break || !is_blank(c)) {
      if (has_break && !line.empty() && !is_blank(line.back())) line += ' ';
      has_break = false;
      line += c;
    }
  }
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t") - begin + 1);
}

OwnSource::OwnSource(Notation notation, AstPool& pool, const Reading& reading, std::string_view text)
    : notation_(notation), pool_(pool), reading_(reading), text_(text) {
  const Ast root = parsed(reading.gw, pool);
  if (root.is_none() || reading.map.wholes.empty()) return;
  span_ = balanced(reading.map.wholes.back().source);
  if (!span_.is_empty() && notation == Notation::latex) span_.begin = before_size_of_bracket(text, span_.begin);
  if (!span_.is_empty()) collect(root, {});
}

/// The smallest whole: of `ones(m)*b'` and its root, which are written alike, that is said of both.
Span OwnSource::whole_of(Span written) const {
  while (written.end > written.begin + 1 && reading_.gw[written.begin] == '(') {  // brackets are no part of it
    int depth = 0;
    std::uint32_t at = written.begin;
    for (; at < written.end; ++at) {
      depth += reading_.gw[at] == '(' ? 1 : reading_.gw[at] == ')' ? -1 : 0;
      if (depth == 0) break;
    }
    if (at + 1 != written.end) break;
    ++written.begin;
    --written.end;
  }
  const auto& wholes = reading_.map.wholes;
  const auto found =
      std::find_if(wholes.begin(), wholes.end(), [&](const SourceMap::Part& one) { return one.written == written; });
  return found == wholes.end() ? Span{} : found->source;
}

Span OwnSource::balanced(Span span) const {
  if (span.is_empty() || span.end > text_.size()) return {};
  std::string open;   // not closed inside
  std::string close;  // not opened inside
  for (std::uint32_t at = span.begin; at < span.end; ++at) {
    const char c = text_[at];
    if (c == '\\' && notation_ == Notation::latex && at + 1 < span.end) {
      ++at;
      continue;
    }
    if (ends_line(text_, at, notation_)) {
      at = std::min(static_cast<std::uint32_t>(text_.find('\n', at)), span.end);
      continue;
    }
    if (opens(c)) open += c;
    if (closes(c) && !open.empty())
      open.pop_back();
    else if (closes(c))
      close += c;
  }
  for (std::size_t i = 0; i < close.size(); ++i) {
    while (span.begin > 0 && is_blank(text_[span.begin - 1])) --span.begin;
    if (span.begin == 0 || !opens(text_[span.begin - 1])) return {};
    --span.begin;
    if (notation_ == Notation::latex) span.begin = before_size_of_bracket(text_, span.begin);
  }
  for (std::size_t i = 0; i < open.size(); ++i) {
    while (span.end < text_.size() && is_blank(text_[span.end])) ++span.end;
    if (span.end < text_.size() && text_.substr(span.end).starts_with("\\right")) span.end += 6;
    if (span.end >= text_.size() || !closes(text_[span.end])) return {};
    ++span.end;
  }
  return span;
}

void OwnSource::note_name(const AstNode& node, Span source, Span around) {
  if (source.is_empty()) return;
  std::string written = one_line(text_.substr(source.begin, source.end - source.begin), notation_);
  if (source == around) written = without_transpose(std::move(written));
  const bool is_word = notation_ == Notation::latex || std::all_of(written.begin(), written.end(), [](char c) {
                         return is_word_char(c) || c == '.' || c == '[' || c == ']' || c == '"' || c == '\'';
                       });
  const bool is_bracketed = !written.empty() && opens(written[0]) && written[0] != '{';
  if (is_word && !written.empty() && !is_bracketed) names_.emplace(node.text, std::move(written));
}

/// The A of A_{ij}, whose indices have no place of their own.
void OwnSource::note_indexed(const AstNode& index, Span source) {
  const AstNode& base = pool_[index.children[0]];
  if (base.kind != AstKind::name || balanced(whole_of(base.span)) != source) return;
  std::string written = without_indices(one_line(text_.substr(source.begin, source.end - source.begin), notation_));
  if (!written.empty()) names_.emplace(base.text, std::move(written));
}

void OwnSource::collect(Ast ast, Span around) {
  const AstNode node = pool_[ast];
  Span source = balanced(whole_of(node.span));
  if (!source.is_empty() && notation_ == Notation::latex && opens(text_[source.begin]))
    source.begin = before_size_of_bracket(text_, source.begin);
  const bool is_root = around.is_empty();
  const bool is_inside = is_root || (around.begin <= source.begin && source.end <= around.end);
  if (source.is_empty() || !is_inside) source = {};
  if (node.kind == AstKind::name) note_name(node, source, around);
  const bool is_own = !source.is_empty() && (is_root || source != around);
  if (is_own) parts_.push_back({ast, source});
  // Where the whole has no place of its own, neither have its parts.
  if (node.kind == AstKind::transpose && is_own && turn_.empty()) {
    const Span child = balanced(whole_of(pool_[node.children[0]].span));
    if (!child.is_empty() && child.end < source.end && source.begin <= child.begin) {
      turn_ = one_line(text_.substr(child.end, source.end - child.end), notation_);
      if (turn_.starts_with('{')) turn_.erase(0, turn_.find('}'));  // the argument of a macro
      while (!turn_.empty() && (closes(turn_[0]) || turn_[0] == ' ')) turn_.erase(0, 1);
      if (turn_.find_first_of("^'.\\") != 0) turn_.clear();
    }
  }
  const Span inner = is_own ? source : around.is_empty() ? span_ : around;
  if (node.kind == AstKind::index && is_own && notation_ == Notation::latex) note_indexed(node, source);
  for (std::size_t i = 0; i < node.children.size(); ++i)
    if (!names_index(node, i)) collect(node.children[i], inner);  // that is written as the sum is
  if (node.kind != AstKind::product && node.kind != AstKind::sum) return;
  std::vector<Span> sources;
  for (const Ast child : node.children) {
    const auto own = std::find_if(parts_.begin(), parts_.end(), [&](const Part& one) { return one.ast == child; });
    sources.push_back(own == parts_.end() ? Span{} : own->source);
  }
  collect_runs(ast, sources);
}

void OwnSource::collect_runs(Ast ast, const std::vector<Span>& sources) {
  const AstNode node = pool_[ast];
  const bool is_sum = node.kind == AstKind::sum;
  const std::size_t count = node.children.size();
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const Span before = i == 0 ? Span{} : balanced(whole_of(span_of(pool_, {{}, ast, 0, i + 1, false})));
    const Span left =
        before.is_empty() || before.end < sources[i].end ? sources[i] : before;  // \frac{1}{m} and what follows
    const Span right = sources[i + 1];
    if (left.is_empty() || right.is_empty() || right.begin < left.end) continue;
    const Operator op = node.operators[is_sum ? i + 1 : i];
    std::string text = joint_text({left.end, right.begin}, is_sum);
    if (text == "?" && !is_sum && op == Operator::times) arguments_.push_back(node.children[i + 1]);
    if (text == "?" || (text.empty() && notation_ == Notation::numpy)) continue;
    const bool is_usual = is_sum || op != Operator::dot_times || text.find_first_not_of(' ') != std::string::npos;
    if (is_usual) usual_.try_emplace(op, text);
    joints_.push_back({node.children[i], node.children[i + 1], op, std::move(text)});
  }
  constexpr std::size_t most = 12;  // of a longer one no run is taken as a whole
  for (std::size_t length = std::min(count - 1, most); length >= 2; --length) {
    for (std::size_t begin = 0; begin + length <= count; ++begin) {
      const Place place{{}, ast, begin, begin + length, false};
      const Span written = span_of(pool_, place);
      Span source = begin == 0 ? whole_of(written) : Span{};
      const bool is_named = !source.is_empty();
      if (!is_named && std::none_of(sources.begin() + static_cast<std::ptrdiff_t>(begin),
                                    sources.begin() + static_cast<std::ptrdiff_t>(begin + length),
                                    [](Span one) { return one.is_empty(); }))
        source = joined(sources[begin], sources[begin + length - 1]);
      source = balanced(source);
      if (source.is_empty() || source.begin < span_.begin || source.end > span_.end) continue;
      if (!is_named) {  // an argument list is no product
        bool is_plain = true;
        for (std::size_t i = begin; i + 1 < begin + length; ++i)
          is_plain = is_plain && sources[i].end <= sources[i + 1].begin &&
                     joint_text({sources[i].end, sources[i + 1].begin}, is_sum) != "?";
        if (!is_plain) continue;
      }
      if (is_sum && node.operators[begin] == Operator::minus) continue;
      parts_.push_back({part_at(pool_, place), source});
    }
  }
}

/// `?` where more than an operator stands there.
std::string OwnSource::joint_text(Span gap, bool is_sum) const {
  std::string text = one_line(text_.substr(gap.begin, gap.end - gap.begin), notation_);
  const bool has_blank = text.size() < gap.end - gap.begin;
  std::string plain;
  for (const char c : text) {
    if (notation_ == Notation::numpy && (c == '(' || c == ')')) continue;
    plain += c;
  }
  plain = one_line(plain, notation_);
  if (notation_ == Notation::latex) {
    for (std::string_view command : {"\\left", "\\,", "\\;", "\\!", "\\:", "\\ ", "\\quad", "&"}) {
      for (std::size_t at = plain.find(command); at != std::string::npos; at = plain.find(command))
        plain.erase(at, command.size());
    }
    plain = one_line(plain, notation_);
    static constexpr std::array<std::string_view, 12> products{
        "", "*", "\\cdot", "\\times", "\\ast", "\\odot", "\\circ", "\\otimes", "/", "\\oslash", "\\bullet", "\\star"};
    const bool is_known =
        is_sum ? plain == "+" || plain == "-" : std::find(products.begin(), products.end(), plain) != products.end();
    if (!is_known) return "?";
    const std::size_t size = text.find("\\left");
    if (size != std::string::npos) text = one_line(text.substr(0, size), notation_);
  } else {
    const bool is_known = is_sum ? plain == "+" || plain == "-" : plain == "*" || plain == "@" || plain == "/";
    if (!is_known) return "?";
    text = plain;
  }
  const std::string_view around = text_.substr(gap.begin, gap.end - gap.begin);
  if (text.empty()) return has_blank ? " " : "";
  const std::size_t at = around.find(text);
  const bool before = at != std::string_view::npos && at > 0 && is_blank(around[at - 1]);
  const bool after =
      at != std::string_view::npos && at + text.size() < around.size() && is_blank(around[at + text.size()]);
  return (before ? " " : "") + text + (after ? " " : "");
}

std::string OwnSource::part(Ast ast) const {
  for (const Part& one : parts_) {
    if (is_same(pool_, one.ast, ast))
      return one_line(text_.substr(one.source.begin, one.source.end - one.source.begin), notation_);
  }
  return {};
}

const std::string* OwnSource::joint(Ast left, Operator op, Ast right) const {
  for (const Joint& one : joints_) {
    if (one.op == op && is_same(pool_, one.left, left) && is_same(pool_, one.right, right)) return &one.text;
  }
  const auto straight = [&](Ast ast) { return pool_[ast].kind == AstKind::transpose ? pool_[ast].children[0] : ast; };
  for (const Joint& one : joints_) {  // what was transposed is joined as it was before
    if (one.op == op && is_same(pool_, straight(one.left), straight(left)) &&
        is_same(pool_, straight(one.right), straight(right)))
      return &one.text;
  }
  return nullptr;
}

bool OwnSource::is_argument(Ast right) const {
  return std::any_of(arguments_.begin(), arguments_.end(), [&](Ast one) { return is_same(pool_, one, right); });
}

const std::string* OwnSource::joint(Operator op) const {
  const auto found = usual_.find(op);
  return found == usual_.end() ? nullptr : &found->second;
}

}  // namespace gradwright::check
