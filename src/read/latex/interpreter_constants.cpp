// Arrays that a subscript gives its size: \mathbf 1_n, \mathbf 0_{m \times n}, I_{2h}, K_{m,n}.
#include <algorithm>
#include <cctype>

#include "read/latex/interpreter.h"

namespace gradwright::latex {

/// `n`, `3`, `2 h + 1`, from `begin` to `end`; nothing where a word of it is no size.
std::optional<Dim> Interpreter::size_of(const TexRow& row, std::size_t begin, std::size_t end) {
  DimTable& dims = sketcher_.dims();
  Dim total = dims.constant(0), term = dims.one();
  std::int64_t sign = 1;
  bool has_factor = false;
  for (std::size_t i = begin; i < end; ++i) {
    const TexNode& node = row[i];
    if (has_factor && (node.is_sign("+") || node.is_sign("-"))) {
      total = sketcher_.size_sum(total, term, sign);
      sign = node.is_sign("-") ? -1 : 1;
      term = dims.one();
      has_factor = false;
      continue;
    }
    if (has_factor && node.is_sign("cdot")) continue;
    constexpr std::size_t most_digits = 9;
    const bool is_number =
        node.kind == TexKind::number && !node.has_scripts() && node.text.size() <= most_digits &&
        std::all_of(node.text.begin(), node.text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (is_number) {
      term = sketcher_.size_product(term, dims.constant(std::stoll(node.text)));
    } else {
      const bool is_word = node.kind == TexKind::letter || node.kind == TexKind::word;
      const bool has_power = !node.sup.empty() || node.primes > 0;
      const std::string name =
          is_word && !has_power ? declared_name(scope_, node, node.text, "", plain_text(node.sub)) : "";
      if (name.empty() || !scope_.sheet.is_dimension(name)) return std::nullopt;
      term = sketcher_.size_product(term, dims.symbol(name));
    }
    has_factor = true;
  }
  if (!has_factor) return std::nullopt;
  return sketcher_.size_sum(total, term, sign);
}

/// Sizes with \times or commas between them; none where the row says anything else.
std::vector<Dim> Interpreter::sizes_of(const TexRow& written) {
  const TexRow& row = unwrapped(written);
  const auto separates = [](const TexNode& one) { return one.is_sign("times") || one.is_sign(","); };
  std::vector<Dim> sizes;
  for (std::size_t begin = 0;;) {
    std::size_t end = begin;
    while (end < row.size() && !separates(row[end])) ++end;
    const auto size = size_of(row, begin, end);
    if (!size) return {};
    sizes.push_back(*size);
    if (end == row.size()) return sizes;
    begin = end + 1;
  }
}

/// `ones(m,n)` and the like, as the subscript says; nothing where it says no size.
Sketch Interpreter::filled(const char* function, const TexNode& node) {
  const std::vector<Dim> sizes = sizes_of(node.sub);
  if (sizes.empty()) return nullptr;
  const Span span = node.core.is_empty() ? node.span : node.core;
  std::vector<Sketch> arguments;
  reading::Extents extents;
  for (const Dim size : sizes) {
    arguments.push_back(sketcher_.size(size, span));
    extents.push_back({size, -1});
  }
  if (extents.size() == 1) extents.push_back({sketcher_.dims().one(), -1});
  return sketcher_.sized_call(function, std::move(arguments), span, sketcher_.normal(std::move(extents)));
}

/// Ones of the size that the subscript says, or a vector of them that fits.
Interpreter::Factor Interpreter::ones(const TexNode& node) {
  Sketch made = filled("ones", node);
  if (made == nullptr) made = sketcher_.ones(node.core.is_empty() ? node.span : node.core);
  return raised({made, false, false, false}, superscript_of(node, scope_), node.span);
}

Interpreter::Factor Interpreter::zeros(const TexNode& node) {
  if (const Sketch made = filled("zeros", node))
    return raised({made, false, false, false}, superscript_of(node, scope_), node.span);
  return scripted({sketcher_.number("0", node.span), false, false, false}, node);
}

/// I, I_n, I_{2h}
Interpreter::Factor Interpreter::identity(const TexNode& node) {
  const std::string size = plain_text(node.sub);
  const Span span = node.core.is_empty() ? node.span : node.core;
  constexpr std::size_t most_digits = 9;
  if (size.size() > most_digits && size.find_first_not_of("0123456789") == std::string::npos)
    return {fail("G0601", node.span, "this size is too large", ""), false, false, false};
  Sketch made = sketcher_.identity(span);
  if (const std::vector<Dim> sizes = sizes_of(node.sub);
      sizes.size() == 1 || (sizes.size() == 2 && sizes[0] == sizes[1]))
    made = sketcher_.sized_call("eye", {sketcher_.size(sizes[0], span)}, span, sketcher_.matrix(sizes[0], sizes[0]));
  return raised({made, false, false, false}, superscript_of(node, scope_), node.span);
}

/// K_{m,n}: vec(A') of vec(A).
Sketch Interpreter::commutation(const TexNode& node) {
  const std::vector<Dim> sizes = sizes_of(node.sub);
  if (sizes.size() != 2) return nullptr;
  const Dim side = sketcher_.size_product(sizes[0], sizes[1]);
  return sketcher_.sized_call("commutation", {sketcher_.size(sizes[0], node.span), sketcher_.size(sizes[1], node.span)},
                              node.span, sketcher_.matrix(side, side));
}

}  // namespace gradwright::latex
