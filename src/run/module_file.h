// Modules of this program, loaded when they are wanted: starting the program does not pay for them.
#pragma once

#include <string>

namespace gradwright::running {

struct ModuleFile {
  void* handle = nullptr;  ///< stays open
  std::string fault;       ///< why there is none; empty where there is
};

/// The file that the environment variable names; else `name` beside this program or library, or in the directories of an installation or
/// a build around it. `scope`: RTLD_LOCAL or RTLD_GLOBAL.
[[nodiscard]] ModuleFile opened_module(const std::string& name, const char* variable, int scope);

}  // namespace gradwright::running
