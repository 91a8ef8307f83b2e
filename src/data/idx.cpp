#include "data/idx.h"

#include <fmt/format.h>

#include <optional>

namespace gradwright {
namespace {

constexpr std::size_t magic_size = 4;

std::optional<Element> element_of(unsigned char type) {
  switch (type) {
    case 0x08: return Element::u8;
    case 0x09: return Element::i8;
    case 0x0B: return Element::i16;
    case 0x0C: return Element::i32;
    case 0x0D: return Element::f32;
    case 0x0E: return Element::f64;
    default: return std::nullopt;
  }
}

unsigned char byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

}  // namespace

bool is_idx(std::string_view bytes) {
  return bytes.size() >= magic_size && bytes[0] == 0 && bytes[1] == 0 && element_of(byte_at(bytes, 2)).has_value();
}

tl::expected<NumbersLayout, Diagnostic> idx_layout(std::string_view bytes, std::string_view name) {
  if (!is_idx(bytes))
    return tl::unexpected(error("G0506", fmt::format("{} does not begin as an IDX file does", in_backticks(name)))
                              .help("IDX begins 0 0 type axes, with type 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e"));
  NumbersLayout layout{{}, *element_of(byte_at(bytes, 2)), std::endian::big, false, 0};
  layout.offset = magic_size + 4 * std::size_t{byte_at(bytes, 3)};
  if (bytes.size() < layout.offset)
    return tl::unexpected(error("G0506", fmt::format("{} ends within its header", in_backticks(name)))
                              .help("the file is cut short; fetch or write it again"));
  for (std::size_t at = magic_size; at < layout.offset; at += 4) {
    std::int64_t dim = 0;
    for (std::size_t i = 0; i < 4; ++i) dim = dim * 256 + byte_at(bytes, at + i);
    layout.shape.push_back(dim);
  }
  return layout;
}

tl::expected<Array, Diagnostic> parse_idx(std::string_view bytes, std::string_view name, const LoadLimits& limits) {
  auto layout = idx_layout(bytes, name);
  if (!layout) return tl::unexpected(std::move(layout.error()));
  const std::string_view payload = bytes.substr(layout->offset);
  if (auto count = element_count(layout->shape, layout->element, payload.size(), name, limits); !count)
    return tl::unexpected(std::move(count.error()));
  auto values = decoded(payload, layout->element, layout->order, name);
  if (!values) return tl::unexpected(std::move(values.error()));
  return Array{std::move(layout->shape), std::move(*values)};
}

}  // namespace gradwright
