#include "commands.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "api/train_task.h"

namespace gradwright::cli {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

/// ▁▂▃▄▅▆▇█, one bar an epoch (or a few), height by the logarithm of the loss.
std::string loss_curve(const std::vector<EpochReport>& epochs, bool unicode) {
  double low = INFINITY;
  double high = -INFINITY;
  for (const EpochReport& line : epochs) {
    low = std::min(low, std::log(line.loss + 1e-12));
    high = std::max(high, std::log(line.loss + 1e-12));
  }
  static constexpr const char* bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr const char* plain[] = {"_", ".", ".", "-", "-", "=", "=", "#"};
  std::string curve;
  const std::size_t stride = epochs.size() / 60 + 1;
  for (std::size_t i = 0; i < epochs.size(); i += stride) {
    const double height = high > low ? (std::log(epochs[i].loss + 1e-12) - low) / (high - low) : 0;
    curve += (unicode ? bars : plain)[static_cast<std::size_t>(height * 7.999)];
  }
  return curve;
}

}  // namespace

std::optional<Text> read_text(const std::string& path, const Streams&) {
  std::ostringstream content;
  if (path == "-") {
    content << std::cin.rdbuf();
    return Text("<stdin>", content.str());
  }
  std::ifstream file(path, std::ios::binary);
  if (file) content << file.rdbuf();
  if (!file || content.fail()) {
    print(stderr, fmt::format("error[G0505]: cannot read `{}`\n  = help: check the path; `-` reads standard input\n", path));
    return std::nullopt;
  }
  return Text(path, content.str());
}

int show_fault(const Diagnostic& diagnostic, const Text& text, const Streams& streams) {
  const bool has_place = !diagnostic.span.is_empty();
  print(stderr, has_place ? terminal_text(diagnostic, text, streams.err) : fmt::format("error[{}]: {}\n", diagnostic.code, diagnostic.message));
  for (const std::string& help : diagnostic.helps) {
    if (!has_place) print(stderr, fmt::format("  = help: {}\n", help));
  }
  return diagnostic.code == "G0505" ? environment_fault : input_fault;
}

void show_diagnostics(const Session& session, const Streams& streams) {
  if (!session.diagnostics().empty()) print(stderr, terminal_text(session.diagnostics(), session.text(), streams.err));
}

int run_fmt(const std::string& file, bool write, const Streams& streams) {
  const auto text = read_text(file, streams);
  if (!text) return environment_fault;
  const std::string result = formatted(*text);
  if (!write || file == "-") {
    print(stdout, result);
    return fine;
  }
  if (result == text->content()) return fine;
  std::ofstream out(file, std::ios::binary);
  if (!(out << result)) {
    print(stderr, fmt::format("error[G0505]: cannot write `{}`\n  = help: check the permissions of the file\n", file));
    return environment_fault;
  }
  return fine;
}

int run_train(const std::string& file, const DatasetSpec& spec, const TrainOptions& options, const Streams& streams) {
  const auto text = read_text(file, streams);
  if (!text) return environment_fault;
  Session session(*text);
  show_diagnostics(session, streams);
  if (session.has_errors()) return input_fault;
  const auto task = train_task(session);
  if (!task) return show_fault(task.error(), *text, streams);
  const auto data = load_dataset(spec);
  if (!data) return show_fault(data.error(), Text(spec.source, ""), streams);
  const auto result = trained(session.pool(), *task, *data, options, [&](const EpochReport& line) {
    print(stdout, fmt::format("epoch {:>3}/{}   loss {:.5f}   test accuracy {:>6.2f} %   {:.1f} s\n", line.epoch, options.epochs, line.loss,
                              100 * line.test_accuracy, line.seconds));
    std::fflush(stdout);
  });
  if (!result) return show_fault(result.error(), *text, streams);
  const EpochReport& last = result->epochs.back();
  print(stdout, fmt::format("\nloss {} {:.5f} → {:.5f}\n", loss_curve(result->epochs, streams.out.unicode), result->epochs.front().loss, last.loss));
  print(stdout, fmt::format("trained on {} samples, tested on {}: accuracy {:.2f} %\n", result->training_samples, result->test_samples, 100 * last.test_accuracy));
  return fine;
}

}  // namespace gradwright::cli
