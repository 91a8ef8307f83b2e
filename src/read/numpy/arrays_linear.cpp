// Linear algebra of NumPy, and what stacks arrays.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "ir/functions.h"
#include "read/numpy/arrays.h"

namespace gradwright::numpy {
namespace {

struct LeastAxes {
  std::string_view function;
  std::size_t axes;
};
/// What NumPy takes arrays of so many axes for, and raises with fewer.
constexpr std::array least_axes{LeastAxes{"trace", 2}, LeastAxes{"det", 2},  LeastAxes{"inv", 2},
                                LeastAxes{"solve", 2}, LeastAxes{"diag", 1}, LeastAxes{"diagonal", 2},
                                LeastAxes{"tril", 1},  LeastAxes{"triu", 1}, LeastAxes{"swapaxes", 2}};

}  // namespace

/// np.trace(3.0), np.linalg.det(x) of an array (n,): NumPy raises. No array where it takes this one.
Array Arrays::with_few_axes(const Call& made) {
  const Array& first = made.arguments[0];
  const auto* const row = std::ranges::find(least_axes, made.function, &LeastAxes::function);
  const bool may_have_enough = !first.is_known || first.is_list || first.may_have_axes;
  if (row == least_axes.end() || may_have_enough || first.shape.size() >= row->axes) return {};
  const char* const wanted = row->axes == 1 ? "no number" : "arrays of two axes";
  const std::string message = fmt::format("`{}` takes {}: NumPy raises here", made.function, wanted);
  if (made.function == "solve" && first.shape.empty() && made.arguments.size() > 1)
    return raising(elementwise("/", made.arguments[1], first, made.span).sketch, made.span, message, "write `/`");
  return raising(first.sketch, made.span, message, fmt::format("leave `{}` out", made.function));
}

/// transpose, outer, diag, inv, det, trace, norm, solve, kron, reshape …; no array where the function is another.
Array Arrays::linear_algebra(Call& made) {
  const std::string& name = made.function;
  const Array& first = made.arguments[0];
  const Span span = made.span;
  if (Array few = with_few_axes(made); few.is_good()) return few;
  const auto scalar_call = [&](const char* function) {
    Array found;
    found.sketch = sketcher_.sized_call(function, {first.sketch}, span, reading::Extents{});
    found.is_known = first.is_known;
    return found;
  };
  if (name == "transpose" || name == "t" || name == "swapaxes" || name == "permute") return permuted(made);
  if (name == "inv" || name == "pinv") {
    Array found = mapped("inv", first, span);
    if (name == "pinv")
      return fail("G0612", span, "a pseudo-inverse is not read", "write `np.linalg.inv(A.T @ A) @ A.T`");
    return found;
  }
  if (name == "det" || name == "trace") return scalar_call(name == "trace" ? "tr" : "det");
  if (name == "norm") {
    std::optional<int> axis;
    bool keeps = false;
    if (!axis_of(made, 99, axis, keeps)) return {};
    Py order = made.nodes.size() > 1 ? made.nodes[1] : nullptr;
    if (const auto given = made.keywords.find("ord"); given != made.keywords.end()) order = given->second;
    if (order == nullptr || order->text == "None") return reduced("norm", first, axis, keeps, span);
    const bool is_matrix =
        first.is_known && first.shape.size() == 2 && !is_one(first.shape[0]) && !is_one(first.shape[1]) && !axis;
    if (order->text == "fro" || (order->text == "2" && !is_matrix)) return reduced("norm", first, axis, keeps, span);
    if (order->text == "1" && !is_matrix) return reduced("norm1", first, axis, keeps, span);
    return fail("G0612", order->span,
                is_matrix ? "this norm of a matrix is not the one over its entries" : "this norm is not read",
                "`np.linalg.norm(A)` is the root of the sum of all squares");
  }
  if (name == "flatten" || name == "ravel" || name == "reshape" || name == "view") {
    const std::optional<bool> by_columns = is_by_columns(made);
    if (!by_columns) return {};
    const bool names_order = made.nodes.size() > 1 && made.nodes.back()->kind == PyKind::text;
    const std::vector<Array> sizes(made.arguments.begin() + 1, made.arguments.end() - (names_order ? 1 : 0));
    if (name == "reshape" || name == "view") return reshaped(first, sizes, span, *by_columns);
    if (sizes.empty()) return flattened(first, span, *by_columns);
    return fail("G0612", made.nodes[1]->span, fmt::format("this argument of `{}` is not read", name), "leave it out");
  }
  if (name == "squeeze") {
    Array found = first;
    if (first.is_known && first.shape.size() == 2 && (is_one(first.shape[0]) || is_one(first.shape[1]))) {
      found = flattened(first, span);
      if (found.shape.size() == 1 && is_one(found.shape[0])) found.shape.clear();
    }
    return found;
  }
  if (name == "expand_dims" || name == "unsqueeze") {
    std::optional<int> axis;
    bool keeps = false;
    if (!axis_of(made, 1, axis, keeps)) return {};
    if (!first.is_known || first.shape.size() != 1)
      return fail("G0612", span, "an axis is added to arrays of one axis", "");
    if (!axis || *axis < -2 || *axis > 1) return fail("G0612", span, "this axis is not read", "write 0, 1 or -1");
    Array found = first;
    if (axis == 0 || axis == -2) {
      found.shape = {sketcher_.dims().one(), first.shape[0]};
      found.sketch = sketcher_.transposed(first.sketch, span);
    } else {
      found.shape = {first.shape[0], sketcher_.dims().one()};
    }
    return found;
  }
  if (name == "tril" || name == "triu") return mapped(name, first, span);
  if (name == "diag" || name == "diagonal" || name == "diagflat") {
    if (!first.is_known) return unknown(sketcher_.call("diag", {first.sketch}, span));
    const bool is_vector = first.shape.size() < 2 || is_one(first.shape[0]) || is_one(first.shape[1]);
    Array found;
    found.sketch = sketcher_.call("diag", {first.sketch}, span);
    const Dim size = first.shape.empty()                                 ? sketcher_.dims().one()
                     : is_one(first.shape[0]) && first.shape.size() == 2 ? first.shape[1]
                                                                         : first.shape[0];
    found.shape = {size};
    if (is_vector) found.shape.push_back(size);
    return found;
  }
  if (made.arguments.size() < 2) return {};
  if (name == "matrix_power") return matrix_power(first, made.arguments[1], span);
  const Array& second = made.arguments[1];
  if (!second.is_good() || second.is_list) return {};
  if (name == "outer") {
    const Array a = flattened(first, span);
    const Array b = failed_ ? Array{} : flattened(second, span);
    if (failed_) return {};
    Array found;
    found.sketch = sketcher_.product(a.sketch, "*", sketcher_.transposed(b.sketch, span));
    found.shape = {a.shape.empty() ? sketcher_.dims().one() : a.shape[0],
                   b.shape.empty() ? sketcher_.dims().one() : b.shape[0]};
    return found;
  }
  if (name == "inner" || name == "vdot")
    return product(name == "vdot" ? flattened(first, span) : first,
                   name == "vdot" ? flattened(second, span) : transposed(second, span), span);
  if (name == "solve") {
    Array found = product(mapped("inv", first, span), second, span);
    found.sketch = sketcher_.sized_call("solve", {first.sketch, second.sketch}, span, found.sketch->extents);
    return found;
  }
  if (name == "kron") {
    Array found;
    found.sketch = sketcher_.call("kron", {first.sketch, second.sketch}, span);
    if (!first.is_known || !second.is_known) return unknown(found.sketch);
    const auto axis = [&](const Array& array, std::size_t from_end) {
      return from_end < array.shape.size() ? array.shape[array.shape.size() - 1 - from_end] : sketcher_.dims().one();
    };
    const std::size_t axes = std::max(first.shape.size(), second.shape.size());
    for (std::size_t i = 0; i < axes; ++i)
      found.shape.push_back(sketcher_.size_product(axis(first, axes - 1 - i), axis(second, axes - 1 - i)));
    return found;
  }
  return {};
}

Array Arrays::matrix_power(const Array& base, const Array& exponent, Span span) {
  if (!exponent.dim) return fail("G0612", span, "the exponent of a matrix power is a whole number", "");
  const Sketch power = sketcher_.power(base.sketch, "^", exponent.sketch);
  if (!base.is_known) return unknown(power);
  if (base.shape.size() != 2 || base.shape[0] != base.shape[1])
    return raising(power, span, "a matrix power is taken of a square matrix", "the power of each entry is `A**2`");
  Array found = base;
  found.sketch = power;
  return found;
}

/// np.block([[A, B], [C, D]]); an array (n,) is a row.
Array Arrays::blocks(const Array& list, Span span) {
  std::vector<Sketch> entries;
  std::vector<std::uint32_t> rows;
  const bool has_rows = !list.elements.empty() && list.elements[0].is_list;
  for (const Array& row : has_rows ? list.elements : std::vector<Array>{list}) {
    rows.push_back(static_cast<std::uint32_t>(row.elements.size()));
    if (row.elements.empty()) return fail("G0612", span, "there is nothing to join", "");
    for (const Array& part : row.elements) {
      if (part.sketch == nullptr || !part.is_known) return fail("G0612", span, "the shape of a part is not known", "");
      entries.push_back(part.shape.size() == 1 ? sketcher_.transposed(part.sketch, span) : part.sketch);
    }
  }
  Array found;
  found.sketch = entries.size() == 1 ? entries[0] : sketcher_.block(std::move(entries), std::move(rows), span);
  const auto shape = sketcher_.shape(found.sketch);
  if (!shape) return unknown(found.sketch);
  found.shape.assign(shape->begin(), shape->end());
  if (shape->empty()) found.shape.assign(2, sketcher_.dims().one());
  return found;
}

Array Arrays::stacked(Call& made) {
  std::vector<Array> parts =
      made.arguments[0].is_list
          ? made.arguments[0].elements
          : std::vector<Array>(made.arguments.begin(),
                               made.arguments.begin() +
                                   std::min<std::ptrdiff_t>(2, static_cast<std::ptrdiff_t>(made.arguments.size())));
  std::optional<int> axis;
  bool keeps = false;
  const bool appends = made.function == "append";
  if (!axis_of(made, appends ? 2 : 1, axis, keeps)) return {};
  const bool joins_entries = !axis && (appends || made.keywords.contains("axis"));  // axis=None
  int which = axis.value_or(0);
  if (parts.empty()) return fail("G0612", made.span, "there is nothing to join", "");
  std::size_t axes = 0;
  for (Array& part : parts) {
    if (part.is_list) part = literal(part, made.span);
    if (failed_ || part.sketch == nullptr) return {};
    if (!part.is_known) return fail("G0612", made.span, "the shape of a part is not known", "");
    if (joins_entries) part = flattened(part, made.span);
    axes = std::max(axes, part.shape.size());
  }
  if (made.function == "vstack" || made.function == "row_stack") which = 0;
  if (made.function == "hstack" || made.function == "column_stack")
    which = axes == 2 || made.function == "column_stack" ? 1 : 0;
  if (which < 0) which += static_cast<int>(std::max<std::size_t>(axes, 1));
  const bool are_rows = (made.function == "vstack" || made.function == "row_stack") && axes < 2;
  DimTable& dims = sketcher_.dims();
  std::vector<Sketch> entries;
  Dim total = dims.constant(0);
  Dim other = dims.one();
  for (const Array& part : parts) {
    const Dim length = part.shape.empty() ? dims.one() : part.shape[0];
    if (axes < 2) {
      entries.push_back(are_rows ? sketcher_.transposed(part.sketch, made.span) : part.sketch);
      total = sketcher_.size_sum(total, are_rows ? dims.one() : length);
      other = are_rows ? length : dims.one();
    } else {
      const bool is_flat = part.shape.size() < 2;
      const Dim rows = is_flat ? length : part.shape[0];
      const Dim cols = is_flat ? dims.one() : part.shape[1];
      entries.push_back(part.sketch);
      total = sketcher_.size_sum(total, which == 0 ? rows : cols);
      other = which == 0 ? cols : rows;
    }
  }
  const bool side_by_side = axes == 2 ? which == 1 : made.function == "column_stack";
  const auto count = static_cast<std::uint32_t>(entries.size());
  std::vector<std::uint32_t> rows =
      side_by_side ? std::vector<std::uint32_t>{count} : std::vector<std::uint32_t>(count, 1);
  Array found;
  found.sketch = count == 1 ? entries[0] : sketcher_.block(std::move(entries), std::move(rows), made.span);
  found.shape = axes < 2 && !are_rows && made.function != "column_stack" ? std::vector<Dim>{total}
                : side_by_side                                           ? std::vector<Dim>{other, total}
                                                                         : std::vector<Dim>{total, other};
  return found;
}

}  // namespace gradwright::numpy
