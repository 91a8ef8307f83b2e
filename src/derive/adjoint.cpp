#include "derive/adjoint.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

#include "ir/functions.h"
#include "ir/make.h"
#include "ir/pooling.h"

namespace gradwright {
namespace {

/// What one node hands to its operands, given its adjoint D with axes (axes of root…, axes of node…).
class Rules {
 public:
  Rules(Pool& pool, std::size_t root_order) : pool_(pool), seeds_(root_order) {}

  /// The contribution of `node` to the adjoint of its operand number k.
  [[nodiscard]] Expr contribution(Expr node, Expr adjoint, std::size_t k) const {
    switch (pool_.kind(node)) {
      case Kind::einsum: return through_einsum(node, adjoint, k);
      case Kind::map: return through_map(node, adjoint, k);
      case Kind::fold: return through_fold(node, adjoint);
      case Kind::window: return through_window(node, adjoint);
      case Kind::reshape: return through_reshape(node, adjoint);
      case Kind::matrix: return through_matrix(node, adjoint);
      case Kind::add: return scaled(pool_, pool_.payload<Coefficients>(node).values[k], adjoint);
      case Kind::gather: return through_gather(node, adjoint, k);
      case Kind::input:
      case Kind::literal: break;
    }
    return make_zero(pool_, shape_for(adjoint, node, k));
  }

 private:
  [[nodiscard]] Shape shape_for(Expr adjoint, Expr node, std::size_t k) const {
    Shape shape(pool_.shape(adjoint).begin(), pool_.shape(adjoint).begin() + static_cast<std::ptrdiff_t>(seeds_));
    const Shape& own = pool_.shape(pool_[node].operands[k]);
    shape.insert(shape.end(), own.begin(), own.end());
    return shape;
  }
  /// Labels of the seed axes, numbered after `base` labels whose extents stand in dims; dims grows.
  Labels seed_labels(Expr adjoint, Shape& dims) const {
    Labels labels;
    for (std::size_t i = 0; i < seeds_; ++i) {
      labels.push_back(static_cast<Label>(dims.size()));
      dims.push_back(pool_.shape(adjoint)[i]);
    }
    return labels;
  }
  static Labels joined(Labels first, const Labels& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  }
  static Labels counted(std::size_t count) {
    Labels labels(count);
    std::iota(labels.begin(), labels.end(), Label{0});
    return labels;
  }
  /// D[S,l]·factor[l]: every factor has the labels given, over the axes of `shape`.
  [[nodiscard]] Expr product(Expr adjoint, const Labels& adjoint_axes, const std::vector<Factor>& factors, const Shape& shape) const {
    Shape dims = shape;
    const Labels seeds = seed_labels(adjoint, dims);
    std::vector<Factor> all{{adjoint, joined(seeds, adjoint_axes)}};
    all.insert(all.end(), factors.begin(), factors.end());
    return make_einsum(pool_, joined(seeds, counted(shape.size())), all, dims);
  }

  [[nodiscard]] Expr through_einsum(Expr node, Expr adjoint, std::size_t k) const {
    const EinsumLabels einsum = pool_.payload<EinsumLabels>(node);
    Shape dims = einsum.dims;
    const Labels seeds = seed_labels(adjoint, dims);
    std::vector<Factor> factors{{adjoint, joined(seeds, einsum.out)}};
    for (std::size_t i = 0; i < einsum.operands.size(); ++i) {
      if (i != k) factors.push_back({pool_[node].operands[i], einsum.operands[i]});
    }
    return make_einsum(pool_, joined(seeds, einsum.operands[k]), factors, dims);
  }

  [[nodiscard]] Expr through_map(Expr node, Expr adjoint, std::size_t k) const {
    const Function function = pool_.payload<MapFunction>(node).function;
    const Expr slope = scalar_function(function).derivative(pool_, node, k);
    const Shape shape = pool_.shape(node);
    return product(adjoint, counted(shape.size()), {{slope, counted(shape.size())}}, shape);
  }

