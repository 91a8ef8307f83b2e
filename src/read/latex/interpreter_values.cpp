// Values of the sheet that are written with what they are made from: h_\theta(x), a(z), \sigma(z_i).
#include <fmt/format.h>

#include <algorithm>

#include "read/latex/interpreter.h"

namespace gradwright::latex {

/// Whether a definition rests on `name`, also through others.
bool Interpreter::rests_on(const std::string& of, const std::string& name) const {
  std::vector<std::string> open{of};
  for (std::size_t i = 0; i < open.size(); ++i) {
    const Definition* definition = scope_.sheet.program().definition(open[i]);
    if (definition == nullptr) continue;
    for (const std::string& used : definition->uses) {
      if (used == name) return true;
      if (std::find(open.begin(), open.end(), used) == open.end()) open.push_back(used);
    }
  }
  return false;
}

/// Of a(z), σ(z_i), J(w, b): whether `name` rests on all that stands in the bracket, whole or an entry of it.
bool Interpreter::is_made_from(const std::string& name, const TexNode& fence) const {
  if (fence.text != "(" || fence.primes > 0 || scope_.sheet.program().definition(name) == nullptr) return false;
  return std::all_of(fence.parts.begin(), fence.parts.end(), [&](const TexRow& part) {
    if (part.size() != 1) return false;
    const TexNode& argument = part[0];
    const Superscript sup = superscript_of(argument, scope_);
    if (!argument.sup.empty() && sup.tag.empty()) return false;  // f (Xᵀ)⁻¹ is a product
    const std::string sub = sup.tag + plain_text(argument.sub);
    return rests_on(name, declared_name(scope_, argument, argument.text, "", indices_.contains(sub) ? "" : sub));
  });
}

/// h_\theta(x^{(i)}), h(x) where the sheet has h: its value, or the entry i.
std::optional<Interpreter::Factor> Interpreter::hypothesis(Cursor& cursor, const TexNode& node,
                                                           const std::string& letters, std::size_t run) {
  const std::size_t next = cursor.at + run;
  if (next >= cursor.row.size() || cursor.row[next].kind != TexKind::fence) return std::nullopt;
  const std::string sub = plain_text(node.sub);
  const auto shape = scope_.shape_of(letters);
  if (!scope_.has(letters) || !shape) return std::nullopt;
  const bool is_parameter = !sub.empty() && scope_.has(sub) && !indices_.contains(sub) &&
                            declared_name(scope_, node, letters, "", sub).empty();
  if (!is_parameter && (node.has_scripts() || !is_made_from(letters, cursor.row[next]))) return std::nullopt;
  const TexNode& fence = cursor.row[next];
  const Span span = joined(node.span, fence.span);
  cursor.at = next + 1;
  Sketch found = sketcher_.word(letters, node.span, sketcher_.extents_of(shape));
  note(fmt::format("`{}` of its arguments is `{}`", letters, letters));
  const TexRow& inner = fence.parts[0];
  const std::string index =
      inner.size() == 1 ? superscript_of(inner[0], scope_).tag + plain_text(inner[0].sub) : std::string();
  if (indices_.contains(index)) {
    TexNode letter;
    letter.text = index;
    letter.span = fence.span;
    const std::vector<TexRow> written{{letter}};
    std::vector<Sketch> items{index_item(written[0])};
    found = items[0] == nullptr ? nullptr : cut_to_limits(found, items, written, span);
    if (found == nullptr) return Factor{};
    found = sketcher_.index(found, std::move(items), span, reading::Extents{});
  }
  TexNode scripts = fence;
  if (is_parameter || indices_.contains(index)) scripts.sub.clear();
  return scripted({found, false, false, false}, scripts);
}

}  // namespace gradwright::latex
