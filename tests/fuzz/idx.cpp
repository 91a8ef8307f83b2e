// Fuzzes the reader of IDX and of gzip around it: whatever the bytes, they end in finite numbers that fill the shape, or in a Diagnostic;
// what is deflated inflates to the same, and not where its end is missing.
#include "data/idx.h"

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "sound.h"

using namespace gradwright;

namespace {

constexpr LoadLimits limits{std::uint64_t{1} << 20U};

/// Least memory, so that many are made a second.
std::string gzip_of(std::string_view bytes) {
  z_stream z{};
  require(deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 9 + 16, 1, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string gzip(deflateBound(&z, bytes.size()), '\0');
  z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(gzip.data());
  z.avail_out = static_cast<uInt>(gzip.size());
  require(deflate(&z, Z_FINISH) == Z_STREAM_END);
  gzip.resize(z.total_out);
  deflateEnd(&z);
  return gzip;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  require_sound(parse_idx(bytes, "fuzz", limits));
  const auto content = inflated(bytes, "fuzz", limits);
  if (content) require_sound(parse_idx(*content, "fuzz", limits));
  if (!content) require_sound(content.error());
  if (size % 4 != 0) return 0;
  const std::string gzip = gzip_of(bytes);
  require(is_gzip(gzip) && inflated(gzip, "fuzz", limits) == std::string(bytes));
  require(inflated(gzip + gzip_of("end"), "fuzz", limits) == std::string(bytes) + "end");
  require(!inflated(std::string_view(gzip).substr(0, gzip.size() - 1 - size % 11), "fuzz", limits));
  return 0;
}