  [[nodiscard]] Expr through_fold(Expr node, Expr adjoint) const {
    const FoldAxes fold = pool_.payload<FoldAxes>(node);
    const Expr x = pool_[node].operands[0];
    const Shape shape = pool_.shape(x);
    Labels kept;
    for (const Label axis : counted(shape.size())) {
      if (std::find(fold.axes.begin(), fold.axes.end(), axis) == fold.axes.end()) kept.push_back(axis);
    }
    const Labels all = counted(shape.size());
    const Expr spread = broadcast(pool_, node, shape, {kept.begin(), kept.end()});
    switch (fold.kind) {
      case FoldKind::max:
      case FoldKind::min: {
        if (is_pooling(pool_, node)) return product(adjoint, kept, {{make_first_largest(pool_, x, fold.axes), all}}, shape);
        // The entries that attain it share the slope equally.
        const Expr attains = make_map(pool_, Function::equal, {x, spread});
        return product(adjoint, kept, {{attains, all}, {make_power(pool_, summed(pool_, attains, fold.axes), -1), kept}}, shape);
      }
      case FoldKind::prod: return product(adjoint, kept, {{node, kept}, {make_power(pool_, x, -1), all}}, shape);
      case FoldKind::logsumexp:
        return product(adjoint, kept, {{make_map(pool_, Function::exp, {difference_of(pool_, x, spread)}), all}}, shape);
    }
    return adjoint;
  }

  /// out[o] = in[affine(o)] gives Σ over o of D[o]·Π [p = affine(o)]: each bracket p = offset + Σ c·o is solved for an out axis with c = ±1,
  /// which is put in wherever it stands; the sum over the others stays.
  [[nodiscard]] Expr through_window(Expr node, Expr adjoint) const {
    const WindowIndex window = pool_.payload<WindowIndex>(node);
    const Shape out = pool_.shape(node);
    const Shape in = pool_.shape(pool_[node].operands[0]);
    const auto solved = solved_for_out(window, in.size(), out.size());
    if (!solved) return through_picks(window, in, out, adjoint);
    // Axes of the re-indexed adjoint: seeds, operand axes, then the out axes that are summed.
    Shape shape(pool_.shape(adjoint).begin(), pool_.shape(adjoint).begin() + static_cast<std::ptrdiff_t>(seeds_));
    shape.insert(shape.end(), in.begin(), in.end());
    std::vector<std::size_t> place(in.size() + out.size(), 0);  // of the axes that `solved` speaks of
    std::iota(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(in.size()), seeds_);
    std::vector<std::uint16_t> summed_axes;
    for (std::size_t axis = 0; axis < out.size(); ++axis) {
      if ((*solved)[axis]) continue;
      place[in.size() + axis] = shape.size();
      summed_axes.push_back(static_cast<std::uint16_t>(shape.size()));
      shape.push_back(out[axis]);
    }
    const Dim zero = pool_.dims().constant(0);
    std::vector<AffineIndex> indices;
    for (std::size_t i = 0; i < seeds_; ++i) indices.push_back({{{static_cast<std::uint16_t>(i), 1}}, zero});
    for (std::size_t axis = 0; axis < out.size(); ++axis) {
      const AffineIndex own{{{static_cast<std::uint16_t>(in.size() + axis), 1}}, zero};
      AffineIndex index = (*solved)[axis].value_or(own);
      for (AffineIndex::Part& part : index.parts) part.axis = static_cast<std::uint16_t>(place[part.axis]);
      indices.push_back(std::move(index));
    }
    return summed(pool_, reindexed(adjoint, shape, indices), summed_axes);
  }

