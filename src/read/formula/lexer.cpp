#include "read/formula/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace gradwright::formula {
namespace {

struct Spelling {
  std::string_view text;
  TokenKind kind;
};

/// Longest first.
constexpr std::array<Spelling, 50> spellings{{
    {"ᵀ", TokenKind::prime},        {"⊤", TokenKind::top},           {"⊙", TokenKind::dot_star},
    {"∘", TokenKind::dot_star},     {"⊗", TokenKind::kron},          {"∈", TokenKind::element_of},
    {"⋅", TokenKind::star},         {"∗", TokenKind::star},          {"−", TokenKind::minus},
    {"≤", TokenKind::less_equal},   {"≥", TokenKind::greater_equal}, {"′", TokenKind::prime},
    {"’", TokenKind::prime},        {"·", TokenKind::star},          {"×", TokenKind::times},
    {".*", TokenKind::dot_star},    {"./", TokenKind::dot_slash},    {".^", TokenKind::dot_caret},
    {".'", TokenKind::prime},       {"<=", TokenKind::less_equal},   {">=", TokenKind::greater_equal},
    {"==", TokenKind::equal_equal}, {":=", TokenKind::becomes},      {"+", TokenKind::plus},
    {"-", TokenKind::minus},        {"*", TokenKind::star},          {"@", TokenKind::star},
    {"/", TokenKind::slash},        {"\\", TokenKind::backslash},    {"^", TokenKind::caret},
    {"'", TokenKind::prime},        {"<", TokenKind::less},          {">", TokenKind::greater},
    {"=", TokenKind::equal},        {",", TokenKind::comma},         {";", TokenKind::semicolon},
    {":", TokenKind::colon},        {"~", TokenKind::tilde},         {"(", TokenKind::left_paren},
    {")", TokenKind::right_paren},  {"[", TokenKind::left_bracket},  {"]", TokenKind::right_bracket},
    {"{", TokenKind::left_paren},   {"}", TokenKind::right_paren},   {"∊", TokenKind::element_of},
    {"⨂", TokenKind::kron},         {"≔", TokenKind::equal},         {"∙", TokenKind::star},
    {"•", TokenKind::star},         {"⊺", TokenKind::top},
}};

bool in_range(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool begins_name(char32_t c) {
  if (c < 128) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  if (c == 0xD7 || c == 0xF7) return false;
  return c == 0xAA || c == 0xB5 || c == 0xBA || in_range(c, 0xC0, 0x24F) || in_range(c, 0x250, 0x2AF) ||
         in_range(c, 0x370, 0x3FF) || in_range(c, 0x400, 0x52F) || in_range(c, 0x1E00, 0x1FFF) ||
         in_range(c, 0x2100, 0x214F) || c == 0x2202 || c == 0x2207 || in_range(c, 0x4E00, 0x9FFF) ||
         in_range(c, 0x1D400, 0x1D7FF);
}
bool continues_name(char32_t c) {
  return begins_name(c) || in_range(c, '0', '9') || in_range(c, 0x300, 0x36F) || in_range(c, 0x2080, 0x208E) ||
         in_range(c, 0x2090, 0x209C) || in_range(c, 0x1D62, 0x1D6A);
}

std::optional<int> superscript(char32_t c) {
  if (c == 0xB2) return 2;
  if (c == 0xB3) return 3;
  if (c == 0xB9) return 1;
  if (c == 0x2070) return 0;
  if (in_range(c, 0x2074, 0x2079)) return static_cast<int>(c - 0x2070);
  return std::nullopt;
}

bool goes_on(TokenKind kind) {
  switch (kind) {
    case TokenKind::plus:
    case TokenKind::minus:
    case TokenKind::star:
    case TokenKind::slash:
    case TokenKind::dot_star:
    case TokenKind::dot_slash:
    case TokenKind::backslash:
    case TokenKind::kron:
    case TokenKind::caret:
    case TokenKind::dot_caret:
    case TokenKind::less:
    case TokenKind::less_equal:
    case TokenKind::greater:
    case TokenKind::greater_equal:
    case TokenKind::equal_equal:
    case TokenKind::equal:
    case TokenKind::becomes:
    case TokenKind::comma:
    case TokenKind::times:
      return true;
    default:
      return false;
  }
}

class Lexer {
 public:
  Lexer(const Text& text, Reporter& reporter, std::size_t begin)
      : text_(text), source_(text.content()), reporter_(reporter), at_(begin) {}

  std::vector<Token> run() {
    if (at_ == 0 && source_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < source_.size()) step();
    report_open_brackets(at_);
    push(TokenKind::newline, at_);
    push(TokenKind::end, at_);
    return std::move(tokens_);
  }

 private:
  void push(TokenKind kind, std::size_t begin, std::string text = {}) {
    tokens_.push_back({kind, span(begin), std::move(text), space_});
    space_ = false;
  }
  [[nodiscard]] Span span(std::size_t begin) const {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)};
  }
  [[nodiscard]] bool starts_statement() const { return tokens_.empty() || tokens_.back().kind == TokenKind::newline; }

