// Arrays: the meaning of Python expressions over arrays whose shapes are those of the sheet.
// An array of shape (n,) is a column in the worksheet language; its shape decides how it broadcasts and multiplies.
// arrays.cpp: names, operators; arrays_arguments.cpp: what calls take; arrays_shapes.cpp: broadcasting, products, reductions; arrays_functions.cpp: np.…; arrays_index.cpp; arrays_einsum.cpp.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "read/formula/open_sheet.h"
#include "read/numpy/arguments.h"
#include "read/numpy/columns.h"
#include "read/numpy/python.h"
#include "read/reading/sketch.h"

namespace gradwright::numpy {

using reading::Sketch;
using reading::Sketcher;

struct Array {
  Sketch sketch = nullptr;  ///< none after an error
  bool is_known = true;     ///< false where shapes did not fit: the sketch stands as it was written
  std::vector<Dim> shape;
  std::optional<Dim> dim;       ///< a size: X.shape[0], 3
  std::vector<Array> elements;  ///< of a list or tuple; then there is no sketch
  bool is_list = false;
  bool is_column_on_purpose = false;  ///< made (n,1) by the code: x[:, None], x.reshape(-1, 1)
  bool is_boolean = false;            ///< entries are True and False
  bool may_have_axes = false;         ///< a number that the code may hold as (1,1): x.T @ w of columns (n,1)
  [[nodiscard]] bool is_good() const { return sketch != nullptr || is_list; }
};

struct OwnHelper {
  std::vector<std::string> parameters;
  Py body = nullptr;
};

class Arrays {
 public:
  Arrays(OpenSheet& sheet, Sketcher& sketcher, Columns columns, std::vector<Diagnostic>& diagnostics)
      : sheet_(sheet),
        sketcher_(sketcher),
        columns_(columns),
        columns_of_two_axes_(columns_of_two_axes(sheet)),
        diagnostics_(diagnostics) {}

  std::map<std::string, Array> names;  ///< what the code assigned
  std::map<std::string, OwnHelper> helpers;
  std::set<std::string> poisoned;       ///< names whose line has an error: their users stay silent
  std::set<std::string> raising_names;  ///< whose line raises in NumPy

  [[nodiscard]] Array value(Py);
  /// A × b for the operator of a line `a *= b`.
  [[nodiscard]] Array operated(const std::string& op, Array a, Array b, Span);
  /// The name behind `dW`, `self.dW`, `grads["dW"]`; empty for anything else.
  [[nodiscard]] static std::string name_of(Py);
  [[nodiscard]] bool met_column() const { return met_column_; }
  /// A column and an array (n,) met and made a matrix: what nobody means.
  [[nodiscard]] bool is_surprising() const { return is_surprising_; }
  /// What the values taken since the last call raise in NumPy, where the worksheet language finds nothing wrong.
  [[nodiscard]] std::optional<Diagnostic> taken_fault() { return std::exchange(fault_, std::nullopt); }
  [[nodiscard]] Array of_sheet(const std::string& name, Span);
  [[nodiscard]] std::string sheet_name(const std::string& name) const;
  /// Zero where the mask holds: `dZ[Z <= 0] = 0`.
  [[nodiscard]] Array masked(Array, Py mask, Span);

 private:
  struct Call {
    std::string function;
    std::string module;     ///< `np`; empty for a method or a plain function
    bool is_plain = false;  ///< a function by its name alone: `sum(x)`, which may be Python's own
    std::vector<Array> arguments;
    std::vector<Py> nodes;
    std::map<std::string, Py> keywords;
    Span span;
  };
  // arrays.cpp
  [[nodiscard]] Array fail(const char* code, Span, std::string message, std::string help, Fact = {});
  [[nodiscard]] bool is_module(Py) const;
  [[nodiscard]] Array number(const PyNode&);
  [[nodiscard]] Array name(const PyNode&);
  [[nodiscard]] Array unary(const PyNode&);
  [[nodiscard]] Array attribute(const PyNode&);
  [[nodiscard]] Array call(const PyNode&);
  [[nodiscard]] Array helper_call(const OwnHelper&, const PyNode&);
  [[nodiscard]] Array list(const PyNode&);
  [[nodiscard]] Array literal(const Array& list, Span);
  [[nodiscard]] Array of_dim(Dim, Span);

