// One stage as nested loops of C.
#pragma once

#include <string>
#include <vector>

#include "emit/c_scalar.h"

namespace gradwright::emitting {

struct StageSource {
  const Stage& stage;
  std::size_t outer;                      ///< loops that already run around it
  const std::vector<std::string>& names;  ///< of buffers
  CScalars& scalars;
};

[[nodiscard]] std::string stage_text(StageSource, const std::string& indent);
/// `for (long i3 = 0; i3 < 10; ++i3) {`
[[nodiscard]] std::string loop_head(std::size_t loop, std::int64_t count);
/// Which values of its body or finish a stage accumulates or stores, and what these need.
[[nodiscard]] std::vector<bool> live_values(const Stage&, const Body&);

}  // namespace gradwright::emitting
