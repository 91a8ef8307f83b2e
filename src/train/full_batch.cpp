#include "train/full_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

#include "train/averages.h"
#include "train/line_search.h"

namespace gradwright {
namespace {

using Vector = std::vector<double>;
constexpr std::size_t numbers_of_curvature = std::size_t{1} << 22U;  ///< of second derivatives of samples, at once
constexpr double rounding = 1e-12;                                   ///< of a loss, relative: no higher within it
constexpr int most_tries = 40;

double dot(const Vector& a, const Vector& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }
Vector moved(const Vector& from, double length, const Vector& along) {
  Vector to = from;
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += length * along[i];
  return to;
}

class FullBatchEngine : public Engine {
 public:
  FullBatchEngine(const Pool& pool, const FullBatch& method, const TrainTask& task, const Samples& samples)
      : pool_(pool), method_(method), parameters_(task.parameters.size()), samples_(samples) {
    for (const Parameter& parameter : task.parameters) {
      Tensor value;
      std::size_t count = 1;
      for (const Dim dim : pool.shape(parameter.input)) {
        value.extents.push_back(pool.dims().value(dim, samples.dims).value_or(1));
        count *= static_cast<std::size_t>(value.extents.back());
      }
      value.values.assign(count, 0);
      shapes_.push_back(std::move(value));
      count_ += count;
    }
    theta_.assign(count_, 0);
  }

  std::optional<Diagnostic> build(Pool& pool, const TrainTask& task, const EngineOptions& options) {
    auto plain = Averages::of(pool, task, {}, samples_, options, samples_.training);
    if (!plain) return plain.error();
    plain_ = *std::move(plain);
    if (!method_.step) return std::nullopt;
    if (count_ > most_curved_parameters)
      return error("G0510", fmt::format("the method keeps a matrix of {0}×{0} numbers: one row a parameter", count_))
          .note(fmt::format("it is for {} parameters at most", most_curved_parameters))
          .help("take `--optimizer lbfgs`, which keeps a few columns");
    auto blocks = method_.curvature(pool, task);
    if (!blocks) return blocks.error();
    auto curved = Averages::of(pool, task, *std::move(blocks), samples_, options,
                               std::max<std::size_t>(1, numbers_of_curvature / (count_ * count_)));
    if (!curved) return curved.error();
    curved_ = *std::move(curved);
    auto step = method_.step(pool, count_);
    if (!step) return step.error();
    step_ = *std::move(step);
    for (const Expr state : step_.states) at_.inputs[state] = column(Vector(count_, 0));
    return std::nullopt;
  }

  double trained(std::span<const std::size_t> samples) override {
    std::vector<std::size_t> which(samples.begin(), samples.end());
    std::sort(which.begin(), which.end());
    if (which != which_) is_known_ = false;
    which_ = std::move(which);
    if (!is_known_) now_ = plain_at(theta_);
    is_known_ = true;
    const double loss = now_.loss;
    if (!std::isfinite(loss)) return loss;
    if (!all_finite(now_.gradient)) return lost();
    ++steps_;
    const bool is_good = method_.step ? step_by_formula() : step_by_history();
    return is_good ? loss * static_cast<double>(which_.size()) : lost();
  }

  Evaluation evaluated(std::size_t first, std::size_t count) override {
    plain_->engine().set(tensors(theta_));
    return plain_->engine().evaluated(first, count);
  }

  /// Parameters; the number of steps; then the memory of the method.
  std::vector<Tensor> values() const override {
    std::vector<Tensor> all = tensors(theta_);
    all.push_back({{}, {static_cast<double>(steps_)}});
    if (method_.step) {
      all.push_back({{}, {damping_}});
      for (const Expr state : step_.states) all.push_back(at_.inputs.at(state));
      return all;
    }
    const auto rows = static_cast<std::int64_t>(count_), pairs = static_cast<std::int64_t>(method_.history);
    Tensor moves{{rows, pairs}, {}}, changes{{rows, pairs}, {}};
    for (const Pair& pair : pairs_) {
      moves.values.insert(moves.values.end(), pair.move.begin(), pair.move.end());
      changes.values.insert(changes.values.end(), pair.change.begin(), pair.change.end());
    }
    moves.values.resize(count_ * method_.history);
    changes.values.resize(count_ * method_.history);
    all.push_back({{}, {static_cast<double>(pairs_.size())}});
    all.push_back(std::move(moves));
    all.push_back(std::move(changes));
    return all;
  }

