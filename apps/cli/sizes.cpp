// Sizes that the sheet leaves open, from `--size n=64`.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "commands.h"

namespace gradwright::cli {

gw::Result<gw::Sizes> sizes_of(const std::vector<std::string>& words, const gw::Sheet& sheet) {
  const auto wrong = [](std::string message, std::string help) {
    return tl::unexpected(fault("G0504", std::move(message), std::move(help)));
  };
  gw::Sizes sizes;
  const std::vector<std::string> open = sheet.open_sizes();
  for (const std::string& word : words) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string name = word.substr(0, equals);
    std::int64_t value = 0;
    const char* end = word.data() + word.size();
    const auto [rest, error] = std::from_chars(word.data() + std::min(equals + 1, word.size()), end, value);
    if (name.empty() || error != std::errc() || rest != end || value < 1)
      return wrong(fmt::format("{} is not NAME=NUMBER", gw::in_backticks(word)), "write `--size n=64`");
    if (std::ranges::find(open, name) == open.end())
      return wrong(fmt::format("the sheet leaves no size {} open", gw::in_backticks(name)),
                   open.empty() ? "all its sizes are known: leave `--size` out"
                                : fmt::format("open are: {}", fmt::join(open, ", ")));
    if (!sizes.emplace(name, value).second)
      return wrong(fmt::format("the size {} is given twice", gw::in_backticks(name)), "say it once");
  }
  return sizes;
}

}  // namespace gradwright::cli
