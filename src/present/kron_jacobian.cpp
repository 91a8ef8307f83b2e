// The Jacobian of kron(A,X) by one of the two: rows [i,j,k,l] of vec(A⊗X), of which i and k belong to X, j and l to A. Columns link to the
// axes of the one; the other stands as a vec: (I ⊗ K ⊗ I)·(vec(A) ⊗ I), where K brings the axes k and j into order.
#include <algorithm>

#include "present/writer.h"

namespace gradwright::view {

std::optional<KronJacobian> Writer::kron_jacobian(Expr operand, const Shape& shape) const {
  const Node& part = node(operand);
  if (part.kind != Kind::einsum || has_name(operand) || shape.size() != 2 || part.shape.size() != 6 ||
      part.operands.empty())
    return std::nullopt;
  const auto& labels = std::get<EinsumLabels>(part.payload);
  DimTable& dims = const_cast<Pool&>(pool).dims();
  Dim height = dims.one();
  for (std::size_t axis = 0; axis < 4; ++axis) height = dims.product(height, part.shape[axis]);
  if (height != shape[0]) return std::nullopt;
  const Labels& out = labels.out;
  for (const bool moves_fast : {true, false}) {
    const Label row = out[moves_fast ? 0 : 1], col = out[moves_fast ? 2 : 3], beside_row = out[moves_fast ? 1 : 0],
                beside_col = out[moves_fast ? 3 : 2];
    const bool is_linked = out[4] == row && out[5] == col && row != col && beside_row != beside_col;
    const auto stands_beside = [&](const Labels& own) {
      return std::none_of(own.begin(), own.end(), [&](Label label) { return label == row || label == col; });
    };
    const bool is_apart = beside_row != row && beside_row != col && beside_col != row && beside_col != col;
    if (!is_linked || !is_apart || !std::all_of(labels.operands.begin(), labels.operands.end(), stands_beside))
      continue;
    KronJacobian found{labels, moves_fast, {part.shape[0], part.shape[1], part.shape[2], part.shape[3]}};
    found.beside.out = {beside_row, beside_col};
    return found;
  }
  return std::nullopt;
}

std::optional<DocId> Writer::kron_jacobian_doc(const KronJacobian& j, const std::vector<Expr>& operands) {
  const auto times = [&](Dim a, Dim b) { return pool.dims().product(a, b); };
  const auto eye = [&](Dim size) { return docs.call("eye", {docs.size(size)}, size, size); };
  const auto kron = [&](DocId a, DocId b) {
    return docs.call("kron", {a, b}, times(docs[a].rows, docs[b].rows), times(docs[a].cols, docs[b].cols));
  };
  const auto inner = contraction(packed(j.beside), operands, false);
  if (!inner) return std::nullopt;
  const Dim own = j.moves_fast ? times(j.axes[0], j.axes[2]) : times(j.axes[1], j.axes[3]);
  const Dim other = j.moves_fast ? times(j.axes[1], j.axes[3]) : times(j.axes[0], j.axes[2]);
  const DocId vec = docs.call("vec", {*inner}, other, one());
  const Dim middle = times(j.axes[1], j.axes[2]);
  const DocId swap = docs.call("commutation", {docs.size(j.axes[2]), docs.size(j.axes[1])}, middle, middle);
  const DocId order = kron(eye(j.axes[3]), kron(swap, eye(j.axes[0])));
  return docs.product({order, j.moves_fast ? kron(vec, eye(own)) : kron(eye(own), vec)}, false);
}

}  // namespace gradwright::view
