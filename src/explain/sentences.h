// Sentences: what one step of differentiation does, in words a student understands, with the sizes of what is meant.
#pragma once

#include "explain/derived.h"
#include "present/document.h"

namespace gradwright {

/// Formulas and sizes as runs of a sentence, under the names of one derivation.
class Wording {
 public:
  Wording(Pool& pool, const Derived& derived)
      : pool_(pool), derived_(derived), reserved_(reserved_names(pool, *derived.names)) {}

  [[nodiscard]] Pool& pool() const { return pool_; }
  [[nodiscard]] const Derived& derived() const { return derived_; }
  [[nodiscard]] Formula formula(Expr, const Names* names = nullptr) const;
  /// The formula; of what it cannot say without names of its own, the size.
  [[nodiscard]] Run run(Expr e) const;
  /// Its size as a column, or as rows × columns.
  [[nodiscard]] Run size(Expr) const;
  [[nodiscard]] Run size(const Shape& surface) const;
  [[nodiscard]] const std::unordered_set<std::string>& reserved() const { return reserved_; }
  [[nodiscard]] std::string dim(Dim d) const { return pool_.dims().to_string(d); }
  [[nodiscard]] Shape surface_of(Expr) const;
  /// At these letters; sums run over letters that are not among `others` either.
  [[nodiscard]] Formula entry(Expr, const std::vector<std::string>& letters,
                              const std::vector<std::string>& others = {}) const;

 private:
  Pool& pool_;
  const Derived& derived_;
  std::unordered_set<std::string> reserved_;
};

/// A step through a product of two: ∂L/∂operand is the node's adjoint times the other factor, in the layout in force.
struct Passing {
  Expr node, operand, other;
  bool adjoint_first = true;        ///< else the other factor stands before it
  bool adjoint_transposed = false;  ///< transposed there
  bool other_transposed = false;
};
[[nodiscard]] std::optional<Passing> passing_of(const Pool&, const Step&, Layout);

/// How an adjoint passes from a node to its operand number k.
[[nodiscard]] Rich sentence_of(const Wording&, const Step&);
/// What holds where the node has a kink: "relu'(0) = 0"; empty where it is smooth.
[[nodiscard]] std::string kink_of(const Pool&, Expr node);
/// Statement and condition of the rewrite row with this name.
[[nodiscard]] Rich rewrite_sentence(const std::string& rule);

}  // namespace gradwright
