// Verdict: what is found about one side of one claim, and everything that is shown of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/anatomy.h"
#include "check/assumption.h"
#include "check/repair.h"
#include "check/truth.h"
#include "check/witness.h"
#include "present/present.h"

namespace gradwright::check {

enum class VerdictKind {
  equal,
  equal_transposed,
  scaled,
  right_for_other_loss,
  wrong_value,
  wrong_shape,
  nonconforming,
  undecided,
  unread  ///< no formula of the sheet: nothing was found about its truth
};
/// "equal-transposed"
[[nodiscard]] std::string_view verdict_name(VerdictKind);

struct WitnessValues {
  struct Named {
    std::string name;
    Shape surface;
    Tensor value;
  };
  std::vector<Named> inputs;
  DimValues sizes;
  std::vector<std::int64_t> entry;  ///< of `claimed` and `truth`, from 1
  Tensor claimed, truth;            ///< the whole values
  std::string gap;                  ///< claimed − truth at the entry, where the values look alike
};

struct Verdict {
  VerdictKind kind = VerdictKind::undecided;
  bool proved = false;
  int points = 0;                        ///< at which numbers agree
  std::optional<std::string> factor;     ///< of scaled: claim = factor · truth
  std::string other_loss;                ///< its name and formula
  std::optional<Assumption> assumption;  ///< wrong, but for a fact that the sheet does not state
  bool has_unmet_branch =
      false;  ///< undecided for a condition over sizes that turns at sizes too large to compute with
  bool is_below_rounding = false;  ///< wrong by less than doubles show
  bool is_of_digits = false;       ///< right where digits stand for the number that they begin: 3.14159 for pi
  bool has_no_value = false;       ///< where the truth has one; the witness says where
  bool has_slices = false;         ///< of numbers, in the sheet or the claim
  std::string kept_sizes;          ///< "3": sizes that slices keep numbers, so that no trap of these is told
  bool trap = false;               ///< holds, or conforms, at the sizes of this sheet only: a note, no verdict
  std::optional<WitnessValues> witness;
  std::vector<std::string> notes;
  Shape surface;  ///< of the claim; empty where it does not conform
  [[nodiscard]] bool is_right() const { return kind == VerdictKind::equal; }
  [[nodiscard]] bool conforms() const { return kind != VerdictKind::nonconforming && kind != VerdictKind::unread; }
};

/// What a claim is about more closely than by its two names.
struct SubjectParts {
  std::string first;  ///< of a mixed second derivative: the gradient by this name is derived by `wrt`
  std::vector<std::string> of_entry, wrt_entry;  ///< indices of an entry
  std::string condition;                         ///< right where this is 0: "∂L/∂w"
  bool is_solution = false;                      ///< what makes it 0
};

/// One side of a claim, judged.
struct JudgedSide {
  std::size_t line = 0;   ///< of the side in its text
  std::size_t index = 0;  ///< 0, 1, 2 … in a chain
  std::string of, wrt;
  SubjectParts parts;
  Span span;            ///< of the side as written
  std::string written;  ///< as written
  std::string reading;  ///< in the worksheet language
  std::vector<std::string> reading_notes, other_readings;
  Verdict verdict;
  std::optional<bool> follows;  ///< from the line above; nothing for the first
  std::vector<Mistake> mistakes;
  std::vector<Repair> repairs;
  Span place;              ///< what a repair in the person's own notation replaces
  std::string lead, tail;  ///< what stands before and after it on its line: `dW = `
  Formula truth;
  std::string truth_size;
  std::string size;         ///< of the claim; empty where it does not conform
  std::string layout_note;  ///< how the true chain grows, with sizes; from who knows the chain
  Anatomy anatomy;          ///< of the reading, where that was asked for
  std::vector<Diagnostic> diagnostics;
  /// A name, a function or a notation that nobody knows.
  [[nodiscard]] bool is_unread() const { return verdict.kind == VerdictKind::unread; }
};

}  // namespace gradwright::check
