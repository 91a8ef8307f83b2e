// Which declared facts of an Input may be used, and which of them hold at a point without holding around it.
#pragma once

#include "ir/pool.h"

namespace gradwright {

/// None of a variable that is differentiated by.
[[nodiscard]] inline Property usable_facts(const InputInfo& info) {
  return has(info.properties, Property::unconstrained) ? Property::none : info.properties;
}

/// Facts of the entries as they stand: a derivative by the variable leaves the set on which they hold. Positive and invertible hold around a point too.
constexpr Property facts_of_values = Property::prob | Property::binary | Property::pm1 | Property::onehot_rows |
                                     Property::onehot_cols | Property::simplex_rows | Property::simplex_cols;
constexpr Property facts_of_structure =
    Property::symmetric | Property::diagonal | Property::spd | Property::orthogonal | Property::lower | Property::upper;

/// An Input whose facts must not be used before it is differentiated by.
[[nodiscard]] inline bool has_facts_at_a_point(const Pool& pool, Expr e) {
  return pool.kind(e) == Kind::input &&
         has(usable_facts(pool.payload<InputInfo>(e)), facts_of_values | facts_of_structure);
}

[[nodiscard]] inline bool is_orthogonal(const Pool& pool, Expr e) {
  return pool.kind(e) == Kind::input && pool.order(e) == 2 &&
         has(usable_facts(pool.payload<InputInfo>(e)), Property::orthogonal);
}

}  // namespace gradwright
