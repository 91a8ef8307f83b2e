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
  find(module, "gradwright_llvm_identity", library.identity, library.fault);
  find(module, "gradwright_llvm_compile", library.compile, library.fault);
  find(module, "gradwright_llvm_link", library.link, library.fault);
  find(module, "gradwright_llvm_find", library.find, library.fault);
  find(module, "gradwright_llvm_unlink", library.unlink, library.fault);
  find(module, "gradwright_llvm_free", library.free, library.fault);
  return library;
}

}  // namespace

const LlvmLibrary& LlvmLibrary::loaded() {
  static const LlvmLibrary library = opened();
  return library;
}

}  // namespace gradwright::running
