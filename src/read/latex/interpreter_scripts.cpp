// What scripts make of a name: x^{(i)} is the sample i, A^{-1}, U^w, W^T.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "read/latex/interpreter.h"

namespace gradwright::latex {

/// x^{(i)} or, where the sheet has no x with entries, x_i: the sample i, an entry of a vector, or a row or column of the matrix of all
/// samples.
std::optional<Interpreter::Factor> Interpreter::sample(const TexNode& node, const std::string& letters,
                                                       const Superscript& sup, Span span) {
  const bool is_below = sup.tag.empty() && indices_.contains(plain_text(node.sub));
  const std::string number = is_below ? plain_text(node.sub) : sup.tag;
  if (!indices_.contains(number)) return std::nullopt;
  const DimTable& dims = sketcher_.dims();
  const auto bound = bounds_.find(number);
  // x^{(i)} for i up to m is of the matrix X where x itself has no m entries
  const auto runs = [&](const std::string& known) {
    const auto size = known.empty() ? std::nullopt : scope_.shape_of(known);
    if (!size || size->size() != 2) return false;
    if (bound == bounds_.end() || bound->second.empty()) return true;
    return dims.to_string((*size)[0]) == bound->second || dims.to_string((*size)[1]) == bound->second;
  };
  std::string name = declared_name(scope_, node, letters, "", "");
  if (!runs(name) && letters.size() == 1) {
    const std::string upper(1, static_cast<char>(std::toupper(static_cast<unsigned char>(letters[0]))));
    TexNode other = node;
    other.text = upper;
    if (std::string found = declared_name(scope_, other, upper, "", ""); runs(found)) name = std::move(found);
  }
  const auto shape = name.empty() ? std::nullopt : scope_.shape_of(name);
  if (!shape || shape->size() != 2) return std::nullopt;
  const Sketch base = sketcher_.word(name, span, sketcher_.extents_of(shape));
  TexNode letter, all;
  letter.text = number;
  letter.span = all.span = span;
  all.kind = TexKind::sign;
  all.text = ":";
  Superscript rest = sup;
  rest.tag.clear();
  // the entries at these places, of what the limits of a sum leave
  const auto picked = [&](std::vector<TexRow> written, const reading::MaybeExtents& extents) {
    std::vector<Sketch> items;
    for (const TexRow& one : written) {
      items.push_back(index_item(one));
      if (items.back() == nullptr) return items.back();
    }
    const Sketch left = cut_to_limits(base, items, written, span);
    if (left == nullptr) return left;
    note_axes(left->extents, items);
    return sketcher_.index(left, std::move(items), span, extents);
  };
  const auto factor = [&](Sketch one) {
    return one == nullptr ? Factor{} : raised({one, false, false, false}, rest, span);
  };
  if (dims.is_one((*shape)[0]) || dims.is_one((*shape)[1])) return factor(picked({{letter}}, reading::Extents{}));
  const bool in_columns = is_in_columns(number, *shape);
  if (!is_below && node.sub.size() == 1 && plain_text(node.sub).size() == 1) {
    const TexRow inner = node.sub;
    return factor(picked(in_columns ? std::vector<TexRow>{inner, {letter}} : std::vector<TexRow>{{letter}, inner},
                         reading::Extents{}));
  }
  note(fmt::format("`{}` is a {} of `{}`", letters, in_columns ? "column" : "row", name));
  if (in_columns) return factor(picked({{all}, {letter}}, sketcher_.column((*shape)[0])));
  const Sketch row = picked({{letter}, {all}}, sketcher_.matrix(dims.one(), (*shape)[1]));
  return factor(row == nullptr ? nullptr : sketcher_.transposed(row, span));
}

/// The samples are the columns of a matrix of this shape: by how far their index runs, as far as that is known.
bool Interpreter::is_in_columns(const std::string& index, const Shape& shape) {
  const DimTable& dims = sketcher_.dims();
  if (shape[0] == shape[1]) return false;
  const auto bound = bounds_.find(index);
  if (bound != bounds_.end() && !bound->second.empty())
    return dims.to_string(shape[1]) == bound->second && dims.to_string(shape[0]) != bound->second;
  if (const auto axis = axes_.find(index); axis != axes_.end()) return axis->second == shape[1];
  return choices_.taken(2) == 1;
}

/// Not of numbers and sizes alone: no power of a matrix.
bool Interpreter::rests_on_variable(Sketch exponent) const {
  if (exponent->form == reading::Form::word)
    return scope_.shape_of(exponent->text) && !scope_.sheet.is_dimension(exponent->text);
  return std::ranges::any_of(exponent->children, [&](Sketch child) { return rests_on_variable(child); });
}

Interpreter::Factor Interpreter::raised(Factor base, const Superscript& written, Span span) {
  Superscript sup = written;
  if (const auto& size = base.sketch->extents; !sup.of_number.empty() && size && size->empty()) {
    sup.power = sup.of_number;
    sup.transposes = 0;
    sup.inverts = false;
  }
  if (!sup.tag.empty() && !base.is_bare && base.sketch->form != reading::Form::index) {
    // (x)^{(2)} has no other meaning than a power
    base.sketch = sketcher_.power(base.sketch, "^", sketcher_.word(sup.tag, span, reading::Extents{}));
  }
  const auto& extents = base.sketch->extents;
  const bool is_matrix = extents && extents->size() == 2 && !sketcher_.is_vector(*extents);
  if (sup.inverts) {
    if (is_matrix && !sup.is_entrywise)
      base = {sketcher_.call("inv", {base.sketch}, span), false, false, false};
    else
      base = {
          sketcher_.power(base.sketch, is_matrix ? ".^" : "^", sketcher_.negated(sketcher_.number("1", span), span)),
          false, false, base.is_entrywise};
  }
  if (!sup.power.empty()) {
    const Sketch exponent = side(sup.power);
    if (exponent == nullptr) return {};
    std::string op = "^";
    if (is_matrix) {
      const bool is_square = sketcher_.is_same({(*extents)[0]}, {(*extents)[1]});
      const bool is_whole =
          exponent->form == reading::Form::word && exponent->text.find_first_not_of("0123456789") == std::string::npos;
      const bool has_entries = (exponent->extents && !exponent->extents->empty()) || rests_on_variable(exponent);
      op = sup.is_entrywise || !is_square || base.is_entrywise || has_entries || (is_whole && choices_.taken(2) == 1)
               ? ".^"
               : "^";
      if (op == ".^") note(fmt::format("`{}` is raised entry by entry", shown(base.sketch)));
    }
    base = {sketcher_.power(base.sketch, op, exponent), false, false, op == ".^" || base.is_entrywise};
  }
  const bool is_word = base.sketch->form == reading::Form::word;
  if (sup.primes > 0 && is_word && scope_.sheet.is_defined_scalar(base.sketch->text))
    return {fail("G0602", span, fmt::format("`{}'` is a derivative, and by what is not written", base.sketch->text),
                 fmt::format("write `\\frac{{d{0}}}{{dx}}`, or give it a name", base.sketch->text)),
            false, false, false};
  for (int i = 0; i < (sup.transposes + sup.primes) % 2; ++i)
    base = {sketcher_.transposed(base.sketch, span), base.is_bare, true, base.is_entrywise};
  return base;
}

}  // namespace gradwright::latex
