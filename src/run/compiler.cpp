#include "run/compiler.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

extern char** environ;

namespace gradwright::running {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> found_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return access(name.c_str(), X_OK) == 0 ? std::optional<fs::path>(name) : std::nullopt;
  }
  const char* path = std::getenv("PATH");
  std::string rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t end = rest.find(':');
    const fs::path candidate = fs::path(rest.substr(0, end)) / name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Compiler> found_compiler(const std::string& wanted) {
  const char* named = std::getenv("GRADWRIGHT_CC");
  std::vector<std::string> names{"cc", "gcc", "clang"};
  if (named != nullptr && *named != '\0') names = {named};
  if (!wanted.empty()) names = {wanted};
  for (const std::string& name : names) {
    const auto path = found_program(name);
    if (!path) continue;
    std::error_code error;
    const fs::path real = fs::canonical(*path, error);
    struct stat about {};
    if (error || stat(real.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
    return Compiler{
        *path, fmt::format("{} {} {}.{}", real.string(), about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec)};
  }
  return std::nullopt;
}

std::vector<std::string> processor_flags() {
  std::vector<std::string> flags;
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  const auto add = [&](bool has, const char* flag) {
    if (has) flags.emplace_back(flag);
  };
  add(__builtin_cpu_supports("avx2"), "-mavx2");
  add(__builtin_cpu_supports("fma"), "-mfma");
  if (__builtin_cpu_supports("avx512f")) {
    flags.insert(flags.end(), {"-mavx512f", "-mprefer-vector-width=512"});
    add(__builtin_cpu_supports("avx512dq"), "-mavx512dq");
    add(__builtin_cpu_supports("avx512bw"), "-mavx512bw");
    add(__builtin_cpu_supports("avx512vl"), "-mavx512vl");
  }
#endif
  return flags;
}

std::string llvm_features() {
  std::string words;
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  const auto add = [&](bool has, const char* feature) {
    if (has) words += (words.empty() ? "+" : ",+") + std::string(feature);
  };
  add(__builtin_cpu_supports("avx2"), "avx2");
  add(__builtin_cpu_supports("fma"), "fma");
  add(__builtin_cpu_supports("bmi2"), "bmi2");
  if (vector_unit().has_masks) add(true, "avx512f,+avx512dq,+avx512bw,+avx512vl");
#endif
  return words;
}

VectorUnit vector_unit() {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  const bool has_fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return {512, true};
  if (has_fma) return {256, false};
#endif
  return {};
}

int exit_code_of(const fs::path& program, const std::vector<std::string>& arguments, const fs::path& log) {
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int fault = posix_spawn(&child, words[0].c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) == -1) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace gradwright::running
