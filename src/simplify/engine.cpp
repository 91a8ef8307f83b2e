// One pass over ascending ids; each rebuilt node is rewritten at its top until no row fires.
#include <algorithm>
#include <array>

#include "simplify/rules.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

constexpr int most_rewrites_of_a_node = 64;
constexpr std::size_t kinds = static_cast<std::size_t>(Kind::matrix) + 1;

const std::vector<Rule>& rules_for(Kind kind) {
  static const std::array<std::vector<Rule>, kinds> by_kind = [] {
    std::array<std::vector<Rule>, kinds> table;
    for (const Rule& rule : all_rules()) table[static_cast<std::size_t>(rule.kind)].push_back(rule);
    return table;
  }();
  return by_kind[static_cast<std::size_t>(kind)];
}

/// False where no row fires.
bool rewrite_once(Pool& pool, Expr& e, const Names& names, Trace& trace) {
  for (const Rule& rule : rules_for(pool.kind(e))) {
    const std::optional<Expr> next = rule.rewrite(pool, e, names);
    if (!next || *next == e) continue;
    trace.push_back({Step::Kind::rewrite, std::string(rule.name), e, *next, {}, 0});
    e = *next;
    return true;
  }
  return false;
}

Expr rewritten(Pool& pool, Expr e, const Names& names, Trace& trace) {
  for (int count = 0; count < most_rewrites_of_a_node && rewrite_once(pool, e, names, trace); ++count) {
  }
  return e;
}

/// The extremum of x in `x == max(x)`; else none.
Expr own_extremum(const Pool& pool, Expr e) {
  if (!is_map(pool, e, Function::equal)) return {};
  const Expr x = pool[e].operands[0];
  Expr other = pool[e].operands[1];
  if (pool.kind(other) == Kind::einsum && pool[other].operands.size() == 1) other = pool[other].operands[0];
  const bool is_own = pool.kind(other) == Kind::fold && pool[other].operands[0] == x;
  return is_own ? other : Expr{};
}

}  // namespace

std::vector<Rule> all_rules() {
  std::vector<Rule> all;
  for (const auto rules :
       {product_rules(), reshape_rules(), sum_rules(), map_rules(), logistic_rules(), conjugate_rules(),
        cancelling_rules(), sharing_rules(), window_rules(), selection_rules(), others_rules()}) {
    all.insert(all.end(), rules.begin(), rules.end());
  }
  return all;
}

std::vector<Expr> simplified(Pool& pool, const std::vector<Expr>& roots, const Names& names, Trace& trace) {
  // A rewrite may build operands that are new to the pass, so it is repeated until nothing changes (a few times at most). What came out of a
  // pass as it went in, operands and all, is simple and is not looked at again.
  std::vector<Expr> current = roots;
  std::vector<Expr> simple;  // ascending
  for (int round = 0; round < 4; ++round) {
    const std::vector<Expr> ids = reachable_within(pool, current, names);
    std::vector<Expr> made(ids.size());  // of ids, in their order
    const auto made_of = [&](Expr e) {
      return made[static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), e) - ids.begin())];
    };
    std::vector<Expr> now_simple;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Expr id = ids[i];
      made[i] = id;
      if (names.contains(id) && std::find(current.begin(), current.end(), id) == current.end()) continue;
      if (std::binary_search(simple.begin(), simple.end(), id)) continue;
      std::vector<Expr> next;
      for (const Expr operand : pool[id].operands) next.push_back(made_of(operand));
      // Entries are compared with their extremum as it is computed: rounded another way none would attain it.
      if (const Expr extremum = own_extremum(pool, id); !extremum.is_none()) {
        const Expr computed = std::binary_search(ids.begin(), ids.end(), extremum) ? made_of(extremum) : extremum;
        if (pool.kind(computed) == Kind::fold) next[0] = pool[computed].operands[0];
      }
      const bool all_simple = next == pool[id].operands;
      made[i] = rewritten(pool, all_simple ? id : rebuilt(pool, id, next), names, trace);
      if (all_simple && made[i] == id) now_simple.push_back(id);
    }
    std::vector<Expr> next;
    for (const Expr root : current) next.push_back(made_of(root));
    if (next == current) break;
    current = std::move(next);
    const auto middle = simple.insert(simple.end(), now_simple.begin(), now_simple.end());
    std::inplace_merge(simple.begin(), middle, simple.end());
  }
  return current;
}

}  // namespace gradwright
