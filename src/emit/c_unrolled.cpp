// Straight-line code: the plan is run once over names instead of numbers. Equal expressions get one name; states stay in variables
// over all steps, so that a step of a tiny network touches no memory but its data.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "emit/c_body.h"

namespace gradwright::emitting {
namespace {

using Name = std::string;
using Index = std::vector<std::int64_t>;

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

class Unrolled {
 public:
  Unrolled(const CFunction& function, CScalars& scalars)
      : function_(function),
        plan_(*function.plan),
        scalars_(scalars),
        memory_(static_cast<std::size_t>(plan_.workspace)) {}

  std::string text() {
    place_inputs();
    for (const Kernel& kernel : plan_.kernels) run(kernel);
    end_step();
    std::unordered_set<Name> live;
    for (const Line& set : sets_) live.insert(set.args.begin(), set.args.end());
    for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
      if (live.contains(line->name)) live.insert(line->args.begin(), line->args.end());
    }
    std::string text = "\n" + head_of(function_, scalars_) + " {\n";
    const std::string real = scalars_.real();
    for (const std::int64_t place : others_) {
      if (live.contains(fmt::format("x{}", place))) text += fmt::format("  const {0} x{1} = w[{1}];\n", real, place);
    }
    for (const std::int64_t place : states_) {
      if (live.contains(fmt::format("s{}", place))) text += fmt::format("  {0} s{1} = w[{1}];\n", real, place);
    }
    const bool has_steps = !function_.streamed.empty();
    const std::string indent = has_steps ? "    " : "  ";
    if (has_steps) text += fmt::format("  for (; steps > 0; --steps, data += {}) {{\n", stream_width(function_));
    for (const Line& line : lines_) {
      if (live.contains(line.name)) text += indent + declared(line);
    }
    for (const Line& line : copies_) text += indent + declared(line);
    for (const Line& set : sets_) text += fmt::format("{}{} = {};\n", indent, set.name, set.expression);
    if (has_steps) text += "  }\n";
    return text + saves_ + "}\n";
  }

 private:
  /// Names of the old values: data of this step, states, and inputs that stay.
  void place_inputs() {
    std::int64_t place = 0;
    for (const BufferId id : function_.streamed) {
      const Buffer& buffer = plan_[id];
      for (std::int64_t k = 0; k < buffer.count(); ++k) memory_at(buffer.offset + k) = fmt::format("data[{}]", place++);
    }
    for (const CConstant& constant : function_.constants) {
      std::int64_t at = plan_[constant.input].offset;
      for (const double value : constant.values) memory_at(at++) = scalars_.number(value);
    }
    for (const BufferId id : plan_.inputs) {
      const Buffer& buffer = plan_[id];
      if (buffer.count() == 0 || !memory_at(buffer.offset).empty()) continue;
      const bool is_state = buffer.storage == Storage::state;
      for (std::int64_t k = 0; k < buffer.count(); ++k) {
        memory_at(buffer.offset + k) = fmt::format("{}{}", is_state ? 's' : 'x', buffer.offset + k);
        (is_state ? states_ : others_).push_back(buffer.offset + k);
      }
    }
  }

