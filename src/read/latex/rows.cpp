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

/// The row cut at `\\`, and at commas between equations.
std::vector<TexRow> cut_at_lines(const TexRow& row) {
  std::vector<TexRow> found(1);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool at_line = row[i].kind == TexKind::line;
    const bool ends = found.back().empty() || goes_on(found.back().back());
    const bool continues = i + 1 < row.size() && goes_on(row[i + 1]);
    if (at_line && row[i].text == "line") {
      found.emplace_back();
    } else if (at_line) {
      if (!ends && !continues && !is_rest(row, i, found.back())) found.emplace_back();
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
        found.back().push_back(row[i]);
    }
  }
  return found;
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

std::vector<TexRow> equations_of(const TexRow& row) {
  std::vector<TexRow> found;
  for (const TexRow& one : cut_at_lines(row)) {
    for (TexRow& equation : with_names_behind(trimmed(one))) found.push_back(std::move(equation));
  }
  return found;
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
