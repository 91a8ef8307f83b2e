// Averages: loss, gradients and what else a task lists beside them, over many samples at given parameters.
#pragma once

#include "train/engine.h"

namespace gradwright {

class Averages {
 public:
  struct Found {
    double loss = 0;               ///< mean over the samples
    std::vector<double> gradient;  ///< of all parameters, one after another
    std::vector<std::vector<double>> others;
  };
  /// `others`: averaged too; `batch`: samples a call of the program.
  [[nodiscard]] static tl::expected<std::unique_ptr<Averages>, Diagnostic> of(Pool&, const TrainTask&,
                                                                              std::vector<Expr> others, const Samples&,
                                                                              EngineOptions, std::size_t batch);
  [[nodiscard]] Found at(const std::vector<Tensor>& parameters, std::span<const std::size_t> samples);
  [[nodiscard]] Engine& engine() { return *engine_; }

 private:
  explicit Averages(const TrainTask& task) : task_(task) {}
  TrainTask task_;  ///< with the others among its gradients; the engine refers to it
  std::size_t batch_ = 1;
  std::unique_ptr<Engine> engine_;
};

}  // namespace gradwright
