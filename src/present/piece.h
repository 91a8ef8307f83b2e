// Piece: matrices and vectors of one Einsum on their way to a Doc, before it is settled which of them are transposed.
// A piece read *straight* has rows on its first vertex (a vector is a column), read *flipped* it is the transpose (a row).
#pragma once

#include <array>
#include <vector>

#include "present/writer.h"

namespace gradwright::view {

struct PieceTag;
using PieceId = Id<PieceTag>;

enum class PieceKind : std::uint8_t {
  leaf,      ///< an operand; `flip`: straight is the operand's transpose
  product,   ///< of the parts, in order
  hadamard,  ///< of the parts
  diagonal,  ///< the matrix diag(v)
  extract,   ///< the vector diag(M)
  rowsum,    ///< the vector M·1
  made,      ///< a vector whose Doc is there
};

struct Piece {
  PieceKind kind = PieceKind::leaf;
  Expr expr;
  bool flip = false;
  bool is_vector = false;
  std::vector<PieceId> parts;
  DocId made;
  std::array<std::size_t, 2> cost{};  ///< transposes it takes to print it straight, flipped
};

class Pieces {
 public:
  explicit Pieces(Writer& writer) : writer_(writer) {}
  [[nodiscard]] const Piece& operator[](PieceId id) const { return pieces_[id.index()]; }

  PieceId leaf(Expr, bool is_vector);
  PieceId flipped(PieceId);
  PieceId product(const std::vector<PieceId>& parts, bool is_vector);
  PieceId hadamard(const std::vector<PieceId>& parts, bool is_vector);
  [[nodiscard]] bool is_mask(PieceId) const;
  PieceId diagonal(PieceId vector);
  PieceId extract(PieceId matrix);
  PieceId rowsum(PieceId matrix);
  PieceId made(DocId vector, bool is_row);

  [[nodiscard]] DocId doc(PieceId, bool flip = false);
  /// Σ of all entries.
  [[nodiscard]] DocId total(PieceId);
  /// The scalar uᵀv.
  [[nodiscard]] DocId dot(PieceId u, PieceId v);
  [[nodiscard]] DocId trace(PieceId);
  /// u·vᵀ; none stands for ones of that extent.
  [[nodiscard]] DocId outer(PieceId u, PieceId v, Dim rows, Dim cols);

 private:
  PieceId added(Piece);
  [[nodiscard]] DocId hadamard_doc(PieceId, bool flip);
  [[nodiscard]] DocId sum_along(PieceId matrix, bool flip);
  Writer& writer_;
  std::vector<Piece> pieces_;
};

}  // namespace gradwright::view
