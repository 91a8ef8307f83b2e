#include "sheet/presentation.h"

#include "sheet/differentiated.h"
#include "simplify/cost.h"

namespace gradwright {
namespace {

// A flat formula that is longer as text is not shown where the chain is shorter.
constexpr std::size_t longest_flat_text = 160;

std::size_t length_of(const Formula& formula) {
  std::size_t length = formula.gw.size();
  for (const WhereItem& item : formula.where) length += item.gw.size();
  return length;
}

}  // namespace

Presentation::Presentation(Pool& pool, std::shared_ptr<const Names> names, PresentOptions how, bool is_only)
    : pool_(pool),
      names_(std::move(names)),
      how_(std::move(how)),
      is_only_(is_only),
      reserved_(reserved_names(pool, *names_)) {
  how_.reserved = &reserved_;
}

void Presentation::present(Derived& result, const std::vector<Link>& links, Expr last) {
  result.last_value = last;
  std::size_t chain_cost = cost(pool_, last, *names_);
  std::vector<WhereItem> where;
  bool chain_in_matrix_form = true;
  for (const Link& link : links) {
    DerivedLine& line = line_of(link);
    chain_cost += line.cost;
    where.insert(where.end(), line.formula.where.begin(), line.formula.where.end());
    where.push_back({line.name, line.formula.gw, line.formula.unicode, line.formula.latex, line.formula.mathml});
    chain_in_matrix_form = chain_in_matrix_form && line.formula.matrix_form;
    result.chain.push_back(is_only_ ? std::move(line) : line);
  }
  result.last = presented(pool_, last, result.surface, *names_, how_);
  if (links.empty()) {
    result.formula = result.last;
    return;
  }
  if (reachable_within(pool_, {result.expr}, *names_).size() <= most_flat_nodes &&
      cost(pool_, result.expr, *names_) <= chain_cost + 1) {
    result.formula = presented(pool_, result.expr, result.surface, *names_, how_);
    const bool is_readable = result.formula.matrix_form || !result.last.matrix_form;
    if (is_readable && length_of(result.formula) <= longest_flat_text) return;
  }
  result.formula = result.last;
  where.insert(where.end(), result.formula.where.begin(), result.formula.where.end());
  result.formula.where = std::move(where);
  result.formula.matrix_form = result.formula.matrix_form && chain_in_matrix_form;
}

DerivedLine& Presentation::line_of(const Link& link) {
  const auto [place, is_new] = lines_.try_emplace(link.variable);
  DerivedLine& line = place->second;
  if (!is_new) return line;
  const InputInfo& info = pool_.payload<InputInfo>(link.variable);
  line.name = info.name;
  line.by = names_->at(link.node).text;
  line.surface = info.surface;
  line.node = link.node;
  line.variable = link.variable;
  line.value = link.value;
  line.cost = cost(pool_, link.value, *names_);
  line.formula = presented(pool_, link.value, info.surface, *names_, how_);
  for (const WhereItem& item : line.formula.where) reserved_.insert(item.name.substr(0, item.name.find('[')));
  return line;
}

}  // namespace gradwright
