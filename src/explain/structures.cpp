// The derivative by a structured matrix that keeps to the structure: its formula, its entries, and what is different from the one above.
#include <fmt/format.h>

#include <algorithm>

#include "explain/sentences.h"
#include "explain/story.h"

namespace gradwright {
namespace {

/// What moves in a matrix of the structure, and what that does to the derivative G by free entries.
std::string gradient_sentence(const std::string& structure) {
  if (structure == "diagonal") return "only the diagonal moves, and what stands off it drops out: G ⊙ I";
  if (structure == "lower triangular")
    return "nothing above the diagonal moves, and what stands there drops out: tril(G)";
  if (structure == "upper triangular")
    return "nothing below the diagonal moves, and what stands there drops out: triu(G)";
  return "two entries across the diagonal are one number: their slopes add, and the diagonal counts once, G + Gᵀ − G ⊙ "
         "I";
}

/// diag(vec(mask)) in words.
std::string mask_of(const std::string& structure) {
  return structure == "diagonal"           ? "diag(vec(I))"
         : structure == "lower triangular" ? "diag(vec(tril(1)))"
                                           : "diag(vec(triu(1)))";
}

std::string what_moves(const std::string& structure) {
  return structure == "diagonal"           ? "only the diagonal moves"
         : structure == "lower triangular" ? "nothing above the diagonal moves"
                                           : "nothing below the diagonal moves";
}

/// The same for the columns of a Jacobian, one for each entry of the matrix. Dₙ, Lₙ, Kₙ as Magnus and Neudecker have them.
std::string jacobian_sentence(const std::string& structure) {
  if (structure != "symmetric") {
    const std::string by_vech =
        structure == "lower triangular" ? " = Lₙᵀ·Lₙ, Lₙ the elimination matrix, so J·Lₙᵀ is the Jacobian by vech" : "";
    return what_moves(structure) +
           ", and the columns of the other entries drop out: J·P with P = " + mask_of(structure) + by_vech;
  }
  return "two entries across the diagonal are one number, and their columns add: J·P with P = I + Kₙ − diag(vec(I)) = "
         "Dₙ·Dₙᵀ, Kₙ the commutation and "
         "Dₙ the duplication matrix, so J·Dₙ is the Jacobian by vech";
}

std::string hessian_sentence(const std::string& structure) {
  if (structure != "symmetric")
    return what_moves(structure) +
           ", and the rows and columns of the other entries drop out: P·H·P with P = " + mask_of(structure);
  return "two entries across the diagonal are one number, and their rows and columns add: P·H·P with P = I + Kₙ − "
         "diag(vec(I)) = Dₙ·Dₙᵀ, Kₙ the commutation "
         "and Dₙ the duplication matrix, so Dₙᵀ·H·Dₙ is the Hessian by vech";
}

std::string sentence_for(const Derived& derived) {
  const std::string& structure = derived.structured->structure;
  if (derived.kind == DerivativeKind::gradient) return gradient_sentence(structure);
  return derived.kind == DerivativeKind::hessian ? hessian_sentence(structure) : jacobian_sentence(structure);
}

/// "i ≠ j:  " before the entry that it speaks of.
Run place_run(const std::string& place) {
  Run run{true, place + ":  ", place, "<mtext>" + place + ":</mtext><mspace width=\"0.6em\"/>"};
  for (const auto& [sign, command] : {std::pair{"≠", "\\ne"}, {"≥", "\\ge"}, {"≤", "\\le"}}) {
    if (const std::size_t at = run.latex.find(sign); at != std::string::npos)
      run.latex.replace(at, std::string_view(sign).size(), command);
  }
  run.latex += ":\\quad ";
  if (const std::size_t at = run.mathml.find(" < "); at != std::string::npos) run.mathml.replace(at, 3, " &lt; ");
  if (const std::size_t at = run.mathml.find(" > "); at != std::string::npos) run.mathml.replace(at, 3, " &gt; ");
  return run;
}

Run left_of_entry(const Pool& pool, const Derived& derived, const std::string& column) {
  const Run below = entry_run(derived.wrt, derived.entry[0] + "," + column);
  const std::string letters = entry_letters(pool, derived);
  const Run top = letters.empty() ? name_run(derived.of) : entry_run(derived.of, letters);
  return {true, "∂" + top.unicode + "/∂" + below.unicode,
          "\\frac{\\partial " + top.latex + "}{\\partial " + below.latex + "}",
          "<mfrac><mrow><mo>∂</mo>" + top.mathml + "</mrow><mrow><mo>∂</mo>" + below.mathml + "</mrow></mfrac>"};
}

}  // namespace

void tell_structure(Document& document, Pool& pool, const Derived& derived) {
  const Structured& form = *derived.structured;
  const bool is_mixed = !form.first_structure.empty();
  if (is_mixed) {
    Rich heading("with ");
    for (const auto& [name, structure] :
         {std::pair{derived.first, form.first_structure}, {derived.wrt, form.structure}}) {
      if (structure == "unstructured") continue;
      if (heading.runs().size() > 1) heading.add(", ");
      heading.add(name_run(name)).add(" " + structure);
    }
    document.heading(heading);
  } else if (form.structure == "orthogonal") {
    document.heading("along the orthogonal matrices");
  } else {
    document.heading(fmt::format("as {} {} matrix",
                                 std::string("aeiou").find(form.structure[0]) == std::string::npos ? "a" : "an",
                                 form.structure));
  }
  for (const StructuredEntry& entry : form.entries) {
    Rich left;
    if (!entry.place.empty()) left.add(place_run(entry.place));
    document.equation(left.add(left_of_entry(pool, derived, entry.column)), entry_formula(pool, derived, entry), false);
  }
  if (form.entries.empty()) {
    Formula own = form.formula;
    std::erase_if(own.where, [&](const WhereItem& item) {  // those of the formula above
      return std::any_of(derived.formula.where.begin(), derived.formula.where.end(),
                         [&](const WhereItem& known) { return known.name == item.name; });
    });
    tell_where(document, own);
    document.equation({}, own);
  }
  if (is_mixed) return;
  const Run name = name_run(derived.wrt);
  if (form.structure == "orthogonal") {
    document.item(Rich("above, every entry of ")
                      .add(name)
                      .add(" is free; here only moves that keep ")
                      .add(name)
                      .add("ᵀ·")
                      .add(name)
                      .add(" = I count, and of G what lies among them: ½·(G − ")
                      .add(name)
                      .add("·Gᵀ·")
                      .add(name)
                      .add(")"));
    return;
  }
  document.item(Rich(form.entries.empty() ? "above, every entry of " : "below, every entry of ")
                    .add(name)
                    .add(" is free; here ")
                    .add(sentence_for(derived)));
}

}  // namespace gradwright
