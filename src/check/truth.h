// Truth: what a claim is measured by: the derivative asked about, in the layout in force, by the sheet's own definitions.
//   numerator: ∂z/∂x is len(z)×len(x); denominator: its transpose; gradient: a gradient has its variable's shape.
// A `wrt` that is defined (z2) is taken as a free variable first and given its definition back afterwards.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "derive/structure.h"
#include "read/formula/open_sheet.h"

namespace gradwright::check {

/// Reading with derivatives inside expressions (`grad(L,W)`).
[[nodiscard]] ReadOptions reading_options();

struct Question {
  Target of, wrt;
  Layout layout = Layout::gradient;
  bool is_second = false;  ///< `of` is the gradient by the same variable: a Hessian is asked for
};

struct Truth {
  Expr expr;  ///< with the axes of `surface`; of an entry: one axis an index name, in the order of appearance
  Shape surface;
  std::vector<FreeIndex> indices;  ///< of a claim about an entry
  bool is_gradient = true;         ///< of a scalar
  Expr of;                         ///< what was differentiated
  Expr structured;  ///< by a matrix with structure: the derivative that keeps to it, the other convention; else none
  Structure structure = Structure::none;  ///< of the variable
  Expr
      projected;  ///< of a gradient by a symmetric matrix: its part among the symmetric ones, a third convention; else none
};

/// Nothing where a name is unknown, or the derivative has no form.
[[nodiscard]] std::optional<Truth> truth_of(OpenSheet&, const Question&);
/// What a declared or defined name stands for; none for another.
[[nodiscard]] Expr expr_named(const OpenSheet&, std::string_view name);
/// ∂of/∂wrt with its own axes, for an expression of the sheet in place of `of`; empty as above.
[[nodiscard]] std::optional<Expr> slope_of(OpenSheet&, const std::string& of_gw, const std::string& wrt);
/// In two axes at most: the derivative as the layout wants it.
[[nodiscard]] Truth laid_out(Pool&, Expr tensor, Expr of, const Shape& wrt_surface, const Shape& wrt_axes, Layout);

/// L, where a claim does not say of what: what the sheet derives or minimizes, else its last scalar.
[[nodiscard]] std::string loss_of(const Program&);
/// What a derivative by this name may be of where it is not said: what the sheet asks for by it, else the numbers that depend on it and on
/// which nothing rests, those alone that are called a loss where there are such; the last first.
[[nodiscard]] std::vector<std::string> losses_by(const Pool&, const Program&, std::string_view wrt);

}  // namespace gradwright::check
