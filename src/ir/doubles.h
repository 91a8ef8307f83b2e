// The evaluator's arithmetic in double precision.
#pragma once

#include <cmath>
#include <cstdint>

#include "ir/functions.h"

namespace gradwright {

struct Doubles {
  static double of(double x) { return x; }
  static double of(Rational x) { return x.to_double(); }
  static double nearest(double x) { return x; }
  static double size(double x) { return std::fabs(x); }
  static double exp(double x) { return std::exp(x); }
  static double log(double x) { return std::log(x); }
  static bool is_nan(double x) { return std::isnan(x); }
  static double nan() { return std::nan(""); }
  static double negligible() { return 1e-13; }
  static double vanished(double) { return 0; }
  static double shared(double x, double, std::int64_t) { return x; }
  static auto mapped(const MapFunction& map) {
    return [value = scalar_function(map.function).value, parameter = map.parameter.to_double()](double x, double y) {
      return value(x, y, parameter);
    };
  }
  static double applied(const MapFunction& map, double x, double y) { return mapped(map)(x, y); }
};

}  // namespace gradwright
