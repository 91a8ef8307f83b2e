// Problem: a sheet, a derivative and its true formula. Published ones, with their symbols or with numbers for sizes, and random sheets.
// A formula is true because it was published, or because finite differences of the bare sheet say so.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "read/formula/open_sheet.h"

namespace gradwright::claims {

struct Problem {
  std::string id;
  std::string sheet;  ///< with the lines that the formula rests on
  std::string of, wrt, gw;
  bool is_gradient = true;  ///< of a scalar, so that it has a name in code: dL_dW
  bool is_numeric = false;  ///< no size is a symbol
};

class Problems {
 public:
  Problems();
  /// The next one; nothing where the draw led to none.
  [[nodiscard]] std::optional<Problem> drawn(std::mt19937_64& random) const;

 private:
  std::vector<Problem> published_;
};

/// A problem that was read, with the value of its true formula.
struct Opened {
  std::unique_ptr<Pool> pool;
  OpenSheet sheet;
  SheetValue truth;
  bool is_free = true;  ///< the variable has no facts: else another derivative is right too
};
[[nodiscard]] std::optional<Opened> opened(const Problem&);

enum class Likeness { same, other, unclear };
/// By the evaluator alone, at random points and sizes: `other` is what differs plainly at one of them.
[[nodiscard]] Likeness likeness(const Pool&, Expr, Expr);

}  // namespace gradwright::claims