  Name& memory_at(std::int64_t place) { return memory_[static_cast<std::size_t>(place)]; }

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
      memory_at(place) = values[store.value];
      if (buffer.storage == Storage::output) outputs_[place] = values[store.value];
    }
  }

  /// Pairs of pairs: the shortest chain of operations.
  Name reduced(Reduction reduction, std::vector<Name> terms) {
    if (terms.empty()) {
      return scalars_.number(reduction == Reduction::sum    ? 0
                             : reduction == Reduction::prod ? 1
                             : reduction == Reduction::max  ? -INFINITY
                                                            : INFINITY);
    }
    while (terms.size() > 1) {
      std::vector<Name> next;
      for (std::size_t i = 0; i + 1 < terms.size(); i += 2) next.push_back(pair(reduction, terms[i], terms[i + 1]));
      if (terms.size() % 2 == 1) next.push_back(terms.back());
      terms = std::move(next);
    }
    return terms[0];
  }

  Name pair(Reduction reduction, const Name& x, const Name& y) {
    if (reduction == Reduction::sum) return named(scalars_.call(Op::add, x, y, ""), {x, y});
    if (reduction == Reduction::prod) return named(scalars_.call(Op::mul, x, y, ""), {x, y});
    const char sign = reduction == Reduction::max ? '>' : '<';  // nan is the result wherever it stands
    return named(fmt::format("{0} {1} {2} || {0} != {0} ? {0} : {2}", x, sign, y), {x, y});
  }

  std::vector<Name> names(const Body& body, const Index& index, const std::vector<Name>& totals) {
    std::vector<Name> values;
    for (const Instruction& it : body) values.push_back(name_of(it, index, totals, values));
    return values;
  }

  Name name_of(const Instruction& it, const Index& index, const std::vector<Name>& totals,
               const std::vector<Name>& values) {
    const auto arg = [&](std::size_t i) { return i < arity(it.op) ? values[it.args[i]] : Name(); };
    switch (it.op) {
      case Op::constant:
        return scalars_.number(it.number);
      case Op::index:
        return scalars_.number(static_cast<double>(value_at(it.at, index)));
      case Op::load:
        return holds(it.guards, index) ? loaded(plan_[it.buffer].offset + value_at(it.at, index)) : scalars_.number(0);
      case Op::mask:
        return holds(it.guards, index) ? arg(0) : scalars_.number(0);
      case Op::accumulator:
        return totals[static_cast<std::size_t>(it.rows)];
      default:
        return named(scalars_.call(it.op, arg(0), arg(1), arg(2)), {arg(0), arg(1), arg(2)});
    }
  }

  /// What a place holds; data of this step are read where they are first used.
  Name loaded(std::int64_t place) {
    Name& name = memory_at(place);
    if (name.empty()) return scalars_.number(0);
    if (name[0] == 'd') name = named(name, {});
    return name;
  }

  Name named(const std::string& expression, std::vector<Name> args) {
    const auto [known, is_new] = known_.emplace(expression, fmt::format("v{}", lines_.size()));
    if (is_new) lines_.push_back({known->second, expression, std::move(args)});
    return known->second;
  }

  /// Outputs and new states. A state that takes the old value of another one is set from a copy.
  void end_step() {
    for (const auto& [place, name] : outputs_) sets_.push_back({fmt::format("w[{}]", place), kept(name), {name}});
    for (const std::int64_t place : states_) {
      const Name own = fmt::format("s{}", place);
      const Name value = memory_at(place);
      if (value == own) continue;
      sets_.push_back({own, kept(value), {value, own}});
      saves_ += fmt::format("  w[{}] = {};\n", place, own);
    }
  }

  Name kept(const Name& name) {
    if (name[0] != 's') return name;
    if (copied_.insert(name).second) copies_.push_back({"old_" + name, name, {name}});
    return "old_" + name;
  }

  struct Line {
    Name name;
    std::string expression;
    std::vector<Name> args;
  };

  std::string declared(const Line& line) const {
    return fmt::format("const {} {} = {};\n", scalars_.real(), line.name, line.expression);
  }

  const CFunction& function_;
  const Plan& plan_;
  CScalars& scalars_;
  std::vector<Name> memory_;  ///< what each place of the workspace holds now
  std::vector<std::int64_t> states_, others_;
  std::map<std::int64_t, Name> outputs_;
  std::unordered_map<std::string, Name> known_;
  std::unordered_set<Name> copied_;
  std::vector<Line> lines_, copies_, sets_;
  std::string saves_;
};

}  // namespace

std::string unrolled_function(const CFunction& function, CScalars& scalars) {
  return Unrolled(function, scalars).text();
}

}  // namespace gradwright::emitting
