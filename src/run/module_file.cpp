#include "run/module_file.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace gradwright::running {
namespace {

namespace fs = std::filesystem;

/// The file that holds this function: the program, or the library that it is linked to.
fs::path own_file() {
  Dl_info about{};
  if (dladdr(reinterpret_cast<const void*>(&own_file), &about) == 0 || about.dli_fname == nullptr) return {};
  std::error_code error;
  fs::path file = fs::canonical(about.dli_fname, error);
  if (error) file = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : file;
}

std::vector<fs::path> candidates(const std::string& name, const char* variable) {
  if (const char* named = std::getenv(variable); named != nullptr && *named != '\0') return {named};
  const fs::path directory = own_file().parent_path();
  std::vector<fs::path> all;
  for (const char* step : {".", "..", "gradwright", "../lib/gradwright", "../lib", "../lib64/gradwright"})
    all.push_back((directory / step / name).lexically_normal());
#ifdef __x86_64__
  all.push_back((directory / "../lib/x86_64-linux-gnu/gradwright" / name).lexically_normal());
#endif
  return all;
}

}  // namespace

ModuleFile opened_module(const std::string& name, const char* variable, int scope) {
  ModuleFile module{nullptr, fmt::format("there is no {} beside the program", name)};
  for (const fs::path& file : candidates(name, variable)) {
    std::error_code error;
    if (!fs::exists(file, error)) continue;
    module.handle = dlopen(file.c_str(), RTLD_NOW | scope);
    if (module.handle != nullptr) {
      module.fault.clear();
      return module;
    }
    const char* why = dlerror();
    module.fault = why == nullptr ? file.string() : why;
  }
  return module;
}

}  // namespace gradwright::running
