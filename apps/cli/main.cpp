#include <unistd.h>

#include <fmt/format.h>
#include <gradwright/version.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <string_view>

#include "commands.h"
#include "completion.h"
#include "effect.h"
#include "help.h"
#include "ranks.h"
#include "standard_streams.h"
#include "train_checkpoint.h"
#include "train_command.h"
#include "width.h"

namespace {

using namespace gradwright;

/// `--help` in lines of at most `width` columns.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::size_t width) : width_(width) { column_width(width < 60 ? 12 : 30); }

  [[nodiscard]] std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return cli::help_entry(make_option_name(option, is_positional) + make_option_opts(option), make_option_desc(option),
                           get_column_width(), width_);
  }
  [[nodiscard]] std::string make_subcommand(const CLI::App* command) const override {
    return cli::help_entry(command->get_display_name(), command->get_description(), get_column_width(), width_);
  }
  [[nodiscard]] std::string make_description(const CLI::App* app) const override {
    return gw::fitted(CLI::Formatter::make_description(app), width_);
  }
  [[nodiscard]] std::string make_footer(const CLI::App* app) const override {
    return cli::help_footer(app->get_footer(), width_);
  }

 private:
  std::size_t width_;
};

std::vector<cli::Flag> flags_of(const CLI::App& app) {
  std::vector<cli::Flag> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames())
      flags.push_back({"--" + name, option->get_description(), option->get_items_expected_max() > 0});
  }
  return flags;
}

std::vector<cli::Command> commands_of(const CLI::App& app) {
  std::vector<cli::Command> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back({command->get_name(), command->get_description(), flags_of(*command)});
  return commands;
}

cli::GivenOptions given_options(const CLI::App& command) {
  cli::GivenOptions given{command.get_name(), {}};
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() > 0)
      given.values[option->get_lnames().empty() ? option->get_name() : "--" + option->get_lnames()[0]] =
          option->results();
  }
  return given;
}

/// What is wrong with a seed; nothing where it is a whole number of 64 bits.
std::string seed_fault(const std::string& text) {
  std::uint64_t seed = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seed);
  if (error == std::errc() && stop == end) return {};
  return fmt::format("`{}` is no seed: write a whole number from 0 to 18446744073709551615", text);
}

