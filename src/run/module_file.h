// Modules of this program, loaded when they are wanted: starting the program does not pay for them.
#pragma once

#include <dlfcn.h>

#include <string>

namespace gradwright::running {

struct ModuleFile {
  void* handle = nullptr;  ///< stays open
  std::string fault;       ///< why there is none; empty where there is
};

/// The file that the environment variable names; else `name` beside this program or library, or in the directories of an installation or
/// a build around it. `scope`: RTLD_LOCAL or RTLD_GLOBAL.
[[nodiscard]] ModuleFile opened_module(const std::string& name, const char* variable, int scope);

/// Sets `function` to what the module exports by this name, or `fault` where it does not.
template <class Function>
void find(const ModuleFile& module, const char* name, Function*& function, std::string& fault) {
  function = reinterpret_cast<Function*>(dlsym(module.handle, name));
  if (function == nullptr) fault = std::string("the module lacks ") + name;
}

}  // namespace gradwright::running
