#include "check/factor.h"

#include <algorithm>
#include <cmath>

#include "derive/differences.h"
#include "ir/make.h"

namespace gradwright::check {
namespace {

/// A base of the product: a dimension symbol or a scalar input.
struct Base {
  std::string name;
  Expr expr;
};

struct Sample {
  double ratio = 0;
  std::vector<double> bases;
};

std::vector<Base> bases_of(Pool& pool, const std::vector<Expr>& ids, bool is_scalar) {
  std::vector<Base> bases;
  const auto add = [&](Base base) {
    if (std::none_of(bases.begin(), bases.end(), [&](const Base& one) { return one.expr == base.expr; }))
      bases.push_back(std::move(base));
  };
  for (const Expr e : ids) {
    const Shape shape = pool.shape(e);
    for (const Dim dim : shape) {
      if (!pool.dims().constant_value(dim)) add({pool.dims().to_string(dim), make_size(pool, dim)});
    }
    if (pool.kind(e) == Kind::einsum) {
      const Shape dims = pool.payload<EinsumLabels>(e).dims;
      for (const Dim dim : dims) {
        if (!pool.dims().constant_value(dim)) add({pool.dims().to_string(dim), make_size(pool, dim)});
      }
    }
    if (pool.kind(e) != Kind::input || !shape.empty()) continue;
    const InputInfo& info = pool.payload<InputInfo>(e);
    if (info.role == Role::constant || (info.role == Role::data && !is_scalar)) add({info.name, e});
  }
  std::erase_if(bases, [](const Base& base) {
    return base.name.find(' ') != std::string::npos || base.name.find('*') != std::string::npos;
  });
  if (bases.size() > 9) bases.resize(9);
  return bases;
}

std::optional<double> ratio_at(const Tensor& claim, const Tensor& truth) {
  double largest = 0;
  for (const double x : truth.values) largest = std::max(largest, std::fabs(x));
  if (!(largest > 1e-9) || !std::isfinite(largest)) return std::nullopt;
  double ratio = 0;
  for (std::size_t i = 0; i < truth.values.size(); ++i) {
    if (std::fabs(truth.values[i]) == largest) ratio = claim.values[i] / truth.values[i];
  }
  for (std::size_t i = 0; i < truth.values.size(); ++i) {
    if (!(std::fabs(claim.values[i] - ratio * truth.values[i]) <= 1e-9 * largest * std::max(1.0, std::fabs(ratio))))
      return std::nan("");
  }
  return ratio;
}

std::optional<Rational> rational_near(double x) {
  for (std::int64_t den = 1; den <= 400; ++den) {
    const double num = x * static_cast<double>(den);
    if (std::fabs(num) < 1e7 && std::fabs(num - std::round(num)) < 1e-7 * std::max(1.0, std::fabs(num)) &&
        std::round(num) != 0)
      return Rational(static_cast<std::int64_t>(std::llround(num)), den);
  }
  return std::nullopt;
}

/// Least squares for log|ratio| = log|c| + Σ e_j·log|base_j|; nothing where the bases do not tell themselves apart.
std::optional<std::vector<double>> exponents(const std::vector<Sample>& samples, std::size_t count) {
  const std::size_t n = count + 1;
  std::vector<std::vector<double>> m(n, std::vector<double>(n + 1, 0.0));
  for (const Sample& sample : samples) {
    std::vector<double> row{1};
    for (const double base : sample.bases) row.push_back(std::log(std::fabs(base)));
    const double y = std::log(std::fabs(sample.ratio));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < n; ++k) m[i][k] += row[i] * row[k];
      m[i][n] += row[i] * y;
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k; i < n; ++i) pivot = std::fabs(m[i][k]) > std::fabs(m[pivot][k]) ? i : pivot;
    if (std::fabs(m[pivot][k]) < 1e-9) return std::nullopt;
    std::swap(m[k], m[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = m[i][k] / m[k][k];
      for (std::size_t j = k; j <= n; ++j) m[i][j] -= factor * m[k][j];
    }
  }
  std::vector<double> found;
  for (std::size_t k = 0; k < n; ++k) found.push_back(m[k][n] / m[k][k]);
  return found;
}

std::string power_text(const Base& base, std::int64_t exponent) {
  return exponent == 1 ? base.name : base.name + "^" + std::to_string(exponent);
}

}  // namespace

