// Built-in windows: convolutions of matrices and of image tensors, max pooling.
#include <fmt/format.h>

#include <array>

#include "ir/pooling.h"
#include "read/formula/functions_access.h"

namespace gradwright::formula {
namespace {

/// dim/by where that is whole; rounded down where both are numbers.
std::optional<Dim> divided(DimTable& dims, Dim dim, std::int64_t by) {
  if (by == 1) return dim;
  if (const auto value = dims.constant_value(dim))
    return *value < 0 ? std::nullopt : std::optional<Dim>(dims.constant(*value / by));
  Dim total = dims.constant(0);
  const auto terms = dims.polynomial(dim);
  for (const auto& [monomial, coefficient] : terms) {
    if (coefficient % by != 0) return std::nullopt;
    Dim product = dims.constant(coefficient / by);
    for (const DimSymbol symbol : monomial)
      product = dims.product(product, dims.symbol(std::string(dims.symbol_name(symbol))));
    total = dims.sum(total, product);
  }
  return total;
}

/// A matrix of these sizes read backwards along the sides named.
Expr with_sides_reversed(Pool& pool, Expr e, const Shape& sizes, const std::array<bool, 2>& reversed) {
  DimTable& dims = pool.dims();
  std::vector<AffineIndex> indices;
  for (std::size_t side = 0; side < 2; ++side) {
    if (dims.is_one(sizes[side])) continue;  // no axis
    const auto axis = static_cast<std::uint16_t>(indices.size());
    indices.push_back(reversed[side] ? AffineIndex{{{axis, -1}}, dims.sum(sizes[side], dims.one(), -1)}
                                     : AffineIndex{{{axis, 1}}, dims.constant(0)});
  }
  return make_window(pool, e, Shape(pool.shape(e)), indices);
}

}  // namespace

Value Builtins::conv(E& e, Ast call) {
  const AstNode& node = e.asts_[call];
  const Value x = matrix_argument(e, call, 0);
  const Value k = matrix_argument(e, call, 1);
  if (x.is_poisoned() || k.is_poisoned()) return {};
  DimTable& dims = e.pool_.dims();
  const bool full = node.text == "conv_full";
  if (!x.indices.empty() || !k.indices.empty()) {
    e.error("G0211", node.span, fmt::format("`{}` cannot stand in index notation", node.text));
    return {};
  }
  ProductDraft sheet = e.draft();
  Shape surface;
  Shape out;
  std::vector<AffineIndex> window;
  Labels window_labels;
  std::vector<ProductDraft::MaybeLabel> places;
  std::vector<ProductDraft::MaybeLabel> of_kernel;
  std::array<bool, 2> reversed{};
  const Shape sizes_x{e.rows_of(x), e.cols_of(x)};
  const Shape sizes_k{e.rows_of(k), e.cols_of(k)};
  for (std::size_t side = 0; side < 2; ++side) {
    const Dim n = sizes_x[side];
    const Dim h = sizes_k[side];
    const auto size = full ? e.dim_sum(e.pool_.dims().sum(n, h), dims.one(), -1, node.span)
                           : e.dim_sum(dims.sum(n, h, -1), dims.one(), 1, node.span);
    if (!size) return {};
    if (const auto value = dims.constant_value(*size); value && *value < 1) {
      Diagnostic& diagnostic =
          e.error("G0208", node.span,
                  fmt::format("the kernel {} ({}) is larger than {} ({})", e.quoted(node.children[1]),
                              e.size_text(k.surface), e.quoted(node.children[0]), e.size_text(x.surface)))
              .about(e.mismatch({x.surface, k.surface}));
      e.label(diagnostic, node.children[0], x);
      e.label(diagnostic, node.children[1], k);
      diagnostic.help(fmt::format("the kernel is the second argument; `conv_full({}, {})` takes any kernel",
                                  e.raw(node.children[0]), e.raw(node.children[1])));
      return {};
    }
    surface.push_back(*size);
    const auto place = sheet.fresh(*size);
    places.push_back(place);
    if (dims.is_one(n)) {
      // Nothing to slide over: the kernel's axis is the result's, backwards (full), or has one entry (valid).
      of_kernel.push_back(full ? place : sheet.fresh(h));
      reversed[side] = full;
      continue;
    }
    const auto kernel = sheet.fresh(h);
    of_kernel.push_back(kernel);
    AffineIndex index;
    index.offset = full ? dims.sum(dims.one(), h, -1) : dims.constant(0);
    if (place) {
      index.parts.push_back({static_cast<std::uint16_t>(out.size()), 1});
      out.push_back(*size);
      window_labels.push_back(*place);
    }
    if (kernel) {
      index.parts.push_back({static_cast<std::uint16_t>(out.size()), 1});
      out.push_back(h);
      window_labels.push_back(*kernel);
    }
    window.push_back(std::move(index));
  }
  sheet.multiply(make_window(e.pool_, x.expr, out, window), window_labels, false);
  if (k.is_scalar()) of_kernel.clear();
  Value kernel = k;
  kernel.expr = with_sides_reversed(e.pool_, k.expr, sizes_k, reversed);
  sheet.multiply(kernel, of_kernel);
  return sheet.made(places, e.normal(surface));
}

Value Builtins::conv_full(E& e, Ast call) { return conv(e, call); }

std::optional<Builtins::Windows> Builtins::windows(E& e, Ast call, const Value& x) {
  const AstNode& node = e.asts_[call];
  const auto h = e.dim_of(node.children[1], false);
  const auto w = e.dim_of(node.children[node.children.size() - 1], false);
  if (x.is_poisoned() || !h || !w) return std::nullopt;
  DimTable& dims = e.pool_.dims();
  Windows made;
  std::vector<AffineIndex> window;
  Shape inner;
  std::vector<std::uint16_t> sides;
  for (std::size_t i = 0; i < x.indices.size(); ++i) {
    window.push_back({{{static_cast<std::uint16_t>(made.shape.size()), 1}}, dims.constant(0)});
    made.shape.push_back(x.extents[i]);
  }
  for (std::size_t side = 0; side < 2; ++side) {
    const Dim size = side == 0 ? e.rows_of(x) : e.cols_of(x);
    const auto step = dims.constant_value(side == 0 ? *h : *w);
    if (!step || *step < 1 || *step > 100000) {
      e.error("G0208", node.span, "the size of a pooling window is a whole number");
      return std::nullopt;
    }
    made.counts.push_back(size);
    made.covered.push_back(size);
    if (dims.is_one(size)) continue;
    const auto count = divided(dims, size, *step);
    if (!count || (dims.constant_value(*count) && *dims.constant_value(*count) < 1)) {
      e.error("G0208", node.span,
              fmt::format("{} ({}) cannot be parted into windows of {}", e.quoted(node.children[0]),
                          e.size_text(x.surface), *step))
          .about(e.mismatch({x.surface}));
      return std::nullopt;
    }
    window.push_back({{{static_cast<std::uint16_t>(made.shape.size()), *step}}, dims.constant(0)});
    sides.push_back(static_cast<std::uint16_t>(window.size() - 1));
    made.shape.push_back(*count);
    made.counts.back() = *count;
    made.covered.back() = dims.product(*count, dims.constant(*step));
    inner.push_back(dims.constant(*step));
  }
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const auto axis = static_cast<std::uint16_t>(made.shape.size());
    window[sides[i]].parts.push_back({axis, 1});
    made.folded.push_back(axis);
    made.shape.push_back(inner[i]);
  }
  made.expr = make_window(e.pool_, x.expr, made.shape, window);
  return made;
}

