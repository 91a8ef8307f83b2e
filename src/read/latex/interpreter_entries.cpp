// Entries: W_{ij}, A_{12}, x_{i+1}, W_i (a row).
#include <algorithm>
#include <cctype>

#include "read/latex/interpreter.h"

namespace gradwright::latex {

Sketch Interpreter::entry(Sketch base, const TexRow& sub, Span span) {
  const auto& extents = base->extents;
  std::vector<Sketch> items;
  const bool has_commas = std::any_of(sub.begin(), sub.end(), [](const TexNode& one) { return one.is_sign(","); });
  std::string text;
  Span place;
  const auto close = [&] {
    if (text.empty()) return;
    items.push_back(sketcher_.word(text, place, reading::Extents{}));
    if (indices_.contains(text)) used_indices_.insert(text);
    text.clear();
  };
  for (const TexNode& one : sub) {
    if (one.is_sign(",")) {
      close();
      continue;
    }
    const bool is_item = one.kind == TexKind::letter || one.kind == TexKind::number || one.is_sign("+") ||
                         one.is_sign("-") || one.is_sign(":") || one.is_sign("*");
    if (!is_item || one.has_scripts())
      return fail("G0602", one.span, "this subscript is not read",
                  "an entry is picked by letters and numbers: `W_{ij}`, `x_{i+1}`");
    const bool continues = !text.empty() && (has_commas || one.kind == TexKind::sign ||
                                             !std::isalnum(static_cast<unsigned char>(text.back())));
    if (!continues) close();
    place = text.empty() ? one.span : joined(place, one.span);
    if (indices_.contains(one.text)) used_indices_.insert(one.text);
    text += one.is_sign("*") ? ":" : one.text;
  }
  close();
  const bool are_two = items.size() == 1 && items[0]->text.size() == 2 &&
                       items[0]->text.find_first_not_of("0123456789") == std::string::npos;
  if (are_two && extents && extents->size() == 2 && !sketcher_.is_vector(*extents)) {  // A_{12}
    items = {sketcher_.word(items[0]->text.substr(0, 1), items[0]->span, reading::Extents{}),
             sketcher_.word(items[0]->text.substr(1), items[0]->span, reading::Extents{})};
  }
  reading::MaybeExtents picked;
  if (extents) {
    const bool is_vector = sketcher_.is_vector(*extents);
    if (extents->size() == items.size() || (is_vector && items.size() == 1)) picked = reading::Extents{};
    if (extents->size() == 2 && !is_vector && items.size() == 1) {  // W_i is the row i
      items.push_back(sketcher_.word(":", place, reading::Extents{}));
      picked = reading::Extents{{sketcher_.dims().one(), -1}, (*extents)[1]};
    } else if (extents->size() == 2 && items.size() == 2) {
      reading::Extents left = *extents;
      for (std::size_t i = 0; i < 2; ++i) {
        if (items[i]->text != ":") left[i] = {sketcher_.dims().one(), -1};
      }
      picked = sketcher_.normal(left);
    }
  }
  note_axes(extents, items);
  return sketcher_.index(base, std::move(items), span, picked);
}

/// Of each index that stands alone: how long the axis is that it picks from.
void Interpreter::note_axes(const reading::MaybeExtents& extents, const std::vector<Sketch>& items) {
  if (!extents || extents->size() != 2) return;
  const auto take = [&](Sketch item, const reading::Extent& extent) {
    if (extent.unknown < 0 && indices_.contains(item->text)) axes_.insert_or_assign(item->text, extent.dim);
  };
  if (items.size() == 2) {
    take(items[0], (*extents)[0]);
    take(items[1], (*extents)[1]);
  } else if (items.size() == 1) {
    take(items[0], sketcher_.is_one((*extents)[0]) ? (*extents)[1] : (*extents)[0]);
  }
}

}  // namespace gradwright::latex
