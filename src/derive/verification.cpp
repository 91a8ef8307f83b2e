#include "derive/verification.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "derive/forward.h"
#include "derive/inside.h"
#include "ir/make.h"
#include "ir/work.h"

namespace gradwright {
namespace {

using Generator = std::mt19937_64;
using Values = std::vector<double>;

constexpr double agreement = 1e-6;    // of two exact ways to one number, at a point that is not too steep for doubles
constexpr double most_dense = 4e6;    // numbers of a derivative that is written out
constexpr double cheap_work = 2.5e7;  // operations after which no further point is tried

/// Largest |a − b| over the largest entry. What is below 1e-6 of `size` is compared with that: beside numbers of that size it may be rounding.
double distance_between(const Values& a, const Values& b, double size) {
  double largest = 1e-6 * size, distance = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    largest = std::max({largest, std::fabs(a[k]), std::fabs(b[k])});
    distance = std::max(distance, std::fabs(a[k] - b[k]));
  }
  return distance / largest;
}

double largest_of(const Values& values) {
  double largest = 0;
  for (const double x : values) largest = std::max(largest, std::fabs(x));
  return largest;
}

/// The largest number on the way to the roots: what cancels leaves rounding of that size.
double largest_within(const Pool& pool, const std::vector<Expr>& roots, const Bindings& at) {
  double largest = 1;
  for (const Tensor& value : evaluate(pool, reachable(pool, roots), at)) {
    const double own = largest_of(value.values);
    if (std::isfinite(own)) largest = std::max(largest, own);
  }
  return largest;
}

bool all_finite(const Values& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

Values drawn_direction(Generator& random, std::size_t count, double scale) {
  std::uniform_real_distribution<double> size(0.5, 1);
  Values direction;
  direction.reserve(count);
  for (std::size_t k = 0; k < count; ++k) direction.push_back(scale * ((random() & 1U) != 0 ? 1 : -1) * size(random));
  return direction;
}

double dot(const Values& a, const Values& b) {
  double total = 0;
  for (std::size_t k = 0; k < a.size(); ++k) total += a[k] * b[k];
  return total;
}

/// Central differences of `f(offset)` beside a slope: how far they are from it. Nothing where they judge nothing: at a kink, and where they agree among
/// themselves no better than with the slope, as for a function that turns within every step.
template <class Function>
std::optional<double> beside(const Values& slope, const Values& centre, const Function& f) {
  constexpr double steps[] = {1e-3, 1e-4, 1e-5};
  constexpr double clearly_wrong = 1e-3;
  const double size = std::max(1.0, largest_of(centre));
  std::optional<double> best, own, bend;
  Values before;
  for (const double h : steps) {
    const Values far_left = f(-2 * h), left = f(-h), right = f(h), far_right = f(2 * h);
    if (!all_finite(far_left) || !all_finite(left) || !all_finite(right) || !all_finite(far_right)) continue;
    Values found(slope.size());
    double jump = 0;
    for (std::size_t k = 0; k < slope.size(); ++k) {
      found[k] = (far_left[k] - 8 * left[k] + 8 * right[k] - far_right[k]) / (12 * h);
      jump = std::max(jump,
                      std::fabs(right[k] - 2 * centre[k] + left[k]) / h);  // of the slope, from one side to the other
    }
    const double error = distance_between(slope, found, size);
    best = std::min(best.value_or(INFINITY), error);
    if (*best < agreement) return best;
    if (!before.empty()) own = std::min(own.value_or(INFINITY), distance_between(before, found, size));
    if (bend && jump > 0.5 * *bend)
      return std::nullopt;  // a slope that is smooth jumps a tenth as far within a tenth of the step
    bend = jump;
    before = found;
  }
  const bool is_judge = best && *best > clearly_wrong && own && *own < 0.01 * *best;
  return is_judge ? best : std::nullopt;
}

void move(Bindings& at, const Bindings& centre, const Direction& u, double offset) {
  for (const auto& [input, direction] : u) {
    Values& values = at.inputs.at(input).values;
    const Values& from = centre.inputs.at(input).values;
    for (std::size_t k = 0; k < values.size(); ++k) values[k] = from[k] + offset * direction[k];
  }
}

std::optional<TooLarge> excess(const Pool& pool, const std::vector<Expr>& claimed, Expr of, int numbers_each,
                               const DimValues& sizes, double most_bytes) {
  const Work mine = work_of(pool, claimed, sizes);
  const Work reference = work_of(pool, {of}, sizes);
  const double bytes = 8 * std::max(mine.numbers, (1 + numbers_each) * reference.numbers);
  if (bytes <= most_bytes) return std::nullopt;
  return TooLarge{bytes, mine.largest_count >= reference.largest_count ? mine.largest : reference.largest};
}

std::uint64_t seed_of(const VerificationOptions& options, int attempt) {
  return options.seed + static_cast<std::uint64_t>(attempt) * 7919;
}

/// Gradients at random points.
class Gradients {
 public:
  Gradients(const Pool& pool, Expr of, const std::vector<Expr>& wrt, const std::vector<Expr>& gradients,
            const VerificationOptions& options)
      : pool_(pool), of_(of), wrt_(wrt), gradients_(gradients), options_(options), checks_(wrt.size()) {
    roots_ = {of};
    roots_.insert(roots_.end(), wrt.begin(), wrt.end());
    roots_.insert(roots_.end(), gradients.begin(), gradients.end());
  }

  std::vector<NumericCheck> checks() {
    for (NumericCheck& check : checks_) check.was_asked = true;
    for (int attempt = 0; attempt < 10 * options_.points && has_open(); ++attempt) {
      const DimValues sizes = random_sizes(pool_, roots_, seed_of(options_, attempt));
      if (!sizes_fit(pool_, reachable(pool_, roots_), sizes)) continue;
      if (const auto much = excess(pool_, gradients_, of_, 2, sizes, options_.most_bytes)) {
        for (NumericCheck& check : checks_) check.too_large = much;
        break;
      }
      const bool was_enough = done_ > 0 && work_ > cheap_work;
      if (was_enough) break;
      try_point(attempt);
      work_ += work_of(pool_, gradients_, sizes).operations + 12 * work_of(pool_, {of_}, sizes).operations;
    }
    return checks_;
  }

 private:
  bool has_open() const {
    return std::any_of(checks_.begin(), checks_.end(),
                       [&](const NumericCheck& check) { return check.points < options_.points; });
  }

  void try_point(int attempt) {
    at_ = random_bindings(pool_, roots_, seed_of(options_, attempt));
    calm(at_, pool_, attempt - options_.points);
    if (attempt >= options_.points) (void)move_inside(at_, pool_, roots_);
    claimed_ = evaluate(pool_, gradients_, at_);
    random_.seed(options_.seed + static_cast<std::uint64_t>(attempt));
    std::vector<std::size_t> groups[2];
    for (std::size_t i = 0; i < wrt_.size(); ++i) {
      if (checks_[i].points >= options_.points || !gradwright::all_finite(claimed_[i])) continue;
      groups[wrt_.size() > 1 ? random_() % 2 : 0].push_back(i);
    }
    bool is_first = true;
    for (const auto& group : groups) {
      if (group.empty()) continue;
      const auto error = error_of(group, is_first);
      if (!error) continue;
      is_first = false;
      ++done_;
      const bool is_apart = *error > agreement && group.size() > 1;
      for (const std::size_t i : group) {
        const auto own = is_apart ? error_of({i}, false) : error;
        if (own) note_point(checks_[i], at_, *own);
        if (own && is_beside_) ++checks_[i].beside;
      }
    }
  }

  /// Along one direction of the variables of a group; nothing where the formula has no value or no slope.
  std::optional<double> error_of(const std::vector<std::size_t>& group, bool with_differences) {
    Direction u;
    Values along(1, 0.0);
    // Each variable shall count as much as the others, whatever its gradient's size.
    double least = INFINITY;
    for (const std::size_t i : group) least = std::min(least, size_of(i));
    for (const std::size_t i : group) {
      Values& direction = u[wrt_[i]] = drawn_direction(random_, claimed_[i].values.size(), least / size_of(i));
      along[0] += dot(claimed_[i].values, direction);
    }
    const Slope found = slope_along(pool_, of_, at_, u);
    if (!is_regular(found.value) || !gradwright::all_finite(found.slope)) return std::nullopt;
    double error = distance_between(along, found.slope.values, 1);
    if (error > agreement) {
      std::vector<Expr> all = gradients_;
      all.push_back(of_);
      error = distance_between(along, found.slope.values, largest_within(pool_, all, at_));
    }
    if (!with_differences) return error;
    Bindings moved = at_;
    const auto differences = beside(found.slope.values, found.value.values, [&](double offset) {
      move(moved, at_, u, offset);
      return evaluate(pool_, of_, moved).values;
    });
    is_beside_ = differences.has_value();
    return std::max(error, differences && *differences > agreement ? *differences : 0.0);
  }

  double size_of(std::size_t i) const { return std::clamp(largest_of(claimed_[i].values), 1e-3, 1e3); }

  const Pool& pool_;
  Expr of_;
  const std::vector<Expr>& wrt_;
  const std::vector<Expr>& gradients_;
  const VerificationOptions& options_;
  std::vector<Expr> roots_;
  std::vector<NumericCheck> checks_;
  Bindings at_;
  std::vector<Tensor> claimed_;
  Generator random_;
  bool is_beside_ = false;
  int done_ = 0;
  double work_ = 0;
};

/// Σ over all axes of e·Π factors: carried into sums and products, so that no factor meets the whole of e.
Expr summed_against(Pool& pool, Expr e, const Labels& labels, const std::vector<Factor>& factors, const Shape& dims) {
  const Node node = pool[e];
  if (node.kind == Kind::add) {
    std::vector<Term> terms;
    for (std::size_t i = 0; i < node.operands.size(); ++i)
      terms.push_back({std::get<Coefficients>(node.payload).values[i],
                       summed_against(pool, node.operands[i], labels, factors, dims)});
    return make_add(pool, {}, terms);
  }
  if (node.kind != Kind::einsum) {
    std::vector<Factor> all = factors;
    all.push_back({e, labels});
    return make_einsum(pool, {}, all, dims);
  }
  const auto& einsum = std::get<EinsumLabels>(node.payload);
  // Labels of the einsum behind those of the sum; where they meet the outer axes they are made one by an identity.
  Shape all_dims = dims;
  all_dims.insert(all_dims.end(), einsum.dims.begin(), einsum.dims.end());
  const auto inner = [&](Label label) { return static_cast<Label>(dims.size() + label); };
  std::vector<Factor> all = factors;
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    Factor factor{node.operands[i], {}};
    for (const Label label : einsum.operands[i]) factor.labels.push_back(inner(label));
    all.push_back(std::move(factor));
  }
  for (std::size_t axis = 0; axis < labels.size(); ++axis)
    all.push_back({make_identity(pool, dims[labels[axis]]), {labels[axis], inner(einsum.out[axis])}});
  return make_einsum(pool, {}, all, all_dims);
}

/// An input of the same shape; none where a size as written would lose axes of extent 1.
Expr free_like(Pool& pool, const char* name, const Shape& shape) {
  InputInfo info{name, Role::cut, Property::none, shape};
  if (shape.size() == 1) info.surface.push_back(pool.dims().one());
  const Expr input = make_input(pool, info);
  return pool.shape(input) == shape ? input : Expr{};
}

/// A derivative of a tensor, or a second derivative: rows are the entries of `of`, or of `first`.
class Dense {
 public:
  Dense(Pool& pool, Expr of, Expr first, Expr wrt, const ClaimedDerivative& claimed, const VerificationOptions& options)
      : pool_(pool), of_(of), first_(first), wrt_(wrt), claimed_(claimed), options_(options) {}

