#include "check/reassigned.h"

namespace gradwright::check {

bool stands_in(std::string_view formula, std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  for (std::size_t at = formula.find(name); at != std::string_view::npos; at = formula.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !is_letter(formula[at - 1])) && (end == formula.size() || !is_letter(formula[end]))) return true;
  }
  return false;
}

const NumpyAssignment* continued(const std::vector<NumpyAssignment>& all, const NumpyAssignment& one) {
  const NumpyAssignment* found = nullptr;
  for (const NumpyAssignment& earlier : all) {
    if (&earlier == &one) break;
    if (!one.target.empty() && earlier.target == one.target && stands_in(one.reading.gw, earlier.name))
      found = &earlier;
  }
  return found;
}

bool adds_to(std::string_view formula, std::string_view name) {
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= formula.size(); ++at) {
    const char c = at < formula.size() ? formula[at] : '+';
    depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    if (depth != 0 || (c != '+' && c != '-')) continue;
    std::string_view term = formula.substr(begin, at - begin);
    while (term.starts_with(' ')) term.remove_prefix(1);
    while (term.ends_with(' ')) term.remove_suffix(1);
    const bool is_subtracted = begin > 0 && formula[begin - 1] == '-';
    if (term == name && !is_subtracted && !(begin == 0 && at == formula.size())) return true;
    begin = at + 1;
  }
  return false;
}

}  // namespace gradwright::check
