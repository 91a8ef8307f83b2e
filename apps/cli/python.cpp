#include "python.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "commands.h"

namespace gradwright::cli {
namespace {

/// Files without a name instead of pipes: neither side ever waits for the other.
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::string content_of(std::FILE* file) {
  std::string content;
  std::rewind(file);
  char part[4096];
  for (std::size_t n = 0; (n = std::fread(part, 1, sizeof part, file)) > 0;) content.append(part, n);
  return content;
}

}  // namespace

gw::Result<std::string> python_output(const char* script, const std::vector<std::string>& arguments,
                                      const std::string& input) {
  const char* named = std::getenv("GRADWRIGHT_PYTHON");
  const std::string python = named != nullptr && *named != '\0' ? named : "python3";
  const File in(std::tmpfile(), &std::fclose);
  const File out(std::tmpfile(), &std::fclose);
  if (!in || !out || std::fwrite(input.data(), 1, input.size(), in.get()) != input.size() || std::fflush(in.get()) != 0)
    return tl::unexpected(fault("G0508", "there is no place for a temporary file", "check the disk, or TMPDIR"));
  if (lseek(fileno(in.get()), 0, SEEK_SET) != 0)
    return tl::unexpected(fault("G0508", "a temporary file cannot be read", "check the disk"));

  std::vector<std::string> words{python, "-c", script};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out.get()), STDOUT_FILENO);
  pid_t child = 0;
  const int refusal = posix_spawnp(&child, python.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (refusal != 0)
    return tl::unexpected(fault("G0720", fmt::format("`{}` cannot be started: {}", python, std::strerror(refusal)),
                                "install python3, or name an interpreter in GRADWRIGHT_PYTHON"));
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return tl::unexpected(fault("G0721", "the interpreter was lost", "run it again"));
  }
  if (WIFSIGNALED(status))
    return tl::unexpected(
        fault("G0721", fmt::format("Python was ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status))),
              "the function, or a library that it uses, crashed"));
  if (WEXITSTATUS(status) != 0)
    return tl::unexpected(fault("G0721", fmt::format("Python ended with exit code {}", WEXITSTATUS(status)),
                                "the function ended the interpreter, or the interpreter is not Python 3"));
  return content_of(out.get());
}

}  // namespace gradwright::cli
