#include "progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "width.h"

namespace gradwright::cli {
namespace {

constexpr double pause = 0.1;  ///< seconds between two writings

std::string duration(double seconds) {
  const auto whole = static_cast<long long>(std::min(seconds, 1e12) + 0.5);
  if (whole >= 3600) return fmt::format("{}:{:02d}:{:02d}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02d}", whole / 60, whole % 60);
}

}  // namespace

std::string progress_text(const Progress& now, int epochs) {
  const double share = static_cast<double>(now.samples) / static_cast<double>(now.of);
  const double done = now.epoch - 1 + share;
  const double epoch_seconds = std::max(now.epoch_seconds, 1e-9);
  const auto trained = static_cast<double>(now.samples - now.samples_before);
  return fmt::format("epoch {}/{}  {:3.0f} %   loss {:.5f}   {:.0f} samples/s   {:.0f} steps/s   {} left", now.epoch,
                     epochs, 100 * share, now.loss, trained / epoch_seconds,
                     static_cast<double>(now.steps) * trained / static_cast<double>(now.samples) / epoch_seconds,
                     duration(now.seconds * (epochs - done) / (done - now.begun)));
}

ProgressLine::ProgressLine(bool wanted) : is_shown_(wanted && isatty(STDERR_FILENO) != 0) {
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") is_shown_ = false;
}

void ProgressLine::show(const Progress& now, int epochs) {
  if (!is_shown_ || (now.seconds - last_ < pause && now.seconds >= last_)) return;
  last_ = now.seconds;
  const std::string text = "\r\x1b[K" + progress_text(now, epochs).substr(0, terminal_width(STDERR_FILENO) - 1);
  std::fwrite(text.data(), 1, text.size(), stderr);
  is_written_ = true;
}

void ProgressLine::clear() {
  if (!is_written_) return;
  std::fputs("\r\x1b[K", stderr);
  is_written_ = false;
}

}  // namespace gradwright::cli
