// Parser: tokens → statements. Precedence, tightest first: postfix (' ^ [ ] call), unary minus, * / .* ./ \ ⊗, + -, comparison.
// A statement with an error is reported and left out; reading goes on at the next one.
#pragma once

#include <optional>
#include <vector>

#include "read/formula/ast.h"
#include "read/formula/lexer.h"
#include "read/formula/reporter.h"

namespace gradwright::formula {

class Parser {
 public:
  Parser(const Text& text, const std::vector<Token>& tokens, AstPool& pool, Reporter& reporter)
      : text_(text), tokens_(tokens), pool_(pool), reporter_(reporter) {}

  [[nodiscard]] std::vector<Statement> statements();
  /// One expression up to the end of the text; none where it has an error.
  [[nodiscard]] Ast lone_expression();

 private:
  // expressions (parser.cpp); each returns none after an error was reported
  [[nodiscard]] Ast expression();
  /// None where anything in it was reported, too.
  [[nodiscard]] Ast faultless_expression();
  [[nodiscard]] Ast sum();
  [[nodiscard]] Ast product();
  [[nodiscard]] Ast unary();
  [[nodiscard]] Ast postfix(bool is_exponent);
  [[nodiscard]] Ast primary();
  [[nodiscard]] Ast power_of(Ast base);
  [[nodiscard]] Ast primed(Ast base);
  [[nodiscard]] Ast index_of(Ast base);
  [[nodiscard]] Ast call(const Token& name, std::uint16_t primes);
  [[nodiscard]] Ast block();
  [[nodiscard]] Ast subscript();
  [[nodiscard]] Ast made(AstNode node);
  [[nodiscard]] Ast binary(AstKind kind, Ast first, Operator op, Span op_span, Ast second);

  // notation of paper (parser_paper.cpp)
  [[nodiscard]] bool is_index_sum() const;
  [[nodiscard]] Ast index_sum();
  [[nodiscard]] Ast index_condition(Span begin, Ast first);

  // notation of other languages (parser_foreign.cpp), read where its meaning is known, so that all that is foreign in a line is told
  [[nodiscard]] Ast bars();
  [[nodiscard]] Ast member_of(Ast base);
  [[nodiscard]] Ast module_call(Ast module, std::string path, Span last);
  [[nodiscard]] Ast method(Ast base, const Token& name);
  /// How many arguments the call here has; none where they are named, or tuples.
  [[nodiscard]] std::optional<std::size_t> argument_count() const;
  Diagnostic& foreign(Span, std::string message);

  // statements (statements.cpp); false after an error was reported
  [[nodiscard]] bool statement(Statement&);
  [[nodiscard]] bool declaration(Statement&);
  [[nodiscard]] bool type_of(Statement&);
  bool sizes_apart();
  [[nodiscard]] bool dimension(Statement&);
  [[nodiscard]] bool definition(Statement&);
  [[nodiscard]] bool request(Statement&, StatementKind);
  [[nodiscard]] std::string help_with_request(const AstTarget& of) const;
  [[nodiscard]] bool target(AstTarget&, const char* code);

  // claims (statements_claims.cpp)
  [[nodiscard]] bool claim(Statement&);
  bool claim_without_sides(Statement&);
  void take_sides(Statement&);
  [[nodiscard]] bool is_derivative(Ast) const;
  bool defined_by_claim(Statement&);

  [[nodiscard]] bool is_declaration() const;
  [[nodiscard]] bool keyword(std::string_view word) const;

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  [[nodiscard]] bool is(TokenKind kind) const { return peek().kind == kind; }
  bool accept(TokenKind kind);
  const Token& next();
  [[nodiscard]] bool at_line_end() const { return is(TokenKind::newline) || is(TokenKind::end); }
  /// Reports at the token here, unless the lexer already did. Always none.
  Ast fail(const char* code, const std::string& message, const std::string& help = {});
  /// The diagnostic made, or null where the lexer has spoken.
  Diagnostic* fail_at(const char* code, const std::string& message, const std::string& help);
  void unexpected(const Statement&);
  bool reserved(const Token& word);
  bool failed(const char* code, const std::string& message, const std::string& help = {});
  [[nodiscard]] std::string here() const;
  void skip_statement();

  const Text& text_;
  const std::vector<Token>& tokens_;
  AstPool& pool_;
  Reporter& reporter_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<Statement> claimed_;  ///< by the definition just read
};

}  // namespace gradwright::formula
