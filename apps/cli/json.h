// Numbers as JSON: nested arrays, the first axis outermost; what `eval` and `grad-check` read and write.
#pragma once

#include <gradwright/program.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gradwright::cli {

struct RowMajor {
  std::vector<std::int64_t> extents;
  std::vector<double> values;         ///< nan for null
  std::optional<std::int64_t> whole;  ///< of a number without a fraction
};
/// The same numbers, first axis fastest.
[[nodiscard]] gw::Array column_major(const RowMajor&);

/// By name; nothing where the rows are ragged or something is no number.
using NamedArrays = std::map<std::string, std::optional<RowMajor>>;
/// Of a JSON object. G0503: the text is none, or has a name twice; G0507: a number beyond float64, or null. Places are in the text, which messages call `file`.
[[nodiscard]] gw::Result<NamedArrays> named_arrays(const std::string& text, const std::string& file);

using NamedValues = std::vector<std::pair<std::string, gw::Array>>;
/// The document `gradwright/eval/1`.
[[nodiscard]] std::string eval_json(const NamedValues&);

/// What the helper of `grad-check` gets: see grad_check.py.
[[nodiscard]] std::string grad_check_task(const std::string& loss, const std::vector<std::string>& wrt,
                                          const std::vector<NamedValues>& points);
/// What it says.
struct GradCheckAnswer {
  struct Point {
    bool has_value = false;
    std::optional<RowMajor> value;
    NamedArrays gradients;
  };
  std::string fault, message;  ///< empty: there are points
  std::vector<Point> points;
};
/// Nothing when it has neither a fault nor so many points: the person's code may have written into it.
[[nodiscard]] std::optional<GradCheckAnswer> grad_check_answer(const std::string& text, std::size_t points);

}  // namespace gradwright::cli
