#include "api/curvature.h"

#include <algorithm>

#include "derive/jacobian.h"
#include "ir/make.h"
#include "lower/rewrite.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

bool looks_at(const Pool& pool, Expr root, Expr part) {
  const std::vector<Expr> parts = reachable(pool, {root});
  return std::binary_search(parts.begin(), parts.end(), part);
}
bool looks_at_parameters(const Pool& pool, Expr root, const TrainTask& task) {
  return std::any_of(task.parameters.begin(), task.parameters.end(),
                     [&](const Parameter& one) { return looks_at(pool, root, one.input); });
}

/// `root` with a variable in the place of a node.
struct Cut {
  Expr node, variable, root;
};
Cut cut_at(Pool& pool, Expr root, Expr node) {
  const Expr variable =
      make_input(pool, {"(cut)", Role::cut, Property::none, surface_of(pool.dims(), pool.shape(node))});
  Substitution forth(pool);
  forth.replace(node, variable);
  return {node, variable, forth(root)};
}

/// Whether a logarithm is taken of what depends on the variable.
bool takes_logarithm(const Pool& pool, const Cut& cut) {
  const std::vector<Expr> parts = reachable(pool, {cut.root});
  return std::any_of(parts.begin(), parts.end(), [&](Expr e) {
    return pool.kind(e) == Kind::map && pool.payload<MapFunction>(e).function == Function::log &&
           looks_at(pool, e, cut.variable);
  });
}

/// Where the loss is cut: the last formula of the shape of the target that is made from features and parameters alone.
Expr outcome_of(Pool& pool, const TrainTask& task) {
  const Expr loss = task.formulas.back().expr;
  const auto is_outcome = [&](Expr e) {
    return e != loss && pool.shape(e) == pool.shape(task.target) && looks_at_parameters(pool, e, task) &&
           !looks_at(pool, e, task.target);
  };
  Expr found;
  for (const NamedFormula& formula : task.formulas) {
    if (is_outcome(formula.expr)) found = formula.expr;
  }
  if (found.is_none() || !takes_logarithm(pool, cut_at(pool, loss, found))) return found;
  for (const NamedFormula& formula : task.formulas) {
    if (formula.expr == found || !is_outcome(formula.expr) || !looks_at(pool, found, formula.expr)) continue;
    if (!looks_at_parameters(pool, cut_at(pool, found, formula.expr).root, task)) return formula.expr;
  }
  return found;
}

bool is_diagonal(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum) return false;
  Labels out = pool.payload<EinsumLabels>(e).out;
  std::sort(out.begin(), out.end());
  return std::adjacent_find(out.begin(), out.end()) != out.end();
}

/// Second derivatives of a sum over samples are diagonal along them. A product with a sum of such terms would make all pairs of samples;
/// one product a term goes sample by sample.
Expr by_diagonals(Pool& pool, Expr product) {
  if (pool.kind(product) != Kind::einsum) return product;
  for (std::size_t i = 0; i < pool[product].operands.size(); ++i) {
    const Expr sum = pool[product].operands[i];
    if (pool.kind(sum) != Kind::add || pool[sum].operands.empty()) continue;
    const std::vector<Expr>& parts = pool[sum].operands;
    if (std::all_of(parts.begin(), parts.end(), [&](Expr part) { return is_diagonal(pool, part); }))
      return lowering::over_terms(pool, product, i);
  }
  return product;
}

/// Of a block, or of each term of it.
Expr sample_by_sample(Pool& pool, Expr block) {
  if (pool.kind(block) != Kind::add) return by_diagonals(pool, block);
  const std::vector<Expr> parts(pool[block].operands.begin(), pool[block].operands.end());
  const std::vector<Rational> coefficients = pool.payload<Coefficients>(block).values;
  std::vector<Term> terms;
  for (std::size_t i = 0; i < parts.size(); ++i) terms.push_back({coefficients[i], by_diagonals(pool, parts[i])});
  return make_add(pool, pool.shape(block), terms);
}

/// One block: axes of parameter i, of parameter j.
template <class Block>
std::vector<Expr> blocks_of(Pool& pool, const TrainTask& task, const Block& block) {
  std::vector<Expr> all;
  for (std::size_t i = 0; i < task.parameters.size(); ++i) {
    for (std::size_t j = i; j < task.parameters.size(); ++j) all.push_back(block(i, j));
  }
  Trace trace;
  all = simplified(pool, all, {}, trace);
  if (!task.batch) return all;
  for (Expr& one : all) one = sample_by_sample(pool, one);
  return simplified(pool, all, {}, trace);
}

}  // namespace

std::vector<Expr> hessian_blocks(Pool& pool, const TrainTask& task) {
  return blocks_of(pool, task, [&](std::size_t i, std::size_t j) {
    return derivative_of(pool, task.gradients[i], task.parameters[j].input);
  });
}

tl::expected<std::vector<Expr>, Diagnostic> gauss_newton_blocks(Pool& pool, const TrainTask& task) {
  const Expr z = outcome_of(pool, task);
  if (z.is_none())
    return tl::unexpected(
        error("G0306", "the loss of the sheet is not made from a prediction of the size of the target")
            .note("Gauss–Newton needs one: its Jacobian is what it is made from")
            .help("name it: `p = …`, above the loss; or take `--optimizer newton`"));
  const Cut cut = cut_at(pool, task.formulas.back().expr, z);
  const Expr slope = derivative_of(pool, cut.root, cut.variable);
  const Expr curved = derivative_of(pool, slope, cut.variable);
  Substitution back(pool);
  back.replace(cut.variable, z);
  const Expr of_outcome = back(curved);
  std::vector<Expr> jacobians;
  for (const Parameter& parameter : task.parameters) jacobians.push_back(derivative_of(pool, z, parameter.input));
  return blocks_of(pool, task, [&](std::size_t i, std::size_t j) {
    const Expr by_i = task.parameters[i].input, by_j = task.parameters[j].input;
    Shape dims;
    Labels out;
    const auto labels = [&](const Shape& shape) {
      Labels made;
      for (const Dim dim : shape) {
        made.push_back(static_cast<Label>(dims.size()));
        dims.push_back(dim);
      }
      return made;
    };
    const auto joined = [](Labels a, const Labels& b) {
      a.insert(a.end(), b.begin(), b.end());
      return a;
    };
    const Labels at_i = labels(pool.shape(by_i)), at_j = labels(pool.shape(by_j));
    const Labels left = labels(pool.shape(z)), right = labels(pool.shape(z));
    const Expr product = make_einsum(
        pool, joined(at_i, at_j),
        {{jacobians[i], joined(left, at_i)}, {of_outcome, joined(left, right)}, {jacobians[j], joined(right, at_j)}},
        dims);
    const Expr own = back(derivative_of(pool, derivative_of(pool, cut.root, by_i), by_j));
    return sum_of(pool, product, own);
  });
}

}  // namespace gradwright
