// The claim, the truth and the definitions of the sheet as trees.
#include "check/edit_values.h"

#include <algorithm>
#include <cmath>

#include "check/edit.h"
#include "check/edit_functions.h"
#include "check/edit_print.h"
#include "derive/differences.h"
#include "read/formula/prelude.h"

namespace gradwright::check {

using formula::Parser;
using formula::Reporter;
using formula::Statement;
using formula::StatementKind;

namespace {

std::vector<Statement> statements_of(const std::string& gw, AstPool& pool) {
  const Text text("", gw);
  Reporter reporter;
  reporter.set_quiet(true);
  const auto tokens = formula::tokens_of(text, reporter);
  return Parser(text, tokens, pool, reporter).statements();
}

/// Names of the functions of the prelude.
const std::vector<std::string>& prelude_names() {
  static const std::vector<std::string> names = [] {
    AstPool pool;
    std::vector<std::string> found;
    for (const Statement& one : statements_of(std::string(formula::prelude()), pool)) {
      if (one.kind == StatementKind::function) found.push_back(one.names[0].text);
    }
    return found;
  }();
  return names;
}

}  // namespace

Ast parsed(const std::string& gw, AstPool& pool) {
  const Text text("", gw);
  Reporter reporter;
  reporter.set_quiet(true);
  const auto tokens = formula::tokens_of(text, reporter);
  const Ast ast = Parser(text, tokens, pool, reporter).lone_expression();
  return reporter.count() > 0 ? Ast{} : ast;
}

SyntaxTrees::SyntaxTrees(const RepairTask& task) {
  claim = parsed(task.claim, pool);
  const std::string sheet = task.sheet.text().content().substr(0, task.sheet.line_begin());
  std::string all = sheet + task.claim + task.truth_gw;
  for (const WhereItem& item : task.where) all += item.gw;
  const bool uses_prelude = std::any_of(prelude_names().begin(), prelude_names().end(),
                                        [&](const std::string& name) { return all.find(name) != std::string::npos; });
  for (const std::string& text : {uses_prelude ? std::string(formula::prelude()) : std::string(), sheet}) {
    for (const Statement& statement : statements_of(text, pool)) {
      if (statement.value.is_none()) continue;
      if (statement.kind == StatementKind::function) {
        OwnFunction function{{}, copied(statement.value)};
        for (std::size_t i = 1; i < statement.names.size(); ++i) function.parameters.push_back(statement.names[i].text);
        functions.insert_or_assign(statement.names[0].text, std::move(function));
      } else if (statement.kind == StatementKind::definition && !statement.is_indexed) {
        definitions.emplace_back(statement.names[0].text, copied(statement.value));
      }
    }
  }
  std::map<std::string, Ast, std::less<>> where;
  for (const WhereItem& item : task.where) {
    if (const Ast ast = parsed(item.gw, pool); !ast.is_none()) where[item.name] = copied(ast, where);
  }
  if (task.truth_gw.empty()) return;
  if (const Ast ast = parsed(task.truth_gw, pool); !ast.is_none()) truth = copied(ast, where);
}

Ast SyntaxTrees::read(const std::string& gw) {
  const Ast ast = parsed(gw, pool);
  return ast.is_none() ? ast : copied(ast);
}

Ast SyntaxTrees::copied(Ast ast, const std::map<std::string, Ast, std::less<>>& written_out) {
  AstNode node = pool[ast];
  if (node.kind == AstKind::name) {
    if (const auto found = written_out.find(node.text); found != written_out.end()) return found->second;
  }
  node.span = {};
  node.operator_spans.assign(node.operators.size(), Span{});
  for (Ast& child : node.children) child = copied(child, written_out);
  if (node.kind == AstKind::transpose) return made_transpose(pool, node.children[0]);
  node.height = 1;
  return pool.add(std::move(node));
}

}  // namespace gradwright::check
