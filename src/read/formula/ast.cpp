#include "read/formula/ast.h"

#include <algorithm>

namespace gradwright::formula {

Ast AstPool::add(AstNode node) {
  for (const Ast child : node.children) {
    if (!child.is_none())
      node.height = std::max<std::uint16_t>(node.height, static_cast<std::uint16_t>((*this)[child].height + 1));
  }
  nodes_.push_back(std::move(node));
  return Ast{static_cast<std::uint32_t>(size() - 1)};
}

bool is_enclosed(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (depth == 0) return i + 1 == text.size() && text[0] == '(';
  }
  return false;
}

std::string_view bare(std::string_view text) {
  while (is_enclosed(text)) text = text.substr(1, text.size() - 2);
  return text;
}

}  // namespace gradwright::formula
