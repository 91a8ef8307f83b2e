// NPZ, the format of numpy.savez: a zip archive of NPY files, stored or deflated. One array of it is written
// `data.npz:x`; the file ending `.npy` of its name is left out, as NumPy does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "data/array.h"
#include "data/bytes.h"
#include "source/diagnostic.h"

namespace gradwright {

[[nodiscard]] bool is_zip(std::string_view bytes);
/// The names of the arrays, in the order of the archive. `name` is the file in diagnostics (G0506).
[[nodiscard]] tl::expected<std::vector<std::string>, Diagnostic> npz_names(std::string_view bytes,
                                                                           std::string_view name);
/// One array; what inflates beyond the limit, is encrypted, cut short or fails its checksum is G0506.
[[nodiscard]] tl::expected<Array, Diagnostic> parse_npz(std::string_view bytes, std::string_view member,
                                                        std::string_view name, const LoadLimits& = {});

/// `data.npz:x` as the file and the array; nothing where the text has no such form.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> npz_member(std::string_view text);

/// An archive as `numpy.savez` writes it: an NPY file of float64 a name.
[[nodiscard]] std::string npz_text(const std::vector<std::pair<std::string, Array>>&);

}  // namespace gradwright
