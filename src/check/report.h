// A judged side as a diagnostic: what it is, where it breaks, why, and the way out.
#pragma once

#include <string>
#include <vector>

#include "check/verdict.h"
#include "source/diagnostic.h"

namespace gradwright::check {

/// `∂L/∂W2`, or "the left side" of an identity.
[[nodiscard]] std::string subject_of(const JudgedSide&);
/// A note where the side is right, an error where it is wrong, a warning where nothing is known.
[[nodiscard]] Diagnostic diagnostic_of(const JudgedSide&);
/// "right, proved", "scaled by 2", "not proved, but equal at 6 random points" …
[[nodiscard]] std::string summary_of(const Verdict&);
/// These say that something is no formula of the sheet, not that its sizes do not fit.
[[nodiscard]] bool is_about_reading(const std::vector<Diagnostic>&);
/// Nobody can tell what is claimed here. `name`: of the left side, where it names nothing of the sheet.
[[nodiscard]] Diagnostic unclear_claim(Span place, const std::string& name, const std::string& loss);

}  // namespace gradwright::check
