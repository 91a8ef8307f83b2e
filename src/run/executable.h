// Text of C or LLVM as functions of this process: compiled, kept on disk (cache.h), loaded.
// Read next: compiled_plans.h, which runs plans whether or not there is a compiler.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "source/diagnostic.h"

namespace gradwright {

/// What turns a plan into something that runs.
enum class Backend : std::uint8_t {
  automatic,  ///< the first of these that this machine has
  llvm,
  c,
  interpreter,  ///< of loops: slow, for comparing
};

struct CompileOptions {
  Backend backend = Backend::automatic;
  int optimisation = 3;
  bool straight_line = false;  ///< latency counts: no packing of scalars into vectors
  int threads =
      0;  ///< that run kernels and long loops; 0: those of the pool (kernels/threads.h). Straight-line code runs on one
  bool use_cache = true;
  std::filesystem::path cache;       ///< empty: the user's (see run/cache.h)
  std::vector<std::string> flags{};  ///< further ones, at the end
  std::string compiler;              ///< empty: GRADWRIGHT_CC, cc, gcc or clang
};

class Executable {
 public:
  /// G0512: no compiler, or it refused the text.
  [[nodiscard]] static tl::expected<Executable, Diagnostic> of(const std::string& c_text, const CompileOptions& = {});
  /// The same for LLVM's text. G0513: there is no LLVM, or it refused the text.
  [[nodiscard]] static tl::expected<Executable, Diagnostic> of_llvm(const std::string& text,
                                                                    const CompileOptions& = {});
  /// Null where there is no such function.
  [[nodiscard]] void* function(const std::string& name) const;
  [[nodiscard]] bool came_from_cache() const { return came_from_cache_; }

 private:
  std::shared_ptr<void> library_;
  void* (*find_)(void* library, const char* name) = nullptr;
  bool came_from_cache_ = false;
};

}  // namespace gradwright
