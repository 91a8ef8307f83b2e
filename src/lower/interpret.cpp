#include "lower/interpret.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gradwright {
namespace {

using Index = std::vector<std::int64_t>;

class Run {
 public:
  Run(const Plan& plan, std::span<double> workspace) : plan_(plan), workspace_(workspace) {}

  void stages(const Kernel& kernel) {
    if (kernel.stages.empty()) return;
    const auto& all = kernel.stages[0].loops;
    each_index(Index(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kernel.outer)), 0, [&](const Index& outer) {
      for (const Stage& stage : kernel.stages) {
        Index loops(stage.loops.begin(), stage.loops.begin() + static_cast<std::ptrdiff_t>(stage.parallel));
        Index index = outer;
        index.resize(stage.loops.size(), 0);
        each_index(loops, kernel.outer, [&](const Index& inner) {
          std::copy(inner.begin() + static_cast<std::ptrdiff_t>(kernel.outer), inner.end(),
                    index.begin() + static_cast<std::ptrdiff_t>(kernel.outer));
          one(stage, index);
        });
      }
    });
  }

  /// Gauss–Jordan elimination with partial pivoting, as in ir/evaluate.cpp.
  void matrix(const MatrixCall& call) {
    const auto n = static_cast<std::size_t>(call.n);
    double* a = place(call.work);
    double* out = place(call.out);
    const bool is_inverse = call.kind == MatrixKind::inverse;
    std::copy_n(place(call.in), n * n, a);
    double largest = 0;
    for (std::size_t i = 0; i < n * n; ++i) largest = std::max(largest, std::fabs(a[i]));
    if (is_inverse) {
      for (std::size_t i = 0; i < n * n; ++i) out[i] = i % (n + 1) == 0 ? 1 : 0;
    }
    double determinant = 1;
    double log_size = 0;
    bool is_singular = false;
    for (std::size_t k = 0; k < n; ++k) {
      std::size_t pivot = k;
      for (std::size_t i = k; i < n; ++i) pivot = std::fabs(a[i + n * k]) > std::fabs(a[pivot + n * k]) ? i : pivot;
      for (std::size_t j = 0; j < n && pivot != k; ++j) {
        std::swap(a[k + n * j], a[pivot + n * j]);
        if (is_inverse) std::swap(out[k + n * j], out[pivot + n * j]);
      }
      if (pivot != k) determinant = -determinant;
      const double head = a[k + n * k];
      is_singular = is_singular || std::fabs(head) <= 1e-13 * largest;
      determinant *= head;
      log_size += std::log(std::fabs(head));
      for (std::size_t j = 0; j < n; ++j) {
        a[k + n * j] /= head;
        if (is_inverse) out[k + n * j] /= head;
      }
      for (std::size_t i = 0; i < n; ++i) {
        const double factor = a[i + n * k];
        for (std::size_t j = 0; j < n && i != k; ++j) {
          a[i + n * j] -= factor * a[k + n * j];
          if (is_inverse) out[i + n * j] -= factor * out[k + n * j];
        }
      }
    }
    const double none = std::nan("");
    if (is_inverse && is_singular) std::fill_n(out, n * n, none);
    if (call.kind == MatrixKind::determinant) out[0] = is_singular ? 0 : determinant;
    if (call.kind == MatrixKind::log_determinant) out[0] = is_singular ? none : log_size;
  }

 private:
  double* place(BufferId id) { return workspace_.data() + plan_[id].offset; }

  /// Calls body with every index of the loops from `first` on; earlier places are left 0.
  template <class Visit>
  static void each_index(const Index& loops, std::size_t first, const Visit& visit) {
    Index index(loops.size(), 0);
    for (std::size_t l = first; l < loops.size(); ++l) {
      if (loops[l] <= 0) return;
    }
    while (true) {
      visit(index);
      std::size_t l = loops.size();
      while (l > first && ++index[l - 1] == loops[l - 1]) index[--l] = 0;
      if (l == first) return;
    }
  }