  void set(const std::vector<Tensor>& values) override {
    theta_.clear();
    for (std::size_t p = 0; p < parameters_; ++p)
      theta_.insert(theta_.end(), values[p].values.begin(), values[p].values.end());
    is_known_ = false;
    if (values.size() == parameters_) return;
    steps_ = static_cast<std::int64_t>(values[parameters_].values[0]);
    if (method_.step) {
      damping_ = values[parameters_ + 1].values[0];
      for (std::size_t i = 0; i < step_.states.size(); ++i) at_.inputs[step_.states[i]] = values[parameters_ + 2 + i];
      return;
    }
    pairs_.clear();
    const auto size = static_cast<std::ptrdiff_t>(count_);
    const double kept = std::clamp(values[parameters_ + 1].values[0], 0.0, static_cast<double>(method_.history));
    for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(kept); ++i) {
      const auto part = [&](const Tensor& all) {
        return Vector(all.values.begin() + i * size, all.values.begin() + (i + 1) * size);
      };
      pairs_.push_back({part(values[parameters_ + 2]), part(values[parameters_ + 3])});
    }
  }

  std::optional<Diagnostic> note() const override { return plain_->engine().note(); }

 private:
  /// A derivative is not finite where the loss is: parameters that are not say so, as after a step by it.
  double lost() {
    theta_.assign(count_, std::nan(""));
    is_known_ = false;
    return now_.loss * static_cast<double>(which_.size());
  }
  struct Pair {
    Vector move, change;  ///< of theta, of the gradient
  };

  std::vector<Tensor> tensors(const Vector& theta) const {
    std::vector<Tensor> all = shapes_;
    auto from = theta.begin();
    for (Tensor& one : all) {
      const auto to = from + static_cast<std::ptrdiff_t>(one.values.size());
      one.values.assign(from, to);
      from = to;
    }
    return all;
  }
  Averages::Found plain_at(const Vector& theta) { return plain_->at(tensors(theta), which_); }
  static Tensor column(Vector values) { return {{static_cast<std::int64_t>(values.size())}, std::move(values)}; }

  void take(Vector theta, Averages::Found found) {
    theta_ = std::move(theta);
    now_ = std::move(found);
  }

  /// −(approximate inverse Hessian)·g: the two loops over the pairs.
  Vector direction() const {
    Vector d = now_.gradient;
    std::vector<double> weights;
    for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair) {
      weights.push_back(dot(pair->move, d) / dot(pair->change, pair->move));
      d = moved(d, -weights.back(), pair->change);
    }
    const double scale = pairs_.empty() ? 1
                                        : dot(pairs_.back().move, pairs_.back().change) /
                                              dot(pairs_.back().change, pairs_.back().change);
    for (double& x : d) x *= scale;
    for (const Pair& pair : pairs_) {
      d = moved(d, weights.back() - dot(pair.change, d) / dot(pair.change, pair.move), pair.move);
      weights.pop_back();
    }
    for (double& x : d) x = -x;
    return d;
  }

  bool step_by_history() {
    Vector d = direction();
    if (dot(d, now_.gradient) >= 0) {
      pairs_.clear();
      d = direction();
    }
    const double size = std::sqrt(dot(now_.gradient, now_.gradient));
    if (size == 0) return true;
    Vector theta;
    Averages::Found found;
    const auto at = [&](double length) {
      theta = moved(theta_, length, d);
      found = plain_at(theta);
      return SlopeAt{found.loss, dot(found.gradient, d)};
    };
    const double first = pairs_.empty() ? std::min(1.0, 1 / size) : 1.0;
    const double length = wolfe_step({now_.loss, dot(now_.gradient, d)}, first, at);
    if (length == 0) {  // no way down along it: begin anew, or the minimum is reached to rounding
      pairs_.clear();
      return true;
    }
    (void)at(length);
    Pair pair{moved(theta, -1, theta_), moved(found.gradient, -1, now_.gradient)};
    if (dot(pair.move, pair.change) > 1e-14 * dot(pair.change, pair.change)) {
      pairs_.push_back(std::move(pair));
      if (pairs_.size() > method_.history) pairs_.pop_front();
    }
    take(std::move(theta), std::move(found));
    return true;
  }

