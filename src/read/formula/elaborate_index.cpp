// Entries, slices and index notation. An index variable is an axis of the value until it is summed or stands on the left of a definition.
// `A[i]`, `A[i+1]` count from 1; a sum of index variables alone (`A[r+u]`) is a window: its first entry is at r = u = 1.
#include <fmt/format.h>

#include <algorithm>

#include "ir/reach.h"
#include "read/formula/elaborate.h"

namespace gradwright::formula {

using MaybeLabel = ProductDraft::MaybeLabel;

struct Elaborator::Item {
  enum class Kind { all, single, range, affine } kind = Kind::all;
  Dim offset, length;
  std::map<Index, std::int64_t> parts;
};

Index Elaborator::open_index(const NameAt& name) {
  const auto index = static_cast<Index>(indices_.size());
  indices_.push_back({name.text, std::nullopt, name.span});
  open_indices_.emplace_back(name.text, index);
  return index;
}

bool Elaborator::mentions_index(Ast ast) const {
  const AstNode& node = asts_[ast];
  if (node.kind == AstKind::name && index_named(node.text)) return true;
  return std::any_of(node.children.begin(), node.children.end(), [&](Ast child) { return mentions_index(child); });
}

bool Elaborator::item_of(Ast ast, Dim extent, Ast base, Item& item) {
  DimTable& dims = pool_.dims();
  const AstNode& node = asts_[ast];
  const auto is_inside = [&](Dim first, Dim last, const char* kind) {  // counted from 1
    const auto outside = [&] {
      return gradwright::error("G0212", fmt::format("the {} {} is outside of {}: there are {} entries here", kind,
                                                    quoted(ast), quoted(base), dim_text(extent)))
          .at(at(node.span))
          .help(fmt::format("indices run from 1 to {}", dim_text(extent)))
          .about(mismatch({Shape{extent}}));
    };
    return is_possible(dims.sum(first, dims.one(), -1), outside) && is_possible(dims.sum(extent, last, -1), outside);
  };
  if (node.kind == AstKind::all) return true;
  if (node.kind == AstKind::range) {
    const auto first = dim_of(node.children[0], false);
    const auto last = dim_of(node.children[1], false);
    if (!first || !last) return false;
    item.kind = Item::Kind::range;
    item.offset = dims.sum(*first, dims.one(), -1);
    item.length = dims.sum(dims.sum(*last, *first, -1), dims.one());
    if (!is_inside(*first, *last, "range")) return false;
    if (is_nonnegative(dims, dims.sum(dims.constant(0), item.length, -1))) {
      error("G0212", node.span, fmt::format("the range {} is empty", quoted(ast)))
          .help("a range runs upwards: `2:4` is the entries 2, 3 and 4");
      return false;
    }
    return true;
  }
  Affine affine;
  affine.constant = dims.constant(0);
  if (!affine_of(ast, 1, affine)) return false;
  std::erase_if(affine.parts, [](const auto& part) { return part.second == 0; });
  if (affine.parts.empty()) {
    item.kind = Item::Kind::single;
    item.offset = dims.sum(affine.constant, dims.one(), -1);
    item.length = dims.one();
    return is_inside(affine.constant, affine.constant, "index");
  }
  item.kind = Item::Kind::affine;
  item.parts = affine.parts;
  std::int64_t total = 0;
  for (const auto& [index, coefficient] : affine.parts) total += coefficient;
  item.offset = !affine.has_constant && affine.parts.size() > 1 ? dims.constant(0)
                                                                : dims.sum(affine.constant, dims.constant(total - 1));
  for (const auto& [index, coefficient] : item.parts) {
    const IndexInfo& info = indices_[index];
    if (!info.extent) return false;
    if (item.parts.size() > 1 || coefficient != 1 || item.offset != dims.constant(0) || *info.extent == extent)
      continue;
    Diagnostic& diagnostic = error("G0213", node.span,
                                   fmt::format("the index `{}` runs to {} and stands where there are {} entries",
                                               info.name, dim_text(*info.extent), dim_text(extent)))
                                 .about(mismatch({Shape{extent}, Shape{*info.extent}}));
    if (frames_.empty())
      diagnostic.label(asts_[base].span, fmt::format("{} entries along this axis", dim_text(extent)));
    note_symbols(diagnostic, *info.extent, extent);
    return false;
  }
  return reads_inside(ast, item, extent, base);
}

bool Elaborator::reads_inside(Ast ast, const Item& item, Dim extent, Ast base) {
  DimTable& dims = pool_.dims();
  AffineIndex index{{}, item.offset};
  Shape run;
  for (const auto& [one, coefficient] : item.parts) {
    index.parts.push_back({static_cast<std::uint16_t>(run.size()), coefficient});
    run.push_back(*indices_[one].extent);
  }
  const Reach reach = reach_of(dims, index, run);
  const auto outside = [&] {
    const Dim first = dims.sum(reach.first, dims.one());
    const Dim last = dims.sum(reach.last, dims.one());
    return gradwright::error(
               "G0212",
               fmt::format("the index {} runs from {} to {}, outside of {}: there are {} entries here", quoted(ast),
                           dims.to_string(first), dims.to_string(last), quoted(base), dim_text(extent)))
        .at(at(asts_[ast].span))
        .help("nothing stands outside of an array: put zeros there (`[zeros(2); x]`)")
        .help("or leave out what is outside: `sum(q, x[q]*delta(q, i-2))`")
        .about(mismatch({Shape{first}, Shape{last}, Shape{extent}}));
  };
  return is_possible(reach.first, outside) &&
         is_possible(dims.sum(dims.sum(extent, dims.one(), -1), reach.last, -1), outside);
}

Value Elaborator::index(Ast ast) {
  const AstNode& node = asts_[ast];
  const Ast base = node.children[0];
  const Value value = value_of(base);
  const std::size_t count = node.children.size() - 1;
  if (value.is_poisoned()) return {};
  Shape surface = value.surface;
  if (surface.empty()) surface = {pool_.dims().one(), pool_.dims().one()};
  std::vector<std::size_t> sides;
  if (surface.size() == 2 && count == 1 && (value.is_scalar() || is_vector(value))) {
    sides = {pool_.dims().is_one(surface[0]) && !pool_.dims().is_one(surface[1]) ? std::size_t{1} : std::size_t{0}};
  } else if (count == surface.size()) {
    for (std::size_t i = 0; i < count; ++i) sides.push_back(i);
  } else {
    Diagnostic& diagnostic = error("G0208", node.span,
                                   fmt::format("{} ({}) takes {} indices, not {}", quoted(base),
                                               size_text(value.surface), surface.size(), count))
                                 .about(mismatch({value.surface}));
    if (is_vector(value))
      diagnostic.help(fmt::format("an entry of a vector is `{}[i]`", raw(base)));
    else if (surface.size() == 2 && count == 1)
      diagnostic.help(fmt::format("a row is `{}[i,:]`, a column `{}[:,j]`", raw(base), raw(base)));
    return {};
  }
  std::vector<Item> items(surface.size());
  bool good = true;
  for (std::size_t i = 0; i < count; ++i)
    good = item_of(node.children[i + 1], surface[sides[i]], base, items[sides[i]]) && good;
  return good ? picked(value, items) : Value{};
}

Value Elaborator::picked(const Value& value, const std::vector<Item>& items) {
  DimTable& dims = pool_.dims();
  const Dim zero = dims.constant(0);
  Shape out;
  std::vector<AffineIndex> window;
  ProductDraft sheet = draft();
  Labels labels;
  std::map<Index, std::uint16_t> places;  // result axes that window parts made
  const auto push = [&](Dim extent, Label label) {
    out.push_back(extent);
    labels.push_back(label);
    return static_cast<std::uint16_t>(out.size() - 1);
  };
  for (std::size_t i = 0; i < value.indices.size(); ++i) {
    const auto axis = push(value.extents[i], sheet.index_label(value.indices[i], value.extents[i]));
    window.push_back({{{axis, 1}}, zero});
  }
  Shape surface;
  std::vector<MaybeLabel> axes;
  for (std::size_t side = 0; side < items.size(); ++side) {
    const Item& item = items[side];
    const Dim extent = value.surface.empty() ? dims.one() : value.surface[side];
    const bool has_axis = value.is_tensor() || !dims.is_one(extent);
    const bool is_index = item.kind == Item::Kind::affine;
    const bool is_plain = is_index && item.parts.size() == 1 && item.parts.begin()->second == 1 &&
                          item.offset == zero && *indices_[item.parts.begin()->first].extent == extent;
    if (!has_axis) {
      for (const auto& [index, coefficient] : item.parts) (void)sheet.index_label(index, *indices_[index].extent);
      surface.push_back(dims.one());
      axes.emplace_back(std::nullopt);
      continue;
    }
    if (is_plain) {
      const Index index = item.parts.begin()->first;
      const auto axis = push(extent, sheet.index_label(index, extent));
      window.push_back({{{axis, 1}}, zero});
    } else if (is_index) {
      AffineIndex affine;
      affine.offset = item.offset;
      for (const auto& [index, coefficient] : item.parts) {
        const Dim run = *indices_[index].extent;
        if (places.find(index) == places.end()) places[index] = push(run, sheet.index_label(index, run));
        affine.parts.push_back({places[index], coefficient});
      }
      window.push_back(std::move(affine));
    }
    if (is_index) {
      surface.push_back(dims.one());
      axes.emplace_back(std::nullopt);
      continue;
    }
    const bool whole = item.kind == Item::Kind::all;
    const Dim length = whole ? extent : item.length;
    const Label label = sheet.fresh_label(length);
    const auto axis = push(length, label);
    window.push_back({{{axis, 1}}, whole ? zero : item.offset});
    const bool drops = item.kind == Item::Kind::single || (!value.is_tensor() && dims.is_one(length));
    surface.push_back(drops ? dims.one() : length);
    axes.push_back(drops ? MaybeLabel{} : MaybeLabel(label));
  }
  const Expr cut = make_window(pool_, value.expr, out, window);
  sheet.multiply(cut, labels, cut == value.expr ? value.is_anonymous : true);
  if (value.is_tensor()) {
    // What is left of a tensor: its remaining axes; two or fewer make a matrix again.
    Shape left;
    std::vector<MaybeLabel> left_axes;
    for (std::size_t i = 0; i < surface.size(); ++i) {
      if (!axes[i]) continue;
      left.push_back(surface[i]);
      left_axes.push_back(axes[i]);
    }
    if (left.size() == 1) left.push_back(dims.one());
    if (left.size() <= 2) {
      for (std::size_t i = 0; i < left_axes.size(); ++i) {
        if (dims.is_one(left[i])) left_axes[i] = std::nullopt;
      }
      left = normal(left);
    }
    return sheet.made(left_axes, left);
  }
  return sheet.made(axes, normal(surface));
}

Value Elaborator::index_reduction(Ast ast) {
  const AstNode& node = asts_[ast];
  const Ast body = node.children.back();
  const std::size_t open = open_indices_.size();
  std::vector<Index> opened;
  bool good = true;
  for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
    const AstNode& name = asts_[node.children[i]];
    if (name.kind != AstKind::name) {
      error("G0304", name.span,
            fmt::format("{} is no index: `{}` takes one argument, or indices and a body", quoted(node.children[i]),
                        node.text))
          .help(fmt::format("`{0}(x)` or `{0}(k, A[i,k]*B[k,j])`", node.text));
      open_indices_.resize(open);
      return {};
    }
    opened.push_back(open_index({name.text, name.span}));
  }
  find_extents(body);
  for (const Index index : opened) {
    if (indices_[index].extent) continue;
    error("G0214", indices_[index].span, fmt::format("how far does the index `{}` run?", indices_[index].name))
        .help(fmt::format("it stands in no bracket of the {}: use it as `x[{}]`",
                          node.text == "sum" ? "sum" : "product", indices_[index].name));
    good = false;
  }
  const Value value = good ? value_of(body) : Value{};
  open_indices_.resize(open);
  if (value.is_poisoned()) return {};
  ProductDraft sheet = draft();
  for (const Index index : opened) (void)sheet.index_label(index, *indices_[index].extent);
  const auto places = sheet.fresh_axes(value.surface);
  sheet.multiply(value, places);
  if (node.text == "sum") return sheet.made(places, value.surface, opened);
  Value factors = sheet.made(places, value.surface);
  std::vector<std::uint16_t> over;
  for (std::size_t axis = factors.indices.size(); axis-- > 0;) {
    if (std::find(opened.begin(), opened.end(), factors.indices[axis]) == opened.end()) continue;
    over.insert(over.begin(), static_cast<std::uint16_t>(axis));
    factors.indices.erase(factors.indices.begin() + static_cast<std::ptrdiff_t>(axis));
    factors.extents.erase(factors.extents.begin() + static_cast<std::ptrdiff_t>(axis));
  }
  factors.expr = make_fold(pool_, FoldKind::prod, factors.expr, over);
  factors.is_anonymous = true;
  return factors;
}

