#include "emit/llvm_function.h"

#include <bit>

namespace gradwright::emitting {

std::string VectorType::number(double x) const {
  const double value = is_single() ? static_cast<double>(static_cast<float>(x)) : x;
  const std::string text = fmt::format("0x{:016X}", std::bit_cast<std::uint64_t>(value));
  return lanes == 1 ? text : fmt::format("splat ({} {})", scalar(), text);
}

std::string VectorType::whole(std::int64_t x) const {
  return lanes == 1 ? fmt::format("{}", x) : fmt::format("splat ({} {})", is_single() ? "i32" : "i64", x);
}

std::string LlvmFunction::text() const {
  std::string text = "\n" + head_ + " {\n";
  for (const Lines& block : blocks_) {
    text += block.label + ":\n";
    for (const std::string& line : block.lines) text += "  " + line + "\n";
    text += "  " + block.terminator + "\n";
  }
  return text + "}\n";
}

}  // namespace gradwright::emitting
