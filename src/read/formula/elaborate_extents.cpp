// How far index variables run: from direct uses (`A[i,k]`) first, then from `delta(i,j)` and affine uses (`A[r+u]` gives r once u is known).
#include "read/formula/builtins.h"
#include "read/formula/elaborate.h"

namespace gradwright::formula {

void Elaborator::note_use(Ast ast, Dim extent, std::vector<Use>& uses) {
  const AstNode& node = asts_[ast];
  if (node.kind == AstKind::all || node.kind == AstKind::range || !mentions_index(ast)) return;
  Affine number;
  number.constant = pool_.dims().constant(0);
  if (affine_of(ast, 1, number)) uses.push_back({number, node.kind == AstKind::name, extent});
}

void Elaborator::collect_uses(Ast ast, std::vector<Use>& uses, std::vector<std::pair<Index, Index>>& deltas) {
  const AstNode& node = asts_[ast];
  if (is_index_reduction(node)) {
    // Its indices are its own, and take part: `A[r+u]` gives r once u is known.
    const std::size_t open = open_indices_.size();
    for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
      const AstNode& name = asts_[node.children[i]];
      if (name.kind == AstKind::name) (void)open_index({name.text, name.span});
    }
    collect_uses(node.children.back(), uses, deltas);
    open_indices_.resize(open);
    return;
  }
  if (node.kind == AstKind::call && node.text == "delta" && node.children.size() == 2) {
    const auto first = index_named(asts_[node.children[0]].text);
    const auto second = index_named(asts_[node.children[1]].text);
    if (first && second) deltas.emplace_back(*first, *second);
  }
  for (const Ast child : node.children) collect_uses(child, uses, deltas);
  if (node.kind != AstKind::index || mentions_index(node.children[0])) return;
  const Value base = value_of(node.children[0]);
  if (base.is_poisoned()) return;
  const std::size_t count = node.children.size() - 1;
  Shape surface = base.surface;
  if (surface.size() == 2 && count == 1 && is_vector(base))
    surface = {pool_.dims().is_one(surface[0]) ? surface[1] : surface[0]};
  if (surface.empty() && count <= 2) surface.assign(count, pool_.dims().one());  // `ones(1)[i]`
  for (std::size_t i = 0; i < count && count == surface.size(); ++i) note_use(node.children[i + 1], surface[i], uses);
}

void Elaborator::find_extents(Ast body) {
  const bool was_quiet = reporter_.is_quiet();
  reporter_.set_quiet(true);
  std::vector<Use> uses;
  std::vector<std::pair<Index, Index>> deltas;
  collect_uses(body, uses, deltas);
  reporter_.set_quiet(was_quiet);
  DimTable& dims = pool_.dims();
  for (const Use& use : uses) {
    std::optional<Dim>& own = indices_[use.number.parts.begin()->first].extent;
    if (use.is_alone && !own) own = use.extent;
  }
  for (std::size_t round = 0; round < 8; ++round) {
    bool found = false;
    for (const auto& [first, second] : deltas) {
      if (indices_[first].extent.has_value() == indices_[second].extent.has_value()) continue;
      const std::optional<Dim> known = indices_[first].extent ? indices_[first].extent : indices_[second].extent;
      indices_[first].extent = indices_[second].extent = known;
      found = true;
    }
    for (const auto& [affine, is_alone, extent] : uses) {
      if (is_alone) continue;
      std::optional<Index> unknown;
      std::size_t missing = 0;
      std::int64_t total = 0;
      Dim room = extent;  // extent − Σ c·(extent of u − 1) over the known
      for (const auto& [index, coefficient] : affine.parts) {
        total += coefficient;
        if (!indices_[index].extent) {
          unknown = index;
          ++missing;
        } else if (coefficient > 0) {
          room = dims.sum(room, dims.sum(*indices_[index].extent, dims.one(), -1), -coefficient);
        }
      }
      if (missing != 1) continue;
      const std::int64_t step = affine.parts.at(*unknown);
      if (affine.has_constant || affine.parts.size() == 1) {
        const Dim offset = dims.sum(affine.constant, dims.constant(total - 1));
        const auto known = dims.constant_value(offset);
        if (step > 0 && (!known || *known > 0)) room = dims.sum(room, offset, -1);
      }
      const auto known_room = dims.constant_value(room);
      if (step == 1 || step == -1) {
        indices_[*unknown].extent = room;
      } else if (known_room && step > 1 && *known_room >= 1) {
        indices_[*unknown].extent = dims.constant((*known_room - 1) / step + 1);
      } else {
        continue;
      }
      if (const auto run = dims.constant_value(*indices_[*unknown].extent); run && *run < 1)
        indices_[*unknown].extent.reset();
      else
        found = true;
    }
    if (!found) break;
  }
}

}  // namespace gradwright::formula
