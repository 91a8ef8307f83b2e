// The lines of an optimiser as one sheet: its numbers, those given in their place, what comes before the formulas, the formulas. Every
// piece knows the text it is from, so that an error is told where the person wrote it.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "api/optimiser.h"
#include "read/formula/updates.h"

namespace gradwright {

struct ReadOptimiser {
  UpdatingProgram sheet;
  [[nodiscard]] Expr input(const char* name) const { return sheet.program.declaration(name)->input; }
  [[nodiscard]] Expr value(const std::string& name) const { return sheet.update(name)->expr; }
  std::vector<Declaration> states;  ///< names that only `:=` gives a value
};

class OptimiserSheet {
 public:
  explicit OptimiserSheet(const OptimiserOptions&);
  /// `given`: declarations of `theta` and what else the lines may speak of. `theta` has an update.
  [[nodiscard]] tl::expected<ReadOptimiser, OptimiserFault> read(Pool&, const std::string& given) const;
  /// Whether a line speaks of this name.
  [[nodiscard]] bool mentions(const std::string& name) const;

 private:
  struct Piece {
    std::shared_ptr<const Text> text;
    Span span;
  };
  void take(const std::shared_ptr<const Text>&, Span);
  [[nodiscard]] OptimiserFault at_home(const Diagnostic&, const Text& whole, std::size_t given) const;

  std::shared_ptr<const Text> lines_;
  std::vector<Piece> pieces_;
};

}  // namespace gradwright
