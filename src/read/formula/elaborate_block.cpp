// Literal columns and matrices, and block matrices: a sum of blocks, each padded with zeros.
#include <fmt/format.h>

#include "read/formula/elaborate.h"

namespace gradwright::formula {

using MaybeLabel = ProductDraft::MaybeLabel;

namespace {

/// Each entry is a term of a sum.
constexpr std::size_t most_blocks = 4096;

}  // namespace

Value Elaborator::block(Ast ast) {
  const AstNode& node = asts_[ast];
  if (node.children.size() > most_blocks) {
    error("G0511", node.span,
          fmt::format("this literal has {} entries, and a formula takes {} at most", node.children.size(), most_blocks))
        .help(fmt::format("numbers are data: declare the matrix, `A : R[{},{}]`, and give it by `--input` or `--data`",
                          node.rows.size(), node.rows[0]));
    return {};
  }
  if (refuses_lists(ast)) return {};
  std::vector<std::vector<Value>> rows;
  std::vector<std::vector<Ast>> asts;
  std::size_t at = 0;
  bool good = true;
  for (const std::uint32_t count : node.rows) {
    rows.emplace_back();
    asts.emplace_back();
    for (std::uint32_t i = 0; i < count; ++i, ++at) {
      const Ast child = node.children[at];
      rows.back().push_back(value_of(child));
      asts.back().push_back(child);
      const Value& value = rows.back().back();
      good = good && !value.is_poisoned();
      if (!value.is_poisoned() && value.is_tensor()) {
        error("G0211", asts_[child].span,
              fmt::format("a tensor ({}) is no block of a matrix", size_text(value.surface)))
            .about(mismatch({value.surface}));
        good = false;
      }
    }
  }
  return good ? joined_blocks(rows, asts, node.span) : Value{};
}

Value Elaborator::unit(Dim extent, Dim position) {
  const DimTable& dims = pool_.dims();
  Value result;
  result.surface = {extent, dims.one()};
  AffineIndex index;
  index.parts = {{0, 1}};
  index.offset = pool_.dims().sum(pool_.dims().constant(0), position, -1);
  result.expr = make_window(pool_, make_ones(pool_, {dims.one()}), {extent}, {index});
  return result;
}

Value Elaborator::joined_blocks(const std::vector<std::vector<Value>>& rows, const std::vector<std::vector<Ast>>& asts,
                                Span span) {
  DimTable& dims = pool_.dims();
  std::optional<Dim> height = dims.constant(0);
  std::optional<Dim> width;
  std::vector<Dim> tops;
  bool good = true;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::optional<Dim> across = dims.constant(0);
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      const Value& value = rows[r][c];
      if (rows_of(value) != rows_of(rows[r][0])) {
        Diagnostic& diagnostic =
            error("G0209", asts_[asts[r][c]].span,
                  fmt::format("{} has {}, and {} beside it has {}", quoted(asts[r][c]), counted(rows_of(value), "row"),
                              quoted(asts[r][0]), dim_text(rows_of(rows[r][0]))))
                .about(mismatch({rows[r][0].surface, value.surface}));
        label(diagnostic, asts[r][0], rows[r][0]);
        label(diagnostic, asts[r][c], value);
        if (value.is_scalar())
          diagnostic.help(fmt::format("a scalar block is 1×1; repeated: `{}*ones({})`", raw(asts[r][c]),
                                      dims.to_string(rows_of(rows[r][0]))));
        if (rows[r].size() > 1 && cols_of(value) == cols_of(rows[r][0]))
          diagnostic.help("`;` stacks blocks, `,` sets them side by side");
        good = false;
      }
      across = dim_sum(*across, cols_of(value), 1, span);
      if (!across) return {};
    }
    if (width && *width != *across) {
      Diagnostic& diagnostic = error("G0209", joined(asts_[asts[r].front()].span, asts_[asts[r].back()].span),
                                     fmt::format("row {} of the block matrix has {}, the first has {}", r + 1,
                                                 counted(*across, "column"), dim_text(*width)))
                                   .about(mismatch({Shape{*width}, Shape{*across}}));
      diagnostic.help("every row of a block matrix has the same number of columns");
      if (frames_.empty())
        diagnostic.label(joined(asts_[asts[0].front()].span, asts_[asts[0].back()].span), counted(*width, "column"));
      if (frames_.empty()) diagnostic.label(diagnostic.span, counted(*across, "column"));
      good = false;
    }
    width = width ? width : across;
    tops.push_back(*height);
    height = dim_sum(*height, rows_of(rows[r][0]), 1, span);
    if (!height) return {};
  }
  if (!good) return {};
  const Shape surface = normal({*height, *width});
  if (rows.size() == 1 && rows[0].size() == 1) return rows[0][0];
  // One number everywhere is that number times ones.
  bool all_equal = true;
  for (const auto& row : rows) {
    for (const Value& value : row)
      all_equal =
          all_equal && value.expr == rows[0][0].expr && value.is_scalar() && pool_.kind(value.expr) == Kind::literal;
  }
  if (all_equal) return lifted(rows[0][0], surface, {}, {});
  std::vector<std::pair<Rational, Value>> terms;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    Dim left = dims.constant(0);
    for (const Value& value : rows[r]) {
      const Shape from{rows_of(value), cols_of(value)};
      const Shape to{*height, *width};
      const Shape position{tops[r], left};
      left = dims.sum(left, cols_of(value));
      if (is_zero(pool_, value.expr)) continue;
      // An axis that the block spans stays; one of extent 1 becomes a unit vector; any other is shifted by a window.
      Value moved = value;
      const std::size_t first = value.indices.size();
      Shape out = axes(value);
      std::vector<AffineIndex> window;
      for (std::size_t axis = 0; axis < first; ++axis)
        window.push_back({{{static_cast<std::uint16_t>(axis), 1}}, dims.constant(0)});
      std::size_t axis = first;
      for (std::size_t side = 0; side < 2; ++side) {
        if (dims.is_one(from[side])) continue;
        window.push_back({{{static_cast<std::uint16_t>(axis), 1}}, dims.sum(dims.constant(0), position[side], -1)});
        out[axis] = to[side];
        ++axis;
      }
      moved.surface = normal({dims.is_one(from[0]) ? from[0] : to[0], dims.is_one(from[1]) ? from[1] : to[1]});
      moved.expr = make_window(pool_, value.expr, out, window);
      moved.is_anonymous = moved.expr == value.expr ? value.is_anonymous : true;
      ProductDraft sheet = draft();
      const auto places = sheet.fresh_axes(to);
      std::vector<MaybeLabel> own{dims.is_one(from[0]) ? MaybeLabel{} : places[0],
                                  dims.is_one(from[1]) ? MaybeLabel{} : places[1]};
      if (moved.is_scalar()) own.clear();
      sheet.multiply(moved, own);
      for (std::size_t side = 0; side < 2; ++side) {
        if (dims.is_one(from[side]) && !dims.is_one(to[side]))
          sheet.multiply(unit(to[side], position[side]), {places[side], std::nullopt});
      }
      terms.emplace_back(1, sheet.made(places, surface));
    }
  }
  if (terms.empty()) {
    Value zero;
    zero.surface = surface;
    zero.expr = make_zero(pool_, surface_axes(zero));
    return zero;
  }
  return added(terms);
}

}  // namespace gradwright::formula
