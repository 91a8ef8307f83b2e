// Fuzzes the readers of data files: whatever the bytes, each ends in finite numbers that fill the shape, or in a
// Diagnostic.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/csv.h"
#include "data/idx.h"
#include "data/npy.h"

namespace {

using namespace gradwright;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_sound(const Array& array) {
  std::size_t count = 1;
  for (const std::int64_t dim : array.shape) count *= static_cast<std::size_t>(dim);
  require(count == array.data.size());
  for (const double value : array.data) require(std::isfinite(value));
}

void require_sound(const Table& table) {
  require_sound(table.values);
  require(table.values.shape.size() == 2 && table.values.shape[1] == static_cast<std::int64_t>(table.columns.size()));
}

void require_sound(const Diagnostic& diagnostic) {
  require(diagnostic.code == "G0506" || diagnostic.code == "G0507");
  require(!diagnostic.message.empty() && !diagnostic.helps.empty());
  for (std::string_view rest = diagnostic.message; !rest.empty(); rest.remove_prefix(utf8_length(rest)))
    require(utf8_length(rest) != 0);
}

template <class T>
void require_sound(const tl::expected<T, Diagnostic>& found) {
  found ? require_sound(*found) : require_sound(found.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr LoadLimits limits{std::uint64_t{1} << 20U};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  require_sound(parse_csv(bytes, "fuzz", limits));
  require_sound(parse_npy(bytes, "fuzz", limits));
  require_sound(parse_idx(bytes, "fuzz", limits));
  if (const auto content = inflated(bytes, "fuzz", limits)) require_sound(parse_csv(*content, "fuzz", limits));
  return 0;
}
