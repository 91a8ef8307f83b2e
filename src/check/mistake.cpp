#include "check/mistake.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "check/edit_softmax.h"

namespace gradwright::check {
namespace {

struct MistakeRow {
  std::string_view name;
  std::string_view lead;  ///< opens the sentence
  int rank;               ///< the gravest first
};
constexpr std::array<MistakeRow, 25> mistake_rows{{
    {"layout-mix", "the derivative stands in the other layout", 0},
    {"missing-path", "a path from the variable to the result is forgotten", 1},
    {"missing-slope", "the slope of the activation is forgotten", 2},
    {"extra-slope", "the slope of the activation stands here once too often", 2},
    {"softmax-entrywise", "softmax mixes its entries, and is derived here entry by entry", 2},
    {"other-slope", "the slope of another function stands here", 2},
    {"slope-elsewhere", "the slope is taken at the wrong place", 2},
    {"wrong-order", "the factors stand in the wrong order", 3},
    {"hadamard-vs-matmul", "the kind of product is wrong", 4},
    {"missing-transpose", "a transpose is missing or too many", 5},
    {"wrong-sum", "a sum is lost, or runs the wrong way", 6},
    {"scalar-for-identity", "a scalar is added to every entry where it belongs on the diagonal", 7},
    {"vector-for-diagonal", "a vector stands where its diagonal matrix belongs", 7},
    {"wrong-variable", "another name belongs here", 8},
    {"wrong-function", "a function stands where its slope belongs, or the other way round", 8},
    {"missing-factor", "a factor is missing", 9},
    {"extra-factor", "a factor is too many", 9},
    {"missing-function", "a function is forgotten", 8},
    {"times-for-over", "a factor stands on the wrong side of a fraction", 9},
    {"complement", "what is left of 1 belongs here", 9},
    {"missing-term", "a term is missing", 9},
    {"extra-term", "a term is too many", 9},
    {"sign", "the sign is wrong", 10},
    {"index", "the entries taken are the wrong ones", 10},
    {"other", "this part is wrong", 11},
}};

const MistakeRow& row_of(std::string_view name) {
  const auto* const found =
      std::find_if(mistake_rows.begin(), mistake_rows.end(), [&](const MistakeRow& row) { return row.name == name; });
  return found == mistake_rows.end() ? mistake_rows.back() : *found;
}

/// It may speak of the index of a sum around it.
bool is_within_sum(const AstPool& pool, Ast ast, Span part) {
  const AstNode& node = pool[ast];
  if (node.span.begin > part.begin || part.end > node.span.end) return false;
  if (node.kind == AstKind::call && node.children.size() > 1 && names_index(node, 0) && node.span != part) return true;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](Ast child) { return is_within_sum(pool, child, part); });
}

/// Empty where that is not known of the part alone.
std::string size_of_part(const RepairTask& task, const SyntaxTrees& trees, Span span) {
  const std::string gw = task.claim.substr(span.begin, span.end - span.begin);
  const SheetValue value = task.sheet.value(gw);
  if (!value.is_good() && !task.indices.empty()) {
    // By itself it may speak of an index of a sum around it.
    const bool is_entry =
        task.sheet.value(gw, task.indices).is_good() || task.sheet.value(task.claim, task.indices).is_good();
    return is_entry ? "is one number" : "does not conform";
  }
  if (!value.is_good()) return is_within_sum(trees.pool, trees.claim, span) ? "" : "does not conform";
  return value.surface.empty() ? "is a scalar" : "is " + task.sheet.size_text(value.surface);
}

std::string name_of(const RepairTask& task, const Edited& edited, bool is_only) {
  const Span span = edited.edit.span;
  const bool is_whole = span.begin == 0 && span.end == task.claim.size();
  if (edited.edit.kind == Edit::Kind::transpose) return is_whole && is_only ? "layout-mix" : "missing-transpose";
  const bool is_slope_argument =
      span.begin >= 2 && task.claim[span.begin - 1] == '(' && task.claim[span.begin - 2] == '\'';
  const bool is_other_argument = edited.edit.kind == Edit::Kind::replace || edited.edit.kind == Edit::Kind::delete_;
  if (is_other_argument && is_slope_argument) return "slope-elsewhere";
  if (!edited.mistake.empty()) return edited.mistake;
  return edited.edit.kind == Edit::Kind::swap ? "wrong-order" : "other";
}

}  // namespace

std::vector<Mistake> mistakes_of(const RepairTask& task, const SyntaxTrees& trees, const Hit* hit) {
  std::vector<Mistake> found;
  const Span all{0, static_cast<std::uint32_t>(task.claim.size())};
  const auto part_in = [&](Span span) { return task.claim.substr(span.begin, span.end - span.begin); };
  for (const Edited& one : hit == nullptr ? std::vector<Edited>{} : hit->edits) {
    const bool has_place = !one.edit.span.is_empty() && one.edit.span.end <= all.end;
    const Span span = has_place ? one.edit.span : all;
    Mistake mistake{name_of(task, one, hit->edits.size() == 1), span, {}};
    const std::string part = part_in(span);
    const std::string target =
        task.truth_surface.empty() ? "is a scalar" : "is " + task.sheet.size_text(task.truth_surface);
    mistake.text = fmt::format("{}: {}", row_of(mistake.name).lead, one.edit.text);
    const std::string size = size_of_part(task, trees, span);
    const bool is_whole = span == all || hit->edits.size() == 1;
    const bool are_numbers = is_whole && size == target && task.truth_surface.empty();  // sizes say nothing then
    const bool is_told = !are_numbers && !size.empty();
    if (is_told) mistake.text += fmt::format("; `{}` {}", part, size);
    if (is_told && is_whole) mistake.text += fmt::format(", and {} {}", task.subject, target);
    found.push_back(std::move(mistake));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Mistake& a, const Mistake& b) { return row_of(a.name).rank < row_of(b.name).rank; });
  if (trees.claim.is_none()) return found;
  const Span slope = softmax_slope_in(trees, trees.claim);
  const bool is_meant = hit != nullptr && !softmax_slope_in(trees, hit->root).is_empty();
  if (slope.is_empty() || is_meant) return found;
  std::erase_if(found, [&](const Mistake& one) { return one.span.begin < slope.end && slope.begin < one.span.end; });
  found.insert(found.begin(), {"softmax-entrywise", slope,
                               fmt::format("{}: `{}` is the diagonal of its Jacobian diag(p) - p*p' only",
                                           row_of("softmax-entrywise").lead, part_in(slope))});
  return found;
}

}  // namespace gradwright::check
