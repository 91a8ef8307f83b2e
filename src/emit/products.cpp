#include "emit/products.h"

#include <algorithm>
#include <cmath>

namespace gradwright::emitting {
namespace {

using Name = StraightLine::Name;
using Node = StraightLine::Node;
using Kind = StraightLine::Kind;

/// Cycles until the result of an operation is there, roughly: only their order matters.
int latency(Op op) {
  switch (op) {
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::max:
    case Op::min: return 4;
    case Op::neg:
    case Op::abs:
    case Op::select: return 1;
    case Op::greater:
    case Op::greater_equal:
    case Op::equal: return 3;
    case Op::div:
    case Op::sqrt: return 12;
    default: return 45;
  }
}

constexpr int multiplication = 4;
constexpr std::size_t most_factors = 8;

struct Known {
  int ready = 0;                ///< when its value is there
  bool is_at_most_one = false;  ///< in absolute value
};

struct Factor {
  Name name;
  Known known;
};

class Products {
 public:
  explicit Products(const StraightLine& from) : from_(from) {}

  StraightLine result() {
    std::vector<Name> renamed;
    for (const Node& old : from_.nodes) {
      Node node = old;
      for (std::size_t k = 0; k < node.arg_count(); ++k) node.args[k] = renamed[node.args[k]];
      renamed.push_back(is_product(node) ? product(node) : named(node));
    }
    for (const auto& [place, name] : from_.outputs) made_.outputs.emplace_back(place, renamed[name]);
    for (const auto& [place, name] : from_.states) made_.states.emplace_back(place, renamed[name]);
    keep_needed(made_);
    return std::move(made_);
  }

 private:
  static bool is_product(const Node& node) { return node.kind == Kind::call && node.op == Op::mul; }

  Name named(const Node& node) {
    const auto [known, is_new] = names_.emplace(node, static_cast<Name>(made_.nodes.size()));
    if (!is_new) return known->second;
    made_.nodes.push_back(node);
    known_.push_back(about(node));
    return known->second;
  }

  Known about(const Node& node) const {
    Known known;
    for (std::size_t k = 0; k < node.arg_count(); ++k) known.ready = std::max(known.ready, known_[node.args[k]].ready);
    if (node.kind == Kind::number) known.is_at_most_one = std::fabs(node.number) <= 1;
    if (node.kind == Kind::largest || node.kind == Kind::smallest) known.ready += latency(Op::max);
    if (node.kind != Kind::call) return known;
    known.ready += latency(node.op);
    known.is_at_most_one =
        node.op == Op::sigmoid || node.op == Op::tanh || node.op == Op::erf || node.op == Op::greater ||
        node.op == Op::greater_equal || node.op == Op::equal ||
        (node.op == Op::mul && known_[node.args[0]].is_at_most_one && known_[node.args[1]].is_at_most_one);
    return known;
  }

  /// As it is, or multiplied anew where that is ready earlier.
  Name product(const Node& node) {
    std::vector<Name> waiting{node.args[1], node.args[0]}, names;
    while (!waiting.empty() && names.size() + waiting.size() <= most_factors) {
      const Node& it = made_.nodes[waiting.back()];
      if (is_product(it)) {
        waiting.back() = it.args[1];
        waiting.push_back(it.args[0]);
      } else {
        names.push_back(waiting.back());
        waiting.pop_back();
      }
    }
    names.insert(names.end(), waiting.begin(), waiting.end());
    if (names.size() < 3) return named(node);
    std::vector<Factor> factors;
    for (const Name name : names) factors.push_back({name, known_[name]});
    const auto ordered = order_of(factors);
    const int as_it_is = std::max(known_[node.args[0]].ready, known_[node.args[1]].ready) + multiplication;
    if (ordered.second >= as_it_is) return named(node);
    for (const auto& [a, b] : ordered.first)
      names.push_back(named({Kind::call, Op::mul, {names[a], names[b], 0}, 0, 0}));
    return names.back();
  }

  /// Which two are multiplied, again and again; a result stands behind all that were there before. And when the last one is ready.
  static std::pair<std::vector<std::pair<std::size_t, std::size_t>>, int> order_of(const std::vector<Factor>& factors) {
    struct Part {
      std::size_t at;
      Known known;
    };
    std::vector<Part> parts;
    for (std::size_t i = 0; i < factors.size(); ++i) parts.push_back({i, factors[i].known});
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    while (parts.size() > 1) {
      std::stable_sort(parts.begin(), parts.end(),
                       [](const Part& x, const Part& y) { return x.known.ready < y.known.ready; });
      const bool has_small =
          std::any_of(parts.begin(), parts.end(), [](const Part& part) { return part.known.is_at_most_one; });
      std::size_t second = 1;
      while (has_small && !parts[0].known.is_at_most_one && !parts[second].known.is_at_most_one) ++second;
      const Part &a = parts[0], &b = parts[second];
      pairs.emplace_back(a.at, b.at);
      const Part both{
          factors.size() + pairs.size() - 1,
          {std::max(a.known.ready, b.known.ready) + multiplication, a.known.is_at_most_one && b.known.is_at_most_one}};
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(second));
      parts.erase(parts.begin());
      parts.push_back(both);  // behind what is ready at the same time: factors that other products share meet first
    }
    return {pairs, parts[0].known.ready};
  }

  const StraightLine& from_;
  std::unordered_map<Node, Name, StraightLine::Hash, StraightLine::Same> names_;
  std::vector<Known> known_;
  StraightLine made_;
};

}  // namespace

StraightLine with_early_products(const StraightLine& line) { return Products(line).result(); }

}  // namespace gradwright::emitting
