// Statements of the worksheet language: declarations, definitions, requests, claims.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "read/formula/builtins.h"
#include "read/formula/parser.h"

namespace gradwright::formula {
namespace {

bool is_reserved(std::string_view word) {
  static constexpr std::array<std::string_view, 10> keywords{"param",  "const",    "dim",   "derive", "hessian",
                                                             "layout", "minimize", "claim", "wrt",    "minimise"};
  return std::find(keywords.begin(), keywords.end(), word) != keywords.end();
}

bool names_something(StatementKind kind) { return kind == StatementKind::definition || kind == StatementKind::update; }

}  // namespace

bool Parser::reserved(const Token& word) {
  reporter_.error("G0307", word.span, fmt::format("`{}` is a word of the language and cannot be a name", word.text));
  return false;
}

std::vector<Statement> Parser::statements() {
  std::vector<Statement> found;
  while (!is(TokenKind::end) && !reporter_.is_full()) {
    if (accept(TokenKind::newline)) continue;
    Statement one;
    const Span begin = peek().span;
    depth_ = 0;
    const bool good = statement(one);
    if (good && !at_line_end()) {
      unexpected(one);
    }
    const bool whole = good && at_line_end();
    one.span = at_ == 0 ? begin : joined(begin, tokens_[at_ - 1].span);
    // A claim with a side that cannot be read still is a claim; a definition still names something.
    if (whole || (names_something(one.kind) && !one.names.empty()) || one.kind == StatementKind::claim) {
      if (!whole) one.value = names_something(one.kind) ? Ast{} : one.value;
      found.push_back(std::move(one));
      if (claimed_) found.push_back(std::move(*claimed_));
      claimed_.reset();
    } else if ((one.kind == StatementKind::function || one.kind == StatementKind::declaration) && !one.names.empty()) {
      Statement poisoned;  // keeps its names known, so that their users are not blamed
      poisoned.kind = StatementKind::definition;
      poisoned.span = one.span;
      for (const NameAt& name : one.names) {
        poisoned.names = {name};
        found.push_back(poisoned);
        if (one.kind == StatementKind::function) break;
      }
    }
    skip_statement();
  }
  return found;
}

void Parser::unexpected(const Statement& one) {
  const bool is_operand = is(TokenKind::name) || is(TokenKind::number) || is(TokenKind::left_paren);
  const bool is_closing = is(TokenKind::right_paren) || is(TokenKind::right_bracket);
  const bool is_bar = is(TokenKind::bar) || is(TokenKind::double_bar);
  const std::size_t errors = reporter_.count();
  const bool is_argument =
      is_operand && at_ > 0 && tokens_[at_ - 1].kind == TokenKind::name && is_builtin(tokens_[at_ - 1].text);
  const std::string help =
      is_operand && one.kind == StatementKind::declaration ? "sizes stand in brackets: `R[3]`, `R[m,n]`"
      : is_argument ? fmt::format("what a function is taken of stands in brackets: `{}(…)`", tokens_[at_ - 1].text)
      : is_operand && names_something(one.kind) ? "a product is written with `*`"
      : is_closing                              ? "no bracket is open here"
      : is_bar                                  ? "products and sums of comparisons stand for `and` and `or`"
                                                : "";
  Diagnostic* const diagnostic = fail_at("G0101", fmt::format("unexpected {}", here()), help);
  if (diagnostic == nullptr || reporter_.count() == errors) return;
  const bool is_last = peek(1).kind == TokenKind::newline || peek(1).kind == TokenKind::end;
  if ((is_closing || is(TokenKind::semicolon)) && is_last)
    diagnostic->fix(peek().span, "", fmt::format("drop the {}", here()));
}

void Parser::skip_statement() {
  while (!at_line_end()) ++at_;
}

bool Parser::keyword(std::string_view word) const {
  return is(TokenKind::name) && peek().text == word && peek(1).kind == TokenKind::name;
}

bool Parser::is_declaration() const {
  std::size_t ahead = 0;
  while (peek(ahead).kind == TokenKind::name) {
    const TokenKind after = peek(ahead + 1).kind;
    if (after == TokenKind::colon || after == TokenKind::element_of) return true;
    if (after != TokenKind::comma) return false;
    ahead += 2;
  }
  return false;
}

bool Parser::statement(Statement& one) {
  if (keyword("param") || keyword("const")) {
    one.role = next().text == "param" ? Role::parameter : Role::constant;
    return declaration(one);
  }
  if (keyword("dim")) return dimension(one);
  if (keyword("derive")) return request(one, StatementKind::derive);
  if (keyword("hessian")) return request(one, StatementKind::hessian);
  if (keyword("minimize") || keyword("minimise")) return request(one, StatementKind::minimize);
  if (keyword("layout")) {
    ++at_;
    one.kind = StatementKind::layout;
    one.word = {peek().text, peek().span};
    if (one.word.text != "gradient" && one.word.text != "numerator" && one.word.text != "denominator") {
      return failed("G0108", fmt::format("unknown layout `{}`", one.word.text),
                    "a layout is `gradient`, `numerator` or `denominator`");
    }
    ++at_;
    return true;
  }
  if (is(TokenKind::name) && peek().text == "claim" && peek(1).kind != TokenKind::equal &&
      peek(1).kind != TokenKind::colon)
    return claim(one);
  if (is_declaration()) return declaration(one);
  return definition(one);
}

bool Parser::declaration(Statement& one) {
  one.kind = StatementKind::declaration;
  do {
    if (!is(TokenKind::name)) return failed("G0104", fmt::format("expected a name to declare, found {}", here()));
    if (is_reserved(peek().text)) return reserved(peek());
    one.names.push_back({peek().text, peek().span});
    ++at_;
  } while (accept(TokenKind::comma));
  if (accept(TokenKind::colon) || accept(TokenKind::element_of)) {
    if (!type_of(one)) return false;
    one.has_type = true;
  } else if (!(one.role == Role::constant && is(TokenKind::equal))) {
    return failed("G0104", fmt::format("expected `:` and a size, found {}", here()),
                  "a declaration reads `W : R[3,2]`");
  }
  while (is(TokenKind::name)) {
    one.properties.push_back({peek().text, peek().span});
    ++at_;
    accept(TokenKind::comma);
  }
  if (accept(TokenKind::tilde)) {
    if (!is(TokenKind::name)) return failed("G0106", fmt::format("expected an initialiser, found {}", here()));
    one.initialiser = {peek().text, peek().span};
    ++at_;
    if (accept(TokenKind::left_paren)) {
      do {
        const Ast argument = expression();
        if (argument.is_none()) return false;
        one.initialiser_args.push_back(argument);
      } while (accept(TokenKind::comma));
      if (!accept(TokenKind::right_paren)) return failed("G0103", fmt::format("expected `)`, found {}", here()));
    }
  }
  while (is(TokenKind::name)) {
    one.properties.push_back({peek().text, peek().span});
    ++at_;
  }
  if (is(TokenKind::equal)) {
    if (one.role != Role::constant)
      return failed("G0104", "only a `const` has a value",
                    "write `const` before the name, or define it without a size");
    ++at_;
    one.value = faultless_expression();
    return !one.value.is_none();
  }
  return true;
}

/// `R[n x d]`: the x is a sign to people, and a name here.
bool Parser::sizes_apart() {
  Diagnostic* const diagnostic = fail_at("G0103", fmt::format("expected `]` or `,`, found {}", here()), {});
  const bool is_cross = diagnostic != nullptr && is(TokenKind::name) && (peek().text == "x" || peek().text == "X") &&
                        peek(1).kind != TokenKind::newline;
  if (is_cross) diagnostic->fix({tokens_[at_ - 1].span.end, peek(1).span.begin}, ",", "sizes are parted by `,`");
  return false;
}

bool Parser::type_of(Statement& one) {
  if (!is(TokenKind::name) || peek().text != "R") {
    return failed("G0104", fmt::format("expected `R` or `R[…]`, found {}", here()),
                  "a size reads `R`, `R[n]`, `R[m,n]` or `R[a,b,c]`");
  }
  ++at_;
  const auto one_size = [&](Ast size) {
    if (size.is_none()) return false;
    one.dims.push_back(size);
    return true;
  };
  if (accept(TokenKind::left_bracket)) {
    do {
      if (!one_size(sum())) return false;
    } while (accept(TokenKind::comma) || accept(TokenKind::times));
    if (!accept(TokenKind::right_bracket)) return sizes_apart();
  } else if (accept(TokenKind::caret)) {
    const bool grouped = accept(TokenKind::left_paren);
    do {
      if (!one_size(grouped ? sum() : postfix(true))) return false;
    } while (accept(TokenKind::times) || (grouped && accept(TokenKind::comma)));
    if (grouped && !accept(TokenKind::right_paren))
      return failed("G0103", fmt::format("expected `)`, `×` or `,`, found {}", here()));
  }
  return true;
}

bool Parser::dimension(Statement& one) {
  ++at_;
  one.kind = StatementKind::dimension;
  one.names.push_back({peek().text, peek().span});
  ++at_;
  if (!accept(TokenKind::equal)) {
    if (at_line_end() || is(TokenKind::comma)) {  // `dim n, d` only names them
      while (accept(TokenKind::comma)) {
        if (!is(TokenKind::name)) return failed("G0104", fmt::format("expected a name, found {}", here()));
        one.names.push_back({peek().text, peek().span});
        ++at_;
      }
      return true;
    }
    return failed("G0104", fmt::format("expected `=` and a size, found {}", here()),
                  "a dimension reads `dim h = 2*d + 1`");
  }
  const Ast size = sum();
  if (size.is_none()) return false;
  one.dims.push_back(size);
  return true;
}

bool Parser::definition(Statement& one) {
  if (!is(TokenKind::name)) {
    return failed(
        "G0111", fmt::format("a line cannot begin with {}", here()),
        "a line declares (`x : R[n]`), defines (`z = W*x`), asks (`derive L wrt W`) or claims (`claim dL/dW = …`)");
  }
  const NameAt name{peek().text, peek().span};
  const TokenKind after = peek(1).kind;
  if (after != TokenKind::equal && after != TokenKind::becomes && after != TokenKind::left_paren &&
      after != TokenKind::left_bracket) {
    if (is_reserved(name.text)) {
      ++at_;
      return failed("G0108", fmt::format("`{}` cannot be followed by {}", name.text, here()));
    }
    if (after == TokenKind::name)
      return failed(
          "G0111", fmt::format("`{}` begins no statement", name.text),
          "statements are `param const dim derive hessian layout minimize claim`, declarations and definitions");
    ++at_;
    return failed("G0111", fmt::format("expected `=` or `:` after `{}`, found {}", name.text, here()),
                  "a definition reads `z = W*x`");
  }
  if (is_reserved(name.text)) return reserved(peek());
  ++at_;
  one.names.push_back(name);
  if (after == TokenKind::left_paren) {
    one.kind = StatementKind::function;
    ++at_;
    do {
      if (!is(TokenKind::name))
        return failed("G0110", fmt::format("expected the name of an argument, found {}", here()),
                      "a function reads `layer(W,b,a) = tanh(W*a + b)`");
      one.names.push_back({peek().text, peek().span});
      ++at_;
    } while (accept(TokenKind::comma));
    if (!accept(TokenKind::right_paren)) return failed("G0110", fmt::format("expected `)` or `,`, found {}", here()));
  } else if (after == TokenKind::left_bracket) {
    one.is_indexed = true;
    ++at_;
    do {
      if (!is(TokenKind::name))
        return failed("G0101", fmt::format("expected an index, found {}", here()),
                      "index notation reads `Z[i,j] = sum(k, A[i,k]*B[k,j])`");
      one.names.push_back({peek().text, peek().span});
      ++at_;
    } while (accept(TokenKind::comma));
    if (!accept(TokenKind::right_bracket)) return failed("G0103", fmt::format("expected `]` or `,`, found {}", here()));
  }
  one.sign = peek().span;
  if (after == TokenKind::becomes) {
    one.kind = StatementKind::update;
    ++at_;
  } else if (!accept(TokenKind::equal)) {
    return failed(one.kind == StatementKind::function ? "G0110" : "G0101",
                  fmt::format("expected `=`, found {}", here()));
  }
  const std::size_t faults = reporter_.count();
  one.value = expression();
  if (one.value.is_none()) return false;
  one.is_faulty = reporter_.count() != faults;
  if (one.is_faulty && one.kind != StatementKind::definition) return false;
  if (!is(TokenKind::equal)) return true;
  if (one.kind == StatementKind::definition && !one.is_indexed && is_derivative(one.value))
    return defined_by_claim(one);
  return failed("G0101", "a definition has one `=`", "compare with `==`");
}

bool Parser::target(AstTarget& found, const char* code) {
  if (!is(TokenKind::name)) return failed(code, fmt::format("expected a name, found {}", here()));
  found.name = {peek().text, peek().span};
  found.span = peek().span;
  ++at_;
  if (!accept(TokenKind::left_bracket)) return true;
  do {
    if (!is(TokenKind::name) && !is(TokenKind::number))
      return failed(code, fmt::format("expected an index, found {}", here()));
    const Span begin = peek().span;
    (void)next();
    while (is(TokenKind::plus) || is(TokenKind::minus) || is(TokenKind::star)) {
      ++at_;
      if (!is(TokenKind::name) && !is(TokenKind::number))
        return failed(code, fmt::format("expected an index, found {}", here()));
      ++at_;
    }
    const Span span = joined(begin, tokens_[at_ - 1].span);
    found.entry.push_back({std::string(text_.slice(span)), span});
  } while (accept(TokenKind::comma));
  found.span = joined(found.span, peek().span);
  if (!accept(TokenKind::right_bracket)) return failed("G0103", fmt::format("expected `]` or `,`, found {}", here()));
  return true;
}

/// What is derived has a name: `derive f(x) wrt x` asks for the value f(x), which is to be defined before.
std::string Parser::help_with_request(const AstTarget& of) const {
  const std::string usual = "a request reads `derive L wrt W` or `derive L wrt *`";
  if (of.name.text.empty()) return usual;
  std::size_t at = at_;
  const auto ends = [&](const Token& token) {
    return token.kind == TokenKind::newline || token.kind == TokenKind::end;
  };
  while (at < tokens_.size() && !ends(tokens_[at]) && tokens_[at].text != "wrt") ++at;
  if (at + 1 >= tokens_.size() || tokens_[at].text != "wrt" || at == at_) return usual;
  const std::string_view formula = text_.slice({of.span.begin, tokens_[at - 1].span.end});
  const std::string name = of.name.text == "L" ? "M" : "L";
  return fmt::format("what is derived has a name: define `{} = {}`, then `derive {} wrt {}`", name, formula, name,
                     tokens_[at + 1].text);
}

bool Parser::request(Statement& one, StatementKind kind) {
  one.kind = kind;
  ++at_;
  if (is(TokenKind::name) && peek().text == "wrt")
    return failed("G0108", "nothing stands before `wrt`", "say what is derived: `derive L wrt W`");
  if (!target(one.of, "G0108")) return false;
  if (kind == StatementKind::minimize) {
    one.wrt_all = true;
    if (!is(TokenKind::name) || peek().text != "wrt") return true;
    if (peek(1).kind != TokenKind::star)
      return failed("G0114", "`minimize` takes no `wrt`: it trains every `param`",
                    "leave `wrt …` out; what is not to be trained is declared as `const`, or as data: without `param`");
  }
  if (!is(TokenKind::name) || peek().text != "wrt") {
    return failed("G0108", fmt::format("expected `wrt` and a name, found {}", here()), help_with_request(one.of));
  }
  ++at_;
  do {
    if (accept(TokenKind::star)) {
      one.wrt_all = true;
      continue;
    }
    AstTarget by;
    if (!target(by, "G0108")) return false;
    one.wrt.push_back(std::move(by));
  } while (accept(TokenKind::comma));
  return true;
}

}  // namespace gradwright::formula
