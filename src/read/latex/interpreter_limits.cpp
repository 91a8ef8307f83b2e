// From where to where an index runs: a sum from 2 to n-1 goes over a part of the axis, one from 0 may count entries from 0. In a sketch
// every index counts from 1: x_{i+1} under a sum from 0 to 3 is x[1:4][i], and X_{i+k} is X[i+k-1].
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "read/latex/interpreter.h"

namespace gradwright::latex {
namespace {

constexpr std::size_t most_number_digits = 9;

bool is_whole_number(const TexNode& node) {
  return node.kind == TexKind::number && node.text.size() <= most_number_digits &&
         std::all_of(node.text.begin(), node.text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// As the worksheet language writes it.
std::string plain_item(const TexRow& item) {
  std::string text;
  for (const TexNode& one : item) text += one.is_sign("*") ? ":" : one.text;
  return text;
}

/// `\sum_i` and `\sum_{j,i}` begin i anew; `\sum_{k<i}` does not.
bool opens(const TexNode& big, const std::string& index) {
  for (std::size_t i = 0; i < big.sub.size(); ++i) {
    if (big.sub[i].text == index && (i == 0 || big.sub[i - 1].is_sign(","))) return true;
  }
  return false;
}

/// x_i, W_{ij}, x^{(i)}: picked by the index and nothing beside it.
bool stands_alone(const TexRow& row, std::size_t begin, const std::string& index, const Scope& scope) {
  const auto is_within = [&](const TexRow& part) { return stands_alone(part, 0, index, scope); };
  for (std::size_t i = begin; i < row.size(); ++i) {
    const TexNode& node = row[i];
    if (node.kind == TexKind::big) {
      if (opens(node, index)) return false;
      continue;
    }
    const auto items = index_items(node.sub);
    const bool is_below = std::any_of(items.begin(), items.end(), [&](const TexRow& item) {
      return item.size() == 1 && !item[0].has_scripts() && item[0].text == index;
    });
    if (is_below || superscript_of(node, scope).tag == index || is_within(node.sup)) return true;
    if (std::any_of(node.parts.begin(), node.parts.end(), is_within)) return true;
  }
  return false;
}

}  // namespace

/// `i+2`, `j-2i`, `k+n`; nothing where the item is no sum of indices, sizes and numbers.
std::optional<Interpreter::Affine> Interpreter::affine_of(const TexRow& item) {
  DimTable& dims = sketcher_.dims();
  const auto is_sign = [](const TexNode& one) { return one.is_sign("+") || one.is_sign("-"); };
  const auto is_index = [&](const TexNode& one) {
    return one.kind == TexKind::letter && !one.has_scripts() && indices_.contains(one.text);
  };
  Affine found{{}, dims.constant(0)};
  for (auto begin = item.begin(); begin != item.end();) {
    const std::int64_t sign = begin->is_sign("-") ? -1 : 1;
    if (is_sign(*begin)) ++begin;
    const auto end = std::find_if(begin, item.end(), is_sign);
    const auto index = std::find_if(begin, end, is_index);
    TexRow rest(begin, end);
    if (index != end) rest.erase(rest.begin() + (index - begin));
    const bool is_bare = index != end && rest.empty();
    const auto factor = is_bare ? dims.one() : size_of(rest, 0, rest.size());
    const auto times = factor ? dims.constant_value(*factor) : std::nullopt;
    if (!factor || (index != end && !times)) return std::nullopt;
    if (index == end)
      found.rest = sketcher_.size_sum(found.rest, *factor, sign);
    else
      found.parts.emplace_back(index->text, sign * *times);
    begin = end;
  }
  if (item.empty()) return std::nullopt;
  return found;
}

/// `i+2`, `2*i-n`, `3-i`
std::string Interpreter::text_of(const Affine& affine) const {
  const DimTable& dims = sketcher_.dims();
  std::string text;
  for (const auto& [index, factor] : affine.parts) {
    text += factor < 0 ? "-" : text.empty() ? "" : "+";
    const std::int64_t times = factor < 0 ? -factor : factor;
    text += times == 1 ? index : fmt::format("{}*{}", times, index);
  }
  const std::string rest = dims.to_string(affine.rest);
  if (text.empty()) return rest;
  if (dims.constant_value(affine.rest) == 0) return text;
  if (text.starts_with('-')) return rest + text;
  return text + (rest.starts_with('-') ? "" : "+") + rest;
}

std::vector<TexRow> index_items(const TexRow& sub) {
  const bool has_commas = std::any_of(sub.begin(), sub.end(), [](const TexNode& one) { return one.is_sign(","); });
  const auto ends_in_name = [](const TexRow& row) {
    const std::string& text = row.back().text;
    return text.empty() || std::isalnum(static_cast<unsigned char>(text.back())) != 0;
  };
  std::vector<TexRow> items;
  TexRow item;
  const auto close = [&] {
    if (!item.empty()) items.push_back(std::exchange(item, {}));
  };
  for (const TexNode& one : sub) {
    const bool is_separator = one.is_sign(",");
    const bool continues = !item.empty() && (has_commas || one.kind == TexKind::sign || !ends_in_name(item));
    if (is_separator || !continues) close();
    if (!is_separator) item.push_back(one);
  }
  close();
  return items;
}

/// False after an error: a number picks an entry, counted from 1.
bool Interpreter::count_from_one(Span span) {
  const bool was_counted = std::exchange(counts_from_one_, true);
  if (counts_from_zero_ && !was_counted)
    (void)fail("G0602", span, "a sum from 0 counts entries from 0 here, and a number picks one",
               "let the index run from 1: entries are counted from 1");
  return !failed_;
}

/// False after an error.
bool Interpreter::open_limits(const Range& range, const Cursor& cursor) {
  DimTable& dims = sketcher_.dims();
  if (!range.begin && !range.last) return true;
  const Dim first = range.begin.value_or(dims.one());
  const bool is_from_zero = dims.constant_value(first) == 0;
  const bool is_short = range.last && dims.constant_value(sketcher_.size_sum(*range.last, first, -1)).value_or(0) < 0;
  if (is_short) {
    (void)fail("G0602", range.end_span, fmt::format("this {} has no terms: it ends before it begins", range.noun),
               "write the smaller limit below");
    return false;
  }
  for (const std::string& index : range.opened) {
    const bool counts = is_from_zero && stands_alone(cursor.row, cursor.at, index, scope_);
    limits_[index] = {first, range.last, counts, false, range.end_span};
    if (!counts) continue;
    note(fmt::format("`{}` counts entries from 0", index));
    counts_from_zero_ = true;
    const bool has_number = std::any_of(scope_.indices.begin(), scope_.indices.end(), [](const std::string& one) {
      return !one.empty() && std::isdigit(static_cast<unsigned char>(one[0])) != 0;
    });
    if (has_number || counts_from_one_) {
      counts_from_one_ = false;
      return count_from_one(range.begin_span);
    }
  }
  return true;
}

Dim Interpreter::length_of(const Limits& limits) {
  return sketcher_.size_sum(sketcher_.size_sum(*limits.last, limits.first, -1), sketcher_.dims().one());
}

const Interpreter::Limits* Interpreter::limits_of(const std::string& index) const {
  const auto found = limits_.find(index);
  return found == limits_.end() ? nullptr : &found->second;
}

/// Nothing stands before the first of its values: what is written counts as the sketch does.
bool Interpreter::begins_at_first(const std::string& index) const {
  const Limits* limits = limits_of(index);
  return limits == nullptr || sketcher_.dims().constant_value(limits->first) == (limits->counts_from_zero ? 0 : 1);
}

/// What a subscript or a condition says, with its indices counted from 1. Null after an error.
Sketch Interpreter::index_item(const TexRow& item) {
  DimTable& dims = sketcher_.dims();
  const Span span = span_of(item);
  const auto word = [&](std::string text) { return sketcher_.word(std::move(text), span, reading::Extents{}); };
  const bool is_number = item.size() == 1 && is_whole_number(item[0]);
  if (is_number && !count_from_one(span)) return nullptr;
  bool has_limits = false, has_zero = false, has_one = false;
  for (const TexNode& one : item) {
    if (!indices_.contains(one.text)) continue;
    used_indices_.insert(one.text);
    const Limits* limits = limits_of(one.text);
    has_limits = has_limits || limits != nullptr;
    has_zero = has_zero || (limits != nullptr && limits->counts_from_zero);
    has_one = has_one || (limits != nullptr && !limits->counts_from_zero);
  }
  auto affine = affine_of(item);
  if (!has_limits) return word(affine && !affine->parts.empty() ? text_of(*affine) : plain_item(item));
  std::int64_t free = 0;  // of indices without limits
  for (const auto& [index, factor] : affine ? affine->parts : decltype(affine->parts){})
    free += limits_of(index) == nullptr ? factor : 0;
  const bool is_clear = affine && !(has_zero && (has_one || (free != 0 && free != 1)));
  if (!is_clear)
    return fail("G0602", span,
                fmt::format("`{}` is not read where a sum begins at another number than 1", plain_item(item)),
                "let the index run from 1: entries are counted from 1");
  // the entry p of Σ c·i + rest; counted from 0, p - 1 of Σ c·(i - 1) + rest
  for (const auto& [index, factor] : affine->parts) {
    const Limits* limits = limits_of(index);
    const Dim first = limits != nullptr ? limits->first : dims.constant(has_zero ? 0 : 1);
    affine->rest = sketcher_.size_sum(affine->rest, sketcher_.size_sum(first, dims.one(), -1), factor);
  }
  if (has_zero) affine->rest = sketcher_.size_sum(affine->rest, dims.one());
  return word(text_of(*affine));
}

/// 1 where `i = j+1`. Null after an error.
Sketch Interpreter::delta_of(const TexRow& left, const TexRow& right, Span span) {
  const auto counted = [&](const TexRow& row, bool from_zero) {
    return std::any_of(row.begin(), row.end(), [&](const TexNode& one) {
      const Limits* limits = limits_of(one.text);
      return limits != nullptr && limits->counts_from_zero == from_zero;
    });
  };
  const bool has_zero = counted(left, true) || counted(right, true);
  const bool has_one = counted(left, false) || counted(right, false);
  if (has_zero && (has_one || left.size() > 1 || right.size() > 1))
    return fail("G0602", span, "indices counted from 0 and from 1 are not compared",
                "let every index run from 1: entries are counted from 1");
  const Sketch first = index_item(left);
  const Sketch second = first == nullptr ? nullptr : index_item(right);
  if (second == nullptr) return nullptr;
  return sketcher_.sized_call("delta", {first, second}, span, reading::Extents{});
}

/// x_{i+1} for i from 1 to 3 is x[2:4][i]. Null after an error.
Sketch Interpreter::cut_to_limits(Sketch base, std::vector<Sketch>& items, const std::vector<TexRow>& written,
                                  Span span) {
  if (!base->extents || base->extents->size() != 2 || items.size() > 2) return base;
  DimTable& dims = sketcher_.dims();
  reading::Extents left = *base->extents;
  std::vector<Sketch> cuts(items.size(), sketcher_.word(":", span, reading::Extents{}));
  bool is_cut = false;
  for (std::size_t i = 0; i < std::min(items.size(), written.size()); ++i) {
    const auto affine = affine_of(written[i]);
    const bool is_lone = affine && affine->parts.size() == 1 && affine->parts[0].second == 1;
    const auto found = is_lone ? limits_.find(affine->parts[0].first) : limits_.end();
    reading::Extent& axis = left[items.size() == 1 && sketcher_.is_one(left[0]) ? 1 : i];
    if (found == limits_.end() || !found->second.last || axis.unknown >= 0) continue;
    Limits& limits = found->second;
    const std::string& index = found->first;
    const Dim beyond = sketcher_.size_sum(affine->rest, dims.constant(limits.counts_from_zero ? 1 : 0));
    const Dim first = sketcher_.size_sum(limits.first, beyond), last = sketcher_.size_sum(*limits.last, beyond);
    const auto room = dims.constant_value(sketcher_.size_sum(axis.dim, last, -1));
    const bool is_there =
        dims.constant_value(first).value_or(1) >= 1 && (room ? *room >= 0 : dims.constant_value(last).has_value());
    if (!is_there)
      return fail("G0602", limits.span,
                  fmt::format("`{}` runs from {} to {} here, and the axis it picks from has {}", index,
                              dims.to_string(limits.first), dims.to_string(*limits.last), dims.to_string(axis.dim)),
                  "write limits between which all entries are there");
    items[i] = sketcher_.word(index, items[i]->span, reading::Extents{});
    limits.is_settled = true;
    if (dims.is_one(first) && last == axis.dim) continue;
    const std::string range = sketcher_.size(first, span)->text + ":" + sketcher_.size(last, span)->text;
    cuts[i] = sketcher_.word(range, items[i]->span, reading::Extents{});
    axis.dim = length_of(limits);
    is_cut = true;
  }
  return is_cut ? sketcher_.index(base, std::move(cuts), span, std::move(left)) : base;
}

/// A sum goes as far as its limits say, also where no entry of its body does. Null after an error.
Sketch Interpreter::settled(const Range& range, Sketch body, Span span) {
  const DimTable& dims = sketcher_.dims();
  std::vector<Dim> unused;
  for (const std::string& index : range.opened) {
    const auto found = limits_.find(index);
    if (found == limits_.end() || !found->second.last) continue;
    const Dim length = length_of(found->second);
    const bool is_used = used_indices_.contains(index);
    const Sketch size = sketcher_.size(length, span);
    if (!is_used && body->extents && body->extents->empty()) {
      body = sketcher_.product(size, "*", body);
    } else if (!is_used) {
      unused.push_back(length);
    } else if (!found->second.is_settled) {
      const Sketch ones = sketcher_.sized_call("ones", {size}, span, sketcher_.column(length));
      const Sketch item = sketcher_.word(index, span, reading::Extents{});
      body = sketcher_.product(sketcher_.index(ones, {item}, span, reading::Extents{}), "*", body);
    }
  }
  if (unused.empty() || !body->extents) return body;
  // \sum_{i=1}^{n} of a vector is the sum of its n entries
  for (const reading::Extent& extent : *body->extents) {
    const auto same = std::find_if(unused.begin(), unused.end(), [&](Dim one) { return extent.dim == one; });
    if (same != unused.end())
      unused.erase(same);
    else if (extent.unknown < 0 && !dims.is_one(extent.dim))
      unused.push_back(extent.dim);
  }
  if (unused.empty()) return body;
  return fail("G0602", span,
              fmt::format("no entry here is picked by `{}`, which runs to {}", range.opened.back(), range.end),
              "write the entries that are summed: `\\sum_{i=1}^{n} x_i`");
}

}  // namespace gradwright::latex
