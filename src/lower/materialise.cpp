#include "lower/materialise.h"

#include <algorithm>

#include "ir/functions.h"

namespace gradwright::lowering {
namespace {

constexpr int dear = 3;       // operations: from here on loading is cheaper than computing again
constexpr int longest = 200;  // operations in one body
constexpr int transcendental = 10;

int own_cost(const Node& node) {
  switch (node.kind) {
    case Kind::einsum: return std::max(0, static_cast<int>(node.operands.size()) - 1);
    case Kind::add: return static_cast<int>(node.operands.size());
    case Kind::map: {
      const auto& map = std::get<MapFunction>(node.payload);
      switch (map.function) {
        case Function::abs:
        case Function::sign:
        case Function::step:
        case Function::relu:
        case Function::leaky_relu:
        case Function::max:
        case Function::min:
        case Function::greater:
        case Function::greater_equal:
        case Function::equal: return 1;
        case Function::sqrt: return 3;
        case Function::power: return map.parameter == Rational(2) ? 1 : map.parameter.is_integer() ? 3 : transcendental;
        default: return transcendental;
      }
    }
    case Kind::gather: return 3;
    case Kind::window: return 1;
    default: return 0;
  }
}

class Choice {
 public:
  Choice(const Graph& graph, const std::vector<Expr>& roots)
      : graph_(graph), size_(graph.pool().size()), stored_(size_, false) {
    for (const Expr root : roots) {
      if (graph[root].kind != Kind::input) is_root_.push_back(root);
    }
    choose();
    choose();  // costs count what the first round stored as loads
  }
  std::vector<bool> stored() && { return std::move(stored_); }

 private:
  void choose() {
    const std::vector<int> cost = costs();
    must_.assign(size_, false);
    home_.assign(size_, Expr{});
    is_shared_.assign(size_, false);
    for (const Expr root : is_root_) must_[root.index()] = true;
    stored_.assign(size_, false);
    for (auto it = graph_.nodes().rbegin(); it != graph_.nodes().rend(); ++it) {
      const Expr e = *it;
      const Node& node = graph_[e];
      if (node.kind == Kind::input) continue;
      stored_[e.index()] =
          must_[e.index()] || graph_.is_reducing(e) || node.kind == Kind::matrix || cost[e.index()] > longest ||
          (node.kind != Kind::literal && node.kind != Kind::reshape && cost[e.index()] >= dear && is_used_again(e));
      demand(e);
      const Expr home = stored_[e.index()] ? e : home_[e.index()];
      const bool is_shared = !stored_[e.index()] && is_shared_[e.index()];
      for (const Expr operand : node.operands) {
        Expr& place = home_[operand.index()];
        if (is_shared || (!place.is_none() && place != home)) is_shared_[operand.index()] = true;
        place = home;
      }
    }
  }

  bool is_used_again(Expr e) const {
    return is_shared_[e.index()] ||
           (!home_[e.index()].is_none() && graph_.iterations(home_[e.index()]) >= 2 * graph_.count(e));
  }

  void must_store(Expr e) {
    if (graph_[e].kind != Kind::input) must_[e.index()] = true;
  }

  /// What e needs in memory: the operand of a reshape, of a matrix algorithm, the table of a look-up, factors that are read many times.
  void demand(Expr e) {
    const Node& node = graph_[e];
    if (node.kind == Kind::reshape || node.kind == Kind::matrix) {
      Expr base = node.operands[0];
      while (graph_[base].kind == Kind::reshape && node.kind == Kind::reshape) base = graph_[base].operands[0];
      must_store(base);
    }
    if (node.kind == Kind::gather && !graph_.is_identity(node.operands[0])) must_store(node.operands[0]);
    if (node.kind == Kind::einsum && graph_.is_reducing(e)) {
      for (const Expr operand : node.operands) {
        const Expr base = graph_.viewed(operand);
        if (graph_[base].kind == Kind::literal) continue;
        if (node.operands.size() >= 2 && graph_.iterations(e) >= 2 * graph_.count(operand) && graph_.count(base) > 1)
          must_store(base);
      }
    }
  }

  /// Operations to compute an entry from what is in memory.
  std::vector<int> costs() const {
    std::vector<int> cost(size_, 0);
    for (const Expr e : graph_.nodes()) {
      int total = own_cost(graph_[e]);
      for (const Expr operand : graph_[e].operands) {
        const bool is_loaded =
            graph_.is_reducing(operand) || stored_[operand.index()] || cost[operand.index()] > longest;
        total += is_loaded ? 0 : cost[operand.index()];
      }
      cost[e.index()] = std::min(total, longest + 1);
    }
    return cost;
  }

  const Graph& graph_;
  std::size_t size_;
  std::vector<Expr> is_root_;
  std::vector<bool> stored_, must_, is_shared_;
  std::vector<Expr> home_;  ///< the stored node in whose loop an entry is wanted; one of them where shared
};

}  // namespace

std::vector<bool> stored_nodes(const Graph& graph, const std::vector<Expr>& roots) {
  return Choice(graph, roots).stored();
}

}  // namespace gradwright::lowering
