// `gradwright train`, as the command line says it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "effect.h"
#include "sheet/public_values.h"
#include "train/train.h"

namespace gradwright::cli {

struct TrainCommand {
  std::string file;
  DatasetSpec data;
  TrainOptions options;
  std::string backend = "auto";  ///< auto, llvm, c, interpreter, oracle
  std::string precision = "float32";
  std::vector<std::string> sizes;  ///< n=64
  bool stream = false;
  bool in_memory = false;                      ///< however large the data are; neither: as the memory demands
  std::string missing = "refuse";              ///< refuse, drop, mean
  std::string normalise = "standard";          ///< standard, minmax, none
  std::string optimiser = "sgd";               ///< adam, adam(rate=0.01), a file of formulas
  std::string schedule;                        ///< a factor of the rate, a formula in t
  double clip = 0, clip_value = 0, decay = 0;  ///< 0: none
  GivenOptions given;                          ///< which of these were given
  bool has_window = false;                     ///< options.split.window_bytes was given
  std::vector<std::string> metrics;            ///< definitions of the sheet
  std::string log, tensorboard, plot;          ///< where they go; empty: nowhere
  bool quiet = false, json = false;
  std::string ranks = "auto";  ///< auto, solo, mpi: see ranks.h
  std::string save;            ///< where the parameters go at the end; empty: nowhere
};
[[nodiscard]] int run_train(TrainCommand, const Streams&);

/// A fault of what is below the face, in its words, with its place in a text.
[[nodiscard]] inline gw::Diagnostic in_public(const Diagnostic& one, const Text& text = Text("", "")) {
  return gw::public_fault(one, std::make_shared<const gw::Source>(text));
}

}  // namespace gradwright::cli
