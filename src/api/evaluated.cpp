#include "api/evaluated.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "data/memory.h"
#include "ir/work.h"
#include "lower/stabilise.h"
#include "train/declared.h"

namespace gradwright {
namespace {

std::vector<std::int64_t> extents_of(const DimTable& dims, const Shape& shape, const DimValues& sizes) {
  std::vector<std::int64_t> extents;
  for (const Dim dim : shape) extents.push_back(dims.value(dim, sizes).value_or(1));
  return extents;
}

/// Why a definition cannot be evaluated.
std::optional<Diagnostic> obstacle(const Pool& pool, const Definition& definition, const Bindings& bindings) {
  for (const Expr missing : missing_bindings(pool, {definition.expr}, bindings))
    return error("G0501",
                 fmt::format("`{}` needs a value of `{}`", definition.name, pool.payload<InputInfo>(missing).name))
        .help("add it to the values");
  for (const Expr e : reachable(pool, {definition.expr})) {
    for (const Dim dim : pool.shape(e)) {
      const auto size = pool.dims().value(dim, bindings.dims);
      if (!size || *size < 0)
        return error("G0504", fmt::format("the size `{}` has no value", pool.dims().to_string(dim)))
            .help("add it to the values, or say `dim n = 3` in the sheet");
    }
  }
  auto too_large = beyond_memory(fmt::format("evaluating `{}`", definition.name),
                                 sizeof(double) * work_of(pool, {definition.expr}, bindings.dims).numbers);
  if (too_large) too_large->span = definition.span;
  return too_large;
}

}  // namespace

/// The extents the surface asks for; a size that is one free symbol takes its value from the data.
bool sizes_fit(const DimTable& dims, const Shape& surface, std::vector<std::int64_t> extents, DimValues& sizes) {
  if (surface.size() == 2 && extents.size() == 1) {
    if (dims.is_one(surface[0]) && !dims.is_one(surface[1]))
      extents.insert(extents.begin(), 1);
    else
      extents.push_back(1);
  }
  if (surface.empty()) {
    return std::all_of(extents.begin(), extents.end(), [](std::int64_t extent) { return extent == 1; });
  }
  if (surface.size() != extents.size()) return false;
  for (std::size_t axis = 0; axis < surface.size(); ++axis) {
    const auto& polynomial = dims.polynomial(surface[axis]);
    if (!dims.value(surface[axis], sizes) && polynomial.size() == 1 && polynomial.begin()->first.size() == 1 &&
        polynomial.begin()->second == 1) {
      sizes[dims.symbol_name(polynomial.begin()->first[0])] = extents[axis];
    }
    if (const auto known = dims.value(surface[axis], sizes); known && *known != extents[axis]) return false;
  }
  return true;
}

Diagnostic size_misfit(const DimTable& dims, const std::string& what, const Shape& surface,
                       const std::vector<std::int64_t>& extents, const DimValues& sizes) {
  const auto size = [](const std::vector<std::string>& axes) {
    return axes.empty() ? std::string("a number") : fmt::format("{}", fmt::join(axes, "×"));
  };
  std::vector<std::string> given, declared, known;
  for (const std::int64_t extent : extents) given.push_back(std::to_string(extent));
  for (const Dim dim : surface) {
    declared.push_back(dims.to_string(dim));
    const auto value = dims.constant_value(dim) ? std::nullopt : dims.value(dim, sizes);
    const std::string equality = value ? fmt::format("{} = {}", declared.back(), *value) : std::string();
    if (value && std::ranges::find(known, equality) == known.end()) known.push_back(equality);
  }
  const std::string at = known.empty() ? "" : fmt::format(", with {}", fmt::join(known, ", "));
  return error("G0502", fmt::format("{} is {}, and it is declared {}{}", what,
                                    given.size() == 1 ? "an array of " + given[0] : size(given), size(declared), at));
}

tl::expected<Bindings, Diagnostic> bindings_of(Session& session, const std::vector<GivenValue>& values,
                                               DimValues sizes) {
  const Pool& pool = session.pool();
  Bindings bindings;
  bindings.dims = std::move(sizes);
  for (int round = 0; round < 2; ++round) {  // a size like 2*d waits for d
    for (const GivenValue& one : values) {
      if (!sizes_fit(pool.dims(), one.declaration->surface, one.value.extents, bindings.dims))
        return tl::unexpected(size_misfit(pool.dims(), fmt::format("the value of `{}`", one.declaration->name),
                                          one.declaration->surface, one.value.extents, bindings.dims)
                                  .help("a matrix is rows × columns"));
    }
  }
  for (const GivenValue& one : values) {
    Tensor tensor{extents_of(pool.dims(), pool.shape(one.declaration->input), bindings.dims), one.value.values};
    if (auto broken = undeclared(pool, one.declaration->input, tensor.extents, tensor.values)) {
      broken->span = one.declaration->span;
      return tl::unexpected(*std::move(broken));
    }
    bindings.inputs.emplace(one.declaration->input, std::move(tensor));
  }
  for (const Declaration& one : session.program().declarations) {
    if (!one.constant.empty())
      bindings.inputs.try_emplace(one.input, Tensor{extents_of(pool.dims(), pool.shape(one.input), {}), one.constant});
  }
  return bindings;
}

tl::expected<std::vector<NamedTensor>, Diagnostic> evaluated(Session& session, const std::vector<GivenValue>& values,
                                                             DimValues sizes) {
  Pool& pool = session.pool();
  const auto bindings = bindings_of(session, values, std::move(sizes));
  if (!bindings) return tl::unexpected(bindings.error());
  if (auto outside = session.program().read_outside(pool.dims(), bindings->dims))
    return tl::unexpected(*std::move(outside));
  std::vector<NamedTensor> results;
  for (const Definition& definition : session.program().definitions) {
    if (definition.expr.is_none()) continue;
    if (auto fault = obstacle(pool, definition, *bindings)) return tl::unexpected(*std::move(fault));
    std::vector<std::int64_t> extents = extents_of(pool.dims(), definition.surface, bindings->dims);
    if (extents.size() == 2 && extents[1] == 1) extents.pop_back();
    results.push_back(
        {definition.name, evaluate(pool, stabilised(pool, {definition.expr})[0], *bindings), std::move(extents)});
  }
  return results;
}

}  // namespace gradwright
