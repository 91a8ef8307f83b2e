#include "derive/adjoint.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

#include "derive/matrix_power.h"
#include "derive/solved.h"
#include "ir/functions.h"
#include "ir/labels.h"
#include "ir/make.h"
#include "ir/others.h"
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
  /// D[S,l]·factor[l]: every factor has the labels given, over the axes of `shape`.
  [[nodiscard]] Expr product(Expr adjoint, const Labels& adjoint_axes, const std::vector<Factor>& factors,
                             const Shape& shape) const {
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
        if (is_pooling(pool_, node))
          return product(adjoint, kept, {{make_first_largest(pool_, x, fold.axes), all}}, shape);
        // The entries that attain it share the slope equally.
        const Expr attains = make_map(pool_, Function::equal, {x, spread});
        return product(adjoint, kept,
                       {{attains, all}, {make_power(pool_, summed(pool_, attains, fold.axes), -1), kept}}, shape);
      }
      case FoldKind::prod: return product(adjoint, kept, {{make_product_of_others(pool_, {x, fold.axes}), all}}, shape);
      case FoldKind::logsumexp:
        return product(adjoint, kept, {{make_map(pool_, Function::exp, {difference_of(pool_, x, spread)}), all}},
                       shape);
    }
    return adjoint;
  }

  /// out[o] = in[affine(o)] gives Σ over o of D[o]·Π [p = affine(o)]: each bracket p = offset + Σ c·o is solved for an out axis with c = ±1,
  /// which is put in wherever it stands; the sum over the others stays.
  [[nodiscard]] Expr through_window(Expr node, Expr adjoint) const {
    const WindowIndex window = pool_.payload<WindowIndex>(node);
    const Shape out = pool_.shape(node);
    const Shape in = pool_.shape(pool_[node].operands[0]);
    const auto solved = solved_for_out(pool_.dims(), window, out.size());
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

  /// A Window of a product is the product of the windows, where every re-indexed axis is carried by a factor. Where the window reads axis by
  /// axis, ones carry what nothing else does: an entry is placed by unit vectors.
  [[nodiscard]] Expr reindexed(Expr e, const Shape& shape, const std::vector<AffineIndex>& indices) const {
    if (const Term term = split_coefficient(pool_, e); !term.coefficient.is_one())
      return scaled(pool_, term.coefficient, reindexed(term.expr, shape, indices));
    if (pool_.kind(e) != Kind::einsum) return make_window(pool_, e, shape, indices);
    const EinsumLabels einsum = pool_.payload<EinsumLabels>(e);
    std::vector<Factor> factors;
    for (std::size_t i = 0; i < einsum.operands.size(); ++i)
      factors.push_back({pool_[e].operands[i], einsum.operands[i]});
    std::vector<AffineIndex> of_label(einsum.dims.size());
    std::vector<bool> known(einsum.dims.size(), false);
    const auto is_carried = [&](Label label) {
      return std::any_of(factors.begin(), factors.end(), [&](const Factor& factor) {
        return std::find(factor.labels.begin(), factor.labels.end(), label) != factor.labels.end();
      });
    };
    const bool is_apart =
        std::all_of(indices.begin(), indices.end(), [](const AffineIndex& index) { return index.parts.size() == 1; });
    const auto is_unit = [&](std::size_t axis) {  // an entry that nothing carries, put among n
      const Label label = einsum.out[axis];
      return is_apart && pool_.dims().is_one(einsum.dims[label]) && !is_carried(label) &&
             std::count(einsum.out.begin(), einsum.out.end(), label) == 1 &&
             !pool_.dims().constant_value(shape[indices[axis].parts[0].axis]);
    };
    std::vector<std::uint16_t> units;
    for (std::uint16_t axis = 0; axis < einsum.out.size(); ++axis) {
      if (is_unit(axis)) units.push_back(axis);
    }
    if (!units.empty() && sums(einsum)) return beside_units(e, units, shape, indices);
    for (std::size_t axis = 0; axis < einsum.out.size(); ++axis) {
      Label label = einsum.out[axis];
      if (known[label]) {  // a diagonal
        if (!is_apart) return make_window(pool_, e, shape, indices);
        const auto twin = static_cast<Label>(of_label.size());
        factors.push_back({make_identity(pool_, einsum.dims[label]), {label, twin}});
        of_label.emplace_back();
        known.push_back(false);
        label = twin;
      }
      of_label[label] = indices[axis];
      known[label] = true;
    }
    Shape all = shape;
    for (std::size_t label = 0; label < known.size(); ++label) {
      if (known[label]) continue;
      if (!is_apart || !pool_.dims().is_one(einsum.dims[label]))
        return make_window(pool_, e, shape, indices);  // something is summed
      of_label[label] = {{{static_cast<std::uint16_t>(all.size()), 1}}, pool_.dims().constant(0)};
      all.push_back(einsum.dims[label]);
    }
    Factor around{{}, {}};
    Shape extents;
    for (std::size_t axis = 0; axis < einsum.out.size(); ++axis) {
      const Label label = einsum.out[axis];
      if (is_carried(label)) continue;
      if (!is_apart) return make_window(pool_, e, shape, indices);
      if (is_unit(axis)) {
        factors.push_back({make_ones(pool_, {einsum.dims[label]}), {label}});
        continue;
      }
      around.labels.push_back(label);
      extents.push_back(einsum.dims[label]);
    }
    if (!extents.empty()) {
      if (units.empty()) return make_window(pool_, e, shape, indices);
      around.expr = make_ones(pool_, extents);
      factors.push_back(around);
    }
    for (Factor& factor : factors) factor = reindexed_factor(factor, all, of_label);
    return make_einsum(pool_, counted(shape.size()), factors, all);
  }

  /// Whether a label of more than one entry is summed.
  [[nodiscard]] bool sums(const EinsumLabels& einsum) const {
    for (std::size_t label = 0; label < einsum.dims.size(); ++label) {
      const bool stays = std::find(einsum.out.begin(), einsum.out.end(), static_cast<Label>(label)) != einsum.out.end();
      if (!stays && !pool_.dims().is_one(einsum.dims[label])) return true;
    }
    return false;
  }

  /// Axes of one entry that nothing carries: unit vectors times the rest.
  [[nodiscard]] Expr beside_units(Expr e, const std::vector<std::uint16_t>& units, const Shape& shape,
                                  const std::vector<AffineIndex>& indices) const {
    const auto at = [](AffineIndex index, std::size_t place) {
      index.parts[0].axis = static_cast<std::uint16_t>(place);
      return index;
    };
    std::vector<Factor> factors;
    Shape rest;
    std::vector<AffineIndex> of_rest;
    Labels labels;
    for (std::uint16_t axis = 0; axis < indices.size(); ++axis) {
      const std::uint16_t own = indices[axis].parts[0].axis;
      if (std::find(units.begin(), units.end(), axis) != units.end()) {
        factors.push_back(
            {make_window(pool_, make_ones(pool_, {pool_.dims().one()}), {shape[own]}, {at(indices[axis], 0)}), {own}});
        continue;
      }
      labels.push_back(own);
      of_rest.push_back(at(indices[axis], rest.size()));
      rest.push_back(shape[own]);
    }
    factors.push_back({reindexed(summed(pool_, e, units), rest, of_rest), labels});
    return make_einsum(pool_, counted(shape.size()), factors, shape);
  }

  /// Over only those axes that the indices of its labels mention.
  [[nodiscard]] Factor reindexed_factor(const Factor& factor, const Shape& shape,
                                        const std::vector<AffineIndex>& of_label) const {
    std::vector<AffineIndex> own;
    for (const Label label : factor.labels) own.push_back(of_label[label]);
    std::vector<std::uint16_t> used;
    for (const AffineIndex& index : own) {
      for (const AffineIndex::Part& part : index.parts) used.push_back(part.axis);
    }
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    Shape own_shape;
    for (const std::uint16_t axis : used) own_shape.push_back(shape[axis]);
    for (AffineIndex& index : own) {
      for (AffineIndex::Part& part : index.parts) {
        part.axis = static_cast<std::uint16_t>(std::find(used.begin(), used.end(), part.axis) - used.begin());
      }
    }
    return {make_window(pool_, factor.expr, own_shape, own), Labels(used.begin(), used.end())};
  }

  [[nodiscard]] Expr through_reshape(Expr node, Expr adjoint) const {
    return make_reshape(pool_, adjoint, shape_for(adjoint, node, 0));
  }

  [[nodiscard]] Expr through_matrix(Expr node, Expr adjoint) const {
    const Expr a = pool_[node].operands[0];
    const Expr inverse = make_matrix(pool_, MatrixKind::inverse, a);
    const Dim n = pool_.shape(a)[0];
    const auto [kind, exponent] = pool_.payload<MatrixFunction>(node);
    switch (kind) {
      case MatrixKind::power: return through_matrix_power(pool_, a, adjoint, exponent);
      case MatrixKind::inverse: {
        // Ā = −A⁻ᵀ D A⁻ᵀ: Ā[i,j] = −Σ Y[a,i] D[a,b] Y[j,b]; labels i j a b = 0 1 2 3
        Shape dims{n, n, n, n};
        const Labels seeds = seed_labels(adjoint, dims);
        return negated(pool_,
                       make_einsum(pool_, joined(seeds, {0, 1}),
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
    return make_einsum(pool_, joined(seeds, row_labels),
                       {{adjoint, joined(joined(seeds, picks), rest)}, {onehot, joined(picks, {0})}}, dims);
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
  const Labels once = counted(shape.size());
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
    Expr adjoint =
        terms.size() == 1 && terms[0].coefficient.is_one() ? terms[0].expr : make_add(pool, shape_of(*id), terms);
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
