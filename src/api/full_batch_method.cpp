// Methods that take all samples a step, from the lines of an optimiser.
#include <charconv>

#include "api/curvature.h"
#include "api/optimiser_sheet.h"

namespace gradwright {
namespace {

std::string given(const std::string& curvature, std::size_t parameters) {
  const std::string n = std::to_string(parameters);
  return "theta, g : R[" + n + "]\n" + curvature + " : R[" + n + "," + n + "] symmetric\nt, norm, loss, damping : R\n";
}

tl::expected<StackedStep, OptimiserFault> step_of(Pool& pool, const OptimiserSheet& sheet, const std::string& curvature,
                                                  std::size_t parameters) {
  const auto read = sheet.read(pool, given(curvature, parameters));
  if (!read) return tl::unexpected(read.error());
  StackedStep step;
  step.theta = read->input("theta");
  step.g = read->input("g");
  step.curvature = read->input(curvature.c_str());
  step.t = read->input("t");
  step.norm = read->input("norm");
  step.loss = read->input("loss");
  step.damping = read->input("damping");
  step.is_damped = sheet.mentions("damping");
  step.next.push_back(read->value("theta"));
  for (const Declaration& state : read->states) {
    step.states.push_back(state.input);
    step.next.push_back(read->value(state.name));
  }
  return step;
}

tl::expected<std::shared_ptr<const FullBatch>, OptimiserFault> lbfgs(const OptimiserOptions& options) {
  const auto fault = [](const std::string& name, const std::string& text, const char* code, const char* message,
                        const char* help) {
    return tl::unexpected(
        OptimiserFault{error(code, message).at({0, static_cast<std::uint32_t>(text.size())}).help(help),
                       std::make_shared<Text>(name, text)});
  };
  if (!options.before.empty())
    return fault(options.before[0].name, options.before[0].text.substr(0, options.before[0].text.find('\n')), "G0304",
                 "L-BFGS searches the length of its steps itself and takes no such line",
                 "a penalty stands in the loss of the sheet: `L = … + 0.01*l2(w)`");
  auto method = std::make_shared<FullBatch>();
  if (const auto given = options.values.find("history"); given != options.values.end()) {
    const std::string& text = given->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), method->history);
    if (error != std::errc() || end != text.data() + text.size() || method->history < 1 || method->history > 1000)
      return fault("history", text, "G0304", "the history of L-BFGS is a number of steps from 1 to 1000",
                   "write `lbfgs(history=10)`");
  }
  return method;
}

}  // namespace

tl::expected<std::shared_ptr<const FullBatch>, OptimiserFault> full_batch_method(const OptimiserOptions& options) {
  if (options.lines.name == "lbfgs") return lbfgs(options);
  const OptimiserSheet sheet(options);
  const bool is_newton = sheet.mentions("H");
  if (!is_newton && !sheet.mentions("G")) return nullptr;
  const std::string name = is_newton ? "H" : "G";
  Pool trial;
  if (auto step = step_of(trial, sheet, name, 3); !step) return tl::unexpected(std::move(step.error()));
  auto method = std::make_shared<FullBatch>();
  method->step = [sheet, name](Pool& pool, std::size_t parameters) -> tl::expected<StackedStep, Diagnostic> {
    auto step = step_of(pool, sheet, name, parameters);
    if (!step) return tl::unexpected(std::move(step.error().diagnostic));
    return *std::move(step);
  };
  method->curvature = [is_newton](Pool& pool, const TrainTask& task) -> tl::expected<std::vector<Expr>, Diagnostic> {
    if (is_newton) return hessian_blocks(pool, task);
    return gauss_newton_blocks(pool, task);
  };
  return method;
}

}  // namespace gradwright
