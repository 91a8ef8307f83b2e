// The polynomials: at most 2 ulp in float32 and 4 in float64, in vectors of every width; limits at infinities, zeros and nan.
// bench/elementwise measures every number of float32; here is every 997th.
#include "elementwise.h"

#include <doctest/doctest.h>

#include "run/llvm_library.h"

using namespace gradwright;

namespace {

std::vector<VectorUnit> units() {
  std::vector<VectorUnit> all;
  if (!running::LlvmLibrary::loaded().fault.empty()) return all;
  const VectorUnit here = running::vector_unit();
  if (here.bits >= 512) all.push_back({512, true});
  if (here.bits >= 256) all.push_back({256, false});
  all.push_back({128, false});
  all.push_back({32, here.has_masks});  // numbers, one by one
  return all;
}

}  // namespace

TEST_CASE("float32 within 2 ulp") {
  for (const VectorUnit& unit : units()) {
    for (const Measured& it : measured_functions) {
      const auto f = elementwise_function<float>(it.op, unit);
      REQUIRE(f.has_value());
      const Error error = largest_error_single(it, reinterpret_cast<Elementwise<float>>(f->function("f")), 1, 997);
      INFO(std::string(it.name) << ", " << unit.bits << " bits, at " << error.at);
      CHECK(error.ulp <= 2);
    }
  }
}

TEST_CASE("float64 within 4 ulp") {
  for (VectorUnit unit : units()) {
    unit.bits = std::max(unit.bits, 64);
    for (const Measured& it : measured_functions) {
      const auto f = elementwise_function<double>(it.op, unit);
      REQUIRE(f.has_value());
      const Error error = largest_error_double(it, reinterpret_cast<Elementwise<double>>(f->function("f")), 400000);
      INFO(std::string(it.name) << ", " << unit.bits << " bits, at " << error.at);
      CHECK(error.ulp <= 4);
    }
  }
}

TEST_CASE("limits") {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  const float tiny = std::numeric_limits<float>::denorm_min(), large = std::numeric_limits<float>::max();
  for (const VectorUnit& unit : units()) {
    for (const Measured& it : measured_functions) {
      const auto f = elementwise_function<float>(it.op, unit);
      REQUIRE(f.has_value());
      std::vector<float> x{infinity, -infinity, nan, 0,  -0.0F, tiny, -tiny, large,
                           -large,   1,         -1,  -2, 200,   -200, 88.7F, -87.4F};
      std::vector<float> y(x.size());
      reinterpret_cast<Elementwise<float>>(f->function("f"))(x.data(), y.data(), static_cast<long long>(x.size()));
      for (std::size_t i = 0; i < x.size(); ++i) {
        CAPTURE(std::string(it.name));
        CAPTURE(x[i]);
        CAPTURE(unit.bits);
        CAPTURE(y[i]);
        CHECK(error_in_ulp(y[i], exact(it.op, static_cast<double>(x[i]))) <= 2);
      }
    }
  }
}
