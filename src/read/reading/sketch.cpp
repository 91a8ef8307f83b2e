#include "read/reading/sketch.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gradwright::reading {

Sketch Sketcher::made(SketchNode node) {
  const bool is_open = node.form == Form::sum || node.form == Form::product || node.form == Form::power ||
                       node.form == Form::transpose || node.form == Form::compare || node.form == Form::index;
  if (is_open && node.whole.is_empty()) {
    node.whole = node.span;
    for (const Sketch child : node.children) node.whole = joined(node.whole, child->all());
  }
  nodes_.push_back(std::move(node));
  return &nodes_.back();
}

Sketch Sketcher::standing(Sketch sketch, Span all) {
  if (sketch->all() == all) return sketch;
  SketchNode node = *sketch;
  node.whole = all;
  return made(std::move(node));
}

Extent Sketcher::fresh(bool is_soft) {
  unknowns_.push_back({-1, std::nullopt, is_soft});
  return {{}, static_cast<std::int32_t>(unknowns_.size() - 1)};
}

Extent Sketcher::root_of(Extent extent) const {
  while (extent.unknown >= 0) {
    const Unknown& unknown = unknowns_[static_cast<std::size_t>(extent.unknown)];
    if (unknown.dim) return {*unknown.dim, -1};
    if (unknown.parent < 0) break;
    extent.unknown = unknown.parent;
  }
  return extent;
}

std::optional<Dim> Sketcher::known(Extent extent) const {
  const Extent root = root_of(extent);
  if (root.unknown < 0) return root.dim;
  if (unknowns_[static_cast<std::size_t>(root.unknown)].is_soft) return dims_.one();
  return std::nullopt;
}

bool Sketcher::is_one(Extent extent) const {
  const Extent root = root_of(extent);
  return root.unknown < 0 && dims_.is_one(root.dim);
}

bool Sketcher::unite(Extent a, Extent b) {
  a = root_of(a);
  b = root_of(b);
  if (a.unknown < 0 && b.unknown < 0) return a.dim == b.dim;
  if (a.unknown < 0) std::swap(a, b);
  Unknown& unknown = unknowns_[static_cast<std::size_t>(a.unknown)];
  if (b.unknown < 0) {
    unknown.dim = b.dim;
  } else if (a.unknown != b.unknown) {
    unknowns_[static_cast<std::size_t>(b.unknown)].is_soft &= unknown.is_soft;
    unknown.parent = b.unknown;
  }
  return true;
}

bool Sketcher::is_same(const Extents& a, const Extents& b) const {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Extent first = root_of(a[i]);
    const Extent second = root_of(b[i]);
    if (first.unknown < 0 && second.unknown < 0 && first.dim != second.dim) return false;
  }
  return true;
}

bool Sketcher::multiplies(const Extents& a, const Extents& b) const {
  if (a.empty() || b.empty()) return true;
  if (a.size() != 2 || b.size() != 2) return false;
  const auto hard = [&](Extent extent) {
    const Extent root = root_of(extent);
    if (root.unknown >= 0 && unknowns_[static_cast<std::size_t>(root.unknown)].is_soft) return Extent{dims_.one(), -1};
    return root;
  };
  const Extent first = hard(a[1]);
  const Extent second = hard(b[0]);
  return first.unknown >= 0 || second.unknown >= 0 || first.dim == second.dim;
}

bool Sketcher::is_vector(const Extents& extents) const {
  return extents.size() == 2 && (is_one(extents[0]) || is_one(extents[1]));
}

Extents Sketcher::normal(Extents extents) const {
  if (extents.size() == 2 && is_one(extents[0]) && is_one(extents[1])) return {};
  return extents;
}

MaybeExtents Sketcher::united(const MaybeExtents& a, const MaybeExtents& b) {
  if (!a || !b) return std::nullopt;
  if (a->empty()) return b;
  if (b->empty()) return a;
  if (!is_same(*a, *b)) return std::nullopt;
  for (std::size_t i = 0; i < a->size(); ++i) {
    if (!unite((*a)[i], (*b)[i])) return std::nullopt;
  }
  return normal(*a);
}

void Sketcher::harden(const MaybeExtents& extents) {
  if (!extents) return;
  for (const Extent extent : *extents) {
    const Extent root = root_of(extent);
    if (root.unknown < 0) continue;
    Unknown& unknown = unknowns_[static_cast<std::size_t>(root.unknown)];
    if (unknown.is_soft) unknown.dim = dims_.one();
  }
}

MaybeExtents Sketcher::extents_of(const std::optional<Shape>& shape) const {
  if (!shape || shape->size() > 2) return std::nullopt;
  Extents extents;
  for (const Dim dim : *shape) extents.push_back({dim, -1});
  return normal(extents);
}

std::optional<Shape> Sketcher::shape(Sketch sketch) const {
  if (!sketch->extents) return std::nullopt;
  Shape found;
  for (const Extent extent : *sketch->extents) {
    const auto dim = known(extent);
    if (!dim) return std::nullopt;
    found.push_back(*dim);
  }
  if (found.size() == 2 && dims_.is_one(found[0]) && dims_.is_one(found[1])) found.clear();
  return found;
}

