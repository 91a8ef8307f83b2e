// The label graph of an Einsum: labels are vertices, matrices are edges, vectors stand on vertices. Reduced until only the wanted rows and
// columns are left: parallel edges are .*, a summed vertex between two edges is a product, a dangling edge times a vector is a vector.
#include <algorithm>
#include <map>
#include <optional>

#include "present/piece.h"

namespace gradwright::view {
namespace {

class LabelGraph {
 public:
  LabelGraph(Writer& writer, const EinsumLabels& einsum, const std::vector<Expr>& operands, bool repeats_only = false)
      : writer_(writer),
        pieces_(writer),
        einsum_(einsum),
        vectors_(einsum.dims.size()),
        at_(einsum.dims.size()),
        done_(einsum.dims.size(), false) {
    if (!repeats_only) out_ = einsum_.out;
    for (const Label label : einsum_.out) done_[label] = true;
    for (std::size_t label = 0; label < done_.size(); ++label)
      done_[label] = done_[label] || is_unit(static_cast<Label>(label));
    for (std::size_t i = 0; i < operands.size(); ++i) place(operands[i], einsum_.operands[i]);
  }

  /// The formula with rows on `out` [r, c], or flipped; none where it has no matrix form.
  std::optional<DocId> formula(bool flipped) {
    if (stuck_) return std::nullopt;
    while (step()) {
    }
    for (std::size_t label = 0; label < done_.size(); ++label) {
      if (!done_[label]) return std::nullopt;
    }
    const std::optional<DocId> main = outermost(flipped);
    if (!main) return std::nullopt;
    return scaled(*main);
  }

 private:
  struct Edge {
    std::size_t from, to;
    PieceId piece;
    bool alive = true;
  };

  void place(Expr operand, const Labels& labels) {
    if (entry(operand, labels)) return;
    switch (labels.size()) {
      case 0:
        if (const auto divisor = writer_.denominator(operand, false)) {
          divisors_.push_back(*divisor);
        } else {
          scalars_.push_back(writer_.doc(operand));
        }
        return;
      case 1: vectors_[labels[0]].push_back(pieces_.leaf(operand, true)); return;
      case 2: connect(labels[0], labels[1], pieces_.leaf(operand, false)); return;
      default: stuck_ = true;
    }
  }
  /// What is summed over an extent of 1 is an entry, a row or a column: x[3], A[2,:]; each factor that has it by itself.
  bool entry(Expr operand, const Labels& labels) {
    std::vector<std::uint16_t> dropped;
    Labels left;
    for (std::size_t axis = 0; axis < labels.size(); ++axis) {
      if (is_unit(labels[axis]))
        dropped.push_back(static_cast<std::uint16_t>(axis));
      else
        left.push_back(labels[axis]);
    }
    if (dropped.empty() || labels.size() > 2) return false;
    const auto picked = writer_.entry(operand, dropped);
    const DocId made = picked ? *picked : writer_.doc(operand);
    if (left.empty())
      scalars_.push_back(made);
    else
      vectors_[left[0]].push_back(pieces_.made(made, !writer_.pool.dims().is_one(writer_.docs[made].cols)));
    return true;
  }
  /// Summed over one entry.
  bool is_unit(Label label) const {
    return writer_.pool.dims().is_one(einsum_.dims[label]) &&
           std::find(einsum_.out.begin(), einsum_.out.end(), label) == einsum_.out.end();
  }
  void connect(std::size_t from, std::size_t to, PieceId piece) {
    at_[from].push_back(edges_.size());
    if (to != from) at_[to].push_back(edges_.size());
    edges_.push_back({from, to, piece, true});
    if (from == to) loops_.push_back(edges_.size() - 1);
  }
  void remove(std::size_t edge) {
    edges_[edge].alive = false;
    std::erase(at_[edges_[edge].from], edge);
    std::erase(at_[edges_[edge].to], edge);
  }
  /// The edge read with `vertex` as its rows.
  PieceId from(std::size_t vertex, std::size_t edge) {
    return edges_[edge].from == vertex ? edges_[edge].piece : pieces_.flipped(edges_[edge].piece);
  }
  std::size_t other_end(std::size_t vertex, std::size_t edge) const {
    return edges_[edge].from == vertex ? edges_[edge].to : edges_[edge].from;
  }
  bool is_summed(std::size_t label) const { return !done_[label]; }
  PieceId on(std::size_t vertex) {
    return vectors_[vertex].empty() ? PieceId{} : pieces_.hadamard(vectors_[vertex], true);
  }

  bool step() {
    if (loop() || parallel() || masked_outer()) return true;
    for (const bool bare : {true, false}) {
      for (std::size_t label = 0; label < at_.size(); ++label) {
        if (is_summed(label) && at_[label].size() == 1 && (vectors_[label].empty() || !bare)) return dangle(label);
      }
    }
    for (std::size_t label = 0; label < at_.size(); ++label) {
      if (is_summed(label) && at_[label].size() == 2) return series(label);
      if (is_summed(label) && at_[label].empty()) return isolated(label);
    }
    return false;
  }

