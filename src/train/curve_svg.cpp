#include "train/curve_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradwright {
namespace {

constexpr double width = 720, height = 400, left = 70, right = 20, top = 40, bottom = 50;
constexpr std::size_t points_at_most = 1000;

constexpr const char* style = R"(<style>
  svg { background: #ffffff; color: #24292f; --training: #0969da; --held: #bc4c00 }
  @media (prefers-color-scheme: dark) { svg { background: #0d1117; color: #e6edf3; --training: #58a6ff; --held: #f0883e } }
  text { font: 12px sans-serif; fill: currentColor }
  .title { font-size: 14px; font-weight: bold }
  .grid { stroke: currentColor; stroke-opacity: .15 }
  .axis { stroke: currentColor; fill: none }
  .training { stroke: var(--training) }
  .held { stroke: var(--held); stroke-dasharray: 6 3 }
  .training, .held { stroke-width: 2; fill: none; stroke-linejoin: round; stroke-linecap: round }
  .best { stroke: currentColor; stroke-opacity: .5; stroke-dasharray: 2 3 }
</style>
)";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text)
    result += c == '<'                               ? "&lt;"
              : c == '>'                             ? "&gt;"
              : c == '&'                             ? "&amp;"
              : static_cast<unsigned char>(c) < 0x20 ? " "
                                                     : std::string(1, c);
  return result;
}

/// 1, 2 or 5 times a power of ten, at least `least`.
double round_step(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

/// An axis from low to high, in its own scale.
struct Axis {
  double low = 0, high = 1;
  bool is_logarithmic = false;
  [[nodiscard]] double scaled(double x) const { return is_logarithmic ? std::log10(x) : x; }
  [[nodiscard]] double share(double x) const { return (scaled(x) - scaled(low)) / (scaled(high) - scaled(low)); }
  [[nodiscard]] std::vector<double> ticks() const {
    std::vector<double> all;
    if (is_logarithmic) {
      const double decades = std::log10(high / low);
      const int stride = std::max(1, static_cast<int>(decades / 6));
      const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9));
      for (int power = first; power <= std::log10(high) + 1e-9; power += stride) {
        for (const double factor : {1.0, 2.0, 5.0}) {
          const double tick = factor * std::pow(10, power);
          if ((factor == 1 || decades < 2) && tick <= high * (1 + 1e-9)) all.push_back(tick);
        }
      }
      for (const double factor : {5.0, 2.0}) {
        const double tick = factor * std::pow(10, first - 1);
        if (decades < 2 && tick >= low * (1 - 1e-9)) all.insert(all.begin(), tick);
      }
      return all;
    }
    const double step = round_step((high - low) / 6);
    for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i) all.push_back(i * step);
    return all;
  }
};

double x_of(const Axis& axis, double x) { return left + axis.share(x) * (width - left - right); }
double y_of(const Axis& axis, double y) { return height - bottom - axis.share(y) * (height - top - bottom); }

Axis loss_axis(const std::vector<EpochReport>& epochs) {
  double low = INFINITY, high = -INFINITY;
  for (const EpochReport& line : epochs) {
    for (const double loss : {line.loss, line.test_loss}) {
      if (!std::isfinite(loss)) continue;
      low = std::min(low, loss);
      high = std::max(high, loss);
    }
  }
  if (!(low <= high)) return {};
  if (low > 0 && high / low >= 10) return {low / 1.1, high * 1.1, true};
  const double margin = high > low ? (high - low) / 20 : std::max(1e-12, std::fabs(high) / 10);
  return {low - margin, high + margin, false};
}

template <class Value>
std::string line_of(const std::vector<EpochReport>& epochs, const Axis& across, const Axis& up, const char* kind,
                    const Value& value) {
  const std::size_t stride = (epochs.size() + points_at_most - 1) / points_at_most;
  std::string path;
  bool is_open = false;
  for (std::size_t i = 0; i < epochs.size(); i += stride) {
    const EpochReport& line = epochs[i + stride >= epochs.size() ? epochs.size() - 1 : i];
    const double loss = value(line);
    if (!std::isfinite(loss)) {
      is_open = false;
      continue;
    }
    path += fmt::format("{}{:.1f},{:.1f}", is_open ? "L" : "M", x_of(across, line.epoch), y_of(up, loss));
    if (!is_open)
      path += fmt::format("L{:.1f},{:.1f}", x_of(across, line.epoch), y_of(up, loss));  // a lone epoch is a dot
    is_open = true;
  }
  return fmt::format("<path class=\"{}\" d=\"{}\"/>\n", kind, path);
}

std::string legend(const char* kind, std::string_view name, double y) {
  const double x = width - right - 130;
  return fmt::format("<path class=\"{}\" d=\"M{},{}h26\"/><text x=\"{}\" y=\"{}\">{}</text>\n", kind, x, y, x + 32,
                     y + 4, escaped(name));
}

}  // namespace

std::string curve_svg(const std::vector<EpochReport>& epochs, std::string_view title, int best_epoch) {
  const int last = epochs.empty() ? 1 : epochs.back().epoch;
  const int first = epochs.empty() ? 0 : epochs.front().epoch;
  const Axis across{static_cast<double>(first), static_cast<double>(std::max(last, first + 1)), false};
  const Axis up = loss_axis(epochs);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" role=\"img\">\n<title>{2}</title>\n",
      width, height, escaped(title));
  svg += style;
  svg += fmt::format("<text class=\"title\" x=\"{}\" y=\"22\">{}</text>\n", left, escaped(title));
  for (const double tick : up.ticks()) {
    const double y = y_of(up, tick);
    svg += fmt::format(
        "<path class=\"grid\" d=\"M{},{:.1f}H{}\"/><text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{:.4g}</text>\n",
        left, y, width - right, left - 8, y + 4, std::fabs(tick) < 1e-12 * (up.high - up.low) ? 0 : tick);
  }
  for (const double tick : across.ticks()) {
    if (tick != std::floor(tick)) continue;
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", x_of(across, tick),
                       height - bottom + 18, tick);
  }
  svg += fmt::format("<path class=\"axis\" d=\"M{0},{1}V{2}H{3}\"/>\n", left, top, height - bottom, width - right);
  svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">epoch</text>\n", (left + width - right) / 2,
                     height - 12);
  svg += fmt::format("<text transform=\"translate(18,{}) rotate(-90)\" text-anchor=\"middle\">loss{}</text>\n",
                     (top + height - bottom) / 2, up.is_logarithmic ? " (logarithmic)" : "");
  if (best_epoch > 0 && best_epoch < last)
    svg += fmt::format(
        "<path class=\"best\" d=\"M{0:.1f},{1}V{2}\"/><text x=\"{0:.1f}\" y=\"{3}\" "
        "text-anchor=\"middle\">best</text>\n",
        x_of(across, best_epoch), top, height - bottom, top - 4);
  svg += line_of(epochs, across, up, "training", [](const EpochReport& line) { return line.loss; });
  svg += legend("training", "training", top + 12);
  const std::string held = epochs.empty() ? "test" : epochs.front().held;
  if (!held.empty()) {
    svg += line_of(epochs, across, up, "held", [](const EpochReport& line) { return line.test_loss; });
    svg += legend("held", held, top + 30);
  }
  return svg + "</svg>\n";
}

}  // namespace gradwright
