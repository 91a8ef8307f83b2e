#include "kernels/scratch.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <new>

namespace gradwright::kernels {
namespace {

struct Free {
  void operator()(void* p) const { std::free(p); }
};
struct Area {
  std::unique_ptr<void, Free> memory;
  std::size_t bytes = 0;
};

thread_local std::array<Area, 3> areas;

}  // namespace

void* scratch_bytes(Slot slot, std::size_t bytes) {
  Area& area = areas[static_cast<std::size_t>(slot)];
  if (area.bytes < bytes) {
    constexpr std::size_t page = 4096;  // a little more, so that a slowly growing wish is soon satisfied
    const std::size_t wanted = (bytes + bytes / 4 + 2 * page) / page * page;
    area.memory.reset();
    area.bytes = 0;
    area.memory.reset(std::aligned_alloc(page, wanted));
    if (area.memory == nullptr) throw std::bad_alloc();
    area.bytes = wanted;
  }
  return area.memory.get();
}

}  // namespace gradwright::kernels
