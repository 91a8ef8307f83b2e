// Fuzzes the reader of archives of arrays: every array that an archive names, and one that it may not have.
#include "data/npz.h"

#include "sound.h"

using namespace gradwright;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr LoadLimits limits{std::uint64_t{1} << 20U};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)npz_member(bytes);
  const auto names = npz_names(bytes, "fuzz");
  if (!names) require_sound(names.error());
  if (names && names->size() < 8)
    for (const std::string& name : *names) require_sound(parse_npz(bytes, name, "fuzz", limits));
  require_sound(parse_npz(bytes, "x", "fuzz", limits));
  return 0;
}
