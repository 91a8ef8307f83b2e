// Entries: W_{ij}, A_{12}, x_{i+1}, W_i (a row). Slices: x_{2:n}, A_{1:k,:}.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "read/latex/interpreter.h"

namespace gradwright::latex {
namespace {

/// `i`, `2,:`, `k+1:k+3`
bool is_index_row(const TexRow& row) {
  const auto is_part = [](const TexNode& one) {
    const bool is_name = one.kind == TexKind::letter || one.kind == TexKind::word || one.kind == TexKind::number;
    const bool is_sign = one.is_sign(",") || one.is_sign(":") || one.is_sign("+") || one.is_sign("-");
    return (is_name || is_sign) && one.sup.empty() && one.primes == 0;
  };
  return !row.empty() && std::all_of(row.begin(), row.end(), is_part);
}

}  // namespace

/// Of sizes and numbers, with a range at least; nothing where the subscript is another one.
Sketch Interpreter::slice(Sketch base, const TexRow& sub, Span span) {
  const auto& extents = base->extents;
  if (!extents || extents->size() != 2) return nullptr;
  const bool is_row = sketcher_.is_one((*extents)[0]);
  std::vector<Sketch> items;
  reading::Extents left;
  bool has_range = false;
  for (std::size_t begin = 0; begin <= sub.size();) {
    std::size_t end = begin, colon = sub.size();
    for (; end < sub.size() && !sub[end].is_sign(","); ++end)
      if (sub[end].is_sign(":")) colon = end;
    const std::size_t axis = left.size() + (is_row && begin == 0 && end == sub.size() ? 1 : 0);
    if (end == begin || axis > 1) return nullptr;
    const Span place = joined(sub[begin].span, sub[end - 1].span);
    if (colon < end && end == begin + 1) {
      items.push_back(sketcher_.word(":", place, reading::Extents{}));
      left.push_back((*extents)[axis]);
    } else if (colon < end) {
      const auto first = size_of(sub, begin, colon), last = size_of(sub, colon + 1, end);
      if (!first || !last) return nullptr;
      has_range = true;
      const std::string text = sketcher_.size(*first, place)->text + ":" + sketcher_.size(*last, place)->text;
      items.push_back(sketcher_.word(text, place, reading::Extents{}));
      left.push_back({sketcher_.size_sum(sketcher_.size_sum(*last, *first, -1), sketcher_.dims().one()), -1});
    } else {
      const auto at = size_of(sub, begin, end);
      if (!at) return nullptr;
      items.push_back(sketcher_.size(*at, place));
      left.push_back({sketcher_.dims().one(), -1});
    }
    begin = end + 1;
  }
  if (!has_range || !count_from_one(span)) return nullptr;
  if (left.size() == 1) left.insert(is_row ? left.begin() : left.end(), {sketcher_.dims().one(), -1});
  return sketcher_.index(base, std::move(items), span, sketcher_.normal(left));
}

Sketch Interpreter::entry(Sketch base, const TexRow& sub, Span span) {
  if (const Sketch found = slice(base, sub, span)) return found;
  if (failed_) return nullptr;
  const auto& extents = base->extents;
  std::vector<Sketch> items;
  for (const TexNode& one : sub) {
    const bool is_item = one.kind == TexKind::letter || one.kind == TexKind::number || one.is_sign("+") ||
                         one.is_sign("-") || one.is_sign(":") || one.is_sign("*") || one.is_sign(",");
    if (!is_item || one.has_scripts())
      return fail("G0602", one.span, "this subscript is not read",
                  "an entry is picked by letters and numbers: `W_{ij}`, `x_{i+1}`");
  }
  const std::vector<TexRow> written = index_items(sub);
  for (const TexRow& one : written) {
    items.push_back(index_item(one));
    if (items.back() == nullptr) return nullptr;
  }
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
      items.push_back(sketcher_.word(":", items[0]->span, reading::Extents{}));
      picked = reading::Extents{{sketcher_.dims().one(), -1}, (*extents)[1]};
    } else if (extents->size() == 2 && items.size() == 2) {
      reading::Extents left = *extents;
      for (std::size_t i = 0; i < 2; ++i) {
        if (items[i]->text != ":") left[i] = {sketcher_.dims().one(), -1};
      }
      picked = sketcher_.normal(left);
    }
  }
  const Sketch left = cut_to_limits(base, items, written, span);
  if (left == nullptr) return nullptr;
  note_axes(left->extents, items);
  const bool is_row = items.size() == 2 && items[1]->text == ":" && written.size() == 1;
  const Sketch made = sketcher_.index(left, std::move(items), span, picked);
  return is_row && is_sample(base) ? sketcher_.transposed(made, span) : made;
}

bool Interpreter::is_sample(Sketch matrix) {
  const bool is_small =
      matrix->form == reading::Form::word && std::islower(static_cast<unsigned char>(matrix->text[0])) != 0;
  if (!is_small) return false;
  if (!rows_are_columns_) {
    rows_are_columns_ = choices_.taken(2) == 1;
    if (*rows_are_columns_) note(fmt::format("rows of `{}` are read as columns", matrix->text));
  }
  return *rows_are_columns_;
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

/// A^T_{2,1} is an entry of the transpose: that of a number would say nothing. x_i^T is the row of a sample.
Interpreter::Factor Interpreter::entry_of(const Factor& base, const TexRow& sub, Superscript sup, Span span) {
  Sketch picked = entry(base.sketch, sub, span);
  const bool is_number = picked != nullptr && picked->extents && picked->extents->empty();
  const bool has_two = picked != nullptr && picked->children.size() == 3;
  if (is_number && has_two && (sup.transposes + sup.primes) % 2 == 1) {
    sup.transposes = sup.primes = 0;
    picked = entry(sketcher_.transposed(base.sketch, span), sub, span);
  }
  if (picked == nullptr) return {};
  return raised({picked, false, false, base.is_entrywise}, sup, span);
}

Interpreter::Factor Interpreter::scripted(Factor base, const TexNode& node) {
  if (!node.has_scripts() || base.sketch == nullptr) return base;
  const Superscript sup = superscript_of(node, scope_);
  const bool has_entries = !base.sketch->extents || !base.sketch->extents->empty();  // a tensor has no extents here
  if (has_entries && is_index_row(node.sub)) {
    return entry_of(base, node.sub, sup, node.span);
  }
  return raised(base, sup, node.span);
}

}  // namespace gradwright::latex
