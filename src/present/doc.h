// Doc: one formula as a small tree between Expr and text. What is a product, a transpose or a call is decided here;
// how it is spelled (gw, unicode, LaTeX) is decided by the printers. Every node knows its size, so sizes can be printed under factors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/rational.h"
#include "ir/dim.h"
#include "ir/functions.h"

namespace gradwright::view {

struct DocTag;
using DocId = Id<DocTag>;

enum class DocKind : std::uint8_t {
  name,      ///< text
  number,    ///< value
  size,      ///< text: a dimension as a number, or a word among arguments (`n`, `:`)
  sum,       ///< ± args
  product,   ///< args joined by *
  hadamard,  ///< args joined by .*
  quotient,  ///< args[0] / args[1]; `pointwise`: ./
  transpose,
  power,       ///< args[0] ^ value, or ^ text where there is one; `pointwise`: .^
  call,        ///< text(args)
  derivative,  ///< text'(args)
  compare,     ///< args[0] text args[1]
  block,       ///< [a, b; c, d] with `columns` a row
  index,       ///< args[0][text]
  index_sum,   ///< sum(text, args[0])
};

struct Doc {
  DocKind kind = DocKind::name;
  std::string text;
  Rational value;
  std::vector<DocId> args;
  std::vector<bool> negative;  ///< signs of a sum
  bool pointwise = false;
  std::size_t columns = 1;
  const ScalarFunction* function = nullptr;  ///< of a call: its row, for the LaTeX template
  Dim rows, cols;                            ///< one × one for scalars
  std::size_t length = 0;                    ///< about the length of its gw text
  std::size_t depth = 0;
};

/// Owner and builder of Docs. Builders keep products and sums flat where that reads back to the same.
class Docs {
 public:
  explicit Docs(const DimTable& dims) : dims_(dims) {}
  [[nodiscard]] const Doc& operator[](DocId id) const { return docs_[id.index()]; }
  [[nodiscard]] const DimTable& dims() const { return dims_; }
  [[nodiscard]] bool is_matrix(DocId id) const {
    return !dims_.is_one((*this)[id].rows) && !dims_.is_one((*this)[id].cols);
  }
  [[nodiscard]] bool is_scalar(DocId id) const {
    return dims_.is_one((*this)[id].rows) && dims_.is_one((*this)[id].cols);
  }

  DocId name(std::string text, Dim rows, Dim cols);
  DocId number(Rational value);
  DocId size(Dim dim);
  DocId word(std::string text);
  DocId sum(std::vector<DocId> terms, std::vector<bool> negative);
  /// A product; `args` that are products are dissolved into it when `flat`.
  DocId product(const std::vector<DocId>& args, bool flat = true);
  DocId hadamard(const std::vector<DocId>& args);
  DocId quotient(DocId numerator, DocId denominator, bool pointwise);
  /// made/(d1*d2), or pointwise made ./ (d1 .* d2).
  DocId divided(DocId made, const std::vector<DocId>& divisors, bool pointwise);
  DocId transpose(DocId);
  DocId power(DocId base, Rational exponent);
  /// base^exponent of a square matrix; the exponent is its text.
  DocId matrix_power(DocId base, Dim exponent);
  DocId call(std::string function, std::vector<DocId> args, Dim rows, Dim cols, const ScalarFunction* row = nullptr);
  DocId derivative(std::string function, DocId argument);
  DocId compare(std::string op, DocId left, DocId right);
  DocId block(std::vector<DocId> parts, std::size_t columns, Dim rows, Dim cols);
  DocId index(DocId base, std::string indices, Dim rows, Dim cols);
  DocId index_sum(std::string labels, DocId body);
  /// 1 where two indices are one number, 0 elsewhere: delta(q, i-j+1).
  DocId delta(std::string index, std::string other);
  /// coefficient·doc for a positive coefficient, the number first.
  DocId scaled(Rational coefficient, DocId);
  /// The same for any coefficient: the sign of a number is its own, other docs get it in front.
  DocId multiplied(Rational coefficient, DocId);
  DocId ones(Dim rows, Dim cols);

 private:
  DocId added(Doc doc, std::size_t extra);
  const DimTable& dims_;
  std::vector<Doc> docs_;
};

}  // namespace gradwright::view
