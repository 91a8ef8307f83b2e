#include "check/precise.h"

#include <algorithm>
#include <cmath>

#include "check/branches.h"
#include "check/real.h"
#include "derive/differences.h"
#include "ir/evaluation.h"
#include "ir/make.h"

namespace gradwright::check {
namespace {

struct Reals {
  static Real of(double x) { return Real(x); }
  static Real of(Rational x) { return Real(x); }
  static double nearest(const Real& x) { return x.nearest(); }
  static Real size(const Real& x) { return x.size(); }
  static Real exp(const Real& x) { return x.exp(); }
  static Real log(const Real& x) { return x.log(); }
  static bool is_nan(const Real& x) { return x.is_nan(); }
  static Real nan() { return Real(std::nan("")); }
  static Real negligible() { return Real(1e-30); }
  static Real vanished(const Real&) { return Real(0.0); }
  static Real shared(const Real& x, const Real&, std::int64_t) { return x; }
  static auto mapped(const MapFunction& map) {
    return [map](const Real& x, const Real& y) { return Real::mapped(map, x, y); };
  }
};

using Evaluation = evaluation::Evaluation<Real, Reals>;
using RealTensor = evaluation::TensorOf<Real>;

/// Rows that sum to 1 and columns at right angles hold to 16 digits in doubles; here to all of them.
void make_exact(const InputInfo& info, RealTensor& tensor) {
  const Property facts = info.properties;
  auto& v = tensor.values;
  const bool is_matrix = tensor.extents.size() == 2;
  const auto rows = static_cast<std::size_t>(tensor.extents.empty() ? 1 : tensor.extents[0]);
  const std::size_t cols = rows == 0 ? 0 : v.size() / rows;
  const auto normalised = [&](std::size_t first, std::size_t step, std::size_t count) {
    Real total(0.0);
    for (std::size_t i = 0; i < count; ++i) total += v[first + step * i];
    for (std::size_t i = 0; i < count; ++i) v[first + step * i] /= total;
  };
  const bool is_distribution = has(facts, Property::prob | Property::simplex_rows | Property::simplex_cols);
  if (tensor.extents.size() == 1 && is_distribution) normalised(0, 1, v.size());
  if (!is_matrix) return;
  for (std::size_t j = 0; j < cols && has(facts, Property::simplex_cols); ++j) normalised(rows * j, 1, rows);
  for (std::size_t i = 0; i < rows && has(facts, Property::simplex_rows); ++i) normalised(i, rows, cols);
  for (std::size_t j = 0; j < cols && has(facts, Property::orthogonal) && rows == cols; ++j) {
    for (std::size_t k = 0; k <= j; ++k) {
      Real dot(0.0);
      for (std::size_t i = 0; i < rows; ++i) dot += v[i + rows * j] * v[i + rows * k];
      if (k == j) dot = dot.root();
      for (std::size_t i = 0; i < rows; ++i) {
        if (k == j)
          v[i + rows * j] /= dot;
        else
          v[i + rows * j] -= dot * v[i + rows * k];
      }
    }
  }
}

/// Where rounding may choose a side. Of |x| either side is near.
bool has_kink(const Pool& pool, Expr e) { return is_kinked(pool, e) && !is_map(pool, e, Function::abs); }

class Precise {
 public:
  Precise(const Pool& pool, const std::vector<Expr>& roots, const Bindings& at)
      : pool_(pool), ids_(reachable(pool, roots)), roots_(roots), at_(at) {}

  /// Of the first root with the second.
  PreciseComparison compared() {
    std::int64_t span = first_span;
    for (int round = 0; round < 3; ++round) {
      span_ = span;
      const Real::Digits digits(2 * span_ + 256);
      if (!evaluated()) return {};
      PreciseComparison found = compared(values_.at(roots_[0]), values_.at(roots_[1]));
      if (found.kind != PreciseComparison::Kind::equal || needed_ <= span) return found;
      if (needed_ > most_span) break;
      span = needed_;
    }
    return {PreciseComparison::Kind::beyond, std::nullopt};
  }

