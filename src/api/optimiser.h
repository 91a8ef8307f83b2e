// Optimisers as formulas. An optimiser is a few lines of the worksheet language about one parameter `theta`, its gradient `g` (the mean over
// the samples of the step), the step `t` from 1, and `norm`, the norm of all gradients together. `name = …` is a number or a formula;
// `name := …` gives a new value, which the lines below see. A name that only `:=` gives a value is a state: it starts at zero, has the
// size of theta, and is kept to the next step.
//   beta = 0.9
//   v := beta*v + g
//   theta := theta - rate*v
// What is wrong with them is told at its place in their own text.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "sheet/session.h"
#include "train/full_batch.h"

namespace gradwright {

struct NamedOptimiser {
  std::string_view name;
  std::string_view lines;
};
/// sgd momentum nesterov adagrad rmsprop adam adamw newton gauss_newton lbfgs
[[nodiscard]] const std::vector<NamedOptimiser>& optimisers();

/// Lines, and what to call them where they are at fault: a file, an option.
struct Lines {
  std::string name, text;
};
struct OptimiserOptions {
  Lines lines;                                ///< of the optimiser
  std::map<std::string, std::string> values;  ///< in the place of what the lines say: `rate` → `0.01`
  std::vector<Lines> before;  ///< what comes after the numbers, before the formulas: clipping, decay, schedule
};
/// `adam`, `adam(rate=0.01,beta1=0.8)`; for another name `lines_of(name)`, the text of a file, is asked for.
/// G0303: there is no such optimiser; G0304: it has no such number.
[[nodiscard]] tl::expected<OptimiserOptions, Diagnostic> optimiser_named(
    const std::string& text, const std::function<std::optional<std::string>(const std::string&)>& lines_of);
/// A line of the optimiser computes with this name: with another `rate` or `g` its steps are others.
[[nodiscard]] bool mentions(const OptimiserOptions&, const std::string& name);
/// What is wrong with the lines, at its place in the text they are from.
struct OptimiserFault {
  Diagnostic diagnostic;
  std::shared_ptr<const Text> text;
};
/// Errors of a sheet; G0216: a new value of another size; G0113: no line gives `theta` a new value.
[[nodiscard]] std::optional<OptimiserFault> optimiser_fault(Pool&, const OptimiserOptions&,
                                                            const std::vector<Parameter>&);
/// Its errors are those of `optimiser_fault`, without a place.
[[nodiscard]] UpdateRule update_rule(OptimiserOptions);

/// The method behind lines that speak of `H`, the Hessian of the loss by all parameters as one column `theta`, or of `G`, its Gauss–Newton
/// matrix; and behind `lbfgs`. Such a method takes all samples a step. None: lines about one parameter, for `update_rule`.
/// Errors are those of `optimiser_fault`; G0304: clipping, decay or a schedule for L-BFGS, which has no formula.
[[nodiscard]] tl::expected<std::shared_ptr<const FullBatch>, OptimiserFault> full_batch_method(const OptimiserOptions&);

}  // namespace gradwright
