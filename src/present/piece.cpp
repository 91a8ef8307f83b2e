#include "present/piece.h"

#include <algorithm>

namespace gradwright::view {

PieceId Pieces::added(Piece piece) {
  pieces_.push_back(std::move(piece));
  return PieceId{static_cast<std::uint32_t>(pieces_.size() - 1)};
}

PieceId Pieces::leaf(Expr expr, bool is_vector) {
  return added({PieceKind::leaf,
                expr,
                false,
                is_vector,
                {},
                {},
                {writer_.transposes(expr, false), writer_.transposes(expr, true)}});
}

PieceId Pieces::flipped(PieceId id) {
  Piece piece = (*this)[id];
  if (piece.kind == PieceKind::diagonal) return id;
  piece.flip = !piece.flip;
  std::swap(piece.cost[0], piece.cost[1]);
  if (piece.kind == PieceKind::product) std::reverse(piece.parts.begin(), piece.parts.end());
  if (piece.kind == PieceKind::product || piece.kind == PieceKind::hadamard) {
    for (PieceId& part : piece.parts) part = flipped(part);
    piece.flip = false;
  }
  return added(std::move(piece));
}

PieceId Pieces::product(const std::vector<PieceId>& parts, bool is_vector) {
  Piece piece{PieceKind::product, {}, false, is_vector, {}, {}, {0, 0}};
  for (const PieceId part : parts) {
    if ((*this)[part].kind == PieceKind::product) {
      piece.parts.insert(piece.parts.end(), (*this)[part].parts.begin(), (*this)[part].parts.end());
    } else {
      piece.parts.push_back(part);
    }
  }
  if (piece.parts.size() == 1) return piece.parts[0];
  for (const PieceId part : piece.parts) {
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) piece.cost[side] += (*this)[part].cost[side];
  }
  return added(std::move(piece));
}

PieceId Pieces::hadamard(const std::vector<PieceId>& parts, bool is_vector) {
  if (parts.size() == 1) return parts[0];
  Piece piece{PieceKind::hadamard, {}, false, is_vector, {}, {}, {0, 0}};
  for (const PieceId part : parts) {
    if ((*this)[part].kind == PieceKind::hadamard) {
      piece.parts.insert(piece.parts.end(), (*this)[part].parts.begin(), (*this)[part].parts.end());
    } else {
      piece.parts.push_back(part);
    }
  }
  for (const PieceId part : piece.parts) {
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) piece.cost[side] += (*this)[part].cost[side];
  }
  // One transpose around the whole is at hand too.
  const std::array<std::size_t, 2> inside = piece.cost;
  piece.cost = {std::min(inside[0], inside[1] + 1), std::min(inside[1], inside[0] + 1)};
  return added(std::move(piece));
}

bool Pieces::is_mask(PieceId id) const {
  return (*this)[id].kind == PieceKind::leaf && writer_.is_mask((*this)[id].expr);
}

PieceId Pieces::diagonal(PieceId vector) {
  const std::size_t cost = std::min((*this)[vector].cost[0], (*this)[vector].cost[1]);
  return added({PieceKind::diagonal, {}, false, false, {vector}, {}, {cost, cost}});
}

PieceId Pieces::extract(PieceId matrix) {
  const std::size_t cost = std::min((*this)[matrix].cost[0], (*this)[matrix].cost[1]);
  return added({PieceKind::extract, {}, false, true, {matrix}, {}, {cost, cost + 1}});
}

PieceId Pieces::rowsum(PieceId matrix) {
  const auto [straight, turned] = (*this)[matrix].cost;
  return added({PieceKind::rowsum,
                {},
                false,
                true,
                {matrix},
                {},
                {std::min(straight, turned + 1), std::min(turned, straight + 1)}});
}

PieceId Pieces::made(DocId vector, bool is_row) {
  const std::size_t row = is_row ? 1 : 0;
  return added({PieceKind::made, {}, false, true, {}, vector, {row, 1 - row}});
}