  void one(const Stage& stage, const Index& parallel) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    totals_.clear();
    for (const Accumulator& accumulator : stage.accumulators) {
      const Reduction r = accumulator.reduction;
      totals_.push_back(r == Reduction::sum    ? 0
                        : r == Reduction::prod ? 1
                        : r == Reduction::max  ? -infinity
                                               : infinity);
    }
    if (!stage.accumulators.empty()) {
      each_index(stage.loops, stage.parallel, [&](const Index& reduced) {
        Index index = reduced;
        std::copy_n(parallel.begin(), stage.parallel, index.begin());
        run(stage.body, index, values_);
        for (std::size_t i = 0; i < totals_.size(); ++i) {
          const double x = values_[stage.accumulators[i].value];
          double& total = totals_[i];
          switch (stage.accumulators[i].reduction) {
            case Reduction::sum: total += x; break;
            case Reduction::prod: total *= x; break;
            case Reduction::max: total = x > total || std::isnan(x) ? x : total; break;
            case Reduction::min: total = x < total || std::isnan(x) ? x : total; break;
          }
        }
      });
    }
    run(stage.finish, parallel, values_);
    for (const Store& store : stage.stores) place(store.buffer)[value_at(store.at, parallel)] = values_[store.value];
  }

  void run(const Body& body, const Index& index, std::vector<double>& values) {
    values.assign(body.size(), 0);
    for (std::size_t i = 0; i < body.size(); ++i) {
      const Instruction& it = body[i];
      const double x = arity(it.op) > 0 ? values[it.args[0]] : 0;
      switch (it.op) {
        case Op::constant: values[i] = it.number; break;
        case Op::index: values[i] = static_cast<double>(value_at(it.at, index)); break;
        case Op::load: values[i] = holds(it.guards, index) ? place(it.buffer)[value_at(it.at, index)] : 0; break;
        case Op::mask: values[i] = holds(it.guards, index) ? x : 0; break;
        case Op::accumulator: values[i] = totals_[static_cast<std::size_t>(it.rows)]; break;
        case Op::gather: {
          const bool is_inside = x >= 1 && x <= static_cast<double>(it.rows);
          const auto row = is_inside ? static_cast<std::int64_t>(x) - 1 : 0;
          values[i] = !is_inside                ? std::nan("")
                      : holds(it.guards, index) ? place(it.buffer)[value_at(it.at, index) + row]
                                                : 0;
          break;
        }
        default:
          values[i] = scalar_result(it.op, x, arity(it.op) > 1 ? values[it.args[1]] : 0,
                                    arity(it.op) > 2 ? values[it.args[2]] : 0);
      }
    }
  }

  const Plan& plan_;
  std::span<double> workspace_;
  std::vector<double> values_;
  std::vector<double> totals_;
};

}  // namespace

double scalar_result(Op op, double x, double y, double z) {
  switch (op) {
    case Op::add: return x + y;
    case Op::sub: return x - y;
    case Op::mul: return x * y;
    case Op::div: return x / y;
    case Op::neg: return -x;
    case Op::max: return x > y ? x : y;
    case Op::min: return x < y ? x : y;
    case Op::greater: return x > y ? 1 : 0;
    case Op::greater_equal: return x >= y ? 1 : 0;
    case Op::equal: return x == y ? 1 : 0;
    case Op::select: return x != 0 ? y : z;
    case Op::abs: return std::fabs(x);
    case Op::sqrt: return std::sqrt(x);
    case Op::exp: return std::exp(x);
    case Op::log: return std::log(x);
    case Op::log1p: return std::log1p(x);
    case Op::expm1: return std::expm1(x);
    case Op::sin: return std::sin(x);
    case Op::cos: return std::cos(x);
    case Op::tan: return std::tan(x);
    case Op::asin: return std::asin(x);
    case Op::acos: return std::acos(x);
    case Op::atan: return std::atan(x);
    case Op::sinh: return std::sinh(x);
    case Op::cosh: return std::cosh(x);
    case Op::tanh: return std::tanh(x);
    case Op::erf: return std::erf(x);
    case Op::sigmoid: return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
    case Op::softplus: return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x)));
    case Op::pow: return std::pow(x, y);
    case Op::constant:
    case Op::index:
    case Op::load:
    case Op::gather:
    case Op::accumulator:
    case Op::mask: break;
  }
  return x;
}

void interpreted(const Plan& plan, std::span<double> workspace) {
  Run run(plan, workspace);
  for (const Kernel& kernel : plan.kernels) {
    if (kernel.call)
      run.matrix(*kernel.call);
    else
      run.stages(kernel);
  }
}

}  // namespace gradwright
