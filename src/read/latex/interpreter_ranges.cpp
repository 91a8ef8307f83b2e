// What a sum or product runs over: `i`, `i=1` to `n`, `k<i`, `k \ne j`. A part of an axis is read as a factor that is 0 elsewhere, or told.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "read/latex/interpreter.h"

namespace gradwright::latex {
namespace {

constexpr const char* write_out =
    "write out the terms that are meant, or multiply by `tril(ones(n,n))[i,k]`, which is 1 for k ≤ i";

bool is_relation(const TexNode& node) {
  return node.is_sign("<") || node.is_sign("<=") || node.is_sign(">") || node.is_sign(">=") || node.is_sign("ne");
}

bool is_letter(const TexNode& node) { return node.kind == TexKind::letter && !node.has_scripts(); }

/// How much of `1, j = 1` says where the first index begins.
std::size_t length_of_begin(const TexRow& rest) {
  std::size_t length = 1;
  const auto is_next = [&](std::size_t at) {
    return is_letter(rest[at]) && at + 1 < rest.size() && (rest[at + 1].is_sign("=") || is_relation(rest[at + 1]));
  };
  while (length < rest.size() && !rest[length].is_sign(",") && !is_next(length)) ++length;
  return length;
}

/// The whole of the data: `i \in \mathcal{D}`, `i \in [n]`.
bool is_everything(const TexRow& set) {
  static constexpr std::array<std::string_view, 8> names{"D", "B", "N", "data", "batch", "train", "T", "I"};
  if (set.size() != 1) return false;
  if (set[0].kind == TexKind::fence) return set[0].text == "[" || set[0].text == "{";
  return std::find(names.begin(), names.end(), plain_text(set)) != names.end();
}

}  // namespace

/// Indices, and the relations between them, of what stands under a sum.
bool Interpreter::read_range(const TexNode& node, Range& range) {
  const auto is_part = [&](Span span) {
    (void)fail("G0602", span, fmt::format("a {} over a part of an axis is not read", range.noun), write_out);
    return false;
  };
  const auto open = [&](const TexNode& letter) {
    const bool is_known = std::find(range.opened.begin(), range.opened.end(), letter.text) != range.opened.end();
    if (is_known) return;
    if (!indices_.insert(letter.text).second) range.hidden.push_back(hidden(letter.text));
    range.opened.push_back(letter.text);
  };
  const TexRow& sub = node.sub;
  for (std::size_t i = 0; i < sub.size(); ++i) {
    const TexNode& one = sub[i];
    const bool has_next = i + 1 < sub.size();
    if (one.is_sign("=") && has_next) {
      const TexRow rest(sub.begin() + static_cast<std::ptrdiff_t>(i) + 1, sub.end());
      if (begins_at_index(rest, range)) {  // j = i, j = i+1
        range.relation = rest.size() == 1 ? ">=" : ">";
        range.first = range.opened[0];
        range.second = rest[0].text;
        range.relation_span = range.begin_span = span_of(rest);
        break;
      }
      const std::size_t length = length_of_begin(rest);
      const auto begin = size_of(rest, 0, length);
      if (!begin || (range.begin && *range.begin != *begin)) return is_part(span_of(rest));
      range.begin = begin;
      range.begin_span = joined(rest.front().span, rest[length - 1].span);
      i += length;
    } else if (one.is_sign("in")) {
      const TexRow set(sub.begin() + static_cast<std::ptrdiff_t>(i) + 1, sub.end());
      if (!is_everything(set)) return is_part(joined(one.span, sub.back().span));
      break;
    } else if ((one.is_sign(":") || one.is_sign("mid")) && i == 1 && has_next && !range.is_product) {
      range.condition = TexRow(sub.begin() + static_cast<std::ptrdiff_t>(i) + 1, sub.end());
      if (!compares(range.condition)) return is_part(one.span);
      break;
    } else if (is_relation(one)) {
      const bool are_letters = i > 0 && has_next && is_letter(sub[i - 1]) && is_letter(sub[i + 1]);
      // `k < i`, or `i = 1, i \ne j`
      const bool is_last = are_letters && i + 2 == sub.size() && (i == 1 || sub[i - 2].is_sign(","));
      if (!is_last || (range.is_product && !one.is_sign("ne"))) return is_part(one.span);
      if (i == 1) open(sub[0]);
      if (!indices_.contains(sub[i - 1].text)) return is_part(one.span);
      if (!indices_.contains(sub[i + 1].text)) {
        const bool are_pairs = i == 1 && (one.is_sign("ne") || (sub[0].text == "i" && sub[2].text == "j"));
        if (!are_pairs || range.is_product) return is_part(one.span);
        open(sub[i + 1]);  // i < j, i ≠ j: all pairs
        range.are_pairs = true;
      }
      range.relation = one.text;
      range.first = sub[i - 1].text;
      range.second = sub[i + 1].text;
      range.relation_span = one.span;
      break;
    } else if (is_letter(one)) {
      open(one);
    } else if (!one.is_sign(",")) {
      return is_part(one.span);
    }
  }
  return read_end(node, range);
}

/// What follows the `=` of `j = i` and `j = i+1`, where i is an index of a sum around this one.
bool Interpreter::begins_at_index(const TexRow& rest, const Range& range) const {
  const bool is_shifted = rest.size() == 3 && rest[1].is_sign("+") && rest[2].text == "1";
  if ((rest.size() != 1 && !is_shifted) || !is_letter(rest[0]) || range.opened.size() != 1 || range.is_product)
    return false;
  const std::string& index = rest[0].text;
  return indices_.contains(index) && index != range.opened[0] && !scope_.sheet.is_dimension(index);
}

/// The upper end: the whole axis by whatever name, or another index.
bool Interpreter::read_end(const TexNode& node, Range& range) {
  const TexRow& sup = node.sup;
  const auto is_part = [&] {
    (void)fail("G0602", range.end_span, fmt::format("a {} over a part of an axis is not read", range.noun), write_out);
    return false;
  };
  const DimTable& dims = sketcher_.dims();
  const auto begin = range.begin ? dims.constant_value(*range.begin) : 1;
  const bool begins_plainly = begin == 0 || begin == 1;
  range.end = plain_text(sup);
  range.end_span = sup.empty() ? range.begin_span : span_of(sup);
  if (sup.empty()) return begins_plainly || is_part();
  const bool steps_back = sup.size() == 3 && sup[1].is_sign("-") && sup[2].text == "1" && is_letter(sup[0]);
  const std::string letter = is_letter(sup[0]) ? sup[0].text : std::string();
  const bool is_index = !letter.empty() && !scope_.sheet.is_dimension(letter) &&
                        (indices_.contains(letter) || letter == "i" || letter == "j" || letter == "l" || letter == "t");
  if (is_index && (sup.size() == 1 || steps_back)) {
    const bool is_known = indices_.contains(letter) && range.opened.size() == 1 && range.opened[0] != letter;
    if (!is_known || !range.relation.empty() || range.is_product || begin != 1) return is_part();
    range.relation = steps_back ? "<" : "<=";
    range.first = range.opened[0];
    range.second = letter;
    range.relation_span = range.end_span;
    range.end.clear();
    return true;
  }
  range.last = size_of(sup, 0, sup.size());
  if (range.last) range.end = dims.to_string(*range.last);
  if (range.last) return true;
  if (steps_back && begin == 0) range.end = letter;  // 0 to N-1
  return range.end.empty() || !begins_plainly ? is_part() : true;
}

/// 1 where the relation of two indices holds, else 0.
Sketch Interpreter::relation_of(const Range& range, Span span) {
  const auto word = [&](const std::string& index) {
    used_indices_.insert(index);
    return sketcher_.word(index, span, reading::Extents{});
  };
  const auto letter = [&](const std::string& index) {
    TexNode node;
    node.text = index;
    node.span = range.relation_span;
    return TexRow{node};
  };
  const auto complement = [&](Sketch sketch) {
    return sketcher_.sum({sketcher_.number("1", span), sketch}, {false, true}, span);
  };
  if (range.relation == "ne") {
    const Sketch same = delta_of(letter(range.first), letter(range.second), span);
    return same == nullptr ? nullptr : complement(same);
  }
  const auto first = axes_.contains(range.first) ? axes_.find(range.first) : axes_.find(range.second);
  const auto second = axes_.contains(range.second) ? axes_.find(range.second) : first;
  const bool is_read = first != axes_.end() && begins_at_first(range.first) && begins_at_first(range.second);
  if (!is_read) return fail("G0602", range.relation_span, "a sum over a part of an axis is not read", write_out);
  const Dim rows = second->second, cols = first->second;
  const Sketch all = sketcher_.sized_call("ones", {sketcher_.size(rows, span), sketcher_.size(cols, span)}, span,
                                          sketcher_.matrix(rows, cols));
  // the row is the second, the column the first: tril is first <= second
  const bool is_below = range.relation[0] == '<';
  const bool is_strict = range.relation.size() == 1;
  const Sketch half = sketcher_.call(is_below != is_strict ? "tril" : "triu", {all}, span);
  const Sketch entry = sketcher_.index(half, {word(range.second), word(range.first)}, span, reading::Extents{});
  return is_strict ? complement(entry) : entry;
}

/// \prod_i x_i \sum_j y_j: the sum stands beside the product, or is a factor in it.
Sketch Interpreter::factors_of_product(Cursor& cursor) {
  Factor lone;
  const auto ends = [](const TexNode& one) { return one.is_sign("+") || one.is_sign("-"); };
  const auto begin = cursor.row.begin() + static_cast<std::ptrdiff_t>(cursor.at);
  const auto last = std::find_if(begin, cursor.row.end(), ends);
  auto next = std::find_if(begin, last, [](const TexNode& one) { return one.kind == TexKind::big; });
  while (next != begin && next != last && (next - 1)->kind == TexKind::sign) --next;
  if (next == begin || next == last || choices_.taken(2) == 1) return chain(cursor, &lone);
  const TexRow own(cursor.row.begin(), next);
  Cursor within{own, cursor.at};
  const Sketch found = chain(within, &lone);
  cursor.at = within.at;
  return found;
}

Sketch Interpreter::big(Cursor& cursor) {
  const TexNode node = cursor.node();
  ++cursor.at;
  Range range;
  range.is_product = node.text != "sum";
  range.noun = range.is_product ? "product" : "sum";
  if (!read_range(node, range) || !open_limits(range, cursor)) return nullptr;
  for (const std::string& index : range.opened) {
    const Limits* limits = limits_of(index);
    bounds_[index] = limits != nullptr && limits->last ? sketcher_.dims().to_string(length_of(*limits)) : range.end;
  }
  Sketch body = nullptr;
  if (range.is_product) {
    body = factors_of_product(cursor);
  } else {
    body = summand(cursor, range.opened);
  }
  if (body == nullptr) return nullptr;
  const Span span = joined(node.span, body->span);
  if (range.is_product) return product_over(range, body, span);
  body = settled(range, body, span);
  if (body == nullptr) return nullptr;
  if (range.are_pairs && !(used_indices_.contains(range.first) && used_indices_.contains(range.second)))
    return fail("G0602", range.relation_span, "a sum over a part of an axis is not read", write_out);
  if (!range.condition.empty()) {  // i : y_i > 0
    const auto found = condition(range.condition);
    if (!found || found->holds == nullptr) return nullptr;
    body = times_condition(body, found->holds);
  }
  if (!range.relation.empty()) {
    const Sketch holds = relation_of(range, node.span);
    if (holds == nullptr) return nullptr;
    body = sketcher_.product(holds, "*", body);
  }
  std::vector<Sketch> arguments;
  for (const std::string& index : range.opened) {
    if (used_indices_.erase(index) > 0) arguments.push_back(sketcher_.word(index, node.span, reading::Extents{}));
  }
  close(range);
  const bool has_index = !arguments.empty();
  if (!has_index && body->extents && body->extents->empty()) return body;
  arguments.push_back(body);
  return sketcher_.sized_call("sum", std::move(arguments), span,
                              has_index ? body->extents : reading::MaybeExtents(reading::Extents{}));
}

void Interpreter::forget(const std::string& index) {
  used_indices_.erase(index);
  bounds_.erase(index);
  limits_.erase(index);
  axes_.erase(index);
}

/// \sum_i x_i \sqrt{\sum_i x_i^2}: within the inner sum the index is its own.
Interpreter::Hidden Interpreter::hidden(const std::string& index) {
  const auto kept = [&](const auto& values) {
    const auto found = values.find(index);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
  Hidden outer{index, used_indices_.contains(index), kept(bounds_), kept(limits_), kept(axes_)};
  forget(index);
  return outer;
}

void Interpreter::close(const Range& range) {
  for (const std::string& index : range.opened) {
    forget(index);
    indices_.erase(index);
  }
  for (const Hidden& outer : range.hidden) {
    indices_.insert(outer.index);
    if (outer.is_used) used_indices_.insert(outer.index);
    if (outer.bound) bounds_[outer.index] = *outer.bound;
    if (outer.limits) limits_[outer.index] = *outer.limits;
    if (outer.axis) axes_.insert_or_assign(outer.index, *outer.axis);
  }
}

/// The column of what a scalar is for each value of the index: `x[i]` becomes `x`. Null where it has no such form.
Sketch Interpreter::column_over(const std::string& index, Sketch body, int depth) {
  constexpr int most_depth = 200;
  if (depth > most_depth) return nullptr;
  using reading::Form;
  std::vector<Sketch> parts;
  const auto is_it = [&](Sketch one) { return one->form == Form::word && one->text == index; };
  const auto is_column = [](Sketch one) { return one->extents && !one->extents->empty(); };
  if (is_it(body)) return nullptr;
  if (body->form == Form::index) {
    const std::size_t items = body->children.size() - 1;
    const bool is_first = is_it(body->children[1]), is_second = items == 2 && is_it(body->children[2]);
    if (items == 1 && is_first) {
      const Sketch base = body->children[0];
      const bool is_row = base->extents && base->extents->size() == 2 && sketcher_.is_one((*base->extents)[0]);
      return is_row ? sketcher_.transposed(base, body->span) : base;
    }
    if (is_first && is_second) return sketcher_.call("diag", {body->children[0]}, body->span);
    if (!is_first && !is_second) return body;
    const auto& extents = body->children[0]->extents;
    if (!extents || extents->size() != 2) return nullptr;
    const Sketch all = sketcher_.word(":", body->span, reading::Extents{});
    const reading::Extent one{sketcher_.dims().one(), -1};
    if (is_first)
      return sketcher_.index(body->children[0], {all, body->children[2]}, body->span,
                             reading::Extents{(*extents)[0], one});
    const Sketch row =
        sketcher_.index(body->children[0], {body->children[1], all}, body->span, reading::Extents{one, (*extents)[1]});
    return sketcher_.transposed(row, body->span);
  }
  bool changes = false;
  for (const Sketch child : body->children) {
    parts.push_back(column_over(index, child, depth + 1));
    if (parts.back() == nullptr) return nullptr;
    changes = changes || parts.back() != child;
  }
  if (!changes) return body;
  switch (body->form) {
    case Form::sum: return sketcher_.sum(std::move(parts), body->minus, body->span);
    case Form::product: {
      const bool is_over = body->text == "/" || body->text == "./";
      const std::string op = is_over                                      ? (is_column(parts[1]) ? "./" : "/")
                             : is_column(parts[0]) && is_column(parts[1]) ? ".*"
                                                                          : "*";
      return sketcher_.product(parts[0], op, parts[1]);
    }
    case Form::power: return sketcher_.power(parts[0], ".^", parts[1]);
    case Form::compare: return sketcher_.compare(parts[0], body->text, parts[1]);
    case Form::call:  // elementwise: its argument here was a scalar
      return parts.size() == 1 && body->text != "sum" ? sketcher_.call(body->text, std::move(parts), body->span)
                                                      : nullptr;
    default: return nullptr;
  }
}

/// \prod_i of what stands without an index, or of a scalar for each index; `i \ne j` leaves one out.
Sketch Interpreter::product_over(const Range& range, Sketch body, Span span) {
  const bool uses_none = std::none_of(range.opened.begin(), range.opened.end(),
                                      [&](const std::string& index) { return used_indices_.contains(index); });
  const auto axis = range.opened.size() == 1 ? axes_.find(range.opened[0]) : axes_.end();
  const std::optional<Dim> size = axis == axes_.end() ? std::nullopt : std::optional(axis->second);
  const bool leaves_out = !range.relation.empty();
  if (leaves_out && !(begins_at_first(range.first) && begins_at_first(range.second)))
    return fail("G0602", range.relation_span, "a product over a part of an axis is not read", write_out);
  close(range);
  if (uses_none && range.opened.empty()) return sketcher_.call("prod", {body}, span);
  const bool is_scalar = body->extents && body->extents->empty();
  Sketch all = size && is_scalar && !uses_none ? column_over(range.opened[0], body) : nullptr;
  if (all == nullptr)
    return fail("G0602", span, "this product over an index is not read: no column has its factors as entries",
                "write it as `prod(…)` in the worksheet language, or take its logarithm");
  if (leaves_out) {
    const Sketch left_out = sketcher_.word(range.second, span, reading::Extents{});
    used_indices_.insert(range.second);
    const Sketch unit =
        sketcher_.sized_call("eye", {sketcher_.size(*size, span)}, span, sketcher_.matrix(*size, *size));
    const Sketch there =
        sketcher_.index(unit, {sketcher_.word(":", span, reading::Extents{}), left_out}, span, sketcher_.column(*size));
    const Sketch elsewhere = sketcher_.sum({sketcher_.number("1", span), there}, {false, true}, span);
    all = sketcher_.sum({sketcher_.product(all, ".*", elsewhere), there}, {false, false}, span);
  }
  return sketcher_.sized_call("prod", {all}, span, reading::Extents{});
}

}  // namespace gradwright::latex
