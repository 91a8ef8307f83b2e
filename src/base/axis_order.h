// The two orders of the entries of an array: programs count the first axis fastest, most files the last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gradwright {

/// For each entry, counted with the first axis fastest, its place where the last axis is (row-major). No axes: the one entry.
[[nodiscard]] inline std::vector<std::size_t> row_major_places(const std::vector<std::int64_t>& extents) {
  std::size_t count = 1;
  for (const std::int64_t extent : extents) count *= static_cast<std::size_t>(extent);
  std::vector<std::size_t> places(count);
  std::vector<std::int64_t> index(extents.size(), 0);
  for (std::size_t& place : places) {
    std::int64_t at = 0;
    for (std::size_t axis = 0; axis < extents.size(); ++axis) at = at * extents[axis] + index[axis];
    place = static_cast<std::size_t>(at);
    for (std::size_t axis = 0; axis < extents.size() && ++index[axis] == extents[axis]; ++axis) index[axis] = 0;
  }
  return places;
}

}  // namespace gradwright
