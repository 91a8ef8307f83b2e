// Completion scripts for bash, zsh and fish, made from the commands and options that the program really has.
#pragma once

#include <string>
#include <vector>

namespace gradwright::cli {

struct Flag {
  std::string name;  ///< with its dashes
  std::string about;
  bool takes_value = false;
};

struct Command {
  std::string name;
  std::string about;
  std::vector<Flag> flags;
};

/// The script of `bash`, `zsh` or `fish`. `common`: the flags that stand before and after every command.
[[nodiscard]] std::string completion_script(const std::string& shell, const std::vector<Command>&,
                                            const std::vector<Flag>& common);

}  // namespace gradwright::cli
