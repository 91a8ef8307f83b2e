// NumPy's rules of shapes, each written out in the worksheet language.
#include <fmt/format.h>

#include <algorithm>

#include "read/numpy/arrays.h"

namespace gradwright::numpy {

reading::Extents Arrays::extents(const std::vector<Dim>& shape) const {
  if (shape.empty()) return {};
  if (shape.size() == 1) return sketcher_.column(shape[0]);
  return sketcher_.matrix(shape[0], shape[1]);
}

bool Arrays::is_scalar(const Array& array) const {
  return array.is_known && array.shape.size() <= 2 &&
         std::all_of(array.shape.begin(), array.shape.end(), [&](Dim dim) { return is_one(dim); });
}

Array Arrays::unknown(Sketch sketch) const {
  Array found;
  found.sketch = sketch;
  found.is_known = false;
  return found;
}

Array Arrays::raising(Sketch sketch, Span span, std::string message, std::string help) {
  if (!fault_) fault_ = error("G0614", std::move(message)).at(span).help(std::move(help));
  return unknown(sketch);
}

Sketch Arrays::ones(Dim dim, Span span) {
  return sketcher_.sized_call("ones", {sketcher_.size(dim, span)}, span, sketcher_.column(dim));
}

std::optional<std::vector<Dim>> Arrays::broadcast_shape(const std::vector<Dim>& a, const std::vector<Dim>& b) const {
  const std::size_t count = std::max(a.size(), b.size());
  if (count > 2) return std::nullopt;
  std::vector<Dim> found(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Dim first = i < a.size() ? a[a.size() - 1 - i] : sketcher_.dims().one();
    const Dim second = i < b.size() ? b[b.size() - 1 - i] : sketcher_.dims().one();
    if (first != second && !is_one(first) && !is_one(second)) return std::nullopt;
    found[count - 1 - i] = is_one(first) ? second : first;
  }
  return found;
}

/// The array repeated to a shape it broadcasts to; a single number stays one.
Sketch Arrays::spread(const Array& array, const std::vector<Dim>& shape) {
  if (is_scalar(array) || shape.size() < 2) return array.sketch;
  const Span span = array.sketch->span;
  if (array.shape.size() == 1) {  // (n,) is a row here
    const Sketch row = sketcher_.transposed(array.sketch, span);
    return is_one(shape[0]) ? row : sketcher_.product(ones(shape[0], span), "*", row);
  }
  Sketch found = array.sketch;
  if (is_one(array.shape[0]) && !is_one(shape[0])) found = sketcher_.product(ones(shape[0], span), "*", found);
  if (is_one(array.shape[1]) && !is_one(shape[1]))
    found = sketcher_.product(found, "*", sketcher_.transposed(ones(shape[1], span), span));
  return found;
}

Array Arrays::elementwise(const std::string& op, const Array& a, const Array& b, Span span) {
  if (!a.is_good() || !b.is_good()) return {};
  if (a.is_list || b.is_list) return fail("G0612", span, "a list is no array here", "write `np.array([…])`");
  const auto shape = a.is_known && b.is_known ? broadcast_shape(a.shape, b.shape) : std::nullopt;
  Sketch left = a.sketch;
  Sketch right = b.sketch;
  if (shape) {
    left = spread(a, *shape);
    right = spread(b, *shape);
    const bool widens_both =
        shape->size() == 2 && !is_scalar(a) && !is_scalar(b) && a.shape != *shape && b.shape != *shape;
    const bool is_meant = a.is_column_on_purpose || b.is_column_on_purpose;
    is_surprising_ = is_surprising_ || (widens_both && a.shape.size() != b.shape.size() && !is_meant);
  }
  const bool scalar_left = is_scalar(a);
  const bool scalar_right = is_scalar(b);
  Sketch made = nullptr;
  const bool begins_at_zero = shape && left->form == reading::Form::call && left->text == "zeros" && b.shape == *shape;
  if (op == "+" && begins_at_zero) return b;
  if (op == "+" || op == "-") {
    std::vector<Sketch> terms{left, right};
    std::vector<bool> minus{false, op == "-"};
    if (left->form == reading::Form::sum && left->children.size() > 1 && left->children.size() < 30) {
      terms = left->children;
      minus = left->minus;
      terms.push_back(right);
      minus.push_back(op == "-");
    }
    made = sketcher_.sum(std::move(terms), std::move(minus), span);
  } else if (op == "*") {
    made = sketcher_.product(left, scalar_left || scalar_right ? "*" : ".*", right);
  } else if (op == "/") {
    made = sketcher_.product(left, scalar_right ? "/" : "./", right);
  } else if (op == "**") {
    made = sketcher_.power(left, scalar_left && scalar_right ? "^" : ".^", right);
  } else if (op == "max" || op == "min" || op == "pow") {
    made = sketcher_.call(op, {left, right}, span);
  } else {
    made = sketcher_.compare(left, op, right);
  }
  if (!shape) return unknown(made);
  Array found;
  found.sketch = made;
  found.shape = *shape;
  found.is_boolean = op == ">" || op == "<" || op == ">=" || op == "<=" || op == "==" ||
                     ((op == "max" || op == "min") && a.is_boolean && b.is_boolean);
  found.may_have_axes = shape->empty() && (a.may_have_axes || b.may_have_axes);
  return found;
}

Array Arrays::mapped(const std::string& function, const Array& array, Span span) {
  if (!array.is_good()) return {};
  if (array.is_list) return fail("G0612", span, "a list is no array here", "write `np.array([…])`");
  Array found = array;
  found.sketch = sketcher_.sized_call(function, {array.sketch}, span, array.sketch->extents);
  found.is_boolean = false;
  found.dim.reset();
  return found;
}

Array Arrays::transposed(const Array& array, Span span) {
  if (array.is_list) return fail("G0612", span, "a list is no array here", "write `np.array([…])`");
  if (array.is_known && array.shape.size() < 2) return array;
  Array found = array;
  if (array.is_known && array.shape.size() == 2) std::swap(found.shape[0], found.shape[1]);
  found.sketch = sketcher_.transposed(array.sketch, span);
  return found;
}

Array Arrays::product(const Array& a, const Array& b, Span span, bool is_dot) {
  if (!a.is_good() || !b.is_good()) return {};
  if (a.is_list || b.is_list) return fail("G0612", span, "a list is no array here", "write `np.array([…])`");
  if (!a.is_known || !b.is_known) return unknown(sketcher_.product(a.sketch, "*", b.sketch));
  if (a.shape.empty() || b.shape.empty()) {
    const auto is_taken = [&](const Array& number, const Array& other, bool is_left) {  // (1,1) @ (1,n), (n,1) @ (1,1)
      if (!number.shape.empty()) return true;
      const bool is_matrix = other.shape.size() == 2 && is_one(other.shape[is_left ? 0 : 1]);
      return number.may_have_axes && (is_matrix || (other.shape.empty() && other.may_have_axes));
    };
    Array found = elementwise("*", a, b, span);
    if (is_dot || (is_taken(a, b, true) && is_taken(b, a, false))) return found;
    return raising(found.sketch, span, "`@` takes no number: NumPy raises here", "write `*`");
  }
  const Dim inner_a = a.shape.back();
  const Dim inner_b = b.shape.front();
  const bool fits = inner_a == inner_b;
  Array found;
  if (a.shape.size() == 1 && b.shape.size() == 1) {
    found.sketch = sketcher_.product(sketcher_.transposed(a.sketch, a.sketch->span), "*", b.sketch);
  } else if (a.shape.size() == 1) {  // (k,) @ (k,n) is (n,)
    found.sketch = sketcher_.product(sketcher_.transposed(b.sketch, b.sketch->span), "*", a.sketch);
    found.shape = {b.shape[1]};
  } else {
    found.sketch = sketcher_.product(a.sketch, "*", b.sketch);
    found.shape = {a.shape[0]};
    if (b.shape.size() == 2) found.shape.push_back(b.shape[1]);
  }
  return fits ? found : unknown(found.sketch);
}

Array Arrays::reduced(const std::string& kind, const Array& array, const std::optional<int>& axis, bool keeps,
                      Span span) {
  if (!array.is_good()) return {};
  if (array.is_list) return fail("G0612", span, "a list is no array here", "write `np.array([…])`");
  DimTable& dims = sketcher_.dims();
  const bool is_matrix = array.is_known && array.shape.size() == 2;
  const auto count = static_cast<int>(array.shape.size());
  if (axis && array.is_known && (*axis >= count || *axis < -count)) {
    const char* const axes = count == 0   ? "a number has no axes"
                             : count == 1 ? "an array (n,) has the axis 0 only"
                                          : "an array of two axes has the axes 0 and 1";
    return raising(sketcher_.sized_call(kind == "norm" ? "norm2" : kind, {array.sketch}, span, reading::Extents{}),
                   span, fmt::format("there is no axis {} here: NumPy raises", *axis), axes);
  }
  if (axis && count > 2)
    return fail("G0612", span, "an axis of a tensor is not read", "write it in index notation: `sum(k, …)`");
  Array found;
  found.is_known = array.is_known;
  if (!axis || !is_matrix) {
    const bool is_logsumexp = kind == "logsumexp";
    found.sketch =
        is_scalar(array) && (kind == "sum" || kind == "mean" || is_logsumexp)
            ? array.sketch
            : sketcher_.sized_call(kind == "norm" ? "norm2" : kind, {array.sketch}, span, reading::Extents{});
    if (keeps && array.is_known) found.shape.assign(array.shape.size(), dims.one());
    return found;
  }
  const int which = *axis < 0 ? *axis + 2 : *axis;
  const Dim left = array.shape[which == 0 ? 1 : 0];
  const reading::Extents row = which == 0 ? sketcher_.matrix(dims.one(), left) : sketcher_.column(left);
  Sketch made = nullptr;
  if (kind == "norm") {
    const Sketch squares = sketcher_.power(array.sketch, ".^", sketcher_.number("2", span));
    made = sketcher_.sized_call("sqrt", {sketcher_.sized_call(which == 0 ? "colsum" : "rowsum", {squares}, span, row)},
                                span, row);
  } else if (kind == "norm1") {
    made = sketcher_.sized_call(which == 0 ? "colsum" : "rowsum",
                                {sketcher_.sized_call("abs", {array.sketch}, span, array.sketch->extents)}, span, row);
  } else if (kind == "min") {
    const Sketch most =
        sketcher_.sized_call(which == 0 ? "colmax" : "rowmax", {sketcher_.negated(array.sketch, span)}, span, row);
    made = sketcher_.negated(most, span);
  } else if (kind == "var") {
    const Array apart = elementwise("-", array, reduced("mean", array, axis, true, span), span);
    const Sketch squares = sketcher_.power(apart.sketch, ".^", sketcher_.number("2", span));
    made = sketcher_.sized_call(which == 0 ? "colmean" : "rowmean", {squares}, span, row);
  } else if (kind == "prod") {
    return fail("G0612", span, "a product along an axis is not read", "write it as a product of columns");
  } else if (kind == "logsumexp") {
    made = sketcher_.sized_call(which == 0 ? "logsumexp_cols" : "logsumexp_rows", {array.sketch}, span, row);
  } else {
    made = sketcher_.sized_call((which == 0 ? "col" : "row") + kind, {array.sketch}, span, row);
  }
  found.sketch = made;
  if (keeps) {
    found.shape = which == 0 ? std::vector<Dim>{dims.one(), left} : std::vector<Dim>{left, dims.one()};
    return found;
  }
  found.shape = {left};
  if (which == 0) found.sketch = sketcher_.transposed(made, span);
  return found;
}

Array Arrays::flattened(const Array& array, Span span, bool by_columns) {
  if (array.is_list) return fail("G0612", span, "a list is no array here", "write `np.array([…])`");
  if (!array.is_known) return unknown(array.sketch);
  Array found = array;
  if (array.shape.size() < 2) return found;
  if (is_one(array.shape[1])) {
    found.shape = {array.shape[0]};
  } else if (is_one(array.shape[0])) {
    found.shape = {array.shape[1]};
    found.sketch = sketcher_.transposed(array.sketch, span);
  } else {
    found.shape = {sketcher_.size_product(array.shape[0], array.shape[1])};
    found.sketch = sketcher_.call("vec", {by_columns ? array.sketch : sketcher_.transposed(array.sketch, span)}, span);
  }
  return found;
}

Array Arrays::reshaped(const Array& array, std::vector<Array> sizes, Span span, bool by_columns) {
  if (sizes.size() == 1 && sizes[0].is_list) {
    std::vector<Array> inner = sizes[0].elements;
    sizes = std::move(inner);
  }
  if (!array.is_known && array.sketch != nullptr) return unknown(array.sketch);
  if (!array.is_known || array.shape.size() > 2 || sizes.empty() || sizes.size() > 2)
    return fail("G0612", span, "this reshape has no reading", "arrays of one or two axes are reshaped");
  DimTable& dims = sketcher_.dims();
  Dim total = dims.one();
  for (const Dim dim : array.shape) total = sketcher_.size_product(total, dim);
  std::vector<std::optional<Dim>> wanted;
  std::size_t open = 0;
  for (const Array& size : sizes) {
    if (!size.dim)
      return fail("G0612", span, "a size of this reshape is no size", "write numbers, `-1`, or `x.shape[0]`");
    const bool is_open = dims.constant_value(*size.dim) == -1;
    open += is_open ? 1 : 0;
    wanted.push_back(is_open ? std::nullopt : size.dim);
  }
  if (open > 1) return fail("G0612", span, "only one size of a reshape can be -1", "");
  std::vector<Dim> shape;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i]) {
      shape.push_back(*wanted[i]);
      continue;
    }
    const std::optional<Dim> other = wanted.size() == 2 ? wanted[1 - i] : std::optional<Dim>(dims.one());
    std::optional<Dim> found;
    if (other && dims.is_one(*other)) found = total;
    for (std::size_t k = 0; k < array.shape.size() && !found; ++k) {
      const Dim rest = array.shape.size() == 1 ? dims.one() : array.shape[1 - k];
      if (array.shape[k] == *other) found = rest;
    }
    const auto all = dims.constant_value(total);
    const auto part = dims.constant_value(*other);
    if (!found && all && part && *part > 0 && *all % *part == 0) found = dims.constant(*all / *part);
    if (!found) return fail("G0612", span, "the size -1 cannot be found here", "write it");
    shape.push_back(*found);
  }
  Dim made = dims.one();
  for (const Dim dim : shape) made = sketcher_.size_product(made, dim);
  Array found = array;
  found.shape = shape;
  found.is_column_on_purpose = shape.size() == 2 && is_one(shape[1]);
  found.dim.reset();
  if (made != total)
    return raising(array.sketch, span, "the reshaped array has another number of entries: NumPy raises here",
                   "write sizes whose product is that of the array");
  if (array.shape == shape) return array;
  const Array flat = flattened(array, span, by_columns);
  if (shape.size() == 1 || is_one(shape[1])) {
    found.sketch = flat.sketch;
  } else if (is_one(shape[0])) {
    found.sketch = sketcher_.transposed(flat.sketch, span);
  } else if (by_columns) {
    const std::vector<Sketch> arguments{flat.sketch, sketcher_.size(shape[0], span), sketcher_.size(shape[1], span)};
    found.sketch = sketcher_.sized_call("reshape", arguments, span, sketcher_.matrix(shape[0], shape[1]));
  } else {  // row by row in NumPy, column by column here
    const reading::Extents turned = sketcher_.matrix(shape[1], shape[0]);
    const std::vector<Sketch> arguments{flat.sketch, sketcher_.size(shape[1], span), sketcher_.size(shape[0], span)};
    found.sketch = sketcher_.transposed(sketcher_.sized_call("reshape", arguments, span, turned), span);
  }
  return found;
}

}  // namespace gradwright::numpy
