// The event files that TensorBoard reads: records with checksums, each an Event message of protocol buffers, of which scalars need six fields.
// Format: tensorflow/core/lib/io/record_writer.h (records), tensorflow/core/util/event.proto and summary.proto (messages).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace gradwright {

/// CRC-32C (Castagnoli), as in RFC 3720.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);
/// Length, its masked checksum, the bytes, their masked checksum.
[[nodiscard]] std::string record(std::string_view bytes);
/// What a file begins with.
[[nodiscard]] std::string version_event(double wall_time);
[[nodiscard]] std::string scalars_event(double wall_time, std::int64_t step,
                                        std::span<const std::pair<std::string, double>> tagged);
/// Unique by time, machine and process, of the form that TensorBoard looks for.
[[nodiscard]] std::string event_file_name(double wall_time);

}  // namespace gradwright