  NumericCheck check() {
    NumericCheck check;
    check.was_asked = true;
    double work = 0;
    for (int attempt = 0; attempt < 10 * options_.points && check.points < options_.points; ++attempt) {
      const std::vector<Expr> roots = with_inputs({of_, wrt_, claimed_.matrix});
      const DimValues sizes = random_sizes(pool_, roots, seed_of(options_, attempt));
      if (check.points > 0 && work > cheap_work) break;
      if (!sizes_fit(pool_, reachable(pool_, roots), sizes)) continue;
      is_dense_ = work_of(pool_, {claimed_.matrix}, sizes).numbers <= most_dense;
      if (!is_dense_ && !sum_of_tensor()) is_dense_ = true;
      const Expr judged = is_dense_ ? claimed_.matrix : summed_;
      if (const auto much = excess(pool_, {judged}, of_, first_.is_none() ? 2 : 4, sizes, options_.most_bytes)) {
        check.too_large = much;
        break;
      }
      work += work_of(pool_, {judged}, sizes).operations +
              (first_.is_none() ? 12 : 48) * work_of(pool_, {of_}, sizes).operations;
      at_ = random_bindings(pool_, is_dense_ ? roots : with_inputs({of_, wrt_, summed_}), seed_of(options_, attempt));
      calm(at_, pool_, attempt - options_.points);
      if (attempt >= options_.points && is_dense_) (void)move_inside(at_, pool_, roots);
      random_.seed(options_.seed + static_cast<std::uint64_t>(attempt));
      bool is_beside = false;
      if (const auto error = error_here(is_beside)) {
        note_point(check, at_, *error);
        check.beside += is_beside ? 1 : 0;
      }
    }
    return check;
  }

