// Exports: programs in C of many sheets, compiled together and compared with the evaluator.
#pragma once

#include <string>
#include <vector>

#include "lower/plan.h"

namespace gradwright::laws {

struct Trial;

class Exports {
 public:
  [[nodiscard]] static Exports& all();
  void add(const Plan&, const Trial&, double loss);
  /// Compiles and runs what was added; the texts of the sheets whose loss is another.
  [[nodiscard]] std::vector<std::string> faults();
  [[nodiscard]] std::size_t compared() const { return compared_; }
  [[nodiscard]] std::size_t waiting() const { return programs_.size(); }

 private:
  struct One {
    Plan plan;
    std::vector<double> workspace;
    double loss = 0;
    std::string text;
  };
  std::vector<One> programs_;
  std::size_t compared_ = 0;
};

}  // namespace gradwright::laws