std::optional<ConstantFactor> constant_factor(Pool& pool, NormalForms& forms, Expr claim, Expr truth) {
  if (pool.shape(claim) != pool.shape(truth)) return std::nullopt;
  const std::vector<Base> bases = bases_of(pool, reachable(pool, {claim, truth}), pool.order(truth) == 0);
  std::vector<Expr> roots{claim, truth};
  for (const Base& base : bases) roots.push_back(base.expr);
  const std::size_t wanted = 2 * bases.size() + 4;
  std::vector<Sample> samples;
  for (std::uint64_t attempt = 0; attempt < 4 * wanted && samples.size() < wanted; ++attempt) {
    const std::vector<Tensor> values = evaluate(pool, roots, random_bindings(pool, roots, 31 + attempt * 6151));
    const auto ratio = ratio_at(values[0], values[1]);
    if (!ratio) continue;
    if (!std::isfinite(*ratio) || *ratio == 0) return std::nullopt;
    Sample sample{*ratio, {}};
    for (std::size_t i = 2; i < values.size(); ++i) sample.bases.push_back(values[i].values[0]);
    samples.push_back(std::move(sample));
  }
  if (samples.size() < 3) return std::nullopt;
  const double first = samples[0].ratio;
  std::vector<std::int64_t> powers(bases.size(), 0);
  if (!std::all_of(samples.begin(), samples.end(),
                   [&](const Sample& one) { return std::fabs(one.ratio - first) <= 1e-8 * std::fabs(first); })) {
    const auto fitted = exponents(samples, bases.size());
    if (!fitted) return std::nullopt;
    for (std::size_t j = 0; j < bases.size(); ++j) {
      const double e = (*fitted)[j + 1];
      if (std::fabs(e - std::round(e)) > 1e-5 || std::fabs(e) > 4.5) return std::nullopt;
      powers[j] = std::llround(e);
    }
  }
  double rest = first;
  for (std::size_t j = 0; j < bases.size(); ++j) rest /= std::pow(samples[0].bases[j], static_cast<double>(powers[j]));
  const auto number = rational_near(rest);
  if (!number) return std::nullopt;
  std::string above;
  std::vector<std::string> below;
  std::vector<Factor> factors;
  for (std::size_t j = 0; j < bases.size(); ++j) {
    if (powers[j] == 0) continue;
    factors.push_back({make_power(pool, bases[j].expr, powers[j]), {}});
    if (powers[j] > 0)
      above += (above.empty() ? "" : "*") + power_text(bases[j], powers[j]);
    else
      below.push_back(power_text(bases[j], -powers[j]));
  }
  const Expr factor = scaled(pool, *number, make_einsum(pool, {}, factors, {}));
  Labels labels;
  for (std::size_t axis = 0; axis < pool.order(truth); ++axis) labels.push_back(static_cast<Label>(axis));
  const Expr product = make_einsum(pool, labels, {{factor, {}}, {truth, labels}}, Shape(pool.shape(truth)));
  const Equivalence same = equivalent(pool, forms, claim, product);
  if (!same.is_equal()) return std::nullopt;
  if (number->den() != 1) below.insert(below.begin(), std::to_string(number->den()));
  const bool shows_number = above.empty() || !(number->num() == 1 || number->num() == -1);
  std::string gw = number->is_negative() ? "-" : "";
  if (shows_number) gw += std::to_string(std::abs(number->num()));
  if (!above.empty()) gw += (shows_number ? "*" : "") + above;
  if (below.size() == 1) gw += "/" + below[0];
  if (below.size() > 1) {
    gw += "/(";
    for (std::size_t i = 0; i < below.size(); ++i) gw += (i > 0 ? "*" : "") + below[i];
    gw += ")";
  }
  return ConstantFactor{gw, same.kind == Equivalence::Kind::proved};
}

}  // namespace gradwright::check
