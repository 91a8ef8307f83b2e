// What a reader of data files owes, whatever the bytes: finite numbers that fill the shape, or a Diagnostic fit to be shown.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/array.h"
#include "data/bytes.h"

namespace {

using namespace gradwright;

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline void require_sound(const Array& array) {
  std::size_t count = 1;
  for (const std::int64_t dim : array.shape) count *= static_cast<std::size_t>(dim);
  require(count == array.data.size());
  for (const double value : array.data) require(std::isfinite(value));
}

inline void require_sound(const Table& table) {
  require_sound(table.values);
  require(table.values.shape.size() == 2 && table.values.shape[1] == static_cast<std::int64_t>(table.columns.size()));
}

inline void require_sound(const Diagnostic& diagnostic) {
  require(diagnostic.code == "G0506" || diagnostic.code == "G0507");
  require(!diagnostic.message.empty() && !diagnostic.helps.empty());
  for (std::string_view rest = diagnostic.message; !rest.empty(); rest.remove_prefix(utf8_length(rest)))
    require(utf8_length(rest) != 0);
}

template <class T>
inline void require_sound(const tl::expected<T, Diagnostic>& found) {
  found ? require_sound(*found) : require_sound(found.error());
}

}  // namespace
