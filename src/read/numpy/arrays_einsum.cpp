// np.einsum as products, scalings and sums of matrices: 'ij,jk->ik' is A*B. Operands are joined from the left; a label that nobody needs
// any more is summed.
#include <fmt/format.h>

#include <algorithm>

#include "read/numpy/arrays.h"

namespace gradwright::numpy {
namespace {

bool holds(const std::string& labels, char label) { return labels.find(label) != std::string::npos; }

}  // namespace

/// A labelled array with every label outside `kept` summed; a label that stands twice is a diagonal.
Arrays::Labelled Arrays::summed(Labelled one, const std::string& kept, Span span) {
  if (one.labels.size() == 2 && one.labels[0] == one.labels[1]) {
    one.array.sketch = sketcher_.call("diag", {one.array.sketch}, span);
    one.array.shape.pop_back();
    one.labels.pop_back();
  }
  for (std::size_t i = one.labels.size(); i-- > 0;) {
    if (holds(kept, one.labels[i])) continue;
    one.array = reduced("sum", one.array, static_cast<int>(i), false, span);
    one.labels.erase(i, 1);
    if (failed_) return one;
  }
  return one;
}

/// As a matrix whose rows run over `row` and columns over `column`; a missing label is an axis of one.
Sketch Arrays::as_matrix(const Labelled& one, char row, char column, Span span) {
  const bool turns = one.labels.size() == 2 ? one.labels[0] == column
                                            : one.labels.size() == 1 && one.labels[0] == column && column != row;
  (void)row;
  return turns ? sketcher_.transposed(one.array.sketch, span) : one.array.sketch;
}

Arrays::Labelled Arrays::paired(Labelled a, Labelled b, const std::string& kept, Span span) {
  a = summed(a, kept + b.labels, span);
  b = summed(b, kept + a.labels, span);
  if (failed_) return a;
  std::string all = a.labels;
  for (const char label : b.labels) {
    if (!holds(all, label)) all += label;
  }
  Labelled made;
  const auto dim_of = [&](char label) {
    const Labelled& from = holds(a.labels, label) ? a : b;
    return from.array.shape[from.labels.find(label)];
  };
  for (const char label : all) {
    if (holds(a.labels, label) && holds(b.labels, label) &&
        a.array.shape[a.labels.find(label)] != b.array.shape[b.labels.find(label)]) {
      made.array =
          fail("G0612", span, fmt::format("the index `{}` has two sizes", label), "check the order of the indices");
      return made;
    }
  }
  if (all.size() == 3) {  // i,j of one and j,k of the other
    char inner = 0;
    for (const char label : all) {
      if (holds(a.labels, label) && holds(b.labels, label) && !holds(kept, label)) inner = label;
    }
    if (inner != 0 && a.labels.size() == 2 && b.labels.size() == 2) {
      const char row = a.labels[0] == inner ? a.labels[1] : a.labels[0];
      const char column = b.labels[0] == inner ? b.labels[1] : b.labels[0];
      made.labels = {row, column};
      made.array.sketch = sketcher_.product(as_matrix(a, row, inner, span), "*", as_matrix(b, inner, column, span));
      made.array.shape = {dim_of(row), dim_of(column)};
      return made;
    }
  }
  if (all.size() > 2) {
    made.array =
        fail("G0612", span, "this einsum has no form in matrices", "write it in index notation: `Z[i,j] = sum(k, …)`");
    return made;
  }
  // at most two labels: both operands over both, entry by entry, then summed
  if (all.size() == 2 && a.labels.size() == 1 && b.labels.size() == 1) {
    made.labels = all;
    made.array.sketch = sketcher_.product(a.array.sketch, "*", sketcher_.transposed(b.array.sketch, span));
    made.array.shape = {dim_of(all[0]), dim_of(all[1])};
    return summed(made, kept, span);
  }
  if (all.size() == 2) {
    const auto full = [&](const Labelled& one) {
      Array array = one.array;
      if (one.labels.size() == 2) {
        array.sketch = as_matrix(one, all[0], all[1], span);
        array.shape = {dim_of(all[0]), dim_of(all[1])};
      } else if (one.labels.size() == 1 && one.labels[0] == all[0]) {
        array.shape = {dim_of(all[0]), sketcher_.dims().one()};
      }
      return array;
    };
    const Labelled& vector = a.labels.size() == 1 ? a : b;
    const Labelled& matrix = a.labels.size() == 1 ? b : a;
    if (vector.labels.size() == 1 && matrix.labels.size() == 2 && !holds(kept, vector.labels[0])) {
      const char row = matrix.labels[0] == vector.labels[0] ? matrix.labels[1] : matrix.labels[0];
      made.labels = {row};
      made.array.sketch = sketcher_.product(as_matrix(matrix, row, vector.labels[0], span), "*", vector.array.sketch);
      made.array.shape = {dim_of(row)};
      return summed(made, kept, span);
    }
    made.labels = all;
    made.array = elementwise("*", full(a), full(b), span);
    return summed(made, kept, span);
  }
  made.labels = all;
  made.array = elementwise("*", a.array, b.array, span);
  return summed(made, kept, span);
}

Array Arrays::einsum(Call& made) {
  std::string formula;
  if (!made.nodes.empty() && made.nodes[0]->kind == PyKind::text) {
    for (const char c : made.nodes[0]->text) {
      if (c != ' ') formula += c;
    }
  }
  const std::size_t arrow = formula.find("->");
  std::vector<std::string> inputs(1);
  for (const char c : formula.substr(0, arrow)) {
    if (c == ',')
      inputs.emplace_back();
    else
      inputs.back() += c;
  }
  std::string out;
  if (arrow != std::string::npos) {
    out = formula.substr(arrow + 2);
  } else {
    const auto all = formula;
    for (const char c : all) {
      if (c != ',' && std::count(all.begin(), all.end(), c) == 1) out += c;
    }
    std::sort(out.begin(), out.end());
  }
  const auto is_plain = [](const std::string& text) {
    return text.size() <= 2 && std::all_of(text.begin(), text.end(),
                                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  };
  const bool is_read = inputs.size() + 1 == made.arguments.size() && is_plain(out) &&
                       std::all_of(inputs.begin(), inputs.end(), is_plain) && !(out.size() == 2 && out[0] == out[1]);
  if (!is_read)
    return fail("G0612", made.span, "this einsum is not read",
                "indices are letters, at most two an array: `'ij,jk->ik'`");
  std::vector<Labelled> operands;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Array array = made.arguments[i + 1];
    if (array.is_list) array = literal(array, made.span);
    if (failed_ || array.sketch == nullptr || !array.is_known)
      return failed_ ? Array{} : fail("G0612", made.span, "the shape of an operand is not known", "");
    const bool is_flat =
        array.shape.size() == 2 && inputs[i].size() == 1 && (is_one(array.shape[0]) || is_one(array.shape[1]));
    if (is_flat) array = flattened(array, made.span);
    if (array.shape.size() != inputs[i].size())
      return fail(
          "G0612", made.span,
          fmt::format("`{}` names {} axes of an array with {}", inputs[i], inputs[i].size(), array.shape.size()), "");
    operands.push_back({array, inputs[i]});
  }
  Labelled total = operands[0];
  for (std::size_t i = 1; i < operands.size() && !failed_; ++i) {
    std::string later = out;
    for (std::size_t k = i + 1; k < operands.size(); ++k) later += operands[k].labels;
    total = paired(total, operands[i], later, made.span);
  }
  if (failed_) return {};
  total = summed(total, out, made.span);
  if (failed_) return {};
  if (total.labels.size() != out.size())
    return fail("G0612", made.span, "the result of this einsum names an index that no operand has", "");
  if (total.labels.size() == 2 && total.labels != out) return transposed(total.array, made.span);
  return total.array;
}

}  // namespace gradwright::numpy
