// One slip made several times: the same change wherever a part, or a function, stands.
#include <algorithm>
#include <array>

#include "check/edit_search.h"

namespace gradwright::check {
namespace {

/// Another part at a node, wherever the changes before have moved it.
Ast replaced_node(AstPool& pool, Ast root, Ast node, Ast part) {
  for (const Place& place : places_of(pool, root))
    if (!place.is_run() && place.node == node) return replaced(pool, root, place, part);
  return root;
}

}  // namespace

void Search::everywhere(const Step& start) {
  AstPool& pool = trees_.pool;
  std::vector<Place> places = places_of(pool, start.root);
  std::erase_if(places, [&](const Place& one) {
    constexpr std::size_t most_size = 8;
    return one.is_run() || one.is_size || one.path.empty() || size_of(pool, one.node) > most_size;
  });
  std::vector<char> is_taken(places.size(), 0);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (is_taken[i] != 0) continue;
    std::vector<Place> same{places[i]};
    for (std::size_t j = i + 1; j < places.size(); ++j) {
      if (!is_same(pool, places[i].node, places[j].node)) continue;
      same.push_back(places[j]);
      is_taken[j] = 1;
    }
    if (same.size() < 2) continue;
    changed_alike(start, same);
    constexpr std::size_t most_places = 4;  // of which two or three may be meant
    for (std::size_t mask = 1;
         same.size() > 2 && same.size() <= most_places && mask + 1 < std::size_t{1} << same.size(); ++mask) {
      std::vector<Place> some;
      for (std::size_t k = 0; k < same.size(); ++k)
        if ((mask >> k & 1U) != 0) some.push_back(same[k]);
      if (some.size() > 1) changed_alike(start, some);
    }
  }
}

/// The places hold the same part.
void Search::changed_alike(const Step& start, const std::vector<Place>& places) {
  AstPool& pool = trees_.pool;
  const Ast part = places.front().node;
  const AstNode node = pool[part];
  const Dense value = points_[0].value(part);
  const auto give = [&](Ast instead, Edit::Kind kind, const char* verb, double cost, const char* mistake) {
    cost += 0.12 * static_cast<double>(places.size() - 1);
    if (start.cost + cost > best() + 0.2) return;
    const SampleEnvironment::Scope scope(points_[0]);
    Ast root = start.root;
    for (const Place& one : places) root = replaced_node(pool, root, one.node, instead);
    trials_ += 2;
    if (!agree(points_[0].value(root), points_[0].target())) return;
    const std::string what = *verb != '\0' ? verb + text(part) : text(instead) + " for " + text(part);
    record(start, {root,
                   {kind, what + (places.size() == 2 ? ", twice" : ", " + std::to_string(places.size()) + " times"),
                    span_of(pool, places.front())},
                   cost,
                   mistake});
  };
  if (node.kind == AstKind::number) {
    for (const Rational other : {Rational(1), Rational(2), node.value * Rational(2), node.value / Rational(2)})
      if (!(other == node.value) && !other.overflowed())
        give(made_number(pool, other), Edit::Kind::constant, "", 0.9,
             other < node.value ? "extra-factor" : "missing-factor");
    return;
  }
  if (value.is_none()) return;
  if (!value.is_scalar())
    give(made_transpose(pool, part), Edit::Kind::transpose, "transpose ", base_cost(Edit::Kind::transpose),
         "missing-transpose");
  give(made_negate(pool, part), Edit::Kind::sign, "turn the sign of ", base_cost(Edit::Kind::sign), "sign");
  const bool is_sum = node.kind == AstKind::call && node.children.size() == 1 && node.text.ends_with("sum");
  for (const char* name : {"sum", "rowsum", "colsum"}) {
    if (!is_sum || node.text == name) continue;
    const Ast made = made_call(pool, name, node.children);
    give(made, Edit::Kind::replace, "", 0.95, "wrong-sum");
    give(made_transpose(pool, made), Edit::Kind::replace, "", 0.98, "wrong-sum");
  }
  for (const Atom& atom : atoms_) {
    const bool is_brought = atom.origin == Atom::Origin::name || atom.origin == Atom::Origin::slope;
    if (!is_brought || !atom.value.has_size_of(value) || agree(atom.value, value)) continue;
    const bool are_names = node.kind == AstKind::name && pool[atom.ast].kind == AstKind::name;
    give(atom.ast, Edit::Kind::replace, "", (are_names ? 0.95 : base_cost(Edit::Kind::replace)) + atom.cost,
         "wrong-variable");
  }
}

}  // namespace gradwright::check
