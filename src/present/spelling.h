// Spelling of names beyond the worksheet language: W2 as W₂ and W_{2}, lambda as λ and \lambda, delta_z3 as δ_z₃ and \delta_{z_{3}},
// W@1 (one layer above l) as Wₗ₊₁ and W_{l+1}.
#pragma once

#include <string>
#include <string_view>

namespace gradwright::view {

[[nodiscard]] std::string unicode_name(std::string_view name);
[[nodiscard]] std::string latex_name(std::string_view name);
/// The letter (Greek where it is one) and what stands below it: W and 2, δ and z₃.
struct SpelledName {
  std::string stem, below;
};
[[nodiscard]] SpelledName spelled_parts(std::string_view name);
/// `2` as `²`, `-1` as `⁻¹`; empty where a character has no raised form.
[[nodiscard]] std::string superscript(std::string_view number);

}  // namespace gradwright::view