  /// The out axes as affine(p, other out axes), none where one stays free; their parts number operand axes first, then out axes.
  /// None where an operand axis has no out axis left with a coefficient of ±1.
  [[nodiscard]] std::optional<std::vector<std::optional<AffineIndex>>> solved_for_out(const WindowIndex& window, std::size_t in, std::size_t out) const {
    DimTable& dims = pool_.dims();
    std::vector<std::optional<AffineIndex>> solved(out);
    const auto coefficient_of = [](const AffineIndex& index, std::size_t axis) {
      const auto found = std::find_if(index.parts.begin(), index.parts.end(), [&](const auto& part) { return part.axis == axis; });
      return found == index.parts.end() ? std::int64_t{0} : found->coefficient;
    };
    const auto add = [&](AffineIndex& to, std::int64_t factor, const AffineIndex& other) {
      to.offset = dims.sum(to.offset, other.offset, factor);
      for (std::uint16_t axis = 0; axis < in + out; ++axis) {
        const std::int64_t total = coefficient_of(to, axis) + factor * coefficient_of(other, axis);
        std::erase_if(to.parts, [&](const auto& part) { return part.axis == axis; });
        if (total != 0) to.parts.push_back({axis, total});
      }
    };
    const auto put_in = [&](AffineIndex& to, std::size_t axis, const AffineIndex& value) {
      const std::int64_t factor = coefficient_of(to, in + axis);
      if (factor == 0) return;
      std::erase_if(to.parts, [&](const auto& part) { return part.axis == in + axis; });
      add(to, factor, value);
    };
    for (std::uint16_t p = 0; p < in; ++p) {
      AffineIndex rest = window.axes[p];  // offset + Σ c·o, the solved axes put in
      for (AffineIndex::Part& part : rest.parts) part.axis = static_cast<std::uint16_t>(part.axis + in);
      for (std::size_t axis = 0; axis < out; ++axis) {
        if (solved[axis]) put_in(rest, axis, *solved[axis]);
      }
      std::sort(rest.parts.begin(), rest.parts.end(), [](const auto& a, const auto& b) { return a.axis < b.axis; });
      const auto unit = std::find_if(rest.parts.begin(), rest.parts.end(), [&](const auto& part) {
        return part.axis >= in && (part.coefficient == 1 || part.coefficient == -1);
      });
      if (unit == rest.parts.end()) return std::nullopt;
      const std::size_t chosen = unit->axis - in;
      const std::int64_t sign = unit->coefficient;
      rest.parts.erase(unit);
      // sign·o + rest = p gives o = sign·p − sign·rest.
      AffineIndex value{{{p, sign}}, dims.constant(0)};
      add(value, -sign, rest);
      for (auto& other : solved) {
        if (other) put_in(*other, chosen, value);
      }
      solved[chosen] = std::move(value);
    }
    return solved;
  }

  /// Σ over o of D[o]·Π [p = affine(o)], a factor an operand axis: what holds for every window. The bracket is a Window of the identity.
  [[nodiscard]] Expr through_picks(const WindowIndex& window, const Shape& in, const Shape& out, Expr adjoint) const {
    Shape dims = in;
    dims.insert(dims.end(), out.begin(), out.end());
    const Dim zero = pool_.dims().constant(0);
    const Labels all = counted(dims.size());
    const Labels places(all.begin() + static_cast<std::ptrdiff_t>(in.size()), all.end());
    std::vector<Factor> factors;
    for (std::size_t axis = 0; axis < in.size(); ++axis) {
      Shape shape{in[axis]};
      Labels labels{static_cast<Label>(axis)};
      AffineIndex index{{}, window.axes[axis].offset};
      for (const AffineIndex::Part& part : window.axes[axis].parts) {
        index.parts.push_back({static_cast<std::uint16_t>(shape.size()), part.coefficient});
        shape.push_back(out[part.axis]);
        labels.push_back(places[part.axis]);
      }
      factors.push_back({make_window(pool_, make_identity(pool_, in[axis]), shape, {{{{0, 1}}, zero}, index}), labels});
    }
    const Labels seeds = seed_labels(adjoint, dims);
    factors.push_back({adjoint, joined(seeds, places)});
    return make_einsum(pool_, joined(seeds, counted(in.size())), factors, dims);
  }