  std::optional<bool> are_finite() {
    std::int64_t span = first_span;
    for (int round = 0; round < 3; ++round) {
      span_ = span;
      const Real::Digits digits(2 * span_ + 256);
      Real::forget_overflow();
      if (!evaluated()) return std::nullopt;
      const bool all = std::all_of(roots_.begin(), roots_.end(), [&](Expr root) {
        const auto& values = values_.at(root).values;
        return std::all_of(values.begin(), values.end(), [](const Real& x) { return x.is_finite(); });
      });
      if (!all && Real::has_overflowed()) return std::nullopt;
      if (all || needed_ <= span) return all;
      if (needed_ > most_span) return std::nullopt;
      span = needed_;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::int64_t first_span = 256;
  static constexpr std::int64_t most_span = 6000;

  /// All values, with 2·span + 256 digits. False where an input has none.
  bool evaluated() {
    Evaluation::Inputs inputs;
    for (const Expr e : ids_) {
      if (pool_.kind(e) != Kind::input) continue;
      const auto found = at_.inputs.find(e);
      if (found == at_.inputs.end()) return false;
      RealTensor tensor{found->second.extents, {}};
      for (const double x : found->second.values) tensor.values.emplace_back(x);
      make_exact(pool_.payload<InputInfo>(e), tensor);
      inputs.emplace(e, std::move(tensor));
    }
    Evaluation evaluation(pool_, at_.dims, inputs);
    lowest_ = highest_ = 0;
    needed_ = 0;
    for (const Expr e : ids_) {
      RealTensor made = has_kink(pool_, e) ? value_about_kink(evaluation, e) : evaluation.value(e);
      if (vanishes_away_from_0(e)) put_zeros(made);
      note_digits(e, evaluation.memo.emplace(e, std::move(made)).first->second, evaluation);
    }
    needed_ = std::max(needed_, highest_ - lowest_ + 64);
    values_ = std::move(evaluation.memo);
    return true;
  }

  /// What is nothing but rounding beside the numbers that were met is 0 where a kink asks for its sign.
  RealTensor value_about_kink(Evaluation& evaluation, Expr e) const {
    const Real least = Real::power_of_two(highest_ - 2 * span_ - 128);
    const Expr first = pool_[e].operands.front();
    const Expr second = pool_[e].operands.back();
    RealTensor& x = evaluation.memo.at(first);
    const RealTensor before = x;
    const bool is_binary = pool_[e].operands.size() == 2;
    for (std::size_t k = 0; k < x.values.size(); ++k) {
      const Real border = is_binary ? evaluation.memo.at(second).values[k] : Real(0.0);
      if ((x.values[k] - border).size() <= least) x.values[k] = border;
    }
    RealTensor made = evaluation.value(e);
    x = before;
    return made;
  }

  /// What a sum loses beside 1 is not in its exponent: 1 − tanh(y) = 2·exp(−2y).
  void note_digits(Expr e, const RealTensor& made, const Evaluation& evaluation) {
    const bool is_source = pool_.kind(e) != Kind::add && pool_.kind(e) != Kind::einsum;  // sums may cancel to rounding
    for (const Real& x : made.values) {
      const auto exponent = x.exponent();
      if (!exponent) continue;
      highest_ = std::max(highest_, *exponent);
      if (is_source && *exponent > -2 * span_) lowest_ = std::min(lowest_, *exponent);
      if (is_source && *exponent <= -2 * span_ && pool_.kind(e) == Kind::map)
        needed_ = std::max(needed_, 64 - *exponent);
    }
    if (pool_.kind(e) != Kind::map) return;
    double rate = 0;  // binary digits a unit of the argument, or of its square
    bool is_square = false;
    switch (pool_.payload<MapFunction>(e).function) {
      case Function::tanh: rate = 2 / std::log(2.0); break;
      case Function::sigmoid:
      case Function::silu:
      case Function::softplus:
      case Function::elu:
      case Function::expm1: rate = 1 / std::log(2.0); break;
      case Function::erf:
      case Function::gelu:
        rate = 1 / std::log(2.0);
        is_square = true;
        break;
      default: return;
    }
    for (const Real& x : evaluation.memo.at(pool_[e].operands[0]).values) {
      const double y = std::min(std::fabs(x.nearest()), 1e5);
      needed_ = std::max(needed_, 64 + static_cast<std::int64_t>(rate * (is_square ? std::min(y * y, 1e5) : y)));
    }
  }

  /// Next to nothing beside an argument that is not: 0, and rounding, as in sin(pi).
  void put_zeros(RealTensor& made) const {
    for (Real& x : made.values) {
      const auto exponent = x.exponent();
      if (exponent && *exponent <= -2 * span_) x = Real(0.0);
    }
  }

  [[nodiscard]] bool vanishes_away_from_0(Expr e) const {
    if (pool_.kind(e) != Kind::map) return false;
    switch (pool_.payload<MapFunction>(e).function) {
      case Function::sin:
      case Function::cos:
      case Function::tan:
      case Function::log:
      case Function::acos: return true;
      default: return false;
    }
  }

  PreciseComparison compared(const RealTensor& a, const RealTensor& b) const {
    if (a.values.size() != b.values.size() || a.values.empty()) return {};
    std::size_t widest = 0;
    Real gap(0.0);
    for (std::size_t k = 0; k < a.values.size(); ++k) {
      if (!a.values[k].is_finite() || !b.values[k].is_finite()) return {};
      if (Real one = (a.values[k] - b.values[k]).size(); one > gap) {
        gap = std::move(one);
        widest = k;
      }
    }
    PreciseComparison result;
    result.kind = PreciseComparison::Kind::equal;
    // Far above what rounding to 2·span + 256 digits can do to numbers as large as were met.
    if (gap <= Real::power_of_two(highest_ - span_ - 128)) return result;
    result.kind = PreciseComparison::Kind::differ;
    Witness witness{at_, {}, a.values[widest].nearest(), b.values[widest].nearest()};
    witness.gap = (a.values[widest] - b.values[widest]).text();
    result.share = (gap / std::max(a.values[widest].size(), b.values[widest].size())).nearest();
    for (const std::int64_t extent : a.extents) {
      witness.entry.push_back(static_cast<std::int64_t>(widest % static_cast<std::size_t>(extent)) + 1);
      widest /= static_cast<std::size_t>(extent);
    }
    result.witness = std::move(witness);
    return result;
  }

  const Pool& pool_;
  const std::vector<Expr> ids_;
  const std::vector<Expr> roots_;
  const Bindings& at_;
  Evaluation::Inputs values_;
  std::int64_t span_ = 0, needed_ = 0, lowest_ = 0, highest_ = 0;
};

constexpr double most_multiplications = 400000;

}  // namespace

double work_of(const Pool& pool, const std::vector<Expr>& ids, const DimValues& sizes) {
  double total = 0;
  const auto count = [&](const Shape& shape) {
    double product = 1;
    for (const Dim dim : shape) product *= static_cast<double>(pool.dims().value(dim, sizes).value_or(1));
    return product;
  };
  for (const Expr e : ids) {
    const Shape& shape = pool.shape(e);
    if (pool.kind(e) == Kind::einsum) {
      // Contracted pair by pair: no step runs over more than the labels of one operand and of what is kept.
      double widest = count(shape);
      for (const Expr operand : pool[e].operands) widest = std::max(widest, count(shape) * count(pool.shape(operand)));
      widest = std::min(widest, count(pool.payload<EinsumLabels>(e).dims));
      total += widest * static_cast<double>(pool[e].operands.size());
    } else {
      total += count(shape) * static_cast<double>(std::max<std::size_t>(1, pool[e].operands.size()));
      if (pool.kind(e) == Kind::matrix && !pool.shape(pool[e].operands[0]).empty())
        total += std::pow(count({pool.shape(pool[e].operands[0])[0]}), 3);
    }
  }
  return total;
}

PreciseComparison compared_precisely(const Pool& pool, Expr a, Expr b, const Bindings& at) {
  const std::vector<Expr> ids = reachable(pool, {a, b});
  if (!sizes_fit(pool, ids, at.dims) || work_of(pool, ids, at.dims) > most_multiplications) return {};
  return Precise(pool, {a, b}, at).compared();
}

std::optional<bool> are_finite(const Pool& pool, const std::vector<Expr>& roots, const Bindings& at) {
  const std::vector<Expr> ids = reachable(pool, roots);
  if (!sizes_fit(pool, ids, at.dims) || work_of(pool, ids, at.dims) > most_multiplications) return std::nullopt;
  return Precise(pool, roots, at).are_finite();
}

}  // namespace gradwright::check
