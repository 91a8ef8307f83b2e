// The module that holds LLVM (jit/abi.h), loaded when the first plan is compiled: starting the program does not pay for it.
#pragma once

#include <string>

#include "jit/abi.h"

namespace gradwright::running {

struct LlvmLibrary {
  jit::IdentityFunction* identity = nullptr;
  jit::CompileFunction* compile = nullptr;
  jit::LinkFunction* link = nullptr;
  jit::FindFunction* find = nullptr;
  jit::UnlinkFunction* unlink = nullptr;
  jit::FreeFunction* free = nullptr;
  std::string fault;  ///< why it is not here; empty where it is

  /// GRADWRIGHT_LLVM, where that names a file; else libgradwright_llvm.so beside this program or library, or in the directories of an
  /// installation or a build around it. Stays loaded.
  [[nodiscard]] static const LlvmLibrary& loaded();
};

}  // namespace gradwright::running
