#include "explain/sentences.h"

#include <algorithm>

#include "ir/functions.h"
#include "ir/make.h"
#include "ir/pooling.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

/// In a plain product of two (numbers aside), one label summed: the other factor, and how both stand in it.
struct Beside {
  Expr other;
  std::size_t own_axis = 0;    ///< of operand k: the axis that is summed
  std::size_t other_axis = 0;  ///< of the other factor: the axis that is summed
  bool is_row = true;          ///< what is left of operand k are rows of the result
};

bool holds(const Labels& labels, Label label) { return std::find(labels.begin(), labels.end(), label) != labels.end(); }

/// The one factor beside operand k that has axes.
std::optional<std::size_t> only_other(const EinsumLabels& einsum, std::size_t k) {
  std::optional<std::size_t> other;
  for (std::size_t i = 0; i < einsum.operands.size(); ++i) {
    if (i == k || einsum.operands[i].empty()) continue;
    if (other) return std::nullopt;
    other = i;
  }
  return other;
}

std::optional<Beside> matrix_beside(const Pool& pool, Expr node, std::size_t k) {
  const auto& einsum = pool.payload<EinsumLabels>(node);
  const Labels& own = einsum.operands[k];
  const auto place = only_other(einsum, k);
  if (!place || own.size() > 2) return std::nullopt;
  const Labels& other = einsum.operands[*place];
  // One label is summed, both have it, and no other label is shared.
  std::size_t shared = 0;
  Beside found{pool[node].operands[*place]};
  for (std::size_t axis = 0; axis < own.size(); ++axis) {
    const auto met = std::find(other.begin(), other.end(), own[axis]);
    if (met == other.end()) continue;
    if (holds(einsum.out, own[axis])) return std::nullopt;
    found.own_axis = axis;
    found.other_axis = static_cast<std::size_t>(met - other.begin());
    ++shared;
  }
  if (shared != 1 || other.size() > 2 || einsum.out.size() + 2 != own.size() + other.size()) return std::nullopt;
  found.is_row = own.size() == 1 || einsum.out[0] == own[1 - found.own_axis];
  return found;
}

/// Whether the node is the sum of the entries of operand k, each times the entry of the one other factor in its place.
std::optional<Expr> summed_beside(const Pool& pool, Expr node, std::size_t k) {
  const auto& einsum = pool.payload<EinsumLabels>(node);
  const auto other = only_other(einsum, k);
  if (!other || !einsum.out.empty() || einsum.operands[*other] != einsum.operands[k]) return std::nullopt;
  return pool[node].operands[*other];
}

/// How an adjoint goes back through C = X·B, A·X, A·Xᵀ or Xᵀ·B to X. Adjoints that are rows (numerator layout) have everything transposed.
Rich through_matrix(const Wording& wording, const Step& step, const Beside& beside) {
  Pool& pool = wording.pool();
  const Expr operand = pool[step.node].operands[step.operand];
  const bool turns = wording.derived().layout == Layout::numerator;
  // The other factor with the summed axis first (B) or last (A); a vector is a column.
  const auto oriented = [&](bool last) {
    if (pool.order(beside.other) < 2) return Rich().add(wording.run(beside.other)).add(last ? "ᵀ" : "");
    return Rich().add(wording.run((beside.other_axis == 1) == last ? beside.other : transposed(pool, beside.other)));
  };
  const auto size = [&] {
    Shape shape = pool.shape(beside.other);
    if (beside.other_axis == 0) std::swap(shape[0], shape[1]);
    return wording.size(shape);
  };
  Rich said;
  said.add(wording.run(step.node)).add(" is linear in ").add(wording.run(operand));
  if (pool.order(step.node) == 0) return said.add(": the adjoint is multiplied by ").add(wording.run(beside.other));
  const bool is_vector = pool.order(operand) == 1;
  if (pool.order(beside.other) == 2 && (is_vector || (beside.own_axis == 0 && !beside.is_row))) {
    return said.add(": its Jacobian is ")
        .add(oriented(true))
        .add(" (")
        .add(size())
        .add(turns ? "), and it is appended on the right of the adjoint"
                   : "), and going back it stands transposed on the left of the adjoint");
  }
  if (is_vector) return said.add(": the adjoint is multiplied by ").add(wording.run(beside.other));
  const char* own = beside.own_axis == 1 ? "j" : "i";
  const char* kept = beside.own_axis == 1 ? "i" : "j";
  said.add(": entry [i,j] of ")
      .add(wording.run(operand))
      .add(" meets only ")
      .add(pool.order(beside.other) == 1 ? "entry "
           : beside.other_axis == 0      ? "row "
                                         : "column ")
      .add(own)
      .add(" of ")
      .add(wording.run(beside.other))
      .add(" and only ")
      .add(beside.is_row ? "row " : "column ")
      .add(kept)
      .add(" of the result; all entries together are ");
  if (beside.own_axis == 1 && beside.is_row)
    return turns ? said.add(oriented(false)).add(" · adjoint") : said.add("adjoint · ").add(oriented(true));
  if (beside.own_axis == 1)
    return turns ? said.add(oriented(false)).add(" · adjointᵀ") : said.add("adjointᵀ · ").add(oriented(true));
  return turns ? said.add("adjointᵀ · ").add(oriented(true)) : said.add(oriented(false)).add(" · adjointᵀ");
}

