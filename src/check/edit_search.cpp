#include "check/edit_search.h"

#include <algorithm>

#include "check/edit_align.h"
#include "check/edit_print.h"
#include "check/edit_scalars.h"
#include "ir/make.h"

namespace gradwright::check {

Search::Search(const RepairTask& task) : task_(task), trees_(task) {
  if (trees_.claim.is_none()) return;
  for (std::uint64_t attempt = 0; attempt < 30 && points_.size() < 3; ++attempt) {
    points_.emplace_back(task_, trees_, task_.seed + attempt * 7919);
    if (!points_.back().is_good()) points_.pop_back();
  }
  if (!is_good()) return;
  atoms_ = atoms_of(task_, trees_, points_[0]);
  for (const Atom& atom : atoms_) {
    const auto known = std::find_if(atom_sizes_.begin(), atom_sizes_.end(),
                                    [&](const Dense& size) { return size.has_size_of(atom.value); });
    size_of_atom_.push_back(static_cast<std::uint32_t>(known - atom_sizes_.begin()));
    if (known == atom_sizes_.end()) atom_sizes_.push_back({atom.value.rows, atom.value.cols, nullptr});
  }
  if (trees_.truth.is_none()) return;
  for (const Place& place : places_of(trees_.pool, trees_.truth)) {
    const Ast part = part_at(trees_.pool, place);
    if (place.is_size || trees_.pool[part].children.empty()) continue;
    if (const Dense value = points_[0].value(part); !value.is_none()) true_parts_.push_back(value);
  }
}

std::string Search::text(Ast ast) const { return printed(trees_.pool, ast, task_.claim); }

double Search::best() const { return hits_.empty() ? 1e9 : hits_.front().cost; }

bool Search::holds_elsewhere(Ast root) {
  for (std::size_t i = 1; i < points_.size(); ++i) {
    const SampleEnvironment::Scope scope(points_[i]);
    if (!agree(points_[i].value(root), points_[i].target())) return false;
  }
  return true;
}

/// (a + b')' and (a .* b')' with the transpose at the names, where that is shorter.
Ast Search::with_transposes_inside(Ast root) {
  AstPool& pool = trees_.pool;
  for (const Place& place : places_of(pool, root)) {
    if (place.is_run() || place.is_size || pool[place.node].kind != AstKind::transpose) continue;
    AstNode inner = pool[pool[place.node].children[0]];
    const bool is_entrywise =
        inner.kind == AstKind::sum ||
        (inner.kind == AstKind::product && std::all_of(inner.operators.begin(), inner.operators.end(), [](Operator op) {
           return op == Operator::dot_times || op == Operator::dot_over;
         }));
    if (!is_entrywise) continue;
    inner.span = {};
    for (Ast& child : inner.children) {
      if (!points_[0].value(child).is_scalar()) child = made_transpose(pool, child);
    }
    const Ast made = replaced(pool, root, place, pool.add(std::move(inner)));
    if (text(made).size() >= text(root).size()) continue;
    const SampleEnvironment::Scope scope(points_[0]);
    if (agree(points_[0].value(made), points_[0].target()) && holds_elsewhere(made))
      return with_transposes_inside(made);
  }
  return root;
}

/// S of what is symmetric where an edit made S'.
Ast Search::without_idle_transposes(Ast root) {
  AstPool& pool = trees_.pool;
  for (const Place& place : places_of(pool, root)) {
    const AstNode& node = pool[place.node];
    if (place.is_run() || place.is_size || node.kind != AstKind::transpose || !node.span.is_empty()) continue;
    const Ast inner = node.children[0];
    const Dense value = points_[0].value(inner);
    if (value.is_none() || value.is_vector() || !agree(transposed(points_[0].arena(), value), value)) continue;
    const Ast made = replaced(pool, root, place, inner);
    const SampleEnvironment::Scope scope(points_[0]);
    if (agree(points_[0].value(made), points_[0].target()) && holds_elsewhere(made))
      return without_idle_transposes(made);
  }
  return root;
}

/// a*(b*c) without its brackets where the value stays, and 1*a without the 1.
Ast Search::tidied(Ast root) {
  AstPool& pool = trees_.pool;
  if (const AstNode& node = pool[root]; node.kind == AstKind::product && node.span.is_empty() &&
                                        pool[node.children[0]].kind == AstKind::number &&
                                        pool[node.children[0]].value.is_one() && node.operators[0] == Operator::times) {
    AstNode rest = node;
    rest.height = 1;
    rest.operator_spans.resize(rest.operators.size());
    rest.children.erase(rest.children.begin());
    rest.operators.erase(rest.operators.begin());
    rest.operator_spans.erase(rest.operator_spans.begin());
    return tidied(rest.children.size() == 1 ? rest.children[0] : pool.add(std::move(rest)));
  }
  for (const Place& place : places_of(pool, root)) {
    if (place.is_run() || place.path.empty() || pool[place.node].kind != AstKind::product) continue;
    Place above = place;
    const std::size_t at = above.path.back();
    above.path.pop_back();
    Ast parent = root;
    for (const std::uint16_t child : above.path) parent = pool[parent].children[child];
    above.node = parent;
    const AstNode& outer = pool[parent];
    if (outer.kind != AstKind::product || at == 0 || outer.operators[at - 1] != Operator::times) continue;
    const AstNode& front = pool[outer.children[0]];
    const bool is_made_number =
        at == 1 && outer.span.is_empty() && front.kind == AstKind::number && front.span.is_empty();
    if (!is_made_number && !pool[place.node].span.is_empty()) continue;
    const AstNode inner = pool[place.node];
    if (std::any_of(inner.operators.begin(), inner.operators.end(), [](Operator op) { return op != Operator::times; }))
      continue;
    AstNode flat = outer;
    flat.span = {};
    flat.height = 1;
    flat.operator_spans.resize(flat.operators.size());
    const auto index = static_cast<std::ptrdiff_t>(at);
    flat.children.erase(flat.children.begin() + index);
    flat.children.insert(flat.children.begin() + index, inner.children.begin(), inner.children.end());
    flat.operators.insert(flat.operators.begin() + index, inner.operators.size(), Operator::times);
    flat.operator_spans.insert(flat.operator_spans.begin() + index, inner.operators.size(), Span{});
    const Ast made = replaced(pool, root, above, pool.add(std::move(flat)));
    const SampleEnvironment::Scope scope(points_[0]);
    if (agree(points_[0].value(made), points_[0].target()) && holds_elsewhere(made)) return tidied(made);
  }
  return root;
}

/// How often `.*` or `./` stands beside a scalar, a number behind a factor, a factor beside itself, and 3/3: true, and not what people write.
int Search::odd_products(Ast root) {
  int found = 0;
  for (const Place& place : places_of(trees_.pool, root)) {
    const AstNode& node = trees_.pool[place.node];
    if (node.kind != AstKind::product || place.is_run()) continue;
    for (std::size_t i = 0; i < node.operators.size(); ++i) {
      const bool is_entrywise = node.operators[i] == Operator::dot_times || node.operators[i] == Operator::dot_over;
      const bool has_scalar = points_[0].value(node.children[i + 1]).is_scalar() ||
                              (i == 0 && points_[0].value(node.children[0]).is_scalar());
      found += is_entrywise && has_scalar ? 1 : 0;
      const AstNode& left = trees_.pool[node.children[i]];
      const AstNode& right = trees_.pool[node.children[i + 1]];
      const bool are_numbers = left.kind == AstKind::number && right.kind == AstKind::number;
      found += are_numbers && node.operators[i] == Operator::over && left.value == right.value ? 1 : 0;  // 3/3
      const bool is_behind = right.kind == AstKind::number && left.kind != AstKind::number;
      found += is_behind && node.operators[i] == Operator::times ? 1 : 0;
      const bool is_twice = is_entrywise && is_same(trees_.pool, node.children[i], node.children[i + 1]);
      found += is_twice && node.operators[i] == Operator::dot_times ? 1 : 0;
    }
  }
  return found;
}

/// Nothing in it is the person's.
bool Search::is_brought(Ast ast) const {
  const AstNode& node = trees_.pool[ast];
  return node.span.is_empty() &&
         std::all_of(node.children.begin(), node.children.end(), [&](Ast child) { return is_brought(child); });
}

/// The derivative itself was brought in: `(m > 0) .* (2*relu(m))` for 2*relu(m).
bool Search::restates_truth(Ast root) {
  // A name in place of a formula.
  const AstKind own = trees_.pool[trees_.claim].kind;
  if (trees_.pool[root].kind == AstKind::name && own != AstKind::name && is_brought(root)) return true;
  for (const Place& place : places_of(trees_.pool, root)) {
    if (place.is_run() || place.is_size || size_of(trees_.pool, place.node) < 2 || !is_brought(place.node)) continue;
    const SampleEnvironment::Scope scope(points_[0]);
    if (agree(points_[0].value(place.node), points_[0].target())) return true;
  }
  return false;
}

void Search::record(const Step& step, Edited edited) {
  if (hits_.size() > 60 || !holds_elsewhere(edited.root) || idle_parts(edited.root).is_more_than(idle_)) return;
  if (restates_truth(edited.root)) return;
  constexpr double price_of_oddity = 0.5;
  edited.cost += price_of_oddity * std::max(0, odd_products(edited.root) - odd_products(trees_.claim));
  Hit hit{tidied(without_idle_transposes(with_transposes_inside(edited.root))), step.edits, step.cost + edited.cost};
  hit.edits.push_back(std::move(edited));
  const std::string gw = text(hit.root);
  ++recorded_;
  for (Hit& other : hits_) {
    if (text(other.root) != gw) continue;
    if (hit.cost < other.cost) other = hit;
    std::sort(hits_.begin(), hits_.end(), [](const Hit& a, const Hit& b) { return a.cost < b.cost; });
    return;
  }
  const auto at = std::upper_bound(hits_.begin(), hits_.end(), hit.cost,
                                   [](double cost, const Hit& one) { return cost < one.cost; });
  hits_.insert(at, std::move(hit));
}

void Search::structural(const Step& step, bool is_brief) {
  std::vector<std::size_t> found;
  std::size_t ordinal = 0;
  const std::size_t size = trees_.pool.size();
  const auto is_scalar = [&](Ast part) { return points_[0].value(part).is_scalar(); };
  {
    const SampleEnvironment::Scope scope(points_[0]);
    for_each_edit(trees_, step.root, task_.claim, {is_brief, false, is_scalar}, [&](const Edited& edited) {
      ++ordinal;
      if (step.cost + edited.cost > best() + 0.2) return;
      trials_ += 2;
      if (agree(points_[0].value(edited.root), points_[0].target())) found.push_back(ordinal);
    });
  }
  trees_.pool.shrink(size);
  if (found.empty()) return;
  ordinal = 0;
  std::vector<Edited> hits;
  for_each_edit(trees_, step.root, task_.claim, {is_brief, true, is_scalar}, [&](const Edited& edited) {
    if (std::find(found.begin(), found.end(), ++ordinal) != found.end()) hits.push_back(edited);
  });
  for (Edited& edited : hits) record(step, std::move(edited));
}

bool Search::is_hit(const Step& step, Spine& spine, const Dense& part, double cost) {
  if (part.is_none() || step.cost + cost > best() + 0.2 || !spine.takes(part)) return false;
  ++trials_;
  return agree(spine.value(part), points_[0].target());
}

void Search::record_all(const Step& step, Ast root, std::vector<Edited> edits) {
  Step before{root, step.edits, step.cost};
  for (std::size_t i = 0; i + 1 < edits.size(); ++i) {
    before.cost += edits[i].cost;
    before.edits.push_back(std::move(edits[i]));
  }
  edits.back().root = root;
  record(before, std::move(edits.back()));
}

void Search::brought_in(const Step& step, bool is_brief) {
  AstPool& pool = trees_.pool;
  (void)points_[0].value(step.root);
  for (const Place& place : places_of(pool, step.root)) {
    const AstKind kind = pool[place.node].kind;
    if (kind == AstKind::all || kind == AstKind::range) continue;
    const SampleEnvironment::Scope scope(points_[0]);
    Spine spine(pool, points_[0], step.root, place);
    if (!place.is_run() && !place.is_size) scales(step, place, spine);
    const std::vector<Ways> ways = ways_in(place, spine);
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      const Atom& atom = atoms_[i];
      if (ways[size_of_atom_[i]] == 0 || (is_brief && atom.cost > 0.6)) continue;
      if (place.is_size && atom.origin != Atom::Origin::size) continue;
      const SampleEnvironment::Scope inner(points_[0]);
      atom_at(step, place, spine, atom, ways[size_of_atom_[i]]);
    }
  }
}

