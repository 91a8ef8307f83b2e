// What a sheet computes: its values by the evaluator, as a program of this process, as a file of C.
//
//   const gw::Sheet sheet = *gw::Sheet::load("net.gw");
//   auto step = gw::Program<float>::of(sheet, {.rate = 0.1});      // each run is a step of gradient descent
//   step->initialise(1);  step->set("x", x);  step->run();  step->value();
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gradwright/sheet.h>

namespace gw {

/// Values of open sizes, by name.
using Sizes = std::map<std::string, std::int64_t>;

/// All definitions of the sheet at these values of its inputs, in float64, without compiling. Extents of a column may be {n} or {n, 1}; sizes are
/// taken from the values, or from `sizes`. G0501: an input has no value; G0502: a value of another size; G0504: a size without a value; G0507,
/// G0543: a value is not as the sheet declares it; G0212: at these sizes an array is read outside; G0511: it would take too much memory.
[[nodiscard]] Result<std::map<std::string, Array>> evaluated(const Sheet&, const std::map<std::string, Array>& inputs,
                                                             const Sizes& sizes = {});

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

struct ExportOptions {
  Precision precision = Precision::float64;
  std::string name = "";                 ///< of the function; empty: as the loss
  std::vector<std::string> values = {};  ///< definitions; none: the loss and its gradients
  Sizes sizes = {};
};

struct ExportedC {
  std::string name;    ///< of the function
  std::string source;  ///< one self-contained file of C11
  std::string header;  ///< its prototype, and the places of inputs and outputs
};
/// Errors as of Program::of; G0307: C cannot have a function of that name.
[[nodiscard]] Result<ExportedC> exported_c(const Sheet&, const ExportOptions& = {});

}  // namespace gw