Rich through_product(const Wording& wording, const Step& step) {
  const Pool& pool = wording.pool();
  const auto& einsum = pool.payload<EinsumLabels>(step.node);
  const Labels& own = einsum.operands[step.operand];
  const Expr operand = pool[step.node].operands[step.operand];
  const auto in_out = [&](Label label) {
    return std::find(einsum.out.begin(), einsum.out.end(), label) != einsum.out.end();
  };
  const bool all_kept = std::all_of(own.begin(), own.end(), in_out);
  Rich said;
  if (einsum.operands.size() == 1 && all_kept && einsum.out.size() > own.size()) {
    return said.add(wording.run(operand))
        .add(" is repeated, once for every column or row; it collects the sum of all their adjoints");
  }
  if (einsum.operands.size() == 1 && einsum.out.size() < own.size()) {
    return said.add("every term of a sum has derivative 1: the adjoint of the sum goes to each entry of ")
        .add(wording.run(operand));
  }
  if (all_kept && einsum.out.size() == own.size()) {
    return said.add("in ")
        .add(wording.run(step.node))
        .add(" entry meets entry: its Jacobian by ")
        .add(wording.run(operand))
        .add(" is diagonal, so the adjoint is multiplied entry by entry (⊙) by what stands beside it");
  }
  if (const auto beside = summed_beside(pool, step.node, step.operand)) {
    return said.add("a sum of products, entry by entry: the slope by an entry of ")
        .add(wording.run(operand))
        .add(" is the entry of ")
        .add(wording.run(*beside))
        .add(" in its place");
  }
  if (const auto beside = matrix_beside(pool, step.node, step.operand)) return through_matrix(wording, step, *beside);
  if (const auto other = only_other(einsum, step.operand)) {  // a convolution: windows of an image times a kernel
    const Expr beside = pool[step.node].operands[*other];
    const auto slides = [&](Expr e) { return pool.kind(e) == Kind::window && pool.order(e) > pool.order(step.node); };
    if (slides(beside)) {
      return said.add(wording.run(operand))
          .add(" is used at every place of ")
          .add(wording.run(step.node))
          .add(": each of its entries collects the adjoints of all places, each times the entry that it met there");
    }
    if (slides(operand)) {
      return said.add("every place of ")
          .add(wording.run(step.node))
          .add(" reads a window of its own: its adjoint goes to the entries it read, times ")
          .add(wording.run(beside));
    }
  }
  return said.add("a product: the adjoint takes the place of ")
      .add(wording.run(operand))
      .add(" and the axes of ")
      .add(wording.run(operand))
      .add(" are left over");
}

