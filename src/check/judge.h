// Judge: one expression against the truth, on the sheet as written and on the sheet with its sizes made general.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "check/equivalent.h"
#include "check/generalise.h"
#include "check/verdict.h"

namespace gradwright::check {

class Judge {
 public:
  Judge(const Text& sheet, std::optional<Layout> layout);

  [[nodiscard]] OpenSheet& sheet() { return *sheet_; }
  [[nodiscard]] const Text& text() const { return text_; }
  [[nodiscard]] Layout layout() const { return layout_; }
  [[nodiscard]] NormalForms& forms() { return *forms_; }

  /// What is asked from here on: a derivative …
  [[nodiscard]] bool ask(const Target& of, const Target& wrt, bool is_second = false);
  /// … or whether expressions are equal to this one, in which `indices` are free: the `i` of z[i].
  [[nodiscard]] bool ask_identity(const std::string& gw, const std::vector<std::string>& indices = {});
  /// A name of the person's own, known from here on. False where its formula has an error.
  bool define(const std::string& name, const std::string& gw);
  /// A name whose formula has an error is taken for ∂of/∂wrt, so that what uses it can be judged.
  void stand_in(const std::string& name, const std::string& of, const std::string& wrt);
  [[nodiscard]] bool has_stand_ins() const { return !stand_ins_.empty(); }

  [[nodiscard]] const Truth& truth() const { return truth_; }
  [[nodiscard]] Verdict verdict(const std::string& gw, std::vector<Diagnostic>& reasons);
  /// With every number taken as exact.
  [[nodiscard]] Verdict verdict_as_written(const std::string& gw, std::vector<Diagnostic>& reasons);
  /// Whether the derivative that was asked is 0 where the variable is this, which does not rest on it. Undecided where the derivative does not
  /// rest on the variable.
  [[nodiscard]] Verdict verdict_on_solution(const std::string& variable, const std::string& gw);
  /// The claim holds where sizes do not coincide (used to test a repair).
  [[nodiscard]] bool holds_in_general(const std::string& gw);
  [[nodiscard]] SheetValue value(const std::string& gw) { return sheet_->value(gw, truth_.indices); }
  /// By normal forms.
  [[nodiscard]] bool is_proved(const std::string& gw);
  void find_mistakes(JudgedSide&);
  [[nodiscard]] Formula truth_formula();
  /// "your d3 is ∂L/∂z3" for each definition that `of` does not rest on.
  [[nodiscard]] std::vector<std::string> own_names(const std::vector<std::string>& names);

 private:
  /// Mistakes and repairs on the sheet whose sizes are symbols, told in the person's own sizes. False where none holds here.
  [[nodiscard]] bool find_general_mistakes(JudgedSide&);
  /// Of a literal array, entry by entry. False where that is not what is wrong.
  [[nodiscard]] bool find_mistakes_in_entries(JudgedSide&);
  [[nodiscard]] bool holds_here(const std::string& gw);
  /// Larger than the search for repairs computes with.
  [[nodiscard]] bool has_large_sizes() const;
  /// A `wrt` that is defined is cut.
  [[nodiscard]] ReadOptions options_for_repairs() const;
  [[nodiscard]] Verdict compared(OpenSheet&, NormalForms&, const SheetValue&, const Truth&) const;
  [[nodiscard]] std::optional<Verdict> general_verdict(const GeneralSheet&, const std::string& gw);
  /// Where the sheet has constants: judged with what they are.
  [[nodiscard]] std::optional<Verdict> verdict_with_constants(const std::string& gw);
  /// On the sheet with its sizes made general; a claim that is right as the sheet is written gets the benefit of the doubt.
  [[nodiscard]] std::optional<Verdict> general_verdict(const std::string& gw, bool is_right_here);
  /// A right claim that has no value where the truth has one is wrong; where that is at single points, the condition is noted.
  void look_at_domain(Verdict&, const std::string& gw, Expr claim);
  /// What has to have a value where a claim is asked for one: the truth, and the parts of what it is the derivative of.
  [[nodiscard]] const std::vector<Expr>& truth_parts();
  /// The formula has no value somewhere where the truth has one.
  [[nodiscard]] bool lacks_value(const std::string& gw);
  /// Whether the verdict rests on the sizes of the sheet; what holds for all sizes holds here, and nothing else is taken back.
  void look_beyond(Verdict&, const std::string& gw);
  [[nodiscard]] std::optional<Truth> question_in(OpenSheet&) const;

  Text text_;
  std::unique_ptr<Pool> pool_;
  std::unique_ptr<OpenSheet> sheet_;
  std::unique_ptr<NormalForms> forms_;
  std::optional<GeneralSheet> general_;
  Layout layout_;
  Question question_;
  std::string identity_;
  std::vector<FreeIndex> identity_indices_;
  Truth truth_;
  std::optional<std::vector<Expr>> truth_parts_;  ///< of what was asked, where that was needed
  std::vector<std::pair<std::string, std::string>> own_;
  std::set<std::string> stand_ins_;  ///< those of them whose formula has an error
};

}  // namespace gradwright::check
