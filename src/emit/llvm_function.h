// Text of one function of LLVM: blocks that may be written to in any order, fresh names, types and numbers.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "emit/c.h"

namespace gradwright::emitting {

/// A number, or `lanes` of them side by side.
struct VectorType {
  Precision precision = Precision::float64;
  int lanes = 1;
  [[nodiscard]] bool is_single() const { return precision == Precision::float32; }
  [[nodiscard]] std::string of(const std::string& element) const {
    return lanes == 1 ? element : fmt::format("<{} x {}>", lanes, element);
  }
  [[nodiscard]] std::string scalar() const { return is_single() ? "float" : "double"; }
  [[nodiscard]] std::string type() const { return of(scalar()); }
  [[nodiscard]] std::string bit() const { return of("i1"); }
  [[nodiscard]] std::string integer() const { return of(is_single() ? "i32" : "i64"); }
  /// In names of intrinsics: f32, v16f32.
  [[nodiscard]] std::string suffix() const {
    const char* element = is_single() ? "f32" : "f64";
    return lanes == 1 ? element : fmt::format("v{}{}", lanes, element);
  }
  [[nodiscard]] std::string integer_suffix() const {
    const char* element = is_single() ? "i32" : "i64";
    return lanes == 1 ? element : fmt::format("v{}{}", lanes, element);
  }
  [[nodiscard]] std::string number(double) const;
  [[nodiscard]] std::string whole(std::int64_t) const;
  [[nodiscard]] VectorType one() const { return {precision, 1}; }
};

class LlvmFunction {
 public:
  using Block = std::size_t;

  explicit LlvmFunction(std::string head) : head_(std::move(head)) { blocks_.push_back({"entry", {}, {}}); }

  [[nodiscard]] Block block(const char* stem = "at") {
    blocks_.push_back({fmt::format("{}{}", stem, blocks_.size()), {}, {}});
    return blocks_.size() - 1;
  }
  [[nodiscard]] const std::string& label(Block b) const { return blocks_[b].label; }
  [[nodiscard]] std::string fresh(const char* stem = "v") { return fmt::format("%{}{}", stem, count_++); }
  /// `%v7 = text`; the name.
  std::string emit(Block b, const std::string& text) {
    std::string name = fresh();
    blocks_[b].lines.push_back(name + " = " + text);
    return name;
  }
  void line(Block b, std::string text) { blocks_[b].lines.push_back(std::move(text)); }
  /// A line that is known later: `replace` gives its text.
  [[nodiscard]] std::size_t place_line(Block b) {
    blocks_[b].lines.emplace_back();
    return blocks_[b].lines.size() - 1;
  }
  void replace(Block b, std::size_t line, std::string text) { blocks_[b].lines[line] = std::move(text); }
  void end(Block b, std::string terminator) { blocks_[b].terminator = std::move(terminator); }
  void jump(Block from, Block to) { end(from, fmt::format("br label %{}", label(to))); }
  [[nodiscard]] std::string text() const;

 private:
  struct Lines {
    std::string label;
    std::vector<std::string> lines;
    std::string terminator;
  };
  std::string head_;
  std::deque<Lines> blocks_;
  std::size_t count_ = 0;
};

}  // namespace gradwright::emitting
