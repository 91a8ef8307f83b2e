#include "data/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <system_error>

#include "data/byte_source.h"

namespace gradwright {
namespace {

constexpr std::size_t chunk_size = std::size_t{1} << 16U;
constexpr std::size_t max_axes = 64;
constexpr std::size_t max_shown = 60;

std::string lower_first(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

Diagnostic too_large(std::string_view name, std::string_view what, const LoadLimits& limits) {
  return error("G0506", fmt::format("{} {} more than {} bytes", in_backticks(name), what, limits.bytes))
      .help("split the data, or raise the limit");
}

template <class T>
T number_at(const char* at, std::endian order) {
  std::array<char, sizeof(T)> raw{};
  std::memcpy(raw.data(), at, sizeof(T));
  if (order != std::endian::native) std::ranges::reverse(raw);
  return std::bit_cast<T>(raw);
}

template <class T>
std::vector<double> numbers(std::string_view payload, std::endian order) {
  std::vector<double> values(payload.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<double>(number_at<T>(payload.data() + i * sizeof(T), order));
  return values;
}

std::vector<double> numbers(std::string_view payload, Element element, std::endian order) {
  switch (element) {
    case Element::boolean: {
      std::vector<double> values(payload.size());
      std::ranges::transform(payload, values.begin(), [](char c) { return c == 0 ? 0.0 : 1.0; });
      return values;
    }
    case Element::u8: return numbers<std::uint8_t>(payload, order);
    case Element::i8: return numbers<std::int8_t>(payload, order);
    case Element::u16: return numbers<std::uint16_t>(payload, order);
    case Element::i16: return numbers<std::int16_t>(payload, order);
    case Element::u32: return numbers<std::uint32_t>(payload, order);
    case Element::i32: return numbers<std::int32_t>(payload, order);
    case Element::u64: return numbers<std::uint64_t>(payload, order);
    case Element::i64: return numbers<std::int64_t>(payload, order);
    case Element::f32: return numbers<float>(payload, order);
    case Element::f64: return numbers<double>(payload, order);
  }
  return {};
}

}  // namespace

Diagnostic unreadable(const std::string& path, std::error_code why) {
  std::string help = "give the path of a data file, relative to where the command runs";
  const bool has_gz = path.ends_with(".gz");
  const std::string sibling = has_gz ? path.substr(0, path.size() - 3) : path + ".gz";
  std::error_code ignored;
  if (why == std::errc::no_such_file_or_directory && !path.empty() && std::filesystem::exists(sibling, ignored))
    help = fmt::format("did you mean {}?", in_backticks(sibling));
  return error("G0505", fmt::format("cannot read {}: {}", in_backticks(path), lower_first(why.message()))).help(help);
}

std::optional<Diagnostic> not_a_file(const std::string& path, bool may_be_pipe) {
  const auto failed = [&](std::errc why) { return unreadable(path, std::make_error_code(why)); };
  if (path.find('\0') != std::string::npos) return failed(std::errc::invalid_argument);
  std::error_code status_error;
  const auto status = std::filesystem::status(path, status_error);
  if (status_error) return unreadable(path, status_error);
  if (std::filesystem::is_directory(status)) return failed(std::errc::is_a_directory);
  if (std::filesystem::is_regular_file(status) || (may_be_pipe && std::filesystem::is_fifo(status)))
    return std::nullopt;
  return failed(std::filesystem::exists(status) ? std::errc::invalid_argument : std::errc::no_such_file_or_directory);
}

tl::expected<std::string, Diagnostic> file_bytes(const std::string& path, const LoadLimits& limits) {
  if (auto fault = not_a_file(path, true)) return tl::unexpected(*std::move(fault));
  const auto failed = [&] { return tl::unexpected(unreadable(path, std::error_code(errno, std::generic_category()))); };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return failed();
  std::string content;
  std::vector<char> chunk(chunk_size);
  while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    if (count > limits.bytes - content.size()) return tl::unexpected(too_large(path, "holds", limits));
    content.append(chunk.data(), count);
  }
  if (std::ferror(file.get()) != 0) return failed();
  return content;
}

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

tl::expected<std::string, Diagnostic> inflated(std::string_view gzip, std::string_view name, const LoadLimits& limits) {
  const auto read = inflating(*in_memory(gzip)(), name);
  if (!read) return tl::unexpected(read.error());
  std::string content;
  std::vector<char> chunk(chunk_size);
  while (true) {
    const auto count = (*read)(chunk.data(), chunk.size());
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) return content;
    if (*count > limits.bytes - content.size()) return tl::unexpected(too_large(name, "inflates to", limits));
    content.append(chunk.data(), *count);
  }
}

std::size_t byte_size(Element element) {
  switch (element) {
    case Element::boolean:
    case Element::u8:
    case Element::i8: return 1;
    case Element::u16:
    case Element::i16: return 2;
    case Element::u32:
    case Element::i32:
    case Element::f32: return 4;
    case Element::u64:
    case Element::i64:
    case Element::f64: return 8;
  }
  return 1;
}

tl::expected<std::size_t, Diagnostic> element_count(std::span<const std::int64_t> shape, Element element,
                                                    std::size_t payload, std::string_view name,
                                                    const LoadLimits& limits) {
  if (shape.size() > max_axes)
    return tl::unexpected(error("G0506", fmt::format("{} has {} axes", in_backticks(name), shape.size()))
                              .help(fmt::format("an array may have {} axes at most", max_axes)));
  // The bound holds for the product of the axes that are not empty, so no partial product can overflow either.
  const std::uint64_t bound = limits.bytes / sizeof(double);
  std::uint64_t count = 1;
  bool is_empty = false;
  for (const std::int64_t dim : shape) {
    if (dim < 0)
      return tl::unexpected(error("G0506", fmt::format("{} states an axis of {}", in_backticks(name), dim))
                                .help("the header is damaged; write the file again"));
    is_empty = is_empty || dim == 0;
    const auto factor = static_cast<std::uint64_t>(std::max<std::int64_t>(dim, 1));
    if (factor > bound / count) return tl::unexpected(too_large(name, "states a shape of", limits));
    count *= factor;
  }
  if (is_empty) count = 0;
  const std::uint64_t wanted = count * byte_size(element);
  if (wanted != payload)
    return tl::unexpected(error("G0506", fmt::format("{} holds {} bytes of numbers where its header states {}",
                                                     in_backticks(name), payload, wanted))
                              .help(payload < wanted ? "the file is cut short; fetch or write it again"
                                                     : "one file holds one array; write it again"));
  return static_cast<std::size_t>(count);
}

tl::expected<std::vector<double>, Diagnostic> decoded(std::string_view payload, Element element, std::endian order,
                                                      std::string_view name, std::size_t before) {
  std::vector<double> values = numbers(payload, element, order);
  const auto bad = std::ranges::find_if_not(values, [](double value) { return std::isfinite(value); });
  if (bad == values.end()) return values;
  return tl::unexpected(
      error("G0507", fmt::format("number {} of {} is {}", before + static_cast<std::size_t>(bad - values.begin()) + 1,
                                 in_backticks(name), *bad))
          .help("training needs finite numbers: drop the sample or fill the gap before saving"));
}

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  const unsigned second = byte(1);
  const bool is_overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool is_surrogate = first == 0xED && second >= 0xA0;
  const bool is_beyond = first == 0xF4 && second >= 0x90;
  return is_overlong || is_surrogate || is_beyond ? 0 : length;
}

std::string in_backticks(std::string_view text) {
  std::string out = "`";
  std::size_t shown = 0;
  for (; !text.empty(); ++shown) {
    if (shown == max_shown) {
      out += "…";
      break;
    }
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    // C0, DEL and C1 (U+0080 … U+009F) move the cursor of a terminal.
    const bool is_control = first < 0x20 || first == 0x7F || (first == 0xC2 && length == 2 && (text[1] & 0x60) == 0);
    const std::size_t taken = std::max<std::size_t>(length, 1);
    if (length == 0 || is_control) {
      for (const char c : text.substr(0, taken)) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += text.substr(0, taken);
    }
    text.remove_prefix(taken);
  }
  return out + "`";
}

}  // namespace gradwright
