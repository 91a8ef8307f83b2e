// Stochastic gradient descent over the reference evaluator: θ ← θ − rate · (1/|batch|) Σ ∂L/∂θ, one sample a time.
#pragma once

#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "ir/evaluate.h"
#include "source/diagnostic.h"
#include "train/load.h"

namespace gradwright {

struct Parameter {
  std::string name;
  Expr input;
  std::string initialiser;  ///< zeros ones glorot he lecun normal uniform; empty: glorot for matrices, else zeros
  std::vector<double> arguments;
};

/// A network for one sample and what is to be minimised.
struct TrainTask {
  Expr loss;                    ///< scalar
  Expr features, target;        ///< the two data inputs
  Expr prediction;              ///< of the shape of `target`; none: no accuracy is measured
  std::vector<Parameter> parameters;
  std::vector<Expr> gradients;  ///< parallel to parameters
  Bindings fixed;               ///< constants and the sizes already known
};

struct TrainOptions {
  int epochs = 30;
  int batch = 16;
  double rate = 0.1;
  double test_fraction = 0.2;
  std::uint64_t seed = 1;
  bool standardise = true;  ///< features to mean 0, variance 1 by the training part
};

struct EpochReport {
  int epoch = 0;
  double loss = 0;           ///< mean over the training part, while it was trained
  double test_accuracy = 0;  ///< share of test samples with the right class; NaN without a prediction
  double seconds = 0;        ///< since the start
};

struct Trained {
  std::vector<EpochReport> epochs;
  std::vector<Tensor> parameters;  ///< parallel to the task's
  std::size_t training_samples = 0, test_samples = 0;
};

/// Errors: G0502 the data do not fit the inputs, G0504 a size is unknown, G0507 the loss is no longer finite.
[[nodiscard]] tl::expected<Trained, Diagnostic> trained(const Pool&, const TrainTask&, const Dataset&, const TrainOptions&,
                                                        const std::function<void(const EpochReport&)>& report);

}  // namespace gradwright
