// Fuzzes the readers of data files: whatever the bytes, each ends in finite numbers that fill the shape, or in a
// Diagnostic.
#include <cstdint>
#include <string_view>

#include "data/csv.h"
#include "data/idx.h"
#include "data/npy.h"
#include "sound.h"

using namespace gradwright;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr LoadLimits limits{std::uint64_t{1} << 20U};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  require_sound(parse_csv(bytes, "fuzz", limits));
  require_sound(parse_npy(bytes, "fuzz", limits));
  require_sound(parse_idx(bytes, "fuzz", limits));
  if (const auto content = inflated(bytes, "fuzz", limits)) require_sound(parse_csv(*content, "fuzz", limits));
  return 0;
}
