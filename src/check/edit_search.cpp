#include "check/edit_search.h"

#include <algorithm>
#include <cmath>

#include "check/edit_align.h"
#include "check/edit_print.h"

namespace gradwright::check {

Search::Search(const RepairTask& task) : task_(task), writings_(task) {
  if (writings_.claim.is_none()) return;
  for (std::uint64_t attempt = 0; attempt < 30 && points_.size() < 3; ++attempt) {
    points_.emplace_back(task_, writings_, task_.seed + attempt * 7919);
    if (!points_.back().is_good()) points_.pop_back();
  }
  if (!is_good()) return;
  atoms_ = atoms_of(task_, writings_, points_[0]);
  if (writings_.truth.is_none()) return;
  for (const Place& place : places_of(writings_.pool, writings_.truth)) {
    const Ast part = part_at(writings_.pool, place);
    if (place.is_size || writings_.pool[part].children.empty()) continue;
    if (const Dense value = points_[0].value(part); !value.is_none()) true_parts_.push_back(value);
  }
}

std::string Search::text(Ast ast) const { return printed(writings_.pool, ast, task_.claim); }

double Search::best() const { return hits_.empty() ? 1e9 : hits_.front().cost; }

bool Search::holds_elsewhere(Ast root) {
  for (std::size_t i = 1; i < points_.size(); ++i) {
    const Point::Scope scope(points_[i]);
    if (!agree(points_[i].value(root), points_[i].target())) return false;
  }
  return true;
}

/// a*(b*c) without its brackets where the value stays.
Ast Search::tidied(Ast root) {
  AstPool& pool = writings_.pool;
  for (const Place& place : places_of(pool, root)) {
    if (place.is_run() || place.path.empty() || pool[place.node].kind != AstKind::product ||
        !pool[place.node].span.is_empty())
      continue;
    Place above = place;
    const std::size_t at = above.path.back();
    above.path.pop_back();
    Ast parent = root;
    for (const std::uint16_t child : above.path) parent = pool[parent].children[child];
    above.node = parent;
    const AstNode& outer = pool[parent];
    if (outer.kind != AstKind::product || at == 0 || outer.operators[at - 1] != Operator::times) continue;
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
    const Point::Scope scope(points_[0]);
    if (agree(points_[0].value(made), points_[0].target()) && holds_elsewhere(made)) return tidied(made);
  }
  return root;
}

void Search::record(const Step& step, Edited edited) {
  if (hits_.size() > 60 || !holds_elsewhere(edited.root)) return;
  Hit hit{tidied(edited.root), step.edits, step.cost + edited.cost};
  hit.edits.push_back(std::move(edited));
  const std::string gw = text(hit.root);
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
  const std::size_t size = writings_.pool.size();
  {
    const Point::Scope scope(points_[0]);
    for_each_edit(writings_, step.root, task_.claim, {is_brief, false}, [&](const Edited& edited) {
      ++ordinal;
      if (step.cost + edited.cost > best() + 0.2) return;
      trials_ += 2;
      if (agree(points_[0].value(edited.root), points_[0].target())) found.push_back(ordinal);
    });
  }
  writings_.pool.shrink(size);
  if (found.empty()) return;
  ordinal = 0;
  std::vector<Edited> hits;
  for_each_edit(writings_, step.root, task_.claim, {is_brief, true}, [&](const Edited& edited) {
    if (std::find(found.begin(), found.end(), ++ordinal) != found.end()) hits.push_back(edited);
  });
  for (Edited& edited : hits) record(step, std::move(edited));
}

template <class Build>
bool Search::attempt(const Step& step, Spine& spine, const Dense& part, double cost, Build build) {
  if (part.is_none() || step.cost + cost > best() + 0.2 || !spine.takes(part)) return false;
  ++trials_;
  if (!agree(spine.value(part), points_[0].target())) return false;
  Edited edited = build();
  edited.cost = cost;
  record(step, std::move(edited));
  return true;
}

void Search::brought_in(const Step& step, bool is_brief) {
  AstPool& pool = writings_.pool;
  (void)points_[0].value(step.root);
  for (const Place& place : places_of(pool, step.root)) {
    const AstKind kind = pool[place.node].kind;
    if (kind == AstKind::all || kind == AstKind::range) continue;
    const Point::Scope scope(points_[0]);
    Spine spine(pool, points_[0], step.root, place);
    if (!place.is_run() && !place.is_size) scales(step, place, spine);
    for (const Atom& atom : atoms_) {
      if (is_brief && atom.cost > 0.6) continue;
      if (place.is_size != (atom.origin == Atom::Origin::size) && place.is_size) continue;
      const Point::Scope inner(points_[0]);
      atom_at(step, place, spine, atom);
    }
  }
}

namespace {

struct Form {
  Operator op;
  bool is_left;    ///< the atom stands before the part
  bool is_turned;  ///< its transpose
  double cost;
};
constexpr Form forms[] = {
    {Operator::times, false, false, 0},      {Operator::times, true, false, 0},
    {Operator::dot_times, false, false, 0},  {Operator::times, false, true, 0.05},
    {Operator::times, true, true, 0.05},     {Operator::dot_times, false, true, 0.05},
    {Operator::dot_over, false, false, 0.1}, {Operator::over, false, false, 0.05},
    {Operator::plus, false, false, 0.06},    {Operator::minus, false, false, 0.06},
    {Operator::plus, false, true, 0.1},      {Operator::minus, false, true, 0.1},
    {Operator::minus, true, false, 0.1},
};

bool is_additive(Operator op) { return op == Operator::plus || op == Operator::minus; }

}  // namespace

void Search::atom_at(const Step& step, const Place& place, Spine& spine, const Atom& atom) {
  AstPool& pool = writings_.pool;
  Arena& arena = points_[0].arena();
  const Dense& part = spine.part();
  const AstNode& node = pool[place.node];
  const Dense turned = transposed(arena, atom.value);
  const auto written = [&](bool is_turned) { return is_turned ? made_transpose(pool, atom.ast) : atom.ast; };
  const double size = place.is_run() ? 2 : static_cast<double>(size_of(pool, place.node));
  const double replace_cost = base_cost(Edit::Kind::replace) + atom.cost + 0.05 * (size - 1);
  for (const bool is_turned : {false, true}) {
    if (is_turned && (atom.value.is_scalar() || place.is_size)) continue;
    const Dense& value = is_turned ? turned : atom.value;
    if (agree(value, part)) continue;
    attempt(step, spine, value, replace_cost + (is_turned ? 0.05 : 0), [&] {
      const Ast part_ast = part_at(pool, place);
      const Ast new_part = written(is_turned);
      const bool is_name = pool[part_ast].kind == AstKind::name || pool[part_ast].kind == AstKind::transpose;
      return Edited{replaced(pool, step.root, place, new_part),
                    {Edit::Kind::replace, "replace " + text(part_ast) + " by " + text(new_part), span_of(pool, place)},
                    0,
                    place.is_size ? "index"
                    : is_name     ? "wrong-variable"
                                  : ""};
    });
  }
  if (place.is_size || part.is_none()) return;
  for (const Form& form : forms) {
    if (form.is_turned && atom.value.is_vector() && atom.value.is_scalar()) continue;
    if (is_additive(form.op) && (place.is_run() || node.kind == AstKind::number)) continue;
    if (atom.origin == Atom::Origin::size && is_additive(form.op)) continue;
    const Dense& value = form.is_turned ? turned : atom.value;
    const Dense made = is_additive(form.op)
                           ? (form.is_left ? added(arena, value, -1, part)
                                           : added(arena, part, form.op == Operator::minus ? -1 : 1, value))
                       : form.is_left ? multiplied(arena, value, form.op, part)
                                      : multiplied(arena, part, form.op, value);
    const double cost = base_cost(Edit::Kind::insert) + atom.cost + form.cost;
    attempt(step, spine, made, cost, [&] {
      const Ast part_ast = part_at(pool, place);
      const Ast atom_ast = written(form.is_turned);
      Ast joined_ast;
      if (is_additive(form.op)) {
        joined_ast =
            form.is_left ? made_sum(pool, atom_ast, form.op, part_ast) : made_sum(pool, part_ast, form.op, atom_ast);
      } else {
        joined_ast = form.is_left ? made_product(pool, atom_ast, form.op, part_ast)
                                  : made_product(pool, part_ast, form.op, atom_ast);
      }
      const char* mistake = is_additive(form.op)                 ? "missing-path"
                            : atom.origin == Atom::Origin::slope ? "missing-slope"
                            : atom.origin != Atom::Origin::shape ? "missing-factor"
                            : pool[atom.ast].text == "eye"       ? "scalar-for-identity"
                                                                 : "wrong-sum";
      const std::string verb =
          is_additive(form.op) ? (form.op == Operator::minus && !form.is_left ? "subtract " : "add ") : "insert ";
      return Edited{replaced(pool, step.root, place, joined_ast),
                    {Edit::Kind::insert,
                     verb + text(atom_ast) +
                         (form.is_left           ? " before "
                          : is_additive(form.op) ? " to "
                                                 : " after ") +
                         text(part_ast),
                     span_of(pool, place)},
                    0,
                    mistake};
    });
  }
}

namespace {

/// p/q with small p and q; 0: none.
Rational recognised(double x) {
  for (std::int64_t q = 1; q <= 12; ++q) {
    const double p = std::round(x * static_cast<double>(q));
    if (p != 0 && std::fabs(p) <= 24 && std::fabs(p / static_cast<double>(q) - x) < 1e-7 * std::fabs(x)) {
      return {static_cast<std::int64_t>(p), q};
    }
  }
  return 0;
}

}  // namespace

void Search::scales(const Step& step, const Place& place, Spine& spine) {
  AstPool& pool = writings_.pool;
  Point& point = points_[0];
  const Dense& part = spine.part();
  if (part.is_none() || !spine.takes(part)) return;
  const Dense zero = spine.value(scaled(point.arena(), 0, part));
  const Dense full = spine.value(part);
  trials_ += 2;
  if (!zero.has_size_of(full) || !full.has_size_of(point.target())) return;
  std::size_t widest = 0;
  for (std::size_t i = 0; i < full.count(); ++i) {
    if (std::fabs(full.at[i] - zero.at[i]) > std::fabs(full.at[widest] - zero.at[widest])) widest = i;
  }
  const double factor = (point.target().at[widest] - zero.at[widest]) / (full.at[widest] - zero.at[widest]);
  if (!std::isfinite(factor) || factor == 0 || std::fabs(factor - 1) < 1e-6) return;
  const Dense made = scaled(point.arena(), factor, part);
  const bool is_number = pool[place.node].kind == AstKind::number;
  const auto give = [&](Ast scaled_ast, double extra, std::string what, Edit::Kind kind) {
    attempt(step, spine, made, base_cost(kind) + extra, [&] {
      return Edited{replaced(pool, step.root, place, scaled_ast),
                    {kind, std::move(what), span_of(pool, place)},
                    0,
                    kind == Edit::Kind::sign ? "sign"
                    : std::fabs(factor) < 1  ? "extra-factor"
                                             : "missing-factor"};
    });
  };
  if (!agree(spine.value(made), point.target())) return;
  const Ast old = place.node;
  if (const Rational exact = recognised(factor); !exact.is_zero()) {
    if (exact == Rational(-1))
      return give(made_negate(pool, old), 0, "put a minus before " + text(old), Edit::Kind::sign);
    if (is_number) {
      const Ast number = made_number(pool, pool[old].value * exact);
      return give(number, 0, text(number) + " for " + text(old), Edit::Kind::constant);
    }
    const Ast number = made_number(pool, exact.num() == 1 || exact.num() == -1 ? Rational(exact.den()) : exact);
    if (exact.num() == 1 && exact.den() > 1)
      return give(made_product(pool, old, Operator::over, number), 0.02, "divide " + text(old) + " by " + text(number),
                  Edit::Kind::constant);
    return give(made_product(pool, number, Operator::times, old), 0.02, "multiply " + text(old) + " by " + text(number),
                Edit::Kind::constant);
  }
  if (is_number) return;
  for (const Atom& atom : atoms_) {
    if (!atom.value.is_scalar() || atom.cost > 0.5) continue;
    for (const bool is_over : {false, true}) {
      const Rational rest = recognised(is_over ? factor * *atom.value.at : factor / *atom.value.at);
      if (rest.is_zero()) continue;
      Ast whole = is_over ? made_product(pool, old, Operator::over, atom.ast)
                          : made_product(pool, atom.ast, Operator::times, old);
      if (rest == Rational(-1)) {
        whole = made_negate(pool, whole);
      } else if (!rest.is_one()) {
        whole = made_product(pool, made_number(pool, rest), Operator::times, whole);
      }
      give(whole, atom.cost + (rest.is_one() ? 0.05 : 0.3),
           (is_over ? "divide " : "multiply ") + text(old) + " by " + text(atom.ast), Edit::Kind::constant);
    }
  }
}

int Search::promise(Ast root) {
  int found = 0;
  Point& point = points_[0];
  for (const Place& place : places_of(writings_.pool, root)) {
    const AstNode& node = writings_.pool[place.node];
    if (place.is_size || node.children.empty() || (place.is_run() && place.begin > 0)) continue;
    Dense value = point.value(place.node);
    if (place.is_run()) {
      std::vector<Dense> children;
      for (const Ast child : node.children) children.push_back(point.value(child));
      value = point.run(node, children, place.begin, place.end);
    }
    if (value.is_none()) continue;
    const Dense turned = transposed(point.arena(), value);
    for (const Dense& real : true_parts_) {
      if (!agree(value, real) && !agree(turned, real)) continue;
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
  for_each_edit(writings_, start.root, task_.claim, {true, true}, [&](const Edited& edited) {
    if (edited.cost > 1.6) return;
    const Point::Scope scope(points_[0]);
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
    const std::size_t size = writings_.pool.size();
    const std::size_t found = hits_.size();
    const Point::Scope scope(points_[0]);
    (void)points_[0].value(step.root);
    structural(step, true);
    brought_in(step, true);
    if (hits_.size() == found) writings_.pool.shrink(size);
  }
}

void Search::align() {
  if (writings_.truth.is_none()) return;
  Alignment found = aligned(writings_, points_[0], writings_.claim, writings_.truth, task_.claim);
  if (found.edits.empty()) return;
  Step step{found.root, {}, 0};
  for (std::size_t i = 0; i + 1 < found.edits.size(); ++i) {
    step.cost += found.edits[i].cost;
    step.edits.push_back(std::move(found.edits[i]));
  }
  Edited last = std::move(found.edits.back());
  last.root = found.root;
  record(step, std::move(last));
}

std::vector<Hit> Search::hits() {
  if (!is_good()) return {};
  const Step start{writings_.claim, {}, 0};
  (void)points_[0].value(start.root);
  structural(start, false);
  brought_in(start, false);
  if (best() > 2) pairs(start);
  if (best() > 2) align();
  return std::move(hits_);
}

}  // namespace gradwright::check
