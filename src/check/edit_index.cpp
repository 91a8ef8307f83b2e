// Edits within sums over indices, `sum(p, W[p,i]*d[p])`: the value of a part is not one number there, so the whole claim is tried.
#include <algorithm>
#include <optional>

#include "check/edit_search.h"

namespace gradwright::check {
namespace {

/// The indices that the sums around a place run over.
std::vector<std::string> summed_indices(const AstPool& pool, Ast root, const Place& place) {
  std::vector<std::string> found;
  Ast at = root;
  for (const std::uint16_t child : place.path) {
    const AstNode& node = pool[at];
    const bool is_sum = node.kind == AstKind::call && node.text == "sum" && node.children.size() > 1;
    for (std::size_t i = 0; is_sum && i + 1 < node.children.size(); ++i) found.push_back(pool[node.children[i]].text);
    at = node.children[child];
  }
  return found;
}

struct IndexPair {
  std::string first, second;
  friend bool operator==(const IndexPair&, const IndexPair&) = default;
};

std::optional<IndexPair> pair_of(const AstPool& pool, const AstNode& entry) {
  if (entry.kind != AstKind::index || entry.children.size() != 3) return std::nullopt;
  const AstNode& first = pool[entry.children[1]];
  const AstNode& second = pool[entry.children[2]];
  if (first.kind != AstKind::name || second.kind != AstKind::name) return std::nullopt;
  return IndexPair{first.text, second.text};
}

std::size_t count_of(const AstPool& pool, Ast ast, const IndexPair& pair) {
  std::size_t found = pair_of(pool, pool[ast]) == pair ? 1 : 0;
  for (const Ast child : pool[ast].children) found += count_of(pool, child, pair);
  return found;
}

/// Every entry at one pair of indices taken at the other pair.
Ast with_pair(AstPool& pool, Ast ast, const IndexPair& from, const IndexPair& to) {
  AstNode node = pool[ast];
  if (pair_of(pool, node) == from) {
    node.children[1] = made_name(pool, to.first);
    node.children[2] = made_name(pool, to.second);
  } else {
    bool is_changed = false;
    for (Ast& child : node.children) {
      const Ast made = with_pair(pool, child, from, to);
      is_changed = is_changed || made != child;
      child = made;
    }
    if (!is_changed) return ast;
  }
  node.span = {};
  node.height = 1;
  return pool.add(std::move(node));
}

}  // namespace

/// sum(k, A[k,j]*B[k,j]) → sum(k, A[i,k]*B[i,k]): the sum runs along the other axis of all that stands in it. One entry alone is an edit of its own.
void Search::along_other_index(const Step& step, const Place& place, const std::vector<std::string>& around) {
  AstPool& pool = trees_.pool;
  const AstNode sum = pool[place.node];
  if (sum.kind != AstKind::call || sum.text != "sum" || sum.children.size() != 2) return;
  const std::string bound = pool[sum.children[0]].text;
  const Ast body = sum.children[1];
  std::vector<IndexPair> pairs;
  for (const std::string& other : around) pairs.insert(pairs.end(), {{bound, other}, {other, bound}});
  for (const IndexPair& from : pairs) {
    if (count_of(pool, body, from) < 2) continue;
    for (const IndexPair& to : pairs) {
      if (to == from) continue;
      const Ast made = with_pair(pool, body, from, to);
      const Ast root = replaced(pool, step.root, place, made_call(pool, "sum", {sum.children[0], made}));
      trials_ += 2;
      const SampleEnvironment::Scope scope(points_[0]);
      if (!agree(points_[0].value(root), points_[0].target())) continue;
      constexpr double cost = 0.95;  // as another axis costs
      record(step,
             {root, {Edit::Kind::replace, text(made) + " for " + text(body), span_of(pool, place)}, cost, "wrong-sum"});
    }
  }
}

void Search::in_sums(const Step& step) {
  AstPool& pool = trees_.pool;
  for (const Place& place : places_of(pool, step.root)) {
    if (place.is_run()) continue;
    std::vector<std::string> indices = summed_indices(pool, step.root, place);
    const bool is_within = !indices.empty();
    for (const FreeIndex& one : task_.indices) indices.push_back(one.name);
    const std::size_t size = pool.size();
    const std::size_t recorded = recorded_;
    along_other_index(step, place, indices);
    if (!is_within) continue;
    in_sum(step, place, indices, entries_of(trees_, points_[0], indices));
    if (recorded_ == recorded) pool.shrink(size);
  }
}

void Search::in_sum(const Step& step, const Place& place, const std::vector<std::string>& indices,
                    const std::vector<Ast>& entries) {
  AstPool& pool = trees_.pool;
  const AstNode node = pool[place.node];
  if (place.is_size) {
    if (node.kind != AstKind::name) return;
    for (const std::string& index : indices) {
      if (index == node.text) continue;
      const Ast part = made_name(pool, index);
      try_in_sum(step, place, part, Edit::Kind::replace, 0, "index", part);
    }
    return;
  }
  if (node.kind == AstKind::name) {
    for (const auto& [name, value] : points_[0].names()) {
      if (value.is_none() || name == node.text) continue;
      const Ast part = made_name(pool, name);
      try_in_sum(step, place, part, Edit::Kind::replace, 0, "wrong-variable", part);
    }
    return;
  }
  if (node.kind == AstKind::number) return;
  for (const Ast entry : entries) {
    const bool is_slope = pool[entry].kind != AstKind::index;
    try_in_sum(step, place, made_product(pool, place.node, Operator::times, entry), Edit::Kind::insert, 0.05,
               is_slope ? "missing-slope" : "missing-factor", entry);
    for (const Operator op : {Operator::plus, Operator::minus})
      if (pool[entry].kind != AstKind::sum)
        try_in_sum(step, place, made_sum(pool, place.node, op, entry), Edit::Kind::insert, 0.1, "missing-term", entry);
    if (node.kind == AstKind::index) try_in_sum(step, place, entry, Edit::Kind::replace, 0.05, "wrong-variable", entry);
  }
}

void Search::try_in_sum(const Step& step, const Place& place, Ast part, Edit::Kind kind, double extra,
                        const char* mistake, Ast brought) {
  const double cost = base_cost(kind) + extra;
  if (step.cost + cost > best() + 0.2) return;
  const Ast root = replaced(trees_.pool, step.root, place, part);
  ++trials_;
  {
    const SampleEnvironment::Scope scope(points_[0]);
    if (!agree(points_[0].value(root), points_[0].target())) return;
  }
  const bool is_sum = trees_.pool[part].kind == AstKind::sum;
  const std::string what = is_sum                       ? "add to " + text(place.node) + ": " + text(part)
                           : kind == Edit::Kind::insert ? "insert " + text(brought) + " after " + text(place.node)
                                                        : "replace " + text(place.node) + " by " + text(brought);
  const bool is_inserted = !is_sum && kind == Edit::Kind::insert;
  record(step,
         {root, {kind, what, span_of(trees_.pool, place)}, cost, mistake, is_inserted ? text(brought) : std::string()});
}

}  // namespace gradwright::check
