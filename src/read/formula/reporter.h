// Reporter: where all diagnostics of one reading go. It drops repetitions and ends a flood with a note.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "source/diagnostic.h"

namespace gradwright::formula {

class Reporter {
 public:
  static constexpr std::size_t most = 100;

  /// The diagnostic just added, to be filled further; one that is dropped goes to a place nobody reads.
  Diagnostic& error(std::string code, Span span, std::string message);
  [[nodiscard]] bool is_full() const { return is_full_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  /// Forgets everything: the next text begins.
  void restart() { *this = {}; }
  /// All of them; one that names no way out of its own gets the catalogue's.
  [[nodiscard]] std::vector<Diagnostic> take();

  /// While set, diagnostics are counted but not kept (trying a reading).
  void set_quiet(bool quiet) { quiet_ = quiet; }
  [[nodiscard]] bool is_quiet() const { return quiet_; }

 private:
  std::vector<Diagnostic> diagnostics_;
  std::set<std::string> seen_;
  Diagnostic dropped_ = gradwright::error({}, {});
  std::size_t count_ = 0;
  bool quiet_ = false;
  bool is_full_ = false;
};

}  // namespace gradwright::formula
