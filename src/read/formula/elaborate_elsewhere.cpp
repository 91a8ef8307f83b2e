// Functions that are known elsewhere and are none here: never taken for a slip of another name, and told with what they would be.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "read/formula/elaborate.h"

namespace gradwright::formula {
namespace {

enum class Argument : std::uint8_t { any, column, row, vector };

/// In an edit `{0}` is the argument as a factor, `{1}` without brackets of its own.
struct Elsewhere {
  std::string_view name, way_out;
  Argument argument = Argument::any;
  std::string_view edit = {};  ///< empty: none has the same value
};

constexpr auto elsewhere = std::to_array<Elsewhere>({
    {"cumsum", "a cumulative sum is a product with a triangle of ones", Argument::column,
     "(tril(ones(rows({1}),rows({1})))*{0})"},
    {"cumsum", "a cumulative sum is a product with a triangle of ones", Argument::row,
     "({0}*triu(ones(cols({1}),cols({1}))))"},
    {"cumsum", "down the columns `tril(ones(m,m))*A`, along the rows `A*triu(ones(n,n))`"},
    {"cumprod", "of positive entries it is `exp(tril(ones(n,n))*log(x))`"},
    {"softmin", "it is `softmax(-x)`", Argument::vector, "softmax(-{0})"},
    {"softmin", "along a matrix it is `softmax_rows(-X)` or `softmax_cols(-X)`"},
    {"amax", "it is `max`", Argument::any, "max({1})"},
    {"amin", "it is `min`", Argument::any, "min({1})"},
    {"average", "it is `mean`", Argument::any, "mean({1})"},
    {"flipud", "it is `flip`", Argument::any, "flip({1})"},
    {"fliplr", "it is `flip(A')'`", Argument::any, "(flip({0}')')"},
    {"argmax", "a place has no derivative; the value there is `max(x)`"},
    {"argmin", "a place has no derivative; the value there is `min(x)`"},
    {"sort", "what depends on an order of the entries is not built; its ends are `max(x)` and `min(x)`"},
    {"median", "what depends on an order of the entries is not built; the mean is `mean(x)`"},
    {"cov", "of samples as rows it is `C'*C/n` with `C = X - ones(n)*colmean(X)`, or divided by `n - 1`"},
    {"cond", "it is not built; of the Frobenius norm it is `norm2(A)*norm2(inv(A))`"},
    {"conv1d", "of vectors it is `conv(x,k)`, a cross-correlation"},
    {"selu", "define it: `selu(x) = 1.0507*max(x, 0) + 1.7581*(exp(min(x, 0)) - 1)`"},
    {"sinc", "write `sin(pi*x) ./ (pi*x)`, as NumPy has it, or `sin(x) ./ x`"},
    {"sqr", "the square is `square(x)`, the square root `sqrt(x)`"},
    {"sigm", "the logistic function is `sigmoid(x)`"},
});

}  // namespace

bool Elaborator::is_known_elsewhere(Diagnostic& diagnostic, const AstNode& call, const std::vector<Value>& arguments) {
  const bool is_one = arguments.size() == 1 && !arguments[0].is_poisoned();
  const auto fits = [&](Argument argument) {
    if (argument == Argument::any) return true;
    if (!is_one) return false;
    const Shape& shape = arguments[0].surface;
    const bool is_column = shape.size() == 2 && pool_.dims().is_one(shape[1]),
               is_row = shape.size() == 2 && pool_.dims().is_one(shape[0]);
    return argument == Argument::column ? is_column : argument == Argument::row ? is_row : is_column || is_row;
  };
  const auto row = std::find_if(elsewhere.begin(), elsewhere.end(),
                                [&](const Elsewhere& one) { return one.name == call.text && fits(one.argument); });
  if (row == elsewhere.end()) return false;
  if (row->edit.empty() || !is_one)
    diagnostic.help(std::string(row->way_out));
  else
    offer(diagnostic, call.span,
          fmt::format(fmt::runtime(row->edit), grouped(call.children[0]), bare(raw(call.children[0]))),
          std::string(row->way_out));
  return true;
}

}  // namespace gradwright::formula
