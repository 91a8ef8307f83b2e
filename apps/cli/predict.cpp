// `gradwright predict`: what a trained network says of new data, row by row.
#include <gradwright/training.h>

#include <fmt/format.h>

#include <cstdio>

#include "commands.h"
#include "outputs.h"

namespace gradwright::cli {
namespace {

constexpr std::size_t bytes_at_once = std::size_t{1} << 16U;

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r;") == std::string::npos && !text.empty()) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells) text += (text.empty() ? "" : ",") + csv_cell(cell);
  return text + "\n";
}

/// The class; else the numbers, as exactly as they are computed.
std::string line_of(const gw::Predicted& row, gw::Precision precision) {
  if (!row.label.empty()) return line_of({row.label});
  std::vector<std::string> cells;
  for (const double number : row.numbers)
    cells.push_back(precision == gw::Precision::float32 ? fmt::format("{}", static_cast<float>(number))
                                                        : fmt::format("{}", number));
  return line_of(cells);
}

/// To a file that is there whole at the end, or to standard output.
class Sink {
 public:
  [[nodiscard]] static gw::Result<Sink> to(const std::string& path) {
    Sink sink;
    if (path.empty()) return sink;
    auto file = gw::NewFile::open(path);
    if (!file) return tl::unexpected(file.error());
    sink.file_ = *std::move(file);
    return sink;
  }
  [[nodiscard]] gw::Result<void> put(const std::string& text) {
    pending_ += text;
    if (pending_.size() < bytes_at_once) return {};
    return flush();
  }
  [[nodiscard]] gw::Result<void> finish() {
    const auto flushed = flush();
    return flushed && file_ ? file_->finish() : flushed;
  }

 private:
  gw::Result<void> flush() {
    const std::string text = std::move(pending_);
    pending_.clear();
    if (file_) return file_->write(text);
    std::fwrite(text.data(), 1, text.size(), stdout);  // a fault of it is told at the end of the program
    return {};
  }
  std::optional<gw::NewFile> file_;
  std::string pending_;
};

/// Nothing that is read is written over, and the output is what its name says.
std::optional<gw::Diagnostic> fault_of_output(const PredictCommand& command) {
  const NamedFile output{"`--output`", command.output};
  std::vector<NamedFile> inputs = files_of("`--data`", command.data);
  inputs.push_back({"the sheet", command.file});
  inputs.push_back({"`--parameters`", command.parameters});
  auto fault = lost_file(inputs, {output});
  return fault ? fault : misnamed(output, {".csv"});
}

/// A line of names, and a line a row.
gw::Result<void> write_predictions(const gw::Model& model, const PredictCommand& command) {
  auto sink = Sink::to(command.output);
  if (!sink) return tl::unexpected(sink.error());
  bool is_headed = false;
  const auto head = [&](const std::vector<std::string>& columns) -> gw::Result<void> {
    if (std::exchange(is_headed, true)) return {};
    return sink->put(line_of(columns));
  };
  gw::PredictOptions options;
  options.probabilities = command.probabilities;
  options.backend = backend_named(command.backend);
  options.note = show_note;
  options.each = [&](const std::vector<std::string>& columns, const gw::Predicted& row) {
    return head(columns).and_then([&] { return sink->put(line_of(row, model.precision())); });
  };
  const auto told = model.predict(command.data, options);
  if (!told) return tl::unexpected(told.error());
  return head(told->columns).and_then([&] { return sink->finish(); });
}

}  // namespace

int run_predict(const PredictCommand& command, const Streams& streams) {
  const auto sheet = sheet_in(command.file, streams);
  if (!sheet) return environment_fault;
  if (const auto fault = fault_of_output(command)) return show_fault(*fault, streams);
  show(sheet->diagnostics(), streams);
  if (sheet->has_errors()) return input_fault;
  const auto model = gw::Model::load(*sheet, command.parameters);
  if (!model) return show_fault(model.error(), streams);
  const auto written = write_predictions(*model, command);
  return written ? fine : show_fault(written.error(), streams);
}

}  // namespace gradwright::cli
