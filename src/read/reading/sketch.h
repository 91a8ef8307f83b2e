// Sketch: a formula on its way from a foreign notation into the worksheet language: a tree with sizes, some of which become known only from
// their neighbours (`I`, `\mathbf 1`), printed at the end with the place each token came from.
// A sketch without extents does not conform; it is printed all the same, for the checker to say why.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "read/reading/reading.h"

namespace gradwright::reading {

/// A dimension, or an unknown that unification finds.
struct Extent {
  Dim dim;
  std::int32_t unknown = -1;
};
using Extents = std::vector<Extent>;  ///< {} for a scalar, else {rows, cols}
using MaybeExtents = std::optional<Extents>;

enum class Form : std::uint8_t { word, sum, product, power, transpose, call, index, block, compare, ones, identity };

struct SketchNode {
  Form form = Form::word;
  std::string text;  ///< word: as printed; product, power, compare: the operator; call: the function, with its primes
  std::vector<const SketchNode*> children;
  std::vector<bool> minus;          ///< sum: one a term
  std::vector<std::uint32_t> rows;  ///< block: how many children a row has
  Span span;
  MaybeExtents extents;
  Span whole{};  ///< all that was written for it; empty: its span
  [[nodiscard]] Span all() const { return whole.is_empty() ? span : whole; }
};
using Sketch = const SketchNode*;

class Sketcher {
 public:
  /// A longer text is cut off; nobody wrote it.
  static constexpr std::size_t most_written = 65536;

  explicit Sketcher(DimTable& dims) : dims_(dims) {}

  [[nodiscard]] Sketch word(std::string text, Span, MaybeExtents);
  [[nodiscard]] Sketch number(std::string text, Span span) { return word(std::move(text), span, Extents{}); }
  [[nodiscard]] Sketch size(Dim, Span);
  [[nodiscard]] Sketch sum(std::vector<Sketch> terms, std::vector<bool> minus, Span);
  [[nodiscard]] Sketch negated(Sketch, Span);
  /// `*`, `.*`, `/`, `./`; kron is a call.
  [[nodiscard]] Sketch product(Sketch, std::string_view op, Sketch);
  [[nodiscard]] Sketch power(Sketch, std::string_view op, Sketch exponent);
  [[nodiscard]] Sketch transposed(Sketch, Span);
  [[nodiscard]] Sketch call(std::string function, std::vector<Sketch> arguments, Span);
  /// A call whose size the caller knows.
  [[nodiscard]] Sketch sized_call(std::string function, std::vector<Sketch> arguments, Span, MaybeExtents);
  [[nodiscard]] Sketch index(Sketch base, std::vector<Sketch> items, Span, MaybeExtents);
  [[nodiscard]] Sketch block(std::vector<Sketch> entries, std::vector<std::uint32_t> rows, Span);
  [[nodiscard]] Sketch compare(Sketch, std::string_view op, Sketch);
  /// A column of ones, or in a sum whatever fits.
  [[nodiscard]] Sketch ones(Span);
  [[nodiscard]] Sketch identity(Span);

  /// The same, written as all of this: with its brackets, command and scripts.
  [[nodiscard]] Sketch standing(Sketch, Span all);

  [[nodiscard]] Extents column(Dim rows) const { return normal({{rows, -1}, {dims_.one(), -1}}); }
  [[nodiscard]] Extents matrix(Dim rows, Dim cols) const { return normal({{rows, -1}, {cols, -1}}); }
  [[nodiscard]] MaybeExtents extents_of(const std::optional<Shape>&) const;
  [[nodiscard]] std::optional<Shape> shape(Sketch) const;
  [[nodiscard]] Extents normal(Extents) const;  ///< {} for 1×1
  [[nodiscard]] bool is_one(Extent extent) const;
  /// Equal as far as is known now; decides nothing.
  [[nodiscard]] bool is_same(const Extents&, const Extents&) const;
  [[nodiscard]] bool multiplies(const Extents&, const Extents&) const;
  [[nodiscard]] bool is_vector(const Extents&) const;
  [[nodiscard]] DimTable& dims() const { return dims_; }
  /// a·b and a + factor·b; 1 where that is beyond all use, which is then remembered.
  [[nodiscard]] Dim size_product(Dim a, Dim b);
  [[nodiscard]] Dim size_sum(Dim a, Dim b, std::int64_t factor = 1);
  [[nodiscard]] bool is_oversized() const { return is_oversized_; }
  struct Unknown {
    std::int32_t parent = -1;
    std::optional<Dim> dim;
    bool is_soft = false;  ///< 1 unless a neighbour says otherwise
  };
  /// What is known of the unknowns: to try a reading and take it back.
  [[nodiscard]] std::vector<Unknown> marks() const { return unknowns_; }
  void restore(const std::vector<Unknown>& marks) { std::copy(marks.begin(), marks.end(), unknowns_.begin()); }
  /// The size is still to be found: a diagnostic for each, at the end.
  [[nodiscard]] std::vector<Span> unsized(Sketch root) const;
  /// Takes the unknown sizes so that the whole has this one, where that is possible.
  void fit(Sketch root, const Shape&);
  [[nodiscard]] Reading written(Sketch root) const;

 private:
  class Writer;
  [[nodiscard]] Sketch made(SketchNode);
  [[nodiscard]] Extent fresh(bool is_soft);
  [[nodiscard]] Extent root_of(Extent) const;
  [[nodiscard]] bool unite(Extent, Extent);
  [[nodiscard]] MaybeExtents united(const MaybeExtents&, const MaybeExtents&);
  /// In a product, ones are a column.
  void harden(const MaybeExtents&);
  [[nodiscard]] MaybeExtents call_extents(std::string_view function, const std::vector<Sketch>& arguments);
  [[nodiscard]] MaybeExtents block_extents(const std::vector<Sketch>&, const std::vector<std::uint32_t>& rows);
  [[nodiscard]] std::optional<Dim> known(Extent) const;

  DimTable& dims_;
  std::deque<SketchNode> nodes_;
  std::vector<Unknown> unknowns_;
  bool is_oversized_ = false;
};

}  // namespace gradwright::reading