int Search::promise(Ast root) {
  int found = 0;
  SampleEnvironment& point = points_[0];
  for (const Place& place : places_of(trees_.pool, root)) {
    const AstNode& node = trees_.pool[place.node];
    if (place.is_size || node.children.empty() || (place.is_run() && place.begin > 0)) continue;
    Dense value = point.value(place.node);
    if (place.is_run()) {
      std::vector<Dense> children;
      for (const Ast child : node.children) children.push_back(point.value(child));
      value = point.run(node, children, place.begin, place.end);
    }
    if (value.is_none()) continue;
    const Dense transpose = transposed(point.arena(), value);
    for (const Dense& real : true_parts_) {
      if (!agree(value, real) && !agree(transpose, real)) continue;
      found += 2;
      break;
    }
  }
  const Dense whole = point.value(root);
  return found + (whole.is_none() ? 0 : whole.has_size_of(point.target()) ? 2 : 1);
}

std::vector<Search::Step> Search::first_steps(const Step& start) {
  struct Ranked {
    Step step;
    int promise;
  };
  std::vector<Ranked> ranked;
  const auto is_scalar = [&](Ast part) { return points_[0].value(part).is_scalar(); };
  for_each_edit(trees_, start.root, task_.claim, {true, true, is_scalar}, [&](const Edited& edited) {
    if (edited.cost > 1.6) return;
    const SampleEnvironment::Scope scope(points_[0]);
    ranked.push_back({{edited.root, {edited}, edited.cost}, promise(edited.root)});
  });
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Ranked& a, const Ranked& b) { return a.promise > b.promise; });
  std::vector<Step> steps;
  for (Ranked& one : ranked) steps.push_back(std::move(one.step));
  return steps;
}