 private:
  std::vector<Expr> with_inputs(std::vector<Expr> roots) const {
    if (!first_.is_none()) roots.push_back(first_);
    return roots;
  }

  bool sum_of_tensor() {
    if (!summed_.is_none()) return true;
    const Shape columns(pool_.shape(wrt_));
    Shape rows(pool_.shape(claimed_.tensor));
    if (rows.size() < columns.size()) return false;
    rows.resize(rows.size() - columns.size());
    weights_ = free_like(pool_, "(weights)", rows);
    direction_ = free_like(pool_, "(direction)", columns);
    Shape dims = rows;
    dims.insert(dims.end(), columns.begin(), columns.end());
    if (weights_.is_none() || direction_.is_none() || pool_.shape(claimed_.tensor) != dims) return false;
    Labels labels(dims.size());
    for (std::size_t k = 0; k < labels.size(); ++k) labels[k] = static_cast<Label>(k);
    const auto middle = labels.begin() + static_cast<std::ptrdiff_t>(rows.size());
    summed_ =
        summed_against(pool_, claimed_.tensor, labels,
                       {{weights_, Labels(labels.begin(), middle)}, {direction_, Labels(middle, labels.end())}}, dims);
    return true;
  }

  /// Σ of the claimed derivative against a direction, and against weights of its rows where those are given.
  std::optional<Values> along(const Values& direction, const Values& weights, std::size_t rows) {
    if (!is_dense_) {
      at_.inputs[direction_] = {at_.inputs.at(wrt_).extents, direction};
      at_.inputs[weights_] = {extents_of(pool_.shape(weights_)), weights};
      const Tensor value = evaluate(pool_, summed_, at_);
      return gradwright::all_finite(value) ? std::optional(value.values) : std::nullopt;
    }
    if (numbers_.values.empty()) numbers_ = evaluate(pool_, claimed_.matrix, at_);
    if (!gradwright::all_finite(numbers_)) return std::nullopt;
    Values total(rows, 0.0);
    for (std::size_t k = 0; k < direction.size(); ++k) {
      for (std::size_t i = 0; i < rows; ++i) total[i] += numbers_.values[i + rows * k] * direction[k];
    }
    return weights.empty() ? total : Values{dot(total, weights)};
  }