  void step() {
    const char c = source_[at_];
    if (c == '\n') return line_end();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
      ++at_;
      space_ = true;
      return;
    }
    if (c == '#') {
      at_ = std::min(source_.find('\n', at_), source_.size());
      return;
    }
    if (starts_statement() && raw_claim()) return;
    if (is_digit(c) || (c == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]))) return number();
    const CodePoint point = code_point_at(source_, at_);
    if (point.length == 0) return malformed();
    if (point.value == 0xA0 || point.value == 0x202F || in_range(point.value, 0x2000, 0x200B)) {
      at_ += point.length;
      space_ = true;
      return;
    }
    if (const auto power = superscript(point.value); power && *power != 1) {
      const std::size_t begin = at_;
      at_ += point.length;
      push(TokenKind::caret, begin);
      return push(TokenKind::number, begin, std::to_string(*power));
    }
    if (begins_name(point.value)) return name();
    for (const Spelling& spelling : spellings) {
      if (source_.substr(at_).starts_with(spelling.text)) return sign(spelling);
    }
    const std::size_t begin = at_;
    at_ += point.length;
    auto& error = reporter_.error(
        "G0001", span(begin), fmt::format("unknown character `{}`", printable(source_.substr(begin, point.length))));
    if (point.value == '%') error.helps.emplace_back("a comment begins with `#`");
    if (point.value == '&' || point.value == '|' || point.value == '!')
      error.helps.emplace_back("products and sums of comparisons stand for `and` and `or`");
    push(TokenKind::error, begin);
  }

  static std::string printable(std::string_view text) {
    if (text.size() == 1 && (static_cast<unsigned char>(text[0]) < 32 || text[0] == 127)) {
      return fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    }
    return std::string(text);
  }

  void malformed() {
    const std::size_t begin = at_;
    while (at_ < source_.size() && source_[at_] != '\n' && code_point_at(source_, at_).length == 0) ++at_;
    reporter_.error("G0004", span(begin), "this is not UTF-8 text").helps.emplace_back("save the file as UTF-8");
    push(TokenKind::error, begin);
  }

  void name() {
    const std::size_t begin = at_;
    const auto letters = [&] {
      const std::size_t first = at_;
      while (at_ < source_.size()) {
        const CodePoint point = code_point_at(source_, at_);
        if (point.length == 0 || !continues_name(point.value)) break;
        at_ += point.length;
      }
      return std::string(source_.substr(first, at_ - first));
    };
    std::string text = letters();
    if (text == "d" || text == "∂") {  // `d^2L` and `∂²L` of a second derivative are one name, as `d2L` is
      for (const std::string_view two : {"^2", "²"}) {
        const std::size_t after = at_ + two.size();
        if (!source_.substr(at_).starts_with(two) || after >= source_.size()) continue;
        if (!begins_name(code_point_at(source_, after).value)) continue;
        at_ = after;
        text += "2" + letters();
      }
    }
    push(TokenKind::name, begin, text == "ℝ" ? "R" : std::move(text));
  }

  void digits() {
    while (at_ < source_.size() && is_digit(source_[at_])) ++at_;
  }

  void number() {
    const std::size_t begin = at_;
    digits();
    if (at_ + 1 < source_.size() && source_[at_] == '.' && is_digit(source_[at_ + 1])) {
      ++at_;
      digits();
    }
    if (at_ < source_.size() && (source_[at_] == 'e' || source_[at_] == 'E')) {
      std::size_t next = at_ + 1;
      if (next < source_.size() && (source_[next] == '+' || source_[next] == '-')) ++next;
      if (next < source_.size() && is_digit(source_[next])) {
        at_ = next;
        digits();
      }
    }
    const std::size_t end = at_;
    bool is_malformed = false;
    while (at_ < source_.size()) {
      const CodePoint point = code_point_at(source_, at_);
      const bool dot =
          point.value == '.' &&
          (at_ + 1 >= source_.size() || std::string_view("*/^'").find(source_[at_ + 1]) == std::string_view::npos);
      if (point.length == 0 || (!continues_name(point.value) && !dot)) break;
      is_malformed = true;
      at_ += point.length;
    }
    const std::string text(source_.substr(begin, end - begin));
    if (!is_malformed) return push(TokenKind::number, begin, text);
    const std::string rest(source_.substr(end, at_ - end));
    auto& error = reporter_.error("G0002", span(begin), fmt::format("malformed number `{}{}`", text, rest));
    if (rest == "e" || rest == "E") {
      error.helps.push_back(
          fmt::format("an exponent has digits (`{0}e-3`); a product is written `{0}*{1}`", text, rest));
    } else if (begins_name(code_point_at(rest, 0).value)) {
      error.fixits.push_back({span(begin), fmt::format("{}*{}", text, rest), "a product is written with `*`"});
    } else if (rest == ".") {
      error.fixits.push_back({span(begin), text, "drop the point"});
    }
    push(TokenKind::error, begin);
  }

  void sign(const Spelling& spelling) {
    const std::size_t begin = at_;
    at_ += spelling.text.size();
    const bool opens = spelling.kind == TokenKind::left_paren || spelling.kind == TokenKind::left_bracket;
    const bool closes = spelling.kind == TokenKind::right_paren || spelling.kind == TokenKind::right_bracket;
    push(spelling.kind, begin);
    if (opens) open_.push_back(tokens_.back().span);
    if (closes && !open_.empty()) open_.pop_back();
  }

  /// `claim latex: …` and `claim numpy: …`: the rest of the line, and deeper-indented lines below, are one raw token.
  bool raw_claim() {
    const std::string_view rest = source_.substr(at_);
    if (!rest.starts_with("claim")) return false;
    std::size_t next = rest.find_first_not_of(" \t", 5);
    if (next == 5 || next == std::string_view::npos) return false;
    const std::string_view language = rest.substr(next, 5);
    if (language != "latex" && language != "numpy") return false;
    const std::size_t colon = rest.find_first_not_of(" \t", next + 5);
    if (colon == std::string_view::npos || rest[colon] != ':') return false;
    const std::size_t begin = at_;
    at_ = begin + 5;
    push(TokenKind::name, begin, "claim");
    at_ = begin + next + 5;
    push(TokenKind::name, begin + next, std::string(language));
    at_ = begin + colon + 1;
    push(TokenKind::colon, begin + colon);
    raw_text(begin);
    return true;
  }

  void raw_text(std::size_t claim) {
    const std::size_t line =
        claim - (claim == 0                                                 ? 0
                 : source_.rfind('\n', claim - 1) == std::string_view::npos ? 0
                                                                            : source_.rfind('\n', claim - 1) + 1);
    std::size_t begin = std::min(source_.find_first_not_of(" \t", at_), source_.size());
    std::size_t end = line_stop(begin);
    std::size_t stop = std::min(source_.find('\n', begin), source_.size());
    while (stop < source_.size()) {
      const std::size_t next = source_.find_first_not_of(" \t", stop + 1);
      if (next == std::string_view::npos || source_[next] == '\n' || source_[next] == '\r' || source_[next] == '#')
        break;
      if (next - stop - 1 <= line) break;
      end = line_stop(next);
      stop = std::min(source_.find('\n', next), source_.size());
    }
    at_ = std::max(end, begin);
    push(TokenKind::raw, begin);
    at_ = stop;
    for (std::size_t i = begin; i < end;) {
      const CodePoint point = code_point_at(source_, i);
      if (point.length == 0) {
        reporter_.error("G0004", {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i + 1)},
                        "this is not UTF-8 text");
        break;
      }
      i += point.length;
    }
  }

  /// Where the text of a raw line ends: before a comment and trailing space.
  [[nodiscard]] std::size_t line_stop(std::size_t begin) const {
    std::size_t end = std::min(source_.find('\n', begin), source_.size());
    for (std::size_t i = begin; i < end; ++i) {
      if (source_[i] == '#' && (i == begin || source_[i - 1] != '\\')) end = i;
    }
    while (end > begin && (source_[end - 1] == ' ' || source_[end - 1] == '\t' || source_[end - 1] == '\r')) --end;
    return end;
  }

  void line_end() {
    const std::size_t begin = at_++;
    space_ = true;
    if (starts_statement()) return;
    if (!open_.empty() && !(begins_statement(at_) && tokens_.back().kind != TokenKind::comma)) return;
    if (open_.empty() && continues_below()) return;
    report_open_brackets(begin);
    tokens_.push_back(
        {TokenKind::newline, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)}, {}, false});
  }

  [[nodiscard]] bool continues_below() const {
    const Token& last = tokens_.back();
    const bool star_of_wrt =
        last.kind == TokenKind::star && tokens_.size() > 1 && tokens_[tokens_.size() - 2].text == "wrt";
    bool wanted = goes_on(last.kind) && !star_of_wrt;
    std::size_t line = at_;
    while (line < source_.size()) {
      const std::size_t first = source_.find_first_not_of(" \t\r", line);
      if (first == std::string_view::npos || source_[first] == '\n') return false;
      if (source_[first] != '#') return wanted || (source_[first] == '=' && !source_.substr(first).starts_with("=="));
      line = std::min(source_.find('\n', first), source_.size());
      line += line < source_.size() ? 1 : 0;
    }
    return false;
  }

  /// An unindented line that looks like `name =`, `name :` or a keyword: a forgotten bracket must not swallow it.
  [[nodiscard]] bool begins_statement(std::size_t line) const {
    const std::string_view rest = source_.substr(line, std::min(source_.find('\n', line), source_.size()) - line);
    for (const std::string_view word :
         {"param ", "const ", "dim ", "derive ", "claim ", "layout ", "minimize ", "hessian "}) {
      if (rest.starts_with(word)) return true;
    }
    std::size_t end = 0;
    while (end < rest.size()) {
      const CodePoint point = code_point_at(rest, end);
      if (point.length == 0 || !(end == 0 ? begins_name(point.value) : continues_name(point.value))) break;
      end += point.length;
    }
    const std::size_t next = end == 0 ? std::string_view::npos : rest.find_first_not_of(" \t", end);
    if (next == std::string_view::npos) return false;
    return rest[next] == ':' || (rest[next] == '=' && !rest.substr(next).starts_with("=="));
  }

  /// Leaves a mark of the error at the end of the line.
  void report_open_brackets(std::size_t line_end) {
    if (open_.empty()) return;
    const std::string_view bracket = text_.slice(open_.front());
    reporter_.error("G0003", open_.front(), fmt::format("this `{}` is never closed", bracket));
    open_.clear();
    const auto end = static_cast<std::uint32_t>(line_end);
    tokens_.push_back({TokenKind::error, {end, end}, {}, false});
  }

  const Text& text_;
  std::string_view source_;
  Reporter& reporter_;
  std::size_t at_;
  bool space_ = false;
  std::vector<Token> tokens_;
  std::vector<Span> open_;
};

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return {};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::uint32_t length = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first >= 0xF5 || offset + length > text.size()) return {};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::uint32_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const char32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (value < least || value > 0x10FFFF || in_range(value, 0xD800, 0xDFFF)) return {};
  return {value, length};
}

std::vector<Token> tokens_of(const Text& text, Reporter& reporter, std::size_t begin) {
  return Lexer(text, reporter, begin).run();
}

}  // namespace gradwright::formula
