// What is trained: a loss, its gradients, and how an optimiser turns gradients into new parameters. All of it formulas.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "derive/structure.h"
#include "ir/evaluate.h"
#include "lower/lower.h"
#include "source/diagnostic.h"

namespace gradwright {

/// A definition of the sheet, and where it stands there.
struct NamedFormula {
  std::string name;
  Expr expr;
  Span span;
};

struct Parameter {
  std::string name;
  Expr input;
  std::string initialiser;  ///< zeros ones glorot he lecun normal uniform; empty: glorot for matrices, else zeros
  std::vector<double> arguments;
  Span span = {};  ///< its declaration
  Structure structure =
      Structure::none;  ///< symmetric, diagonal, lower, upper: every step and the initial value keep it
};

/// One step of an optimiser over all parameters, as formulas.
struct Stepping {
  std::vector<Computation::Update> updates;        ///< of parameters and of states
  std::vector<Expr> states;                        ///< inputs that start as zeros and are kept between steps
  std::vector<std::pair<Expr, double>> constants;  ///< scalar inputs that stay
};
/// From the parameters and the gradients of a step (parallel; the mean over the samples of the step).
using UpdateRule =
    std::function<tl::expected<Stepping, Diagnostic>(Pool&, const std::vector<Parameter>&, const std::vector<Expr>&)>;
/// How an axis-by-axis shape is written: one axis as a column.
[[nodiscard]] Shape surface_of(const DimTable&, Shape);
/// θ ← θ − rate·g
[[nodiscard]] UpdateRule gradient_descent(double rate);

/// A network and what is to be minimised: for one sample, or for as many as the size `batch` says.
struct TrainTask {
  Expr loss;              ///< scalar
  Expr features, target;  ///< the two data inputs
  Expr prediction;        ///< of the shape of `target`; none: no accuracy is measured
  std::string predicted;  ///< its name in the sheet
  std::vector<Parameter> parameters;
  std::vector<Expr> gradients;  ///< parallel to parameters; after them what else is averaged over the samples of a step
  std::vector<NamedFormula> metrics;  ///< scalars: their mean over the samples is told beside the loss
  Bindings fixed;                     ///< constants and the sizes already known
  std::vector<NamedFormula>
      formulas;  ///< definitions that the loss is computed from, in the order of the sheet; the loss last
  /// Adjoints of these and gradients of the parameters, from the loss down: asked for where a training goes wrong.
  std::function<std::vector<NamedFormula>(Pool&)> backward;
  /// What is read outside of an array at these sizes, if anything.
  std::function<std::optional<Diagnostic>(const DimValues&)> outside = [](const DimValues&) { return std::nullopt; };
  /// A size that counts samples, the first or last axis of both data inputs: the sheet speaks of a batch, and is taken as written.
  std::optional<std::string> batch;
};

}  // namespace gradwright
