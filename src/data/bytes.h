// Bytes of a data file: reading and inflating under a limit, and decoding of a run of numbers of one type.
// A file is hostile until shown otherwise: no size it states is believed before the bytes are there,
// and no buffer grows beyond the limit. The formats on top are csv.h, idx.h and npy.h.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>
#include <vector>

#include "source/diagnostic.h"

namespace gradwright {

struct LoadLimits {
  /// Bound on the bytes of a file, on the bytes inflated from it, and on the numbers decoded from it at 8 bytes each.
  std::uint64_t bytes = std::uint64_t{4} << 30U;
};

/// G0505, with a way out where the path with or without `.gz` is there.
[[nodiscard]] Diagnostic unreadable(const std::string& path, std::error_code why);
/// Why a path is no file that can be read (G0505).
[[nodiscard]] std::optional<Diagnostic> not_a_file(const std::string& path, bool may_be_pipe = false);
/// The content of a file as it lies on the disk (G0505).
[[nodiscard]] tl::expected<std::string, Diagnostic> file_bytes(const std::string& path, const LoadLimits& = {});
[[nodiscard]] bool is_gzip(std::string_view bytes);
/// The content of all members of a gzip file; `name` is the file in diagnostics (G0506).
[[nodiscard]] tl::expected<std::string, Diagnostic> inflated(std::string_view gzip, std::string_view name,
                                                             const LoadLimits& = {});

enum class Element { boolean, u8, i8, u16, i16, u32, i32, u64, i64, f32, f64 };

[[nodiscard]] std::size_t byte_size(Element);
/// How the numbers of a file lie behind its header.
struct NumbersLayout {
  std::vector<std::int64_t> shape;
  Element element = Element::f64;
  std::endian order = std::endian::little;
  bool fortran_order = false;
  std::size_t offset = 0;  ///< of the first number
};
/// Π shape, where an array of that shape may hold no more than the limit allows and `payload` bytes are exactly what it
/// takes.
[[nodiscard]] tl::expected<std::size_t, Diagnostic> element_count(std::span<const std::int64_t> shape, Element,
                                                                  std::size_t payload, std::string_view name,
                                                                  const LoadLimits&);
/// The numbers of a payload, each rounded to the nearest float64; one that is not finite is G0507. `before`: numbers of
/// the file that are not in this payload.
[[nodiscard]] tl::expected<std::vector<double>, Diagnostic> decoded(std::string_view payload, Element,
                                                                    std::endian order, std::string_view name,
                                                                    std::size_t before = 0);

/// Length of the well-formed UTF-8 sequence that `text` begins with; 0 when it begins with none.
[[nodiscard]] std::size_t utf8_length(std::string_view text);
/// Text from a file, fit for a message: between backticks, shortened, with control characters and malformed bytes as
/// \xNN.
[[nodiscard]] std::string in_backticks(std::string_view text);

}  // namespace gradwright
