#include "ir/pool.h"

#include <algorithm>
#include <cassert>

#include "base/hash.h"
#include "ir/names.h"
#include "ir/verify.h"

namespace gradwright {
namespace {

struct PayloadHash {
  const DimTable& dims;
  std::uint64_t seed;
  std::uint64_t operator()(const Plain&) const { return seed; }
  std::uint64_t operator()(const InputInfo& input) const {
    const std::uint64_t facts =
        static_cast<std::uint64_t>(input.properties) << 8U | static_cast<std::uint64_t>(input.role);
    return mixed(mixed(seed, std::hash<std::string>{}(input.name)), facts);
  }
  std::uint64_t operator()(const Rational& value) const {
    return mixed(mixed(seed, static_cast<std::uint64_t>(value.num())), static_cast<std::uint64_t>(value.den()));
  }
  std::uint64_t operator()(const EinsumLabels& einsum) const {
    std::uint64_t hash = seed;
    for (const Label label : einsum.out) hash = mixed(hash, label);
    for (const Labels& labels : einsum.operands) {
      hash = mixed(hash, 0x10000U + labels.size());
      for (const Label label : labels) hash = mixed(hash, label);
    }
    for (const Dim dim : einsum.dims) hash = mixed(hash, dims.fingerprint(dim));
    return hash;
  }
  std::uint64_t operator()(const Coefficients& coefficients) const {
    std::uint64_t hash = seed;
    for (const Rational& value : coefficients.values) hash = PayloadHash{dims, hash}(value);
    return hash;
  }
  std::uint64_t operator()(const MapFunction& map) const {
    return PayloadHash{dims, mixed(seed, static_cast<std::uint64_t>(map.function))}(map.parameter);
  }
  std::uint64_t operator()(const FoldAxes& fold) const {
    std::uint64_t hash = mixed(seed, static_cast<std::uint64_t>(fold.kind));
    for (const std::uint16_t axis : fold.axes) hash = mixed(hash, axis);
    return hash;
  }
  std::uint64_t operator()(const WindowIndex& window) const {
    std::uint64_t hash = seed;
    for (const AffineIndex& axis : window.axes) {
      hash = mixed(hash, dims.fingerprint(axis.offset));
      for (const AffineIndex::Part& part : axis.parts) {
        hash = mixed(mixed(hash, part.axis), static_cast<std::uint64_t>(part.coefficient));
      }
    }
    return hash;
  }
  std::uint64_t operator()(const MatrixFunction& function) const {
    const std::uint64_t hash = mixed(seed, static_cast<std::uint64_t>(function.kind));
    return function.kind == MatrixKind::power ? mixed(hash, dims.fingerprint(function.exponent)) : hash;
  }
};

std::uint64_t hash_of(const Pool& pool, const Node& node) {
  std::uint64_t hash = static_cast<std::uint64_t>(node.kind);
  for (const Dim dim : node.shape) hash = mixed(hash, pool.dims().fingerprint(dim));
  for (const Expr operand : node.operands) hash = mixed(hash, pool.fingerprint(operand));
  return std::visit(PayloadHash{pool.dims(), hash}, node.payload);
}

}  // namespace

Expr Pool::found(const Node& node, std::uint64_t hash, std::size_t& slot) const {
  const std::size_t mask = slots_.size() - 1;
  for (slot = hash & mask; !slots_[slot].is_none(); slot = (slot + 1) & mask) {
    const Expr known = slots_[slot];
    if (fingerprints_[known.index()] == hash && nodes_[known.index()] == node) return known;
  }
  return {};
}

void Pool::grow() {
  slots_.assign(std::max<std::size_t>(1024, slots_.size() * 2), Expr{});
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    std::size_t slot = fingerprints_[i] & mask;
    while (!slots_[slot].is_none()) slot = (slot + 1) & mask;
    slots_[slot] = Expr{i};
  }
}

Expr Pool::find(const Node& node) const {
  std::size_t slot = 0;
  return slots_.empty() ? Expr{} : found(node, hash_of(*this, node), slot);
}

Expr Pool::interned(Node node) {
  if (2 * (nodes_.size() + 1) > slots_.size()) grow();
  const std::uint64_t hash = hash_of(*this, node);
  std::size_t slot = 0;
  if (const Expr known = found(node, hash, slot); !known.is_none()) return known;
  assert(is_canonical(*this, node));
  const Expr id{static_cast<std::uint32_t>(nodes_.size())};
  nodes_.push_back(std::move(node));
  fingerprints_.push_back(hash);
  slots_[slot] = id;
  return id;
}

std::vector<Expr> reachable(const Pool& pool, const std::vector<Expr>& roots) {
  std::uint32_t last = 0;
  for (const Expr root : roots) last = std::max(last, root.value + 1);
  std::vector<bool> seen(last, false);
  for (const Expr root : roots) seen[root.index()] = true;
  for (std::uint32_t i = last; i-- > 0;) {
    if (!seen[i]) continue;
    for (const Expr operand : pool[Expr{i}].operands) seen[operand.index()] = true;
  }
  std::vector<Expr> ids;
  for (std::uint32_t i = 0; i < last; ++i) {
    if (seen[i]) ids.push_back(Expr{i});
  }
  return ids;
}

std::vector<Expr> reachable_within(const Pool& pool, const std::vector<Expr>& roots, const Names& names) {
  // Marks instead of a set: a node is seen where its mark is this call's number.
  thread_local std::vector<std::uint32_t> marks;
  thread_local std::uint32_t call = 0;
  if (++call == 0) {
    marks.clear();
    call = 1;
  }
  if (marks.size() < pool.size()) marks.resize(pool.size() + pool.size() / 2, 0);
  std::vector<Expr> ids;
  const auto meet = [&](Expr e) {
    if (marks[e.index()] == call) return;
    marks[e.index()] = call;
    ids.push_back(e);
  };
  for (const Expr root : roots) meet(root);
  const std::size_t below = ids.size();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Expr e = ids[i];
    if (i >= below && names.contains(e)) continue;
    for (const Expr operand : pool[e].operands) meet(operand);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace gradwright