  std::vector<std::int64_t> extents_of(const Shape& shape) const {
    std::vector<std::int64_t> extents;
    for (const Dim dim : shape) extents.push_back(pool_.dims().value(dim, at_.dims).value_or(1));
    return extents;
  }

  std::optional<double> error_here(bool& is_beside) {
    numbers_ = {};
    const Values direction = drawn_direction(random_, at_.inputs.at(wrt_).values.size(), 1);
    const Direction v{{wrt_, direction}};
    if (!first_.is_none()) {
      const Values weights = drawn_direction(random_, at_.inputs.at(first_).values.size(), 1);
      const Direction u{{first_, weights}};
      const auto claimed = along(direction, weights, weights.size());
      const Slope before = slope_along(pool_, of_, at_, u);
      if (!claimed || !is_regular(before.value) || !gradwright::all_finite(before.slope)) return std::nullopt;
      return judged(*claimed, bend_along(pool_, of_, at_, u, v).values, before.slope.values, v, is_beside,
                    [&](const Bindings& moved) { return slope_along(pool_, of_, moved, u).slope.values; });
    }
    const Slope found = slope_along(pool_, of_, at_, v);
    const Values weights = is_dense_ ? Values{} : drawn_direction(random_, found.value.values.size(), 1);
    const auto claimed = along(direction, weights, found.value.values.size());
    if (!claimed || !is_regular(found.value)) return std::nullopt;
    const auto weighted = [&](const Values& values) { return is_dense_ ? values : Values{dot(values, weights)}; };
    return judged(*claimed, weighted(found.slope.values), weighted(found.value.values), v, is_beside,
                  [&](const Bindings& moved) { return weighted(evaluate(pool_, of_, moved).values); });
  }