DocId Pieces::doc(PieceId id, bool flip) {
  const Piece piece = (*this)[id];
  const bool turn = piece.flip != flip;
  switch (piece.kind) {
    case PieceKind::leaf: return writer_.doc(piece.expr, turn);
    case PieceKind::product: {
      std::vector<DocId> factors;
      for (const PieceId part : piece.parts) factors.push_back(doc(part, turn));
      if (turn) std::reverse(factors.begin(), factors.end());
      return writer_.docs.product(factors);
    }
    case PieceKind::hadamard: return hadamard_doc(id, turn);
    case PieceKind::diagonal: {
      const bool row =
          (*this)[piece.parts[0]].cost[1] < (*this)[piece.parts[0]].cost[0];  // diag takes a row as it stands
      const DocId vector = doc(piece.parts[0], row);
      const Dim size = row ? writer_.docs[vector].cols : writer_.docs[vector].rows;
      return writer_.docs.call("diag", {vector}, size, size);
    }
    case PieceKind::extract: {
      const Piece& matrix = (*this)[piece.parts[0]];
      const DocId inner = doc(piece.parts[0], matrix.cost[1] < matrix.cost[0]);
      const DocId column = writer_.docs.call("diag", {inner}, writer_.docs[inner].rows, writer_.one());
      return turn ? writer_.docs.transpose(column) : column;
    }
    case PieceKind::rowsum: return sum_along(piece.parts[0], turn);
    case PieceKind::made: return piece.cost[turn ? 1 : 0] == 0 ? piece.made : writer_.docs.transpose(piece.made);
  }
  return {};
}

/// M·1 as a column, or as a row: rowsum and colsum, whichever takes fewer transposes.
DocId Pieces::sum_along(PieceId matrix, bool flip) {
  const auto cost = (*this)[matrix].cost;
  const std::size_t by_rows = cost[0] + (flip ? 1 : 0);
  const std::size_t by_cols = cost[1] + (flip ? 0 : 1);
  const bool rows = by_rows < by_cols || (by_rows == by_cols && cost[0] <= cost[1]);
  const DocId inner = doc(matrix, !rows);
  const Dim one = writer_.one();
  const DocId along = rows ? writer_.docs.call("rowsum", {inner}, writer_.docs[inner].rows, one)
                           : writer_.docs.call("colsum", {inner}, one, writer_.docs[inner].cols);
  return rows == flip ? writer_.docs.transpose(along) : along;
}

namespace {

bool is_delta(const Docs& docs, DocId id) {
  const DocId core = docs[id].kind == DocKind::transpose ? docs[id].args[0] : id;
  return docs[core].kind == DocKind::name && docs[core].text.starts_with("delta");
}

/// What comes from above first, the slopes last: (W3'·δ3) ⊙ relu′(z2), (a3 − y) ⊙ a3 ⊙ (1 − a3).
int place_in_hadamard(const Docs& docs, DocId id) {
  const Doc& doc = docs[id];
  switch (doc.kind) {
    case DocKind::transpose: return place_in_hadamard(docs, doc.args[0]);
    case DocKind::product: return 0;
    case DocKind::name: return is_delta(docs, id) ? 0 : 2;
    case DocKind::sum: {
      const bool has_constant =
          std::any_of(doc.args.begin(), doc.args.end(), [&](DocId arg) { return docs[arg].kind == DocKind::number; });
      return has_constant ? 4 : 1;
    }
    case DocKind::derivative:
    case DocKind::compare: return 5;
    default: return 3;
  }
}

}  // namespace

