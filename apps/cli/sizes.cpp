// Sizes that the sheet leaves open, from `--size n=64`.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "commands.h"
#include "data/bytes.h"

namespace gradwright::cli {

tl::expected<DimValues, Diagnostic> sizes_of(const std::vector<std::string>& words, const DimTable& dims) {
  DimValues sizes;
  for (const std::string& word : words) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string name = word.substr(0, equals);
    std::int64_t value = 0;
    const char* end = word.data() + word.size();
    const auto [rest, fault] = std::from_chars(word.data() + std::min(equals + 1, word.size()), end, value);
    if (name.empty() || fault != std::errc() || rest != end || value < 1)
      return tl::unexpected(
          error("G0504", fmt::format("{} is not NAME=NUMBER", in_backticks(word))).help("write `--size n=64`"));
    const std::vector<std::string> open = dims.symbols();
    if (std::ranges::find(open, name) == open.end())
      return tl::unexpected(error("G0504", fmt::format("the sheet leaves no size {} open", in_backticks(name)))
                                .help(open.empty() ? "all its sizes are known: leave `--size` out"
                                                   : fmt::format("open are: {}", fmt::join(open, ", "))));
    if (!sizes.emplace(name, value).second)
      return tl::unexpected(
          error("G0504", fmt::format("the size {} is given twice", in_backticks(name))).help("say it once"));
  }
  return sizes;
}

}  // namespace gradwright::cli
