// formatted: the standard layout of a worksheet. Tokens stay as written, only the space between them changes:
//   a*b  a^2  a + b  a .* b  x, y : R[2]  z = W*x  -a
// Lines of a statement that has an error stay untouched. Comments at the ends of neighbouring lines are aligned.
#include <algorithm>

#include "read/formula/parser.h"
#include "read/formula/program.h"
#include "read/formula/signs.h"
#include "read/formula/too_long.h"

namespace gradwright {
namespace formula {
namespace {

struct Line {
  std::string code;
  std::string comment;
};

bool is_spaced(TokenKind kind) {
  switch (kind) {
    case TokenKind::plus:
    case TokenKind::minus:
    case TokenKind::dot_star:
    case TokenKind::dot_slash:
    case TokenKind::kron:
    case TokenKind::less:
    case TokenKind::less_equal:
    case TokenKind::greater:
    case TokenKind::greater_equal:
    case TokenKind::equal_equal:
    case TokenKind::becomes:
    case TokenKind::tilde:
    case TokenKind::element_of: return true;
    default: return false;
  }
}

bool ends_operand(TokenKind kind) {
  return kind == TokenKind::name || kind == TokenKind::number || kind == TokenKind::right_paren ||
         kind == TokenKind::right_bracket || kind == TokenKind::prime || kind == TokenKind::top;
}

class Formatter {
 public:
  explicit Formatter(const Text& text) : text_(text), tokens_(tokens_of(text, reporter_)) {
    AstPool asts;
    (void)Parser(text, tokens_, asts, reporter_).statements();
    mark_errors();
  }

  std::string run() {
    const std::size_t count = text_.line_count();
    std::size_t at = 0;
    std::size_t depth = 0;
    for (std::size_t number = 1; number <= count; ++number) {
      const std::uint32_t begin = text_.line_begin(number);
      const auto end = begin + static_cast<std::uint32_t>(text_.line(number).size());
      if (begin < covered_) continue;  // inside a raw claim
      std::size_t stop = at;
      while (stop < tokens_.size() && tokens_[stop].span.begin < end && tokens_[stop].kind != TokenKind::end) ++stop;
      const bool starts = at == 0 || tokens_[at - 1].kind == TokenKind::newline;
      // The line break itself may be a token that begins at `end`.
      add(line(number, at, stop, starts, depth));
      at = stop;
      const std::uint32_t next = number < count ? text_.line_begin(number + 1) : end + 1;
      while (at < tokens_.size() && tokens_[at].span.begin < next &&
             (tokens_[at].kind == TokenKind::newline || tokens_[at].kind == TokenKind::error)) {
        if (tokens_[at++].kind == TokenKind::newline) depth = 0;
      }
    }
    flush();
    // The last line has no break of its own where the text ends in one.
    if (laid_out_ == "\n" || laid_out_.ends_with("\n\n")) laid_out_.pop_back();
    return std::move(laid_out_);
  }

 private:
  void mark_errors() {
    wrong_.assign(text_.line_count() + 2, false);
    std::vector<bool> bad(text_.line_count() + 2, false);
    if (reporter_.is_full()) bad.assign(bad.size(), true);  // what is wrong further on has not been said
    for (const Diagnostic& diagnostic : reporter_.take()) {
      const std::size_t first = text_.place(diagnostic.span.begin).line;
      const std::size_t last = text_.place(diagnostic.span.end).line;
      for (std::size_t i = first; i <= last && i < bad.size(); ++i) bad[i] = true;
    }
    mark_foreign(bad);
    // An error anywhere in a statement keeps all its lines.
    std::size_t first = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind != TokenKind::newline) continue;
      if (i > first) {
        const std::size_t from = text_.place(tokens_[first].span.begin).line;
        const std::size_t to = text_.place(tokens_[i - 1].span.end).line;
        bool any = false;
        for (std::size_t k = from; k <= to && k < bad.size(); ++k) any = any || bad[k];
        for (std::size_t k = from; any && k <= to && k < wrong_.size(); ++k) wrong_[k] = true;
      }
      first = i + 1;
    }
    for (std::size_t i = 0; i < bad.size(); ++i) wrong_[i] = wrong_[i] || bad[i];
  }

  /// Notation of other languages, which is told once its sizes are known.
  void mark_foreign(std::vector<bool>& bad) const {
    std::size_t line = 1;
    for (const Token& token : tokens_) {
      while (line < text_.line_count() && text_.line_begin(line + 1) <= token.span.begin) ++line;
      if (token.kind == TokenKind::bar || token.kind == TokenKind::double_bar || token.kind == TokenKind::double_star)
        bad[line] = true;
    }
  }

