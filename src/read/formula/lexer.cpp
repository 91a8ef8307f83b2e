#include "read/formula/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "read/formula/ast.h"
#include "read/formula/named_above.h"
#include "read/formula/raw_claim.h"
#include "read/formula/signs.h"
#include "read/formula/too_long.h"
#include "source/catalogue.h"

namespace gradwright::formula {
namespace {

/// Spaces of typesetting.
bool is_space(char32_t c) { return c == 0xA0 || c == 0x202F || (c >= 0x2000 && c <= 0x200B); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  Lexer(const Text& text, Reporter& reporter, std::size_t begin)
      : text_(text), source_(text.content()), reporter_(reporter), at_(begin) {}

  std::vector<Token> run() {
    if (const auto fault = too_long(text_)) {
      reporter_.error(fault->code, fault->span, fault->message);
      at_ = source_.size();
    }
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
    if (is_space(point.value)) {
      at_ += point.length;
      space_ = true;
      return;
    }
    if (superscripts() || norm_subscript()) return;
    if (is_dash(point.value)) {
      const std::size_t begin = at_;
      at_ += point.length;
      return push(TokenKind::minus, begin);
    }
    if (begins_name(point.value)) return name();
    for (const std::string_view mark : {"//", "%"}) {
      if (source_.substr(at_).starts_with(mark)) return comment_mark(mark);
    }
    if (begins_member()) {
      ++at_;
      return push(TokenKind::dot, at_ - 1);
    }
    if (const Sign* const found = sign_at(source_.substr(at_))) return sign(*found);
    const std::size_t begin = at_;
    at_ += point.length;
    auto& error = reporter_.error(
        "G0001", span(begin), fmt::format("unknown character `{}`", printable(source_.substr(begin, point.length))));
    if (point.value == '&' || point.value == '!')
      error.help("products and sums of comparisons stand for `and` and `or`");
    push(TokenKind::error, begin);
  }

  /// `x²`, `A⁻¹`: `^` and a number; behind ⊙ it is `.^`: `A⊙²`.
  bool superscripts() {
    const std::size_t begin = at_;
    bool is_negative = false;
    std::string digits;
    for (CodePoint point = code_point_at(source_, at_); point.length > 0; point = code_point_at(source_, at_)) {
      const auto digit = superscript_digit(point.value);
      if (digit)
        digits += *digit;
      else if (point.value == superscript_minus && digits.empty() && !is_negative)
        is_negative = true;
      else
        break;
      at_ += point.length;
    }
    if (digits.empty()) {
      at_ = begin;
      return false;
    }
    const bool is_pointwise =
        !tokens_.empty() && tokens_.back().kind == TokenKind::dot_star && tokens_.back().span.end == begin;
    if (is_pointwise)
      tokens_.back().kind = TokenKind::dot_caret;
    else
      push(TokenKind::caret, begin);
    if (is_negative) push(TokenKind::minus, begin);
    push(TokenKind::number, begin, std::move(digits));
    return true;
  }

  /// ‖v‖₂: as `_2`.
  bool norm_subscript() {
    if (tokens_.empty() || tokens_.back().kind != TokenKind::double_bar || space_) return false;
    const std::size_t begin = at_;
    const CodePoint point = code_point_at(source_, at_);
    const auto digit = subscript_digit(point.value);
    if (!digit) return false;
    at_ += point.length;
    push(TokenKind::name, begin, std::string("_") + *digit);
    return true;
  }

  /// `.T` behind an operand: a member, in languages that have them.
  [[nodiscard]] bool begins_member() const {
    if (source_[at_] != '.' || space_ || tokens_.empty() || !begins_name(code_point_at(source_, at_ + 1).value))
      return false;
    const TokenKind before = tokens_.back().kind;
    return before == TokenKind::name || before == TokenKind::prime || before == TokenKind::right_paren ||
           before == TokenKind::right_bracket;
  }

  /// `// …` and `% …`: a comment elsewhere, or a division.
  void comment_mark(std::string_view mark) {
    const std::size_t begin = at_;
    const std::size_t end = std::min(source_.find('\n', begin), source_.size());
    const bool is_comment = reporter_.is_full() || !may_divide() ||
                            is_prose(source_.substr(begin + mark.size(), end - begin - mark.size()));
    at_ += mark.size();
    auto& error =
        reporter_.error("G0117", span(begin), fmt::format("`{}` is no operator, and begins no comment", mark));
    if (is_comment)
      error.fix(span(begin), "#", "a comment begins with `#`");
    else
      error.help("a comment begins with `#`; `/` and `./` divide, and there is no division with a remainder");
    if (!starts_statement()) push(TokenKind::error, begin);
    at_ = end;
  }
  /// An operand stands before it, in a formula.
  [[nodiscard]] bool may_divide() const {
    if (starts_statement() || goes_on(tokens_.back().kind)) return false;
    for (auto token = tokens_.rbegin(); token != tokens_.rend() && token->kind != TokenKind::newline; ++token) {
      if (token->kind == TokenKind::equal || token->kind == TokenKind::becomes) return true;
    }
    return false;
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
    reporter_.error("G0004", span(begin), "this is not UTF-8 text").help("save the file as UTF-8");
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
      error.help(fmt::format("an exponent has digits (`{0}e-3`); a product is written `{0}*{1}`", text, rest));
    } else if (const std::string sizes = parted_sizes(text + rest);
               !sizes.empty() && !reporter_.is_full() && is_size()) {
      error.fix(span(begin), open_.empty() ? "(" + sizes + ")" : sizes, "sizes are parted by `,`");
    } else if (begins_name(code_point_at(rest, 0).value)) {
      error.fix(span(begin),
                fmt::format("{}*{}", text, reporter_.is_full() ? rest : parted_names(source_.substr(0, begin), rest)),
                "a product is written with `*`");
    } else if (rest == ".") {
      error.fix(span(begin), text, "drop the point");
    }
    push(TokenKind::error, begin);
  }

