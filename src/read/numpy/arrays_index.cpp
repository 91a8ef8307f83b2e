// Indices: x[1:] of n entries is x[2:n]; x[:, None] is a column; dZ[Z <= 0] = 0 is a product with a mask.
#include <fmt/format.h>

#include "read/numpy/arrays.h"

namespace gradwright::numpy {

Array Arrays::subscript(const PyNode& node) {
  const Py base = node.children[0];
  const bool is_text =
      node.children.size() == 2 && node.children[1] != nullptr && node.children[1]->kind == PyKind::text;
  if (is_text) {  // params["W1"]
    PyNode plain_name = *node.children[1];
    plain_name.kind = PyKind::name;
    plain_name.span = node.span;
    return name(plain_name);
  }
  if (base->kind == PyKind::attribute && (base->text == "c_" || base->text == "r_")) {
    Call made;
    made.function = base->text == "c_" ? "column_stack" : "concatenate";
    made.span = node.span;
    Array parts;
    parts.is_list = true;
    for (std::size_t i = 1; i < node.children.size(); ++i) parts.elements.push_back(value(node.children[i]));
    if (failed_) return {};
    made.arguments = {parts};
    return stacked(made);
  }
  Array array = value(base);
  if (failed_) return {};
  std::vector<Py> items(node.children.begin() + 1, node.children.end());
  if (array.is_list) {
    if (items.size() == 1 && items[0] != nullptr) {
      const bool is_negative = items[0]->kind == PyKind::unary && items[0]->text == "-";
      const Py digit = is_negative ? items[0]->children[0] : items[0];
      const std::size_t count = array.elements.size();
      if (digit->kind == PyKind::number && digit->text.size() == 1 && digit->text[0] >= '0' && digit->text[0] <= '9') {
        const auto at = static_cast<std::size_t>(digit->text[0] - '0');
        const bool fits = is_negative ? at >= 1 && at <= count : at < count;
        if (fits) return array.elements[is_negative ? count - at : at];
        return fail("G0612", node.span, "this index is outside", "the axes are 0 and 1");
      }
    }
    return fail("G0612", node.span, "this index is not read", "");
  }
  return picked(array, items, node.span);
}

std::optional<Dim> Arrays::bound(Py node, Dim extent) {
  const Array found = value(node);
  if (failed_) return std::nullopt;
  if (!found.dim) {
    (void)fail("G0612", node->span, "this index is no number and no size", "an entry by a running index is not read");
    return std::nullopt;
  }
  DimTable& dims = sketcher_.dims();
  const auto number = dims.constant_value(*found.dim);
  if (number && *number < 0) return sketcher_.size_sum(extent, *found.dim);
  return found.dim;
}

/// An entry T[0, 1, 0] of a tensor, whose shape is not followed.
Array Arrays::entry_of_tensor(const Array& tensor, const std::vector<Py>& items, Span span) {
  constexpr std::size_t least_order = 3;
  std::vector<Sketch> texts;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Py item = items[i];
    const bool has_extent = tensor.shape.size() == items.size();
    const bool is_from_end = has_extent && item != nullptr && item->kind == PyKind::unary;
    if (item == nullptr || (item->kind != PyKind::number && !is_from_end)) return unknown(tensor.sketch);
    const auto place = bound(item, has_extent ? tensor.shape[i] : sketcher_.dims().one());
    if (!place) return {};
    texts.push_back(one_more(*place, item->span));
  }
  if (items.size() < least_order) return unknown(tensor.sketch);
  Array entry;
  entry.sketch = sketcher_.index(tensor.sketch, std::move(texts), span, reading::Extents{});
  return entry;
}

/// What counts from 0 there counts from 1 here.
Sketch Arrays::one_more(Dim place, Span span) {
  DimTable& dims = sketcher_.dims();
  return sketcher_.word(dims.to_string(sketcher_.size_sum(place, dims.one())), span, reading::Extents{});
}