Value Elaborator::indexed_value(Ast body, const std::vector<NameAt>& names,
                                const std::vector<std::optional<Dim>>& known, bool is_claim) {
  const std::size_t open = open_indices_.size();
  std::vector<Index> opened;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (names[j].text != names[i].text) continue;
      error("G0302", names[i].span, fmt::format("the index `{}` stands twice", names[i].text))
          .help(fmt::format("a diagonal is written with `delta({},j)`", names[i].text));
      open_indices_.resize(open);
      return {};
    }
    opened.push_back(open_index(names[i]));
    if (i < known.size()) indices_[opened.back()].extent = known[i];
  }
  find_extents(body);
  bool good = true;
  for (const Index index : opened) {
    if (indices_[index].extent) continue;
    error("G0214", indices_[index].span, fmt::format("how far does the index `{}` run?", indices_[index].name))
        .help(fmt::format("it stands in no bracket on the right: use it as `x[{}]`", indices_[index].name));
    good = false;
  }
  Value value = good ? value_of(body) : Value{};
  open_indices_.resize(open);
  if (value.is_poisoned()) return {};
  if (!value.is_scalar()) {
    if (is_claim && value.indices.empty()) return value;
    error("G0210", asts_[body].span,
          fmt::format("index notation needs one number for each index, and {} is {}", quoted(body),
                      size_text(value.surface)))
        .about(mismatch({value.surface}))
        .help("take an entry (`A[i,j]`), or sum over the index that is left (`sum(j, A[i,j])`)");
    return {};
  }
  DimTable& dims = pool_.dims();
  Value result;
  ProductDraft sheet = draft();
  Shape surface;
  Labels labels;
  std::vector<Index> dropped;
  std::vector<MaybeLabel> places;
  for (const Index index : opened) {
    const Dim extent = *indices_[index].extent;
    const Label label = sheet.index_label(index, extent);
    surface.push_back(extent);
    dropped.push_back(index);
    if (opened.size() > 2 || !dims.is_one(extent)) places.emplace_back(label);
  }
  sheet.multiply(value, {});
  if (surface.size() == 1) surface.push_back(dims.one());
  result = sheet.made(places, normal(surface), dropped);
  return result;
}

}  // namespace gradwright::formula
