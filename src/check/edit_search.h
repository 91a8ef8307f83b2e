// Search: which edits are tried, in which order, and what makes the claim true at two points.
//   1 every single edit, in one place or wherever the same part stands; 2 pairs, those first that bring a part of the claim to a part of the truth; 3 the claim laid against the truth.
// The search ends early where no untried edit could be smaller than what was found.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "check/edit_atoms.h"
#include "check/edit_axes.h"
#include "check/edit_spine.h"

namespace gradwright::check {

struct Hit {
  Ast root;
  std::vector<Edited> edits;  ///< in the order made; spans are the claim's
  double cost = 0;
};

class Search {
 public:
  explicit Search(const RepairTask&);
  /// Least cost first.
  [[nodiscard]] std::vector<Hit> hits();
  [[nodiscard]] SyntaxTrees& trees() { return trees_; }
  [[nodiscard]] bool is_good() const { return points_.size() == 3; }

 private:
  struct Step {  ///< what was done before
    Ast root;
    std::vector<Edited> edits;
    double cost = 0;
  };
  void structural(const Step&, bool is_brief);
  void brought_in(const Step&, bool is_brief);
  void in_sums(const Step&);
  void in_sum(const Step&, const Place&, const std::vector<std::string>& indices, const std::vector<Ast>& entries);
  void along_other_index(const Step&, const Place&, const std::vector<std::string>& indices);
  void try_in_sum(const Step&, const Place&, Ast part, Edit::Kind, double cost, const char* mistake, Ast brought);
  void scales(const Step&, const Place&, Spine&);
  /// Bit i: form i of an atom of one size gives the root the truth's size; then in place of the part.
  using Ways = std::uint32_t;
  static constexpr Ways in_place = Ways{1} << 30U, transposed_in_place = Ways{1} << 31U;
  /// One for each of `atom_sizes_`.
  [[nodiscard]] std::vector<Ways> ways_in(const Place&, Spine&) const;
  void atom_at(const Step&, const Place&, Spine&, const Atom&, Ways);
  [[nodiscard]] Ast along_other_axis(Spread);
  void other_axes(const Step&);
  void everywhere(const Step&);
  void changed_alike(const Step&, const std::vector<Place>&);
  void pairs(const Step&);
  [[nodiscard]] std::vector<Step> first_steps(const Step&);
  void align();

  void replaced_by(const Step&, const Place&, Spine&, const Atom&);
  void record_insert(const Step&, const Place&, const Atom&, Operator, bool is_left, bool is_transposed, double cost);
  void record_scaled(const Step&, const Place&, Ast part, Edit::Kind, std::string what, double extra,
                     std::string mistake, std::string brings = {});
  /// c such that c·part makes the root true.
  [[nodiscard]] std::optional<double> factor_at(Spine&);
  /// A factor, or under a transpose or minus: a number there is a number of the whole.
  [[nodiscard]] bool is_inner(Ast root, const Place&) const;
  /// What is added there is a path of its own, not a part of a factor.
  [[nodiscard]] bool is_term_of_whole(Ast root, const Place&) const;

  /// With this part the root is true at the first point, at a cost that is worth it.
  [[nodiscard]] bool is_hit(const Step&, Spine&, const Dense& part, double cost);
  void record(const Step&, Edited);
  void record_all(const Step&, Ast root, std::vector<Edited>);
  [[nodiscard]] bool holds_elsewhere(Ast root);
  [[nodiscard]] bool is_zero(Ast);
  [[nodiscard]] bool is_true_zero();
  struct Idle {
    int terms = 0, factors = 0;
    [[nodiscard]] bool is_more_than(const Idle& other) const { return terms > other.terms || factors > other.factors; }
  };
  [[nodiscard]] Idle idle_parts(Ast root);
  [[nodiscard]] bool is_brought(Ast) const;
  [[nodiscard]] bool restates_truth(Ast root);
  [[nodiscard]] Ast tidied(Ast root);
  [[nodiscard]] Ast with_transposes_inside(Ast root);
  [[nodiscard]] Ast without_idle_transposes(Ast root);
  [[nodiscard]] int odd_products(Ast root);
  [[nodiscard]] int promise(Ast root);
  [[nodiscard]] double best() const;
  [[nodiscard]] std::string text(Ast ast) const;

  const RepairTask& task_;
  SyntaxTrees trees_;
  std::deque<SampleEnvironment> points_;
  std::vector<Atom> atoms_;
  std::vector<Dense> atom_sizes_;
  std::vector<std::uint32_t> size_of_atom_;  ///< place of its size in `atom_sizes_`
  std::vector<Dense> true_parts_;
  std::vector<Hit> hits_;
  std::size_t trials_ = 0, recorded_ = 0;
  Idle idle_;  ///< parts of the claim itself that do nothing
};

}  // namespace gradwright::check
