// Initial values of parameters, as `param W : R[h,d] ~ he` says.
#pragma once

#include "train/samples.h"

namespace gradwright {

[[nodiscard]] Tensor initial_value(Generator&, const Parameter&, std::vector<std::int64_t> extents);
/// One a parameter, in order.
[[nodiscard]] std::vector<Tensor> initial_values(const Pool&, const std::vector<Parameter>&, const DimValues&,
                                                 Generator&);

}  // namespace gradwright
