#include "api/session.h"

#include <algorithm>

#include "api/derivatives.h"
#include "ir/make.h"

namespace gradwright {
Session::Session(Text text) : text_(std::move(text)), program_(read_formula(text_, pool_, reading_options())) { diagnostics_ = program_.diagnostics; }

bool Session::has_errors() const {
  return std::any_of(diagnostics_.begin(), diagnostics_.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::vector<Derived> Session::derived(const DeriveOptions& options) {
  std::vector<Derived> results;
  for (const Request& request : program_.requests) {
    if (request.kind == Request::Kind::minimize) continue;
    for (Derived& result : derivatives(text_, pool_, program_, request, options)) {
      if (is_zero(pool_, result.expr)) {
        Span place = request.span;
        for (const Target& by : request.wrt) {
          if (by.name == result.wrt) place = by.span;
        }
        diagnostics_.push_back({"G0402", Severity::warning, "`" + result.of + "` does not depend on `" + result.wrt + "`: the derivative is zero", place, {}, {}, {"check the name after `wrt`"}, {}});
      }
      const auto is_refuted = [](const NumericCheck& check) { return check.points > 0 && !check.holds(1e-5); };
      if (is_refuted(result.verified) || (result.structured && is_refuted(result.structured->verified))) {
        diagnostics_.push_back({"G0902", Severity::error, "the derivative of `" + result.of + "` by `" + result.wrt + "` does not agree with finite differences",
                                request.span, {}, {}, {"this is a fault of the program; please report the worksheet"}, {}});
      }
      results.push_back(std::move(result));
    }
  }
  return results;
}

}  // namespace gradwright