bool is_softmax(const Pool& pool, Expr e) {
  if (!is_map(pool, e, Function::exp) || pool.kind(pool[e].operands[0]) != Kind::add) return false;
  const std::vector<Expr>& terms = pool[pool[e].operands[0]].operands;
  return std::any_of(terms.begin(), terms.end(), [&](Expr term) {
    return pool.kind(term) == Kind::einsum && pool[term].operands.size() == 1 &&
           pool.kind(pool[term].operands[0]) == Kind::fold;
  });
}

Rich through_map(const Wording& wording, const Step& step) {
  Pool& pool = wording.pool();
  const ScalarFunction& row = scalar_function(pool.payload<MapFunction>(step.node).function);
  const Expr slope = row.derivative(pool, step.node, step.operand);
  Rich said;
  if (pool.order(step.node) == 0)
    return said.add("chain rule through ")
        .add(wording.run(step.node))
        .add(": times its slope ")
        .add(wording.run(slope));
  said.add(wording.run(step.node)).add(" acts entry by entry: its Jacobian is diagonal");
  if (pool.order(step.node) == 1) {
    const Expr diagonal = make_einsum(pool, {0, 0}, {{slope, {0}}}, {pool.shape(slope)[0]});
    said.add(", ").add(wording.run(diagonal)).add(" (").add(wording.size(diagonal)).add("), and diag(v)·u = v ⊙ u");
  } else {
    said.add(", so the adjoint is multiplied by ⊙ ");
    if (wording.formula(slope).where.empty())
      said.add(wording.run(slope));
    else
      said.add("the slope of ").add(std::string(row.name)).add(" there");
  }
  if (is_softmax(pool, step.node)) said.add(" (softmax is exp(u − logsumexp(u)), and exp is its own slope)");
  return said;
}

Rich through_fold(const Wording& wording, const Step& step) {
  Rich said;
  switch (wording.pool().payload<FoldAxes>(step.node).kind) {
    case FoldKind::max:
    case FoldKind::min:
      return said.add(
          is_pooling(wording.pool(), step.node)
              ? "only the entry that is taken from each window has a slope: the adjoint goes there and nowhere else"
              : "only the entries that are taken have a slope: the adjoint goes there and nowhere else");
    case FoldKind::prod: return said.add("a product of entries by one entry is the product of the others");
    case FoldKind::logsumexp: return said.add("the gradient of logsumexp is softmax");
  }
  return said;
}

}  // namespace

std::optional<Passing> passing_of(const Pool& pool, const Step& step, Layout layout) {
  if (step.kind != Step::Kind::through || pool.kind(step.node) != Kind::einsum || pool.order(step.node) == 0)
    return std::nullopt;
  const auto beside = matrix_beside(pool, step.node, step.operand);
  if (!beside) return std::nullopt;
  const Expr operand = pool[step.node].operands[step.operand];
  const bool is_vector = pool.order(operand) == 1;
  const bool is_matrix = pool.order(beside->other) == 2;
  if (is_vector && !is_matrix) return std::nullopt;
  Passing found{step.node, operand, beside->other};
  const bool last = beside->own_axis == 1;  // the summed axis of the other factor stands last
  found.adjoint_first = last;
  found.adjoint_transposed = last != beside->is_row;
  if (is_vector || (beside->own_axis == 0 && !beside->is_row)) found.adjoint_transposed = false;
  found.other_transposed = is_matrix ? (beside->other_axis == 1) != last : last;
  if (layout == Layout::numerator) {  // (A·B)ᵀ = Bᵀ·Aᵀ
    found.adjoint_first = !found.adjoint_first;
    found.other_transposed = !found.other_transposed;
  }
  return found;
}

Formula Wording::formula(Expr e, const Names* names) const {
  PresentOptions how;
  how.rich = true;
  how.sizes = false;
  how.inlines = true;
  how.reserved = &reserved_;
  return presented(pool_, e, surface_of(e), names == nullptr ? *derived_.names : *names, how);
}

Run Wording::run(Expr e) const {
  const Formula made = formula(e);
  if (made.where.empty()) return run_of(made);
  const std::string what = pool_.order(e) > 2    ? " tensor"
                           : pool_.order(e) == 2 ? " matrix"
                           : pool_.order(e) == 1 ? " vector"
                                                 : " number";
  return {false, "the " + size(e).unicode + what, {}, {}};
}

