// The LaTeX reader on any bytes: it must not crash, hang or take much memory; every place stands inside the text, and what a reading
// says it means is an expression of the worksheet language.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "read/latex/latex.h"

namespace {

constexpr const char* sheet_text =
    "X : R[m,n]\ny, w : R[m]\nx : R[n]\nA, B : R[n,n]\nparam W2 : R[m,n]\nconst lambda : R = 0.1\nyhat : R[m]\na2 = "
    "sigmoid(W2*x)\nL = sum((a2 - y).^2)\n";

void check(const gradwright::ReadDocument& document, std::size_t size) {
  const auto stands = [&](gradwright::Span span) {
    if (span.begin > size || span.end > size) std::abort();
  };
  for (const gradwright::Diagnostic& one : document.diagnostics) stands(one.span);
  for (const gradwright::ReadEquation& equation : document.equations) {
    stands(equation.span);
    for (const gradwright::ReadSide& side : equation.sides) {
      stands(side.span);
      for (const gradwright::Diagnostic& one : side.diagnostics) {
        stands(one.span);
        if (one.message.empty()) std::abort();
      }
      if (side.readings.empty() && side.diagnostics.empty()) std::abort();
      for (const gradwright::Reading& reading : side.readings) {
        for (const auto& part : reading.map.parts) stands(part.source);
      }
    }
  }
}

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
  const gradwright::Text text("fuzz.tex", std::string(reinterpret_cast<const char*>(data), size));
  check(gradwright::read_latex(text, {0, static_cast<std::uint32_t>(size)}, sheet), size);
  check(gradwright::read_latex_document(text, sheet), size);
  return 0;
}
