#include "train/event_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <bit>

namespace gradwright {
namespace {

std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1U) ^ ((rest & 1U) != 0 ? 0x82f63b78U : 0U);
    table[byte] = rest;
  }
  return table;
}

template <class Number>
std::string little_endian(Number number) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof number; ++i) bytes += static_cast<char>((number >> (8 * i)) & 0xffU);
  return bytes;
}

/// A checksum of data that holds checksums is masked: rotated, and a constant added.
std::string masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return little_endian(std::rotr(crc, 15) + 0xa282ead8U);
}

// Messages are fields: a key (number and wire type: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes), then the value.
std::string varint(std::uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7U) bytes += static_cast<char>((number & 0x7fU) | 0x80U);
  return bytes + static_cast<char>(number);
}
std::string key(unsigned field, unsigned wire_type) { return varint(field << 3U | wire_type); }
std::string bytes_field(unsigned field, std::string_view bytes) {
  return key(field, 2) + varint(bytes.size()) + std::string(bytes);
}
std::string double_field(unsigned field, double x) {
  return key(field, 1) + little_endian(std::bit_cast<std::uint64_t>(x));
}
std::string float_field(unsigned field, float x) {
  return key(field, 5) + little_endian(std::bit_cast<std::uint32_t>(x));
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> table = crc_table();
  std::uint32_t crc = ~0U;
  for (const char c : bytes) crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xffU] ^ (crc >> 8U);
  return ~crc;
}

std::string record(std::string_view bytes) {
  const std::string length = little_endian(static_cast<std::uint64_t>(bytes.size()));
  return length + masked_crc(length) + std::string(bytes) + masked_crc(bytes);
}

std::string version_event(double wall_time) {
  return double_field(1, wall_time) + bytes_field(3, "brain.Event:2");  // wall_time, file_version
}

std::string scalars_event(double wall_time, std::int64_t step, std::span<const std::pair<std::string, double>> tagged) {
  std::string summary;
  for (const auto& [tag, value] : tagged)  // Summary.value: tag, simple_value
    summary += bytes_field(1, bytes_field(1, tag) + float_field(2, static_cast<float>(value)));
  return double_field(1, wall_time) + key(2, 0) + varint(static_cast<std::uint64_t>(step)) + bytes_field(5, summary);
}

std::string event_file_name(double wall_time) {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return fmt::format("events.out.tfevents.{:010d}.{}.{}", static_cast<std::int64_t>(wall_time),
                     host[0] == '\0' ? "host" : host.data(), getpid());
}

}  // namespace gradwright