  template <class Function>
  std::optional<double> judged(const Values& claimed, const Values& slope, const Values& centre, const Direction& v,
                               bool& is_beside, const Function& f) {
    if (!all_finite(slope)) return std::nullopt;
    double error = distance_between(claimed, slope, 1);
    if (error > agreement)
      error =
          distance_between(claimed, slope, largest_within(pool_, {is_dense_ ? claimed_.matrix : summed_, of_}, at_));
    Bindings moved = at_;
    const auto differences = beside(slope, centre, [&](double offset) {
      move(moved, at_, v, offset);
      return f(moved);
    });
    is_beside = differences.has_value();
    return std::max(error, differences && *differences > agreement ? *differences : 0.0);
  }

  Pool& pool_;
  Expr of_, first_, wrt_;
  const ClaimedDerivative& claimed_;
  const VerificationOptions& options_;
  Bindings at_;
  Generator random_;
  bool is_dense_ = true;
  Expr summed_, weights_, direction_;
  Tensor numbers_;
};

}  // namespace

std::vector<NumericCheck> checked_gradients(const Pool& pool, Expr of, const std::vector<Expr>& wrt,
                                            const std::vector<Expr>& gradients, const VerificationOptions& options) {
  return Gradients(pool, of, wrt, gradients, options).checks();
}

NumericCheck checked_jacobian(Pool& pool, Expr of, Expr wrt, const ClaimedDerivative& claimed,
                              const VerificationOptions& options) {
  return Dense(pool, of, {}, wrt, claimed, options).check();
}

NumericCheck checked_hessian(Pool& pool, Expr of, Expr first, Expr wrt, const ClaimedDerivative& claimed,
                             const VerificationOptions& options) {
  return Dense(pool, of, first, wrt, claimed, options).check();
}

}  // namespace gradwright