namespace {

bool is_bounded(const DimTable& dims, Dim dim, std::int64_t most) {
  constexpr std::size_t most_terms = 16;
  const auto& polynomial = dims.polynomial(dim);
  return polynomial.size() <= most_terms && std::all_of(polynomial.begin(), polynomial.end(), [&](const auto& term) {
           return term.second <= most && term.second >= -most && term.first.size() <= most_terms;
         });
}

}  // namespace

Dim Sketcher::size_product(Dim a, Dim b) {
  constexpr std::int64_t most = std::int64_t{1} << 20U;
  if (is_bounded(dims_, a, most) && is_bounded(dims_, b, most)) return dims_.product(a, b);
  if (dims_.is_one(a) || dims_.is_one(b)) return dims_.is_one(a) ? b : a;
  is_oversized_ = true;
  return dims_.one();
}

Dim Sketcher::size_sum(Dim a, Dim b, std::int64_t factor) {
  constexpr std::int64_t most = std::int64_t{1} << 50U;
  if (is_bounded(dims_, a, most) && is_bounded(dims_, b, most)) return dims_.sum(a, b, factor);
  is_oversized_ = true;
  return dims_.one();
}

void Sketcher::fit(Sketch root, const Shape& shape) { (void)united(root->extents, extents_of(shape)); }

Sketch Sketcher::word(std::string text, Span span, MaybeExtents extents) {
  return made({Form::word, std::move(text), {}, {}, {}, span, std::move(extents)});
}

Sketch Sketcher::size(Dim dim, Span span) {
  std::string text = dims_.to_string(dim);
  if (text.find_first_of(" *") != std::string::npos) text = "(" + text + ")";
  return word(std::move(text), span, Extents{});
}

Sketch Sketcher::sum(std::vector<Sketch> terms, std::vector<bool> minus, Span span) {
  if (terms.size() == 1 && !minus[0]) return terms[0];
  MaybeExtents extents = terms[0]->extents;
  for (std::size_t i = 1; i < terms.size(); ++i) extents = united(extents, terms[i]->extents);
  return made({Form::sum, {}, std::move(terms), std::move(minus), {}, span, std::move(extents)});
}

Sketch Sketcher::negated(Sketch sketch, Span span) { return sum({sketch}, {true}, joined(span, sketch->span)); }

Sketch Sketcher::product(Sketch a, std::string_view op, Sketch b) {
  MaybeExtents extents;
  const bool both = a->extents && b->extents;
  if (op == "*") {
    if (both && (a->extents->empty() || b->extents->empty())) {
      extents = a->extents->empty() ? b->extents : a->extents;
    } else if (both && multiplies(*a->extents, *b->extents)) {
      harden(a->extents);
      harden(b->extents);
      if (unite((*a->extents)[1], (*b->extents)[0])) extents = normal({(*a->extents)[0], (*b->extents)[1]});
    }
  } else if (op == "/") {
    if (both && b->extents->empty()) extents = a->extents;
  } else {
    extents = united(a->extents, b->extents);
  }
  return made({Form::product, std::string(op), {a, b}, {}, {}, joined(a->span, b->span), std::move(extents)});
}

Sketch Sketcher::power(Sketch base, std::string_view op, Sketch exponent) {
  MaybeExtents extents;
  if (base->extents && exponent->extents) {
    const bool plain = op == ".^" || base->extents->empty() || is_vector(*base->extents);
    if (plain)
      extents = united(base->extents, exponent->extents);
    else if (base->extents->size() == 2 && unite((*base->extents)[0], (*base->extents)[1]))
      extents = base->extents;
  }
  const Span span = joined(base->span, exponent->span);
  return made({Form::power, std::string(op), {base, exponent}, {}, {}, span, std::move(extents)});
}

Sketch Sketcher::transposed(Sketch inner, Span span) {
  if (inner->form == Form::transpose) return inner->children[0];
  harden(inner->extents);
  MaybeExtents extents = inner->extents;
  if (extents && extents->size() == 2) std::swap((*extents)[0], (*extents)[1]);
  if (extents && extents->empty()) return inner;
  return made({Form::transpose, {}, {inner}, {}, {}, joined(inner->span, span), std::move(extents)});
}

Sketch Sketcher::call(std::string function, std::vector<Sketch> arguments, Span span) {
  MaybeExtents extents = call_extents(function, arguments);
  return sized_call(std::move(function), std::move(arguments), span, std::move(extents));
}

Sketch Sketcher::sized_call(std::string function, std::vector<Sketch> arguments, Span span, MaybeExtents extents) {
  return made({Form::call, std::move(function), std::move(arguments), {}, {}, span, std::move(extents)});
}

