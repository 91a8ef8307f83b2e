// One pass over ascending ids; each rebuilt node is rewritten at its top until no row fires.
#include <algorithm>

#include "simplify/rules.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

constexpr int most_rewrites_of_a_node = 64;

Expr rewritten(Pool& pool, Expr e, const Names& names, Trace& trace) {
  static const std::vector<Rule> rules = all_rules();
  for (int count = 0; count < most_rewrites_of_a_node; ++count) {
    bool fired = false;
    for (const Rule& rule : rules) {
      if (rule.kind != pool.kind(e)) continue;
      const std::optional<Expr> next = rule.rewrite(pool, e, names);
      if (!next || *next == e) continue;
      trace.push_back({Step::Kind::rewrite, std::string(rule.name), e, *next, {}, 0});
      e = *next;
      fired = true;
      break;
    }
    if (!fired) return e;
  }
  return e;
}

}  // namespace

std::vector<Rule> all_rules() {
  std::vector<Rule> all;
  for (const auto rules : {product_rules(), reshape_rules(), sum_rules(), map_rules(), cancelling_rules()}) all.insert(all.end(), rules.begin(), rules.end());
  return all;
}

std::vector<Expr> simplified(Pool& pool, const std::vector<Expr>& roots, const Names& names, Trace& trace) {
  // A rewrite may build operands that are new to the pass, so it is repeated until nothing changes (a few times at most).
  std::vector<Expr> current = roots;
  for (int round = 0; round < 4; ++round) {
    std::unordered_map<Expr, Expr> memo;
    for (const Expr id : reachable_within(pool, current, names)) {
      if (names.contains(id) && std::find(current.begin(), current.end(), id) == current.end()) {
        memo[id] = id;
        continue;
      }
      std::vector<Expr> operands;
      for (const Expr operand : pool[id].operands) operands.push_back(memo.at(operand));
      memo[id] = rewritten(pool, rebuilt(pool, id, operands), names, trace);
    }
    std::vector<Expr> next;
    for (const Expr root : current) next.push_back(memo.at(root));
    if (next == current) break;
    current = std::move(next);
  }
  return current;
}

}  // namespace gradwright
