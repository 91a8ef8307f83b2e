// Sizes that the sheet leaves open, from `--size n=64` and from the numbers of its inputs.
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
      return tl::unexpected(data_error("G0504", fmt::format("{} is not NAME=NUMBER", in_backticks(word)), "write `--size n=64`"));
    const std::vector<std::string> open = dims.symbols();
    if (std::ranges::find(open, name) == open.end())
      return tl::unexpected(data_error("G0504", fmt::format("the sheet leaves no size {} open", in_backticks(name)),
                                       open.empty() ? "all its sizes are known: leave `--size` out"
                                                    : fmt::format("open are: {}", fmt::join(open, ", "))));
    if (!sizes.emplace(name, value).second)
      return tl::unexpected(data_error("G0504", fmt::format("the size {} is given twice", in_backticks(name)), "say it once"));
  }
  return sizes;
}

/// The extents the surface asks for; a size that is one free symbol takes its value from the data.
bool sizes_fit(const DimTable& dims, const Shape& surface, std::vector<std::int64_t> extents, DimValues& sizes) {
  if (surface.size() == 2 && extents.size() == 1) {
    if (dims.is_one(surface[0]) && !dims.is_one(surface[1]))
      extents.insert(extents.begin(), 1);
    else
      extents.push_back(1);
  }
  if (surface.empty()) {
    return std::all_of(extents.begin(), extents.end(), [](std::int64_t extent) { return extent == 1; });
  }
  if (surface.size() != extents.size()) return false;
  for (std::size_t axis = 0; axis < surface.size(); ++axis) {
    const auto& polynomial = dims.polynomial(surface[axis]);
    if (!dims.value(surface[axis], sizes) && polynomial.size() == 1 && polynomial.begin()->first.size() == 1 &&
        polynomial.begin()->second == 1) {
      sizes[dims.symbol_name(polynomial.begin()->first[0])] = extents[axis];
    }
    if (const auto known = dims.value(surface[axis], sizes); known && *known != extents[axis]) return false;
  }
  return true;
}

}  // namespace gradwright::cli
