#include "data/csv_records.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "data/bytes.h"

namespace gradwright {
namespace {

/// Whether a decimal that does not fit a double is too large, rather than too small, for it.
bool is_beyond(std::string_view decimal) {
  const std::size_t mark = decimal.find_first_of("eE");
  const std::string_view mantissa = decimal.substr(0, mark);
  std::int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view text = decimal.substr(mark + 1);
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc()) return !is_negative;
    if (is_negative) exponent = -exponent;
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t leading = std::min(mantissa.find_first_of("123456789"), mantissa.size());
  // No mantissa is as long as the largest exponents, so the saturation of a hostile one decides nothing.
  exponent = std::clamp<std::int64_t>(exponent, std::int64_t{-1} << 60, std::int64_t{1} << 60);
  return static_cast<std::int64_t>(point) - static_cast<std::int64_t>(leading) + exponent > 0;
}

}  // namespace

Reading reading(std::string_view text, double& value) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec == std::errc::invalid_argument || result.ptr != end) return Reading::not_a_number;
  if (result.ec == std::errc::result_out_of_range) {
    if (is_beyond(text)) return Reading::not_finite;
    value = 0;
  }
  return std::isfinite(value) ? Reading::number : Reading::not_finite;
}

bool is_missing(std::string_view text) {
  static constexpr std::array<std::string_view, 9> marks = {"", "NA", "N/A", "n/a", "null", "NULL", "None", "?", "-"};
  return std::ranges::find(marks, text) != marks.end();
}

bool is_header(const std::vector<Cell>& cells) {
  bool has_text = false;
  double last = -1;
  for (const Cell& cell : cells) {
    double value = 0;
    const Reading found = reading(cell.text, value);
    if (found == Reading::not_finite) return false;
    if (found == Reading::not_a_number) {
      has_text = has_text || !is_missing(cell.text);
    } else {
      if (value <= last || cell.text.find_first_not_of("0123456789") != std::string_view::npos) return false;
      last = value;
    }
  }
  return has_text;
}

namespace {

constexpr std::size_t sampled_records = 20;
constexpr std::size_t sampled_bytes = std::size_t{1} << 20U;

/// What the first records say about a separator.
struct Sample {
  std::size_t width = 0;  ///< cells that they have in common; 0 when they differ
  bool is_cut = false;    ///< they may go on behind the bytes
};

Sample sample(std::string_view bytes, char separator, bool follow) {
  RecordReader reader(bytes, separator);
  std::vector<Cell> cells;
  Sample found;
  for (std::size_t i = 0; i < sampled_records && !reader.is_at_end(); ++i) {
    const auto done = reader.read(cells);
    found.is_cut = follow && reader.may_be_cut(done);
    if (found.is_cut) break;
    if (!done || (found.width != 0 && !cells.empty() && found.width != cells.size())) return {};
    if (!cells.empty()) found.width = cells.size();
  }
  return found;
}

}  // namespace

/// The tab and the semicolon go first: a comma may stand within their cells (`1,5;2,5`), hardly ever the reverse.
std::optional<char> separator_of(std::string_view bytes, bool follow) {
  constexpr std::array<char, 3> candidates = {'\t', ';', ','};
  for (const char separator : candidates) {
    const Sample found = sample(bytes, separator, follow);
    if (found.is_cut && bytes.size() < sampled_bytes) return std::nullopt;
    if (found.width > 1) return separator;
  }
  const std::string_view line = bytes.substr(0, bytes.find_first_of("\r\n"));
  if (follow && line.size() == bytes.size() && bytes.size() < sampled_bytes) return std::nullopt;
  return *std::ranges::max_element(candidates, {},
                                   [&](char c) { return std::ranges::count(line, c) * 2 + (c == ','); });
}

std::string unescaped(const Cell& cell) {
  if (!cell.is_quoted) return std::string(cell.text);
  std::string text;
  for (std::size_t i = 0; i < cell.text.size(); ++i) {
    text += cell.text[i];
    if (cell.text[i] == '"') ++i;  // the second of the two
  }
  return text;
}

bool is_name(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0 || text[0] == '\0') return false;
    text.remove_prefix(length);
  }
  return true;
}

Place place_of(std::string_view bytes, std::size_t at) {
  Place place;
  std::size_t line_begin = 0;
  for (std::size_t i = 0; i < at; ++i) {
    const bool is_crlf = bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (bytes[i] != '\n' && (bytes[i] != '\r' || is_crlf)) continue;
    ++place.line;
    line_begin = i + 1;
  }
  for (std::string_view rest = bytes.substr(line_begin, at - line_begin); !rest.empty(); ++place.column)
    rest.remove_prefix(std::max<std::size_t>(utf8_length(rest), 1));
  return place;
}

}  // namespace gradwright
