#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "read/formula/lexer.h"
#include "read/numpy/python.h"

namespace gradwright::numpy {
namespace {

/// Longest first.
constexpr std::array<std::string_view, 45> signs{
    "**=", "//=", ">>=", "<<=", "...", "**", "//", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=",
    "@=",  "%=",  "&=",  "|=",  "^=",  "->", ":=", "<<", ">>", "+",  "-",  "*",  "/",  "@",  "%",
    "&",   "|",   "^",   "~",   "<",   ">",  "=",  "(",  ")",  "[",  "]",  "{",  "}",  ",",  "."};
constexpr std::string_view single = ":;";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
 public:
  Lexer(std::string_view text, Span range, std::vector<Diagnostic>& diagnostics)
      : text_(text.substr(0, range.end)), at_(range.begin), diagnostics_(diagnostics) {}

  std::vector<PyToken> run() {
    indent();
    while (at_ < text_.size()) step();
    close_line();
    push(PyTokenKind::end, at_, {});
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] Span span(std::size_t begin) const {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::max(begin, at_))};
  }
  void push(PyTokenKind kind, std::size_t begin, std::string text) {
    tokens_.push_back({kind, std::move(text), span(begin), indent_});
  }
  void close_line() {
    if (!tokens_.empty() && tokens_.back().kind != PyTokenKind::newline) push(PyTokenKind::newline, at_, {});
  }
  void indent() {
    indent_ = 0;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) {
      indent_ += text_[at_] == '\t' ? 8 : 1;
      ++at_;
    }
  }

  void step() {
    const char c = text_[at_];
    const std::size_t begin = at_;
    if (c == '\n') {
      ++at_;
      if (depth_ > 0 && !new_statement()) return;
      depth_ = 0;
      close_line();
      return indent();
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
      ++at_;
      return;
    }
    if (c == '\\') {
      ++at_;
      at_ = std::min(text_.find_first_not_of(" \t\r", at_), text_.size());
      if (at_ < text_.size() && text_[at_] == '\n') ++at_;
      return;
    }
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return;
    }
    if (text_.substr(at_).starts_with(">>> ") && (tokens_.empty() || tokens_.back().kind == PyTokenKind::newline)) {
      at_ += 4;
      return;
    }
    if (c == '"' || c == '\'') return quoted(begin);
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    if (dash()) return;
    if (begins_name(c)) return name();
    for (const std::string_view sign : signs) {
      if (!text_.substr(at_).starts_with(sign)) continue;
      at_ += sign.size();
      depth_ += sign == "(" || sign == "[" || sign == "{" ? 1 : 0;
      if ((sign == ")" || sign == "]" || sign == "}") && depth_ > 0) --depth_;
      return push(PyTokenKind::sign, begin, std::string(sign));
    }
    ++at_;
    if (single.find(c) != std::string_view::npos) return push(PyTokenKind::sign, begin, std::string(1, c));
    const bool printable = c >= 32 && c < 127;
    fail(begin, printable ? fmt::format("unknown character `{}`", c) : "a character that Python does not know");
  }

  /// A forgotten bracket must not swallow the lines below: `name = …` at the margin begins anew.
  [[nodiscard]] bool new_statement() const {
    const std::string_view rest = text_.substr(at_);
    std::size_t end = 0;
    while (end < rest.size() && (begins_name(rest[end]) || is_digit(rest[end]))) ++end;
    const std::size_t next = end == 0 ? std::string_view::npos : rest.find_first_not_of(' ', end);
    return next != std::string_view::npos && next > end && rest.substr(next).starts_with("= ");
  }

  void fail(std::size_t begin, std::string message) {
    push(PyTokenKind::sign, begin, "?");
    constexpr std::size_t most = 50;
    if (diagnostics_.size() < most)
      diagnostics_.push_back(error("G0611", std::move(message)).at(span(begin)).help("remove it"));
  }

  void number() {
    const std::size_t begin = at_;
    const auto digits = [&] {
      while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '_')) ++at_;
    };
    digits();
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      digits();
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      std::size_t next = at_ + 1;
      if (next < text_.size() && (text_[next] == '+' || text_[next] == '-')) ++next;
      if (next < text_.size() && is_digit(text_[next])) {
        at_ = next;
        digits();
      }
    }
    std::string plain;
    for (const char c : text_.substr(begin, at_ - begin)) {
      if (c != '_') plain += c;
    }
    push(PyTokenKind::number, begin, std::move(plain));
  }

  /// A minus that was typeset: − or –.
  bool dash() {
    const formula::CodePoint point = formula::code_point_at(text_, at_);
    if (!formula::is_dash(point.value)) return false;
    const std::size_t begin = at_;
    at_ += point.length;
    const bool assigns = at_ < text_.size() && text_[at_] == '=';
    if (assigns) ++at_;
    push(PyTokenKind::sign, begin, assigns ? "-=" : "-");
    return true;
  }

  void name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (begins_name(text_[at_]) || is_digit(text_[at_]))) {
      const formula::CodePoint point = formula::code_point_at(text_, at_);
      if (point.length == 0) {
        ++at_;
        return fail(begin, "this is not UTF-8 text");
      }
      if (formula::is_dash(point.value)) break;
      at_ += point.length;
    }
    if (at_ < text_.size() && at_ - begin <= 2 && (text_[at_] == '"' || text_[at_] == '\'')) return quoted(begin);
    push(PyTokenKind::name, begin, std::string(text_.substr(begin, at_ - begin)));
  }

  void quoted(std::size_t begin) {
    const char quote = text_[at_];
    const std::string triple(3, quote);
    const bool is_long = text_.substr(at_).starts_with(triple);
    at_ += is_long ? 3 : 1;
    const std::size_t first = at_;
    while (at_ < text_.size()) {
      if (text_[at_] == '\\') {
        at_ = std::min(at_ + 2, text_.size());
        continue;
      }
      if (is_long ? text_.substr(at_).starts_with(triple) : text_[at_] == quote || text_[at_] == '\n') break;
      ++at_;
    }
    const std::string inner(text_.substr(first, at_ - first));
    const bool is_closed = at_ < text_.size() && text_[at_] == quote;
    at_ = std::min(at_ + (is_long ? 3U : 1U), text_.size());
    if (!is_closed) return fail(begin, "this text is never closed");
    push(PyTokenKind::text, begin, inner);
  }

  std::string_view text_;
  std::size_t at_;
  std::uint32_t indent_ = 0;
  int depth_ = 0;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<PyToken> tokens_;
};

}  // namespace

std::vector<PyToken> tokens_of_python(std::string_view text, Span range, std::vector<Diagnostic>& diagnostics) {
  return Lexer(text, range, diagnostics).run();
}

}  // namespace gradwright::numpy
