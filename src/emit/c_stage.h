// One stage as nested loops of C.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "emit/c_scalar.h"

namespace gradwright::emitting {

struct StageSource {
  const Stage& stage;
  std::size_t outer;                      ///< loops that already run around it
  const std::vector<std::string>& names;  ///< of buffers
  CScalars& scalars;
  std::optional<std::size_t> part{};  ///< a loop that runs from `first` to `last` only (c_parallel.h)
};

/// By how much the form grows with one turn of the loop.
[[nodiscard]] inline std::int64_t stride(const Affine& form, std::size_t loop) {
  return loop < form.strides.size() ? form.strides[loop] : 0;
}
/// It reads a buffer.
[[nodiscard]] inline bool is_memory(const Instruction& it) { return it.op == Op::load || it.op == Op::gather; }

[[nodiscard]] std::string stage_text(StageSource, const std::string& indent);
/// Without finish: the totals of a stage without parallel loops, into `totals` at the place of this `part`.
[[nodiscard]] std::string totals_text(StageSource, const std::string& indent);
/// `totals` of so many parts put together, then finish.
[[nodiscard]] std::string together_text(StageSource, const std::string& indent, std::int64_t parts);
/// The loops that run outermost, in the order of stage_text; whether one runs innermost.
[[nodiscard]] std::size_t first_parallel_loop(const Stage&);
[[nodiscard]] std::size_t first_reduced_loop(const Stage&);
[[nodiscard]] bool is_innermost(const Stage&, std::size_t loop);
/// What a stage does with its totals, at one index of its parallel loops; `total` stands for the one accumulator.
[[nodiscard]] std::string finish_text(const Stage&, const std::vector<std::string>& names, CScalars&,
                                      const std::string& indent, const std::string& total);
/// The buffers that stages, or what they do with their totals, read or, true, write; in order.
[[nodiscard]] std::vector<std::pair<BufferId, bool>> touched(std::span<const Stage>, bool by_finish_alone = false);
/// `for (long i3 = 0; i3 < 10; ++i3) {`
[[nodiscard]] std::string loop_head(std::size_t loop, std::int64_t count);
/// `for (long i3 = first; i3 < last; ++i3) {`
[[nodiscard]] std::string part_head(std::size_t loop);
/// Which values of its body or finish a stage accumulates or stores, and what these need.
[[nodiscard]] std::vector<bool> live_values(const Stage&, const Body&);

}  // namespace gradwright::emitting
