#include "emit/straight_line.h"

#include <bit>
#include <cmath>
#include <map>
#include <unordered_map>

#include "base/hash.h"

namespace gradwright::emitting {
namespace {

using Name = StraightLine::Name;
using Node = StraightLine::Node;
using Kind = StraightLine::Kind;
using Index = std::vector<std::int64_t>;

constexpr Name none = static_cast<Name>(-1);

/// Calls visit with every index of loops [first, last); the other places stay as they are.
template <class Visit>
void each_index(const Index& loops, std::size_t first, std::size_t last, Index& index, const Visit& visit) {
  for (std::size_t l = first; l < last; ++l) {
    if (loops[l] <= 0) return;
    index[l] = 0;
  }
  while (true) {
    visit();
    std::size_t l = last;
    while (l > first && ++index[l - 1] == loops[l - 1]) index[--l] = 0;
    if (l == first) return;
  }
}

class Runner {
 public:
  explicit Runner(const CFunction& function)
      : function_(function), plan_(*function.plan), memory_(static_cast<std::size_t>(plan_.workspace), none) {}

  StraightLine result() {
    place_inputs();
    for (const Kernel& kernel : plan_.kernels) run(kernel);
    for (const auto& [place, name] : outputs_) made_.outputs.emplace_back(place, name);
    for (const std::int64_t place : states_) {
      const Name name = at(place);
      const Node& node = made_.nodes[name];
      if (node.kind != Kind::state || node.place != place) made_.states.emplace_back(place, name);
    }
    keep_needed(made_);
    return std::move(made_);
  }

 private:
  Name& at(std::int64_t place) { return memory_[static_cast<std::size_t>(place)]; }
  Name number(double value) { return named({Kind::number, Op::constant, {}, value, 0}); }

  /// Old values: data of this step, states, and inputs that stay.
  void place_inputs() {
    std::int64_t next = 0;
    for (const BufferId id : function_.streamed) {
      const Buffer& buffer = plan_[id];
      for (std::int64_t k = 0; k < buffer.count(); ++k)
        at(buffer.offset + k) = named({Kind::data, Op::load, {}, 0, next++});
    }
    for (const CConstant& constant : function_.constants) {
      std::int64_t place = plan_[constant.input].offset;
      for (const double value : constant.values) at(place++) = number(value);
    }
    for (const BufferId id : plan_.inputs) {
      const Buffer& buffer = plan_[id];
      if (buffer.count() == 0 || at(buffer.offset) != none) continue;
      const bool is_state = buffer.storage == Storage::state;
      for (std::int64_t k = 0; k < buffer.count(); ++k) {
        const std::int64_t place = buffer.offset + k;
        at(place) = named({is_state ? Kind::state : Kind::fixed, Op::load, {}, 0, place});
        if (is_state) states_.push_back(place);
      }
    }
  }

  void run(const Kernel& kernel) {
    if (kernel.stages.empty()) return;
    Index outer(kernel.outer, 0);
    each_index(kernel.stages[0].loops, 0, kernel.outer, outer, [&] {
      for (const Stage& stage : kernel.stages) {
        Index index = outer;
        index.resize(stage.loops.size(), 0);
        each_index(stage.loops, kernel.outer, stage.parallel, index, [&] { one(stage, index); });
      }
    });
  }

  void one(const Stage& stage, const Index& parallel) {
    std::vector<std::vector<Name>> terms(stage.accumulators.size());
    if (!stage.accumulators.empty()) {
      Index index = parallel;
      each_index(stage.loops, stage.parallel, stage.loops.size(), index, [&] {
        const std::vector<Name> values = names(stage.body, index, {});
        for (std::size_t i = 0; i < terms.size(); ++i) terms[i].push_back(values[stage.accumulators[i].value]);
      });
    }
    std::vector<Name> totals;
    for (std::size_t i = 0; i < terms.size(); ++i) totals.push_back(reduced(stage.accumulators[i].reduction, terms[i]));
    Index index = parallel;
    index.resize(stage.parallel);
    const std::vector<Name> values = names(stage.finish, index, totals);
    for (const Store& store : stage.stores) {
      const Buffer& buffer = plan_[store.buffer];
      const std::int64_t place = buffer.offset + value_at(store.at, index);
      at(place) = values[store.value];
      if (buffer.storage == Storage::output) outputs_[place] = values[store.value];
    }
  }

  bool is_zero(Name name) const {
    const Node& node = made_.nodes[name];
    return node.kind == Kind::number && node.number == 0;
  }

