// Readings: the sheet as one sweep of differentiation needs it: what is derived by free, without the facts that hold of its values.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "derive/jacobian.h"
#include "read/formula/program.h"

namespace gradwright {

struct Variable {
  Expr expr;
  Shape surface;
};
/// What is declared or defined by this name.
[[nodiscard]] std::optional<Variable> variable_named(const Pool&, const Program&, std::string_view);

using NameSet = std::set<std::string, std::less<>>;
/// Reads a sheet with derivatives inside expressions; `cuts` and `unconstrained` as in ReadOptions.
[[nodiscard]] ReadOptions reading_options(NameSet cuts = {}, NameSet unconstrained = {});
/// The sheet as what is to be differentiated by these variables: none of their facts is used.
[[nodiscard]] Program without_facts_of(const Text&, Pool&, const Program&, const std::vector<const Declaration*>&);

struct SheetReading {
  const Program& sheet;    ///< as it says itself
  const Program& program;  ///< as it is differentiated
  const Request& request;
  Variable of;                  ///< of this reading, as `by` is
  std::vector<Target> targets;  ///< parallel to `by`
  std::vector<Variable> by;
  Names names;            ///< by which formulas may be told
  Substitution at_point;  ///< from variables freed of their facts to those of the sheet; else empty

  [[nodiscard]] bool is_hessian() const { return request.kind == Request::Kind::hessian; }
  [[nodiscard]] bool is_mixed() const { return is_hessian() && request.wrt.size() == 2; }
};
/// `derive` gets each reading in the order of the request: plain inputs share one; a defined name is cut free, an input with facts at
/// a point is freed of them, each in a reading of its own. None where the reader has found fault with what is derived.
void each_reading(const Text&, Pool&, const Program&, const Request&,
                  const std::function<void(const SheetReading&)>& derive);

}  // namespace gradwright
