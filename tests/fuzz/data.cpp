// Fuzzes the readers of data files: whatever the bytes, each ends in finite numbers that fill the shape, or in a
// Diagnostic.
#include <cstdint>
#include <string_view>

#include "data/csv.h"
#include "data/csv_columns.h"
#include "data/idx.h"
#include "data/npy.h"
#include "sound.h"

using namespace gradwright;

namespace {

/// Both passes over a table with texts and gaps: each row as wide as its features, each target a text that there is.
void read_columns(std::string_view bytes) {
  const auto table = csv_columns(in_memory(bytes), "fuzz");
  if (!table) return require_sound(table.error());
  for (const Missing missing : {Missing::refuse, Missing::drop, Missing::mean}) {
    const std::size_t target = table->columns.size() / 2;
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
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr LoadLimits limits{std::uint64_t{1} << 20U};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  require_sound(parse_csv(bytes, "fuzz", limits));
  read_columns(bytes);
  require_sound(parse_npy(bytes, "fuzz", limits));
  require_sound(parse_idx(bytes, "fuzz", limits));
  if (const auto content = inflated(bytes, "fuzz", limits)) require_sound(parse_csv(*content, "fuzz", limits));
  return 0;
}
