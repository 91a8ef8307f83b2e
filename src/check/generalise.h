// Generalised sheets: every size written as a number becomes a symbol of its own, and two of them are one only where the sheet's own
// definitions force it. A claim that conforms, or holds, on the sheet as written and not here rests on 3 = 3: a trap, which is noted.
// The sizes that a claim writes itself (`ones(3)`) are symbols too; they take the size that the claim needs them to have.
// Read next: check/general_text.h (which numbers are sizes), Judge::verdict (what is called a trap).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/general_text.h"

namespace gradwright::check {

/// A sheet with symbols in place of numbers, without claims and requests; and formulas over it.
class GeneralSheet {
 public:
  /// Nothing where no size is a number, or the definitions do not allow it.
  [[nodiscard]] static std::optional<GeneralSheet> of(const Text&, GeneralOptions = {});
  [[nodiscard]] std::string text() const;

  /// The same sheet with formulas, judged in this order.
  [[nodiscard]] GeneralSheet with_formulas(const std::vector<std::string>& gw) const;
  [[nodiscard]] std::string formula(std::size_t which) const { return text_of(texts_[1 + which]); }
  /// Sizes of the formulas made one with those that do not fit them; nothing where none of theirs is among them.
  [[nodiscard]] std::optional<GeneralSheet> joined(const Diagnostic& mismatch) const;
  [[nodiscard]] std::optional<GeneralSheet> joined(const std::string& size, const std::string& other) const;
  /// Names of sizes that only this sheet has as the numbers they stand for.
  [[nodiscard]] std::string with_numbers(const std::string& text) const;
  /// `x[1:3]` stands in the sheet or in a formula.
  [[nodiscard]] bool has_slices() const { return has_slices_; }
  /// "3, 4": sizes that stay these numbers because slices of such lengths meet them. Empty: none.
  [[nodiscard]] std::string kept_by_slices() const;
  /// A name that only this sheet has stands in the text.
  [[nodiscard]] bool is_own_name_in(const std::string& text) const { return text.find(stem_) != std::string::npos; }

 private:
  struct Size {
    std::int64_t number = 0;
    std::size_t same_as = 0;  ///< the size that stands for it
    bool is_fixed = false;    ///< the number itself
  };
  struct Holed {
    std::vector<std::string> pieces;
    std::size_t first_size = 0;  ///< between the first two pieces
  };
  /// The sizes that a diagnostic says do not fit.
  struct Apart {
    std::vector<std::vector<std::string>> sizes;  ///< extents by name or number; "" for a polynomial
    std::vector<std::string> names;               ///< all numbers and symbols of this sheet in them, in order
    bool is_inner = false;                        ///< the last extent of the first meets the first one of the second
  };
  void add(GeneralText);
  [[nodiscard]] std::string text_of(const Holed&) const;
  [[nodiscard]] std::string name_of(std::size_t size) const;
  [[nodiscard]] std::size_t root(std::size_t size) const;
  [[nodiscard]] bool settled();
  [[nodiscard]] Apart sizes_apart(const Diagnostic&) const;
  [[nodiscard]] bool join(const std::string& a, const std::string& b);
  [[nodiscard]] bool may_join(const std::string& a, const std::string& b) const;

  GeneralOptions options_;
  ArrayNames arrays_;
  std::vector<Holed> texts_;  ///< the sheet, then the formulas
  std::vector<Size> sizes_;   ///< of the sheet, then of the formulas
  std::size_t sheet_sizes_ = 0;
  bool formulas_write_numbers_ = false;
  bool has_slices_ = false;
  std::string stem_;
};

/// Sizes that the claim writes made those of the truth, or of its transpose where only that can be.
[[nodiscard]] std::optional<GeneralSheet> joined_sizes(const GeneralSheet&, const DimTable&, const Shape& claim,
                                                       Shape truth);

}  // namespace gradwright::check
