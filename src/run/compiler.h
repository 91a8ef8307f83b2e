// The C compiler of this machine, and what it is told about the processor.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "emit/llvm.h"

namespace gradwright::running {

struct Compiler {
  std::filesystem::path path;
  std::string identity;  ///< path, size and time of the program: another compiler makes other code
};

/// `wanted`, else GRADWRIGHT_CC, else cc, gcc or clang, as found in PATH.
[[nodiscard]] std::optional<Compiler> found_compiler(const std::string& wanted);
/// -m… flags by tests of the processor's features: models of processors are masked in virtual machines, features are not.
[[nodiscard]] std::vector<std::string> processor_flags();
/// The same in LLVM's words: `+avx2,+fma`.
[[nodiscard]] std::string llvm_features();
/// What programs of this machine may use of vectors.
[[nodiscard]] VectorUnit vector_unit();
/// Runs the program with these arguments and waits; its exit code, or -1 where it could not be started. What it says goes to `log`.
[[nodiscard]] int exit_code_of(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                               const std::filesystem::path& log);

}  // namespace gradwright::running
