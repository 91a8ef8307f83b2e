#include "explain/chain.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "derive/jacobian.h"
#include "ir/make.h"
#include "simplify/cost.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

/// Made entry by entry, or by softmax: nothing but elementwise functions, sums, elementwise products and reductions that are repeated.
bool is_activation(const Pool& pool, Expr node, const Names& names) {
  for (const Expr e : reachable_within(pool, {node}, names)) {
    if (e != node && names.contains(e)) continue;
    const Node& part = pool[e];
    if (part.kind == Kind::window || part.kind == Kind::reshape || part.kind == Kind::gather ||
        part.kind == Kind::matrix)
      return false;
    if (part.kind != Kind::einsum) continue;
    const auto& labels = std::get<EinsumLabels>(part.payload);
    if (labels.dims.size() != labels.out.size()) return false;
  }
  return true;
}

using Positions = std::unordered_map<Expr, std::size_t>;  // variable → place among the deltas

struct Occurrences {
  std::vector<Expr> variables;  ///< of deltas
  bool divides = false;
};

/// What stands in a value, down to the names.
Occurrences occurrences_in(const Pool& pool, Expr value, const Names& names, const Positions& position) {
  Occurrences occurrences;
  for (const Expr e : reachable_within(pool, {value}, names)) {
    if (pool.kind(e) == Kind::input && position.contains(e)) occurrences.variables.push_back(e);
    occurrences.divides = occurrences.divides ||
                          (is_map(pool, e, Function::power) && pool.payload<MapFunction>(e).parameter.is_negative());
  }
  return occurrences;
}

bool is_trivial(const Pool& pool, Expr value) {
  const Expr core = split_coefficient(pool, value).expr;
  return pool.kind(core) == Kind::input || pool.kind(core) == Kind::literal || pool[core].operands.empty();
}

}  // namespace

Chain chain_of(Pool& pool, const Adjoints& found, const std::vector<Expr>& wrt, const Names& names, Trace& trace) {
  Positions position;
  std::vector<Link> links;
  for (const Delta& delta : found.deltas) {
    position.emplace(delta.variable, links.size());
    links.push_back({delta.node, delta.variable, delta.value, {}});
  }
  std::vector<std::size_t> uses(links.size(), 0);
  const auto counted = [&](Expr value) {
    std::vector<Expr> variables = occurrences_in(pool, value, names, position).variables;
    for (const Expr variable : variables) ++uses[position.at(variable)];
    return variables;
  };
  std::vector<std::vector<Expr>> in_result;
  for (Link& link : links) link.rests_on = counted(link.value);
  for (const Expr result : found.of_wrt) in_result.push_back(counted(result));

  std::unordered_set<Expr> without_line, divides;
  const auto written_out = [&](Expr value, const std::vector<Expr>& variables, const std::unordered_set<Expr>& which) {
    Substitution inlined(pool);
    inlined.keep(names);
    for (const Expr variable : variables) {
      if (which.contains(variable)) inlined.replace(variable, links[position.at(variable)].value);
    }
    return inlined.is_empty() ? std::nullopt : std::optional(inlined(value));
  };
  struct ResolvedLine {
    Expr value;
    Occurrences occurrences;
  };
  const auto resolved = [&](Expr value, const std::vector<Expr>& variables, Expr node) {
    // Deltas above are settled: those that are no line of their own are written out here.
    const std::size_t before = trace.size();
    const Expr start = written_out(value, variables, without_line).value_or(value);
    ResolvedLine line{simplified(pool, {start}, names, trace)[0], {}};
    line.occurrences = occurrences_in(pool, line.value, names, position);
    // So are those that divide, where what they divide by cancels and the line gets shorter than it is with their names.
    if (const auto opened =
            divides.empty() ? std::nullopt : written_out(line.value, line.occurrences.variables, divides)) {
      Trace further;
      const Expr shorter = simplified(pool, {*opened}, names, further)[0];
      if (cost(pool, shorter, names) < cost(pool, line.value, names)) {
        line = {shorter, occurrences_in(pool, shorter, names, position)};
        trace.insert(trace.end(), further.begin(), further.end());
      }
    }
    for (std::size_t i = before; i < trace.size(); ++i) trace[i].node = node;
    return line;
  };
  for (std::size_t i = 0; i < links.size(); ++i) {
    ResolvedLine line = resolved(links[i].value, links[i].rests_on, links[i].node);
    links[i].value = line.value;
    links[i].rests_on = std::move(line.occurrences.variables);
    const bool once = uses[i] <= 1 && is_activation(pool, links[i].node, names);
    if (once || is_trivial(pool, links[i].value)) without_line.insert(links[i].variable);
    if (line.occurrences.divides) divides.insert(links[i].variable);
  }
  Chain chain;
  for (std::size_t i = 0; i < found.of_wrt.size(); ++i)
    chain.results.push_back(resolved(found.of_wrt[i], in_result[i], wrt[i]).value);
  for (Link& link : links) {
    if (!without_line.contains(link.variable)) chain.links.push_back(std::move(link));
  }
  return chain;
}

std::vector<Expr> closed(Pool& pool, const Chain& chain, const Names& names) {
  Substitution closing(pool);
  closing.keep(names);  // no variable stands below a name of the sheet
  for (const Link& link : chain.links) closing.replace(link.variable, closing(link.value));
  std::vector<Expr> results;
  for (const Expr result : chain.results) results.push_back(closing(result));
  return results;
}

std::vector<Link> links_of(const Pool& pool, const Chain& chain, Expr result, const Names& names) {
  Positions position;
  for (std::size_t i = 0; i < chain.links.size(); ++i) position.emplace(chain.links[i].variable, i);
  std::vector<bool> needed(chain.links.size(), false);
  for (const Expr variable : occurrences_in(pool, result, names, position).variables)
    needed[position.at(variable)] = true;
  for (std::size_t i = chain.links.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (const Expr variable : chain.links[i].rests_on) {
      if (const auto below = position.find(variable); below != position.end()) needed[below->second] = true;
    }
  }
  std::vector<Link> links;
  for (std::size_t i = 0; i < chain.links.size(); ++i) {
    if (needed[i]) links.push_back(chain.links[i]);
  }
  return links;
}

}  // namespace gradwright
