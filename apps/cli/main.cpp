#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "commands.h"

namespace {

using namespace gradwright;

bool wants_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view text(value);
    return text.find("UTF-8") != std::string_view::npos || text.find("utf8") != std::string_view::npos;
  }
  return true;
}

TerminalStyle style_for(int descriptor, const std::string& colour) {
  TerminalStyle style;
  const char* refused = std::getenv("NO_COLOR");
  const bool automatic = isatty(descriptor) != 0 && (refused == nullptr || *refused == '\0');
  style.colour = colour == "always" || (colour == "auto" && automatic);
  style.unicode = wants_unicode();
  return style;
}

constexpr const char* footer = R"(examples:
  gradwright derive network.gw                 formulas with the size under every factor
  gradwright derive network.gw --json          the same as data
  echo 'x : R[n]
  f = x'"'"'*x
  derive f wrt x' | gradwright derive -         a sheet from standard input
  gradwright eval network.gw --inputs values.json
  gradwright train digits.gw --data digits.csv.gz --epochs 30
  gradwright completion bash > /etc/bash_completion.d/gradwright

exit codes: 0 fine, 1 a claim is wrong, 2 the input is at fault, 3 a fault of the environment,
            4 not available yet, 70 a fault of the program
NO_COLOR is honoured; --color overrides it.)";

int run(int argc, char** argv) {
  CLI::App app{"A compiler for the calculus of neural networks: derives, checks and trains.", "gradwright"};
  app.footer(footer);
  app.set_version_flag("--version", "gradwright 0.1.0");
  app.require_subcommand(1);
  app.fallthrough();
  std::string colour = "auto";
  app.add_option("--color", colour, "when to colour: auto, always, never")->check(CLI::IsMember({"auto", "always", "never"}));
  std::string file;
  const auto with_file = [&](CLI::App* command) { command->add_option("FILE", file, "the worksheet; - reads standard input")->required(); };

  cli::DeriveCommand derive;
  CLI::App* derive_command = app.add_subcommand("derive", "derive what the worksheet asks for");
  with_file(derive_command);
  derive_command->add_flag("--json", derive.json, "write JSON (schema gradwright/derive/1)");
  derive_command->add_option("--to", derive.to, "only the formulas: unicode, latex, gw; a whole page: html, tex, markdown")->check(CLI::IsMember({"terminal", "unicode", "latex", "gw", "html", "tex", "markdown"}));
  derive_command->add_option("--steps", derive.steps, "how much is told: none, brief, full")->check(CLI::IsMember({"none", "brief", "full"}))->capture_default_str();
  derive_command->add_option("--explain", derive.explain, "layout: the chain in numerator and in denominator layout, with all sizes")->check(CLI::IsMember({"layout"}));
  derive_command->add_flag("--verify-steps", derive.verify_steps, "check every step by numbers, not only the result");
  derive_command->add_option("--layout", derive.layout, "overrides the sheet's layout")->check(CLI::IsMember({"gradient", "numerator", "denominator"}));

  std::string inputs;
  bool json = false;
  CLI::App* eval_command = app.add_subcommand("eval", "evaluate every definition of the worksheet");
  with_file(eval_command);
  eval_command->add_option("--inputs", inputs, "JSON object: name to number or nested arrays; - reads standard input")->required();
  eval_command->add_flag("--json", json, "write JSON (the only form so far)");

  CLI::App* check_command = app.add_subcommand("check", "read the claims of the worksheet (they are not judged yet)");
  with_file(check_command);

  bool write = false;
  CLI::App* fmt_command = app.add_subcommand("fmt", "the worksheet in its standard layout");
  with_file(fmt_command);
  fmt_command->add_flag("-w,--write", write, "rewrite the file instead of printing");

  DatasetSpec data;
  TrainOptions train;
  bool raw = false;
  CLI::App* train_command = app.add_subcommand("train", "train what the worksheet minimises");
  with_file(train_command);
  train_command->add_option("--data", data.source, "CSV, or inputs and targets as IDX or NPY: X.npy,y.npy (gz too)")->required();
  train_command->add_option("--label", data.label, "target column of a CSV, by name or number; default: the last");
  train_command->add_option("--epochs", train.epochs, "passes over the training part")->check(CLI::Range(1, 1000000))->capture_default_str();
  train_command->add_option("--batch", train.batch, "samples a step")->check(CLI::Range(1, 1000000))->capture_default_str();
  train_command->add_option("--rate", train.rate, "learning rate")->check(CLI::PositiveNumber)->capture_default_str();
  train_command->add_option("--test", train.test_fraction, "share of samples kept for the test")->check(CLI::Range(0.0, 1.0))->capture_default_str();
  train_command->add_option("--seed", train.seed, "seed of shuffling and initial values")->capture_default_str();
  train_command->add_flag("--raw", raw, "features as they are, not standardised");

  std::string shell;
  CLI::App* completion_command = app.add_subcommand("completion", "print the completion script of a shell");
  completion_command->add_option("SHELL", shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::fine : cli::input_fault;
  }
  const cli::Streams streams{style_for(STDOUT_FILENO, colour), style_for(STDERR_FILENO, colour)};
  derive.file = file;
  train.standardise = !raw;
  if (*derive_command) return cli::run_derive(derive, streams);
  if (*eval_command) return cli::run_eval(file, inputs, streams);
  if (*check_command) return cli::run_check(file, streams);
  if (*fmt_command) return cli::run_fmt(file, write, streams);
  if (*train_command) return cli::run_train(file, data, train, streams);
  return cli::run_completion(shell);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "internal fault[G0999]: %s\n  = help: please report the worksheet that led here\n", error.what());
    return gradwright::cli::bug;
  }
}
