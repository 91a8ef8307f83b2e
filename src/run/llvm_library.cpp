#include "run/llvm_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace gradwright::running {
namespace {

namespace fs = std::filesystem;

constexpr const char* file_name = "libgradwright_llvm.so";

/// The file that holds this function: the program, or the library that it is linked to.
fs::path own_file() {
  Dl_info about{};
  if (dladdr(reinterpret_cast<const void*>(&own_file), &about) == 0 || about.dli_fname == nullptr) return {};
  std::error_code error;
  fs::path file = fs::canonical(about.dli_fname, error);
  if (error) file = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : file;
}

std::vector<fs::path> candidates() {
  if (const char* named = std::getenv("GRADWRIGHT_LLVM"); named != nullptr && *named != '\0') return {named};
  const fs::path directory = own_file().parent_path();
  std::vector<fs::path> all;
  for (const char* step : {".", "..", "gradwright", "../lib/gradwright", "../lib", "../lib64/gradwright"})
    all.push_back((directory / step / file_name).lexically_normal());
#ifdef __x86_64__
  all.push_back((directory / "../lib/x86_64-linux-gnu/gradwright" / file_name).lexically_normal());
#endif
  return all;
}

LlvmLibrary opened() {
  LlvmLibrary library;
  library.fault = fmt::format("there is no {} beside the program", file_name);
  for (const fs::path& file : candidates()) {
    std::error_code error;
    if (!fs::exists(file, error)) continue;
    void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      const char* why = dlerror();
      library.fault = why == nullptr ? file.string() : why;
      continue;
    }
    const auto take = [&](auto*& function, const char* name) {
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name));
      return function != nullptr;
    };
    if (take(library.identity, "gradwright_llvm_identity") && take(library.compile, "gradwright_llvm_compile") &&
        take(library.link, "gradwright_llvm_link") && take(library.find, "gradwright_llvm_find") &&
        take(library.unlink, "gradwright_llvm_unlink") && take(library.free, "gradwright_llvm_free")) {
      library.fault.clear();
      return library;
    }
    library.fault = fmt::format("{} lacks a function", file.string());
  }
  return library;
}

}  // namespace

const LlvmLibrary& LlvmLibrary::loaded() {
  static const LlvmLibrary library = opened();
  return library;
}

}  // namespace gradwright::running
