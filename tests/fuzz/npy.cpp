// Fuzzes the reader of NPY: whatever the bytes, they end in finite numbers that fill the shape, and that are written and read again the
// same, or in a Diagnostic.
#include "data/npy.h"

#include <cstdint>
#include <string_view>

#include "sound.h"

using namespace gradwright;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr LoadLimits limits{std::uint64_t{1} << 20U};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto found = parse_npy(bytes, "fuzz", limits);
  require_sound(found);
  if (!found) return 0;
  require(is_npy(bytes));
  const auto again = parse_npy(npy_text(*found), "again", limits);
  require(again && again->shape == found->shape && again->data == found->data);
  return 0;
}
