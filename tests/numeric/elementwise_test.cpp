// The polynomials: at most 2 ulp in float32 and 4 in float64, in vectors of every width and as C for any compiler; limits at infinities, zeros
// and nan. bench/elementwise measures every number of float32; here is every 997th.
#include "elementwise.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <functional>
#include <string>

#include "run/llvm_library.h"

using namespace gradwright;

namespace {

using Made = tl::expected<Executable, Diagnostic>;

/// A way to compile one of the functions.
struct Way {
  std::string name;
  std::function<Made(Op)> single, wide;
};

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

std::vector<Way> ways() {
  std::vector<Way> all;
  for (const VectorUnit& unit : units()) {
    const VectorUnit wide{std::max(unit.bits, 64), unit.has_masks};
    all.push_back({fmt::format("LLVM, {} bits", unit.bits),
                   [=](Op op) { return elementwise_function<float>(op, unit); },
                   [=](Op op) { return elementwise_function<double>(op, wide); }});
  }
  if (!running::found_compiler("")) return all;
  const auto add = [&](const char* name, int optimisation, const std::vector<std::string>& flags) {
    all.push_back({name, [=](Op op) { return elementwise_in_c<float>(op, optimisation, flags); },
                   [=](Op op) { return elementwise_in_c<double>(op, optimisation, flags); }});
  };
  add("C, products and sums fused", 3, {"-Wall", "-Wextra", "-Werror"});
  add("C, nothing fused", 3, {"-ffp-contract=off"});
  add("C, one by one", 0, {"-ftrapping-math"});
#if defined(__x86_64__)
  add("C, the oldest vectors", 2, {"-mno-avx", "-ftree-vectorize"});
#endif
  return all;
}

bool has_negative_zero(float x) { return x == 0 && std::signbit(x); }

}  // namespace

TEST_CASE("float32 within 2 ulp") {
  for (const Way& way : ways()) {
    for (const Measured& it : measured_functions) {
      const Made f = way.single(it.op);
      REQUIRE_MESSAGE(f.has_value(), f.error().message);
      const Error error = largest_error_single(it, reinterpret_cast<Elementwise<float>>(f->function("f")), 1, 997);
      INFO(std::string(it.name) << ", " << way.name << ", at " << error.at);
      CHECK(error.ulp <= 2);
    }
  }
}

TEST_CASE("float64 within 4 ulp") {
  for (const Way& way : ways()) {
    for (const Measured& it : measured_functions) {
      const Made f = way.wide(it.op);
      REQUIRE_MESSAGE(f.has_value(), f.error().message);
      const Error error = largest_error_double(it, reinterpret_cast<Elementwise<double>>(f->function("f")), 400000);
      INFO(std::string(it.name) << ", " << way.name << ", at " << error.at);
      CHECK(error.ulp <= 4);
    }
  }
}

TEST_CASE("limits") {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  const float tiny = std::numeric_limits<float>::denorm_min(), large = std::numeric_limits<float>::max();
  const std::vector<float> x{infinity, -infinity, nan, 0,  -0.0F, tiny, -tiny, large,
                             -large,   1,         -1,  -2, 200,   -200, 88.7F, -87.4F};
  for (const Way& way : ways()) {
    for (const Measured& it : measured_functions) {
      const Made f = way.single(it.op);
      REQUIRE_MESSAGE(f.has_value(), f.error().message);
      std::vector<float> y(x.size());
      reinterpret_cast<Elementwise<float>>(f->function("f"))(x.data(), y.data(), static_cast<long long>(x.size()));
      for (std::size_t i = 0; i < x.size(); ++i) {
        CAPTURE(std::string(it.name));
        CAPTURE(x[i]);
        CAPTURE(way.name);
        CAPTURE(y[i]);
        CHECK(error_in_ulp(y[i], exact(it.op, static_cast<double>(x[i]))) <= 2);
      }
    }
  }
}

TEST_CASE("limits in float64") {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::nan("");
  const double tiny = std::numeric_limits<double>::denorm_min(), large = std::numeric_limits<double>::max();
  const std::vector<double> x{infinity, -infinity, nan, 0,    -0.0,  tiny,   -tiny,    large,
                              -large,   1,         -1,  -2,   1e3,   -1e3,   709.7,    709.8,
                              -708.5,   -745.2,    710, -750, 1e-20, -1e-20, 2.5e-310, 0x1p-1022};
  for (const Way& way : ways()) {
    for (const Measured& it : measured_functions) {
      const Made f = way.wide(it.op);
      REQUIRE_MESSAGE(f.has_value(), f.error().message);
      std::vector<double> y(x.size());
      reinterpret_cast<Elementwise<double>>(f->function("f"))(x.data(), y.data(), static_cast<long long>(x.size()));
      for (std::size_t i = 0; i < x.size(); ++i) {
        CAPTURE(std::string(it.name));
        CAPTURE(x[i]);
        CAPTURE(way.name);
        CAPTURE(y[i]);
        CHECK(error_in_ulp(y[i], exact(it.op, static_cast<long double>(x[i]))) <= 4);
      }
    }
  }
}

TEST_CASE("odd functions and those that start like them keep the sign of zero") {
  for (const Way& way : ways()) {
    for (const Op op : {Op::log1p, Op::expm1, Op::tanh, Op::erf}) {
      const Made f = way.single(op);
      REQUIRE_MESSAGE(f.has_value(), f.error().message);
      std::vector<float> x(16, -0.0F), y(16, 1.0F);
      reinterpret_cast<Elementwise<float>>(f->function("f"))(x.data(), y.data(), 16);
      CAPTURE(way.name);
      CAPTURE(static_cast<int>(op));
      CHECK(std::all_of(y.begin(), y.end(), has_negative_zero));
    }
  }
}
