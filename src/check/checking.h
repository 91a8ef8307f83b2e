// Checking: the claims of one text, judged in order, and what they add to the sheet.
// check.cpp: claims of a sheet, files; check_equations.cpp: LaTeX; check_code.cpp: NumPy; check_names.cpp: what a name or a formula is about;
// check_sides.cpp: one side of a chain; check_conditions.cpp: where a derivative is 0.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "check/check.h"
#include "check/judge.h"
#include "check/own_names.h"
#include "check/own_notation.h"
#include "check/reassigned.h"
#include "check/report.h"
#include "read/reading/claims.h"

namespace gradwright::check {

/// How near to right a verdict is; of several readings the nearest counts.
inline int rank(const Verdict& verdict) {
  const int kind = 2 * static_cast<int>(verdict.kind);
  if (!verdict.trap) return kind;
  return verdict.is_right() ? kind + 1 : kind + 40;
}

class Checking {
 public:
  Checking(const Text& sheet, const Text& document, const CheckOptions& options)
      : judge_(sheet, options.layout),
        loss_(loss_of(judge_.sheet().program())),
        options_(options),
        result_{{}, {}, document, {}} {}

  [[nodiscard]] Checked take() { return std::move(result_); }
  [[nodiscard]] Judge& judge() { return judge_; }

  void report(Diagnostic diagnostic) { result_.diagnostics.push_back(std::move(diagnostic)); }
  void report_of_sheet(Diagnostic diagnostic) { result_.of_sheet.push_back(std::move(diagnostic)); }
  /// The sheet itself, beside its claims, has errors.
  void note_errors() { is_sheet_good_ = false; }

  void claim(const Claim& claim);

  void equations(const ReadDocument& document);

  /// What an equation rests on and is defined after it: `…, where D = Xw − y`. A definition comes before those that use it.
  void define_rest(const ReadDocument& document, std::size_t at, std::vector<bool>& is_done);

  void code(const ReadCode& code);

 private:
  struct JudgedCode {
    std::vector<JudgedSide> sides;
    int rank = 0;
    bool conforms = true;
  };

  void unasked(Span place, const std::string& name = {});

  /// Of several things that a name may claim, the one that is right; else the most natural. What it derives is a loss that depends on it.
  Claimed nearest(const std::vector<Claimed>& claimed, const std::vector<ReadSide>& sides);
  [[nodiscard]] std::string loss_by(std::string_view wrt);

  /// What a formula under a name of the person's own is, where it is right: the derivative of the loss by a name of the sheet, or its
  /// second derivative by one.
  std::optional<Claimed> recognised(const std::string& gw, Span place, const std::vector<std::string>& entry);

  /// Judges sides whose left side names nothing of the sheet.
  void recognise(const std::vector<ReadSide>& sides, Span place, const std::string& name);
  /// `meant`: by what the derivative is where the formula does not tell; may be empty.
  void recognise(std::vector<ReadSide> sides, const Target& left, const std::string& meant);
  /// Judges what a function returns, or a formula alone beside lines that have names.
  void nameless(const ReadSide& side);

  /// The only parameter of this size; the only parameter where none has it.
  [[nodiscard]] std::string variable_of_size(const Shape&);
  /// The only parameter of the sheet, or what it asks for; empty where there are several.
  [[nodiscard]] std::string only_variable();
  /// What `\nabla f` is by where nothing else tells.
  [[nodiscard]] std::string only_input(const std::string& of);

  /// Asks for a derivative; of an entry, all of it: ∂v₂/∂x.
  bool ask(const Target& of, const Target& wrt);
  /// Asks for the derivative by `wrt` of the gradient by `first`.
  bool ask_hessian(const std::string& of, const Target& first, const Target& wrt);

  void raw(const Claim& claim);

  [[nodiscard]] std::vector<ReadSide> slice(const Target& of, Target& wrt, std::vector<ReadSide>& sides);
  void misfit(const ReadSide&, const Target& of, const std::string& wrt, const std::string& index);

  void equation(const ReadEquation& equation);
  void second_derivative(const ReadEquation&);
  void derivative_of_what(const ReadEquation&);
  void named(const ReadEquation&);
  /// False where nothing was asked.
  bool derivative(const ReadEquation&, Target of, Target wrt, const std::string& shown);
  void identity(const std::vector<ReadSide>&, const std::string& left, const std::vector<std::string>& entry,
                bool is_consequence = false);

  struct Condition {
    std::string of, wrt;
  };
  /// The derivatives that were set to 0; beside them, of an equation that follows from none, those of the losses by the parameters.
  [[nodiscard]] std::vector<Condition> possible_conditions(bool is_consequence);
  /// X'Xw = X'y is no identity, but says that ∂L/∂w is 0.
  void look_for_condition(JudgedSide&, const std::string& left, bool is_consequence);
  /// w^* = …, what makes ∂L/∂w 0. False where it claims something else.
  bool solution(const ReadEquation&);
  [[nodiscard]] Diagnostic not_judged(const JudgedSide&, const std::string& of, const std::string& variable) const;
  JudgedSide judged_solution(const ReadSide&, const std::string& variable, bool has_slope);

  /// A name that the sheet defines.
  [[nodiscard]] bool is_defined(const std::string& name);
  /// False where it claims nothing.
  bool judge_assignment(const NumpyAssignment& one, bool is_last);

  JudgedCode judged_code(const NumpyReading& reading);
  [[nodiscard]] bool goes_on(const JudgedSide& right, const JudgedSide& later, const NumpyAssignment& line);
  [[nodiscard]] std::string changed_note(const NumpyAssignment& line);

  void chain(const std::vector<ReadSide>& sides, const std::string& of, const std::string& wrt,
             const SubjectParts& parts = {});

  /// It cannot be read for a definition of the sheet that has an error.
  [[nodiscard]] bool rests_on_errors(const ReadSide& side);

  [[nodiscard]] bool is_in_layout(const Verdict&, Layout);
  JudgedSide side(const ReadSide& read, const std::string& of, const std::string& wrt);
  void leave_outside(JudgedSide&) const;

  /// From the line below the sheet back to where the person wrote it.
  void move_into_text(Diagnostic& diagnostic, const Reading& reading) const;

  [[nodiscard]] bool is_wanted(Span side) const {
    return !options_.within || (options_.within->begin <= side.begin && side.begin < options_.within->end);
  }

  /// Some of it is wanted.
  [[nodiscard]] bool is_about_wanted(const Claim&) const;

  Judge judge_;
  const std::string loss_;
  int expressions_ = 0;  ///< that claims were about, beside names
  const CheckOptions& options_;
  Checked result_;
  OwnNames names_;                        ///< of code
  std::optional<OwnNotation> own_;        ///< of what is read, where it is not the worksheet language
  Span left_;                             ///< the left side as written
  std::optional<Layout> layout_of_line_;  ///< in which derivatives of a side were read, where that is not the sheet's
  std::vector<Condition> conditions_;     ///< derivatives that were set to 0
  bool is_sheet_good_ = true;
  bool claims_values_ = false;  ///< code that ends in a name the sheet defines, and claims no derivative
  std::size_t main_ = 0;        ///< of the equations read last, the last one that others do not rest on
};

}  // namespace gradwright::check
