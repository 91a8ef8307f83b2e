// From rows of a file to samples: which sizes they give the inputs, which part they belong to, and how the numbers of a row lie and scale
// in an input.
#pragma once

#include <functional>

#include "train/samples.h"

namespace gradwright {

struct DataExtents {
  std::int64_t count = 0, width = 0, target_width = 0;
  double largest = 0;  ///< of the targets
};
/// Slots and sizes, no rows yet. Errors as of samples_of.
[[nodiscard]] tl::expected<Samples, Diagnostic> shaped(const Pool&, const TrainTask&, const DataExtents&);
/// Sets how many samples each part has. G0502: none is left for the training.
[[nodiscard]] std::optional<Diagnostic> split(Samples&, std::size_t count, const SplitOptions&);

class RowShaping {
 public:
  /// `target_width`: numbers of a target in the file; 1 for labels of a target with several entries.
  RowShaping(const Samples&, std::size_t target_width);

  using EachRow = std::function<void(const double* features)>;
  /// `for_each_row` shows the training rows; twice for `standard`.
  void normalise(Normalise, const std::function<void(const EachRow&)>& for_each_row, std::size_t training);
  /// G0502 where a label is no class of the target.
  [[nodiscard]] std::optional<Diagnostic> misfit(double label, std::size_t sample) const;

  template <class Real>
  void input(const double* row, Real* out) const {
    for (std::size_t k = 0; k < places_.size(); ++k)
      out[k] = static_cast<Real>((row[places_[k]] - mean_[k]) * factor_[k]);
  }
  template <class Real>
  void truth(const double* row, Real* out) const {
    if (target_width_ == target_places_.size()) {
      for (std::size_t k = 0; k < target_places_.size(); ++k) out[k] = static_cast<Real>(row[target_places_[k]]);
      return;
    }
    for (std::size_t k = 0; k < target_places_.size(); ++k) out[k] = 0;
    out[static_cast<std::size_t>(*row)] = 1;
  }

 private:
  std::vector<std::size_t> places_, target_places_;  ///< of the entries of an input, in the row of a file
  std::size_t target_width_;
  std::vector<double> mean_, factor_;
};

}  // namespace gradwright