  bool loop() {
    if (loops_.empty()) return false;
    const Edge edge = edges_[loops_.back()];
    remove(loops_.back());
    loops_.pop_back();
    vectors_[edge.from].push_back(pieces_.extract(edge.piece));
    return true;
  }

  bool parallel() {
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> seen;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      if (!edges_[i].alive || edges_[i].from == edges_[i].to) continue;
      const auto ends = std::minmax(edges_[i].from, edges_[i].to);
      const auto [first, is_new] = seen.emplace(ends, i);
      if (is_new) continue;
      join(first->second, i);
      return true;
    }
    return false;
  }
  /// diag(u)·tril(1)·diag(v) is tril(u·vᵀ).
  bool masked_outer() {
    for (Edge& edge : edges_) {
      if (!edge.alive || edge.from == edge.to || !pieces_.is_mask(edge.piece) || vectors_[edge.from].empty() ||
          vectors_[edge.to].empty())
        continue;
      if (is_summed(edge.from) && is_summed(edge.to)) continue;
      const PieceId outer = pieces_.product({on(edge.from), pieces_.flipped(on(edge.to))}, false);
      edge.piece = pieces_.hadamard({outer, edge.piece}, false);
      vectors_[edge.from].clear();
      vectors_[edge.to].clear();
      return true;
    }
    return false;
  }
  void join(std::size_t a, std::size_t b) {
    const std::size_t row = edges_[a].from;
    const std::size_t column = edges_[a].to;
    const PieceId left = edges_[a].piece;
    const PieceId right = from(row, b);
    const bool bare = is_summed(row) && is_summed(column) && at_[row].size() == 2 && at_[column].size() == 2 &&
                      vectors_[row].empty() && vectors_[column].empty() && !pieces_.is_mask(left) &&
                      !pieces_.is_mask(right);
    const PieceId both = pieces_.hadamard({left, right}, false);
    remove(a);
    remove(b);
    if (bare && std::min(pieces_[both].cost[0], pieces_[both].cost[1]) > 0) {
      scalars_.push_back(pieces_.trace(pieces_.product({left, pieces_.flipped(right)}, false)));  // Σ M.*N = tr(M·Nᵀ)
      done_[row] = done_[column] = true;
      return;
    }
    connect(row, column, both);
  }

  bool dangle(std::size_t vertex) {
    const std::size_t edge = at_[vertex][0];
    const std::size_t end = other_end(vertex, edge);
    const PieceId matrix = from(end, edge);
    const PieceId vector = on(vertex);
    remove(edge);
    vectors_[end].push_back(vector.is_none() ? pieces_.rowsum(matrix) : pieces_.product({matrix, vector}, true));
    vectors_[vertex].clear();
    done_[vertex] = true;
    return true;
  }

  bool series(std::size_t vertex) {
    const std::size_t a = at_[vertex][0];
    const std::size_t b = at_[vertex][1];
    const std::size_t row = other_end(vertex, a);
    const std::size_t column = other_end(vertex, b);
    std::vector<PieceId> parts{from(row, a)};
    if (!vectors_[vertex].empty()) parts.push_back(pieces_.diagonal(on(vertex)));
    parts.push_back(from(vertex, b));
    remove(a);
    remove(b);
    vectors_[vertex].clear();
    done_[vertex] = true;
    connect(row, column, pieces_.product(parts, false));
    return true;
  }

  bool isolated(std::size_t vertex) {
    std::vector<PieceId> vectors = std::move(vectors_[vertex]);
    done_[vertex] = true;
    if (vectors.empty()) {
      scalars_.insert(scalars_.begin(), writer_.docs.size(einsum_.dims[vertex]));
      return true;
    }
    const auto composite = std::find_if(vectors.begin(), vectors.end(),
                                        [&](PieceId id) { return pieces_[id].kind == PieceKind::product; });
    const bool divides = std::any_of(vectors.begin(), vectors.end(), [&](PieceId id) {
      return pieces_[id].kind == PieceKind::leaf && writer_.denominator(pieces_[id].expr, false);
    });
    if (vectors.size() == 1) {
      scalars_.push_back(pieces_.total(vectors[0]));
    } else if (vectors.size() == 2 && !divides) {
      scalars_.push_back(pieces_.dot(vectors[0], vectors[1]));
    } else if (composite != vectors.end() && !divides) {
      const PieceId last = *composite;
      vectors.erase(composite);
      scalars_.push_back(pieces_.dot(pieces_.hadamard(vectors, true), last));
    } else {
      scalars_.push_back(pieces_.total(pieces_.hadamard(vectors, true)));
    }
    return true;
  }

