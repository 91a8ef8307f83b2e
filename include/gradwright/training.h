// Training what a sheet minimises, on a file or on arrays, and applying what was trained to new data.
//
//   const auto trained = gw::train(sheet, "digits.csv.gz", {.epochs = 10, .optimiser = "adam"},
//                                  [](const gw::Epoch& epoch) { std::printf("%d %g\n", epoch.number, epoch.loss); });
//   if (!trained) std::fputs(gw::rendered(trained.error()).c_str(), stderr);
//
// Each function in use: examples/embed/training.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gradwright/program.h>

namespace gw {

/// How features are scaled, by the training part.
enum class Scaling {
  standard,  ///< to mean 0, variance 1
  minmax,    ///< to 0 … 1
  none
};

/// Lines of a CSV with a missing value.
enum class Missing {
  refuse,
  drop,  ///< are left out
  mean   ///< have the mean of the column there
};

struct TrainingOptions {
  int epochs = 30;
  int batch = 16;  ///< samples a step
  /// sgd momentum nesterov adagrad rmsprop adam adamw newton gauss_newton lbfgs, with numbers: adam(rate=0.01);
  /// or a file of formulas, whose name has a point. G0540: what stands beside it changes no step of it.
  std::string optimiser = "sgd";
  std::optional<double> rate = {};  ///< in place of the optimiser's own
  std::string schedule = "";        ///< a factor of the rate at step t: cosine_decay(t,1000), any formula; empty: none
  double clip = 0;                  ///< largest norm of all gradients together; 0: any
  double clip_value = 0;            ///< largest size of each entry of a gradient; 0: any
  double decay = 0;                 ///< adds so much of the parameter to its gradient
  std::uint64_t seed = 1;  ///< of the order of samples and the initial values; the same seed gives the same numbers
  double test = 0.2;       ///< share of the samples that is kept for the test; 0: none
  double validation = 0;   ///< share that is kept beside it, to tell epochs and stop by
  int patience = 0;        ///< end after so many epochs without a better loss of the held part; 0: never
  Scaling scaling = Scaling::standard;
  std::vector<std::string> metrics = {};  ///< scalars that the sheet defines: their mean over the held part is told
  std::string label = "";                 ///< target column of a CSV, by name or number; empty: the last
  Missing missing = Missing::refuse;
  Sizes sizes = {};  ///< that sheet and data leave open
  Precision precision = Precision::float32;
  Backend backend = Backend::automatic;
  int threads = 0;  ///< 0: as many as the machine has
};

/// What one pass over the training part came to. The held part is "test", or "validation" where one is kept.
struct Epoch {
  int number = 0;    ///< from 1
  double loss = 0;   ///< mean over the training part, while it was trained
  std::string held;  ///< empty: none is kept
  double held_loss = 0;
  std::optional<double> held_accuracy;  ///< share of right classes, where targets are classes
  std::optional<double> held_rmse;      ///< root mean square error, where they are numbers
  std::map<std::string, double> metrics;
  double seconds = 0;  ///< since the start
};

/// What a network says of one sample.
struct Predicted {
  std::vector<double> numbers;
  std::string label;  ///< of a class: its name, else its number; empty where the numbers are what is asked for
};

/// A table of predictions.
struct Predictions {
  std::vector<std::string>
      columns;  ///< the name of the target; of several numbers y[1], y[2] …; of probabilities p(class) …
  std::vector<Predicted> rows;  ///< one a sample, in their order
};

struct PredictOptions {
  bool probabilities = false;  ///< of each class, instead of the class
  Backend backend = Backend::automatic;
  std::function<void(const Diagnostic&)> note = {};  ///< hears what ends nothing: columns that are not looked at
  /// Takes each row as it is made, with the names of the columns, and none is kept in `rows`; a fault ends the predictions.
  std::function<Result<void>(const std::vector<std::string>& columns, const Predicted&)> each = {};
};

/// The parameters of a trained network, and how the data of its training became numbers.
class Model {
 public:
  /// Of the sheet that was trained, as `Trained::save`, `gradwright train --save` or a checkpoint keeps it. G0505, G0520: there is no such file; G0306: the
  /// sheet does not declare what it holds; G0507: a parameter is not finite.
  [[nodiscard]] static Result<Model> load(const Sheet&, const std::string& path);