Value Builtins::maxpool(E& e, Ast call) {
  const Value x = matrix_argument(e, call, 0);
  const auto windows = Builtins::windows(e, call, x);
  if (!windows) return {};
  DimTable& dims = e.pool_.dims();
  const Expr maxima = make_fold(e.pool_, FoldKind::max, windows->expr, windows->folded);
  // Axes whose extent became 1 are dropped.
  ProductDraft sheet = e.draft();
  Labels labels;
  for (std::size_t i = 0; i < x.indices.size(); ++i) labels.push_back(sheet.index_label(x.indices[i], x.extents[i]));
  std::vector<ProductDraft::MaybeLabel> places(2);
  std::size_t next = x.indices.size();
  for (std::size_t side = 0; side < 2; ++side) {
    if (dims.is_one(side == 0 ? e.rows_of(x) : e.cols_of(x))) continue;
    const Label label = sheet.fresh_label(windows->shape[next++]);
    labels.push_back(label);
    if (!dims.is_one(windows->counts[side])) places[side] = label;
  }
  sheet.multiply(maxima, labels, false);
  Value made = sheet.made(places, e.normal(windows->counts));
  made.is_anonymous = true;
  return made;
}

Value Builtins::maxpool_mask(E& e, Ast call) {
  const AstNode& node = e.asts_[call];
  const Value x = matrix_argument(e, call, 0);
  const auto windows = Builtins::windows(e, call, x);
  if (!windows) return {};
  const Expr maxima = make_fold(e.pool_, FoldKind::max, windows->expr, windows->folded);
  if (!x.indices.empty() || !is_pooling(e.pool_, maxima)) {
    e.error("G0211", node.span, fmt::format("`{}` takes a matrix, outside index notation", node.text));
    return {};
  }
  Value made;
  made.expr = make_pooling_mask(e.pool_, maxima);
  made.surface = e.normal(windows->covered);
  made.is_anonymous = true;
  return made;
}