Formula Wording::entry(Expr e, const std::vector<std::string>& letters, const std::vector<std::string>& others) const {
  std::unordered_set<std::string> reserved;
  if (!others.empty()) {
    reserved = reserved_;
    reserved.insert(others.begin(), others.end());
  }
  PresentOptions how;
  how.rich = true;
  how.sizes = false;
  how.reserved = others.empty() ? &reserved_ : &reserved;
  return presented_entry(pool_, e, letters, *derived_.names, how);
}

Shape Wording::surface_of(Expr e) const {
  if (const auto known = derived_.names->find(e); known != derived_.names->end()) return known->second.surface;
  if (pool_.kind(e) == Kind::input) return pool_.payload<InputInfo>(e).surface;
  Shape surface = pool_.shape(e);
  if (surface.size() == 1) surface.push_back(pool_.dims().one());
  return surface;
}

Run Wording::size(const Shape& surface) const {
  if (surface.size() < 2) return size_run("1", "1");
  std::string last = dim(surface.back());
  for (std::size_t i = surface.size() - 1; i-- > 1;) last = dim(surface[i]) + "×" + last;
  return size_run(dim(surface[0]), last);
}

Run Wording::size(Expr e) const { return size(surface_of(e)); }

Rich sentence_of(const Wording& wording, const Step& step) {
  const Pool& pool = wording.pool();
  switch (pool.kind(step.node)) {
    case Kind::einsum: return through_product(wording, step);
    case Kind::map: return through_map(wording, step);
    case Kind::fold: return through_fold(wording, step);
    case Kind::add: {
      const Rational c = pool.payload<Coefficients>(step.node).values[step.operand];
      Rich said("a sum passes its adjoint on to each term");
      return c.is_one() ? said : said.add(", times ").add(c.to_string());
    }
    case Kind::window: return Rich("an entry that is read in several places collects the adjoints of all of them");
    case Kind::reshape: return Rich("entries keep their values, only their places change; the adjoint is put back");
    case Kind::gather: return Rich("each row that was looked up gets its adjoint back");
    case Kind::matrix: {
      switch (pool.payload<MatrixFunction>(step.node).kind) {
        case MatrixKind::inverse:
          return Rich(
              "d inv(X) = −inv(X)·dX·inv(X): going back, the adjoint stands between two transposed inverses, negated");
        case MatrixKind::determinant: return Rich("d det(X) = det(X)·tr(inv(X)·dX): the gradient is det(X)·inv(X)ᵀ");
        case MatrixKind::log_determinant: return Rich("d log det(X) = tr(inv(X)·dX): the gradient is inv(X)ᵀ");
        case MatrixKind::power:
          return Rich(
              "d X^k = Σ Xᵐ·dX·Xᵏ⁻¹⁻ᵐ over m from 0 to k − 1, one term for each factor: the block above the diagonal "
              "of [X, dX; 0, X]^k");
      }
      return {};
    }
    case Kind::input:
    case Kind::literal: break;
  }
  return {};
}

std::string kink_of(const Pool& pool, Expr node) {
  if (pool.kind(node) == Kind::map) return std::string(scalar_function(pool.payload<MapFunction>(node).function).kink);
  if (pool.kind(node) != Kind::fold) return {};
  if (is_pooling(pool, node)) return "a tie within a window of maxpool goes to its first entry, row by row";
  switch (pool.payload<FoldAxes>(node).kind) {
    case FoldKind::max: return "entries that are largest together share the slope of max equally";
    case FoldKind::min: return "entries that are smallest together share the slope of min equally";
    case FoldKind::prod:
    case FoldKind::logsumexp: return {};
  }
  return {};
}

Rich rewrite_sentence(const std::string& rule) {
  for (const Rule& row : all_rules()) {
    if (row.name != rule) continue;
    Rich said(row.statement);
    if (!row.condition.empty()) said.add(", where ").add(row.condition);
    return said;
  }
  return Rich(rule);
}

}  // namespace gradwright