  [[nodiscard]] const std::map<std::string, Array>& parameters() const&;
  [[nodiscard]] std::map<std::string, Array> parameters() && { return std::as_const(*this).parameters(); }
  /// Of the numbers that are kept.
  [[nodiscard]] Precision precision() const;
  /// Whether it says how features were scaled and what the classes are; else both are taken as they are.
  [[nodiscard]] bool knows_data() const;
  /// Whether values of this input of the sheet were scaled in the training.
  [[nodiscard]] bool scales(std::string_view input) const;
  /// Values of an input, one sample or several, as the network sees them: the same where they were not scaled. G0545: they are not samples of so many
  /// features.
  [[nodiscard]] Result<Array> scaled(std::string_view input, const Array&) const;

  /// Of each row of a file: features as those of the training, columns of a CSV by name. The prediction is the last definition of the target's size. G0306:
  /// there is none; G0501, G0502: the parameters are of another sheet; G0545: the data are not as those of the training, or there is no
  /// probability; G0505, G0506: a file cannot be read; G0507: a number is not finite.
  [[nodiscard]] Result<Predictions> predict(const std::string& data, const PredictOptions& = {}) const;
  /// Of samples × features.
  [[nodiscard]] Result<Predictions> predict(const Array& features, const PredictOptions& = {}) const;

 private:
  friend struct Training;
  struct State;
  std::shared_ptr<const State> state_;
};

class Trained {
 public:
  [[nodiscard]] const std::vector<Epoch>& epochs() const&;
  [[nodiscard]] std::vector<Epoch> epochs() && { return std::as_const(*this).epochs(); }
  /// By name, of `best_epoch`.
  [[nodiscard]] const std::map<std::string, Array>& parameters() const&;
  [[nodiscard]] std::map<std::string, Array> parameters() && { return std::as_const(*this).parameters(); }
  [[nodiscard]] int best_epoch() const;
  [[nodiscard]] bool stopped_early() const;
  [[nodiscard]] std::size_t training_samples() const;
  [[nodiscard]] std::size_t test_samples() const;
  /// These parameters on the test part, where epochs were told by a validation part.
  [[nodiscard]] const std::optional<Epoch>& tested() const;
  /// Parameters, and how the data became numbers, as safetensors for `gradwright predict` and `run`: whole or not at all. G0508: it cannot be written.
  [[nodiscard]] Result<void> save(const std::string& path) const;
  /// To be applied to new data.
  [[nodiscard]] Model model() const;

 private:
  friend struct Training;
  struct State;
  std::shared_ptr<const State> state_;
};

/// `data`: a CSV file, or inputs and targets as IDX or NPY "X.npy,y.npy" (gz too), or NPZ "data.npz:x,y". G0405: the sheet minimises nothing; G0306: it
/// has nothing to train, or no such metric; G0502: the data do not fit; G0504: a size is unknown; G0505, G0506, G0507: a file cannot be
/// read; G0543: data are not as declared; G0303, G0304: no such optimiser, or number of it; G0540; G0507: the loss is no longer finite; G0904.
[[nodiscard]] Result<Trained> train(const Sheet&, const std::string& data, const TrainingOptions& = {},
                                    const std::function<void(const Epoch&)>& each = {});
/// `features`: samples × features (further axes of a sample are flattened); `targets`: samples, or samples × outputs.
[[nodiscard]] Result<Trained> train(const Sheet&, const Array& features, const Array& targets,
                                    const TrainingOptions& = {}, const std::function<void(const Epoch&)>& each = {});

}  // namespace gw