Value Builtins::conv2d(E& e, Ast call) {
  const AstNode& node = e.asts_[call];
  DimTable& dims = e.pool_.dims();
  std::int64_t stride = 1;
  Dim pad = dims.constant(0);
  const Value x = e.value_of(node.children[0]);
  const Value k = e.value_of(node.children[1]);
  for (std::size_t i = 2; i < node.children.size(); ++i) {
    const AstNode& option = e.asts_[node.children[i]];
    const bool is_named = option.kind == AstKind::named_argument;
    const std::string name = is_named ? option.text : i == 2 ? "stride" : "pad";
    const auto size = e.dim_of(is_named ? option.children[0] : node.children[i], false);
    if (!size) return {};
    const auto value = dims.constant_value(*size);
    if (name == "stride" && value && *value >= 1 && *value < 100000) {
      stride = *value;
    } else if (name == "pad" && (!value || *value >= 0)) {
      pad = *size;
    } else {
      e.error("G0304", option.span,
              fmt::format("`conv2d` knows `stride=` (a whole number) and `pad=`, not {}", e.quoted(node.children[i])));
      return {};
    }
  }
  if (x.is_poisoned() || k.is_poisoned()) return {};
  if ((x.surface.size() != 3 && x.surface.size() != 4) || !x.indices.empty()) {
    wrong_shape(e, call, 0, x, "an image of 3 axes (channel, height, width) or 4 (batch first)");
    return {};
  }
  if (k.surface.size() != 4 || !k.indices.empty()) {
    wrong_shape(e, call, 1, k, "a kernel of 4 axes (out, in, height, width)");
    return {};
  }
  const std::size_t batch = x.surface.size() - 3;
  if (x.surface[batch] != k.surface[1]) {
    Diagnostic& diagnostic = e.error("G0208", node.span,
                                     fmt::format("the image has {} channels and the kernel takes {}",
                                                 e.dim_text(x.surface[batch]), e.dim_text(k.surface[1])))
                                 .about(e.mismatch({x.surface, k.surface}));
    e.label(diagnostic, node.children[0], x);
    e.label(diagnostic, node.children[1], k);
    e.note_symbols(diagnostic, x.surface[batch], k.surface[1]);
    return {};
  }
  Shape result;
  if (batch == 1) result.push_back(x.surface[0]);
  result.push_back(k.surface[0]);
  for (std::size_t side = 0; side < 2; ++side) {
    const Dim room = dims.sum(dims.sum(x.surface[batch + 1 + side], pad, 2), k.surface[2 + side], -1);
    const auto steps = divided(dims, room, stride);
    const auto size = steps ? e.dim_sum(*steps, dims.one(), 1, node.span) : std::nullopt;
    if (!size || (dims.constant_value(*size) && *dims.constant_value(*size) < 1)) {
      e.error("G0208", node.span,
              fmt::format("a kernel {} with stride {} does not fit an image {}", e.size_text(k.surface), stride,
                          e.size_text(x.surface)))
          .about(e.mismatch({k.surface, x.surface}));
      return {};
    }
    result.push_back(*size);
  }
  // Z[b,o,i,j] = Σ X[b,c, s·i + u − p, s·j + v − p]·K[o,c,u,v]
  ProductDraft sheet = e.draft();
  const auto places = sheet.fresh_axes(result);
  std::vector<ProductDraft::MaybeLabel> kernel{places[batch]};
  for (std::size_t axis = 1; axis < 4; ++axis) kernel.emplace_back(sheet.fresh_label(k.surface[axis]));
  Shape out;
  Labels labels;
  std::vector<AffineIndex> window;
  const auto push = [&](Dim extent, Label label) {
    out.push_back(extent);
    labels.push_back(label);
    return static_cast<std::uint16_t>(out.size() - 1);
  };
  if (batch == 1) window.push_back({{{push(x.surface[0], *places[0]), 1}}, dims.constant(0)});
  window.push_back({{{push(x.surface[batch], *kernel[1]), 1}}, dims.constant(0)});
  for (std::size_t side = 0; side < 2; ++side) {
    const auto place = push(result[batch + 1 + side], *places[batch + 1 + side]);
    const auto offset = push(k.surface[2 + side], *kernel[2 + side]);
    window.push_back({{{place, stride}, {offset, 1}}, dims.sum(dims.constant(0), pad, -1)});
  }
  sheet.multiply(make_window(e.pool_, x.expr, out, window), labels, false);
  sheet.multiply(k, kernel);
  return sheet.made(places, result);
}

}  // namespace gradwright::formula
