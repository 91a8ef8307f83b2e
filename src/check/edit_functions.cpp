#include "check/edit_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "ir/functions.h"

namespace gradwright::check {
namespace {

using formula::Operator;
using Arguments = std::span<const Dense>;
using DenseFunction = Dense (*)(Arena&, Arguments);

template <class F>
Dense mapped(Arena& arena, const Dense& a, F f) {
  const Fresh made = fresh(arena, a.rows, a.cols);
  for (std::size_t i = 0; i < a.count(); ++i) made.at[i] = f(a.at[i]);
  return made.dense;
}

enum class Along { all, rows, cols };  ///< rows: one result a row

/// `fold` of the entries that fall together: (count, entry at).
template <Along along, class F>
Dense folded(Arena& arena, const Dense& a, F fold) {
  if constexpr (along == Along::all) {
    return constant(arena, fold(a.count(), [&](std::size_t i) { return a.at[i]; }));
  } else if constexpr (along == Along::rows) {
    const Fresh made = fresh(arena, a.rows, 1);
    for (std::size_t i = 0; i < a.rows; ++i)
      made.at[i] = fold(a.cols, [&](std::size_t j) { return a.at[i + j * a.rows]; });
    return made.dense;
  } else {
    const Fresh made = fresh(arena, 1, a.cols);
    for (std::size_t j = 0; j < a.cols; ++j)
      made.at[j] = fold(a.rows, [&](std::size_t i) { return a.at[i + j * a.rows]; });
    return made.dense;
  }
}

struct Total {
  template <class At>
  double operator()(std::size_t n, At at) const {
    double total = 0;
    for (std::size_t i = 0; i < n; ++i) total += at(i);
    return total;
  }
};
struct Mean {
  template <class At>
  double operator()(std::size_t n, At at) const {
    return Total{}(n, at) / static_cast<double>(n);
  }
};
struct Product {
  template <class At>
  double operator()(std::size_t n, At at) const {
    double total = 1;
    for (std::size_t i = 0; i < n; ++i) total *= at(i);
    return total;
  }
};
struct Largest {
  template <class At>
  double operator()(std::size_t n, At at) const {
    double best = at(0);
    for (std::size_t i = 1; i < n; ++i) best = std::max(best, at(i));
    return best;
  }
};
struct Smallest {
  template <class At>
  double operator()(std::size_t n, At at) const {
    double best = at(0);
    for (std::size_t i = 1; i < n; ++i) best = std::min(best, at(i));
    return best;
  }
};
struct LogSumExp {
  template <class At>
  double operator()(std::size_t n, At at) const {
    const double top = Largest{}(n, at);
    double total = 0;
    for (std::size_t i = 0; i < n; ++i) total += std::exp(at(i) - top);
    return top + std::log(total);
  }
};
struct Variance {
  template <class At>
  double operator()(std::size_t n, At at) const {
    const double mean = Mean{}(n, at);
    return Mean{}(n, [&](std::size_t i) { return (at(i) - mean) * (at(i) - mean); });
  }
};
struct SumOfSizes {
  template <class At>
  double operator()(std::size_t n, At at) const {
    return Total{}(n, [&](std::size_t i) { return std::fabs(at(i)); });
  }
};
struct Length {
  template <class At>
  double operator()(std::size_t n, At at) const {
    return std::sqrt(Total{}(n, [&](std::size_t i) { return at(i) * at(i); }));
  }
};

template <Along along, class F>
Dense fold(Arena& arena, Arguments a) {
  return a.size() == 1 ? folded<along>(arena, a[0], F{}) : Dense{};
}

template <Along along, bool is_log>
Dense softmax(Arena& arena, Arguments a) {
  if (a.size() != 1 || (along == Along::all && !a[0].is_vector())) return {};
  const Dense total = folded<along>(arena, a[0], LogSumExp{});
  const Fresh made = fresh(arena, a[0].rows, a[0].cols);
  for (std::size_t j = 0; j < a[0].cols; ++j) {
    for (std::size_t i = 0; i < a[0].rows; ++i) {
      const std::size_t at = i + j * a[0].rows;
      const double log = a[0].at[at] - total.at[along == Along::all ? 0 : along == Along::rows ? i : j];
      made.at[at] = is_log ? log : std::exp(log);
    }
  }
  return made.dense;
}

std::size_t size_at(Arguments a, std::size_t i) {
  return i < a.size() && a[i].is_scalar() && *a[i].at >= 1 && *a[i].at < 1000 ? static_cast<std::size_t>(*a[i].at) : 0;
}

template <bool is_one>
Dense filled(Arena& arena, Arguments a) {
  return a.size() > 2 ? Dense{} : constant(arena, is_one ? 1 : 0, size_at(a, 0), a.size() == 2 ? size_at(a, 1) : 1);
}

Dense eye(Arena& arena, Arguments a) { return diagonal(arena, constant(arena, 1, size_at(a, 0))); }
Dense diag(Arena& arena, Arguments a) { return a.size() == 1 ? diagonal(arena, a[0]) : Dense{}; }
Dense vec(Arena&, Arguments a) {
  return a.size() == 1 ? Dense{static_cast<std::uint32_t>(a[0].count()), 1, a[0].at} : Dense{};
}
Dense reshape(Arena&, Arguments a) {
  const std::size_t rows = size_at(a, 1);
  const std::size_t cols = a.size() == 3 ? size_at(a, 2) : 1;
  if (a.size() > 3 || rows * cols != a[0].count()) return {};
  return {static_cast<std::uint32_t>(rows), static_cast<std::uint32_t>(cols), a[0].at};
}
Dense transpose(Arena& arena, Arguments a) { return a.size() == 1 ? transposed(arena, a[0]) : Dense{}; }
Dense inv(Arena& arena, Arguments a) { return a.size() == 1 ? inverse(arena, a[0]) : Dense{}; }
Dense outer(Arena& arena, Arguments a) {
  if (a.size() != 2 || !a[0].is_vector() || !a[1].is_vector()) return {};
  const Dense column{static_cast<std::uint32_t>(a[0].count()), 1, a[0].at};
  const Dense row{1, static_cast<std::uint32_t>(a[1].count()), a[1].at};
  return multiplied(arena, column, Operator::times, row);
}
Dense kron(Arena& arena, Arguments a) {
  return a.size() == 2 ? multiplied(arena, a[0], Operator::kron, a[1]) : Dense{};
}
Dense solve(Arena& arena, Arguments a) {
  return a.size() == 2 ? multiplied(arena, a[0], Operator::under, a[1]) : Dense{};
}
Dense dot(Arena& arena, Arguments a) {
  if (a.size() != 2 || !a[0].has_size_of(a[1])) return {};
  return folded<Along::all>(arena, multiplied(arena, a[0], Operator::dot_times, a[1]), Total{});
}
Dense tr(Arena& arena, Arguments a) {
  if (a.size() != 1 || a[0].rows != a[0].cols) return {};
  return a[0].is_scalar() ? a[0] : folded<Along::all>(arena, diagonal(arena, a[0]), Total{});
}
Dense det(Arena& arena, Arguments a) {
  return a.size() == 1 && a[0].rows == a[0].cols ? constant(arena, determinant(a[0])) : Dense{};
}
Dense logdet(Arena& arena, Arguments a) {
  return a.size() == 1 && a[0].rows == a[0].cols ? constant(arena, std::log(std::fabs(determinant(a[0])))) : Dense{};
}
Dense rows(Arena& arena, Arguments a) { return a.size() == 1 ? constant(arena, a[0].rows) : Dense{}; }
Dense cols(Arena& arena, Arguments a) { return a.size() == 1 ? constant(arena, a[0].cols) : Dense{}; }
Dense square(Arena& arena, Arguments a) {
  return a.size() == 1 ? mapped(arena, a[0], [](double x) { return x * x; }) : Dense{};
}
Dense pow(Arena& arena, Arguments a) {
  return a.size() == 2 ? raised(arena, a[0], Operator::dot_power, a[1]) : Dense{};
}
Dense delta(Arena& arena, Arguments a) {
  return a.size() == 2 && a[0].is_scalar() && a[1].is_scalar() ? constant(arena, *a[0].at == *a[1].at ? 1 : 0)
                                                               : Dense{};
}

template <bool is_max>
Dense extreme(Arena& arena, Arguments a) {
  if (a.size() == 1)
    return is_max ? folded<Along::all>(arena, a[0], Largest{}) : folded<Along::all>(arena, a[0], Smallest{});
  if (a.size() != 2) return {};
  const Dense above = compared(arena, a[0], is_max ? Operator::greater : Operator::less, a[1]);
  const Dense difference = added(arena, a[0], -1, a[1]);  // b + [a > b]·(a − b)
  return added(arena, multiplied(arena, above, Operator::dot_times, difference), 1, a[1]);
}

template <bool is_vertical>
Dense joined(Arena& arena, Arguments a) {
  std::size_t long_side = 0;
  for (const Dense& one : a) {
    long_side += is_vertical ? one.rows : one.cols;
    if ((is_vertical ? one.cols : one.rows) != (is_vertical ? a[0].cols : a[0].rows)) return {};
  }
  const Fresh made = is_vertical ? fresh(arena, long_side, a[0].cols) : fresh(arena, a[0].rows, long_side);
  if (made.dense.is_none()) return {};
  std::size_t done = 0;
  for (const Dense& one : a) {
    for (std::size_t j = 0; j < one.cols; ++j) {
      for (std::size_t i = 0; i < one.rows; ++i) {
        made.at[is_vertical ? done + i + j * long_side : i + (done + j) * one.rows] = one.at[i + j * one.rows];
      }
    }
    done += is_vertical ? one.rows : one.cols;
  }
  return made.dense;
}

const std::unordered_map<std::string_view, DenseFunction>& makers() {
  static const std::unordered_map<std::string_view, DenseFunction> table = {
      {"sum", fold<Along::all, Total>},
      {"mean", fold<Along::all, Mean>},
      {"prod", fold<Along::all, Product>},
      {"var", fold<Along::all, Variance>},
      {"norm1", fold<Along::all, SumOfSizes>},
      {"norm2", fold<Along::all, Length>},
      {"norm", fold<Along::all, Length>},
      {"logsumexp", fold<Along::all, LogSumExp>},
      {"rowsum", fold<Along::rows, Total>},
      {"rowmean", fold<Along::rows, Mean>},
      {"rowmax", fold<Along::rows, Largest>},
      {"rowmin", fold<Along::rows, Smallest>},
      {"rowprod", fold<Along::rows, Product>},
      {"colsum", fold<Along::cols, Total>},
      {"colmean", fold<Along::cols, Mean>},
      {"colmax", fold<Along::cols, Largest>},
      {"colmin", fold<Along::cols, Smallest>},
      {"colprod", fold<Along::cols, Product>},
      {"logsumexp_rows", fold<Along::rows, LogSumExp>},
      {"logsumexp_cols", fold<Along::cols, LogSumExp>},
      {"softmax", softmax<Along::all, false>},
      {"softmax_rows", softmax<Along::rows, false>},
      {"softmax_cols", softmax<Along::cols, false>},
      {"log_softmax", softmax<Along::all, true>},
      {"log_softmax_rows", softmax<Along::rows, true>},
      {"log_softmax_cols", softmax<Along::cols, true>},
      {"ones", filled<true>},
      {"zeros", filled<false>},
      {"eye", eye},
      {"diag", diag},
      {"vec", vec},
      {"reshape", reshape},
      {"transpose", transpose},
      {"inv", inv},
      {"outer", outer},
      {"kron", kron},
      {"solve", solve},
      {"dot", dot},
      {"tr", tr},
      {"trace", tr},
      {"det", det},
      {"logdet", logdet},
      {"rows", rows},
      {"cols", cols},
      {"square", square},
      {"pow", pow},
      {"delta", delta},
      {"max", extreme<true>},
      {"min", extreme<false>},
      {"hcat", joined<false>},
      {"vcat", joined<true>},
  };
  return table;
}

const ScalarFunction* elementwise_row(std::string_view name) {
  static const std::unordered_map<std::string_view, const ScalarFunction*> table = [] {
    std::unordered_map<std::string_view, const ScalarFunction*> rows_by_name;
    for (const ScalarFunction& row : scalar_functions()) {
      if (row.arity == 1 && function_named(row.name)) rows_by_name.emplace(row.name, &row);
    }
    return rows_by_name;
  }();
  const auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace

Dense called(Arena& arena, std::string_view name, Arguments arguments) {
  if (arguments.empty()) return {};
  for (const Dense& one : arguments) {
    if (one.is_none()) return {};
  }
  if (const ScalarFunction* row = elementwise_row(name)) {
    if (arguments.size() != 1) return {};
    return mapped(arena, arguments[0], [row](double x) { return row->value(x, 0, 0); });
  }
  const auto found = makers().find(name);
  return found == makers().end() ? Dense{} : found->second(arena, arguments);
}

bool is_elementwise(std::string_view name) { return elementwise_row(name) != nullptr; }

Dense slope(Arena& arena, std::string_view name, const Dense& a) {
  if (name == "square") return scaled(arena, 2, a);
  const ScalarFunction* row = elementwise_row(name);
  if (row == nullptr) return {};
  const auto f = [row](double x) { return row->value(x, 0, 0); };
  return mapped(arena, a, [&](double x) -> double {
    switch (row->function) {
      case Function::relu: return x > 0 ? 1 : 0;
      case Function::leaky_relu: return x > 0 ? 1 : 0.01;
      case Function::abs: return f(x) == 0 ? 0 : x / f(x);
      case Function::sign:
      case Function::step: return 0;
      default: break;
    }
    constexpr double h = 1e-3;  // five points: the error is h⁴f⁽⁵⁾/30
    return (f(x - 2 * h) - 8 * f(x - h) + 8 * f(x + h) - f(x + 2 * h)) / (12 * h);
  });
}

}  // namespace gradwright::check
