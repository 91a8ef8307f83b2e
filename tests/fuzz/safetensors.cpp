// Fuzzes the reader of safetensors: whatever the bytes, they end in tensors that fill all of the file, and that are written and read
// again the same, or in a Diagnostic.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/safetensors.h"

namespace {

using namespace gradwright;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_same(const Safetensors& a, const Safetensors& b) {
  require(a.metadata == b.metadata && a.tensors.size() == b.tensors.size());
  for (const StoredTensor& tensor : a.tensors) {
    const StoredTensor* other = b.find(tensor.name);
    require(other != nullptr && other->type == tensor.type && other->shape == tensor.shape &&
            other->bytes == tensor.bytes);
  }
}

void require_sound(const Safetensors& found, std::size_t size) {
  std::size_t bytes = 0;
  for (const StoredTensor& tensor : found.tensors) {
    std::size_t count = 1;
    for (const std::int64_t extent : tensor.shape) count *= static_cast<std::size_t>(extent);
    require(count * byte_size(tensor.type) == tensor.bytes.size());
    require(reals(tensor).size() == (tensor.type == Element::f32 || tensor.type == Element::f64 ? count : 0));
    require(integers(tensor).size() == (tensor.type == Element::i64 ? count : 0));
    bytes += tensor.bytes.size();
  }
  require(bytes + 8 <= size);
  const auto again = parse_safetensors(safetensors_text(found), "again");
  require(again.has_value());
  require_same(found, *again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr LoadLimits limits{std::uint64_t{1} << 20U};
  const auto found = parse_safetensors({reinterpret_cast<const char*>(data), size}, "fuzz", limits);
  if (found) {
    require_sound(*found, size);
  } else {
    require(found.error().code == "G0520" && !found.error().message.empty() && !found.error().helps.empty());
    for (std::string_view rest = found.error().message; !rest.empty(); rest.remove_prefix(utf8_length(rest)))
      require(utf8_length(rest) != 0);
  }
  return 0;
}
