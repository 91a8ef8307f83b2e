// Cases and indicators: `x if z > 0, 0 otherwise` is x ∘ (z > 0); `i = j` of two indices is delta(i,j).
#include <fmt/format.h>

#include <algorithm>

#include "read/latex/interpreter.h"

namespace gradwright::latex {
namespace {

bool is_noise(const TexNode& node) {
  return node.is_sign(",") || node.is_sign(".") || node.is_sign(";") || node.is_sign("remark") || node.is_sign(":");
}

TexRow without_noise(const TexRow& row) {
  TexRow found;
  std::copy_if(row.begin(), row.end(), std::back_inserter(found), [](const TexNode& node) { return !is_noise(node); });
  return found;
}

bool is_number(Sketch sketch, std::string_view text) {
  return sketch->form == reading::Form::word && sketch->text == text;
}

/// x > 0 and x <= 0, or x < 0: nothing but a boundary is left out.
bool are_opposite(std::string_view a, std::string_view b) { return a[0] != b[0] && a != "==" && b != "=="; }

}  // namespace

const TexRow& unwrapped(const TexRow& row) {
  const bool is_bracket = row.size() == 1 && row[0].kind == TexKind::fence && row[0].parts.size() == 1 &&
                          !row[0].has_scripts() && row[0].text != "|" && row[0].text != "||";
  return is_bracket ? row[0].parts[0] : row;
}

/// `z > 0`, `i = j`, `q = i-j+1`, `i \ne j`; an empty one is `otherwise`.
std::optional<Interpreter::Condition> Interpreter::condition(const TexRow& written) {
  Condition made;
  const TexRow row = without_noise(written);
  if (row.empty()) return made;
  if (row.size() == 1 && (row[0].text == "otherwise" || row[0].text == "else")) return made;
  const auto sign =
      std::find_if(row.begin(), row.end(), [](const TexNode& node) { return node.is_sign("=") || node.is_sign("ne"); });
  const TexRow left(row.begin(), sign), right(sign == row.end() ? sign : sign + 1, row.end());
  const auto first = affine_of(left), second = affine_of(right);
  if (first && second && !(first->parts.empty() && second->parts.empty())) {
    made.holds = delta_of(left, right, span_of(row));
    if (made.holds == nullptr) return std::nullopt;
    made.is_index = true;
    made.left = sketcher_.written(made.holds).gw;
    made.op = sign->is_sign("=") ? "<" : ">";
    if (sign->is_sign("ne"))
      made.holds = sketcher_.sum({sketcher_.number("1", span_of(row)), made.holds}, {false, true}, span_of(row));
    return made;
  }
  if (!compares(row)) {
    (void)fail("G0602", span_of(row), "this condition is not read",
               "write a comparison: `z > 0`, or `\\text{otherwise}`");
    return std::nullopt;
  }
  Cursor cursor{row};
  made.holds = compare(cursor);
  if (made.holds != nullptr && !cursor.is_end()) (void)out_of_place(cursor.node());
  if (made.holds == nullptr || failed_) return std::nullopt;
  if (made.holds->form == reading::Form::compare) {
    made.left = sketcher_.written(made.holds->children[0]).gw;
    made.right = sketcher_.written(made.holds->children[1]).gw;
    made.op = made.holds->text;
  }
  return made;
}

Sketch Interpreter::times_condition(Sketch value, Sketch holds) {
  if (is_number(value, "1")) return holds;
  const auto& extents = value->extents;
  const bool is_scalar = (extents && extents->empty()) || (holds->extents && holds->extents->empty());
  return sketcher_.product(value, is_scalar ? "*" : ".*", holds);
}

Sketch Interpreter::cases(const TexNode& node) {
  std::vector<Sketch> values;
  std::vector<Condition> conditions;
  const auto without_rest = [&] {
    return fail("G0602", node.span, "these cases do not say what holds otherwise",
                "add a line: `0 & \\text{otherwise}`");
  };
  std::size_t at = 0;
  for (const std::uint32_t cells : node.rows) {
    if (cells > 2) return fail("G0602", node.span, "a case has a value and a condition", "write `x & z > 0 \\\\`");
    const Sketch value = side(without_noise(node.parts[at]));
    if (value == nullptr) return nullptr;
    const auto holds = condition(cells == 2 ? node.parts[at + 1] : TexRow{});
    if (!holds) return nullptr;
    values.push_back(value);
    conditions.push_back(*holds);
    at += cells;
  }
  const std::size_t last = conditions.size() - 1;
  const Condition& first = conditions[0];
  if (last == 0 || first.holds == nullptr) return without_rest();
  const bool is_opposite = last == 1 && conditions[1].holds != nullptr && !first.op.empty() &&
                           !conditions[1].op.empty() && first.left == conditions[1].left &&
                           first.right == conditions[1].right && are_opposite(first.op, conditions[1].op);
  const bool has_rest = is_opposite || conditions[last].holds == nullptr;
  for (std::size_t i = 1; i < last; ++i) {
    if (conditions[i].holds == nullptr) return without_rest();
  }
  if (!has_rest && last < 2) return without_rest();
  if (is_opposite && !first.is_index && first.op.size() == 1 && conditions[1].op.size() == 1)
    note(fmt::format("where `{}` is `{}`, the second case holds", first.left, first.right));
  std::vector<Sketch> terms;
  for (std::size_t i = 0; i <= last; ++i) {
    if (is_number(values[i], "0")) continue;
    Sketch holds = conditions[i].holds;
    if (i == last && has_rest) {
      std::vector<Sketch> rest{sketcher_.number("1", node.span)};
      std::vector<bool> minus{false};
      for (std::size_t j = 0; j < last; ++j) {
        rest.push_back(conditions[j].holds);
        minus.push_back(true);
      }
      holds = sketcher_.sum(std::move(rest), std::move(minus), node.span);
    }
    terms.push_back(times_condition(values[i], holds));
  }
  if (terms.empty()) return sketcher_.product(sketcher_.number("0", node.span), "*", first.holds);
  std::vector<bool> minus(terms.size(), false);
  return terms.size() == 1 ? terms[0] : sketcher_.sum(std::move(terms), std::move(minus), node.span);
}

/// \mathbb{1}[z > 0], \mathbf{1}_{z > 0}
Sketch Interpreter::indicator(Cursor& cursor, const TexNode& node) {
  TexRow row = unwrapped(node.sub);
  if (!compares(row)) {
    row = cursor.node().parts[0];
    ++cursor.at;
  }
  const auto holds = condition(row);
  return holds ? holds->holds : nullptr;
}

}  // namespace gradwright::latex
