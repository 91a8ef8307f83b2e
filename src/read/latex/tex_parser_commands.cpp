// Commands with what they take, texts, environments.
#include "read/latex/tex_parser.h"

namespace gradwright::latex {

void TexParser::command(TexRow& row, const TexToken& token) {
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
    row.push_back(node(*sign_name == "implies" ? TexKind::line : TexKind::sign, *sign_name, token));
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

void TexParser::arguments(TexRow& row, const TexToken& token) {
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
  if (name == "overset" || name == "stackrel" || name == "underset") {
    const TexRow above = argument(token.span, true);
    const bool is_demand = above.size() == 1 && above[0].is_sign("!");
    for (TexNode& one_node : argument(token.span, true)) {
      if (is_demand && one_node.is_sign("=")) one_node.text = "demand";
      row.push_back(std::move(one_node));
    }
    return;
  }
  if (name == "underbrace" || name == "overbrace") return with_parts(TexKind::group, "brace", 1);
  if (is_blackboard(name)) return with_parts(TexKind::blackboard, {}, 1);
  if (is_style(name)) {
    TexRow content = argument(token.span, true);
    if (failed_ || content.empty()) return;
    const bool is_equation =
        std::any_of(content.begin(), content.end(), [](const TexNode& one_node) { return one_node.is_sign("="); });
    if (is_equation) {  // \boxed{a = b}
      std::move(content.begin(), content.end(), std::back_inserter(row));
      return;
    }
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

void TexParser::upright_text(TexRow& row, const TexToken& token) {
  if (peek().kind != TexTokenKind::open) {
    TexRow content = argument(token.span, false);
    for (TexNode& one_node : content) row.push_back(std::move(one_node));
    return;
  }
  const std::size_t first = at_ + 1;
  int open = 0;
  do {
    open += peek().kind == TexTokenKind::open ? 1 : peek().kind == TexTokenKind::close ? -1 : 0;
    if (peek().kind == TexTokenKind::end) return fail(token.span, "this text is never closed", "close it with `}`");
    (void)next();
  } while (open > 0);
  const Span end = tokens_[at_ - 1].span;
  std::string inner;
  for (std::size_t i = first; i + 1 < at_; ++i) {
    if (tokens_[i].after_space && !inner.empty()) inner += ' ';
    if (is_remark_word(inner) && states(i)) {  // \text{if $x > 0$}
      row.push_back(node(TexKind::sign, "remark", token));
      at_ = i;
      TexRow condition = this->row("");
      (void)next();
      for (TexNode& one_node : condition) row.push_back(std::move(one_node));
      return;
    }
    inner += tokens_[i].text;
  }
  const bool is_word = !inner.empty() && std::all_of(inner.begin(), inner.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (!is_word) {
    if (inner == "and" || inner.find(" ") != std::string_view::npos)
      row.push_back(node(TexKind::sign, "remark", token));
    return;
  }
  const bool is_remark = is_remark_word(inner) || inner == "and" || inner == "or" || inner == "with" || inner == "so" ||
                         inner == "otherwise" || inner == "else";
  const bool is_nabla = inner == "grad";
  TexNode made = node(is_remark || is_nabla ? TexKind::sign
                      : inner.size() == 1   ? TexKind::letter
                                            : TexKind::word,
                      is_remark  ? "remark"
                      : is_nabla ? "nabla"
                                 : std::string(inner),
                      token);
  made.span = joined(token.span, end);
  made.after_space = true;
  row.push_back(std::move(made));
}

bool TexParser::states(std::size_t at) const {
  for (; at < tokens_.size() && tokens_[at].kind != TexTokenKind::close; ++at) {
    const TexToken& one_token = tokens_[at];
    const auto sign = one_token.kind == TexTokenKind::command ? sign_of(one_token.text) : one_token.text;
    if (sign && (*sign == "<" || *sign == ">" || *sign == "<=" || *sign == ">=")) return true;
    if (one_token.kind == TexTokenKind::open || one_token.kind == TexTokenKind::end) return false;
  }
  return false;
}

void TexParser::environment(TexRow& row, const TexToken& token) {
  const TexRow name_row = argument(token.span, false);
  std::string name;
  for (const TexNode& one_node : name_row) name += one_node.text;
  const bool are_cases = name.ends_with("cases") || name.ends_with("cases*");
  const bool is_matrix = are_cases || name.ends_with("matrix") || name == "array" || name == "smallmatrix*";
  if (!is_matrix) {
    if (name.starts_with("alignat")) (void)argument(token.span, false);
    return;  // align, equation, split …: lines of one row
  }
  if (name == "array" && peek().kind == TexTokenKind::open) (void)argument(token.span, false);
  TexNode matrix = node(TexKind::matrix, are_cases ? "cases" : name, token);
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

}  // namespace gradwright::latex
