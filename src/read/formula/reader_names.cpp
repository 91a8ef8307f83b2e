// Names as they are printed, ∂L/∂W₂ and δ_z₂, are those of the sheet, W2 and delta_z2.
#include <algorithm>

#include "read/formula/reader.h"
#include "source/spelling.h"

namespace gradwright::formula {
namespace {

bool is_plain(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

const std::string& Reader::spelled(const std::string& name) {
  if (is_plain(name) || elaborator_.bindings.contains(name) || elaborator_.has_symbol(name)) return name;
  if (on_paper_.empty()) {
    for (const auto& [known, binding] : elaborator_.bindings) {
      const auto [place, is_first] = on_paper_.emplace(paper_name(known), known);
      if (!is_first) place->second.clear();
    }
  }
  const auto found = on_paper_.find(paper_name(name));
  return found == on_paper_.end() || found->second.empty() ? name : found->second;
}

std::set<std::string> Reader::own_names() const {
  std::set<std::string> own;
  for (const Statement& statement : statements_) {
    if (statement.kind != StatementKind::function && !statement.is_indexed) continue;
    for (std::size_t i = 1; i < statement.names.size(); ++i) own.insert(statement.names[i].text);
  }
  return own;
}

void Reader::respell(std::size_t first, const std::set<std::string>& own) {
  for (std::size_t i = first; i < asts_.size(); ++i) {
    AstNode& node = asts_.at(Ast{static_cast<std::uint32_t>(i)});
    if (node.kind == AstKind::name && !own.contains(node.text)) node.text = spelled(node.text);
  }
}

}  // namespace gradwright::formula
