// Scalars: the value of a formula at one index, as instructions. What an index does (transposition, diagonal, broadcast, slice, reshape)
// becomes an affine map; what is stored becomes a load; everything else is spelled in operations.
#pragma once

#include <unordered_map>
#include <vector>

#include "lower/graph.h"
#include "lower/plan.h"

namespace gradwright::lowering {

/// One form an axis.
using Places = std::vector<Affine>;

class Scalars {
 public:
  /// `buffers`: where stored nodes and inputs live, by id. `loops`: extents of the loops that forms speak of.
  Scalars(const Graph& graph, const std::unordered_map<Expr, BufferId>& buffers, Extents loops, Body& body)
      : graph_(graph), buffers_(buffers), loops_(std::move(loops)), body_(body) {}

  /// e is computed by this very stage: at `places` it is `value`, at other places it is not there.
  void resident(Expr e, Places places, Value value) { residents_[e] = {std::move(places), value}; }
  /// The entry of e at `places`.
  [[nodiscard]] Value value(Expr e, const Places& places);
  /// Π of the operands of an Einsum, each at the places of its labels.
  [[nodiscard]] Value product(Expr einsum, const Places& of_label);
  /// A resident was wanted at another place: the instructions are of no use.
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const std::vector<Expr>& loaded() const { return loaded_; }

 private:
  struct Resident {
    Places places;
    Value value;
  };
  struct Done {
    Places places;
    std::vector<Guard> guards;
    Value value;
  };

  Value add(Instruction);
  Value apply(Op op, Value x, Value y = 0, Value z = 0);
  Value constant(double number);
  Value load(Expr stored, const Extents& extents, const Places&);
  Value made(Expr e, const Places&);
  Value einsum(Expr e, const Places&);
  void multiply(std::vector<std::pair<Labels, Value>>& factors, const Labels&, Value);
  Value sum(const Node&, const Places&);
  Value map(const Node&, const Places&);
  Value power(Value x, Rational exponent);
  Value extremum(Op, Value x, Value y);
  Value window(const Node&, const Places&);
  Value reshape(Expr e, const Places&);
  Value gather(const Node&, const Places&);
  Value masked(Value x, std::vector<Guard> guards);
  [[nodiscard]] bool always_holds(const Guard&) const;

  const Graph& graph_;
  const std::unordered_map<Expr, BufferId>& buffers_;
  Extents loops_;
  Body& body_;
  std::vector<Guard> guards_;  ///< of the windows around
  std::unordered_map<Expr, Resident> residents_;
  std::unordered_map<Expr, std::vector<Done>> done_;
  std::vector<Expr> loaded_;
  bool failed_ = false;
};

/// Σ strides[axis]·places[axis].
[[nodiscard]] Affine dot(const Extents& strides, const Places& places);
/// a + factor·b
[[nodiscard]] Affine plus(const Affine& a, const Affine& b, std::int64_t factor = 1);

}  // namespace gradwright::lowering
