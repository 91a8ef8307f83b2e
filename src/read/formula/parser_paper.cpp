// Index notation as it is printed: Σ_k(A[i,k]·B[k,j]) is sum(k, …), and the bracket of Iverson [i = k] is delta(i,k).
#include <fmt/format.h>

#include "read/formula/parser.h"

namespace gradwright::formula {
namespace {

constexpr std::string_view sigma = "Σ_";

}  // namespace

/// `Σ_k(` and `Σ_{k,l}(`
bool Parser::is_index_sum() const {
  return peek().text.starts_with(sigma) && peek(1).kind == TokenKind::left_paren && !peek(1).after_space;
}

Ast Parser::index_sum() {
  const Token& sign = next();
  AstNode node;
  node.kind = AstKind::call;
  node.text = "sum";
  const auto take_index = [&](std::string text, Span span) {
    AstNode index;
    index.kind = AstKind::name;
    index.text = std::move(text);
    index.span = span;
    node.children.push_back(made(std::move(index)));
  };
  if (sign.text.size() > sigma.size()) {
    take_index(sign.text.substr(sigma.size()),
               {sign.span.begin + static_cast<std::uint32_t>(sigma.size()), sign.span.end});
  } else {
    ++at_;
    do {
      if (!is(TokenKind::name))
        return fail("G0102", fmt::format("expected an index, found {}", here()),
                    "a sum over indices reads `Σ_{k,l}(…)`");
      take_index(peek().text, peek().span);
      ++at_;
    } while (accept(TokenKind::comma));
    if (!accept(TokenKind::right_paren)) return fail("G0103", fmt::format("expected `}}` or `,`, found {}", here()));
  }
  if (!accept(TokenKind::left_paren))
    return fail("G0102", fmt::format("expected `(`, found {}", here()), "what is summed stands in brackets: `Σ_k(…)`");
  const Ast body = expression();
  if (body.is_none()) return {};
  node.children.push_back(body);
  if (!is(TokenKind::right_paren)) return fail("G0103", fmt::format("expected `)`, found {}", here()));
  node.span = joined(sign.span, next().span);
  return made(std::move(node));
}

Ast Parser::index_condition(Span begin, Ast first) {
  ++at_;
  const Ast second = expression();
  if (second.is_none()) return {};
  if (!is(TokenKind::right_bracket)) return fail("G0103", fmt::format("expected `]`, found {}", here()));
  AstNode node;
  node.kind = AstKind::call;
  node.text = "delta";
  node.children = {first, second};
  node.span = joined(begin, next().span);
  return made(std::move(node));
}

}  // namespace gradwright::formula