Array Arrays::picked(const Array& array, const std::vector<Py>& items, Span span) {
  if (!array.is_known) return entry_of_tensor(array, items, span);
  DimTable& dims = sketcher_.dims();
  std::vector<Py> axes;      // one an axis of the array
  std::vector<bool> is_new;  // the axes of the result, new ones too
  const auto is_newaxis = [](Py item) {
    return item != nullptr && ((item->kind == PyKind::name && item->text == "None") ||
                               (item->kind == PyKind::attribute && item->text == "newaxis"));
  };
  for (const Py item : items) {
    if (is_newaxis(item)) {
      is_new.push_back(true);
      continue;
    }
    if (item == nullptr || item->kind == PyKind::other) return fail("G0612", span, "this index is not read", "");
    axes.push_back(item);
    is_new.push_back(false);
  }
  if (axes.size() > array.shape.size() || array.shape.empty())
    return fail("G0612", span, fmt::format("there are {} indices for {} axes", axes.size(), array.shape.size()), "");
  while (axes.size() < array.shape.size()) {
    axes.push_back(nullptr);
    is_new.push_back(false);
  }
  std::vector<Sketch> texts;
  std::vector<std::optional<Dim>> left;  // none where one entry is picked
  bool is_whole = true;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const Py item = axes[i];
    const Dim extent = array.shape[i];
    const bool is_all = item == nullptr ||
                        (item->kind == PyKind::slice && item->children[0] == nullptr && item->children.size() > 1 &&
                         item->children[1] == nullptr) ||
                        (item->kind == PyKind::slice && item->children.size() == 1 && item->children[0] == nullptr);
    if (item != nullptr && item->kind == PyKind::slice && item->children.size() > 2 && item->children[2] != nullptr)
      return fail("G0612", item->span, "a slice with a step is not read", "");
    if (is_all) {
      texts.push_back(sketcher_.word(":", span, reading::Extents{}));
      left.emplace_back(extent);
      continue;
    }
    is_whole = false;
    if (item->kind == PyKind::slice) {
      const std::optional<Dim> begin =
          item->children[0] == nullptr ? dims.constant(0) : bound(item->children[0], extent);
      const std::optional<Dim> end =
          item->children.size() < 2 || item->children[1] == nullptr ? extent : bound(item->children[1], extent);
      if (!begin || !end) return {};
      const Dim first = sketcher_.size_sum(*begin, dims.one());
      texts.push_back(
          sketcher_.word(dims.to_string(first) + ":" + dims.to_string(*end), item->span, reading::Extents{}));
      left.emplace_back(sketcher_.size_sum(*end, *begin, -1));
      continue;
    }
    const auto at = bound(item, extent);
    if (!at) return {};
    texts.push_back(one_more(*at, item->span));
    left.emplace_back();
  }
  std::vector<Dim> shape;
  for (const auto& dim : left) {
    if (dim) shape.push_back(*dim);
  }
  Array found;
  found.shape = shape;
  found.sketch = array.sketch;
  found.is_boolean = array.is_boolean;
  if (!is_whole) {
    if (array.shape.size() == 1 && is_one(array.shape[0])) return array;
    reading::Extents own;  // as the worksheet language sees it
    const bool is_flat = array.shape.size() == 1;
    own.push_back({left[0].value_or(dims.one()), -1});
    own.push_back({is_flat ? dims.one() : left[1].value_or(dims.one()), -1});
    const bool is_column = !is_flat && is_one(array.shape[1]) && texts[1]->text == ":";
    if (is_column) texts.pop_back();
    if (!(is_scalar(array))) found.sketch = sketcher_.index(array.sketch, texts, span, sketcher_.normal(own));
    if (!is_flat && !left[0] && left[1])
      found.sketch = sketcher_.transposed(found.sketch, span);  // a row that became (n,)
  }
  if (is_new.size() == axes.size()) return found;
  if (found.shape.size() != 1 || is_new.size() != axes.size() + 1)
    return fail("G0612", span, "this new axis is not read", "an axis is added to arrays of one axis");
  if (is_new[0]) {
    found.shape = {dims.one(), found.shape[0]};
    found.sketch = sketcher_.transposed(found.sketch, span);
  } else {
    found.shape = {found.shape[0], dims.one()};
    found.is_column_on_purpose = true;
  }
  return found;
}

Array Arrays::masked(Array array, Py mask, Span span) {
  Array condition = value(mask);
  if (failed_ || condition.is_list) return {};
  if (!condition.is_boolean) return fail("G0612", span, "this mask is no comparison", "write one: `dZ[Z <= 0] = 0`");
  condition.sketch = sketcher_.sum({sketcher_.number("1", span), condition.sketch}, {false, true}, span);
  return elementwise("*", array, condition, span);
}

}  // namespace gradwright::numpy
