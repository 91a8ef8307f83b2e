// ∂u/∂v in a formula, by the layout that makes the whole side conform: that of the sheet first.
//   numerator: len(u)×len(v), the gradient of a scalar is a row; denominator: the transposes; gradient: a gradient as its variable, a Jacobian as in numerator layout.
#include <fmt/format.h>

#include <array>

#include "read/latex/interpreter.h"

namespace gradwright::latex {

Sketch Interpreter::slope(const std::string& of, Span of_span, const std::string& wrt, Span wrt_span, Span span) {
  const auto shape = scope_.shape_of(of);
  const auto by = scope_.shape_of(wrt);
  const bool is_scalar = shape && shape->empty();
  std::vector<Sketch> names{sketcher_.word(of, of_span, sketcher_.extents_of(shape)),
                            sketcher_.word(wrt, wrt_span, sketcher_.extents_of(by))};
  auto extents = is_scalar ? names[1]->extents : std::nullopt;
  if (!is_scalar && shape && by) {
    const auto count = [&](const Shape& size) {
      Dim total = sketcher_.dims().one();
      for (const Dim dim : size) total = sketcher_.size_product(total, dim);
      return total;
    };
    extents = sketcher_.matrix(count(*shape), count(*by));
  }
  const Sketch made = sketcher_.sized_call(is_scalar ? "grad" : "jacobian", std::move(names), span, extents);
  if (!slopes_layout_) {
    const Layout own = scope_.sheet.program().layout;
    constexpr std::array all{Layout::gradient, Layout::numerator, Layout::denominator};
    std::vector<Layout> ways{own};
    for (const Layout one : all) {
      if (one != own) ways.push_back(one);
    }
    slopes_layout_ = ways[is_one_slope_ ? 0 : choices_.taken(ways.size())];
    if (*slopes_layout_ != own) note(fmt::format("derivatives are read in {} layout", layout_name(*slopes_layout_)));
  }
  const bool is_turned = is_scalar ? *slopes_layout_ == Layout::numerator : *slopes_layout_ == Layout::denominator;
  return is_turned ? sketcher_.transposed(made, span) : made;
}

}  // namespace gradwright::latex
