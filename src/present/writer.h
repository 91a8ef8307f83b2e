// Writer: Expr to Doc for one formula. Nodes are met operands first; what is long and used twice, too deep, or would be dissolved by the
// reader gets a name in `where`. So the recursion below is bounded by the depth of one printed formula, not of the network.
// Parts: writer.cpp (names), label_graph.cpp (Einsum), sums.cpp (Add), elementwise.cpp (Map, Fold, Matrix), window.cpp, window_call.cpp, kronecker.cpp and
// kron_jacobian.cpp (Reshape), index_notation.cpp (the rest).
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/make.h"
#include "present/doc.h"
#include "present/present.h"

namespace gradwright::view {

/// What a node is printed as where that is not its kind: softmax(x), conv(X,K). Its operands are what is printed, not those of the node.
struct Call {
  std::string function;
  std::vector<Expr> operands;
  std::vector<std::string> words;  ///< further arguments
  bool inlines = false;            ///< the operand must stand there itself, not by a name in `where`
  bool needs_name = false;         ///< the operand must stand there by a name
};

/// A Reshape of Σ Π over axes [a,b] × [c,d] as diag·kron(slow,fast)·diag, times a commutation where rows and columns cross.
struct Kronecker {
  struct Side {
    EinsumLabels labels;
    std::vector<Expr> operands;
    bool has_row = false, has_col = false;
    [[nodiscard]] bool is_identity() const {
      return operands.empty() && has_row && has_col && labels.out.size() == 2 && labels.out[0] == labels.out[1];
    }
    /// Ones: no link between its row and its column.
    [[nodiscard]] bool is_free() const {
      return operands.empty() && has_row && has_col && labels.out.size() == 2 && labels.out[0] != labels.out[1];
    }
  };
  Side slow, fast, over_rows, over_cols;  ///< over_rows: factors that touch the rows only, as diag(vec(·))
  Side scale;                             ///< factors that touch neither rows nor columns
  bool crossed = false;
  Dim col_fast, col_slow;
};

/// The Jacobian of a Kronecker product by one of its factors: (I ⊗ K ⊗ I)·(vec(A) ⊗ I), or I ⊗ vec(A).
struct KronJacobian {
  EinsumLabels beside;      ///< the other factor
  bool moves_fast;          ///< by the factor whose axes run faster, the second one
  std::array<Dim, 4> axes;  ///< of the rows: i, j, k, l
};

[[nodiscard]] std::string_view fold_name(FoldKind);

/// The labels that are used, renumbered: an unused one would count as a factor.
[[nodiscard]] EinsumLabels packed(const EinsumLabels&);

class Writer {
 public:
  Writer(Pool& pool, const Names& names, const PresentOptions& options);

  [[nodiscard]] Formula formula(Expr root, const Shape& surface);
  /// The entry of root at these letters, one an axis.
  [[nodiscard]] Formula entry_formula(Expr root, const std::vector<std::string>& letters);

  // ---- for the parts ----
  Pool& pool;
  Docs docs;
  bool matrix_form = true;

  [[nodiscard]] const Node& node(Expr e) const { return pool[e]; }
  [[nodiscard]] Dim one() const { return pool.dims().one(); }
  /// A reference: the name where it has one, else its formula. `flipped`: a row for a vector, the transpose for a matrix.
  [[nodiscard]] DocId doc(Expr, bool flipped = false);
  /// Transposes that `doc(e, flipped)` would need: 0 or 1.
  [[nodiscard]] std::size_t transposes(Expr, bool flipped) const;
  /// Whether a vector stands as a row by itself.
  [[nodiscard]] bool is_row(Expr) const;
  [[nodiscard]] bool has_name(Expr) const;
  /// Has one that the sheet gives it, not one in `where`.
  [[nodiscard]] bool is_given(Expr) const;
  /// 1 on and below the diagonal, written as the tril (flipped: the triu) of what it multiplies.
  [[nodiscard]] bool is_mask(Expr) const;
  /// Gives it a name in `where` if it has none; needs its Doc to be made.
  void require_name(Expr);
  [[nodiscard]] Dim rows(Expr, bool flipped) const;
  [[nodiscard]] Dim cols(Expr, bool flipped) const;
  /// An index letter that is no name and no dimension symbol.
  [[nodiscard]] std::string index_letter(std::size_t number) const;

