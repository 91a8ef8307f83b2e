// A worksheet as a program of this process: `Session::compile<float>({...})` gives a value that is called on spans of numbers.
//   auto net = CompiledSheet<float>::of(session, {.gradients = true, .rate = 0.1});
//   net->initialise(1);  net->set("x", x);  net->run();  net->value();  net->output("dL/dW2");
// Many steps in one call keep a tiny network's parameters in registers between them:
//   auto net = CompiledSheet<float>::of(session, {.rate = 0.1, .stream = {"x", "y"}});  net->run(data, 1000);  // x y x y …
// Numbers of an input or output stand column by column (the first axis varies fastest). While it runs, numbers too small to have all their digits
// (below 1.2e-38 in float32, 2.2e-308 in float64) count as zero; how the caller's thread computes is as before afterwards.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "run/compiled_plans.h"
#include "train/task.h"

namespace gradwright {

class Session;

struct CompileRequest {
  std::vector<std::string> values{};  ///< definitions to compute; empty: the loss that `minimize` or `derive` names
  bool gradients = false;             ///< of that loss, by what the sheet trains or derives by: `dL/dW`
  std::optional<double> rate{};       ///< each run also moves what the sheet trains: W ← W − rate·∂L/∂W
  std::vector<std::string> stream{};  ///< inputs that come anew each step, in this order
  DimValues sizes{};                  ///< of symbols that the sheet leaves open
  CompileOptions compile{};
};

struct Port {
  std::string name;
  std::vector<std::int64_t> extents;
  [[nodiscard]] std::size_t count() const;
};

/// Real: float or double. Not for several threads at once.
template <class Real>
class CompiledSheet {
 public:
  /// Errors: G0405, G0404, G0306 as in api/compile.h, G0504 a size has no value; G0212 at these sizes an array is read outside; G0306 no input has the name to stream.
  [[nodiscard]] static tl::expected<CompiledSheet, Diagnostic> of(Session&, const CompileRequest& = {});

  [[nodiscard]] const std::vector<Port>& inputs() const { return inputs_; }
  [[nodiscard]] const std::vector<Port>& outputs() const { return outputs_; }
  /// Parameters get the values that the sheet's initialisers say; constants of the sheet are set from the start.
  void initialise(std::uint64_t seed);
  /// G0306: no such input; G0502: another number of numbers.
  [[nodiscard]] tl::expected<void, Diagnostic> set(std::string_view input, std::span<const Real> numbers);
  /// Empty where there is no such name.
  [[nodiscard]] std::span<Real> input(std::string_view name);
  [[nodiscard]] std::span<const Real> output(std::string_view name) const;
  /// One step with what the inputs hold.
  void run();
  /// So many steps, each with the next numbers of `data` in the inputs that stream. G0502: the data hold another number of numbers.
  [[nodiscard]] tl::expected<void, Diagnostic> run(std::span<const Real> data, std::int64_t steps);
  /// The first number of the first output: the loss.
  [[nodiscard]] Real value() const;
  /// Why it is slower than it could be.
  [[nodiscard]] const std::optional<Diagnostic>& note() const { return plans_.note(); }

 private:
  std::vector<Port> inputs_, outputs_;
  std::vector<Parameter> parameters_;
  CompiledPlans<Real> plans_;
  Workspace<Real> workspace_;
  std::vector<std::span<Real>> streamed_;  ///< where the inputs that stream lie
  std::vector<Real> step_;                 ///< their numbers, for one step
};

extern template class CompiledSheet<float>;
extern template class CompiledSheet<double>;

}  // namespace gradwright
