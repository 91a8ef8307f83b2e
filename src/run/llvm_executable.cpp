// LLVM's text as functions of this process; the machine code is kept on disk.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "kernels/abi.h"
#include "run/cache.h"
#include "run/compiler.h"
#include "run/executable.h"
#include "run/llvm_library.h"
#include "run/matrix.h"

namespace gradwright {
namespace {

using namespace running;

tl::unexpected<Diagnostic> no_llvm(std::string message) {
  return tl::unexpected(
      note("G0513", std::move(message)).help("install libllvm19 and the module libgradwright_llvm.so of this version"));
}

std::shared_ptr<void> linked(const LlvmLibrary& llvm, std::string_view object, jit::Message& message) {
  const gradwright_kernels& kernels = kernel_table();
  const jit::Symbol symbols[] = {
      {"gradwright_contract_f32", reinterpret_cast<void*>(kernels.contract_f32)},
      {"gradwright_contract_f64", reinterpret_cast<void*>(kernels.contract_f64)},
      {"gradwright_parallel", reinterpret_cast<void*>(kernels.parallel)},
      {"gradwright_matrix_f32", reinterpret_cast<void*>(&matrix_algorithm<float>)},
      {"gradwright_matrix_f64", reinterpret_cast<void*>(&matrix_algorithm<double>)},
  };
  void* handle = llvm.link(object.data(), object.size(), symbols, std::size(symbols), &message);
  return handle == nullptr ? nullptr : std::shared_ptr<void>(handle, llvm.unlink);
}

}  // namespace

tl::expected<Executable, Diagnostic> Executable::of_llvm(const std::string& text, const CompileOptions& options) {
  const LlvmLibrary& llvm = LlvmLibrary::loaded();
  if (!llvm.fault.empty()) return no_llvm("LLVM is not here: " + llvm.fault);
  const std::string features = llvm_features();
  const auto cache = options.use_cache ? Cache::opened(options.cache) : std::nullopt;
  const std::string key =
      cache ? fingerprint(fmt::format("{} {}\n{}\n{}\n{}", llvm.identity(), gradwright_kernels_version, features,
                                      options.optimisation, text))
            : "";
  jit::Message message{};
  Executable result;
  result.find_ = llvm.find;
  if (const auto kept = cache ? cache->content(key) : std::nullopt) {
    result.library_ = linked(llvm, *kept, message);
    result.came_from_cache_ = result.library_ != nullptr;
    if (result.library_) return result;
  }
  std::size_t size = 0;
  const std::unique_ptr<char, jit::FreeFunction*> object(
      llvm.compile(text.data(), text.size(), features.c_str(), options.optimisation, &size, &message), llvm.free);
  if (object == nullptr) return no_llvm(fmt::format("LLVM did not take the program: {}", message.text));
  const std::string_view code(object.get(), size);
  if (cache) cache->keep_content(key, code);
  result.library_ = linked(llvm, code, message);
  if (!result.library_) return no_llvm(fmt::format("the compiled program could not be linked: {}", message.text));
  return result;
}

}  // namespace gradwright
