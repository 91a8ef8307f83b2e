#include "explain/sentences.h"

#include <algorithm>

#include "ir/functions.h"
#include "ir/make.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

/// The matrices beside operand k in a plain product of two: the other factor, and whether k stands on the right of it.
struct Beside {
  Expr other;
  bool is_right = false;
};

std::optional<Beside> matrix_beside(const Pool& pool, Expr node, std::size_t k) {
  const auto& einsum = pool.payload<EinsumLabels>(node);
  const Labels& own = einsum.operands[k];
  std::optional<Beside> found;
  for (std::size_t i = 0; i < einsum.operands.size(); ++i) {
    if (i == k || einsum.operands[i].empty()) continue;
    const Labels& other = einsum.operands[i];
    const bool shares = std::any_of(other.begin(), other.end(), [&](Label label) {
      return std::find(own.begin(), own.end(), label) != own.end() && std::find(einsum.out.begin(), einsum.out.end(), label) == einsum.out.end();
    });
    if (!shares || found) return std::nullopt;
    // node = other·own where other's other axis is the first axis of node.
    const bool is_right = !einsum.out.empty() && std::find(other.begin(), other.end(), einsum.out[0]) != other.end();
    found = Beside{pool[node].operands[i], is_right};
  }
  return found;
}

Rich through_product(const Wording& wording, const Step& step) {
  const Pool& pool = wording.pool();
  const auto& einsum = pool.payload<EinsumLabels>(step.node);
  const Labels& own = einsum.operands[step.operand];
  const Expr operand = pool[step.node].operands[step.operand];
  const auto in_out = [&](Label label) { return std::find(einsum.out.begin(), einsum.out.end(), label) != einsum.out.end(); };
  const bool all_kept = std::all_of(own.begin(), own.end(), in_out);
  Rich said;
  if (einsum.operands.size() == 1 && all_kept && einsum.out.size() > own.size()) {
    return said.add(wording.run(operand)).add(" is repeated, once for every column or row; it collects the sum of all their adjoints");
  }
  if (einsum.operands.size() == 1 && einsum.out.size() < own.size()) {
    return said.add("every term of a sum has derivative 1: the adjoint of the sum goes to each entry of ").add(wording.run(operand));
  }
  if (all_kept && einsum.out.size() == own.size()) {
    return said.add("in ").add(wording.run(step.node)).add(" entry meets entry: its Jacobian by ").add(wording.run(operand))
        .add(" is diagonal, so the adjoint is multiplied entry by entry (⊙) by what stands beside it");
  }
  if (const auto beside = matrix_beside(pool, step.node, step.operand)) {
    said.add(wording.run(step.node)).add(" is linear in ").add(wording.run(operand));
    if (pool.order(beside->other) == 2 && beside->is_right) {
      return said.add(": its Jacobian is ").add(wording.run(beside->other)).add(" (").add(wording.size(beside->other))
          .add("), and going back it stands transposed on the left of the adjoint");
    }
    if (pool.order(operand) == 2) {
      return said.add(": entry [i,j] of ").add(wording.run(operand)).add(" meets only entry j of ").add(wording.run(beside->other))
          .add(" and only row i of the result; all entries together are adjoint · ").add(wording.run(transposed(wording.pool(), beside->other))).add(pool.order(beside->other) == 1 ? "ᵀ" : "");
    }
    return said.add(": the adjoint is multiplied by ").add(wording.run(beside->other));
  }
  return said.add("a product: the adjoint takes the place of ").add(wording.run(operand)).add(" and the axes of ").add(wording.run(operand)).add(" are left over");
}

Rich through_map(const Wording& wording, const Step& step) {
  Pool& pool = wording.pool();
  const ScalarFunction& row = scalar_function(pool.payload<MapFunction>(step.node).function);
  const Expr slope = row.derivative(pool, step.node, step.operand);
  Rich said;
  if (pool.order(step.node) == 0) return said.add("chain rule through ").add(wording.run(step.node)).add(": times its slope ").add(wording.run(slope));
  said.add(wording.run(step.node)).add(" acts entry by entry: its Jacobian is diagonal");
  if (pool.order(step.node) == 1) {
    const Expr diagonal = make_einsum(pool, {0, 0}, {{slope, {0}}}, {pool.shape(slope)[0]});
    said.add(", ").add(wording.run(diagonal)).add(" (").add(wording.size(diagonal)).add("), and diag(v)·u = v ⊙ u");
  } else {
    said.add(", so the adjoint is multiplied by ⊙ ").add(wording.run(slope));
  }
  return said;
}

Rich through_fold(const Wording& wording, const Step& step) {
  Rich said;
  switch (wording.pool().payload<FoldAxes>(step.node).kind) {
    case FoldKind::max:
    case FoldKind::min: return said.add("only the entry that is taken has a slope: the adjoint goes there and nowhere else");
    case FoldKind::prod: return said.add("a product of entries by one entry is the product of the others");
    case FoldKind::logsumexp: return said.add("the gradient of logsumexp is softmax");
  }
  return said;
}

}  // namespace

Formula Wording::formula(Expr e, const Names* names) const {
  PresentOptions how;
  how.rich = true;
  how.sizes = false;
  how.inlines = true;
  how.reserved = &reserved_;
  return presented(pool_, e, surface_of(e), names == nullptr ? *derived_.names : *names, how);
}

Formula Wording::entry(Expr e, const std::vector<std::string>& letters) const {
  PresentOptions how;
  how.rich = true;
  how.sizes = false;
  how.reserved = &reserved_;
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
      switch (pool.payload<MatrixKind>(step.node)) {
        case MatrixKind::inverse: return Rich("d inv(X) = −inv(X)·dX·inv(X): going back, the adjoint stands between two transposed inverses, negated");
        case MatrixKind::determinant: return Rich("d det(X) = det(X)·tr(inv(X)·dX): the gradient is det(X)·inv(X)ᵀ");
        case MatrixKind::log_determinant: return Rich("d log det(X) = tr(inv(X)·dX): the gradient is inv(X)ᵀ");
      }
      return {};
    }
    case Kind::input:
    case Kind::literal: break;
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
