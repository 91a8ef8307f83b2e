#include "completion.h"

#include <fmt/format.h>

#include <map>

namespace gradwright::cli {
namespace {

using Commands = std::vector<Command>;
using Flags = std::vector<Flag>;

/// The words that an option takes; an option that is not here takes a file or a number.
const std::map<std::string, std::string>& choices() {
  static const std::map<std::string, std::string> all{{"--color", "auto always never"},
                                                      {"--to", "unicode latex gw c"},
                                                      {"--stage", "passes plan loops llvm c"},
                                                      {"--precision", "float32 float64"},
                                                      {"--framework", "auto numpy torch"},
                                                      {"--backend", "auto llvm c interpreter oracle"},
                                                      {"--missing", "refuse drop mean"},
                                                      {"--normalise", "standard minmax none"},
                                                      {"--layout", "gradient numerator denominator"}};
  return all;
}

std::string joined(const std::vector<Flag>& flags) {
  std::string words;
  for (const Flag& flag : flags) words += (words.empty() ? "" : " ") + flag.name;
  return words;
}

std::string bash_script(const Commands& commands, const Flags& common_flags) {
  std::string names;
  std::string cases;
  const std::string common = joined(common_flags);
  for (const Command& command : commands) {
    names += command.name + " ";
    cases += fmt::format("    {}) words=\"{} {}\" ;;\n", command.name, joined(command.flags), common);
  }
  std::string values;
  for (const auto& [option, words] : choices())
    values += fmt::format("    {}) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n", option, words);
  return fmt::format(R"(_gradwright() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" command="" words="" i
  COMPREPLY=()
  case "$before" in
{}  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case " {}" in *" ${{COMP_WORDS[i]}} "*) command="${{COMP_WORDS[i]}}"; break ;; esac
  done
  case "$command" in
    "") words="{}{}" ;;
    completion) words="bash zsh fish" ;;
{}  esac
  if [[ "$word" == -* || -z "$command" || "$command" == completion ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}}
complete -o filenames -F _gradwright gradwright
)",
                     values, names, names, common, cases);
}

std::string zsh_script(const Commands& commands, const Flags& common) {
  return "(( $+functions[compdef] )) || { autoload -U compinit && compinit }\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_script(commands, common);
}

std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return quoted + "'";
}

std::string fish_flags(const std::vector<Flag>& flags, const std::string& condition) {
  std::string script;
  for (const Flag& flag : flags) {
    script += fmt::format("complete -c gradwright{} -l {}{} -d {}\n", condition, flag.name.substr(2),
                          flag.takes_value ? " -r" : "", fish_quoted(flag.about));
    if (const auto words = choices().find(flag.name); words != choices().end())
      script +=
          fmt::format("complete -c gradwright{} -l {} -x -a '{}'\n", condition, flag.name.substr(2), words->second);
  }
  return script;
}

std::string fish_script(const Commands& commands, const Flags& common) {
  std::string script = fish_flags(common, "");
  for (const Command& command : commands) {
    script += fmt::format("complete -c gradwright -n __fish_use_subcommand -f -a {} -d {}\n", command.name,
                          fish_quoted(command.about));
    script += fish_flags(command.flags, fmt::format(" -n '__fish_seen_subcommand_from {}'", command.name));
  }
  return script + "complete -c gradwright -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n";
}

}  // namespace

std::string completion_script(const std::string& shell, const std::vector<Command>& commands,
                              const std::vector<Flag>& common) {
  return shell == "fish"  ? fish_script(commands, common)
         : shell == "zsh" ? zsh_script(commands, common)
                          : bash_script(commands, common);
}

}  // namespace gradwright::cli
