#include "train/structured.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "ir/make.h"
#include "train/declared.h"

namespace gradwright {
namespace {

struct Unkept {
  Property property;
  const char* name;
  const char* help;
};

constexpr const char* by_softmax = "train what it is made of: `param t : R[n]` and `p = softmax(t)`";
constexpr Unkept unkept_of_vector[] = {
    {Property::simplex_rows | Property::simplex_cols, "simplex", by_softmax},
    {Property::onehot_rows | Property::onehot_cols, "onehot", by_softmax},
};
constexpr Unkept unkept[] = {
    {Property::prob, "prob", by_softmax},
    {Property::positive, "positive", "train its logarithm: `param t : R[n]` and `w = exp(t)`"},
    {Property::spd, "spd", "train a factor of it: `param A : R[n,n]` and `S = A*A' + 0.001*eye(n)`"},
    {Property::orthogonal, "orthogonal",
     "train what it is made of: `param v : R[n]` and `Q = eye(n) - 2*v*v'/sum(v.^2)`, or a product of such"},
    {Property::simplex_rows, "simplex_rows", "train what it is made of: `param T : R[n,m]` and `P = softmax_rows(T)`"},
    {Property::simplex_cols, "simplex_cols", "train what it is made of: `param T : R[n,m]` and `P = softmax_cols(T)`"},
    {Property::binary, "binary", "train a number: `param t : R[n]` and `b = sigmoid(t)`"},
    {Property::pm1, "pm1", "train a number: `param t : R[n]` and `s = tanh(t)`"},
    {Property::onehot_rows, "onehot_rows", "train what it is made of: `param T : R[n,m]` and `Y = softmax_rows(T)`"},
    {Property::onehot_cols, "onehot_cols", "train what it is made of: `param T : R[n,m]` and `Y = softmax_cols(T)`"},
};

}  // namespace

UpdateRule kept_in_structure(UpdateRule rule) {
  return [rule = std::move(rule)](Pool& pool, const std::vector<Parameter>& parameters,
                                  const std::vector<Expr>& gradients) {
    std::vector<Expr> kept = gradients;
    for (std::size_t i = 0; i < parameters.size(); ++i)
      kept[i] = nearest_within(pool, gradients[i], parameters[i].structure);
    return rule(pool, parameters, kept);
  };
}

void keep_within(std::vector<double>& matrix, Structure structure) {
  const auto n = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(matrix.size()))));
  for (std::size_t column = 0; column < n; ++column) {
    for (std::size_t row = 0; row < n; ++row) {
      double& entry = matrix[row + column * n];
      double& mirrored = matrix[column + row * n];
      if (structure == Structure::symmetric && row < column) entry = mirrored = (entry + mirrored) / 2;
      const bool is_off = structure == Structure::diagonal ? row != column
                          : structure == Structure::lower  ? row < column
                                                           : structure == Structure::upper && row > column;
      if (is_off) entry = 0;
    }
  }
}

std::optional<Diagnostic> unkept_property(const Pool& pool, const Parameter& parameter) {
  const InputInfo& info = pool.payload<InputInfo>(parameter.input);
  const auto first_of = [&](std::span<const Unkept> table) {
    const auto found =
        std::ranges::find_if(table, [&](const Unkept& one) { return has(info.properties, one.property); });
    return found == table.end() ? nullptr : &*found;
  };
  const Unkept* found = is_declared_vector(pool, info) ? first_of(unkept_of_vector) : nullptr;
  if (found == nullptr) found = first_of(unkept);
  if (found == nullptr) return std::nullopt;
  return error("G0547", fmt::format("`{}` is declared `{}`, and no step of a training would keep it so", parameter.name,
                                    found->name))
      .at(parameter.span)
      .help(found->help)
      .help("or leave the property out");
}

std::optional<Diagnostic> moved_entry_by_entry(const std::vector<Parameter>& parameters) {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [](const Parameter& one) { return one.structure != Structure::none; });
  if (found == parameters.end()) return std::nullopt;
  return error("G0547", fmt::format("`{}` is {}, and a method that takes all samples a step moves each entry by itself",
                                    found->name, structure_name(found->structure)))
      .at(found->span)
      .help("take a method that keeps it: sgd, adam");
}

}  // namespace gradwright
