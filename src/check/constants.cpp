#include "check/constants.h"

#include "read/formula/parser.h"

namespace gradwright::check {

std::optional<Text> with_values_of_constants(const Text& sheet) {
  formula::Reporter silent;
  silent.set_quiet(true);
  formula::AstPool asts;
  const auto tokens = formula::tokens_of(sheet, silent);
  std::string text(sheet.content());
  bool has_constant = false;
  const std::vector<formula::Statement> statements = formula::Parser(sheet, tokens, asts, silent).statements();
  for (auto one = statements.rbegin(); one != statements.rend(); ++one) {
    if (one->kind != formula::StatementKind::declaration || one->role != Role::constant || one->value.is_none())
      continue;
    const Span value = asts[one->value].span;
    const std::string written(sheet.slice(value));
    std::string definitions;
    for (const auto& name : one->names) definitions += (definitions.empty() ? "" : "\n") + name.text + " = " + written;
    text.replace(one->span.begin, value.end - one->span.begin, definitions);
    has_constant = true;
  }
  if (!has_constant) return std::nullopt;
  return Text(sheet.name(), std::move(text));
}

}  // namespace gradwright::check
