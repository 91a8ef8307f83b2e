// Expressions by precedence, tightest first: postfix, **, unary, * / @ % //, + -, & ^ |, comparison, not, and, or, conditional.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "read/numpy/python.h"

namespace gradwright::numpy {
namespace {

constexpr int most_depth = 80;
constexpr std::array<std::array<std::string_view, 6>, 7> levels{{
    {"or"},
    {"and"},
    {"<", ">", "<=", ">=", "==", "!="},
    {"|", "^"},
    {"&"},
    {"+", "-"},
    {"*", "/", "@", "%", "//"},
}};

class Parser {
 public:
  Parser(std::vector<PyToken> tokens, PyProgram& program, std::vector<Diagnostic>& diagnostics)
      : tokens_(std::move(tokens)), program_(program), diagnostics_(diagnostics) {}

  void run() {
    while (peek().kind != PyTokenKind::end) {
      if (peek().kind == PyTokenKind::newline || peek().text == ";") {
        is_in_head_ = is_in_head_ && peek().kind != PyTokenKind::newline;
        ++at_;
        continue;
      }
      failed_ = false;
      depth_ = 0;
      PyStatement one;
      one.indent = peek().indent + (is_in_head_ ? 1 : 0);
      const Span begin = peek().span;
      statement(one);
      if (!failed_ && !at_end() && one.kind != PyStatement::Kind::other)
        fail(fmt::format("unexpected `{}`", peek().text), "");
      skip_rest(one);
      one.span = joined(begin, tokens_[at_ > 0 ? at_ - 1 : 0].span);
      if (!failed_) program_.statements.push_back(std::move(one));
    }
  }

 private:
  /// The rest of a line that is not read; what `if x:` or `for …:` holds on its own line is a statement of its own.
  void skip_rest(const PyStatement& one) {
    static constexpr std::array<std::string_view, 9> heads{"if",   "elif", "else",   "for",    "while",
                                                           "with", "try",  "except", "finally"};
    const bool has_body = !failed_ && std::find(heads.begin(), heads.end(), one.word) != heads.end();
    for (int depth = 0; !at_end(); ++at_) {
      if (is("(") || is("[") || is("{")) ++depth;
      if (is(")") || is("]") || is("}")) --depth;
      if (!has_body || depth != 0 || !is(":")) continue;
      ++at_;
      is_in_head_ = !at_end();
      return;
    }
  }

  [[nodiscard]] const PyToken& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  [[nodiscard]] bool at_end() const {
    return peek().kind == PyTokenKind::newline || peek().kind == PyTokenKind::end ||
           (peek().kind == PyTokenKind::sign && peek().text == ";");
  }
  [[nodiscard]] bool is(std::string_view text) const {
    return (peek().kind == PyTokenKind::sign || peek().kind == PyTokenKind::name) && peek().text == text;
  }
  bool accept(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }
  Py fail(std::string message, std::string help) {
    constexpr std::size_t most = 50;
    if (!failed_ && peek().text != "?" && diagnostics_.size() < most) {
      diagnostics_.push_back(error("G0611", std::move(message)).at(peek().span));
      if (!help.empty()) diagnostics_.back().help(std::move(help));
    }
    failed_ = true;
    return nullptr;
  }
  Py made(PyKind kind, std::string text, std::vector<Py> children, Span span) {
    if (failed_) return nullptr;
    for (const Py child : children) {
      if (child == nullptr && kind != PyKind::slice) return fail("an operand is missing", "write it");
    }
    program_.nodes.push_back({kind, std::move(text), std::move(children), {}, span});
    return &program_.nodes.back();
  }
  [[nodiscard]] Span since(Span begin) const { return joined(begin, tokens_[at_ > 0 ? at_ - 1 : 0].span); }

