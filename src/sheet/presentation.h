// Derivatives presented: the lines of the chain once for all results that rest on them, then the whole formula where it is no longer than they are.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "explain/chain.h"
#include "explain/derived.h"

namespace gradwright {

class Presentation {
 public:
  /// `how` but for the names that are taken; `is_only`: one result, whose lines are nobody else's.
  Presentation(Pool&, std::shared_ptr<const Names>, PresentOptions how, bool is_only);

  /// Fills in `chain`, `last` and `formula`: `links` are what `last` rests on; without links `result.expr` is `last`.
  void present(Derived& result, const std::vector<Link>& links, Expr last);
  [[nodiscard]] const PresentOptions& how() const { return how_; }

 private:
  DerivedLine& line_of(const Link&);

  Pool& pool_;
  std::shared_ptr<const Names> names_;
  PresentOptions how_;
  bool is_only_;
  std::unordered_set<std::string> reserved_;
  std::unordered_map<Expr, DerivedLine> lines_;  ///< by the variable of their link
};

}  // namespace gradwright
