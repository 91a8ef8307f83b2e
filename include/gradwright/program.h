// What a sheet computes: its values by the evaluator, as a program of this process, as a file of C; and numbers in files.
//
//   const gw::Sheet sheet = *gw::Sheet::load("net.gw");
//   auto step = gw::Program<float>::of(sheet, {.rate = 0.1});      // each run is a step of gradient descent
//   step->initialise(1);  step->set("x", x);  step->run();  step->value();
//
// Each function in use: examples/embed/program.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gradwright/sheet.h>

namespace gw {

/// Values of open sizes, by name.
using Sizes = std::map<std::string, std::int64_t>;

/// Values of inputs, by name. Extents of a column may be {n} or {n, 1}.
using Inputs = std::map<std::string, Array>;

/// `sizes`, and those that these values decide. G0306: no such input; G0502: a value of another size; G0543: a value is not as the sheet declares it.
[[nodiscard]] Result<Sizes> sizes_of(const Sheet&, const Inputs&, const Sizes& sizes = {});

/// The definitions of the sheet that rest on no error, at these values of its inputs, in float64, without compiling. Errors of `sizes_of`; G0501: an
/// input has no value; G0504: a size has none; G0212: at these sizes an array is read outside; G0511: it would take too much memory.
[[nodiscard]] Result<std::map<std::string, Array>> evaluated(const Sheet&, const Inputs&, const Sizes& sizes = {});

/// A random point, and the loss of a sheet and its gradients there.
struct GradientPoint {
  Inputs inputs;  ///< all that the sheet declares; a column has the extents {n, 1}
  double loss = 0;
  std::map<std::string, Array> gradients;  ///< by the name of the input
};
struct GradientPoints {
  std::string loss;              ///< its name
  std::vector<std::string> wrt;  ///< what the sheet trains or derives by, in its order
  std::vector<GradientPoint> points;
};
/// So many random points at which all is finite, or as many as are found, in float64, by the evaluator: what another program is compared with.
/// G0405: no line says what the loss is; G0404: it has entries; G0306: it is not defined; G0707: no point is found; an error of the sheet.
[[nodiscard]] Result<GradientPoints> gradient_points(const Sheet&, int count = 4, std::uint64_t seed = 1);

enum class Backend {
  automatic,   ///< llvm where it is there, else c
  llvm,        ///< by the LLVM library
  c,           ///< by the machine's C compiler
  interpreter  ///< of loops; slow
};

struct ProgramOptions {
  std::vector<std::string> values = {};  ///< definitions to compute; none: the loss that `minimize` or `derive` names
  bool gradients = false;                ///< also of that loss, as outputs `dL/dW`
  std::optional<double> rate = {};       ///< each run also moves the parameters: W ← W − rate·∂L/∂W
  std::vector<std::string> stream = {};  ///< inputs that come anew each step, in this order
  Sizes sizes = {};
  Backend backend = Backend::automatic;
  int threads = 0;  ///< 0: as many as the machine has; the numbers are the same
};

/// An input or output: its numbers stand column by column, the first axis running fastest.
struct Port {
  std::string name;
  std::vector<std::int64_t> extents;  ///< none: a scalar
  [[nodiscard]] std::size_t count() const;
};

/// Real: float or double. While it runs, numbers too small to have all their digits count as zero. Not for several threads at once.
template <class Real>
class Program {
 public:
  /// Value and gradient are compared with the evaluator before this returns (G0904: they differ, a fault of the library). G0405: no line says what to
  /// compute; G0404: the loss has entries; G0306: no such definition, or no such input to stream; G0504: a size has no value; G0212: at these
  /// sizes an array is read outside; an error of the sheet itself.
  [[nodiscard]] static Result<Program> of(const Sheet&, const ProgramOptions& = {});

  [[nodiscard]] const std::vector<Port>& inputs() const;
  [[nodiscard]] const std::vector<Port>& outputs() const;
  /// Parameters get the values that the sheet's initialisers say; its constants are set from the start.
  void initialise(std::uint64_t seed);
  /// G0306: no such input; G0502: another number of numbers.
  [[nodiscard]] Result<void> set(std::string_view input, std::span<const Real> numbers);
  /// To be written and read in place; empty where there is no such name.
  [[nodiscard]] std::span<Real> input(std::string_view name);
  [[nodiscard]] std::span<const Real> output(std::string_view name) const;
  /// One step with what the inputs hold.
  void run();
  /// So many steps, each with the next numbers of `data` in the inputs that stream. G0502: `data` holds another number of numbers.
  [[nodiscard]] Result<void> run(std::span<const Real> data, std::int64_t steps);
  /// The first number of the first output: the loss.
  [[nodiscard]] Real value() const;
  /// Why it is slower than it could be, where it is.
  [[nodiscard]] std::optional<Diagnostic> note() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

extern template class Program<float>;
extern template class Program<double>;

enum class Precision { float32, float64 };

/// What a sheet is on its way to a program, and at its end.
enum class Code {
  passes,  ///< what led from the formulas to the loops: each pass, what it changed, how long it took
  plan,    ///< what is computed in which order, and what is stored
  loops,   ///< every loop with its operations
  llvm,    ///< LLVM's text, in vectors of this machine
  c        ///< one self-contained file of C11
};

struct ExportOptions {
  Code to = Code::c;
  Precision precision = Precision::float64;
  std::string name = "";                 ///< of the function; empty: as the loss
  std::vector<std::string> values = {};  ///< definitions; none: the loss and its gradients
  Sizes sizes = {};
};

struct Exported {
  std::string name;  ///< of the function
  std::string loss;  ///< what is exported with its gradients; empty where ExportOptions::values are
  std::vector<std::string>
      left_out;  ///< of what the sheet asks derivatives too that are not exported: other losses, second ones
  std::string text;
  std::string header;  ///< of C: its prototype, and the places of inputs and outputs
};
/// Errors as of Program::of; G0307: C cannot have a function of that name.
[[nodiscard]] Result<Exported> exported(const Sheet&, const ExportOptions& = {});

/// An NPY, IDX or CSV file (rows × columns), gzipped or not; or an array of an archive, "data.npz:x". G0505, G0506, G0507.
[[nodiscard]] Result<Array> load_array(const std::string& path);
/// What a file with this ending holds of named arrays: ".npy" the first, ".npz" all, ".tsv" and others lines of the numbers of the first.
[[nodiscard]] std::string file_of(const std::vector<std::pair<std::string, Array>>&, std::string_view ending);
/// The file and the array that "data.npz:x" says; nothing where a path has no such form.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> archive_member(const std::string& path);
/// The files of a source of data: of "x.npy,y.npy" two, of "data.npz:x,y" the archive.
[[nodiscard]] std::vector<std::string> files_of(const std::string& source);

/// A file that is there whole or not at all: until `finish` its path has the old content. Each: G0508 where it cannot be done.
class NewFile {
 public:
  [[nodiscard]] static Result<NewFile> open(const std::string& path);
  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> finish();

 private:
  struct State;
  std::shared_ptr<State> state_;
};
[[nodiscard]] Result<void> save_text(const std::string& path, std::string_view text);
/// Whether what is written to one is read from the other, whatever links lead there.
[[nodiscard]] bool are_one_file(const std::string& a, const std::string& b);

/// Text from a person or a file, fit for a message: between backticks, shortened, with control characters and malformed bytes as \xNN.
[[nodiscard]] std::string in_backticks(std::string_view text);
/// A bound in bytes on the memory of what is begun from now on: what would take more is refused with G0511.
void limit_memory(std::uint64_t bytes);

}  // namespace gw
