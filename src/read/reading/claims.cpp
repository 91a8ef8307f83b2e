#include "read/reading/claims.h"

#include <algorithm>
#include <array>

namespace gradwright {

ClaimReadings readings_of(const Text& text, const Claim& claim, OpenSheet& sheet, const std::optional<Shape>& wanted) {
  ClaimReadings found;
  const Span span = claim.right.empty() ? claim.span : joined(claim.right.front(), claim.right.back());
  if (claim.kind == Claim::Kind::latex) {
    LatexOptions options;
    options.wanted = wanted;
    found.latex = read_latex(text, span, sheet, options);
  } else if (claim.kind == Claim::Kind::numpy) {
    NumpyOptions options;
    options.wanted = wanted;
    found.numpy = read_numpy(text, span, sheet, options);
  }
  return found;
}

std::optional<Claimed> claimed_by_name(const OpenSheet& sheet, std::string_view name) {
  const auto variable = [&](std::string_view text) -> std::string {
    while (text.starts_with('_')) text.remove_prefix(1);
    while (text.ends_with('_')) text.remove_suffix(1);
    if (sheet.shape_of(text)) return std::string(text);
    std::string plain;
    std::copy_if(text.begin(), text.end(), std::back_inserter(plain), [](char c) { return c != '_'; });
    return sheet.shape_of(plain) ? plain : std::string();
  };
  // dL_dW, dLdW, dL_by_dW
  for (std::size_t at = name.find('d', 1); name.starts_with('d') && at != std::string_view::npos;
       at = name.find('d', at + 1)) {
    std::string_view first = name.substr(1, at - 1);
    if (first.ends_with("_by_")) first.remove_suffix(4);
    const std::string of = variable(first);
    const std::string wrt = variable(name.substr(at + 1));
    if (!of.empty() && !wrt.empty()) return Claimed{of, wrt};
  }
  static constexpr std::array<std::string_view, 8> beginnings{"grad_", "gradient_", "nabla_", "delta_",
                                                              "d_",    "g_",        "d",      "g"};
  static constexpr std::array<std::string_view, 5> endings{"_grad", "_gradient", "grad", "_bar", "_g"};
  for (const std::string_view beginning : beginnings) {
    if (!name.starts_with(beginning)) continue;
    if (std::string wrt = variable(name.substr(beginning.size())); !wrt.empty()) return Claimed{"", std::move(wrt)};
  }
  for (const std::string_view ending : endings) {
    if (!name.ends_with(ending)) continue;
    if (std::string wrt = variable(name.substr(0, name.size() - ending.size())); !wrt.empty())
      return Claimed{"", std::move(wrt)};
  }
  return std::nullopt;
}

}  // namespace gradwright
