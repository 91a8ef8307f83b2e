// A small matrix of numbers that no input enters: written out where that is shorter than how it came about.
#include <cmath>

#include "ir/evaluate.h"
#include "present/writer.h"

namespace gradwright::view {
namespace {

constexpr std::size_t most_entries = 36;
constexpr std::int64_t largest_denominator = 64;

std::optional<Rational> exact(double value) {
  for (std::int64_t denominator = 1; denominator <= largest_denominator; ++denominator) {
    const double numerator = std::round(value * static_cast<double>(denominator));
    if (std::fabs(numerator) > 1e9) return std::nullopt;
    if (std::fabs(value * static_cast<double>(denominator) - numerator) <= 1e-12 * std::fabs(numerator)) {
      return Rational(static_cast<std::int64_t>(numerator), denominator);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<DocId> Writer::literal(Expr e, bool flipped) {
  const Shape shape = pool.shape(e);
  if (shape.empty() || shape.size() > 2) return std::nullopt;
  std::size_t count = 1;
  for (const Dim dim : shape) {
    const auto extent = pool.dims().constant_value(dim);
    if (!extent || *extent > static_cast<std::int64_t>(most_entries)) return std::nullopt;
    count *= static_cast<std::size_t>(*extent);
  }
  if (count > most_entries) return std::nullopt;
  for (const Expr part : reachable(pool, {e})) {
    if (pool.kind(part) == Kind::input) return std::nullopt;
    if (pool.kind(part) != Kind::einsum) continue;
    for (const Dim dim : pool.payload<EinsumLabels>(part).dims) {
      if (!pool.dims().constant_value(dim)) return std::nullopt;
    }
  }
  const Tensor values = evaluate(pool, e, {});
  const auto height = static_cast<std::size_t>(values.extents[0]);
  const std::size_t width = count / height;
  const bool is_row = flipped && shape.size() == 1;
  std::vector<DocId> entries;
  for (std::size_t i = 0; i < height; ++i) {
    for (std::size_t j = 0; j < width; ++j) {
      const auto number = exact(values.values[i + height * j]);
      if (!number) return std::nullopt;
      entries.push_back(docs.number(*number));
    }
  }
  return docs.block(std::move(entries), is_row ? height : width, rows(e, flipped), cols(e, flipped));
}

}  // namespace gradwright::view
