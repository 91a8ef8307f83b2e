#include "run/executable.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <optional>

#include "run/cache.h"
#include "run/compiler.h"

namespace gradwright {
namespace {

namespace fs = std::filesystem;
using namespace running;

tl::unexpected<Diagnostic> no_compiler(std::string message) {
  return tl::unexpected(note("G0512", std::move(message)).help("install gcc or clang, or name one in GRADWRIGHT_CC"));
}

std::vector<std::string> flags_of(const CompileOptions& options) {
  std::vector<std::string> flags{"-std=c11",
                                 fmt::format("-O{}", options.optimisation),
                                 "-fPIC",
                                 "-shared",
                                 "-ffp-contract=fast",
                                 "-fno-math-errno",
                                 "-fno-trapping-math",
                                 "-fopenmp-simd",
                                 "-DGRADWRIGHT_SIMD"};
  if (options.straight_line) flags.emplace_back("-fno-tree-slp-vectorize");
  for (std::string& flag : processor_flags()) flags.push_back(std::move(flag));
  flags.insert(flags.end(), options.flags.begin(), options.flags.end());
  return flags;
}

std::shared_ptr<void> loaded(const fs::path& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  return library == nullptr ? nullptr : std::shared_ptr<void>(library, [](void* handle) { dlclose(handle); });
}

/// The first line of what the compiler said that looks like an error.
std::string complaint(const fs::path& log) {
  std::ifstream file(log);
  std::string first;
  for (std::string line; std::getline(file, line);) {
    if (line.find("error") != std::string::npos) return line.substr(0, 200);
    if (first.empty()) first = line.substr(0, 200);
  }
  return first;
}

}  // namespace

tl::expected<Executable, Diagnostic> Executable::of(const std::string& c_text, const CompileOptions& options) {
  const auto compiler = found_compiler(options.compiler);
  if (!compiler)
    return no_compiler(options.compiler.empty() ? "no C compiler was found"
                                                : fmt::format("there is no compiler `{}`", options.compiler));
  std::vector<std::string> arguments = flags_of(options);
  const std::string key = fingerprint(fmt::format("{}\n{}\n{}", compiler->identity, fmt::join(arguments, " "), c_text));
  Executable result;
  result.find_ = dlsym;
  const auto cache = options.use_cache ? Cache::opened(options.cache) : std::nullopt;
  if (const auto kept = cache ? cache->find(key) : std::nullopt) {
    result.library_ = loaded(*kept);
    result.came_from_cache_ = result.library_ != nullptr;
    if (result.library_) return result;
  }
  // Beside the cache, so that the file can be renamed into it.
  const ScratchDirectory scratch(cache ? cache->directory() : fs::path());
  if (scratch.path().empty()) return no_compiler("no temporary directory could be made for the compiler");
  const fs::path source = scratch.path() / "program.c";
  const fs::path object = scratch.path() / "program.so";
  const fs::path log = scratch.path() / "log";
  std::ofstream(source, std::ios::binary) << c_text;
  for (const std::string& word : {source.string(), std::string("-o"), object.string(), std::string("-lm")})
    arguments.push_back(word);
  const int code = exit_code_of(compiler->path, arguments, log);
  if (code != 0)
    return no_compiler(
        fmt::format("the compiler `{}` did not take the program: {}", compiler->path.string(), complaint(log)));
  const auto kept = cache ? cache->keep(key, object) : std::nullopt;
  result.library_ = loaded(kept ? *kept : object);
  if (!result.library_) return no_compiler("the compiled program could not be loaded");
  return result;
}

void* Executable::function(const std::string& name) const { return find_(library_.get(), name.c_str()); }

}  // namespace gradwright
