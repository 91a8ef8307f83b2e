// What a shape error says: where every size comes from, why they differ, and what would conform.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "read/formula/elaborate.h"

namespace gradwright::formula {

void Elaborator::note_origin(Diagnostic& diagnostic, Ast ast, const Value& value, std::size_t axis) const {
  if (value.surface.size() != 2 || (!frames_.empty() && frames_.back().is_prelude)) return;
  const std::string from = origin(ast, axis);
  if (from.empty()) return;
  std::string note = fmt::format("the {} is {}", dim_text(value.surface[axis]), from);
  if (std::find(diagnostic.notes.begin(), diagnostic.notes.end(), note) == diagnostic.notes.end())
    diagnostic.note(std::move(note));
}

void Elaborator::note_symbols(Diagnostic& diagnostic, Dim a, Dim b) const {
  const DimTable& dims = pool_.dims();
  const auto lone_symbol = [&](Dim dim) -> std::string {
    const auto& terms = dims.polynomial(dim);
    if (terms.size() != 1 || terms.begin()->first.size() != 1 || terms.begin()->second != 1) return {};
    return dims.symbol_name(terms.begin()->first[0]);
  };
  const auto holds = [&](Dim dim, const std::string& symbol) {
    for (const auto& term : dims.polynomial(dim)) {
      for (const auto part : term.first) {
        if (dims.symbol_name(part) == symbol) return true;
      }
    }
    return false;
  };
  for (const DimEquality& equality : dims.equalities()) {
    if (equality.value != a && equality.value != b) continue;
    if (equality.reason.end <= text_->content().size()) {
      diagnostic.note(
          fmt::format("line {} says `{}`", text_->place(equality.reason.begin).line, text_->slice(equality.reason)));
    }
    break;
  }
  const std::string first = lone_symbol(a);
  const std::string second = lone_symbol(b);
  if (a == dims.one() || b == dims.one()) return;  // a column that should have been a row, and the like
  if (!second.empty() && !holds(a, second)) {
    diagnostic.help(fmt::format("if they are meant to be equal, say `dim {} = {}`", second, dims.to_string(a)));
  } else if (!first.empty() && !holds(b, first)) {
    diagnostic.help(fmt::format("if they are meant to be equal, say `dim {} = {}`", first, dims.to_string(b)));
  }
}

void Elaborator::note_differences(Diagnostic& diagnostic, const Value& a, const Value& b, Ast left, Ast right) const {
  std::size_t count = 0;
  std::size_t differing = 0;
  for (const std::size_t axis : {std::size_t{0}, std::size_t{1}}) {
    if (a.surface[axis] == b.surface[axis]) continue;
    note_origin(diagnostic, left, a, axis);
    note_origin(diagnostic, right, b, axis);
    differing = axis;
    ++count;
  }
  if (count != 1) return;
  const Dim one = pool_.dims().one();
  if (a.surface[differing] != one && b.surface[differing] != one)
    note_symbols(diagnostic, a.surface[differing], b.surface[differing]);
}

void Elaborator::offer(Diagnostic& diagnostic, Span span, std::string replacement, std::string title) const {
  if (!frames_.empty() && frames_.back().is_prelude) return;
  diagnostic.fix(span, std::move(replacement), std::move(title));
}

void Elaborator::offer_operator(Diagnostic& diagnostic, Span span, std::string_view op, std::string title) const {
  const std::string& content = text_->content();
  const bool is_tight = span.begin > 0 && span.begin <= content.size() && content[span.begin - 1] != ' ';
  offer(diagnostic, span, is_tight ? fmt::format(" {} ", op) : std::string(op), std::move(title));
}

void Elaborator::offer_transpose(Diagnostic& diagnostic, Ast ast) const {
  const bool drops = asts_[ast].kind == AstKind::transpose;
  offer(diagnostic, asts_[ast].span, turned(ast),
        drops ? "drop the transpose on the right" : "transpose the right side");
}

std::string Elaborator::grouped(Ast ast) const {
  const AstKind kind = asts_[ast].kind;
  const bool is_open =
      kind == AstKind::sum || kind == AstKind::compare || kind == AstKind::negate || kind == AstKind::product;
  std::string text = raw(ast);
  return is_open && !is_enclosed(text) ? "(" + text + ")" : text;
}

std::string Elaborator::turned(Ast ast) const {
  return asts_[ast].kind == AstKind::transpose ? grouped(asts_[ast].children[0]) : grouped(ast) + "'";
}

void Elaborator::help_square(Diagnostic& diagnostic, Ast ast, const Value& value) const {
  if (value.surface.size() != 2) return;
  diagnostic.help(fmt::format("`{}*{}` ({}) and `{}*{}` ({}) are square", turned(ast), grouped(ast),
                              size_text({value.surface[1], value.surface[1]}), grouped(ast), turned(ast),
                              size_text({value.surface[0], value.surface[0]})));
}

void Elaborator::help_division(Diagnostic& diagnostic, const Value& a, const Value& b, Ast left, Ast right,
                               Span op_span) const {
  if (a.is_scalar() || a.surface == b.surface) offer_operator(diagnostic, op_span, "./", "divide entry by entry");
  if (!is_square(b)) return;
  if (cols_of(a) == rows_of(b))
    diagnostic.help(fmt::format("by the inverse matrix: `{}*inv({})`", grouped(left), raw(right)));
  if (rows_of(a) == rows_of(b))
    diagnostic.help(
        fmt::format("from the left: `{}\\{}` is inv({})*{}", grouped(right), grouped(left), raw(right), grouped(left)));
}

/// `A[i,k]`, `A[k]` of a row: with the index `k` on its last axis, or on its first, and letters on the others.
std::string Elaborator::entry_of_factor(const Value& v, const std::string& name, bool is_last, std::string& letters,
                                        std::size_t begin) const {
  constexpr std::string_view free = "ijlpqrst";
  const bool is_vector = !v.is_tensor() && (pool_.dims().is_one(rows_of(v)) || pool_.dims().is_one(cols_of(v)));
  const std::size_t order = is_vector ? 1 : v.surface.size();
  std::string indices;
  for (std::size_t axis = 0; axis < order; ++axis) {
    const bool is_summed = axis == (is_last ? order - 1 : 0);
    const char letter = is_summed ? 'k' : free[std::min(begin + letters.size(), free.size() - 1)];
    if (!is_summed) letters += letter;
    indices += (axis > 0 ? "," : "") + std::string(1, letter);
  }
  return fmt::format("{}[{}]", name, indices);
}

/// A chain that goes through a tensor is a sum over entries: the sum is shown with the letters of both factors.
void Elaborator::tensor_product_mismatch(const Value& a, const Value& b, Ast left, Ast right, Span op_span) {
  Diagnostic& diagnostic =
      error("G0211", op_span,
            fmt::format("`*` does not multiply tensors: {} times {}", size_text(a.surface), size_text(b.surface)))
          .about(mismatch({a.surface, b.surface}));
  label(diagnostic, left, a);
  label(diagnostic, right, b);
  const auto is_name = [&](Ast ast) { return asts_[ast].kind == AstKind::name; };
  for (const auto& [ast, value] : {std::pair{left, &a}, std::pair{right, &b}}) {
    if (value->is_tensor() && !is_name(ast))
      diagnostic.note(fmt::format("{} is a tensor of order {} ({}), no matrix", quoted(ast), value->surface.size(),
                                  size_text(value->surface)));
  }
  const Dim inner = a.is_tensor() ? a.surface.back() : cols_of(a);
  const Dim met = b.is_tensor() ? b.surface.front() : rows_of(b);
  if (inner != met || inner == pool_.dims().one()) {
    diagnostic.help("index notation does: `Z[i,j,l] = sum(k, A[i,j,k]*B[k,l])`");
    return;
  }
  std::string first, second;
  const std::string of_left = is_name(left) ? asts_[left].text : "A",
                    of_right = is_name(right) ? asts_[right].text : "B";
  const std::string entry = entry_of_factor(a, of_left, true, first, 0);
  const std::string other = entry_of_factor(b, of_right, false, second, first.size());
  const std::string letters = fmt::format("{}", fmt::join(first + second, ","));
  const std::string names = is_name(left) && is_name(right) ? "" : fmt::format(", with names for both factors");
  diagnostic.help(fmt::format("what a chain means there is a sum over an index{}: `Z[{}] = sum(k, {}*{})`", names,
                              letters, entry, other));
}

void Elaborator::product_mismatch(const Value& a, const Value& b, Ast left, Ast right, Span op_span, const char* verb) {
  const DimTable& dims = pool_.dims();
  const bool is_solve = std::string_view(verb) == "solve";
  const bool two_columns = !is_solve && dims.is_one(cols_of(a)) && dims.is_one(cols_of(b));
  const bool two_rows = !is_solve && dims.is_one(rows_of(a)) && dims.is_one(rows_of(b));
  Diagnostic& diagnostic =
      error(two_columns || two_rows ? "G0206" : "G0203", op_span,
            is_solve
                ? fmt::format("cannot solve {}*z = {}: {} has {} rows and {} has {}", grouped(left), grouped(right),
                              quoted(left), dim_text(rows_of(a)), quoted(right), dim_text(rows_of(b)))
                : fmt::format("cannot multiply {} ({}) by {} ({})", quoted(left), size_text(a.surface), quoted(right),
                              size_text(b.surface)))
          .about(mismatch({a.surface, b.surface},
                          two_columns || two_rows ? SizeMismatch::Rule::equal : SizeMismatch::Rule::inner));
  label(diagnostic, left, a);
  label(diagnostic, right, b);
  note_origin(diagnostic, left, a, 1);
  note_origin(diagnostic, right, b, 0);
  if (is_solve) {
    note_symbols(diagnostic, cols_of(a), rows_of(b));
    return;
  }
  const std::string x = grouped(left);
  const std::string y = grouped(right);
  const bool same = a.surface == b.surface;
  if (two_columns || two_rows) {
    if (same) {
      offer_operator(diagnostic, op_span, ".*", "multiply entry by entry");
      diagnostic.help(two_columns ? fmt::format("a scalar: `{}*{}`", turned(left), y)
                                  : fmt::format("a scalar: `{}*{}`", x, turned(right)));
    }
    diagnostic.help(
        two_columns
            ? fmt::format("a matrix {}×{}: `{}*{}`", dim_text(rows_of(a)), dim_text(rows_of(b)), x, turned(right))
            : fmt::format("a matrix {}×{}: `{}*{}`", dim_text(cols_of(a)), dim_text(cols_of(b)), turned(left), y));
    return;
  }
  if (rows_of(a) == rows_of(b) && dims.is_one(cols_of(a)))
    diagnostic.help(fmt::format("`{}*{}` conforms: {}×1", turned(right), x, dim_text(cols_of(b))));
  if (rows_of(a) == rows_of(b))
    diagnostic.help(
        fmt::format("`{}*{}` conforms: {}×{}", turned(left), y, dim_text(cols_of(a)), dim_text(cols_of(b))));
  if (cols_of(a) == cols_of(b))
    diagnostic.help(
        fmt::format("`{}*{}` conforms: {}×{}", x, turned(right), dim_text(rows_of(a)), dim_text(rows_of(b))));
  if (cols_of(b) == rows_of(a))
    diagnostic.help(fmt::format("`{}*{}` conforms: {}×{}", y, x, dim_text(rows_of(b)), dim_text(cols_of(a))));
  if (same) diagnostic.help(fmt::format("entry by entry: `{} .* {}`", x, y));
  note_symbols(diagnostic, cols_of(a), rows_of(b));
}

void Elaborator::hadamard_mismatch(const Value& a, const Value& b, Ast left, Ast right, const char* verb,
                                   Span op_span) {
  Diagnostic& diagnostic =
      error("G0202", op_span,
            fmt::format("{} needs equal sizes: {} is {} and {} is {}",
                        std::string_view(verb).find(' ') == std::string_view::npos ? fmt::format("`{}`", verb) : verb,
                        quoted(left), size_text(a.surface), quoted(right), size_text(b.surface)))
          .about(mismatch({a.surface, b.surface}));
  label(diagnostic, left, a);
  label(diagnostic, right, b);
  if (a.surface.size() != 2 || b.surface.size() != 2) return;
  note_differences(diagnostic, a, b, left, right);
  if (a.surface[0] == b.surface[1] && a.surface[1] == b.surface[0]) offer_transpose(diagnostic, right);
  if (std::string_view(verb) == ".*" && cols_of(a) == rows_of(b))
    diagnostic.help(fmt::format("the matrix product `{}*{}` conforms", grouped(left), grouped(right)));
}

}  // namespace gradwright::formula
