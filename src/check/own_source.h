// Own source: which piece of a person's own text stands for which part of a reading, and what they write between two parts.
//   a reading, parsed → for each part the text that is its own: no other part, except what holds it, rests on it.
// Read next: own_printer.h (a repaired formula put together of these pieces).
#pragma once

#include <cctype>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "check/edit.h"
#include "read/reading/reading.h"

namespace gradwright::check {

enum class Notation { latex, numpy };

class OwnSource {
 public:
  /// `text` is what the source spans of the reading point into.
  OwnSource(Notation, AstPool&, const Reading&, std::string_view text);

  /// What was written for a part like this one, in one line; empty where nothing was that stands by itself.
  [[nodiscard]] std::string part(Ast) const;
  /// What was written between these two neighbours of a product or sum, spaces too.
  [[nodiscard]] const std::string* joint(Ast left, Operator, Ast right) const;
  /// What is written for this operator elsewhere in the formula.
  [[nodiscard]] const std::string* joint(Operator) const;
  /// A factor that was written as an argument: B of `np.dot(A, B)`.
  [[nodiscard]] bool is_argument(Ast right) const;
  /// How a transpose is written: `^T`, `^{\top}`, `.T`, a macro; empty where there is none.
  [[nodiscard]] const std::string& turn() const { return turn_; }
  /// The names of the reading, as written.
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& names() const { return names_; }
  /// Of the formula as a whole.
  [[nodiscard]] Span span() const { return span_; }

 private:
  struct Part {
    Ast ast;
    Span source;
  };
  struct Joint {
    Ast left, right;
    Operator op;
    std::string text;
  };
  void collect(Ast, Span around);
  void collect_runs(Ast, const std::vector<Span>& sources);
  void note_name(const AstNode&, Span source, Span around);
  void note_indexed(const AstNode& index, Span source);
  [[nodiscard]] Span whole_of(Span written) const;
  /// With the brackets around it, as far as they are missing; empty where that cannot be mended.
  [[nodiscard]] Span balanced(Span) const;
  [[nodiscard]] std::string joint_text(Span gap, bool is_sum) const;

  Notation notation_;
  AstPool& pool_;
  const Reading& reading_;
  std::string_view text_;
  Span span_;
  std::vector<Part> parts_;  ///< the largest first within each
  std::vector<Joint> joints_;
  std::map<Operator, std::string> usual_;
  std::vector<Ast> arguments_;
  std::string turn_;
  std::map<std::string, std::string, std::less<>> names_;
};

/// Of a name.
[[nodiscard]] inline bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
/// One line, without blanks at its ends and without comments; a break of the line is a blank, `\` before it goes with it in NumPy.
[[nodiscard]] std::string one_line(std::string_view, Notation);

}  // namespace gradwright::check
