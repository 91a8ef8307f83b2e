#include "lower/passes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "ir/verify.h"
#include "lower/graph.h"
#include "lower/stabilise.h"

namespace gradwright::lowering {
namespace {

std::string unsized(const Pool& pool, Expr e, const DimValues& dims) {
  for (const Dim dim : pool.shape(e)) {
    if (!pool.dims().value(dim, dims)) return fmt::format("the size `{}` has no number", pool.dims().to_string(dim));
  }
  if (pool.kind(e) == Kind::matrix && pool.payload<MatrixFunction>(e).kind == MatrixKind::power)
    return "a power of a matrix is not multiplied out";
  return {};
}

std::string unspelled(const Pool& pool, Expr e) {
  const bool is_spelled = pool.kind(e) != Kind::fold || pool.payload<FoldAxes>(e).kind != FoldKind::logsumexp;
  return is_spelled ? "" : "a logsumexp is left";
}

std::string unordered(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum) return {};
  const EinsumLabels& einsum = pool.payload<EinsumLabels>(e);
  const std::vector<bool> carried = carried_labels(einsum);
  const auto is_summed = [&](Label label) { return carried[label] && !contains(einsum.out, label); };
  bool is_summing = false;
  for (Label label = 0; label < einsum.dims.size(); ++label) is_summing = is_summing || is_summed(label);
  if (!is_summing) return {};
  const bool has_scale = std::any_of(einsum.operands.begin(), einsum.operands.end(), [&](const Labels& labels) {
    return std::none_of(labels.begin(), labels.end(), [&](Label label) { return contains(einsum.out, label); });
  });
  if (einsum.operands.size() > (has_scale ? 3U : 2U))
    return fmt::format("a sum of products of {}", einsum.operands.size());
  const bool is_carried =
      std::all_of(einsum.out.begin(), einsum.out.end(), [&](Label label) { return carried[label]; });
  const bool is_distinct = std::set<Label>(einsum.out.begin(), einsum.out.end()).size() == einsum.out.size();
  return is_carried && is_distinct ? "" : "an axis of a sum is repeated, or no operand has it";
}

}  // namespace

std::string_view dialect_name(Dialect dialect) {
  constexpr std::array<std::string_view, 7> names{"formulas", "sized", "stable", "spelled",
                                                  "ordered",  "loops", "placed"};
  return names.at(static_cast<std::size_t>(dialect));
}

std::string broken_law(Dialect dialect, Pool& pool, const std::vector<Expr>& roots, const DimValues& dims) {
  const bool is_sized = dialect >= Dialect::sized, is_spelled = dialect >= Dialect::spelled;
  for (const Expr e : reachable(pool, roots)) {
    std::string broken = gradwright::broken_law(pool, pool[e]);
    if (broken.empty() && is_sized) broken = unsized(pool, e, dims);
    if (broken.empty() && is_spelled) broken = unspelled(pool, e);
    if (broken.empty() && dialect >= Dialect::ordered) broken = unordered(pool, e);
    if (!broken.empty()) return broken;
  }
  const bool is_unstable = dialect == Dialect::stable && stabilised(pool, roots) != roots;
  return is_unstable ? "a textbook form is left that has a stable one" : "";
}

double Passes::seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void Passes::stage(std::string_view name, Dialect leads_to, Pool& pool, std::vector<Expr>& roots,
                   const Pass& pass) const {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<Expr> made = pass(pool, roots);
  const double seconds = seconds_since(begin);
  if (listener_) {
    const std::size_t before = reachable(pool, roots).size(), after = reachable(pool, made).size();
    listener_({name, leads_to, made, "nodes", before, after, made != roots, seconds});
  }
  roots = std::move(made);
}

}  // namespace gradwright::lowering
