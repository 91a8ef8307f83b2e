// NumPy code → readings in the worksheet language, with NumPy's own rules of shapes: broadcasting is written out
// (`A1*W.T + b` … `b*ones(m)'`). A column R[n] of the sheet may be an array (n,1) or (n,) in the code: the first is tried first.
// python.h (lines and expressions) → arrays.h (meaning) → here (lines in order, files).
#pragma once

#include <string>
#include <vector>

#include "read/formula/open_sheet.h"
#include "read/reading/reading.h"

namespace gradwright {

struct NumpyAssignment {
  std::string target;  ///< as the code names it: `dW3`, `grads["dW3"]` is dW3; empty for a lone or returned expression
  std::string
      name;  ///< as it is to be defined: another one where the sheet has it already, or the code assigns it twice
  Reading reading;
  Span span, target_span;
  std::optional<Reading> as_row;    ///< of an array (n,), which is a row too where rows are meant
  std::optional<Diagnostic> fault;  ///< NumPy raises, though the reading may conform
};

/// The code read one way, line by line. Later lines use the names of earlier ones.
struct NumpyReading {
  std::vector<NumpyAssignment> assignments;
  std::vector<std::string> notes;
  bool conforms = true;  ///< every line has a size
};

struct ReadCode {
  std::vector<NumpyReading> readings;  ///< at least one, the most natural first
  std::vector<Diagnostic> diagnostics;
};

struct NumpyOptions {
  std::optional<Shape> wanted;  ///< the size of what the last line claims, where it is known
};

[[nodiscard]] ReadCode read_numpy(const Text&, Span, OpenSheet&, const NumpyOptions& = {});
/// A whole .py file: helpers of one line are applied where they are called; the lines of the backward pass are read.
[[nodiscard]] ReadCode read_numpy_file(const Text&, OpenSheet&, const NumpyOptions& = {});

}  // namespace gradwright
