#include "read/formula/raw_claim.h"

#include <algorithm>

namespace gradwright::formula {
namespace {

constexpr std::string_view blanks = " \t";

Span span_of(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

std::size_t line_end(std::string_view source, std::size_t at) { return std::min(source.find('\n', at), source.size()); }

/// Where the text of a raw line ends: before a comment and trailing space.
std::size_t raw_line_end(std::string_view source, std::size_t begin) {
  std::size_t end = line_end(source, begin);
  for (std::size_t i = begin; i < end; ++i) {
    if (source[i] == '#' && (i == begin || source[i - 1] != '\\')) end = i;
  }
  while (end > begin && (source[end - 1] == ' ' || source[end - 1] == '\t' || source[end - 1] == '\r')) --end;
  return end;
}

std::size_t indent_of(std::string_view source, std::size_t at) {
  const std::size_t above = at == 0 ? std::string_view::npos : source.rfind('\n', at - 1);
  return above == std::string_view::npos ? at : at - above - 1;
}

}  // namespace

std::optional<RawClaim> raw_claim_at(std::string_view source, std::size_t at) {
  constexpr std::string_view word = "claim";
  if (!source.substr(at).starts_with(word)) return std::nullopt;
  const std::size_t language = source.find_first_not_of(blanks, at + word.size());
  if (language == at + word.size() || language == std::string_view::npos) return std::nullopt;
  const std::string_view name = source.substr(language, 5);
  if (name != "latex" && name != "numpy") return std::nullopt;
  const std::size_t colon = source.find_first_not_of(blanks, language + name.size());
  if (colon == std::string_view::npos || source[colon] != ':') return std::nullopt;

  const std::size_t begin = std::min(source.find_first_not_of(blanks, colon + 1), source.size());
  std::size_t end = raw_line_end(source, begin);
  std::size_t stop = line_end(source, begin);
  while (stop < source.size()) {
    const std::size_t next = source.find_first_not_of(blanks, stop + 1);
    if (next == std::string_view::npos || source[next] == '\n' || source[next] == '\r' || source[next] == '#') break;
    if (next - stop - 1 <= indent_of(source, at)) break;
    end = raw_line_end(source, next);
    stop = line_end(source, next);
  }
  return RawClaim{span_of(at, at + word.size()), span_of(language, language + name.size()), span_of(colon, colon + 1),
                  span_of(begin, std::max(begin, end)), stop};
}

}  // namespace gradwright::formula
