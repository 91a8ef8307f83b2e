// The NumPy reader on any bytes: it must not crash, hang or take much memory; every place stands inside the text; a line with a size is an
// expression of the worksheet language.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "read/numpy/numpy.h"

namespace {

constexpr const char* sheet_text =
    "X : R[m,n]\ny, w : R[m]\nx : R[n]\nA, B : R[n,n]\nparam W2 : R[m,n]\nconst lambda : R = 0.1\nr : R[1,n]\na2 = "
    "sigmoid(W2*x)\nL = sum((a2 - y).^2)\n";

/// One sheet for many inputs: opening it costs more than reading them.
gradwright::OpenSheet& open_sheet() {
  static std::unique_ptr<gradwright::Pool> pool;
  static std::unique_ptr<gradwright::OpenSheet> sheet;
  static int uses = 0;
  if (uses++ % 256 == 0) {
    sheet.reset();
    pool = std::make_unique<gradwright::Pool>();
    sheet = std::make_unique<gradwright::OpenSheet>(gradwright::Text("sheet.gw", sheet_text), *pool);
  }
  return *sheet;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t most = 2048;
  if (size > most) return 0;
  gradwright::OpenSheet& sheet = open_sheet();
  const gradwright::Text text("fuzz.py", std::string(reinterpret_cast<const char*>(data), size));
  const auto stands = [&](gradwright::Span span) {
    if (span.begin > size || span.end > size) std::abort();
  };
  const gradwright::ReadCode code = gradwright::read_numpy_file(text, sheet);
  if (code.readings.empty()) std::abort();
  for (const gradwright::Diagnostic& one : code.diagnostics) {
    stands(one.span);
    if (one.message.empty()) std::abort();
  }
  for (const gradwright::NumpyAssignment& line : code.readings[0].assignments) {
    stands(line.span);
    stands(line.target_span);
    for (const auto& part : line.reading.map.parts) stands(part.source);
    (void)sheet.value(line.reading.gw);
  }
  return 0;
}
