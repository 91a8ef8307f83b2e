#include "read/latex/rows.h"

#include <algorithm>
#include <string_view>

namespace gradwright::latex {
namespace {

bool goes_on(const TexNode& node) {
  return node.kind == TexKind::sign && std::string_view("+-*/=<>").find(node.text[0]) != std::string_view::npos
             ? true
             : node.is_sign("cdot") || node.is_sign("times") || node.is_sign("odot") || node.is_sign("otimes");
}

/// What follows `\\` without a `=` of its own goes on with the equation above: a factor on the next line.
bool is_rest(const TexRow& row, std::size_t at, const TexRow& above) {
  const auto is_equals = [](const TexNode& node) { return node.is_sign("="); };
  const auto begin = row.begin() + static_cast<std::ptrdiff_t>(at) + 1;
  const auto end = std::find_if(begin, row.end(), [](const TexNode& node) { return node.kind == TexKind::line; });
  const bool says_something = begin != end && !begin->is_sign("remark");
  return says_something && std::none_of(begin, end, is_equals) && std::any_of(above.begin(), above.end(), is_equals);
}

/// The row cut at `\\`, `\Rightarrow`, and at commas between equations; not trimmed.
std::vector<Statement> cut_at_lines(const TexRow& row) {
  std::vector<Statement> found(1);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool at_line = row[i].kind == TexKind::line;
    TexRow& last = found.back().row;
    const bool ends = last.empty() || goes_on(last.back());
    const bool continues = i + 1 < row.size() && goes_on(row[i + 1]);
    if (at_line && row[i].text == "implies") {
      const bool is_empty = trimmed(last).empty();  // `\\` came before it
      found[found.size() - (is_empty && found.size() > 1 ? 2 : 1)].implies_next = true;
      found.emplace_back();
    } else if (at_line) {
      if (!ends && !continues && !is_rest(row, i, last)) found.emplace_back();
    } else {
      bool separates = false;
      if (row[i].is_sign(",") || row[i].is_sign(";") || row[i].is_sign("remark")) {
        const auto has_equals = [](auto begin, auto end) {
          return std::any_of(begin, end, [](const TexNode& one) { return one.is_sign("="); });
        };
        const auto next =
            std::find_if(row.begin() + static_cast<std::ptrdiff_t>(i) + 1, row.end(),
                         [](const TexNode& one) { return one.is_sign(",") || one.kind == TexKind::line; });
        separates = has_equals(row.begin() + static_cast<std::ptrdiff_t>(i) + 1, next);
      }
      if (separates)
        found.emplace_back();
      else
        last.push_back(row[i]);
    }
  }
  return found;
}

/// t+1, (k + 1), new: the step that comes next.
bool names_next_step(const TexRow& script) {
  if (script.size() == 1 && script[0].kind == TexKind::fence && script[0].parts.size() == 1)
    return names_next_step(script[0].parts[0]);
  if (script.size() == 1) return script[0].text == "new" || script[0].text == "next";
  return script.size() == 3 && script[0].kind == TexKind::letter && script[1].is_sign("+") &&
         script[2].kind == TexKind::number;
}

/// A = B =: g says what g is: A = B, and g = B.
std::vector<TexRow> with_names_behind(const TexRow& row) {
  const auto is_equals = [](const TexNode& node) { return node.is_sign("="); };
  if (row.size() < 4 || !row[row.size() - 2].is_sign(":") || !is_equals(row[row.size() - 3])) return {row};
  const TexRow claim(row.begin(), row.end() - 3);
  const auto last = std::find_if(claim.rbegin(), claim.rend(), is_equals);
  TexRow definition{row.back(), row[row.size() - 3]};
  definition.insert(definition.end(), last.base(), claim.end());
  if (last == claim.rend()) return {definition};
  return {claim, definition};
}

}  // namespace

TexRow trimmed(TexRow row) {
  const auto is_noise = [](const TexNode& node) {
    return node.is_sign(",") || node.is_sign(".") || node.is_sign(";") || node.is_sign(":") || node.is_sign("remark") ||
           node.is_sign("!") || node.kind == TexKind::line || node.is_sign("dots");
  };
  while (!row.empty() && is_noise(row.back())) row.pop_back();
  std::size_t first = 0;
  while (first < row.size() && is_noise(row[first])) ++first;
  row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(first));
  return row;
}

std::vector<Statement> statements_of(const TexRow& row) {
  std::vector<Statement> found;
  for (const Statement& one : cut_at_lines(row)) {
    for (TexRow& equation : with_names_behind(trimmed(one.row)))
      found.push_back({std::move(equation), one.implies_next});
  }
  return found;
}

bool is_update(const TexRow& equation, const Scope& scope) {
  const auto equals = std::find_if(equation.begin(), equation.end(),
                                   [](const TexNode& node) { return node.is_sign("=") || node.is_sign("gets"); });
  if (equals == equation.end() || equals == equation.begin()) return false;
  if (equals->is_sign("gets")) return true;
  const TexNode& left = equation[0];
  const bool is_one = equals - equation.begin() == 1 && scope.sheet.program().declaration(left.text) != nullptr;
  if (!is_one) return false;
  const auto first = equals + 1, then = equals + 2;
  const bool changes = equation.end() - equals > 3 && first->kind == left.kind && first->text == left.text &&
                       !first->has_scripts() && (then->is_sign("-") || then->is_sign("+"));  // w := w - …
  return changes || names_next_step(left.sub) || names_next_step(left.sup);
}

TexRow without_size_behind(TexRow side, const Scope& scope) {
  if (side.size() < 2 || side.back().kind != TexKind::fence || side.back().has_scripts()) return side;
  const std::vector<TexRow>& parts = side.back().parts;
  const auto is_size = [&](const TexNode& node) {
    return node.kind == TexKind::number || (node.kind == TexKind::letter && scope.sheet.is_dimension(node.text));
  };
  const bool tells = parts.size() == 1 && parts[0].size() == 3 && parts[0][1].is_sign("times") &&
                     is_size(parts[0][0]) && is_size(parts[0][2]);
  if (tells) side.pop_back();
  return side;
}

}  // namespace gradwright::latex
