// The definitions of a sheet at given values, by the reference evaluator.
#pragma once

#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "ir/evaluate.h"
#include "sheet/session.h"

namespace gradwright {

/// Whether numbers of these extents are what a declaration of this size takes; binds sizes that are one free symbol.
[[nodiscard]] bool sizes_fit(const DimTable&, const Shape& surface, std::vector<std::int64_t> extents,
                             DimValues& sizes);

/// G0502: `what` has other extents than its declaration asks for at these sizes.
[[nodiscard]] Diagnostic size_misfit(const DimTable&, const std::string& what, const Shape& surface,
                                     const std::vector<std::int64_t>& extents, const DimValues& sizes);

/// A value of an input: extents as it was given, numbers with the first axis running fastest.
struct GivenValue {
  const Declaration* declaration;
  Tensor value;
};

/// Inputs and sizes, from the values and the constants of the sheet; `sizes`: those known before. G0502; G0543, with its place.
[[nodiscard]] tl::expected<Bindings, Diagnostic> bindings_of(Session&, const std::vector<GivenValue>& values,
                                                             DimValues sizes);

/// A value and the extents it is written with.
struct NamedTensor {
  std::string name;
  Tensor tensor;
  std::vector<std::int64_t> extents;
};

/// Every definition, in the order of the sheet; constants of the sheet that are not among `values` have the values it says. `sizes`: of open symbols;
/// those that `values` decide are found. G0501, G0502, G0504, G0543, G0212, G0511, with its place.
[[nodiscard]] tl::expected<std::vector<NamedTensor>, Diagnostic> evaluated(Session&,
                                                                           const std::vector<GivenValue>& values,
                                                                           DimValues sizes);

}  // namespace gradwright
