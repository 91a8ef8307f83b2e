// Spine: what becomes of the root's value when the part at a place takes another value. Sizes are tried first, once a size.
#pragma once

#include <vector>

#include "check/edit.h"

namespace gradwright::check {

class Spine {
 public:
  Spine(const AstPool&, SampleEnvironment&, Ast root, const Place&);

  /// A part of this size gives the root the size of the truth. Its entries are not needed.
  [[nodiscard]] bool takes(const Dense& part);
  /// The root's value with this part.
  [[nodiscard]] Dense value(const Dense& part);
  /// The part as it is; no value where it does not conform.
  [[nodiscard]] const Dense& part() const { return part_; }

 private:
  struct Level {
    const AstNode* node;
    std::vector<Dense> children;
    std::size_t begin, end;  ///< the children that the part below stands for
    Dense before;            ///< product or sum of the children before it
  };
  struct Size {
    std::uint32_t rows, cols;
    bool is_taken;
  };
  SampleEnvironment& point_;
  std::vector<Level> levels_;  ///< the innermost first
  std::vector<Size> sizes_;
  Dense part_;
};

}  // namespace gradwright::check
