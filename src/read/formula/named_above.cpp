#include "read/formula/named_above.h"

#include <algorithm>

namespace gradwright::formula {
namespace {

/// `A, x : R[n]`, `param w = …`
bool is_named(std::string_view above, std::string_view name) {
  for (std::size_t begin = 0, end = 0; begin < above.size(); begin = end + 1) {
    end = std::min(above.find('\n', begin), above.size());
    const std::string_view head = above.substr(begin, std::min(above.find_first_of(":=", begin), end) - begin);
    const std::size_t found = head.find(name);
    if (found == std::string_view::npos) continue;
    const std::size_t behind = found + name.size();
    const auto parts = [](char c) { return c == ' ' || c == ','; };
    if ((found == 0 || parts(head[found - 1])) && (behind == head.size() || parts(head[behind]))) return true;
  }
  return false;
}

}  // namespace

std::string parted_names(std::string_view above, const std::string& text) {
  constexpr std::size_t most_letters = 8;  // a longer word is no product of two names
  if (text.size() > most_letters || is_named(above, text)) return text;
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    const std::string left = text.substr(0, cut);
    const std::string right = text.substr(cut);
    if (is_named(above, left) && is_named(above, right)) return left + "*" + right;
  }
  return text;
}

}  // namespace gradwright::formula