  /// What is left on the wanted labels; a none Id inside stands for a scalar.
  std::optional<DocId> outermost(bool flipped) {
    if (out_.empty()) return DocId{};
    if (out_.size() > 2) return std::nullopt;
    if (out_.size() == 1) {
      const PieceId vector = on(out_[0]);
      if (!vector.is_none()) return pieces_.doc(vector, flipped);
      const Dim extent = einsum_.dims[out_[0]];
      return flipped ? writer_.docs.ones(writer_.one(), extent) : writer_.docs.ones(extent, writer_.one());
    }
    const Label row = out_[flipped ? 1 : 0];
    const Label column = out_[flipped ? 0 : 1];
    if (row == column) return diagonal(row);
    const PieceId left = on(row);
    const PieceId right = on(column);
    if (at_[row].empty()) return pieces_.outer(left, right, einsum_.dims[row], einsum_.dims[column]);
    std::vector<PieceId> parts;
    if (!left.is_none()) parts.push_back(pieces_.diagonal(left));
    parts.push_back(from(row, at_[row][0]));
    if (!right.is_none()) parts.push_back(pieces_.diagonal(right));
    return pieces_.doc(pieces_.product(parts, false));
  }
  DocId diagonal(std::size_t label) {
    const Dim extent = einsum_.dims[label];
    const DocId eye = writer_.docs.call("eye", {writer_.docs.size(extent)}, extent, extent);
    if (vectors_[label].empty()) return eye;
    if (vectors_[label].size() == 1 && pieces_[vectors_[label][0]].kind == PieceKind::extract) {
      return writer_.docs.hadamard({pieces_.doc(pieces_[vectors_[label][0]].parts[0]), eye});
    }
    return pieces_.doc(pieces_.diagonal(on(label)));
  }

  DocId scaled(DocId main) {
    std::vector<DocId> factors = scalars_;
    std::stable_partition(factors.begin(), factors.end(),
                          [&](DocId factor) { return writer_.docs[factor].kind == DocKind::number; });
    const bool flat = factors.empty();
    DocId made;
    if (main.is_none() && factors.empty())
      made = writer_.docs.number(1);
    else if (main.is_none())
      made = factors.size() == 1 ? factors[0] : writer_.docs.product(factors, false);
    else if (flat)
      made = main;
    else {
      // Only the chain is dissolved: (x'*x)*A*B.
      const Doc last = writer_.docs[main];
      if (last.kind == DocKind::product)
        factors.insert(factors.end(), last.args.begin(), last.args.end());
      else
        factors.push_back(main);
      made = writer_.docs.product(factors, false);
    }
    return writer_.docs.divided(made, divisors_, false);
  }

  Writer& writer_;
  Pieces pieces_;
  const EinsumLabels einsum_;
  Labels out_;
  std::vector<std::vector<PieceId>> vectors_;
  std::vector<std::vector<std::size_t>> at_;  // edges at a vertex
  std::vector<bool> done_;                    // wanted, or summed away
  std::vector<Edge> edges_;
  std::vector<std::size_t> loops_;
  std::vector<DocId> scalars_, divisors_;
  bool stuck_ = false;
};

}  // namespace

EinsumLabels packed(const EinsumLabels& labels) {
  EinsumLabels own;
  std::vector<std::optional<Label>> number(labels.dims.size());
  const auto renamed = [&](const Labels& old) {
    Labels result;
    for (const Label label : old) {
      if (!number[label]) {
        number[label] = static_cast<Label>(own.dims.size());
        own.dims.push_back(labels.dims[label]);
      }
      result.push_back(*number[label]);
    }
    return result;
  };
  own.out = renamed(labels.out);
  for (const Labels& operand : labels.operands) own.operands.push_back(renamed(operand));
  return own;
}

std::optional<DocId> Writer::contraction(const EinsumLabels& einsum, const std::vector<Expr>& operands, bool flipped) {
  return LabelGraph(*this, einsum, operands).formula(flipped);
}

DocId Writer::einsum(Expr e, bool flipped) {
  if (const auto made = contraction(pool.payload<EinsumLabels>(e), node(e).operands, flipped)) return *made;
  return indexed(e, flipped);
}

std::optional<DocId> Writer::repeated_scalar(Expr e) {
  if (node(e).kind != Kind::einsum || (has_name(e) && !node(e).operands.empty())) return std::nullopt;
  const auto& einsum = pool.payload<EinsumLabels>(e);
  if (einsum.out.empty()) return std::nullopt;
  for (std::size_t i = 0; i < einsum.out.size(); ++i) {
    if (std::count(einsum.out.begin(), einsum.out.end(), einsum.out[i]) > 1) return std::nullopt;
    for (const Labels& labels : einsum.operands) {
      if (std::find(labels.begin(), labels.end(), einsum.out[i]) != labels.end()) return std::nullopt;
    }
  }
  // A repeated sum would be dissolved into the sum around it, term by term.
  if (einsum.operands.size() == 1 && einsum.dims.size() == einsum.out.size() &&
      node(node(e).operands[0]).kind == Kind::add && !has_name(node(e).operands[0]))
    return std::nullopt;
  return LabelGraph(*this, einsum, node(e).operands, true).formula(false);
}

}  // namespace gradwright::view