Sketch Sketcher::index(Sketch base, std::vector<Sketch> items, Span span, MaybeExtents extents) {
  items.insert(items.begin(), base);
  return made({Form::index, {}, std::move(items), {}, {}, span, std::move(extents)});
}

Sketch Sketcher::block(std::vector<Sketch> entries, std::vector<std::uint32_t> rows, Span span) {
  MaybeExtents extents = block_extents(entries, rows);
  return made({Form::block, {}, std::move(entries), {}, std::move(rows), span, std::move(extents)});
}

Sketch Sketcher::compare(Sketch a, std::string_view op, Sketch b) {
  MaybeExtents extents = united(a->extents, b->extents);
  return made({Form::compare, std::string(op), {a, b}, {}, {}, joined(a->span, b->span), std::move(extents)});
}

Sketch Sketcher::ones(Span span) {
  const Extent rows = fresh(false);
  return made({Form::ones, {}, {}, {}, {}, span, Extents{rows, fresh(true)}});
}

Sketch Sketcher::identity(Span span) {
  const Extent side = fresh(false);
  return made({Form::identity, {}, {}, {}, {}, span, Extents{side, side}});
}

MaybeExtents Sketcher::block_extents(const std::vector<Sketch>& entries, const std::vector<std::uint32_t>& rows) {
  std::optional<Dim> height;
  std::optional<Dim> width;
  std::size_t at = 0;
  for (const std::uint32_t count : rows) {
    std::optional<Dim> row_height;
    std::optional<Dim> row_width;
    for (std::uint32_t i = 0; i < count; ++i, ++at) {
      harden(entries[at]->extents);
      const auto size = shape(entries[at]);
      if (!size) return std::nullopt;
      const Dim tall = size->empty() ? dims_.one() : (*size)[0];
      const Dim wide = size->empty() ? dims_.one() : (*size)[1];
      if (row_height && *row_height != tall) return std::nullopt;
      row_height = tall;
      row_width = row_width ? size_sum(*row_width, wide) : wide;
    }
    if (!row_width || (width && *width != *row_width)) return std::nullopt;
    width = row_width;
    height = height ? size_sum(*height, *row_height) : row_height;
  }
  return height ? MaybeExtents(matrix(*height, *width)) : std::nullopt;
}

MaybeExtents Sketcher::call_extents(std::string_view function, const std::vector<Sketch>& arguments) {
  static constexpr std::array<std::string_view, 14> scalars{"sum",   "mean",   "prod",      "var",    "norm1",
                                                            "norm2", "norm",   "dot",       "tr",     "trace",
                                                            "det",   "logdet", "logsumexp", "entropy"};
  if (arguments.empty()) return std::nullopt;
  for (const Sketch argument : arguments) {
    if (!argument->extents) return std::nullopt;
  }
  static constexpr std::array<std::string_view, 6> pairs{"dot", "kron", "outer", "solve", "pow", "reshape"};
  if (arguments.size() < 2 && std::find(pairs.begin(), pairs.end(), function) != pairs.end()) return std::nullopt;
  const Extents& first = *arguments[0]->extents;
  const Extent one{dims_.one(), -1};
  const Extent rows = first.empty() ? one : first[0];
  const Extent cols = first.empty() ? one : first[1];
  if (function == "sum" && arguments.size() > 1) return arguments.back()->extents;
  if (function == "dot") return united(first, arguments[1]->extents) ? MaybeExtents(Extents{}) : std::nullopt;
  if (std::find(scalars.begin(), scalars.end(), function) != scalars.end()) return Extents{};
  if ((function == "max" || function == "min") && arguments.size() == 1) return Extents{};
  if (function.starts_with("row")) return normal({rows, one});
  if (function.starts_with("col") && function != "colvar") return normal({one, cols});
  if (function == "inv") return !first.empty() && !unite(rows, cols) ? std::nullopt : MaybeExtents(first);
  if (function == "diag") {
    if (first.empty()) return Extents{};
    harden(first);
    if (is_one(cols)) return normal({rows, rows});
    if (is_one(rows)) return normal({cols, cols});
    return normal({rows, one});
  }
  if (function == "kron" || function == "outer") {
    harden(first);
    harden(arguments[1]->extents);
    const auto a = shape(arguments[0]);
    const auto b = shape(arguments[1]);
    if (!a || !b) return std::nullopt;
    const Dim unit = dims_.one();
    const Dim left = a->empty() ? unit : (*a)[0];
    const Dim right = b->empty() ? unit : (*b)[0];
    if (function == "outer") return matrix(left, right);
    return matrix(size_product(left, right), size_product(a->empty() ? unit : (*a)[1], b->empty() ? unit : (*b)[1]));
  }
  if (function == "vec") {
    const auto size = shape(arguments[0]);
    if (!size) return std::nullopt;
    return size->empty() ? Extents{} : column(size_product((*size)[0], (*size)[1]));
  }
  MaybeExtents all = first;
  for (std::size_t i = 1; i < arguments.size(); ++i) all = united(all, arguments[i]->extents);
  return all;
}

}  // namespace gradwright::reading
