// A plan as C11 that needs nothing but <math.h> and <stdint.h>: one function over one workspace.
//   void NAME(real *w)                                              one run
//   void NAME(real *w, const real *data, long long steps)           `streamed` inputs are read from `data`, one after another, each step
// Small plans become straight-line code whose states stay in variables over all steps; others one function a kernel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lower/plan.h"

namespace gradwright {

enum class Precision : std::uint8_t { float32, float64 };

/// An input whose numbers are known now; they stand in the text.
struct CConstant {
  BufferId input;
  std::vector<double> values;
};

struct CFunction {
  std::string name;  ///< an identifier of C
  const Plan* plan = nullptr;
  std::vector<BufferId> streamed{};  ///< inputs that come anew each step, in this order
  std::vector<CConstant> constants{};
};

struct COptions {
  Precision precision = Precision::float64;
  std::int64_t straight_line = 2000;  ///< plans of at most so many scalar operations are written without loops
  /// Contractions with enough work, and threads for loops with enough work, call the functions of a table (kernels/abi.h), `gw_kernels`, which whoever loads the program sets.
  bool kernels = false;
  std::int64_t least_work = 8192;  ///< multiplications of a contraction from which on a call pays
  std::int64_t least_parallel =
      200000;  ///< scalar operations of a kernel of loops from which on it runs on all threads, by that table
  bool enumerate = false;  ///< also the places of all buffers as constants NAME_BUFFER, for a person who calls it
};

/// A file with these functions; they share what they need of <math.h> and nothing else.
[[nodiscard]] std::string c_file(const std::vector<CFunction>&, const COptions& = {});
/// A header for who calls the function: its places as constants NAME_BUFFER, and its prototype; of C and of C++.
[[nodiscard]] std::string c_header(const CFunction&, Precision);
/// The function NAME: y[i] = op(x[i]) for i < n; for measuring.
///   void NAME(const real *x, real *y, long long n)
[[nodiscard]] std::string c_elementwise(Op, const std::string& name, Precision);
/// Written without loops: few enough operations, and no place in memory that depends on data.
[[nodiscard]] bool is_straight_line(const Plan&, const COptions&);
/// Numbers that the streamed inputs take a step.
[[nodiscard]] std::int64_t stream_width(const CFunction&);
/// `name` with every character that C does not take replaced; no word of the language and no name of the library of C.
[[nodiscard]] std::string c_identifier(std::string_view name);

}  // namespace gradwright
