// Session: from the text of a worksheet to derived, simplified, presented and verified formulas.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "explain/derived.h"
#include "read/formula/program.h"

namespace gradwright {

struct DeriveOptions {
  std::optional<Layout> layout;  ///< overrides the sheet's `layout` line
  std::uint64_t seed = 1;        ///< of the random points of the verification
  bool verify = true;            ///< against finite differences
  double most_bytes = 1e9;       ///< that the verification may take; G0511 where it would take more
  bool only_gw = false;          ///< formulas in the worksheet language alone
  bool rich = false;             ///< formulas as MathML and LaTeX with sizes too
};

class Session {
 public:
  explicit Session(Text text);

  [[nodiscard]] const Text& text() const { return text_; }
  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] Pool& pool() { return pool_; }
  /// Everything found while reading and deriving.
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  [[nodiscard]] bool has_errors() const;
  void report(Diagnostic diagnostic) { diagnostics_.push_back(std::move(diagnostic)); }
  /// What was found since the reading, which is forgotten here.
  [[nodiscard]] std::vector<Diagnostic> taken_reports();

  /// One result for each `wrt` of each request, in the order asked; what has an error is left out and stands in `diagnostics`.
  [[nodiscard]] std::vector<Derived> derived(const DeriveOptions& = {});

 private:
  Text text_;
  Pool pool_;
  Program program_;
  std::vector<Diagnostic> diagnostics_;
};

/// The JSON document `gradwright/derive/1`.
[[nodiscard]] std::string derive_json(Session&, const std::vector<Derived>&, std::span<const Diagnostic>);

}  // namespace gradwright
