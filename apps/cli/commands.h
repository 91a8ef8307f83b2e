// The commands of `gradwright`. Each returns an exit code of the table in `--help`:
// 0 fine, 1 a claim is wrong, 2 the input is at fault, 3 a fault of the environment, 70 a bug.
#pragma once

#include <gradwright/program.h>

#include <optional>
#include <string>
#include <vector>

namespace gradwright::cli {

enum ExitCode { fine = 0, claim_wrong = 1, input_fault = 2, environment_fault = 3, bug = 70 };

struct Streams {
  gw::Style out;  ///< for standard output
  gw::Style err;  ///< for standard error
};

/// The text of a file, or of standard input for `-`. Nothing when it cannot be read (said on standard error).
[[nodiscard]] std::optional<std::string> text_in(const std::string& path, const Streams&);
/// What diagnostics call it.
[[nodiscard]] std::string name_of_text(const std::string& path);
[[nodiscard]] std::optional<gw::Sheet> sheet_in(const std::string& path, const Streams&);
/// gradient, numerator, denominator; anything else is none.
[[nodiscard]] std::optional<gw::Layout> layout_named(const std::string&);
/// An error of the command itself, with a way out.
[[nodiscard]] gw::Diagnostic fault(std::string code, std::string message, std::string help);
/// On standard error, each with its place.
void show(const std::vector<gw::Diagnostic>&, const Streams&);
/// One fault on standard error; its exit code.
[[nodiscard]] int show_fault(const gw::Diagnostic&, const Streams&);
/// A remark that ends nothing.
void show_note(gw::Diagnostic);
/// auto, llvm, c, interpreter; anything else is auto.
[[nodiscard]] gw::Backend backend_named(const std::string&);

struct DeriveCommand {
  std::string file;
  bool json = false;
  std::string to = "terminal";  ///< terminal, unicode, latex, gw; html, tex, markdown: whole pages
  std::string steps = "brief";  ///< none, brief, full
  std::string explain;          ///< layout
  bool verify_steps = false;
  bool no_verify = false;
  double most_bytes = 1e9;  ///< of the comparison with numbers
  std::string layout;       ///< empty: as the sheet says
};
[[nodiscard]] int run_derive(const DeriveCommand&, const Streams&);
/// Of `n=64`, `n=64,m=3`: sizes that the sheet leaves open. G0504.
[[nodiscard]] gw::Result<gw::Sizes> sizes_of(const std::vector<std::string>& words, const gw::Sheet&);
struct RunCommand {
  std::string file;
  std::string parameters;            ///< a safetensors file; empty: none
  bool raw = false;                  ///< features are taken as they are
  std::vector<std::string> inputs;   ///< W=w.npy
  std::vector<std::string> outputs;  ///< a3=a3.npy, a3=a3.csv; or a3: on standard output
  std::string backend = "auto", precision = "float32";
};
[[nodiscard]] int run_run(const RunCommand&, const Streams&);
struct EvalCommand {
  std::string file, inputs, parameters;
  bool raw = false;  ///< features are taken as they are
};
[[nodiscard]] int run_eval(const EvalCommand&, const Streams&);
struct PredictCommand {
  std::string file, parameters, data;
  std::string output;          ///< empty: standard output
  bool probabilities = false;  ///< a column a class
  std::string backend = "auto";
};
[[nodiscard]] int run_predict(const PredictCommand&, const Streams&);
struct CheckCommand {
  std::vector<std::string> files;
  std::string sheet;   ///< the network of LaTeX and Python files
  std::string layout;  ///< empty: as the sheet says
  bool json = false, sarif = false, github = false;
  bool explain = false;  ///< a story below each verdict
};
[[nodiscard]] int run_check(const CheckCommand&, const Streams&);
struct GradCheckCommand {
  std::string file;
  std::string function;            ///< module.py:name
  std::string framework = "auto";  ///< auto, numpy, torch
  bool flat = false;               ///< columns as (n,), not (n,1)
  int points = 4;
  std::uint64_t seed = 1;
  double tolerance = 1e-6;  ///< relative to the largest entry
};
[[nodiscard]] int run_grad_check(const GradCheckCommand&, const Streams&);
struct ExportCommand {
  std::string file;
  std::string to = "c";  ///< c; plan, loops: the stages before it
  std::string precision = "float64";
  std::string name;                  ///< of the function; empty: as the loss
  std::vector<std::string> sizes;    ///< n=64
  std::vector<std::string> outputs;  ///< definitions; none: the loss and its gradients
  std::string header;                ///< where the header goes; empty: nowhere
};
[[nodiscard]] int run_export(const ExportCommand&, const Streams&);
[[nodiscard]] int run_fmt(const std::string& file, bool write, const Streams&);

}  // namespace gradwright::cli
