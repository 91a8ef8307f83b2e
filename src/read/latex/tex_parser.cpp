// Rows, scripts, brackets, environments.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "read/latex/tex.h"
#include "read/latex/tex_commands.h"

namespace gradwright::latex {
namespace {

constexpr int most_depth = 60;
class Parser {
 public:
  Parser(std::string_view text, std::vector<TexToken> tokens, std::vector<Diagnostic>& diagnostics)
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
    diagnostics_.push_back({code, Severity::error, std::move(message), span, {}, {}, {std::move(help)}, {}});
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

  static bool is_operand(const TexNode& node) { return node.kind != TexKind::sign && node.kind != TexKind::line; }

  /// The next node with its scripts, onto the row.
  void one(TexRow& row) {
    const std::size_t before = row.size();
    atom(row);
    if (failed_) return;
    const bool is_new = row.size() > before;
    if (peek().kind != TexTokenKind::sup && peek().kind != TexTokenKind::sub && peek().kind != TexTokenKind::prime)
      return;
    const bool is_empty_group = is_new && row.back().kind == TexKind::group && row.back().parts[0].empty();
    if (is_empty_group && row.size() > 1 && is_operand(row[row.size() - 2])) row.pop_back();
    if (row.empty())
      return fail(peek().span, fmt::format("`{}` stands on nothing", peek().text),
                  "write what it belongs to before it");
    scripts(row.back());
  }

  void scripts(TexNode& node) {
    if (node.core.is_empty()) node.core = node.span;
    while (!failed_) {
      const TexTokenKind kind = peek().kind;
      if (kind == TexTokenKind::prime) {
        ++node.primes;
        node.span = joined(node.span, next().span);
        continue;
      }
      if (kind != TexTokenKind::sup && kind != TexTokenKind::sub) {
        if ((is_command("limits") || is_command("nolimits"))) {
          (void)next();
          continue;
        }
        return;
      }
      const Span sign = next().span;
      TexRow script = argument(sign, false);
      node.span = joined(node.span, joined(sign, span_of(script)));
      if (node.kind == TexKind::group && node.text == "brace") continue;  // the words under a brace
      TexRow& place = kind == TexTokenKind::sup ? node.sup : node.sub;
      place.insert(place.end(), std::make_move_iterator(script.begin()), std::make_move_iterator(script.end()));
    }
  }

  /// What a command or script takes: a group's content or one node. One digit of a number where TeX would take one.
  TexRow argument(Span of, bool one_digit) {
    const TexToken token = peek();
    if (token.kind == TexTokenKind::open) {
      (void)next();
      TexRow content = row("");
      if (failed_) return {};
      if (peek().kind != TexTokenKind::close) {
        fail(token.span, "this `{` is never closed", "close it with `}`");
        return {};
      }
      (void)next();
      return content;
    }
    if (token.kind == TexTokenKind::digits && one_digit && token.text.size() > 1) {
      TexToken& rest = tokens_[at_];
      rest.text.erase(0, 1);
      ++rest.span.begin;
      TexNode digit = node(TexKind::number, token.text.substr(0, 1), token);
      digit.span.end = digit.span.begin + 1;
      return {std::move(digit)};
    }
    if (token.kind == TexTokenKind::end || token.kind == TexTokenKind::cell || token.kind == TexTokenKind::line ||
        closes()) {
      fail(of, fmt::format("something is missing after `{}`", text_.substr(of.begin, of.end - of.begin)),
           "write it in braces: `{…}`");
      return {};
    }
    TexRow one_node;
    if (++depth_ > most_depth) fail(token.span, "this formula is nested too deep", "give a name to a part of it");
    for (int guard = 0; one_node.empty() && !failed_ && guard < 100 && peek().kind != TexTokenKind::end; ++guard)
      atom(one_node);
    --depth_;
    return one_node;
  }

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
      case TexTokenKind::letter:
        row.push_back(node(TexKind::letter, token.text, token));
        return;
      case TexTokenKind::digits:
        row.push_back(node(TexKind::number, token.text, token));
        return;
      case TexTokenKind::line:
        row.push_back(node(TexKind::line, {}, token));
        return;
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
        if (row.empty() || !is_operand(row.back()))
          return fail(token.span, fmt::format("`{}` stands on nothing", token.text),
                      "write what it belongs to before it");
        return scripts(row.back());
      case TexTokenKind::sign:
        return sign(row, token);
      case TexTokenKind::command:
        return command(row, token);
      default:
        return;
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