  void statement(PyStatement& one) {
    static constexpr std::array<std::string_view, 22> words{
        "import", "from",   "for",   "while", "if",   "elif",  "else",   "try",   "except",   "finally", "with",
        "class",  "assert", "print", "del",   "pass", "raise", "global", "break", "continue", "yield",   "async"};
    const std::string word = peek().kind == PyTokenKind::name ? peek().text : peek().text == "@" ? "@" : std::string();
    const bool is_named =
        peek(1).kind == PyTokenKind::sign && (peek(1).text == "=" || peek(1).text == "." || peek(1).text == "[");
    if (word == "@" || (std::find(words.begin(), words.end(), word) != words.end() && !is_named)) {
      one.word = word;
      return;
    }
    if (word == "def" && peek(1).kind == PyTokenKind::name) return definition(one);
    if (word == "return") {
      ++at_;
      one.kind = PyStatement::Kind::returned;
      if (!at_end()) one.value = tuple();
      return;
    }
    if (peek().kind == PyTokenKind::text &&
        (peek(1).kind == PyTokenKind::newline || peek(1).kind == PyTokenKind::end)) {
      one.word = "docstring";
      return;
    }
    Py first = tuple();
    if (failed_) return;
    if (accept(":")) (void)expression();  // a type
    static constexpr std::array<std::string_view, 6> updates{"+=", "-=", "*=", "/=", "@=", "**="};
    if (peek().kind == PyTokenKind::sign && std::find(updates.begin(), updates.end(), peek().text) != updates.end()) {
      one.kind = PyStatement::Kind::assignment;
      one.word = peek().text.substr(0, peek().text.size() - 1);
      ++at_;
      one.targets = {first};
      one.value = tuple();
      return;
    }
    one.kind = is("=") ? PyStatement::Kind::assignment : PyStatement::Kind::expression;
    one.value = first;
    while (!failed_ && accept("=")) {
      one.targets.push_back(one.value);
      one.value = tuple();
    }
  }

  void definition(PyStatement& one) {
    ++at_;
    one.kind = PyStatement::Kind::definition;
    one.word = peek().text;
    ++at_;
    if (!accept("(")) {
      (void)fail("expected `(` after the function's name", "");
      return;
    }
    int depth = 1;
    bool is_parameter = true;
    while (depth > 0 && !at_end()) {
      if (is("(") || is("[") || is("{")) ++depth;
      if (is(")") || is("]") || is("}")) --depth;
      if (depth == 1 && is_parameter && peek().kind == PyTokenKind::name) {
        one.parameters.push_back(peek().text);
        is_parameter = false;
      }
      if (depth == 1 && is(",")) is_parameter = true;
      ++at_;
    }
    while (!at_end() && !is(":")) ++at_;
    if (accept(":") && !at_end() && is("return")) {  // def f(x): return …
      ++at_;
      one.value = tuple();
    }
  }

  Py tuple() {
    const Span begin = peek().span;
    std::vector<Py> items{expression()};
    if (!is(",")) return failed_ ? nullptr : items[0];
    while (!failed_ && accept(",")) {
      if (at_end() || is("=") || is(")") || is("]")) break;
      items.push_back(expression());
    }
    return made(PyKind::tuple, {}, std::move(items), since(begin));
  }

  Py expression() {
    if (++depth_ > most_depth) return fail("this expression is nested too deep", "give a name to a part of it");
    const Span begin = peek().span;
    Py found = nullptr;
    if (is("lambda")) {
      ++at_;
      std::vector<std::string> parameters;
      while (!at_end() && !is(":")) {
        if (peek().kind == PyTokenKind::name) parameters.push_back(peek().text);
        ++at_;
      }
      if (!accept(":")) return fail("expected `:` after the parameters", "");
      const Py body = expression();
      found = made(PyKind::lambda, {}, {body}, since(begin));
      if (found != nullptr) program_.nodes.back().parameters = std::move(parameters);
    } else {
      found = level(0);
      if (found != nullptr && is("if")) {
        ++at_;
        const Py condition = level(0);
        if (!accept("else")) return fail("expected `else`", "");
        const Py other = expression();
        found = made(PyKind::conditional, {}, {condition, found, other}, since(begin));
      }
    }
    --depth_;
    return found;
  }

  Py level(std::size_t which) {
    if (which == levels.size()) return unary();
    const Span begin = peek().span;
    if (which == 2 && accept("not")) {
      const Py inner = level(which);
      return made(PyKind::unary, "not", {inner}, since(begin));
    }
    Py left = level(which + 1);
    while (left != nullptr && !failed_) {
      const auto& operators = levels[which];
      const bool is_word = which < 2;
      const bool fits = peek().kind == (is_word ? PyTokenKind::name : PyTokenKind::sign) &&
                        std::find(operators.begin(), operators.end(), peek().text) != operators.end();
      if (!fits || peek().text.empty()) break;
      const std::string op = peek().text;
      ++at_;
      const Py right = level(which + 1);
      left = made(PyKind::binary, op, {left, right}, since(begin));
    }
    return left;
  }

  Py unary() {
    const Span begin = peek().span;
    if (is("-") || is("+") || is("~")) {
      if (++depth_ > most_depth) return fail("this expression is nested too deep", "give a name to a part of it");
      const std::string op = peek().text;
      ++at_;
      const Py inner = unary();
      --depth_;
      return op == "+" ? inner : made(PyKind::unary, op, {inner}, since(begin));
    }
    const Py base = postfix();
    if (base == nullptr || !accept("**")) return base;
    if (++depth_ > most_depth) return fail("this expression is nested too deep", "give a name to a part of it");
    const Py exponent = unary();
    --depth_;
    return made(PyKind::binary, "**", {base, exponent}, since(begin));
  }

