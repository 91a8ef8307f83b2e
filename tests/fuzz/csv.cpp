// Fuzzes the readers of CSV: whatever the bytes, each ends in finite numbers that fill the shape, or in a Diagnostic; and a window over
// the bytes says the same as all of them at once.
#include "data/csv.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "data/csv_stream.h"
#include "data/load.h"
#include "in_memory_file.h"
#include "sound.h"

using namespace gradwright;

namespace {

constexpr LoadLimits limits{std::uint64_t{1} << 20U};
constexpr Missing modes[] = {Missing::refuse, Missing::drop, Missing::mean};

/// Records, or where they end in a fault, one after another.
std::string records_of(std::string_view bytes, std::size_t window) {
  const auto read = in_memory(bytes)();
  RecordStream stream(*read, "fuzz", window);
  std::vector<Cell> cells;
  std::string text;
  while (true) {
    const auto more = stream.next(cells);
    if (!more) return text + more.error().message + fmt::format("{}", fmt::join(more.error().notes, ""));
    if (!*more) return text;
    text += stream.at(cells.back().text, "", "", "").notes[0];
    for (const Cell& cell : cells) text += '|' + unescaped(cell);
  }
}

/// Both passes over a table with texts and gaps: each row as wide as its features, each target a text that there is.
void read_columns(std::string_view bytes) {
  const auto table = csv_columns(in_memory(bytes), "fuzz");
  if (!table) return require_sound(table.error());
  for (const Missing missing : modes) {
    const std::size_t target = bytes.size() % table->columns.size();
    const CsvColumn& truths = table->columns[target];
    const std::size_t width = table->features(target).size();
    std::size_t rows = 0;
    const auto counts = csv_rows(in_memory(bytes), "fuzz", *table, target, missing, [&](auto features, double truth) {
      require(features.size() == width);
      for (const double x : features) require(std::isfinite(x));
      require(std::isfinite(truth) && (truths.texts.empty() || truth < static_cast<double>(truths.width())));
      ++rows;
      return std::optional<Diagnostic>();
    });
    if (!counts) {
      require_sound(counts.error());
      continue;
    }
    require(counts->rows == rows && rows + counts->dropped == table->lines);
    require(missing == Missing::mean || counts->filled == 0);
  }
}

void require_sound(const Dataset& data) {
  ::require_sound(data.inputs);
  ::require_sound(data.targets);
  require(data.inputs.shape.size() == 2 && data.targets.shape.size() == 1);
  require(data.inputs.shape[0] == data.targets.shape[0] && data.inputs.shape[0] > 0);
  require(data.features.size() == static_cast<std::size_t>(data.inputs.shape[1]));
  for (const double truth : data.targets.data)
    require(data.classes.empty() || (truth >= 0 && truth < static_cast<double>(data.classes.size())));
}

/// A file, with its target named, numbered, numbered from the end or not told.
void load(std::string_view bytes) {
  const InMemoryFile file(bytes);
  const std::string labels[] = {"", "1", "-2", std::string(bytes.substr(0, bytes.find_first_of(",;\t\r\n")))};
  const std::size_t draw = hash_of(0, bytes);
  const auto found = load_dataset({file.path(), labels[draw % 4], modes[draw / 4 % 3]}, limits);
  found ? require_sound(*found) : ::require_sound(found.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ::require_sound(parse_csv(bytes, "fuzz", limits));
  read_columns(bytes);
  require(records_of(bytes, 16) == records_of(bytes, 8192));
  load(bytes);
  return 0;
}