  [[nodiscard]] std::string spaced(const Token* before, const Token* previous, const Token& token,
                                   std::size_t depth) const {
    if (previous == nullptr) return {};
    const TokenKind left = previous->kind;
    const TokenKind right = token.kind;
    if (right == TokenKind::raw) return " ";
    if (left == TokenKind::comma || left == TokenKind::semicolon) return depth == 0 || token.after_space ? " " : "";
    if (right == TokenKind::comma || right == TokenKind::semicolon || right == TokenKind::prime ||
        right == TokenKind::right_paren || right == TokenKind::right_bracket)
      return {};
    if (left == TokenKind::left_paren || left == TokenKind::left_bracket) return {};
    if (right == TokenKind::colon)
      return depth == 0 && !(previous->text == "latex" || previous->text == "numpy") ? " " : "";
    if (left == TokenKind::colon) return depth == 0 ? " " : "";
    if (right == TokenKind::equal || left == TokenKind::equal || right == TokenKind::becomes ||
        left == TokenKind::becomes)
      return depth == 0 ? " " : "";
    if (unary(*previous, before)) return {};
    if (unary(token, previous) && !is_spaced(left)) return left == TokenKind::name ? " " : "";
    if (is_spaced(left) || is_spaced(right)) return " ";
    if (previous->text == "wrt" && right == TokenKind::star) return " ";
    if (is_between_operands(left) || is_between_operands(right)) return {};
    if (right == TokenKind::left_paren || right == TokenKind::left_bracket)
      return left == TokenKind::name && is_word(*previous, before) ? " " : "";
    return " ";
  }
  [[nodiscard]] bool unary(const Token& sign, const Token* ahead) const {
    return (sign.kind == TokenKind::minus || sign.kind == TokenKind::plus) &&
           (ahead == nullptr || !ends_operand(ahead->kind));
  }
  /// `claim [a;b] = …`: a keyword, not a call or an entry.
  [[nodiscard]] static bool is_word(const Token& token, const Token* before) {
    return before == nullptr && token.text == "claim";
  }

  Line line(std::size_t number, std::size_t from, std::size_t to, bool starts, std::size_t& depth) {
    const std::string_view written = text_.line(number);
    Line result;
    std::uint32_t code_end = text_.line_begin(number);
    std::string code;
    const Token* before = from > 1 && !starts ? &tokens_[from - 2] : nullptr;
    const Token* previous = from > 0 && !starts ? &tokens_[from - 1] : nullptr;
    bool is_first = true;
    for (std::size_t i = from; i < to; ++i) {
      const Token& token = tokens_[i];
      if (token.kind == TokenKind::newline || token.span.is_empty()) continue;
      if (token.kind == TokenKind::right_paren || token.kind == TokenKind::right_bracket) depth -= depth > 0 ? 1 : 0;
      if (!is_first) code += spaced(before, previous, token, depth);
      is_first = false;
      const bool is_superscript = previous != nullptr && token.span == previous->span;  // ⁻¹ is three tokens
      if (!is_superscript) code += text_.slice(token.span);
      if (token.kind == TokenKind::left_paren || token.kind == TokenKind::left_bracket) ++depth;
      before = previous;
      previous = &token;
      code_end = token.span.end;
    }
    const std::uint32_t line_begin = text_.line_begin(number);
    if (code_end > line_begin + written.size()) covered_ = code_end;
    const auto trimmed = [](std::string_view piece) {
      while (!piece.empty() && (piece.back() == ' ' || piece.back() == '\t' || piece.back() == '\r'))
        piece.remove_suffix(1);
      return std::string(piece);
    };
    if (wrong_[number]) {
      covered_ = 0;
      return {std::string(written), {}};
    }
    const std::size_t indent = std::min(written.find_first_not_of(" \t"), written.size());
    if (is_first) {
      result.code = trimmed(written);
      return result;
    }
    // A raw claim ends on a line further down; its comment stands there.
    const std::size_t last = covered_ > line_begin ? text_.place(covered_).line : number;
    const std::string_view rest =
        text_.line(last).substr(std::min<std::size_t>(code_end - text_.line_begin(last), text_.line(last).size()));
    const std::size_t hash = rest.find('#');
    if (hash != std::string_view::npos)
      (last == number ? result.comment : code) += (last == number ? "" : "  ") + trimmed(rest.substr(hash));
    result.code = (starts ? std::string() : std::string(written.substr(0, indent))) + code;
    return result;
  }
  /// Neighbouring lines with comments wait for the widest of them.
  void add(Line line) {
    if (line.comment.empty()) {
      flush();
      laid_out_ += line.code;
      laid_out_ += '\n';
    } else {
      waiting_.push_back(std::move(line));
    }
  }
  void flush() {
    std::size_t width = 0;
    for (const Line& line : waiting_) width = std::max(width, display_width(line.code));
    for (const Line& line : waiting_)
      laid_out_ += line.code + std::string(width - display_width(line.code) + 2, ' ') + line.comment + "\n";
    waiting_.clear();
  }

  const Text& text_;
  Reporter reporter_;
  std::vector<Token> tokens_;
  std::vector<bool> wrong_;
  std::vector<Line> waiting_;
  std::string laid_out_;
  std::uint32_t covered_ = 0;
};

}  // namespace
}  // namespace formula

std::string formatted(const Text& text) {
  // Laid out is what laying out leaves alone. Text that is no worksheet may take a few rounds; what does not settle stays as it is.
  constexpr int most_rounds = 4;
  if (too_long(text)) return text.content();
  std::string once = formula::Formatter(text).run();
  if (once == text.content()) return once;
  for (int round = 0; round < most_rounds; ++round) {
    std::string twice = formula::Formatter(Text(text.name(), once)).run();
    if (twice == once) return once;
    once = std::move(twice);
  }
  return text.content();
}

}  // namespace gradwright
