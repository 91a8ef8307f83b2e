#include "sheet.h"

#include <algorithm>
#include <cctype>

namespace gradwright::laws {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

bool is_atom(const std::string& text) {
  return std::all_of(text.begin(), text.end(), is_word) ||
         (text.starts_with('[') && text.find(']') + 1 == text.size() && text.find('[', 1) == std::string::npos);
}

void constructs_of(const Term& term, std::set<std::string>& all) {
  if (!term.construct.empty()) all.insert(term.construct);
  for (const Term& part : term.parts) constructs_of(part, all);
}

void note_variable(const Variable& one, std::set<std::string>& all) {
  all.insert(one.fact.empty() ? "no fact" : "fact " + one.fact);
  if (one.is_param) all.insert("param");
  all.insert(one.sizes.empty()       ? "scalar"
             : one.sizes.size() == 1 ? "vector"
             : one.sizes.size() == 2 ? (one.sizes[0] == one.sizes[1] ? "square matrix" : "rectangular matrix")
                                     : "tensor");
  if (one.sizes.size() == 2 && one.sizes[0] == "1") all.insert("row");
  for (const std::string& size : one.sizes)
    all.insert(size == "1"                                              ? "size 1"
               : std::isdigit(static_cast<unsigned char>(size[0])) != 0 ? "numeric size"
                                                                        : "symbolic size");
}

}  // namespace

std::size_t Term::size() const {
  std::size_t all = 1;
  for (const Term& part : parts) all += part.size();
  return all;
}

Term leaf(std::string construct, std::string text) { return {std::move(construct), {std::move(text)}, {}, {}}; }

std::string text_of(const Term& term) {
  std::string text = term.pieces[0];
  for (std::size_t i = 0; i < term.parts.size(); ++i) {
    const std::string part = text_of(term.parts[i]);
    const std::string& after = term.pieces[i + 1];
    const bool stands_alone = (text.empty() || text.ends_with('(') || text.ends_with(',') || text.ends_with(' ')) &&
                              (after.starts_with(')') || after.starts_with(','));
    const bool is_whole = text.empty() && after.empty();
    text += is_atom(part) || stands_alone || is_whole ? part : "(" + part + ")";
    text += after;
  }
  return text;
}

std::set<std::string> words_of(const std::string& text) {
  std::set<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word += c;
    } else if (!word.empty()) {
      words.insert(word);
      word.clear();
    }
  }
  return words;
}

std::string Sheet::text(bool bare) const {
  std::string text;
  for (const Variable& one : variables) {
    text += (one.is_param ? "param " : "") + one.name + " : R";
    for (std::size_t i = 0; i < one.sizes.size(); ++i) text += (i == 0 ? "[" : ",") + one.sizes[i];
    text += one.sizes.empty() ? "" : "]";
    if (!bare && !one.fact.empty()) text += " " + one.fact;
    text += "\n";
  }
  for (const std::string& function : functions) text += function + "\n";
  for (const Line& line : lines) text += line.head + " = " + text_of(line.term) + "\n";
  return text;
}

const Variable* Sheet::variable(const std::string& name) const {
  const auto found =
      std::find_if(variables.begin(), variables.end(), [&](const Variable& one) { return one.name == name; });
  return found == variables.end() ? nullptr : &*found;
}

std::set<std::string> Sheet::used_names() const {
  std::set<std::string> names;
  for (const Line& line : lines) names.merge(words_of(text_of(line.term)));
  for (const std::string& function : functions) names.merge(words_of(function.substr(function.find('='))));
  return names;
}

std::set<std::string> Sheet::constructs() const {
  std::set<std::string> all;
  for (const Line& line : lines) {
    constructs_of(line.term, all);
    if (line.head.find('[') != std::string::npos) all.insert("index definition");
  }
  const std::set<std::string> names = used_names();
  for (const Variable& one : variables) {
    if (names.contains(one.name)) note_variable(one, all);
  }
  if (lines.size() > 2) all.insert("named part");
  return all;
}

void Sheet::tidy() {
  for (bool changed = true; changed;) {
    changed = false;
    const std::set<std::string> names = used_names();
    for (std::size_t i = 0; i + 2 < lines.size(); ++i) {
      if (names.contains(lines[i].name())) continue;
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
      changed = true;
      break;
    }
    const auto dead = std::find_if(functions.begin(), functions.end(), [&](const std::string& one) {
      return !names.contains(one.substr(0, one.find('(')));
    });
    if (dead != functions.end()) {
      functions.erase(dead);
      changed = true;
    }
  }
  const std::set<std::string> names = used_names();
  std::erase_if(variables, [&](const Variable& one) {
    return !names.contains(one.name) && one.name != wrt && one.name != second;
  });
}

}  // namespace gradwright::laws
