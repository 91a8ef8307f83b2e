// Derivatives by a matrix whose entries are not all free. With G the derivative that treats them as free, for each entry of what is derived:
// symmetric G + Gᵀ − G⊙I (two entries are one number), diagonal G⊙I, triangular G on the triangle, orthogonal ½(G − Q·Gᵀ·Q) (the part of G among
// the moves that keep Qᵀ·Q = I). On vec: G·(I + K − diag(vec I)) = G·D·Dᵀ, D the duplication matrix of Magnus and Neudecker.
#pragma once

#include "derive/differences.h"

namespace gradwright {

enum class Structure : std::uint8_t { none, symmetric, diagonal, lower, upper, orthogonal };

/// "lower triangular"
[[nodiscard]] std::string_view structure_name(Structure);
/// Of a square matrix with these facts.
[[nodiscard]] Structure structure_of(Property facts);
/// What the structure makes of the transpose.
[[nodiscard]] Structure transposed_structure(Structure);

/// The derivative with axes `axis` and `axis + 1` those of the matrix, by its free entries; each stands wherever its entry does, what does not move is 0.
/// Not for orthogonal ones.
[[nodiscard]] Expr kept_to(Pool&, Expr derivative, std::size_t axis, Structure);
/// The nearest matrix of the structure, entry by entry: ½(A + Aᵀ), or what stands off the structure 0. Not for orthogonal ones.
[[nodiscard]] Expr nearest_within(Pool&, Expr matrix, Structure);
/// For a gradient by an orthogonal Q: ½(G − Q·Gᵀ·Q).
[[nodiscard]] Expr among_orthogonal(Pool&, Expr gradient, Expr q);
/// The n²×n² matrix P with vec(kept G) = P·vec(G). P is symmetric.
[[nodiscard]] Expr structure_matrix(Pool&, Dim n, Structure);

/// Compares `derivative` (values as for checked_by_differences) with central differences of `of` along random moves that keep the structure, and
/// holds it to the structure: equal across the diagonal, 0 where nothing moves.
[[nodiscard]] NumericCheck checked_within_structure(const Pool&, Expr of, Expr wrt, Expr derivative, Structure,
                                                    std::uint64_t seed, int points = 4);

}  // namespace gradwright
