#include "data/npy.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/axis_order.h"

namespace gradwright {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t prelude_size = 8;  // magic, major, minor

struct Header {
  std::optional<std::string_view> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::int64_t>> shape;
  [[nodiscard]] bool is_complete() const { return descr && fortran_order && shape; }
};

/// Reads the one shape of Python literal that a header has; each reader says whether it found its piece.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] std::optional<Header> header() {
    Header header;
    if (!accepts('{')) return std::nullopt;
    while (!accepts('}')) {
      const auto key = string();
      if (!key || !accepts(':') || !reads_value(*key, header)) return std::nullopt;
      if (accepts(',')) continue;
      if (!accepts('}')) return std::nullopt;
      break;
    }
    skip_space();
    if (!rest_.empty() || !header.is_complete()) return std::nullopt;
    return header;
  }

 private:
  bool reads_value(std::string_view key, Header& header) {
    if (key == "descr" && !header.descr) return (header.descr = descr()).has_value();
    if (key == "fortran_order" && !header.fortran_order) return (header.fortran_order = boolean()).has_value();
    if (key == "shape" && !header.shape) return (header.shape = shape()).has_value();
    return false;
  }

  void skip_space() {
    const std::size_t count = std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size());
    rest_.remove_prefix(count);
  }

  bool accepts(char c) {
    skip_space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool accepts(std::string_view word) {
    skip_space();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::optional<std::string_view> string() {
    skip_space();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return std::nullopt;
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return text;
  }

  /// A record type is a list; its text stands for it, to be named as what cannot be read.
  std::optional<std::string_view> descr() {
    skip_space();
    if (!rest_.starts_with('[')) return string();
    const std::size_t end = rest_.rfind(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, end + 1);
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::optional<bool> boolean() {
    if (accepts("True")) return true;
    if (accepts("False")) return false;
    return std::nullopt;
  }

  std::optional<std::vector<std::int64_t>> shape() {
    std::vector<std::int64_t> dims;
    if (!accepts('(')) return std::nullopt;
    while (!accepts(')')) {
      skip_space();
      std::int64_t dim = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), dim);
      if (error != std::errc()) return std::nullopt;
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      accepts('L');  // Python 2 wrote long integers so
      dims.push_back(dim);
      if (accepts(',')) continue;
      if (!accepts(')')) return std::nullopt;
      break;
    }
    return dims;
  }

  std::string_view rest_;
};

struct Encoding {
  Element element;
  std::endian order;
};

std::optional<Encoding> encoding_of(std::string_view descr) {
  struct Row {
    std::string_view type;
    Element element;
  };
  static constexpr Row rows[] = {
      {"b1", Element::boolean}, {"u1", Element::u8},  {"i1", Element::i8},  {"u2", Element::u16},
      {"i2", Element::i16},     {"u4", Element::u32}, {"i4", Element::i32}, {"u8", Element::u64},
      {"i8", Element::i64},     {"f4", Element::f32}, {"f8", Element::f64},
  };
  if (descr.empty()) return std::nullopt;
  for (const Row& row : rows) {
    if (descr.substr(1) != row.type) continue;
    if (descr[0] == '<') return Encoding{row.element, std::endian::little};
    if (descr[0] == '>') return Encoding{row.element, std::endian::big};
    if (descr[0] == '|' && byte_size(row.element) == 1) return Encoding{row.element, std::endian::little};
  }
  return std::nullopt;
}

/// From the first axis running fastest to the last axis running fastest.
std::vector<double> row_major(const std::vector<double>& column_major, const std::vector<std::int64_t>& shape) {
  const std::vector<std::size_t> places = row_major_places(shape);
  std::vector<double> values(places.size());
  for (std::size_t at = 0; at < places.size(); ++at) values[places[at]] = column_major[at];
  return values;
}

/// The text of the header and the bytes after it; nothing when the file ends before.
std::optional<std::pair<std::string_view, std::string_view>> parts(std::string_view bytes) {
  const std::size_t width = bytes[magic.size()] == 1 ? 2 : 4;
  if (bytes.size() < prelude_size + width) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = width; i-- > 0;) length = length * 256 + static_cast<unsigned char>(bytes[prelude_size + i]);
  bytes.remove_prefix(prelude_size + width);
  if (bytes.size() < length) return std::nullopt;
  return std::pair(bytes.substr(0, length), bytes.substr(length));
}

}  // namespace

bool is_npy(std::string_view bytes) { return bytes.starts_with(magic); }

tl::expected<NumbersLayout, Diagnostic> npy_layout(std::string_view bytes, std::string_view name) {
  const auto malformed = [&](std::string_view what, std::string_view help) {
    return tl::unexpected(error("G0506", fmt::format("{} {}", in_backticks(name), what)).help(std::string(help)));
  };
  if (!is_npy(bytes)) return malformed("does not begin as an NPY file does", "write it with `numpy.save`");
  if (bytes.size() < prelude_size) return malformed("ends within its header", "fetch or write the file again");
  const auto major = static_cast<unsigned char>(bytes[magic.size()]);
  if (major < 1 || major > 3)
    return malformed(fmt::format("is of NPY version {}", major),
                     "versions 1, 2 and 3 are read; write it with `numpy.save`");
  const auto found = parts(bytes);
  if (!found) return malformed("ends within its header", "fetch or write the file again");
  const auto& [text, payload] = *found;
  auto header = HeaderReader(text).header();
  if (!header) return malformed("has a damaged header", "write the file again with `numpy.save`");
  const auto encoding = encoding_of(*header->descr);
  if (!encoding)
    return malformed(fmt::format("holds elements of type {}", in_backticks(*header->descr)),
                     "real numbers of fixed size are read: save `array.astype('float64')`");
  return NumbersLayout{std::move(*header->shape), encoding->element, encoding->order, *header->fortran_order,
                       bytes.size() - payload.size()};
}

tl::expected<Array, Diagnostic> parse_npy(std::string_view bytes, std::string_view name, const LoadLimits& limits) {
  auto layout = npy_layout(bytes, name);
  if (!layout) return tl::unexpected(std::move(layout.error()));
  const std::string_view payload = bytes.substr(layout->offset);
  if (auto count = element_count(layout->shape, layout->element, payload.size(), name, limits); !count)
    return tl::unexpected(std::move(count.error()));
  auto values = decoded(payload, layout->element, layout->order, name);
  if (!values) return tl::unexpected(std::move(values.error()));
  if (layout->fortran_order && layout->shape.size() > 1) *values = row_major(*values, layout->shape);
  return Array{std::move(layout->shape), std::move(*values)};
}

std::string npy_text(const Array& array) {
  std::string shape;
  for (const std::int64_t extent : array.shape) shape += fmt::format("{},", extent);
  std::string header = fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}), }}", shape);
  while ((header.size() + 11) % 64 != 0) header += ' ';
  header += '\n';
  std::string text = std::string("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 0xFFU);
  text += static_cast<char>(header.size() >> 8U);
  text += header;
  for (const double number : array.data) {
    const auto bits = std::bit_cast<std::uint64_t>(number);
    for (unsigned byte = 0; byte < 8; ++byte) text += static_cast<char>(bits >> (8 * byte) & 0xFFU);
  }
  return text;
}

}  // namespace gradwright
