// The story of a verdict: why a claim is right, or where it breaks, by what chain, and how it is mended. Told from the derivation of the truth.
#pragma once

#include "present/document.h"
#include "sheet/check.h"

namespace gradwright {

/// To each wrong side its `layout_note`, where order, transposes or sizes are wrong: how the true chain grows.
void note_layouts(check::Checked&, const Text& sheet, std::optional<Layout>);
/// Sizes under every factor with each break marked, the chain with its sizes and why it grows on its side, layer by layer, entry by entry,
/// the mistakes and the repair. The sides must have been judged with CheckOptions::anatomy.
[[nodiscard]] Document explained(const check::JudgedSide&, const Text& sheet, std::optional<Layout>);

}  // namespace gradwright
