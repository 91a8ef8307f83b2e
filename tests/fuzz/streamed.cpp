// Fuzzes streaming against loading: whatever the bytes of one file or two, the same rows, or neither.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "data/streamed.h"
#include "sound.h"

using namespace gradwright;

namespace {

/// A file in memory, which has a path.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : number_(memfd_create("fuzz", MFD_CLOEXEC)) {
    require(number_ >= 0 && write(number_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~MemoryFile() { close(number_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(number_); }

 private:
  int number_;
};

void compare(const DatasetSpec& spec) {
  const auto streamed = stream_dataset(spec);
  if (!streamed && streamed.error().code == "G0523") return;
  const auto loaded = load_dataset(spec);
  require(streamed.has_value() == loaded.has_value());
  if (!streamed) return require_sound(streamed.error());
  const std::size_t count = streamed->count();
  require(streamed->width() * count == loaded->inputs.data.size());
  require(streamed->target_width() * count == loaded->targets.data.size());
  for (std::size_t row = 0; row < count; row += std::max<std::size_t>(1, count / 3)) {
    const auto numbers = streamed->read(row, 1);
    require(numbers.has_value());
    const auto same = [&](const std::vector<double>& part, const std::vector<double>& all, std::size_t width) {
      return part.size() == width && std::equal(part.begin(), part.end(), all.data() + row * width);
    };
    require(same(numbers->inputs, loaded->inputs.data, streamed->width()));
    require(same(numbers->targets, loaded->targets.data, streamed->target_width()));
  }
}

}  // namespace

/// The first byte says how: gaps, which column is the target, and where the bytes part into two files.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > (std::size_t{1} << 16U)) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const unsigned how = data[0];
  if (how % 2 == 0) {
    const MemoryFile file(bytes);
    compare({file.path(), how % 4 == 0 ? "" : "1", static_cast<Missing>(how / 4 % 3)});
  } else {
    const std::size_t cut = std::min(bytes.size(), bytes.size() * (how / 2) / 127);
    const MemoryFile inputs(bytes.substr(0, cut)), targets(bytes.substr(cut));
    compare({inputs.path() + "," + targets.path(), ""});
  }
  return 0;
}
