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
  /// Targets 0 and 1 become -1 and 1.
  void map_to_pm1() { is_mapped_ = true; }
  /// Into the samples: how the numbers of a row are scaled and mapped.
  void tell(Samples&) const;
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
      for (std::size_t k = 0; k < target_places_.size(); ++k) {
        const double x = row[target_places_[k]];
        out[k] = static_cast<Real>(is_mapped_ ? 2 * x - 1 : x);
      }
      return;
    }
    for (std::size_t k = 0; k < target_places_.size(); ++k) out[k] = 0;
    out[static_cast<std::size_t>(*row)] = 1;
  }

 private:
  std::vector<std::size_t> places_, target_places_;  ///< of the entries of an input, in the row of a file
  std::size_t target_width_;
  std::vector<double> mean_, factor_;
  Normalise scaling_ = Normalise::none;
  bool is_mapped_ = false;
};

/// The targets of all samples, as far as their range tells.
struct TargetRange {
  double least = 0, largest = 0;
  bool are_whole = true;
  /// 0 and 1, for an input that is declared to be -1 and 1.
  [[nodiscard]] bool is_zero_to_one() const { return are_whole && least == 0 && largest == 1; }
};

/// Shows rows of the files from the first one on; returns a fault that ends them.
using EachSample =
    std::function<std::optional<Diagnostic>(const double* features, const double* target, std::size_t row)>;
/// What the sheet declares of both inputs holds in each row, as the shaping shows it: labels that can be mapped to that are. `for_each` is
/// called where there is something to look for. Features of a declared kind are not to be scaled: `how` becomes `none`. G0543.
[[nodiscard]] std::optional<Diagnostic> as_declared(
    const Pool&, const TrainTask&, const Samples&, const TargetRange&, RowShaping&, Normalise& how,
    const std::function<std::optional<Diagnostic>(const EachSample&)>& for_each);

}  // namespace gradwright
