#include "check/other_loss.h"

#include <algorithm>
#include <array>

#include "check/factor.h"
#include "check/own_names.h"
#include "ir/make.h"

namespace gradwright::check {
namespace {

struct LossRow {
  std::string_view name, gw;  ///< of the prediction `p` and the target `y`
};

constexpr std::array loss_rows{
    LossRow{"squared error", "1/2*sum(({p} - {y}).^2)"},
    LossRow{"binary cross-entropy", "-sum({y} .* log({p}) + (1 - {y}) .* log(1 - {p}))"},
    LossRow{"cross-entropy", "-sum({y} .* log({p}))"},
    LossRow{"binary cross-entropy of sigmoid", "sum(softplus({p}) - {y} .* {p})"},
    LossRow{"cross-entropy of softmax", "logsumexp({p}) - sum({y} .* {p})"},
    LossRow{"absolute error", "sum(abs({p} - {y}))"},
};

std::string filled(std::string_view pattern, const std::string& p, const std::string& y) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    if (rest.starts_with("{p}") || rest.starts_with("{y}")) {
      text += pattern[i + 1] == 'p' ? p : y;
      i += 2;
    } else {
      text += pattern[i];
    }
  }
  return text;
}

}  // namespace

std::optional<OtherLoss> other_loss(OpenSheet& sheet, NormalForms& forms, const Question& question, Expr claim) {
  Pool& pool = sheet.pool();
  const Program& program = sheet.program();
  const Definition* loss = program.definition(question.of.name);
  if (loss == nullptr || loss->expr.is_none() || pool.order(loss->expr) != 0) return std::nullopt;
  const std::vector<Expr> parts = reachable(pool, {loss->expr});
  const auto is_part = [](const std::vector<Expr>& all, Expr e) {
    return std::find(all.begin(), all.end(), e) != all.end();
  };
  const Expr variable = expr_named(sheet, question.wrt.name);
  struct Pair {
    std::string p, y;
  };
  std::vector<Pair> pairs;
  for (const Declaration& target : program.declarations) {
    if (target.surface.empty() || !is_part(parts, target.input) ||
        pool.payload<InputInfo>(target.input).role != Role::data)
      continue;
    for (const Definition& prediction : program.definitions) {
      if (prediction.expr.is_none() || is_of_checker(prediction.name) || prediction.surface != target.surface ||
          !is_part(parts, prediction.expr))
        continue;
      const std::vector<Expr> below = reachable(pool, {prediction.expr});
      if (is_part(below, target.input) || !is_part(below, variable)) continue;
      pairs.push_back({prediction.name, target.name});
    }
  }
  for (const Pair& pair : pairs) {
    for (const LossRow& row : loss_rows) {
      const std::string gw = filled(row.gw, pair.p, pair.y);
      const auto slope = slope_of(sheet, gw, question.wrt.name);
      if (!slope || pool.shape(*slope) != pool.shape(claim) || is_zero(pool, *slope)) continue;
      if (compared_by_numbers(pool, claim, *slope, 2).points == 0) continue;
      const auto factor = constant_factor(pool, forms, claim, *slope);
      if (factor && !factor->gw.starts_with('-')) return OtherLoss{std::string(row.name), gw};
    }
  }
  return std::nullopt;
}

}  // namespace gradwright::check
