#include "run/llvm_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <type_traits>

#include "run/module_file.h"

namespace gradwright::running {
namespace {

LlvmLibrary opened() {
  LlvmLibrary library;
  const ModuleFile module = opened_module("libgradwright_llvm.so", "GRADWRIGHT_LLVM", RTLD_LOCAL);
  library.fault = module.fault;
  if (module.handle == nullptr) return library;
  const auto take = [&](auto*& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(module.handle, name));
    if (function == nullptr) library.fault = fmt::format("the module lacks {}", name);
  };
  take(library.identity, "gradwright_llvm_identity");
  take(library.compile, "gradwright_llvm_compile");
  take(library.link, "gradwright_llvm_link");
  take(library.find, "gradwright_llvm_find");
  take(library.unlink, "gradwright_llvm_unlink");
  take(library.free, "gradwright_llvm_free");
  return library;
}

}  // namespace

const LlvmLibrary& LlvmLibrary::loaded() {
  static const LlvmLibrary library = opened();
  return library;
}

}  // namespace gradwright::running
