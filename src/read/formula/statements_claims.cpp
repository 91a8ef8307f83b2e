// Claims: what is claimed, and the sides of the chain.
#include <fmt/format.h>

#include "read/formula/parser.h"

namespace gradwright::formula {

bool Parser::claim_without_sides(Statement& one) {
  std::vector<Span> equals;  // of `a == b == c`, innermost first
  for (Ast at = one.value; pool_[at].kind == AstKind::compare && pool_[at].operators[0] == Operator::equal;
       at = pool_[at].children[0])
    equals.insert(equals.begin(), pool_[at].operator_spans[0]);
  if (equals.empty() || !at_line_end())
    return failed("G0109", fmt::format("expected `=` after what is claimed, found {}", here()),
                  "a claim reads `claim dL/dW = …`");
  std::string chain = "=";
  for (std::size_t i = 1; i < equals.size(); ++i)
    chain += std::string(text_.slice({equals[i - 1].end, equals[i].begin})) + "=";
  one.value = {};
  reporter_.error("G0109", equals[0], "a claim says `=`, and `==` compares")
      .fix(joined(equals.front(), equals.back()), chain, "claim it");
  return false;
}

bool Parser::claim(Statement& one) {
  one.kind = StatementKind::claim;
  ++at_;
  if ((peek().text == "latex" || peek().text == "numpy") && peek(1).kind == TokenKind::colon) {
    one.kind = StatementKind::raw_claim;
    one.word = {peek().text, peek().span};
    at_ += 2;
    if (!is(TokenKind::raw) || peek().span.is_empty()) {
      if (is(TokenKind::raw)) ++at_;
      return failed("G0109", fmt::format("nothing is claimed after `{}:`", one.word.text));
    }
    one.side_spans.push_back(next().span);
    return true;
  }
  one.value = faultless_expression();
  if (one.value.is_none()) return false;
  if (!is(TokenKind::equal)) return claim_without_sides(one);
  take_sides(one);
  return true;
}

void Parser::take_sides(Statement& one) {
  while (accept(TokenKind::equal)) {
    const Span begin = peek().span;
    depth_ = 0;
    const std::size_t faults = reporter_.count();
    Ast side = expression();
    if (!side.is_none() && !is(TokenKind::equal) && !at_line_end())
      side = fail("G0101", fmt::format("unexpected {}", here()));
    while (!is(TokenKind::equal) && !at_line_end()) ++at_;  // to the next line of the chain
    one.sides.push_back(side);
    one.side_spans.push_back(joined(begin, tokens_[at_ - 1].span));
    one.faulty_sides.push_back(reporter_.count() != faults);
  }
}

/// ∂L/∂W, dL/dW, of names or entries.
bool Parser::is_derivative(Ast ast) const {
  const auto is_half = [&](Ast half) {
    const AstNode& node = pool_[half].kind == AstKind::index ? pool_[pool_[half].children[0]] : pool_[half];
    const std::size_t sign = node.text.starts_with("∂")   ? std::string_view("∂").size()
                             : node.text.starts_with('d') ? 1
                                                          : 0;
    return node.kind == AstKind::name && sign > 0 && node.text.size() > sign;
  };
  const AstNode& node = pool_[ast];
  return node.kind == AstKind::product && node.children.size() == 2 && node.operators[0] == Operator::over &&
         is_half(node.children[0]) && is_half(node.children[1]);
}

/// `δ₂ = ∂L/∂z₂ = …`, a line of a chain as it is printed: δ₂ is what follows, and that is claimed to be ∂L/∂z₂.
bool Parser::defined_by_claim(Statement& one) {
  Statement claim;
  claim.kind = StatementKind::claim;
  claim.value = one.is_faulty ? Ast{} : one.value;
  take_sides(claim);
  claim.span = joined(pool_[one.value].span, tokens_[at_ - 1].span);
  one.value = claim.sides[0];
  one.is_faulty = one.is_faulty || claim.faulty_sides[0];
  claimed_ = std::move(claim);
  return true;
}

}  // namespace gradwright::formula