  /// A Window of a product is the product of the windows, where every re-indexed axis is carried by a factor.
  [[nodiscard]] Expr reindexed(Expr e, const Shape& shape, const std::vector<AffineIndex>& indices) const {
    if (const Term term = split_coefficient(pool_, e); !term.coefficient.is_one()) return scaled(pool_, term.coefficient, reindexed(term.expr, shape, indices));
    if (pool_.kind(e) != Kind::einsum) return make_window(pool_, e, shape, indices);
    const EinsumLabels einsum = pool_.payload<EinsumLabels>(e);
    if (einsum.dims.size() != einsum.out.size()) return make_window(pool_, e, shape, indices);  // something is summed, or a diagonal
    for (const Label label : einsum.out) {
      const bool carried = std::any_of(einsum.operands.begin(), einsum.operands.end(), [&](const Labels& labels) {
        return std::find(labels.begin(), labels.end(), label) != labels.end();
      });
      if (!carried) return make_window(pool_, e, shape, indices);
    }
    std::vector<Factor> factors;
    for (std::size_t i = 0; i < einsum.operands.size(); ++i) {
      std::vector<AffineIndex> own;
      for (const Label label : einsum.operands[i]) own.push_back(indices[label]);  // out labels are 0, 1, 2 …
      // Only the axes that this factor's indices mention.
      std::vector<std::uint16_t> used;
      for (const AffineIndex& index : own) {
        for (const AffineIndex::Part& part : index.parts) used.push_back(part.axis);
      }
      std::sort(used.begin(), used.end());
      used.erase(std::unique(used.begin(), used.end()), used.end());
      Shape part_shape;
      for (const std::uint16_t axis : used) part_shape.push_back(shape[axis]);
      for (AffineIndex& index : own) {
        for (AffineIndex::Part& part : index.parts) {
          part.axis = static_cast<std::uint16_t>(std::find(used.begin(), used.end(), part.axis) - used.begin());
        }
      }
      factors.push_back({make_window(pool_, pool_[e].operands[i], part_shape, own), Labels(used.begin(), used.end())});
    }
    return make_einsum(pool_, counted(shape.size()), factors, shape);
  }

  [[nodiscard]] Expr through_reshape(Expr node, Expr adjoint) const { return make_reshape(pool_, adjoint, shape_for(adjoint, node, 0)); }

  [[nodiscard]] Expr through_matrix(Expr node, Expr adjoint) const {
    const Expr a = pool_[node].operands[0];
    const Expr inverse = make_matrix(pool_, MatrixKind::inverse, a);
    const Dim n = pool_.shape(a)[0];
    switch (pool_.payload<MatrixKind>(node)) {
      case MatrixKind::inverse: {
        // Ā = −A⁻ᵀ D A⁻ᵀ: Ā[i,j] = −Σ Y[a,i] D[a,b] Y[j,b]; labels i j a b = 0 1 2 3
        Shape dims{n, n, n, n};
        const Labels seeds = seed_labels(adjoint, dims);
        return negated(pool_, make_einsum(pool_, joined(seeds, {0, 1}),
                                          {{inverse, {2, 0}}, {adjoint, joined(seeds, {2, 3})}, {inverse, {1, 3}}}, dims));
      }
      case MatrixKind::determinant: return product(adjoint, {}, {{node, {}}, {inverse, {1, 0}}}, {n, n});
      case MatrixKind::log_determinant: return product(adjoint, {}, {{inverse, {1, 0}}}, {n, n});
    }
    return adjoint;
  }

  /// The table gathers back what its rows gave out: one-hot rows, Gather of the identity.
  [[nodiscard]] Expr through_gather(Expr node, Expr adjoint, std::size_t k) const {
    const Expr table = pool_[node].operands[0];
    const Expr index = pool_[node].operands[1];
    if (k == 1) return make_zero(pool_, shape_for(adjoint, node, 1));  // an index has no slope
    const Shape rows = pool_.shape(table);
    const Expr onehot = make_gather(pool_, make_identity(pool_, rows[0]), index);
    Shape dims = rows;
    const Labels row_labels = counted(rows.size());
    Labels picks;
    for (const Dim dim : pool_.shape(index)) {
      picks.push_back(static_cast<Label>(dims.size()));
      dims.push_back(dim);
    }
    const Labels seeds = seed_labels(adjoint, dims);
    const Labels rest(row_labels.begin() + 1, row_labels.end());
    return make_einsum(pool_, joined(seeds, row_labels), {{adjoint, joined(joined(seeds, picks), rest)}, {onehot, joined(picks, {0})}}, dims);
  }