  Py postfix() {
    const Span begin = peek().span;
    Py base = atom();
    while (base != nullptr && !failed_) {
      if (accept(".")) {
        if (peek().kind != PyTokenKind::name) return fail("expected a name after `.`", "");
        const std::string name = peek().text;
        ++at_;
        base = made(PyKind::attribute, name, {base}, since(begin));
      } else if (accept("(")) {
        base = call(base, begin);
      } else if (accept("[")) {
        base = subscript(base, begin);
      } else {
        break;
      }
    }
    return base;
  }

  Py call(Py function, Span begin) {
    std::vector<Py> children{function};
    while (!failed_ && !is(")")) {
      const Span first = peek().span;
      if (peek().kind == PyTokenKind::name && peek(1).kind == PyTokenKind::sign && peek(1).text == "=") {
        const std::string keyword = peek().text;
        at_ += 2;
        const Py value = expression();
        children.push_back(made(PyKind::keyword, keyword, {value}, since(first)));
      } else {
        (void)accept("*");
        children.push_back(expression());
      }
      if (!accept(",")) break;
    }
    if (failed_) return nullptr;
    if (!accept(")"))
      return fail(at_end() ? "this call is never closed" : fmt::format("unexpected `{}`", peek().text),
                  "close it with `)`");
    const bool is_dictionary = children[0]->kind == PyKind::name && children[0]->text == "dict";
    return made(is_dictionary ? PyKind::other : PyKind::call, {}, std::move(children), since(begin));
  }

  Py subscript(Py base, Span begin) {
    std::vector<Py> children{base};
    while (!failed_ && !is("]")) {
      const Span first = peek().span;
      std::vector<Py> parts;
      Py part = is(":") ? nullptr : expression();
      if (failed_) return nullptr;
      if (is(":")) {
        parts.push_back(part);
        while (accept(":") && parts.size() < 3) parts.push_back(is(":") || is("]") || is(",") ? nullptr : expression());
        part = made(PyKind::slice, {}, std::move(parts), since(first));
      }
      children.push_back(part);
      if (!accept(",")) break;
    }
    if (failed_) return nullptr;
    if (!accept("]"))
      return fail(at_end() ? "this index is never closed" : fmt::format("unexpected `{}`", peek().text),
                  "close it with `]`");
    return made(PyKind::subscript, {}, std::move(children), since(begin));
  }

  Py atom() {
    const PyToken token = peek();
    if (token.kind == PyTokenKind::number || token.kind == PyTokenKind::text) {
      ++at_;
      return made(token.kind == PyTokenKind::number ? PyKind::number : PyKind::text, token.text, {}, token.span);
    }
    static constexpr std::array<std::string_view, 8> reserved{"if", "else", "for", "in", "and", "or", "is", "return"};
    if (token.kind == PyTokenKind::name && std::find(reserved.begin(), reserved.end(), token.text) == reserved.end()) {
      ++at_;
      return made(PyKind::name, token.text, {}, token.span);
    }
    if (accept("...")) return made(PyKind::other, "...", {}, token.span);
    if (is("(") || is("[") || is("{")) {
      const std::string open = token.text;
      const std::string close = open == "(" ? ")" : open == "[" ? "]" : "}";
      ++at_;
      std::vector<Py> items;
      bool has_comma = false;
      while (!failed_ && !is(close)) {
        items.push_back(expression());
        if (open == "{" && accept(":")) items.push_back(expression());
        if (!accept(",")) break;
        has_comma = true;
      }
      if (failed_) return nullptr;
      if (!accept(close))
        return fail(
            at_end() ? fmt::format("this `{}` is never closed", open) : fmt::format("unexpected `{}`", peek().text),
            fmt::format("close it with `{}`", close));
      if (open == "(" && items.size() == 1 && !has_comma) {
        // brackets belong to what they enclose
        return items[0];
      }
      return made(open == "("   ? PyKind::tuple
                  : open == "[" ? PyKind::list
                                : PyKind::other,
                  {}, std::move(items), since(token.span));
    }
    return fail(at_end() ? std::string("the line ends where an operand should follow")
                         : fmt::format("an operand is missing before `{}`", token.text),
                "write it");
  }

  std::vector<PyToken> tokens_;
  PyProgram& program_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
  bool is_in_head_ = false;  ///< behind the `:` of `for …:`, on its line
};

}  // namespace

PyProgram parsed_python(std::string_view text, Span range, std::vector<Diagnostic>& diagnostics) {
  PyProgram program;
  Parser(tokens_of_python(text, range, diagnostics), program, diagnostics).run();
  return program;
}

}  // namespace gradwright::numpy