  void fence(TexRow& row, const TexToken& token, const std::string& kind) {
    TexNode found = node(TexKind::fence, kind, token);
    while (true) {
      found.parts.push_back(this->row(kind));
      if (failed_) return;
      if (peek().kind != TexTokenKind::sign || (peek().text != "," && peek().text != ";")) break;
      if (kind == "|" || kind == "||") break;
      found.separators += next().text;
    }
    const bool is_closed = kind == "|" || kind == "||" ? is_bar(kind) || closes() == kind : closes() == kind;
    if (!is_closed) {
      if (closes())
        return fail(joined(token.span, peek().span), fmt::format("`{}` is closed by `{}`", token.text, peek().text),
                    "close it with the matching bracket");
      return fail(token.span, fmt::format("this `{}` is never closed", token.text), "close it");
    }
    found.span = joined(found.span, next().span);
    row.push_back(std::move(found));
  }

  void command(TexRow& row, const TexToken& token) {
    const std::string& name = token.text;
    if (const auto count = ignored_arguments(name)) {
      for (int i = 0; i < *count; ++i) (void)argument(token.span, false);
      return;
    }
    if (is_greek(name) || name == "ell") {
      std::string plain = name == "ell" ? "l" : name.starts_with("var") ? name.substr(3) : name;
      row.push_back(node(TexKind::letter, std::move(plain), token));
      return;
    }
    if (const auto bar = opened_bracket(name)) return fence(row, token, *bar);
    if (const auto sign_name = sign_of(name)) {
      if (*sign_name == "|" || *sign_name == "||") return fence(row, token, *sign_name);
      row.push_back(node(*sign_name == "line" ? TexKind::line : TexKind::sign, *sign_name, token));
      return;
    }
    if (is_function_command(name)) {
      row.push_back(node(TexKind::word, name, token));
      return;
    }
    if (name == "sum" || name == "prod") {
      row.push_back(node(TexKind::big, name, token));
      return;
    }
    if (name == "begin") return environment(row, token);
    if (name == "end") {
      (void)argument(token.span, false);
      return;
    }
    arguments(row, token);
  }

  /// Commands with arguments.
  void arguments(TexRow& row, const TexToken& token) {
    const std::string& name = token.text;
    const auto with_parts = [&](TexKind kind, std::string text, std::size_t count) {
      TexNode made = node(kind, std::move(text), token);
      for (std::size_t i = 0; i < count && !failed_; ++i) made.parts.push_back(argument(token.span, true));
      made.span.end = std::max(made.span.end, tokens_[at_ == 0 ? 0 : at_ - 1].span.end);
      if (!failed_) row.push_back(std::move(made));
    };
    if (name == "frac" || name == "tfrac" || name == "dfrac" || name == "cfrac")
      return with_parts(TexKind::fraction, {}, 2);
    if (name == "dv" || name == "pdv" || name == "odv" || name == "pd") return with_parts(TexKind::fraction, "d", 2);
    if (name == "grad") return row.push_back(node(TexKind::sign, "nabla", token));
    if (name == "norm" || name == "abs") {
      TexNode made = node(TexKind::fence, name == "abs" ? "|" : "||", token);
      made.parts.push_back(argument(token.span, false));
      return row.push_back(std::move(made));
    }
    if (name == "sqrt") {
      TexNode made = node(TexKind::root, {}, token);
      TexRow order;
      if (peek().kind == TexTokenKind::sign && peek().text == "[") {
        (void)next();
        order = this->row("[");
        if (closes() != "[") return fail(token.span, "the order of this root is never closed", "write `\\sqrt[3]{x}`");
        (void)next();
      }
      made.parts.push_back(argument(token.span, true));
      made.parts.push_back(std::move(order));
      made.span.end = std::max(made.span.end, tokens_[at_ == 0 ? 0 : at_ - 1].span.end);
      return row.push_back(std::move(made));
    }
    if (const auto accent = accent_of(name))
      return with_parts(accent->empty() ? TexKind::group : TexKind::accent, *accent, 1);
    if (name == "underbrace" || name == "overbrace") return with_parts(TexKind::group, "brace", 1);
    if (is_blackboard(name)) return with_parts(TexKind::blackboard, {}, 1);
    if (is_style(name)) {
      TexRow content = argument(token.span, true);
      if (failed_ || content.empty()) return;
      const bool is_digit = content.size() == 1 && content[0].kind == TexKind::number;
      if (is_digit || content.size() > 1) {
        TexNode made = node(is_digit ? TexKind::blackboard : TexKind::group, {}, token);
        made.span = joined(token.span, tokens_[at_ == 0 ? 0 : at_ - 1].span);
        made.parts.push_back(std::move(content));
        return row.push_back(std::move(made));
      }
      content[0].span = joined(token.span, tokens_[at_ == 0 ? 0 : at_ - 1].span);
      content[0].after_space = true;  // a styled letter is a name of its own
      return row.push_back(std::move(content[0]));
    }
    if (is_upright(name)) return upright_text(row, token);
    fail(token.span, fmt::format("`\\{}` is not read", name),
         "write it with what the worksheet language has, or remove it", "G0602");
  }

