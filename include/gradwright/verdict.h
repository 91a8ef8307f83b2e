// What is found about a claim: its verdict, where it breaks, why, and how it is mended.
// Each function in use: examples/embed/sheet.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gradwright/diagnostic.h>
#include <gradwright/formula.h>

namespace gw {

/// Numbers of a scalar (no extents), vector, matrix or tensor, the first axis running fastest: column by column.
struct Array {
  std::vector<std::int64_t> extents;
  std::vector<double> values;

  /// Of as many numbers as the extents say, the last axis running fastest: row by row, as in files and NumPy.
  [[nodiscard]] static Array of_rows(std::vector<std::int64_t> extents, const std::vector<double>& numbers);
  [[nodiscard]] std::vector<double> by_rows() const;
};

/// Values at which a wrong claim differs from the truth.
struct Witness {
  std::map<std::string, std::int64_t> sizes;
  std::map<std::string, Array> inputs;
  std::vector<std::int64_t> entry;  ///< where both differ, from 1
  Array claimed, truth;
};

/// A mistake by its name in the field: "missing-transpose", "wrong-order", "layout-mix" …
struct Mistake {
  std::string name;
  Place place;       ///< the smallest wrong part
  std::string text;  ///< one sentence, with sizes
};

/// A fact that the sheet does not state, and under which the claim is right.
struct Assumption {
  std::string name, property;  ///< "Y", "simplex_rows"
  std::string sentence;        ///< "each row of `Y` sums to 1"
  std::string declaration;     ///< to write in the sheet: "Y : R[m,k] simplex_rows"
};

/// The claim made true by the fewest edits. Each was judged against the truth before it is offered.
struct Repair {
  std::string gw;       ///< in the worksheet language
  std::string text;     ///< the whole line in the person's own notation; empty where it could not be said there
  bool proved = false;  ///< equal to the truth by normal forms; else at random points
  std::vector<std::string> edits;  ///< in words: "transpose W3"
};

/// One side of one claim, judged.
struct Verdict {
  enum class Kind {
    equal,
    equal_transposed,      ///< the transpose of the truth
    scaled,                ///< the truth times `factor`
    right_for_other_loss,  ///< right for `other_loss`
    wrong_value,
    wrong_shape,
    nonconforming,  ///< sizes do not meet
    undecided,      ///< neither proved nor refuted
    unread          ///< it is no formula of the sheet
  };
  std::string file;
  std::size_t line = 0;   ///< in its file, from 1
  std::size_t index = 0;  ///< of the side in a chain a = b = c
  std::string of, wrt;
  Place place;
  std::string written;                      ///< as it stands there
  std::string reading;                      ///< in the worksheet language
  std::vector<std::string> other_readings;  ///< what it might mean as well
  Kind kind = Kind::undecided;
  bool proved = false;  ///< by normal forms; else `points` random points agree
  int points = 0;
  std::string factor;                    ///< of scaled
  std::string other_loss;                ///< of right_for_other_loss: its name and formula
  std::optional<Assumption> assumption;  ///< of wrong_value, where one would make it right
  bool trap = false;                     ///< it holds at the sizes of this sheet only
  std::optional<bool> follows;           ///< whether it follows from the side before; nothing for the first
  std::optional<Witness> witness;
  std::vector<Mistake> mistakes;
  std::vector<Repair> repairs;  ///< best first
  Formula truth;
  std::string summary;    ///< "right, proved"; "scaled by 2"
  Diagnostic diagnostic;  ///< all of it with its place: a note where it is right, an error where it is wrong

  [[nodiscard]] bool is_right() const { return kind == Kind::equal; }
};

/// "equal-transposed" …, as the JSON documents write it.
[[nodiscard]] std::string_view name_of(Verdict::Kind);

}  // namespace gw
