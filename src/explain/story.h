// Stories: a derivation as a Document. All of it is read off the one trace that made the result.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "explain/derived.h"
#include "present/document.h"

namespace gradwright {

enum class Detail { none, brief, full };

struct StoryOptions {
  Detail steps = Detail::brief;
  std::vector<std::string> notes;         ///< further lines at the end: where sizes come from
  std::set<std::string>* told = nullptr;  ///< lines of the chain that stand in a story before; grows
};

/// The result, the chain layer by layer with a sentence a line, entry by entry where that was asked, conventions, verification.
[[nodiscard]] Document story_of(Pool&, const Derived&, const StoryOptions&);
/// The same chain of Jacobians in numerator and in denominator layout, with the size of every link.
[[nodiscard]] Document layout_story(Pool&, const Derived&);
/// One entry of the derivative as row · matrix · … · column, and how the entries stack.
void tell_entry(Document&, Pool&, const Derived&);
/// By a structured matrix: the derivative that keeps to the structure, beside the one that treats all entries as free.
void tell_structure(Document&, Pool&, const Derived&);
/// The entry that was asked for: at its indices, after letters for the axes of what is derived; and that of its structured form.
[[nodiscard]] Formula entry_formula(Pool&, const Derived&);
[[nodiscard]] Formula entry_formula(Pool&, const Derived&, const StructuredEntry&);
/// Those letters, `k,l`; none for a scalar.
[[nodiscard]] std::string entry_letters(const Pool&, const Derived&);
/// name = formula for what a formula rests on.
void tell_where(Document&, const Formula&);
/// A derivative of order 3 or 4, and a Hessian, in every readable form: by index, by entry, as a Kronecker product, along a direction.
void tell_tensor(Document&, Pool&, const Derived&);

}  // namespace gradwright
