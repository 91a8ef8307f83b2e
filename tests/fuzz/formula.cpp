// The worksheet reader and formatter on any bytes: they must not crash, hang or take much memory.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "read/formula/program.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t most = 4096;
  if (size > most) return 0;
  const gradwright::Text text("fuzz.gw", std::string(reinterpret_cast<const char*>(data), size));
  gradwright::Pool pool;
  const gradwright::Program program = gradwright::read_formula(text, pool);
  for (const gradwright::Diagnostic& diagnostic : program.diagnostics) {
    if (diagnostic.span.begin > size || diagnostic.span.end > size || diagnostic.message.empty()) std::abort();
  }
  const std::string once = gradwright::formatted(text);
  if (gradwright::formatted(gradwright::Text("fuzz.gw", once)) != once) std::abort();
  return 0;
}