void Search::pairs(const Step& start) {
  for (const Step& step : first_steps(start)) {
    if (trials_ > task_.most_trials) return;
    if (step.cost + 1 > best()) continue;
    const std::size_t size = trees_.pool.size();
    const std::size_t recorded = recorded_;
    const SampleEnvironment::Scope scope(points_[0]);
    (void)points_[0].value(step.root);
    structural(step, true);
    brought_in(step, true);
    if (recorded_ == recorded) trees_.pool.shrink(size);
  }
}

void Search::align() {
  if (trees_.truth.is_none()) return;
  const std::size_t recorded = recorded_;
  if (points_[0].target().is_scalar()) {
    Alignment numbers = aligned_numbers(trees_, points_[0], trees_.claim, trees_.truth, task_.claim);
    if (!numbers.edits.empty()) record_all({trees_.claim, {}, 0}, numbers.root, std::move(numbers.edits));
  }
  Alignment found = aligned(trees_, points_[0], trees_.claim, trees_.truth, task_.claim);
  if (found.edits.empty() || (found.is_whole && recorded_ > recorded)) return;
  record_all({trees_.claim, {}, 0}, found.root, std::move(found.edits));
}

/// Then what is true is 0, and not a formula that comes to 0.
bool Search::is_true_zero() {
  const auto is_zero_at = [](SampleEnvironment& point) {
    const Dense& target = point.target();
    return std::all_of(target.at, target.at + target.count(), [](double x) { return x == 0; });
  };
  if (!task_.indices.empty()) return gradwright::is_zero(task_.sheet.pool(), task_.truth);
  return std::all_of(points_.begin(), points_.end(), is_zero_at);
}

std::vector<Hit> Search::hits() {
  if (!is_good() || is_true_zero()) return {};
  const Step start{trees_.claim, {}, 0};
  (void)points_[0].value(start.root);
  idle_ = idle_parts(start.root);
  structural(start, false);
  other_axes(start);
  brought_in(start, false);
  everywhere(start);
  in_sums(start);
  if (best() > 2) pairs(start);
  if (best() > 2) align();
  return std::move(hits_);
}

}  // namespace gradwright::check
