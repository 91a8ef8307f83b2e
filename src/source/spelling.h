// How names are written on paper: W2 is W₂, delta_z2 is δ_z₂. Printers write them so, and readers know them again. And sizes of memory.
#pragma once

#include <string>
#include <string_view>

namespace gradwright {

/// A name cut into a stem, the digits behind it and what follows the first `_`.
struct NameParts {
  std::string_view stem, digits, rest;
};
[[nodiscard]] NameParts name_parts(std::string_view name);

/// "α" of "alpha"; empty where it is no such word.
[[nodiscard]] std::string_view greek_letter(std::string_view word);
/// "alpha" of "α"; empty where it is no such letter.
[[nodiscard]] std::string_view greek_word(std::string_view letter);
/// ₁₂ of 12
[[nodiscard]] std::string subscript(std::string_view digits);
/// W₂ of W2, W_2 and W₂ itself.
[[nodiscard]] std::string paper_name(std::string_view name);
/// 320 GB, 7.5 MB.
[[nodiscard]] std::string bytes_text(double bytes);

}  // namespace gradwright
