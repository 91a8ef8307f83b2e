// The NumPy reader on any bytes: it must not crash, hang or take much memory; every place stands inside the text; a line with a size is an
// expression of the worksheet language.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "read/numpy/numpy.h"

namespace {

constexpr const char* sheet_text =
    "X : R[m,n]\ny, w : R[m]\nx : R[n]\nA, B : R[n,n]\nparam W2 : R[m,n]\nconst lambda : R = 0.1\nr : R[1,n]\na2 = "
    "sigmoid(W2*x)\nL = sum((a2 - y).^2)\n";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t most = 2048;
  if (size > most) return 0;
  gradwright::Pool pool;
  gradwright::OpenSheet sheet(gradwright::Text("sheet.gw", sheet_text), pool);
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
