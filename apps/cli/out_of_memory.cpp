// What `new` does where there is no memory: it throws. An allocator that is written in C (mimalloc) ends the process in its own `new`, so
// the program has one over malloc. Sanitizers have theirs.
#include <cstdlib>
#include <new>

#ifndef __SANITIZE_ADDRESS__
namespace {

void* taken(std::size_t size) {
  if (void* const found = std::malloc(size > 0 ? size : 1)) return found;
  throw std::bad_alloc();
}

void* taken(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  void* found = nullptr;
  if (posix_memalign(&found, step < sizeof(void*) ? sizeof(void*) : step, size > 0 ? size : 1) == 0) return found;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return taken(size); }
void* operator new[](std::size_t size) { return taken(size); }
void* operator new(std::size_t size, std::align_val_t alignment) { return taken(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return taken(size, alignment); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size > 0 ? size : 1); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size > 0 ? size : 1); }
void operator delete(void* at) noexcept { std::free(at); }
void operator delete[](void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t) noexcept { std::free(at); }
void operator delete(void* at, std::align_val_t) noexcept { std::free(at); }
void operator delete[](void* at, std::align_val_t) noexcept { std::free(at); }
void operator delete(void* at, std::size_t, std::align_val_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t, std::align_val_t) noexcept { std::free(at); }
void operator delete(void* at, const std::nothrow_t&) noexcept { std::free(at); }
void operator delete[](void* at, const std::nothrow_t&) noexcept { std::free(at); }
#endif