  // arrays_arguments.cpp
  [[nodiscard]] bool takes(const Call&);
  [[nodiscard]] bool is_of_one(const std::string& function) const;
  [[nodiscard]] static Py type_of(const Call&);
  [[nodiscard]] static bool is_whole(const Array&);
  [[nodiscard]] Array converted(Array, ElementType, Span);
  [[nodiscard]] Array truth_of(const Array&, Span);
  [[nodiscard]] std::optional<bool> is_by_columns(const Call&);
  [[nodiscard]] Array permuted(const Call&);

  // arrays_shapes.cpp
  [[nodiscard]] reading::Extents extents(const std::vector<Dim>& shape) const;
  [[nodiscard]] bool is_one(Dim dim) const { return sketcher_.dims().is_one(dim); }
  [[nodiscard]] bool is_scalar(const Array&) const;  ///< one number
  [[nodiscard]] Array elementwise(const std::string& op, const Array& a, const Array& b, Span);
  [[nodiscard]] std::optional<std::vector<Dim>> broadcast_shape(const std::vector<Dim>&, const std::vector<Dim>&) const;
  [[nodiscard]] Sketch spread(const Array&, const std::vector<Dim>& shape);
  [[nodiscard]] Array mapped(const std::string& function, const Array&, Span);
  /// `is_dot`: np.dot, which takes numbers too.
  [[nodiscard]] Array product(const Array& a, const Array& b, Span, bool is_dot = false);
  [[nodiscard]] Array transposed(const Array&, Span);
  [[nodiscard]] Array reduced(const std::string& kind, const Array&, const std::optional<int>& axis, bool keeps, Span);
  [[nodiscard]] Array reshaped(const Array&, std::vector<Array> sizes, Span, bool by_columns = false);
  [[nodiscard]] Array flattened(const Array&, Span, bool by_columns = false);
  [[nodiscard]] Sketch ones(Dim, Span);
  [[nodiscard]] Array unknown(Sketch) const;
  /// NumPy raises here.
  [[nodiscard]] Array raising(Sketch, Span, std::string message, std::string help);

  // arrays_functions.cpp
  [[nodiscard]] Array function(Call&);
  [[nodiscard]] Array made_array(Call&);
  [[nodiscard]] Array linear_algebra(Call&);
  [[nodiscard]] Array with_few_axes(const Call&);
  [[nodiscard]] Array stacked(Call&);
  [[nodiscard]] Array blocks(const Array& list, Span);
  [[nodiscard]] Array matrix_power(const Array& base, const Array& exponent, Span);
  [[nodiscard]] Array same_entries(Call&);
  [[nodiscard]] Array combined(const std::string& op, Call&);
  [[nodiscard]] Array where(Call&);
  [[nodiscard]] Array reduction(Call&);
  [[nodiscard]] bool axis_of(const Call&, std::size_t position, std::optional<int>& axis, bool& keeps);
  [[nodiscard]] Array own_function(Call&);

  // arrays_index.cpp
  [[nodiscard]] Array subscript(const PyNode&);
  [[nodiscard]] std::optional<Dim> bound(Py, Dim extent);
  [[nodiscard]] Array picked(const Array&, const std::vector<Py>& items, Span);
  [[nodiscard]] Array entry_of_tensor(const Array&, const std::vector<Py>& items, Span);
  [[nodiscard]] Sketch one_more(Dim place, Span);

  // arrays_einsum.cpp
  struct Labelled {
    Array array;
    std::string labels;
  };
  [[nodiscard]] Array einsum(Call&);
  [[nodiscard]] Labelled summed(Labelled, const std::string& kept, Span);
  [[nodiscard]] Labelled paired(Labelled, Labelled, const std::string& kept, Span);
  [[nodiscard]] Sketch as_matrix(const Labelled&, char row, char column, Span);

  OpenSheet& sheet_;
  Sketcher& sketcher_;
  Columns columns_;
  std::set<std::string, std::less<>> columns_of_two_axes_;
  std::vector<Diagnostic>& diagnostics_;
  std::optional<Diagnostic> fault_;
  std::vector<std::map<std::string, Array>> frames_;
  bool met_column_ = false;
  bool is_surprising_ = false;
  bool failed_ = false;
  int depth_ = 0;
  std::size_t work_ = 0;
};

}  // namespace gradwright::numpy
