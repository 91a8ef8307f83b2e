// The edits that bring something into a claim: an atom in the place of a part, before it, after it, added to it; a factor.
// Only values are tried; the tree is made on a hit.
#include <array>
#include <cmath>

#include "check/edit_align.h"
#include "check/edit_search.h"

namespace gradwright::check {
namespace {

struct Form {
  Operator op;
  bool is_left;        ///< the atom stands before the part
  bool is_transposed;  ///< its transpose
  double cost;
};
constexpr std::array<Form, 13> forms{{
    {Operator::times, false, false, 0},
    {Operator::times, true, false, 0},
    {Operator::dot_times, false, false, 0},
    {Operator::times, false, true, 0.05},
    {Operator::times, true, true, 0.05},
    {Operator::dot_times, false, true, 0.05},
    {Operator::dot_over, false, false, 0.1},
    {Operator::over, false, false, 0.05},
    {Operator::plus, false, false, 0.06},
    {Operator::minus, false, false, 0.06},
    {Operator::plus, false, true, 0.1},
    {Operator::minus, false, true, 0.1},
    {Operator::minus, true, false, 0.1},
}};

/// Another name in the place of a name is among what is changed first.
constexpr double price_of_name = 0.4;

bool is_ones(const AstPool& pool, const Atom& atom) {
  return atom.origin == Atom::Origin::shape && pool[atom.ast].text == "ones";
}

bool is_additive(Operator op) { return op == Operator::plus || op == Operator::minus; }

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

std::vector<Search::Ways> Search::ways_in(const Place& place, Spine& spine) const {
  const Dense& part = spine.part();
  std::vector<Ways> all;
  for (const Dense& size : atom_sizes_) {
    const Dense transpose{size.cols, size.rows, nullptr};
    Ways ways = (spine.takes(size) ? in_place : 0) | (spine.takes(transpose) ? transposed_in_place : 0);
    for (std::size_t i = 0; i < forms.size() && !place.is_size && !part.is_none(); ++i) {
      const Dense& value = forms[i].is_transposed ? transpose : size;
      const Operator op = forms[i].op;
      if (spine.takes(forms[i].is_left ? size_of_result(value, op, part) : size_of_result(part, op, value)))
        ways |= Ways{1} << i;
    }
    all.push_back(ways);
  }
  return all;
}

void Search::atom_at(const Step& step, const Place& place, Spine& spine, const Atom& atom, Ways ways) {
  if ((ways & (in_place | transposed_in_place)) != 0) replaced_by(step, place, spine, atom);
  const Dense& part = spine.part();
  if (place.is_size || part.is_none()) return;
  Arena& arena = points_[0].arena();
  const bool is_number = trees_.pool[place.node].kind == AstKind::number && !place.is_run();
  const Dense& transpose = atom.transpose;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    if ((ways & Ways{1} << i) == 0) continue;
    const Form& form = forms[i];
    if (form.is_transposed && atom.value.is_scalar()) continue;
    // Beside a column, ones are 1; a number takes no column.
    if (is_additive(form.op) && is_ones(trees_.pool, atom) && (form.is_transposed || part.is_scalar())) continue;
    if (is_additive(form.op) && (place.is_run() || is_number || atom.origin == Atom::Origin::size)) continue;
    const Dense& value = form.is_transposed ? transpose : atom.value;
    const double cost = base_cost(Edit::Kind::insert) + atom.cost + form.cost;
    if (step.cost + cost > best() + 0.2) continue;
    if (is_additive(form.op) && agree(value, part)) continue;
    Dense made;
    if (is_additive(form.op)) {
      made =
          form.is_left ? added(arena, value, -1, part) : added(arena, part, form.op == Operator::minus ? -1 : 1, value);
    } else {
      made = form.is_left ? multiplied(arena, value, form.op, part) : multiplied(arena, part, form.op, value);
    }
    if (is_hit(step, spine, made, cost))
      record_insert(step, place, atom, form.op, form.is_left, form.is_transposed, cost);
  }
}

void Search::replaced_by(const Step& step, const Place& place, Spine& spine, const Atom& atom) {
  AstPool& pool = trees_.pool;
  const bool is_composite = !pool[atom.ast].children.empty();
  bool is_whole = !place.is_run();  // or all of it under a transpose or a minus
  Ast around = step.root;
  for (const std::uint16_t child : place.path) {
    const AstKind kind = pool[around].kind;
    is_whole = is_whole && (kind == AstKind::transpose || kind == AstKind::negate);
    around = pool[around].children[child];
  }
  if (is_whole && (is_composite || !pool[place.node].children.empty())) return;  // it is laid against the truth instead
  const double size = static_cast<double>(place.is_run() ? 2 : size_of(pool, place.node));
  const bool are_names = !place.is_run() && !place.is_size && pool[place.node].kind == AstKind::name &&
                         pool[atom.ast].kind == AstKind::name;
  const double least = base_cost(Edit::Kind::replace) + atom.cost + 0.12 * (size - 1) - (are_names ? price_of_name : 0);
  const Dense& transpose = atom.transpose;
  for (const bool is_transposed : {false, true}) {
    if (is_transposed && (atom.value.is_scalar() || place.is_size || agree(transpose, atom.value))) continue;
    const Dense& value = is_transposed ? transpose : atom.value;
    const double cost = least + (is_transposed ? 0.05 : 0);
    if (!is_hit(step, spine, value, cost) || agree(value, spine.part())) continue;
    const Ast old_part = part_at(pool, place);
    const bool is_old_composite = !pool[old_part].children.empty();
    if (is_composite && is_old_composite && !is_transposed) {
      Alignment finer = aligned(trees_, points_[0], old_part, atom.ast, task_.claim);
      if (!finer.is_whole && !finer.edits.empty()) {
        record_all(step, replaced(pool, step.root, place, finer.root), std::move(finer.edits));
        continue;
      }
    }
    const Ast new_part = is_transposed ? made_transpose(pool, atom.ast) : atom.ast;
    const bool is_name = !is_old_composite || pool[old_part].kind == AstKind::transpose;
    record(step, {replaced(pool, step.root, place, new_part),
                  {Edit::Kind::replace, "replace " + text(old_part) + " by " + text(new_part), span_of(pool, place)},
                  cost,
                  place.is_size || pool[new_part].kind == AstKind::index ? "index"
                  : is_name                                              ? "wrong-variable"
                                                                         : ""});
  }
}

namespace {

/// "insert A before B", "divide B by A", "add A to B", "subtract A from B"
std::string text_of_insert(const std::string& brought, const std::string& part, Operator op, bool is_left) {
  if (is_additive(op)) {
    const bool is_minus = op == Operator::minus && !is_left;
    return (is_minus ? "subtract " : "add ") + brought + (is_left ? " before " : is_minus ? " from " : " to ") + part;
  }
  const bool is_divisor = !is_left && (op == Operator::over || op == Operator::dot_over);
  return is_divisor ? "divide " + part + " by " + brought
                    : "insert " + brought + (is_left ? " before " : " after ") + part;
}

/// Whatever it stands beside; what is added behind a term is told by that term.
std::string brings_of_insert(const std::string& brought, Operator op, bool is_left) {
  if (is_additive(op)) return is_left ? "+" + brought : std::string();
  const bool is_divisor = !is_left && (op == Operator::over || op == Operator::dot_over);
  return (is_divisor ? "/" : "") + brought;
}

}  // namespace

void Search::record_insert(const Step& step, const Place& place, const Atom& atom, Operator op, bool is_left,
                           bool is_transposed, double cost) {
  AstPool& pool = trees_.pool;
  const Ast part = part_at(pool, place);
  const Ast brought = is_transposed                            ? made_transpose(pool, atom.ast)
                      : is_additive(op) && is_ones(pool, atom) ? made_number(pool, 1)
                                                               : atom.ast;
  const Ast first = is_left ? brought : part;
  const Ast second = is_left ? part : brought;
  const Ast whole = is_additive(op) ? made_sum(pool, first, op, second) : made_product(pool, first, op, second);
  std::string mistake = "missing-factor";
  if (is_additive(op)) {
    const bool is_path = pool[atom.ast].kind == AstKind::product || is_term_of_whole(step.root, place);
    mistake = is_path ? "missing-path" : "missing-term";
  } else if (atom.origin == Atom::Origin::slope) {
    const bool is_taken_out = !is_left && (op == Operator::over || op == Operator::dot_over);
    mistake = is_taken_out ? "extra-slope" : "missing-slope";
  } else if (atom.origin == Atom::Origin::shape) {
    mistake = pool[atom.ast].text == "eye" ? "scalar-for-identity" : "wrong-sum";
  }
  record(step, {replaced(pool, step.root, place, whole),
                {Edit::Kind::insert, text_of_insert(text(brought), text(part), op, is_left), span_of(pool, place)},
                cost,
                std::move(mistake),
                brings_of_insert(text(brought), op, is_left)});
}

void Search::record_scaled(const Step& step, const Place& place, Ast part, Edit::Kind kind, std::string what,
                           double extra, std::string mistake, std::string brings) {
  record(step, {replaced(trees_.pool, step.root, place, part),
                {kind, std::move(what), span_of(trees_.pool, place)},
                base_cost(kind) + extra,
                std::move(mistake),
                std::move(brings)});
}

std::optional<double> Search::factor_at(Spine& spine) {
  SampleEnvironment& point = points_[0];
  const Dense& part = spine.part();
  if (part.is_none() || !spine.takes(part)) return std::nullopt;
  const Dense zero = spine.value(scaled(point.arena(), 0, part));
  const Dense full = spine.value(part);
  trials_ += 2;
  if (!zero.has_size_of(full) || !full.has_size_of(point.target())) return std::nullopt;
  std::size_t widest = 0;
  for (std::size_t i = 0; i < full.count(); ++i) {
    if (std::fabs(full.at[i] - zero.at[i]) > std::fabs(full.at[widest] - zero.at[widest])) widest = i;
  }
  const double factor = (point.target().at[widest] - zero.at[widest]) / (full.at[widest] - zero.at[widest]);
  if (!std::isfinite(factor) || factor == 0 || std::fabs(factor - 1) < 1e-6) return std::nullopt;
  if (!agree(spine.value(scaled(point.arena(), factor, part)), point.target())) return std::nullopt;
  return factor;
}

void Search::scales(const Step& step, const Place& place, Spine& spine) {
  AstPool& pool = trees_.pool;
  const AstNode& node = pool[place.node];
  const bool is_number = node.kind == AstKind::number;
  bool has_number = false;  // then that number is the place
  for (const Ast child : node.children)
    has_number = has_number || (node.kind == AstKind::product && pool[child].kind == AstKind::number);
  if (has_number || (!is_number && is_inner(step.root, place))) return;
  const auto factor = factor_at(spine);
  if (!factor) return;
  const Ast old = place.node;
  const std::string mistake = *factor < 0 ? "sign" : *factor < 1 ? "extra-factor" : "missing-factor";
  if (const Rational exact = recognised(*factor); !exact.is_zero()) {
    if (exact == Rational(-1))
      return record_scaled(step, place, made_negate(pool, old), Edit::Kind::sign, "put a minus before " + text(old), 0,
                           "sign");
    if (is_number) {
      const Rational value = node.value * exact;
      if (value.is_one() && is_inner(step.root, place)) return;  // it is deleted instead
      return record_scaled(step, place, made_number(pool, value), Edit::Kind::constant,
                           value.to_string() + " for " + text(old), 0, mistake);
    }
    // A number that can be another is changed: no 4*(a/4).
    const bool is_changed = std::any_of(hits_.begin(), hits_.end(), [](const Hit& one) {
      return one.edits.size() == 1 && one.edits[0].edit.kind == Edit::Kind::constant;
    });
    if (is_changed && step.edits.empty()) return;
    const bool is_part = exact.num() == 1 && exact.den() > 1;
    const Ast number = made_number(pool, is_part ? Rational(exact.den()) : exact);
    const Ast whole =
        is_part ? made_product(pool, old, Operator::over, number) : made_product(pool, number, Operator::times, old);
    return record_scaled(step, place, whole, Edit::Kind::constant,
                         (is_part ? "divide " : "multiply ") + text(old) + " by " + text(number), 0.02, mistake,
                         (is_part ? "/" : "*") + text(number));
  }
  if (is_number) return;
  for (const Atom& atom : atoms_) {
    if (!atom.value.is_scalar() || atom.cost > 0.5) continue;
    for (const bool is_over : {false, true}) {
      const Rational rest = recognised(is_over ? *factor * *atom.value.at : *factor / *atom.value.at);
      if (rest.is_zero()) continue;
      Ast whole = is_over ? made_product(pool, old, Operator::over, atom.ast)
                          : made_product(pool, atom.ast, Operator::times, old);
      if (rest == Rational(-1)) {
        whole = made_negate(pool, whole);
      } else if (!rest.is_one()) {
        whole = made_product(pool, made_number(pool, rest), Operator::times, whole);
      }
      record_scaled(step, place, whole, Edit::Kind::constant,
                    (is_over ? "divide " : "multiply ") + text(old) + " by " + text(atom.ast),
                    atom.cost + (rest.is_one() ? 0.05 : 0.3), is_over ? "extra-factor" : "missing-factor",
                    (is_over ? "/" : "*") + text(atom.ast));
    }
  }
}

bool Search::is_term_of_whole(Ast root, const Place& place) const {
  Ast at = root;
  for (const std::uint16_t child : place.path) {
    const AstKind kind = trees_.pool[at].kind;
    if (kind != AstKind::sum && kind != AstKind::negate && kind != AstKind::transpose) return false;
    at = trees_.pool[at].children[child];
  }
  return true;
}

bool Search::is_inner(Ast root, const Place& place) const {
  if (place.path.empty()) return false;
  Ast at = root;
  for (std::size_t i = 0; i + 1 < place.path.size(); ++i) at = trees_.pool[at].children[place.path[i]];
  const AstKind kind = trees_.pool[at].kind;
  return kind == AstKind::product || kind == AstKind::transpose || kind == AstKind::negate;
}

}  // namespace gradwright::check
