// ∂u/∂v in a formula, by the layout that makes the whole side conform: that of the sheet first.
//   numerator: len(u)×len(v), the gradient of a scalar is a row; denominator: the transposes; gradient: a gradient as its variable, a Jacobian as in numerator layout.
#include <fmt/format.h>

#include <array>

#include "read/latex/interpreter.h"

namespace gradwright::latex {

Sketch Interpreter::derivative_sketch(const std::string& of, Span of_span, const std::string& wrt, Span wrt_span,
                                      Span span) {
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
  return sketcher_.sized_call(is_scalar ? "grad" : "jacobian", std::move(names), span, extents);
}

Sketch Interpreter::slope(const std::string& of, Span of_span, const std::string& wrt, Span wrt_span, Span span) {
  const auto shape = scope_.shape_of(of);
  const bool is_scalar = shape && shape->empty();
  const Sketch made = derivative_sketch(of, of_span, wrt, wrt_span, span);
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

std::optional<Layout> Interpreter::layout_of_slopes() const {
  return slopes_layout_ != scope_.sheet.program().layout ? slopes_layout_ : std::nullopt;
}

bool stand_for_partial(const TexNode& fraction) {
  const auto begins_with_delta = [](const TexRow& row) {
    return row.size() > 1 && row[0].kind == TexKind::letter && row[0].text == "delta" && !row[0].has_scripts();
  };
  return fraction.kind == TexKind::fraction && begins_with_delta(fraction.parts[0]) &&
         begins_with_delta(fraction.parts[1]);
}

bool Interpreter::is_transposed_number(const TexNode& node) const {
  const Superscript sup = superscript_of(node, scope_);
  if (sup.transposes != 1 || !sup.tag.empty() || !sup.power.empty() || sup.inverts) return false;
  TexNode bare = node;
  bare.sup.clear();
  const auto named = name_of(bare);
  return named && named->entry.empty() && scope_.shape_of(named->name) == Shape{};
}

/// ∂L/∂p_i is an entry of the gradient, ∂p_i/∂z_k one of the Jacobian, in any layout.
bool Interpreter::is_entry_of_slope(const Named& of, const Named& wrt) const {
  const auto axes = [&](const Named& one) -> std::optional<std::size_t> {
    const auto shape = scope_.shape_of(one.name);
    if (!shape || shape->size() > 2) return std::nullopt;
    const bool is_column = shape->size() == 2 && scope_.sheet.pool().dims().is_one((*shape)[1]);
    return shape->empty() ? 0 : is_column ? 1 : 2;
  };
  const auto above = axes(of), below = axes(wrt);
  if (!above || !below || *above != of.entry.size() || *below != wrt.entry.size()) return false;
  return *above + *below > 0;
}

Sketch Interpreter::entry_of_slope(const Named& of, const Named& wrt, const TexNode& node) {
  const Sketch whole = derivative_sketch(of.name, span_of(node.parts[0]), wrt.name, span_of(node.parts[1]), node.span);
  std::vector<TexRow> written;
  for (const auto* entry : {&of.entry, &wrt.entry}) {
    for (const std::string& index : *entry) {
      TexNode letter;
      letter.kind = index.find_first_not_of("0123456789") == std::string::npos ? TexKind::number : TexKind::letter;
      letter.text = index;
      letter.span = node.span;
      written.push_back({letter});
    }
  }
  std::vector<Sketch> items;
  for (const TexRow& one : written) {
    items.push_back(index_item(one));
    if (items.back() == nullptr) return nullptr;
  }
  const Sketch base = cut_to_limits(whole, items, written, node.span);
  return base == nullptr ? nullptr : sketcher_.index(base, std::move(items), node.span, reading::Extents{});
}

}  // namespace gradwright::latex
