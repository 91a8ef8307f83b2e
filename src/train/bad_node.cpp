#include "train/bad_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ir/functions.h"

namespace gradwright {
namespace {

constexpr std::size_t entries_told = 3;

std::size_t first_bad(const Tensor& tensor) {
  const auto bad = std::find_if(tensor.values.begin(), tensor.values.end(), [](double x) { return !std::isfinite(x); });
  return static_cast<std::size_t>(bad - tensor.values.begin());
}

std::string number(double x) { return fmt::format("{:.4g}", x); }

std::string index_text(const Tensor& tensor, std::size_t place) {
  std::string text;
  for (const std::int64_t extent : tensor.extents) {
    const auto size = static_cast<std::size_t>(std::max<std::int64_t>(1, extent));
    text += fmt::format("{}{}", text.empty() ? "" : ",", place % size + 1);
    place /= size;
  }
  return text;
}

BadOperation bad_power(double base, Rational exponent, double value) {
  const double p = exponent.to_double();
  if (base == 0 && p < 0)
    return {
        .what = "a division by 0", .help = "add a small constant to the divisor: `./ (s + 1e-8)`", .is_division = true};
  const std::string what =
      fmt::format("({})^{} is {}", number(base),
                  exponent.is_integer() ? exponent.to_string() : "(" + exponent.to_string() + ")", number(value));
  if (base < 0 && std::isnan(value)) return {.what = what, .help = "a root needs what is not negative: `max(s, 0)`"};
  return {.what = what, .is_overflow = true};
}

BadOperation bad_map(const Pool& pool, Expr node, const NodeValues& values) {
  const std::size_t place = first_bad(values.at(node));
  const double value = values.at(node).values[place];
  const auto& map = pool.payload<MapFunction>(node);
  const auto& operands = pool[node].operands;
  const double x = values.at(operands[0]).values[place];
  if (map.function == Function::power) return bad_power(x, map.parameter, value);
  std::string arguments = number(x);
  if (operands.size() > 1) arguments += ", " + number(values.at(operands[1]).values[place]);
  BadOperation bad{fmt::format("{}({}) is {}", scalar_function(map.function).name, arguments, number(value)), "",
                   false};
  switch (map.function) {
    case Function::log:
    case Function::log1p:
      bad.help =
          "keep its argument above zero: `log(p + 1e-12)`, or a form that needs no logarithm of it: log_softmax, "
          "softplus, logsumexp";
      break;
    case Function::exp:
    case Function::expm1:
    case Function::sinh:
    case Function::cosh:
      bad.help = "keep its argument small: softmax, sigmoid and logsumexp have forms that do not overflow";
      bad.is_overflow = true;
      break;
    default:
      bad.help = fmt::format("`{}` is defined for {}", scalar_function(map.function).name,
                             scalar_function(map.function).domain);
      if (scalar_function(map.function).domain.empty()) bad.help.clear();
  }
  return bad;
}

}  // namespace

bool is_bad(const Tensor& tensor) { return first_bad(tensor) < tensor.values.size(); }

Expr origin_of(const Pool& pool, Expr root, const NodeValues& values) {
  const auto is_nan = [&](Expr e) {
    const auto& numbers = values.at(e).values;
    return std::any_of(numbers.begin(), numbers.end(), [](double x) { return std::isnan(x); });
  };
  for (Expr e = root;;) {
    Expr next;
    for (const Expr operand : pool[e].operands) {
      if (!is_bad(values.at(operand))) continue;
      // An infinity may be meant and vanish later; what is not a number never does.
      if (next.is_none() || (is_nan(operand) && !is_nan(next))) next = operand;
    }
    if (next.is_none()) return e;
    e = next;
  }
}

BadOperation bad_operation(const Pool& pool, Expr node, const NodeValues& values) {
  const Tensor& tensor = values.at(node);
  const std::string value = number(tensor.values[first_bad(tensor)]);
  switch (pool.kind(node)) {
    case Kind::map: return bad_map(pool, node, values);
    case Kind::einsum: return {.what = fmt::format("a product overflows to {}", value), .is_overflow = true};
    case Kind::add: return {.what = fmt::format("a sum overflows to {}", value), .is_overflow = true};
    case Kind::fold:
      return {.what = fmt::format("a product or a sum of exponentials over an axis is {}", value), .is_overflow = true};
    case Kind::matrix:
      return {.what = fmt::format("an inverse or a determinant is {}", value),
              .help = "the matrix is singular: add a small multiple of the identity, `A + 1e-6*eye(n)`"};
    case Kind::gather:
      return {.what = "an index lies outside its table", .help = "indices count from 1 to the number of rows"};
    case Kind::input: return {.what = fmt::format("the input `{}` is {}", pool.payload<InputInfo>(node).name, value)};
    case Kind::literal:
    case Kind::window:
    case Kind::reshape: break;
  }
  return {.what = fmt::format("a value is {}", value), .is_overflow = true};
}

std::string bad_entries(const Tensor& tensor) {
  if (tensor.extents.empty()) return "";
  std::vector<std::string> told;
  std::size_t count = 0;
  for (std::size_t place = 0; place < tensor.values.size(); ++place) {
    if (std::isfinite(tensor.values[place])) continue;
    if (++count <= entries_told) told.push_back(fmt::format("[{}]", index_text(tensor, place)));
  }
  std::string text;
  for (std::size_t i = 0; i < told.size(); ++i) text += (i == 0 ? "" : ", ") + told[i];
  if (count > told.size()) text += ", …";
  return fmt::format("{} of its {} entries: {}", count, tensor.values.size(), text);
}

}  // namespace gradwright