int run(int argc, char** argv) {
  CLI::App app{"A compiler for the calculus of neural networks: derives, checks and trains.", "gradwright"};
  app.formatter(std::make_shared<HelpFormatter>(cli::terminal_width(STDOUT_FILENO)));
  app.footer(cli::footer);
  app.set_version_flag("--version", std::string("gradwright ") + gw::version());
  app.require_subcommand(1);
  app.fallthrough();
  std::string colour = "auto";
  app.add_option("--color", colour, "when to colour: auto, always, never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  std::string file;
  const auto with_file = [&](CLI::App* command) {
    command->add_option("FILE", file, "the worksheet; - reads standard input")->required();
  };

  std::uint64_t limit = 0;  // bytes; 0: none
  const auto with_limit = [&](CLI::App* command) {
    command
        ->add_option("--limit", limit,
                     "most memory to take, as 512MB or 2GB: what would take more is refused before it is begun")
        ->transform(CLI::AsSizeValue(true).description("SIZE"))
        ->check(CLI::PositiveNumber);
  };

  cli::DeriveCommand derive;
  CLI::App* derive_command = app.add_subcommand("derive", "derive what the worksheet asks for");
  with_file(derive_command);
  derive_command->add_flag("--json", derive.json, "write JSON (schema gradwright/derive/1)");
  derive_command
      ->add_option("--to", derive.to, "only the formulas: unicode, latex, gw; a whole page: html, tex, markdown")
      ->check(CLI::IsMember({"terminal", "unicode", "latex", "gw", "html", "tex", "markdown"}));
  derive_command->add_option("--steps", derive.steps, "how much is told: none, brief, full")
      ->check(CLI::IsMember({"none", "brief", "full"}))
      ->capture_default_str();
  derive_command
      ->add_option("--explain", derive.explain,
                   "layout: the chain in numerator and in denominator layout, with all sizes")
      ->check(CLI::IsMember({"layout"}));
  derive_command->add_flag("--verify-steps", derive.verify_steps, "check every step by numbers, not only the result");
  derive_command->add_flag("--no-verify", derive.no_verify, "do not compare the results with numbers");
  derive_command->add_option("--layout", derive.layout, "overrides the sheet's layout")
      ->check(CLI::IsMember({"gradient", "numerator", "denominator"}));
  with_limit(derive_command);
  derive_command->footer(cli::derive_examples);

  cli::EvalCommand eval;
  bool json = false;
  CLI::App* eval_command = app.add_subcommand("eval", "evaluate every definition of the worksheet");
  with_file(eval_command);
  eval_command
      ->add_option("--inputs", eval.inputs, "JSON object: name to number or nested arrays; - reads standard input")
      ->required();
  CLI::Option* eval_parameters = eval_command->add_option(
      "--parameters", eval.parameters,
      "a safetensors file with parameters: `train --save`, or a checkpoint; features are scaled as in that training");
  eval_command->add_flag("--raw", eval.raw, "take features as they are: they are scaled already")
      ->needs(eval_parameters);
  eval_command->add_flag("--json", json, "write JSON (the only form so far)");
  with_limit(eval_command);
  eval_command->footer(cli::eval_examples);

  cli::CheckCommand check;
  CLI::App* check_command = app.add_subcommand("check", "judge the claims of worksheets, LaTeX or Python files");
  check_command
      ->add_option("FILE", check.files, "worksheets, or .tex and .py files with --sheet; - reads standard input")
      ->required();
  check_command->add_option("--sheet", check.sheet, "the worksheet with the network of .tex and .py files");
  check_command->add_option("--layout", check.layout, "overrides the sheet's layout")
      ->check(CLI::IsMember({"gradient", "numerator", "denominator"}));
  CLI::Option* check_json = check_command->add_flag("--json", check.json, "write JSON (schema gradwright/check/1)");
  CLI::Option* check_sarif = check_command->add_flag("--sarif", check.sarif, "write SARIF 2.1.0")->excludes(check_json);
  CLI::Option* check_github = check_command->add_flag("--github", check.github, "write annotations of GitHub Actions")
                                  ->excludes(check_json)
                                  ->excludes(check_sarif);
  check_command
      ->add_flag("--explain", check.explain,
                 "tell each claim at length: sizes, the true chain, entry by entry, the repair")
      ->excludes(check_json)
      ->excludes(check_sarif)
      ->excludes(check_github);
  check_command->footer(cli::check_examples);

  cli::GradCheckCommand grad_check;
  CLI::App* grad_check_command =
      app.add_subcommand("grad-check", "compare a NumPy or PyTorch function with the worksheet's gradients");
  with_file(grad_check_command);
  grad_check_command
      ->add_option("--function", grad_check.function, "module.py:name; it takes inputs of the sheet by name")
      ->required();
  grad_check_command
      ->add_option("--framework", grad_check.framework, "auto: torch where the module imports it, else numpy")
      ->check(CLI::IsMember({"auto", "numpy", "torch"}))
      ->capture_default_str();
  grad_check_command->add_flag("--flat", grad_check.flat,
                               "hand columns over as arrays of one axis, (n,) instead of (n,1)");
  grad_check_command->add_option("--points", grad_check.points, "random points")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  grad_check_command->add_option("--seed", grad_check.seed, "seed of the points")
      ->check(seed_fault)
      ->capture_default_str();
  grad_check_command->add_option("--tolerance", grad_check.tolerance, "largest relative error")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  grad_check_command->footer(cli::grad_check_examples);

  bool write = false;
  CLI::App* fmt_command = app.add_subcommand("fmt", "the worksheet in its standard layout");
  with_file(fmt_command);
  fmt_command->add_flag("-w,--write", write, "rewrite the file instead of printing");
  fmt_command->footer(cli::fmt_examples);

  cli::ExportCommand exported;
  CLI::App* export_command = app.add_subcommand("export", "the loss and its gradients as a program in C");
  with_file(export_command);
  export_command->add_option("--to", exported.to, "c: one self-contained file of C11")
      ->check(CLI::IsMember({"c"}))
      ->capture_default_str();
  export_command->add_option("--precision", exported.precision, "float32 or float64")
      ->check(CLI::IsMember({"float32", "float64"}))
      ->capture_default_str();
  export_command->add_option("--name", exported.name, "name of the function; default: that of the loss");
  export_command->add_option("--size", exported.sizes, "a size that the sheet leaves open: n=64")->delimiter(',');
  export_command
      ->add_option("--output", exported.outputs,
                   "a definition of the sheet instead of the loss and its gradients: --output p; may be repeated")
      ->delimiter(',');
  export_command->add_option("--header", exported.header,
                             "write a C header with the prototype and the places of inputs and outputs");
  export_command->footer(cli::export_examples);

  cli::ExportCommand stage;
  CLI::App* explain_command = app.add_subcommand("explain", "the program that the worksheet becomes, stage by stage");
  with_file(explain_command);
  explain_command
      ->add_option("--stage", stage.to,
                   "passes: what led to it; plan: what is stored, in which order; loops: every loop; llvm, c: the code")
      ->check(CLI::IsMember({"passes", "plan", "loops", "llvm", "c"}))
      ->required();
  explain_command->add_option("--size", stage.sizes, "a size that the sheet leaves open: n=64")->delimiter(',');
  explain_command->footer(cli::stage_examples);

  cli::TrainCommand train;
  bool raw = false;
  std::size_t window = train.options.split.window_bytes >> 20U;
  CLI::App* train_command = app.add_subcommand("train", "train what the worksheet minimises");
  with_file(train_command);
  train_command
      ->add_option("--data", train.data.source,
                   "CSV, or inputs and targets as IDX or NPY: X.npy,y.npy (gz too), or NPZ: data.npz:x,y")
      ->required();
  train_command->add_option("--size", train.sizes, "a size that sheet and data leave open: h=64")->delimiter(',');
  train_command->add_option("--label", train.data.label,
                            "target column of a CSV, by name or number; default: the last");
  train_command
      ->add_option(
          "--missing", train.missing,
          "lines of a CSV with a missing value: refuse, drop (leave them out), mean (fill in the mean of the column)")
      ->check(CLI::IsMember({"refuse", "drop", "mean"}))
      ->capture_default_str();
  CLI::Option* stream = train_command->add_flag("--stream", train.stream,
                                                "read samples where they are wanted, for data larger than memory; by "
                                                "itself where loading would take more than half of it");
  train_command->add_flag("--in-memory", train.in_memory, "load all data, however large")->excludes(stream);
  CLI::Option* window_option =
      train_command->add_option("--window", window, "MiB of streamed samples in memory, which are shuffled together")
          ->check(CLI::Range(1, 1 << 20))
          ->capture_default_str();
  train_command->add_option("--epochs", train.options.epochs, "passes over the training part")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  train_command->add_option("--batch", train.options.batch, "samples a step")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  train_command->add_option("--rate", train.options.rate, "learning rate; default: that of the optimiser")
      ->check(CLI::PositiveNumber);
  train_command
      ->add_option("--optimizer", train.optimiser,
                   "sgd momentum nesterov adagrad rmsprop adam adamw newton gauss_newton lbfgs, with numbers: "
                   "adam(rate=0.01); or a file of formulas")
      ->capture_default_str();
  train_command->add_option("--schedule", train.schedule,
                            "factor of the rate at step t: cosine_decay(t,1000), warmup(t,100), any formula");
  train_command->add_option("--clip", train.clip, "largest norm of all gradients together")->check(CLI::PositiveNumber);
  train_command->add_option("--clip-value", train.clip_value, "largest size of each entry of a gradient")
      ->check(CLI::PositiveNumber);
  train_command->add_option("--decay", train.decay, "weight decay: adds so much of the parameter to its gradient")
      ->check(CLI::PositiveNumber);
  train_command->add_option("--test", train.options.split.test_fraction, "share of samples kept for the test")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  train_command->add_option("--seed", train.options.seed, "seed of shuffling and initial values")
      ->check(seed_fault)
      ->capture_default_str();
  train_command
      ->add_option("--validation", train.options.split.validation_fraction,
                   "share of samples kept beside the test, to tell epochs and stop by")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  train_command
      ->add_option("--normalise", train.normalise,
                   "features by the training part: standard (mean 0, variance 1), minmax (0 to 1), none")
      ->check(CLI::IsMember({"standard", "minmax", "none"}))
      ->capture_default_str();
  train_command->add_flag("--raw", raw, "the same as --normalise none");
  train_command->add_option("--precision", train.precision, "float32 or float64")
      ->check(CLI::IsMember({"float32", "float64"}))
      ->capture_default_str();
  train_command
      ->add_option("--backend", train.backend,
                   "auto, llvm, c: compiled; interpreter: of loops; oracle: the reference evaluator")
      ->check(CLI::IsMember({"auto", "llvm", "c", "interpreter", "oracle"}))
      ->capture_default_str();
  train_command
      ->add_option("--threads", train.options.engine.compile.threads,
                   "threads a step; 0: as many as the machine has; the result is the same")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  train_command->add_option("--metric", train.metrics,
                            "a scalar that the sheet defines: its mean over the test part is told; may be repeated");
  train_command
      ->add_option("--patience", train.options.patience,
                   "end after so many epochs without a better test loss, and take the best parameters; 0: never")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  train_command->add_option("--log", train.log, "write a line of JSON an epoch to this file");
  train_command->add_option("--log-tensorboard", train.tensorboard, "write events for TensorBoard into this directory");
  train_command->add_option("--plot", train.plot, "draw the curve of the loss into this SVG file");
  train_command->add_flag("--quiet", train.quiet, "print nothing but errors");
  train_command->add_flag("--json", train.json, "write JSON at the end (schema gradwright/train/1), and no lines");
  train_command->add_option("--ranks", train.ranks, "auto: as mpirun started; solo; mpi")
      ->check(CLI::IsMember({"auto", "solo", "mpi"}))
      ->capture_default_str();
  train_command
      ->add_option("--pieces", train.options.engine.pieces,
                   "parts of a step that ranks share; the result depends on it, not on the ranks; 0: 8 for several "
                   "ranks, else none")
      ->check(CLI::Range(0, 65536))
      ->capture_default_str();
  std::string every = "30s";
  CLI::Option* checkpoint =
      train_command->add_option("--checkpoint", train.options.checkpoint.path,
                                "keep all that is needed to go on in this file; SIGINT and SIGTERM write it and leave");
  train_command->add_option("--checkpoint-every", every, "how often: 30s, '500 steps', '2 epochs'")
      ->needs(checkpoint)
      ->capture_default_str()
      ->check([](const std::string& text) {
        return cli::cadence_of(text) ? std::string() : "`" + text + "` is none of 30s, '500 steps', '2 epochs'";
      });
  train_command
      ->add_flag("--resume", train.options.checkpoint.resume,
                 "go on from the checkpoint, to the same bits as without a stop; where there is none, begin")
      ->needs(checkpoint);
  train_command->add_option("--save", train.save, "write the parameters at the end into this safetensors file");
  with_limit(train_command);
  train_command->footer(cli::train_examples);

  cli::RunCommand ran;
  CLI::App* run_command = app.add_subcommand("run", "compute definitions of the worksheet by a compiled program");
  with_file(run_command);
  run_command->add_option("--input", ran.inputs,
                          "the numbers of an input: W=w.npy; NPY, IDX or CSV, gz too; or of an archive: w.npz:W");
  CLI::Option* run_parameters = run_command->add_option(
      "--parameters", ran.parameters,
      "a safetensors file with parameters: `train --save`, or a checkpoint; features are scaled as in that training");
  run_command->add_flag("--raw", ran.raw, "take features as they are: they are scaled already")->needs(run_parameters);
  run_command
      ->add_option("--output", ran.outputs,
                   "a definition, and where it goes: a3=a3.npy, a3=a3.csv; without a file: standard output")
      ->required();
  run_command->add_option("--precision", ran.precision, "float32 or float64")
      ->check(CLI::IsMember({"float32", "float64"}))
      ->capture_default_str();
  run_command->add_option("--backend", ran.backend, "auto, llvm, c, interpreter")
      ->check(CLI::IsMember({"auto", "llvm", "c", "interpreter"}))
      ->capture_default_str();
  with_limit(run_command);
  run_command->footer(cli::run_examples);

  cli::PredictCommand predict;
  CLI::App* predict_command = app.add_subcommand("predict", "what a trained network says of new data");
  with_file(predict_command);
  predict_command
      ->add_option("--parameters", predict.parameters,
                   "a safetensors file with parameters: `train --save`, or a checkpoint")
      ->required();
  predict_command
      ->add_option("--data", predict.data,
                   "new data as those of the training, without their target: CSV (columns by name), NPY, IDX, gz too, "
                   "or of an archive: d.npz:x")
      ->required();
  predict_command->add_option("--output", predict.output, "a CSV file; default: standard output");
  predict_command->add_flag("--probabilities", predict.probabilities,
                            "a column of its probability for each class, instead of the class");
  predict_command->add_option("--backend", predict.backend, "auto, llvm, c, interpreter")
      ->check(CLI::IsMember({"auto", "llvm", "c", "interpreter"}))
      ->capture_default_str();
  with_limit(predict_command);
  predict_command->footer(cli::predict_examples);

  std::string shell;
  CLI::App* completion_command = app.add_subcommand("completion", "print the completion script of a shell");
  completion_command->add_option("SHELL", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion_command->footer(cli::completion_examples);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::fine : cli::input_fault;
  }
  const cli::Streams streams{cli::style_for(STDOUT_FILENO, colour), cli::style_for(STDERR_FILENO, colour)};
  for (const CLI::App* command : app.get_subcommands()) {
    if (const auto idle = cli::idle_option(given_options(*command))) return cli::show_fault(*idle, streams);
  }
  derive.file = grad_check.file = exported.file = stage.file = train.file = ran.file = eval.file = predict.file = file;
  train.options.split.window_bytes = window << 20U;
  if (raw) train.normalise = "none";
  if (limit > 0) {
    gw::limit_memory(limit);
    derive.most_bytes = static_cast<double>(limit);
  }
  if (*train_command) train.given = given_options(*train_command);
  train.has_window = window_option->count() > 0;
  train.options.checkpoint.every = cli::cadence_of(every).value_or(Cadence{});
  if (*derive_command) return cli::run_derive(derive, streams);
  if (*eval_command) return cli::run_eval(eval, streams);
  if (*check_command) return cli::run_check(check, streams);
  if (*grad_check_command) return cli::run_grad_check(grad_check, streams);
  if (*export_command) return cli::run_export(exported, streams);
  if (*explain_command) return cli::run_export(stage, streams);
  if (*fmt_command) return cli::run_fmt(file, write, streams);
  if (*run_command) return cli::run_run(ran, streams);
  if (*predict_command) return cli::run_predict(predict, streams);
  if (*train_command) return cli::on_ranks(std::move(train), streams, cli::run_train);
  std::fputs(cli::completion_script(shell, commands_of(app), flags_of(app)).c_str(), stdout);
  return cli::fine;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_DFL);  // `gradwright … | head -1` ends quietly, whatever started it
  std::signal(SIGXFSZ, SIG_IGN);  // beyond `ulimit -f` writing fails as on a full disk
  try {
    gradwright::cli::hold_standard_descriptors();
    return gradwright::cli::written(run(argc, argv));
  } catch (const std::bad_alloc&) {
    std::fputs("error[G0511]: the memory does not suffice\n  = help: see what bounds it: `ulimit -a`\n", stderr);
    return gradwright::cli::environment_fault;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "internal fault[G0999]: %s\n  = help: please report the worksheet that led here\n",
                 error.what());
    return gradwright::cli::bug;
  }
}
