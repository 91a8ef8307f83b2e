#include "check/judge.h"
#include "derive/jacobian.h"
#include "ir/make.h"

namespace gradwright::check {

Verdict Judge::verdict_on_solution(const std::string& variable, const std::string& gw) {
  Verdict verdict;
  const SheetValue value = sheet_->value(gw);
  if (!value.is_good() || value.surface != sheet_->shape_of(variable)) {
    verdict.kind = value.is_good() ? VerdictKind::wrong_shape : VerdictKind::nonconforming;
    return verdict;
  }
  verdict.surface = value.surface;
  const Expr slope = substituted(*pool_, truth_.expr, {{expr_named(*sheet_, variable), value.expr}});
  if (slope == truth_.expr) return verdict;
  const Expr nothing = make_zero(*pool_, Shape(pool_->shape(slope)));
  const Truth no_slope{nothing, truth_.surface, {}, false, nothing, {}, Structure::none, {}};
  verdict = compared(*sheet_, *forms_, {slope, truth_.surface, {}}, no_slope);
  if (verdict.kind == VerdictKind::scaled) verdict.kind = VerdictKind::wrong_value;
  verdict.surface = value.surface;
  return verdict;
}

}  // namespace gradwright::check
