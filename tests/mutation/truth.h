// What a claim about ∂of/∂wrt is measured by, made anew for these tests: derived, simplified and presented.
#pragma once

#include <optional>
#include <string>

#include "check/repair.h"
#include "derive/jacobian.h"
#include "ir/make.h"
#include "simplify/simplify.h"

namespace gradwright::check {

struct Measured {
  OpenSheet sheet;
  Expr truth;
  Shape surface;
  Formula formula;

  [[nodiscard]] RepairTask task(std::string claim, const std::string& of, const std::string& wrt) {
    return {sheet, std::move(claim), {}, truth, surface, formula.gw, formula.where, "∂" + of + "/∂" + wrt, {}};
  }
};

inline std::optional<Measured> measured(Pool& pool, const std::string& sheet, const std::string& of,
                                        const std::string& wrt, Layout layout) {
  ReadOptions options;
  options.derivative = derivative_of;
  const Program plain = read_formula(Text("plain.gw", sheet), pool, options);
  if (plain.declaration(wrt) == nullptr) options.cuts = {wrt};
  options.unconstrained = {wrt};
  OpenSheet open(Text("sheet.gw", sheet), pool, options);
  const SheetValue whole = open.value(of);
  const SheetValue by = open.value(wrt);
  if (!whole.is_good() || !by.is_good()) return std::nullopt;
  Expr truth = derivative_of(pool, whole.expr, by.expr);
  Shape surface = by.surface;
  if (pool.order(whole.expr) == 0) {
    if (layout == Layout::numerator && surface.size() == 2) {
      std::swap(surface[0], surface[1]);
      truth = transposed(pool, truth);
    }
  } else {
    const auto count = [&](Expr e) {
      Dim total = pool.dims().one();
      for (const Dim dim : Shape(pool.shape(e))) total = pool.dims().product(total, dim);
      return total;
    };
    surface = {count(whole.expr), count(by.expr)};
    truth = make_reshape(pool, truth, axes_of(pool.dims(), surface));
    if (layout == Layout::denominator) {
      std::swap(surface[0], surface[1]);
      truth = transposed(pool, truth);
    }
  }
  Names names = open.program().names;
  names.erase(whole.expr);
  Trace trace;
  truth = simplified(pool, {truth}, names, trace)[0];
  Formula formula = presented(pool, truth, surface, names);
  return Measured{std::move(open), truth, surface, std::move(formula)};
}

}  // namespace gradwright::check
