#include "read/formula/chain.h"

namespace gradwright::formula {

Chain::Chain(Elaborator& elaborator, const Value& first) : elaborator_(elaborator), sheet_(elaborator.draft()) {
  restart(first);
}

void Chain::restart(const Value& value) {
  sheet_ = elaborator_.draft();
  lone_ = value;
  surface_ = value.surface;
  count_ = 0;
}

bool Chain::takes(const Value& value, Operator op) {
  if (surface_.size() > 2 || value.is_tensor()) return false;
  if (op != Operator::times && op != Operator::over && op != Operator::dot_times && op != Operator::dot_over)
    return false;
  Value left;
  left.surface = surface_;
  return elaborator_.conforms(left, value, op);
}

void Chain::take(const Value& value, Operator op) {
  if (count_ > 0 && sheet_.factor_count() + sheet_.room_for(value) > ProductDraft::most_factors) {
    Value nested = made();
    nested.is_anonymous = false;  // as long as it is, it stays one operand
    restart(nested);
  }
  if (count_ == 0) {
    places_ = sheet_.fresh_axes(surface_);
    sheet_.multiply(lone_, places_);
  }
  ++count_;
  const bool divides = op == Operator::over || op == Operator::dot_over;
  const Value factor = divides ? elaborator_.reciprocal(value) : value;
  if (value.is_scalar()) {
    sheet_.multiply(factor, {});
  } else if (surface_.empty() || op != Operator::times) {
    if (surface_.empty()) {
      surface_ = value.surface;
      places_ = sheet_.fresh_axes(surface_);
    }
    sheet_.multiply(factor, places_);
  } else {
    const auto column = sheet_.fresh(value.surface[1]);
    sheet_.multiply(factor, {places_[1], column});
    places_[1] = column;
    surface_ = {surface_[0], value.surface[1]};
    if (elaborator_.normal(surface_).empty()) {
      surface_ = {};
      places_ = {};
    }
  }
}

Value Chain::made() {
  if (count_ == 0) return lone_;
  elaborator_.work_ += sheet_.factor_count() * sheet_.factor_count() / 32;
  return sheet_.made(places_, surface_);
}

}  // namespace gradwright::formula
