#include "lower/spelled.h"

#include <algorithm>
#include <unordered_set>

#include "lower/rewrite.h"

namespace gradwright {
namespace {

using namespace lowering;

/// The parts of logsumexp(x) over some axes of x.
struct Parts {
  Expr largest;  ///< m, kept axes
  Expr shifted;  ///< exp(x − m), all axes
  Expr total;    ///< s, kept axes
  std::vector<std::uint16_t> kept;
};

Parts parts_of(Pool& pool, Expr fold) {
  const FoldAxes axes = pool.payload<FoldAxes>(fold);
  const Expr x = pool[fold].operands[0];
  const Shape shape = pool.shape(x);
  Parts parts;
  for (std::uint16_t axis = 0; axis < shape.size(); ++axis) {
    if (std::find(axes.axes.begin(), axes.axes.end(), axis) == axes.axes.end()) parts.kept.push_back(axis);
  }
  parts.largest = make_fold(pool, FoldKind::max, x, axes.axes);
  parts.shifted =
      make_map(pool, Function::exp, {difference_of(pool, x, broadcast(pool, parts.largest, shape, parts.kept))});
  parts.total = summed(pool, parts.shifted, axes.axes);
  return parts;
}

bool is_logsumexp(const Pool& pool, Expr e) {
  return pool.kind(e) == Kind::fold && pool.payload<FoldAxes>(e).kind == FoldKind::logsumexp;
}

/// exp(x − lse(x)) as exp(x − m)/s. The sum may be written out: a + b − lse(a + b).
Expr softmax_by_parts(Pool& pool, Expr e) {
  if (!is_map(pool, e, Function::exp)) return {};
  const Expr sum = pool[e].operands[0];
  if (pool.kind(sum) != Kind::add) return {};
  const std::vector<Expr> terms = pool[sum].operands;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (pool.payload<Coefficients>(sum).values[i] != Rational(-1) || pool.kind(terms[i]) != Kind::einsum ||
        pool[terms[i]].operands.size() != 1)
      continue;
    const Expr fold = pool[terms[i]].operands[0];
    if (!is_logsumexp(pool, fold)) continue;
    const Expr x = pool[fold].operands[0];
    const Shape shape = pool.shape(x);
    if (shape != pool.shape(sum) || sum_without(pool, sum, {terms[i]}) != x) continue;
    const Parts parts = parts_of(pool, fold);
    if (broadcast(pool, fold, shape, parts.kept) != terms[i]) continue;
    return hadamard(pool, {parts.shifted, broadcast(pool, make_power(pool, parts.total, -1), shape, parts.kept)});
  }
  return {};
}

}  // namespace

std::vector<Expr> spelled(Pool& pool, const std::vector<Expr>& roots) {
  // Softmax first, while the fold that it is told by still stands.
  const std::vector<Expr> softmax = rewritten(pool, roots, [&](Expr e) { return softmax_by_parts(pool, e); });
  std::unordered_set<Expr> rectified;
  for (const Expr e : reachable(pool, softmax)) {
    if (is_map(pool, e, Function::relu)) rectified.insert(pool[e].operands[0]);
  }
  const auto masks = rewritten(pool, softmax, [&](Expr e) {
    if (!is_map(pool, e, Function::step) || !rectified.contains(pool[e].operands[0])) return Expr{};
    return make_map(pool, Function::step, {make_map(pool, Function::relu, {pool[e].operands[0]})});
  });
  return rewritten(pool, masks, [&](Expr e) {
    if (!is_logsumexp(pool, e)) return Expr{};
    const Parts parts = parts_of(pool, e);
    return sum_of(pool, parts.largest, make_map(pool, Function::log, {parts.total}));
  });
}

}  // namespace gradwright
