#include "read/formula/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace gradwright::formula {
namespace {

std::optional<Operator> product_operator(TokenKind kind) {
  switch (kind) {
    case TokenKind::star: return Operator::times;
    case TokenKind::slash: return Operator::over;
    case TokenKind::dot_star: return Operator::dot_times;
    case TokenKind::dot_slash: return Operator::dot_over;
    case TokenKind::backslash: return Operator::under;
    case TokenKind::kron: return Operator::kron;
    default: return std::nullopt;
  }
}

std::optional<Operator> comparison(TokenKind kind) {
  switch (kind) {
    case TokenKind::less: return Operator::less;
    case TokenKind::less_equal: return Operator::less_equal;
    case TokenKind::greater: return Operator::greater;
    case TokenKind::greater_equal: return Operator::greater_equal;
    case TokenKind::equal_equal: return Operator::equal;
    default: return std::nullopt;
  }
}

}  // namespace

bool Parser::accept(TokenKind kind) {
  if (!is(kind)) return false;
  ++at_;
  return true;
}

const Token& Parser::next() {
  const Token& token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

std::string Parser::here() const {
  if (at_line_end()) return "the end of the line";
  return fmt::format("`{}`", text_.slice(peek().span));
}

Ast Parser::fail(const char* code, const std::string& message, const std::string& help) {
  (void)fail_at(code, message, help);
  return {};
}

Diagnostic* Parser::fail_at(const char* code, const std::string& message, const std::string& help) {
  if (is(TokenKind::error)) return nullptr;  // the lexer has spoken
  Span span = peek().span;
  if (at_line_end() && at_ > 0) span = {tokens_[at_ - 1].span.end, tokens_[at_ - 1].span.end};
  Diagnostic& error = reporter_.error(code, span, message);
  if (!help.empty()) error.help(help);
  return &error;
}

bool Parser::failed(const char* code, const std::string& message, const std::string& help) {
  (void)fail(code, message, help);
  return false;
}

Ast Parser::made(AstNode node) {
  const Span span = node.span;
  const Ast ast = pool_.add(std::move(node));
  if (pool_[ast].height <= max_height) return ast;
  reporter_.error("G0107", span, "this expression is nested too deep").help("give a name to a part of it");
  return {};
}

Ast Parser::binary(AstKind kind, Ast first, Operator op, Span op_span, Ast second) {
  AstNode node;
  node.kind = kind;
  node.span = joined(pool_[first].span, pool_[second].span);
  node.children = {first, second};
  node.operators = {op};
  node.operator_spans = {op_span};
  return made(std::move(node));
}

Ast Parser::lone_expression() {
  const Ast ast = expression();
  if (!ast.is_none() && !at_line_end()) return fail("G0101", fmt::format("unexpected {}", here()));
  return ast;
}

Ast Parser::faultless_expression() {
  const std::size_t faults = reporter_.count();
  const Ast ast = expression();
  return reporter_.count() == faults ? ast : Ast{};
}

Ast Parser::expression() {
  if (depth_ >= max_height) return fail("G0107", "this expression is nested too deep", "give a name to a part of it");
  ++depth_;
  Ast left = sum();
  while (!left.is_none()) {
    const auto op = comparison(peek().kind);
    if (!op) break;
    const Span op_span = next().span;
    const Ast right = sum();
    left = right.is_none() ? right : binary(AstKind::compare, left, *op, op_span, right);
  }
  --depth_;
  return left;
}

Ast Parser::sum() {
  AstNode node;
  node.kind = AstKind::sum;
  Operator op = Operator::plus;
  Span op_span = peek().span;
  while (true) {
    const Ast term = product();
    if (term.is_none()) return {};
    node.children.push_back(term);
    node.operators.push_back(op);
    node.operator_spans.push_back(op_span);
    if (!is(TokenKind::plus) && !is(TokenKind::minus)) break;
    op = is(TokenKind::plus) ? Operator::plus : Operator::minus;
    op_span = next().span;
  }
  if (node.children.size() == 1) return node.children[0];
  node.span = joined(pool_[node.children.front()].span, pool_[node.children.back()].span);
  return made(std::move(node));
}

Ast Parser::product() {
  AstNode node;
  node.kind = AstKind::product;
  while (true) {
    const Ast factor = unary();
    if (factor.is_none()) return {};
    node.children.push_back(factor);
    const auto op = product_operator(peek().kind);
    if (!op) break;
    node.operators.push_back(*op);
    node.operator_spans.push_back(next().span);
  }
  if (node.children.size() == 1) return node.children[0];
  node.span = joined(pool_[node.children.front()].span, pool_[node.children.back()].span);
  return made(std::move(node));
}

Ast Parser::unary() {
  bool negative = false;
  bool has_sign = false;
  const Span begin = peek().span;
  while (is(TokenKind::minus) || is(TokenKind::plus)) {
    negative = negative != is(TokenKind::minus);
    has_sign = true;
    ++at_;
  }
  const Ast operand = postfix(false);
  if (operand.is_none() || !has_sign) return operand;
  if (!negative) return operand;
  AstNode node;
  node.kind = AstKind::negate;
  node.span = joined(begin, pool_[operand].span);
  node.children = {operand};
  return made(std::move(node));
}

Ast Parser::postfix(bool is_exponent) {
  Ast base = primary();
  while (!base.is_none()) {
    if (is(TokenKind::left_bracket)) {
      base = index_of(base);
    } else if (is_exponent) {
      break;
    } else if (is(TokenKind::prime)) {
      base = primed(base);
    } else if (is(TokenKind::dot)) {
      base = member_of(base);
    } else if (is(TokenKind::caret) || is(TokenKind::dot_caret) || is(TokenKind::double_star)) {
      base = power_of(base);
    } else {
      break;
    }
  }
  return base;
}

Ast Parser::primed(Ast base) {
  // f'(z), f''(z): a bare name, primes and a parenthesis without space between.
  std::size_t ahead = 0;
  while (peek(ahead).kind == TokenKind::prime && !peek(ahead).after_space) ++ahead;
  const AstNode& node = pool_[base];
  if (ahead > 0 && node.kind == AstKind::name && peek(ahead).kind == TokenKind::left_paren &&
      !peek(ahead).after_space) {
    const Token name{TokenKind::name, node.span, node.text, false};
    at_ += ahead;
    return call(name, static_cast<std::uint16_t>(std::min<std::size_t>(ahead, 100)));
  }
  AstNode transpose;
  transpose.kind = AstKind::transpose;
  transpose.span = joined(node.span, next().span);
  transpose.children = {base};
  return made(std::move(transpose));
}

Ast Parser::power_of(Ast base) {
  const Token& op = next();
  if (op.kind == TokenKind::caret && is(TokenKind::top)) {
    AstNode node;
    node.kind = AstKind::transpose;
    node.span = joined(pool_[base].span, next().span);
    node.children = {base};
    return made(std::move(node));
  }
  const Span begin = peek().span;
  bool negative = false;
  while (is(TokenKind::minus) || is(TokenKind::plus)) negative = (next().kind == TokenKind::minus) != negative;
  Ast exponent = postfix(true);
  if (exponent.is_none()) return {};
  if (negative) {
    AstNode node;
    node.kind = AstKind::negate;
    node.span = joined(begin, pool_[exponent].span);
    node.children = {exponent};
    exponent = made(std::move(node));
    if (exponent.is_none()) return {};
  }
  const Ast power = binary(AstKind::power, base,
                           op.kind == TokenKind::dot_caret ? Operator::dot_power : Operator::power, op.span, exponent);
  if (op.kind == TokenKind::double_star && !power.is_none()) pool_.at(power).text = text_.slice(op.span);
  return power;
}

Ast Parser::subscript() {
  AstNode all;
  all.kind = AstKind::all;
  all.span = peek().span;
  if (is(TokenKind::colon)) {
    ++at_;
    return made(std::move(all));
  }
  const Ast first = expression();
  if (first.is_none() || !is(TokenKind::colon)) return first;
  ++at_;
  const Ast last = expression();
  if (last.is_none()) return {};
  AstNode range;
  range.kind = AstKind::range;
  range.span = joined(pool_[first].span, pool_[last].span);
  range.children = {first, last};
  return made(std::move(range));
}

Ast Parser::index_of(Ast base) {
  ++at_;
  AstNode node;
  node.kind = AstKind::index;
  node.text = "[]";
  node.children = {base};
  do {
    const Ast item = subscript();
    if (item.is_none()) return {};
    node.children.push_back(item);
  } while (accept(TokenKind::comma));
  if (!is(TokenKind::right_bracket)) return fail("G0103", fmt::format("expected `]`, found {}", here()));
  node.span = joined(pool_[base].span, next().span);
  return made(std::move(node));
}

Ast Parser::call(const Token& name, std::uint16_t primes) {
  ++at_;  // the parenthesis
  AstNode node;
  node.kind = primes > 0 ? AstKind::prime_call : AstKind::call;
  node.text = name.text;
  node.primes = primes;
  if (!is(TokenKind::right_paren)) {
    do {
      Ast argument;
      if (is(TokenKind::name) && peek(1).kind == TokenKind::equal) {
        AstNode named;
        named.kind = AstKind::named_argument;
        named.text = peek().text;
        const Span begin = next().span;
        ++at_;
        const Ast value = expression();
        if (value.is_none()) return {};
        named.span = joined(begin, pool_[value].span);
        named.children = {value};
        argument = made(std::move(named));
      } else {
        argument = expression();
      }
      if (argument.is_none()) return {};
      node.children.push_back(argument);
    } while (accept(TokenKind::comma));
  }
  if (!is(TokenKind::right_paren)) return fail("G0103", fmt::format("expected `)` or `,`, found {}", here()));
  node.span = joined(name.span, next().span);
  return made(std::move(node));
}

Ast Parser::block() {
  AstNode node;
  node.kind = AstKind::block;
  const Span begin = next().span;
  node.rows.push_back(0);
  while (true) {
    if (is(TokenKind::right_bracket)) break;
    const Ast item = expression();
    if (item.is_none()) return {};
    if (is(TokenKind::equal) && node.children.empty()) return index_condition(begin, item);
    node.children.push_back(item);
    ++node.rows.back();
    if (accept(TokenKind::comma)) continue;
    if (!accept(TokenKind::semicolon)) break;
    if (!is(TokenKind::right_bracket)) node.rows.push_back(0);
  }
  if (node.children.empty()) return fail("G0102", "an empty `[]` has no size", "write `zeros(m,n)` with its size");
  if (!is(TokenKind::right_bracket)) {
    return fail("G0103", fmt::format("expected `]`, `,` or `;`, found {}", here()),
                "columns are parted by `,` and rows by `;`");
  }
  node.span = joined(begin, next().span);
  return made(std::move(node));
}

Ast Parser::primary() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::number: {
      AstNode node;
      node.kind = AstKind::number;
      node.span = next().span;
      node.text = token.text;
      const auto value = Rational::from_decimal(token.text);
      if (!value || value->overflowed()) {
        reporter_.error("G0005", token.span, fmt::format("the number `{}` does not fit", token.text))
            .note("constants are exact: numerator and denominator have 64 bits");
        return {};
      }
      node.value = *value;
      return made(std::move(node));
    }
    case TokenKind::name: {
      if (is_index_sum()) return index_sum();
      ++at_;
      if (is(TokenKind::left_paren)) return call(token, 0);
      AstNode node;
      node.kind = AstKind::name;
      node.span = token.span;
      node.text = token.text;
      return made(std::move(node));
    }
    case TokenKind::left_paren: {
      ++at_;
      const Ast inner = expression();
      if (inner.is_none()) return {};
      if (!is(TokenKind::right_paren)) return fail("G0103", fmt::format("expected `)`, found {}", here()));
      const Span span = joined(token.span, next().span);
      // (`A`)' must not be read as a name: `(f)'(x)` is no call, and `(A)` is as good as `A`.
      pool_.at(inner).span = span;
      return inner;
    }
    case TokenKind::left_bracket: return block();
    case TokenKind::bar:
    case TokenKind::double_bar: return bars();
    case TokenKind::times: return fail("G0101", "`×` stands only in sizes", "write `*` for a product");
    default: return fail("G0102", fmt::format("expected an expression, found {}", here()));
  }
}

}  // namespace gradwright::formula
