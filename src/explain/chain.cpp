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
    if (part.kind == Kind::window || part.kind == Kind::reshape || part.kind == Kind::gather || part.kind == Kind::matrix) return false;
    if (part.kind != Kind::einsum) continue;
    const auto& labels = std::get<EinsumLabels>(part.payload);
    if (labels.dims.size() != labels.out.size()) return false;
  }
  return true;
}

/// Variables of deltas in a value, with how often each stands in it.
std::vector<Expr> variables_in(const Pool& pool, Expr value, const Names& names, const std::unordered_map<Expr, std::size_t>& position) {
  std::vector<Expr> found;
  for (const Expr e : reachable_within(pool, {value}, names)) {
    if (pool.kind(e) == Kind::input && position.contains(e)) found.push_back(e);
  }
  return found;
}

bool has_quotient(const Pool& pool, Expr value, const Names& names) {
  const std::vector<Expr> parts = reachable_within(pool, {value}, names);
  return std::any_of(parts.begin(), parts.end(), [&](Expr e) { return is_map(pool, e, Function::power) && pool.payload<MapFunction>(e).parameter.is_negative(); });
}

bool is_trivial(const Pool& pool, Expr value) {
  const Expr core = split_coefficient(pool, value).expr;
  return pool.kind(core) == Kind::input || pool.kind(core) == Kind::literal || pool[core].operands.empty();
}

}  // namespace

Chain chain_of(Pool& pool, const Adjoints& found, const std::vector<Expr>& wrt, const Names& names, Trace& trace) {
  std::unordered_map<Expr, std::size_t> position;  // variable → place among the deltas
  std::vector<Link> links;
  for (const Delta& delta : found.deltas) {
    position.emplace(delta.variable, links.size());
    links.push_back({delta.node, delta.variable, delta.value});
  }
  std::vector<std::size_t> uses(links.size(), 0);
  const auto count = [&](Expr value) {
    for (const Expr variable : variables_in(pool, value, names, position)) ++uses[position.at(variable)];
  };
  for (const Link& link : links) count(link.value);
  for (const Expr result : found.of_wrt) count(result);

  std::unordered_set<Expr> told_within, divides;
  const auto written_out = [&](Expr value, const auto& which) {
    Substitution inlined(pool);
    inlined.keep(names);
    bool any = false;
    for (const Expr variable : variables_in(pool, value, names, position)) {
      if (!which(variable)) continue;
      inlined.replace(variable, links[position.at(variable)].value);
      any = true;
    }
    return any ? std::optional(inlined(value)) : std::nullopt;
  };
  const auto told = [&](Expr value, Expr node) {
    // Deltas above are settled: those that are no line of their own are written out here.
    const std::size_t before = trace.size();
    const Expr start = written_out(value, [&](Expr variable) { return told_within.contains(variable); }).value_or(value);
    Expr simple = simplified(pool, {start}, names, trace)[0];
    // So are those that divide, where what they divide by cancels and the line gets shorter than it is with their names.
    const auto opened = divides.empty() ? std::nullopt : written_out(simple, [&](Expr variable) { return divides.contains(variable); });
    if (opened) {
      Trace further;
      const Expr shorter = simplified(pool, {*opened}, names, further)[0];
      if (cost(pool, shorter, names) < cost(pool, simple, names)) {
        simple = shorter;
        trace.insert(trace.end(), further.begin(), further.end());
      }
    }
    for (std::size_t i = before; i < trace.size(); ++i) trace[i].node = node;
    return simple;
  };
  for (std::size_t i = 0; i < links.size(); ++i) {
    links[i].value = told(links[i].value, links[i].node);
    const bool once = uses[i] <= 1 && is_activation(pool, links[i].node, names);
    if (once || is_trivial(pool, links[i].value)) told_within.insert(links[i].variable);
    if (has_quotient(pool, links[i].value, names)) divides.insert(links[i].variable);
  }
  Chain chain;
  for (std::size_t i = 0; i < found.of_wrt.size(); ++i) chain.results.push_back(told(found.of_wrt[i], wrt[i]));
  for (const Link& link : links) {
    if (!told_within.contains(link.variable)) chain.links.push_back(link);
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
  std::unordered_map<Expr, std::size_t> position;
  for (std::size_t i = 0; i < chain.links.size(); ++i) position.emplace(chain.links[i].variable, i);
  std::vector<bool> needed(chain.links.size(), false);
  const auto need = [&](Expr value) {
    for (const Expr variable : variables_in(pool, value, names, position)) needed[position.at(variable)] = true;
  };
  need(result);
  for (std::size_t i = chain.links.size(); i-- > 0;) {
    if (needed[i]) need(chain.links[i].value);
  }
  std::vector<Link> links;
  for (std::size_t i = 0; i < chain.links.size(); ++i) {
    if (needed[i]) links.push_back(chain.links[i]);
  }
  return links;
}

}  // namespace gradwright
