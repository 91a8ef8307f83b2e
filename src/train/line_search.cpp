#include "train/line_search.h"

#include <cmath>

namespace gradwright {
namespace {

constexpr double decrease = 1e-4, curvature = 0.9;
constexpr double loss_rounding = 1e-13;  ///< of the loss, relative
constexpr int most_lengths = 40;

class WolfeSearch {
 public:
  WolfeSearch(const SlopeAt& start, const std::function<SlopeAt(double)>& at) : start_(start), at_(at) {}

  double from(double length) {
    double low = 0;
    SlopeAt at_low = start_;
    for (int i = 0; i < most_lengths; ++i, length *= 2) {
      const SlopeAt here = at_(length);
      if (!std::isfinite(here.value) || !std::isfinite(here.slope)) return zoomed(low, at_low, length);
      if (!falls(length, here) || (i > 0 && here.value > at_low.value && !is_flat(here)))
        return zoomed(low, at_low, length);
      if (std::fabs(here.slope) <= -curvature * start_.slope) return length;
      if (here.slope >= 0) return zoomed(length, here, low);
      low = length;
      at_low = here;
    }
    return low;
  }

 private:
  [[nodiscard]] bool is_flat(const SlopeAt& here) const {
    return here.value <= start_.value + loss_rounding * std::fabs(start_.value) &&
           here.slope <= (2 * decrease - 1) * start_.slope;
  }
  [[nodiscard]] bool falls(double length, const SlopeAt& here) const {
    return here.value <= start_.value + decrease * length * start_.slope || is_flat(here);
  }

  /// `low` falls enough; between it and `high` there is a good length.
  double zoomed(double low, SlopeAt at_low, double high) {
    for (int i = 0; i < most_lengths; ++i) {
      const double middle = low + (high - low) / 2;
      const SlopeAt here = at_(middle);
      const bool is_finite = std::isfinite(here.value) && std::isfinite(here.slope);
      if (!is_finite || !falls(middle, here) || (here.value >= at_low.value && !is_flat(here))) {
        high = middle;
        continue;
      }
      if (std::fabs(here.slope) <= -curvature * start_.slope) return middle;
      if (here.slope * (high - low) >= 0) high = low;
      low = middle;
      at_low = here;
    }
    return low;
  }

  const SlopeAt& start_;
  const std::function<SlopeAt(double)>& at_;
};

}  // namespace

double wolfe_step(const SlopeAt& start, double first, const std::function<SlopeAt(double)>& at) {
  return WolfeSearch(start, at).from(first);
}

}  // namespace gradwright
