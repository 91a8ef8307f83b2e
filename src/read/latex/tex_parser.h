// TexParser: tokens → rows of nodes: scripts, brackets (tex_parser.cpp), commands, texts, environments (tex_parser_commands.cpp).
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "read/latex/tex.h"
#include "read/latex/tex_commands.h"

namespace gradwright::latex {

class TexParser {
 public:
  static constexpr int most_depth = 60;
  TexParser(std::string_view text, std::vector<TexToken> tokens, std::vector<Diagnostic>& diagnostics)
      : text_(text), tokens_(std::move(tokens)), diagnostics_(diagnostics) {}

  TexRow run() {
    TexRow all = row("");
    if (!failed_ && peek().kind != TexTokenKind::end)
      fail(peek().span, fmt::format("`{}` closes nothing", peek().text), "remove it, or open it");
    return failed_ ? TexRow{} : all;
  }

 private:
  [[nodiscard]] const TexToken& peek() const { return tokens_[at_]; }
  const TexToken& next() {
    const TexToken& token = tokens_[at_];
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  [[nodiscard]] bool is_command(std::string_view name) const {
    return peek().kind == TexTokenKind::command && peek().text == name;
  }
  void fail(Span span, std::string message, std::string help, const char* code = "G0601") {
    if (failed_) return;
    failed_ = true;
    diagnostics_.push_back(error(code, std::move(message)).at(span).help(std::move(help)));
  }

  /// The bracket that the token here closes, or nothing.
  [[nodiscard]] std::optional<std::string> closes() const {
    const TexToken& token = peek();
    if (token.kind == TexTokenKind::close) return "}";
    if (token.kind == TexTokenKind::sign && token.text == ")") return "(";
    if (token.kind == TexTokenKind::sign && token.text == "]") return "[";
    if (token.kind == TexTokenKind::command) return closed_bracket(token.text);
    return std::nullopt;
  }
  [[nodiscard]] bool is_bar(std::string_view kind) const {
    const TexToken& token = peek();
    if (token.kind == TexTokenKind::sign) return token.text == "|" && kind == "|";
    return token.kind == TexTokenKind::command && sign_of(token.text) == kind;
  }

  /// `\right.`: it closes a bracket that has no partner.
  [[nodiscard]] bool ends_open() const {
    return is_command("right") && at_ + 1 < tokens_.size() && tokens_[at_ + 1].kind == TexTokenKind::sign &&
           tokens_[at_ + 1].text == ".";
  }

  /// Up to what closes `fence`, or a separator, a cell or the end; that token stays.
  TexRow row(std::string_view fence) {
    TexRow found;
    if (++depth_ > most_depth) fail(peek().span, "this formula is nested too deep", "give a name to a part of it");
    while (!failed_) {
      const TexToken& token = peek();
      if (token.kind == TexTokenKind::end || closes()) break;
      const bool in_matrix = fence == "matrix";
      if (in_matrix && (token.kind == TexTokenKind::cell || token.kind == TexTokenKind::line || is_command("end")))
        break;
      const bool separates = token.kind == TexTokenKind::sign && (token.text == "," || token.text == ";");
      if (separates && (fence == "(" || fence == "[" || fence == "{" || fence == "<")) break;
      if (fence == "{" && ends_open()) break;
      if ((fence == "|" || fence == "||") && is_bar(fence) && !found.empty() && is_operand(found.back())) break;
      if (token.kind == TexTokenKind::cell) {
        (void)next();
        continue;
      }
      one(found);
    }
    --depth_;
    return found;
  }

  /// It carries no scripts.
  static bool is_operator(const TexNode& node) {
    static constexpr std::string_view signs = "+-*/=<>,;:";
    const bool is_plain = node.text.size() == 1 && signs.find(node.text[0]) != std::string_view::npos;
    return node.kind == TexKind::sign &&
           (is_plain || node.text == "cdot" || node.text == "times" || node.text == "odot");
  }
  static bool is_operand(const TexNode& node) { return node.kind != TexKind::sign && node.kind != TexKind::line; }

  /// The next node with its scripts, onto the row.
  void one(TexRow& row) {
    const std::size_t before = row.size();
    atom(row);
    if (failed_) return;
    const bool is_new = row.size() > before;
    if (is_new && is_operator(row.back())) return;  // `= ^tX`
    const bool is_empty_group = is_new && row.back().kind == TexKind::group && row.back().parts[0].empty();
    if (peek().kind != TexTokenKind::sup && peek().kind != TexTokenKind::sub && peek().kind != TexTokenKind::prime) {
      if (is_empty_group) row.pop_back();  // `{} + x`
      return;
    }
    if (is_empty_group) {
      TexNode nothing = std::move(row.back());
      row.pop_back();
      return scripts_of_nothing(row, std::move(nothing));
    }
    if (row.empty()) return scripts_of_nothing(row, node(TexKind::group, {}, peek()));
    scripts(row.back());
  }

  void scripts(TexNode& node);
  void scripts_of_nothing(TexRow& row, TexNode nothing);
  [[nodiscard]] TexRow operand();

  /// What a command or script takes: a group's content or one node. One digit of a number where TeX would take one.
  TexRow argument(Span of, bool one_digit);

  static TexNode node(TexKind kind, std::string text, const TexToken& token) {
    TexNode made;
    made.kind = kind;
    made.text = std::move(text);
    made.span = token.span;
    made.after_space = token.after_space;
    return made;
  }

  void atom(TexRow& row) {
    const TexToken token = next();
    switch (token.kind) {
      case TexTokenKind::letter: row.push_back(node(TexKind::letter, token.text, token)); return;
      case TexTokenKind::digits: row.push_back(node(TexKind::number, token.text, token)); return;
      case TexTokenKind::line: row.push_back(node(TexKind::line, {}, token)); return;
      case TexTokenKind::open: {
        TexNode group = node(TexKind::group, {}, token);
        group.parts.push_back(this->row(""));
        if (failed_) return;
        if (peek().kind != TexTokenKind::close)
          return fail(token.span, "this `{` is never closed", "close it with `}`");
        group.span = joined(group.span, next().span);
        row.push_back(std::move(group));
        return;
      }
      case TexTokenKind::sup:
      case TexTokenKind::sub:
      case TexTokenKind::prime:
        --at_;
        if (row.empty() || !is_operand(row.back())) return scripts_of_nothing(row, node(TexKind::group, {}, token));
        return scripts(row.back());
      case TexTokenKind::sign: return sign(row, token);
      case TexTokenKind::command: return command(row, token);
      default: return;
    }
  }

  void sign(TexRow& row, const TexToken& token) {
    if (token.text == "(" || token.text == "[") return fence(row, token, token.text);
    if (token.text == "|") return fence(row, token, "|");
    if (token.text == ":" && peek().kind == TexTokenKind::sign && peek().text == "=") return;  // := is =
    if (token.text == ".") {
      if (at_ >= 2 && tokens_[at_ - 2].kind == TexTokenKind::command && ignored_arguments(tokens_[at_ - 2].text))
        return;  // \left.
      row.push_back(node(TexKind::sign, ".", token));
      return;
    }
    if (token.text == "@") {
      row.push_back(node(TexKind::sign, "times", token));
      return;
    }
    static constexpr std::string_view known = "+-*/=<>,;:!?";
    if (token.text.size() == 1 && known.find(token.text[0]) != std::string_view::npos) {
      row.push_back(node(TexKind::sign, token.text, token));
      return;
    }
    const bool printable = static_cast<unsigned char>(token.text[0]) >= 32 && token.text[0] != 127;
    fail(token.span,
         printable ? fmt::format("`{}` has no meaning in a formula", token.text)
                   : "this character has no meaning in a formula",
         "remove it");
  }

  /// `\right|_{x=0}`, `\big|_{x=0}`
  [[nodiscard]] bool is_at_point(const std::string& kind) const;

  void fence(TexRow& row, const TexToken& token, const std::string& kind);

  void command(TexRow& row, const TexToken& token);

  /// Commands with arguments.
  void arguments(TexRow& row, const TexToken& token);

  /// The words of \text{…} as they stand; remarks (several words) are dropped.
  void upright_text(TexRow& row, const TexToken& token);

  static bool is_remark_word(std::string_view text) {
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text == "if" || text == "for" || text == "when" || text == "where" || text == "since" || text == "because" ||
           text == "as" || text == "using" || text == "by" || text == "thus" || text == "hence";
  }
  /// Of the tokens up to the brace that closes: there is a comparison among them.
  [[nodiscard]] bool states(std::size_t at) const;

  void environment(TexRow& row, const TexToken& token);

  std::string_view text_;
  std::vector<TexToken> tokens_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace gradwright::latex