  // ---- the parts: the formula of a node in an orientation ----
  [[nodiscard]] DocId einsum(Expr, bool flipped);
  /// Of an Einsum that repeats a scalar: the scalar; none otherwise.
  [[nodiscard]] std::optional<DocId> repeated_scalar(Expr);
  [[nodiscard]] DocId add(Expr, bool flipped);
  [[nodiscard]] DocId map(Expr, bool flipped);
  [[nodiscard]] DocId fold(Expr, bool flipped);
  [[nodiscard]] DocId matrix(Expr);
  [[nodiscard]] DocId window(Expr, bool flipped);
  [[nodiscard]] std::optional<DocId> selected(Expr, bool flipped);
  [[nodiscard]] DocId only_entry(Expr);
  [[nodiscard]] DocId triangle(DocId of, bool is_lower);
  [[nodiscard]] DocId reshape(Expr, bool flipped);
  [[nodiscard]] DocId gather(Expr, bool flipped);
  /// A product given by its labels; none where it has no matrix form.
  [[nodiscard]] std::optional<DocId> contraction(const EinsumLabels&, const std::vector<Expr>& operands, bool flipped);
  /// An entry, row or column: a window with its axes of extent 1 dropped.
  [[nodiscard]] std::optional<DocId> entry(Expr, const std::vector<std::uint16_t>& dropped);
  [[nodiscard]] std::optional<Kronecker> kronecker(Expr operand, const Shape& shape) const;
  [[nodiscard]] std::optional<DocId> kronecker_doc(const Kronecker&);
  [[nodiscard]] std::optional<KronJacobian> kron_jacobian(Expr operand, const Shape& shape) const;
  [[nodiscard]] std::optional<DocId> kron_jacobian_doc(const KronJacobian&, const std::vector<Expr>& operands);
  /// A scalar where the node only repeats one (c·ones, zeros); `mapped` operands and terms of a sum are written so.
  [[nodiscard]] std::optional<DocId> constant(Expr);
  /// Σ Π in index notation, named in `where`.
  [[nodiscard]] DocId indexed(Expr, bool flipped);
  [[nodiscard]] std::optional<Call> call_of(Expr) const;
  [[nodiscard]] DocId call_doc(Expr, const Call&, bool flipped);
  /// Add as a block literal [a; b].
  [[nodiscard]] std::optional<DocId> block(Expr, bool flipped);
  [[nodiscard]] std::optional<DocId> block_of(const std::vector<Term>& terms, bool flipped);
  /// Of a small matrix that no input enters: its numbers.
  [[nodiscard]] std::optional<DocId> literal(Expr, bool flipped);
  /// x^(-p) as the denominator x^p, where it is written as one.
  [[nodiscard]] std::optional<DocId> denominator(Expr, bool flipped);
  [[nodiscard]] DocId zeros(const Shape&, bool flipped);
  /// The operands that its formula shows.
  [[nodiscard]] std::vector<Expr> printed_operands(Expr) const;

 private:
  struct Part {
    std::size_t uses = 0;
    bool must_have_name = false;
    std::string name;     ///< in `where`
    std::string indices;  ///< `[i,j]` of an item in index notation
    std::array<DocId, 2> made;
    DocId item;  ///< what stands right of `name =`
  };
  [[nodiscard]] DocId body(Expr, bool flipped);
  /// What entries that may be read outside of an axis, where 0 is meant, are written with: X[a] = Σ_q X[q]·[q = a].
  struct Selection {
    std::function<std::string()> fresh;  ///< a letter that nothing else uses
    std::vector<std::string> summed{};
    std::vector<DocId> brackets{};
    std::vector<std::string> plain{};  ///< letters that run over a whole axis, which says how far
  };
  [[nodiscard]] DocId indexed_product(Expr, std::vector<std::string>& out, std::vector<std::string>& summed);
  [[nodiscard]] DocId indexed_window(Expr, std::vector<std::string>& out);
  [[nodiscard]] DocId indexed_fold(Expr, std::vector<std::string>& out);
  /// `X[p+a-1,q+b-1]`; with `short_sums` a sum of index variables alone starts at the first entry: `X[p+a,q+b]`.
  [[nodiscard]] DocId window_entry(Expr, const std::vector<std::string>& letters, bool short_sums, Selection&);
  [[nodiscard]] DocId entry_at(Expr, const std::vector<std::string>& letters, Selection&);
  /// Σ over what is selected of the factors and their brackets.
  [[nodiscard]] DocId selected_sum(std::vector<DocId> factors, const Selection&);
  [[nodiscard]] DocId named_leaf(Expr);
  [[nodiscard]] DocId entry_of_window(Expr, const std::vector<std::string>& letters);
  /// A letter that from here on is taken.
  [[nodiscard]] std::string fresh_letter();
  [[nodiscard]] DocId entry_of(Expr, const std::vector<std::string>& letters, int depth = 0);
  [[nodiscard]] DocId entry_of_product(Expr, const std::vector<std::string>& letters, int depth);
  [[nodiscard]] Formula spelled(DocId made);
  [[nodiscard]] DocId oriented(Expr, bool flipped);
  struct Placed {
    DocId content;
    std::array<Dim, 2> start, length;
  };
  [[nodiscard]] std::optional<DocId> beside_units(Expr, bool flipped, std::vector<Dim>& starts,
                                                  std::vector<Dim>& lengths);
  [[nodiscard]] Expr transposed_window(Expr) const;
  [[nodiscard]] std::optional<Placed> placed(const Term&, bool flipped);
  [[nodiscard]] std::optional<DocId> reshaped_sum(Expr);
  [[nodiscard]] std::vector<Expr> reshaped_operands(Expr) const;
  [[nodiscard]] bool is_taken(const std::string& name) const;
  /// The nodes below the root that are printed, ascending, with their uses counted; the root last.
  [[nodiscard]] std::vector<Expr> counted_uses(Expr root);
  /// 1/u^k of an unnamed scalar or vector.
  [[nodiscard]] bool is_stroke(Expr) const;
  void mark_dissolving(Expr);
  [[nodiscard]] bool pays(Expr, DocId) const;
  [[nodiscard]] std::string fresh_name(Expr, const std::string& stem);
  [[nodiscard]] std::string by_layer(const std::string& name) const;
  [[nodiscard]] DocId named_doc(Expr, const std::string& name, bool natural_is_row, bool flipped);
  [[nodiscard]] std::vector<WhereItem> where_items(DocId made);
  void collect_names(DocId root, std::set<std::string>& shown) const;

  const Names& names_;
  const PresentOptions& options_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<Expr, Part> parts_;  ///< of the nodes that this formula reaches, and no other
  std::vector<Expr> named_;               ///< what has a name in `where`, operands first
  std::size_t counter_ = 0;
};

}  // namespace gradwright::view
