// IDX, the format of MNIST: 0 0 type axes, then each dim as a big-endian u32, then the numbers, big-endian, row-major.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "data/array.h"
#include "data/bytes.h"
#include "source/diagnostic.h"

namespace gradwright {

[[nodiscard]] bool is_idx(std::string_view bytes);
/// Of a file that begins with these bytes.
[[nodiscard]] tl::expected<NumbersLayout, Diagnostic> idx_layout(std::string_view bytes, std::string_view name);
/// `name` is the file in diagnostics (G0506, G0507).
[[nodiscard]] tl::expected<Array, Diagnostic> parse_idx(std::string_view bytes, std::string_view name,
                                                        const LoadLimits& = {});

}  // namespace gradwright
