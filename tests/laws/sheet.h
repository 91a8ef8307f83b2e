// Sheet: a random worksheet as a tree, so that it can be made smaller while it still shows a fault; and its text.
//   variables, functions and definitions; the last two definitions are F, of any shape, and the scalar L.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace gradwright::laws {

/// pieces[0] parts[0] pieces[1] parts[1] … ; a leaf has one piece and no parts.
struct Term {
  std::string construct;
  std::vector<std::string> pieces;
  std::vector<Term> parts;
  std::string surface;  ///< "n,3"; empty for a scalar
  [[nodiscard]] std::size_t size() const;
};
[[nodiscard]] std::string text_of(const Term&);
[[nodiscard]] Term leaf(std::string construct, std::string text);

struct Variable {
  std::string name;
  std::vector<std::string> sizes;
  std::string fact;
  bool is_param = false;
};

struct Line {
  std::string head;  ///< `F`, or `Z[i,j]` in index notation
  Term term;
  [[nodiscard]] std::string name() const { return head.substr(0, head.find('[')); }
};

struct Sheet {
  std::vector<Variable> variables;
  std::vector<std::string> functions;
  std::vector<Line> lines;
  std::map<std::string, std::int64_t> sizes;  ///< of the symbols, where it is computed
  std::string wrt, second;                    ///< by what is differentiated

  /// `bare`: without the facts of the variables.
  [[nodiscard]] std::string text(bool bare = false) const;
  /// Of everything that F and L rest on.
  [[nodiscard]] std::set<std::string> constructs() const;
  [[nodiscard]] const Variable* variable(const std::string& name) const;
  /// Names that stand in the lines.
  [[nodiscard]] std::set<std::string> used_names() const;
  /// Drops lines, functions and variables that nothing rests on.
  void tidy();
};

/// Words of a text that may be names.
[[nodiscard]] std::set<std::string> words_of(const std::string& text);

}  // namespace gradwright::laws
