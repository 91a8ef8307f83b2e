// Bytes of a file from front to back, inflated where it is gzipped, as often as they are asked for; the memory does not grow with the file.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "source/diagnostic.h"

namespace gradwright {

/// The next bytes, at most `size` of them; 0 at the end.
using ByteReader = std::function<tl::expected<std::size_t, Diagnostic>(char* to, std::size_t size)>;
/// The bytes of a file from their beginning, as often as it is asked.
using ByteSource = std::function<tl::expected<ByteReader, Diagnostic>()>;

/// Refers to the bytes.
[[nodiscard]] ByteSource in_memory(std::string_view bytes);
/// A regular file, inflated where it is gzipped. G0505: it cannot be read; G0506: its gzip is damaged.
[[nodiscard]] ByteSource in_file(const std::string& path);
/// What all members of a gzip file inflate to; `name` is the file in diagnostics (G0506).
[[nodiscard]] tl::expected<ByteReader, Diagnostic> inflating(ByteReader gzip, std::string_view name);

}  // namespace gradwright
