#include "ir/reach.h"

#include <algorithm>

namespace gradwright {
namespace {

/// Each symbol is 1 more than a number that is at least 0: with these, no coefficient may be negative.
bool is_nonnegative(const DimTable::Polynomial& polynomial) {
  constexpr std::size_t most_factors = 8;
  DimTable::Polynomial above_one;
  for (const auto& [monomial, coefficient] : polynomial) {
    if (monomial.size() > most_factors) return false;
    for (std::size_t chosen = 0; chosen < std::size_t{1} << monomial.size(); ++chosen) {
      DimTable::Monomial part;
      for (std::size_t i = 0; i < monomial.size(); ++i) {
        if ((chosen >> i & 1U) != 0) part.push_back(monomial[i]);
      }
      above_one[part] += coefficient;
    }
  }
  return std::all_of(above_one.begin(), above_one.end(), [](const auto& term) { return term.second >= 0; });
}

}  // namespace

Reach reach_of(DimTable& dims, const AffineIndex& index, const Shape& out) {
  Reach reach{index.offset, index.offset};
  for (const AffineIndex::Part& part : index.parts) {
    Dim& end = part.coefficient < 0 ? reach.first : reach.last;
    end = dims.sum(end, dims.sum(out[part.axis], dims.one(), -1), part.coefficient);
  }
  return reach;
}

bool is_nonnegative(const DimTable& dims, Dim dim) { return is_nonnegative(dims.polynomial(dim)); }

bool is_granted(const DimTable& dims, Dim dim) {
  const std::vector<Dim>& assumed = dims.assumed_nonnegative();
  return std::any_of(assumed.begin(), assumed.end(), [&](Dim least) {
    DimTable::Polynomial rest = dims.polynomial(dim);
    for (const auto& [monomial, coefficient] : dims.polynomial(least)) rest[monomial] -= coefficient;
    return is_nonnegative(rest);
  });
}

bool reads_inside(DimTable& dims, const AffineIndex& index, const Shape& out, Dim extent) {
  const Reach reach = reach_of(dims, index, out);
  if (!is_nonnegative(dims, reach.first)) return false;
  const Dim behind = dims.sum(dims.sum(extent, dims.one(), -1), reach.last, -1);
  return is_nonnegative(dims, behind) || is_granted(dims, behind);
}

bool reads_nothing(DimTable& dims, const std::vector<AffineIndex>& axes, const Shape& out, const Shape& in) {
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const Reach reach = reach_of(dims, axes[axis], out);
    const bool is_before = is_nonnegative(dims, dims.sum(dims.constant(-1), reach.last, -1));
    if (is_before || is_nonnegative(dims, dims.sum(reach.first, in[axis], -1))) return true;
  }
  return false;
}

}  // namespace gradwright