  Pool& pool_;
  std::size_t seeds_;
};

std::string rule_name(const Pool& pool, Expr node) {
  switch (pool.kind(node)) {
    case Kind::einsum: return "product";
    case Kind::add: return "sum";
    case Kind::map: return "through " + std::string(scalar_function(pool.payload<MapFunction>(node).function).name);
    case Kind::fold: return "reduction";
    case Kind::window: return "window";
    case Kind::reshape: return "reshape";
    case Kind::gather: return "look-up";
    case Kind::matrix: return "matrix function";
    case Kind::input:
    case Kind::literal: break;
  }
  return "leaf";
}

/// δ[s,t]: the derivative of a node by itself.
Expr unit_seed(Pool& pool, Expr root) {
  const Shape shape = pool.shape(root);
  Labels once(shape.size());
  std::iota(once.begin(), once.end(), Label{0});
  Labels twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  return make_einsum(pool, twice, {}, shape);
}

}  // namespace

Adjoints adjoints(Pool& pool, Expr root, const std::vector<Expr>& wrt, Trace& trace, const AdjointOptions& options) {
  const std::vector<Expr> ids = reachable(pool, {root});
  std::vector<bool> on_a_path(root.index() + 1, false);
  for (const Expr variable : wrt) {
    if (variable <= root) on_a_path[variable.index()] = true;
  }
  for (const Expr id : ids) {
    for (const Expr operand : pool[id].operands) {
      if (on_a_path[operand.index()]) on_a_path[id.index()] = true;
    }
  }
  Adjoints result;
  const Shape root_shape = pool.shape(root);
  const auto shape_of = [&](Expr e) {
    Shape shape = root_shape;
    shape.insert(shape.end(), pool.shape(e).begin(), pool.shape(e).end());
    return shape;
  };
  const Rules rules(pool, root_shape.size());
  std::vector<std::vector<Term>> waiting(root.index() + 1);
  std::vector<Expr> found(root.index() + 1);
  waiting[root.index()] = {{1, unit_seed(pool, root)}};
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const std::vector<Term> terms = std::move(waiting[id->index()]);
    if (terms.empty() || !on_a_path[id->index()]) continue;
    Expr adjoint = terms.size() == 1 && terms[0].coefficient.is_one() ? terms[0].expr : make_add(pool, shape_of(*id), terms);
    found[id->index()] = adjoint;
    if (is_zero(pool, adjoint)) continue;
    Expr variable;
    const auto name = options.delta_names.find(*id);
    if (name != options.delta_names.end() && *id != root && root_shape.empty()) {
      variable = make_input(pool, {name->second.text, Role::cut, Property::none, name->second.surface});
      result.deltas.push_back({*id, variable, options.transposed ? transposed(pool, adjoint) : adjoint});
    }
    trace.push_back({Step::Kind::gather, "paths", variable, adjoint, *id, 0});
    if (!variable.is_none()) adjoint = options.transposed ? transposed(pool, variable) : variable;
    const std::vector<Expr> operands = pool[*id].operands;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (!on_a_path[operands[k].index()]) continue;
      const Expr part = rules.contribution(*id, adjoint, k);
      if (is_zero(pool, part)) continue;
      waiting[operands[k].index()].push_back({1, part});
      trace.push_back({Step::Kind::through, rule_name(pool, *id), adjoint, part, *id, k});
    }
  }
  for (const Expr variable : wrt) {
    const bool is_met = variable <= root && !found[variable.index()].is_none();
    result.of_wrt.push_back(is_met ? found[variable.index()] : make_zero(pool, shape_of(variable)));
  }
  return result;
}

}  // namespace gradwright