DocId Pieces::hadamard_doc(PieceId id, bool flip) {
  const Piece piece = (*this)[id];
  std::array<std::size_t, 2> inside{};
  for (const PieceId part : piece.parts) {
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) inside[side] += (*this)[part].cost[side];
  }
  const std::size_t wanted = flip ? 1 : 0;
  const bool outside = inside[1 - wanted] + 1 < inside[wanted];
  const bool turn = outside ? !flip : flip;
  std::vector<DocId> factors, divisors, repeated;  // a repetition stands below its own stroke
  std::vector<bool> masks;                         // of those that are taken around the others: lower?
  for (const PieceId part : piece.parts) {
    const Piece& factor = (*this)[part];
    if (is_mask(part) && masks.size() + 1 < piece.parts.size()) {
      masks.push_back(factor.flip == turn);
      continue;
    }
    const auto divisor =
        factor.kind == PieceKind::leaf ? writer_.denominator(factor.expr, factor.flip != turn) : std::nullopt;
    if (divisor) {
      const Expr base = writer_.node(factor.expr).operands[0];
      const bool is_product = writer_.node(base).kind == Kind::einsum && !writer_.has_name(base);
      (is_product ? repeated : divisors).push_back(*divisor);
    } else {
      factors.push_back(doc(part, turn));
    }
  }
  if (factors.empty()) {
    divisors.clear();
    repeated.clear();
    for (const PieceId part : piece.parts) {
      if (masks.empty() || !is_mask(part)) factors.push_back(doc(part, turn));
    }
  }
  const auto place = [&](DocId factor) { return place_in_hadamard(writer_.docs, factor); };
  const bool has_slope = std::any_of(factors.begin(), factors.end(), [&](DocId factor) {
    return place(factor) >= 4 || is_delta(writer_.docs, factor);
  });
  if (has_slope)
    std::stable_sort(factors.begin(), factors.end(), [&](DocId a, DocId b) { return place(a) < place(b); });
  DocId made = writer_.docs.hadamard(factors);
  made = writer_.docs.divided(made, divisors, true);
  for (const DocId divisor : repeated) made = writer_.docs.quotient(made, divisor, true);
  for (const bool is_lower : masks) made = writer_.triangle(made, is_lower);
  return outside ? writer_.docs.transpose(made) : made;
}

DocId Pieces::total(PieceId id) {
  Piece piece = (*this)[id];
  if (piece.kind == PieceKind::extract) return trace(piece.parts[0]);
  if (piece.kind == PieceKind::rowsum) {
    id = piece.parts[0];
    piece = (*this)[id];
  }
  const DocId inner = doc(id, piece.cost[1] < piece.cost[0]);
  return writer_.docs.call("sum", {inner}, writer_.one(), writer_.one());
}

DocId Pieces::dot(PieceId u, PieceId v) {
  if ((*this)[u].cost[1] + (*this)[v].cost[0] > (*this)[v].cost[1] + (*this)[u].cost[0]) std::swap(u, v);
  return writer_.docs.product({doc(u, true), doc(v, false)});
}

DocId Pieces::trace(PieceId id) {
  Piece piece = (*this)[id];
  if (piece.kind == PieceKind::product) {
    // Any rotation will do: the one that begins with the first operand.
    const bool turn = piece.cost[1] < piece.cost[0];
    std::vector<PieceId> parts = piece.parts;
    if (turn) std::reverse(parts.begin(), parts.end());
    const auto rank = [&](PieceId part) { return (*this)[part].kind == PieceKind::leaf ? (*this)[part].expr : Expr{}; };
    std::rotate(parts.begin(),
                std::min_element(parts.begin(), parts.end(), [&](PieceId a, PieceId b) { return rank(a) < rank(b); }),
                parts.end());
    std::vector<DocId> factors;
    for (const PieceId part : parts) factors.push_back(doc(part, turn));
    return writer_.docs.call("tr", {writer_.docs.product(factors)}, writer_.one(), writer_.one());
  }
  const DocId inner = doc(id, piece.cost[1] < piece.cost[0]);
  return writer_.docs.call("tr", {inner}, writer_.one(), writer_.one());
}

DocId Pieces::outer(PieceId u, PieceId v, Dim rows, Dim cols) {
  if (u.is_none() && v.is_none()) return writer_.docs.ones(rows, cols);
  if (v.is_none() && writer_.pool.dims().is_one(cols)) return doc(u, false);
  if (u.is_none() && writer_.pool.dims().is_one(rows)) return doc(v, true);
  const DocId left = u.is_none() ? writer_.docs.ones(rows, writer_.one()) : doc(u, false);
  const DocId right = v.is_none() ? writer_.docs.ones(writer_.one(), cols) : doc(v, true);
  return writer_.docs.product({left, right});
}

}  // namespace gradwright::view