  /// Whether a size stands here: in `R[…]`, `R^(…)`, behind `R^`.
  [[nodiscard]] bool is_size() const {
    auto before = tokens_.rbegin();
    if (!open_.empty()) {
      while (before != tokens_.rend() && before->span != open_.back()) ++before;
      if (before != tokens_.rend()) ++before;
    }
    if (before != tokens_.rend() && before->kind == TokenKind::caret)
      ++before;
    else if (open_.empty())
      return false;
    return before != tokens_.rend() && before->kind == TokenKind::name && before->text == "R";
  }

  void sign(const Sign& sign) {
    const std::size_t begin = at_;
    at_ += sign.text.size();
    const bool opens = sign.kind == TokenKind::left_paren || sign.kind == TokenKind::left_bracket;
    const bool closes = sign.kind == TokenKind::right_paren || sign.kind == TokenKind::right_bracket;
    if (opens && open_.size() + 1 == max_height) return nested_too_deep(begin);
    push(sign.kind, begin);
    if (opens) open_.push_back(tokens_.back().span);
    if (closes && !open_.empty()) open_.pop_back();
  }

  /// No formula has so many brackets open: the rest of the statement is left unread.
  void nested_too_deep(std::size_t begin) {
    reporter_.error("G0107", span(begin), "this expression is nested too deep").help("give a name to a part of it");
    push(TokenKind::error, begin);
    open_.clear();
    for (at_ = std::min(source_.find('\n', at_), source_.size());
         at_ < source_.size() && !begins_statement(source_, at_ + 1);)
      at_ = std::min(source_.find('\n', at_ + 1), source_.size());
  }

  /// `claim latex: …` and `claim numpy: …`: what follows the colon is one raw token.
  bool raw_claim() {
    const auto found = raw_claim_at(source_, at_);
    if (!found) return false;
    const auto piece = [&](TokenKind kind, Span of, std::string text) {
      at_ = of.end;
      push(kind, of.begin, std::move(text));
    };
    piece(TokenKind::name, found->word, "claim");
    piece(TokenKind::name, found->language, std::string(text_.slice(found->language)));
    piece(TokenKind::colon, found->colon, {});
    piece(TokenKind::raw, found->text, {});
    at_ = found->stop;
    for (std::uint32_t i = found->text.begin; i < found->text.end;) {
      const CodePoint point = code_point_at(source_, i);
      if (point.length == 0) {
        reporter_.error("G0004", {i, i + 1}, "this is not UTF-8 text");
        break;
      }
      i += point.length;
    }
    return true;
  }

  void line_end() {
    const std::size_t begin = at_++;
    space_ = true;
    if (starts_statement()) return;
    if (!open_.empty() && !(begins_statement(source_, at_) && tokens_.back().kind != TokenKind::comma)) return;
    if (open_.empty() && continues_below()) return;
    report_open_brackets(begin);
    tokens_.push_back(
        {TokenKind::newline, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)}, {}, false});
    statement_ = tokens_.size();
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
      // What ends too early does not swallow the next statement; the next side of a claim may look like one.
      if (wanted && last.kind != TokenKind::comma && tokens_[statement_].text != "claim" &&
          begins_statement(source_, line))
        return false;
      if (source_[first] != '#') return wanted || (source_[first] == '=' && !source_.substr(first).starts_with("=="));
      line = std::min(source_.find('\n', first), source_.size());
      line += line < source_.size() ? 1 : 0;
    }
    return false;
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
  std::size_t statement_ = 0;  ///< its first token
  bool space_ = false;
  std::vector<Token> tokens_;
  std::vector<Span> open_;
};

}  // namespace

std::vector<Token> tokens_of(const Text& text, Reporter& reporter, std::size_t begin) {
  return Lexer(text, reporter, begin).run();
}

}  // namespace gradwright::formula

namespace gradwright {

std::optional<Diagnostic> too_long(const Text& text) {
  constexpr std::size_t most_bytes = std::size_t{2} << 20U;  // what is read takes some hundred times as much
  if (text.content().size() <= most_bytes) return std::nullopt;
  std::vector<Diagnostic> fault{error("G0115", fmt::format("the text is too long: {} bytes, and {} are read at most",
                                                           text.content().size(), most_bytes))};
  add_ways_out(fault);
  return fault[0];
}

}  // namespace gradwright