  /// The blocks (i,j), i ≤ j, as one symmetric matrix.
  Tensor curvature(const std::vector<Vector>& blocks) const {
    const auto n = static_cast<std::int64_t>(count_);
    Tensor all{{n, n}, Vector(count_ * count_, 0)};
    std::size_t block = 0, row = 0;
    for (std::size_t i = 0; i < parameters_; row += shapes_[i++].values.size()) {
      std::size_t col = row;
      for (std::size_t j = i; j < parameters_; col += shapes_[j++].values.size()) {
        const Vector& part = blocks[block++];
        const std::size_t rows = shapes_[i].values.size();
        for (std::size_t k = 0; k < part.size(); ++k) {
          const std::size_t r = row + k % rows, c = col + k / rows;
          all.values[r + count_ * c] = all.values[c + count_ * r] = part[k];
        }
      }
    }
    return all;
  }

  bool step_by_formula() {
    const Averages::Found curved = curved_->at(tensors(theta_), which_);
    if (!all_finite(curved.gradient) ||
        !std::all_of(curved.others.begin(), curved.others.end(), [](const Vector& one) { return all_finite(one); }))
      return false;
    at_.inputs[step_.theta] = column(theta_);
    at_.inputs[step_.g] = column(curved.gradient);
    at_.inputs[step_.curvature] = curvature(curved.others);
    at_.inputs[step_.t] = {{}, {static_cast<double>(steps_)}};
    at_.inputs[step_.norm] = {{}, {std::sqrt(dot(curved.gradient, curved.gradient))}};
    at_.inputs[step_.loss] = {{}, {curved.loss}};
    double largest = 0;
    for (const double x : at_.inputs[step_.curvature].values) largest = std::max(largest, std::fabs(x));
    std::vector<Tensor> next;
    Vector theta;
    for (int i = 0; i < most_tries; ++i) {
      if (i == 0 || step_.is_damped) {
        at_.inputs[step_.damping] = {{}, {damping_}};
        next = evaluate(pool_, step_.next, at_);
        theta = next[0].values;
        if (!step_.is_damped && !all_finite(theta)) return false;
      } else {
        for (std::size_t k = 0; k < theta.size(); ++k) theta[k] = theta_[k] + (theta[k] - theta_[k]) / 2;
      }
      Averages::Found found = plain_at(theta);
      if (found.loss <= now_.loss + rounding * std::fabs(now_.loss)) {
        take(std::move(theta), std::move(found));
        for (std::size_t s = 0; s < step_.states.size(); ++s) at_.inputs[step_.states[s]] = next[s + 1];
        damping_ = damping_ > 1e-9 * largest ? damping_ / 10 : 0;
        return true;
      }
      damping_ = damping_ > 0 ? damping_ * 10 : 1e-4 * std::max(largest, 1e-10);
    }
    return true;  // no step lowers the loss: the minimum is reached to rounding
  }

  const Pool& pool_;
  const FullBatch method_;
  std::size_t parameters_;
  const Samples& samples_;
  std::vector<Tensor> shapes_;
  std::size_t count_ = 0;
  std::unique_ptr<Averages> plain_, curved_;
  StackedStep step_;
  Bindings at_;  ///< of the formula of a step
  Vector theta_;
  Averages::Found now_;  ///< at theta
  bool is_known_ = false;
  std::vector<std::size_t> which_;
  std::deque<Pair> pairs_;
  double damping_ = 0;
  std::int64_t steps_ = 0;
};

}  // namespace

tl::expected<std::unique_ptr<Engine>, Diagnostic> full_batch_engine(Pool& pool, const TrainTask& task,
                                                                    const Samples& samples,
                                                                    const EngineOptions& options) {
  auto engine = std::make_unique<FullBatchEngine>(pool, *options.full_batch, task, samples);
  if (auto fault = engine->build(pool, task, options)) return tl::unexpected(std::move(*fault));
  return engine;
}

}  // namespace gradwright