  /// The words of \text{…} as they stand; remarks (several words) are dropped.
  void upright_text(TexRow& row, const TexToken& token) {
    if (peek().kind != TexTokenKind::open) {
      TexRow content = argument(token.span, false);
      for (TexNode& one_node : content) row.push_back(std::move(one_node));
      return;
    }
    const std::size_t begin = peek().span.end;
    int open = 0;
    do {
      open += peek().kind == TexTokenKind::open ? 1 : peek().kind == TexTokenKind::close ? -1 : 0;
      if (peek().kind == TexTokenKind::end) return fail(token.span, "this text is never closed", "close it with `}`");
      (void)next();
    } while (open > 0);
    const Span end = tokens_[at_ - 1].span;
    std::string_view inner = text_.substr(begin, end.begin - begin);
    while (!inner.empty() && inner.front() == ' ') inner.remove_prefix(1);
    while (!inner.empty() && inner.back() == ' ') inner.remove_suffix(1);
    const bool is_word = !inner.empty() && std::all_of(inner.begin(), inner.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!is_word) {
      if (inner == "and" || inner.find(" ") != std::string_view::npos)
        row.push_back(node(TexKind::sign, "remark", token));
      return;
    }
    const bool is_remark = inner == "where" || inner == "and" || inner == "or" || inner == "if" || inner == "with" ||
                           inner == "so" || inner == "for";
    TexNode made = node(is_remark           ? TexKind::sign
                        : inner.size() == 1 ? TexKind::letter
                                            : TexKind::word,
                        is_remark ? "remark" : std::string(inner), token);
    made.span = joined(token.span, end);
    made.after_space = true;
    row.push_back(std::move(made));
  }

  void environment(TexRow& row, const TexToken& token) {
    const TexRow name_row = argument(token.span, false);
    std::string name;
    for (const TexNode& one_node : name_row) name += one_node.text;
    const bool is_matrix = name.ends_with("matrix") || name == "array" || name == "smallmatrix*";
    if (name == "cases")
      return fail(token.span, "cases are not read", "write an indicator: `\\mathbb{1}[z > 0]`", "G0602");
    if (!is_matrix) {
      if (name.starts_with("alignat")) (void)argument(token.span, false);
      return;  // align, equation, split …: lines of one row
    }
    if (name == "array" && peek().kind == TexTokenKind::open) (void)argument(token.span, false);
    TexNode matrix = node(TexKind::matrix, name, token);
    std::uint32_t cells = 0;
    while (!failed_) {
      matrix.parts.push_back(this->row("matrix"));
      ++cells;
      if (failed_) return;
      if (peek().kind == TexTokenKind::cell) {
        (void)next();
        continue;
      }
      const bool is_line = peek().kind == TexTokenKind::line;
      if (is_line) (void)next();
      if (cells == 1 && matrix.parts.back().empty() && (!is_line || matrix.rows.empty() || is_command("end"))) {
        matrix.parts.pop_back();  // a last \\, or nothing at all
      } else {
        matrix.rows.push_back(cells);
      }
      cells = 0;
      if (is_line) continue;
      if (!is_command("end"))
        return fail(token.span, fmt::format("this `\\begin{{{}}}` has no end", name), "close it with `\\end{…}`");
      matrix.span = joined(matrix.span, next().span);
      (void)argument(token.span, false);
      break;
    }
    matrix.span.end = std::max(matrix.span.end, tokens_[at_ == 0 ? 0 : at_ - 1].span.end);
    if (failed_) return;
    if (matrix.parts.empty()) return fail(matrix.span, "this matrix is empty", "write its entries");
    row.push_back(std::move(matrix));
  }

  std::string_view text_;
  std::vector<TexToken> tokens_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

TexRow parsed_tex(std::string_view text, Span range, std::vector<Diagnostic>& diagnostics) {
  return Parser(text, tokens_of_tex(text, range), diagnostics).run();
}

}  // namespace gradwright::latex