  /// Pairs of pairs: the shortest chain of operations.
  Name reduced(Reduction reduction, std::vector<Name> terms) {
    if (reduction == Reduction::sum) std::erase_if(terms, [&](Name name) { return is_zero(name); });
    if (terms.empty()) {
      return number(reduction == Reduction::sum    ? 0
                    : reduction == Reduction::prod ? 1
                    : reduction == Reduction::max  ? -INFINITY
                                                   : INFINITY);
    }
    while (terms.size() > 1) {
      std::vector<Name> next;
      for (std::size_t i = 0; i + 1 < terms.size(); i += 2) {
        const std::array<Name, 3> pair{terms[i], terms[i + 1], 0};
        next.push_back(reduction == Reduction::sum    ? named({Kind::call, Op::add, pair, 0, 0})
                       : reduction == Reduction::prod ? named({Kind::call, Op::mul, pair, 0, 0})
                       : reduction == Reduction::max  ? named({Kind::largest, Op::max, pair, 0, 0})
                                                      : named({Kind::smallest, Op::min, pair, 0, 0}));
      }
      if (terms.size() % 2 == 1) next.push_back(terms.back());
      terms = std::move(next);
    }
    return terms[0];
  }

  std::vector<Name> names(const Body& body, const Index& index, const std::vector<Name>& totals) {
    std::vector<Name> values;
    for (const Instruction& it : body) values.push_back(name_of(it, index, totals, values));
    return values;
  }

  Name name_of(const Instruction& it, const Index& index, const std::vector<Name>& totals,
               const std::vector<Name>& values) {
    switch (it.op) {
      case Op::constant: return number(it.number);
      case Op::index: return number(static_cast<double>(value_at(it.at, index)));
      case Op::load: {
        if (!holds(it.guards, index)) return number(0);
        const Name name = at(plan_[it.buffer].offset + value_at(it.at, index));
        return name == none ? number(0) : name;
      }
      case Op::mask: return holds(it.guards, index) ? values[it.args[0]] : number(0);
      case Op::accumulator: return totals[static_cast<std::size_t>(it.rows)];
      default: break;
    }
    Node node{Kind::call, it.op, {}, 0, 0};
    for (std::size_t i = 0; i < arity(it.op); ++i) node.args[i] = values[it.args[i]];
    return named(node);
  }

  Name named(const Node& node) {
    const auto [known, is_new] = known_.emplace(node, static_cast<Name>(made_.nodes.size()));
    if (is_new) made_.nodes.push_back(node);
    return known->second;
  }

  const CFunction& function_;
  const Plan& plan_;
  std::vector<Name> memory_;  ///< what each place of the workspace holds now
  std::vector<std::int64_t> states_;
  std::map<std::int64_t, Name> outputs_;
  std::unordered_map<Node, Name, StraightLine::Hash, StraightLine::Same> known_;
  StraightLine made_;
};

}  // namespace

std::size_t StraightLine::Node::arg_count() const {
  if (kind == Kind::call) return arity(op);
  return kind == Kind::largest || kind == Kind::smallest ? 2 : 0;
}

std::size_t StraightLine::Hash::operator()(const Node& node) const {
  std::uint64_t h = mixed(static_cast<std::uint64_t>(node.kind), static_cast<std::uint64_t>(node.op));
  for (const Name arg : node.args) h = mixed(h, arg);
  return static_cast<std::size_t>(
      mixed(mixed(h, std::bit_cast<std::uint64_t>(node.number)), static_cast<std::uint64_t>(node.place)));
}

bool StraightLine::Same::operator()(const Node& a, const Node& b) const {
  return a.kind == b.kind && a.op == b.op && a.args == b.args && a.place == b.place &&
         std::bit_cast<std::uint64_t>(a.number) == std::bit_cast<std::uint64_t>(b.number);
}

void keep_needed(StraightLine& line) {
  std::vector<Name> renamed(line.nodes.size(), none);
  for (const auto* ends : {&line.outputs, &line.states}) {
    for (const auto& [place, name] : *ends) renamed[name] = 0;
  }
  for (std::size_t i = line.nodes.size(); i-- > 0;) {
    const Node& node = line.nodes[i];
    for (std::size_t k = 0; renamed[i] != none && k < node.arg_count(); ++k) renamed[node.args[k]] = 0;
  }
  std::vector<Node> kept;
  for (std::size_t i = 0; i < line.nodes.size(); ++i) {
    if (renamed[i] == none) continue;
    renamed[i] = static_cast<Name>(kept.size());
    kept.push_back(line.nodes[i]);
    for (std::size_t k = 0; k < kept.back().arg_count(); ++k) kept.back().args[k] = renamed[kept.back().args[k]];
  }
  line.nodes = std::move(kept);
  for (auto* ends : {&line.outputs, &line.states}) {
    for (auto& [place, name] : *ends) name = renamed[name];
  }
}

StraightLine straight_line(const CFunction& function) { return Runner(function).result(); }

}  // namespace gradwright::emitting
