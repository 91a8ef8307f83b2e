#include "read/formula/reporter.h"

#include <fmt/format.h>

#include "source/catalogue.h"

namespace gradwright::formula {

Diagnostic& Reporter::error(std::string code, Span span, std::string message) {
  ++count_;
  dropped_ = gradwright::error({}, {});
  if (quiet_ || is_full_) return dropped_;
  if (!seen_.insert(fmt::format("{}:{}:{}:{}", code, span.begin, span.end, message)).second) return dropped_;
  if (diagnostics_.size() == most) {
    is_full_ = true;
    diagnostics_.push_back(note("G0111", "too many errors; the rest of the sheet is not read").at(span));
    return dropped_;
  }
  return diagnostics_.emplace_back(std::move(code), Severity::error, std::move(message)).at(span);
}

std::vector<Diagnostic> Reporter::take() {
  add_ways_out(diagnostics_);
  return std::move(diagnostics_);
}

}  // namespace gradwright::formula
