// Elementwise functions by polynomials: reduce the argument, a polynomial, put it back. bench/elementwise measures their errors over all
// of float32. Every step is defined for infinities and nan, so lanes need no branches.
#include <limits>

#include "emit/coefficients.h"
#include "emit/llvm_math.h"

namespace gradwright::emitting {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

class Functions : Arithmetic {
 public:
  Functions(LlvmFunction& function, VectorType type, const VectorUnit& unit)
      : Arithmetic{function, 0, type}, unit_(unit), is_single_(type.is_single()) {}

  V of(Op op, const V& x) {
    switch (op) {
      case Op::exp: return exp(x);
      case Op::log: return log(x);
      case Op::log1p: return log1p(x);
      case Op::expm1: return expm1(x);
      case Op::sigmoid: return sigmoid(x);
      case Op::softplus: return add(select(compare("ogt", x, k(0)), x, k(0)), log1p_of_unit(exp_below_one(x)));
      case Op::tanh: return is_single_ ? tanh_single(x) : tanh_double(x);
      case Op::erf: return is_single_ ? erf_single(x) : V();
      default: return {};
    }
  }

 private:
  /// x = n·ln 2 + r, |r| ≤ ln 2 / 2. n as a number, and as bits at the low end of `shifted`.
  struct Reduced {
    V n, r, shifted;
  };
  Reduced reduced(const V& x) const {
    const double shift = is_single_ ? 0x1.8p23 : 0x1.8p52;
    const V shifted = fma(x, k(0x1.71547652b82fep+0), k(shift));
    const V n = f.emit(b, fmt::format("fsub {} {}, {}", s.type(), shifted, k(shift)));
    return {n, fma(n, k(-low_ln2()), fma(n, k(-high_ln2()), x)), shifted};
  }
  /// ln 2 in two parts, of which n times the first is exact up to fma.
  double high_ln2() const { return is_single_ ? 0x1.62e43p-1 : 0x1.62e42fefa39efp-1; }
  double low_ln2() const { return is_single_ ? -0x1.05c610ca86c39p-29 : 0x1.abc9e3b39803fp-56; }
  V whole_of(const V& shifted) const {
    return is_single_ ? whole("sub", bits(shifted), 0x4b400000) : whole("sub", bits(shifted), 0x4338000000000000);
  }
  int exponent_bits() const { return is_single_ ? 23 : 52; }
  int bias() const { return is_single_ ? 127 : 1023; }
  /// 2^n for a whole n in the range of normal numbers.
  V power(const V& n) const { return real_of_bits(whole("shl", whole("add", n, bias()), exponent_bits())); }

  /// exp(r) − 1 for a reduced r.
  V exp_rest(const V& r) const {
    const V q = is_single_ ? polynomial(r, exp_single) : polynomial(r, exp_double);
    return fma(mul(r, r), q, r);
  }
  V clamped(const V& x, double low, double high) const {
    const V below = select(compare("olt", k(high), x), k(high), x);
    return select(compare("ogt", k(low), below), k(low), below);
  }

  V exp(const V& x) const { return exp_of(is_single_ ? clamped(x, -104.5, 89) : clamped(x, -746, 710)); }
  V exp_of(const V& clamped) const {
    const Reduced by = reduced(clamped);
    return scaled(add(exp_rest(by.r), k(1)), by);
  }
  /// exp(−|x|): no larger than 1.
  V exp_below_one(const V& x) const {
    const V down = neg(unary("fabs", x)), least = k(is_single_ ? -104.5 : -746);
    return exp_of(select(compare("ogt", least, down), least, down));
  }

  /// p·2^n, also where that is no normal number.
  V scaled(const V& p, const Reduced& by) const {
    const int width = s.lanes * (is_single_ ? 32 : 64);
    if (unit_.has_masks && (width == 512 || width == 256 || width == 128)) return scaled_vector(p, by.n, s, width);
    if (unit_.has_masks && s.lanes == 1) {
      const VectorType wide{s.precision, is_single_ ? 4 : 2};
      const auto in_wide = [&](const V& x) {
        return f.emit(b, fmt::format("insertelement {} poison, {} {}, i32 0", wide.type(), s.type(), x));
      };
      const V p4 = in_wide(p), n4 = in_wide(by.n);
      const V all =
          f.emit(b, fmt::format("call {0} @llvm.x86.avx512.mask.scalef.{1}({0} {2}, {0} {3}, {0} {2}, i8 -1, i32 4)",
                                wide.type(), is_single_ ? "ss" : "sd", p4, n4));
      return f.emit(b, fmt::format("extractelement {} {}, i32 0", wide.type(), all));
    }
    const V n = whole_of(by.shifted);
    const V half = whole("ashr", n, 1);
    return mul(mul(p, power(half)), power(whole("sub", n, half)));
  }

  V scaled_vector(const V& p, const V& n, VectorType type, int width) const {
    return f.emit(b, fmt::format("call {0} @llvm.x86.avx512.mask.scalef.{1}.{2}({0} {3}, {0} {4}, {0} {3}, {5} -1{6})",
                                 type.type(), is_single_ ? "ps" : "pd", width, p, n, type.lanes == 16 ? "i16" : "i8",
                                 width == 512 ? ", i32 4" : ""));
  }

  V expm1(const V& x) const {
    const Reduced by = reduced(is_single_ ? clamped(x, -30, 89) : clamped(x, -60, 710));
    const V t = exp_rest(by.r);
    const V half = power(whole("sub", whole_of(by.shifted), 1));  // 2^(n − 1): 2^n may be too large
    const V sum = fma(half, t, sub(half, k(0.5)));
    return signed_as(select(compare("oeq", by.n, k(0)), t, add(sum, sum)), x);  // −0 stays −0
  }

  /// x = 2^e·(1 + f), √½ ≤ 1 + f < √2.
  struct Split {
    V e, f;
  };
  /// `rest` is added to x, far below its last place.
  Split split(const V& x, const V& rest) const {
    const std::int64_t root = is_single_ ? 0x3f3504f3 : 0x3fe6a09e667f3bcd;
    const V word = bits(x);
    const V e = whole("ashr", whole("sub", word, root), exponent_bits());
    const V m = real_of_bits(whole("sub", word, whole("shl", e, exponent_bits())));
    V over = add(m, k(-1));
    if (!rest.empty()) {
      const V negative = whole("sub", s.whole(bias()), e);
      const V moved = mul(rest, real_of_bits(whole("shl", negative, exponent_bits())));
      over = add(over, select(compare("olt", x, k(0x1p60)), moved, k(0)));  // beyond, 2^-e may be no number
    }
    return {f.emit(b, fmt::format("sitofp {} {} to {}", s.integer(), e, s.type())), over};
  }

  V log_of(const Split& x) const {
    V low;
    const V square = mul(x.f, x.f);
    if (is_single_) {
      low = mul(square, fma(x.f, polynomial(x.f, log_single), k(-0.5)));
    } else {
      const V half = mul(square, k(0.5));
      const V ratio = div(x.f, add(x.f, k(2)));
      const V z = mul(ratio, ratio);
      low = fma(ratio, fma(z, polynomial(z, log_double), half), neg(half));
    }
    const double ln2 = is_single_ ? 0x1.62ep-1 : 0x1.62e42fee00000p-1;
    const double ln2_rest = is_single_ ? 0x1.0bfbe8e7bcd5ep-15 : 0x1.a39ef35793c76p-33;
    return fma(x.e, k(ln2), add(x.f, fma(x.e, k(ln2_rest), low)));
  }

  V log(const V& x) const {
    const double least = is_single_ ? 0x1p-126 : 0x1p-1022, up = is_single_ ? 0x1p25 : 0x1p54;
    const V is_tiny = compare("olt", x, k(least));
    Split by = split(select(is_tiny, mul(x, k(up)), x), "");
    by.e = sub(by.e, select(is_tiny, k(is_single_ ? 25 : 54), k(0)));
    const V value = select(compare("oeq", x, k(infinity)), x, log_of(by));
    return select(compare("ult", x, k(0)), k(nan), select(compare("oeq", x, k(0)), k(-infinity), value));
  }

  /// What 1 + x loses in rounding to y.
  V lost(const V& x, const V& y) const { return sub(x, add(y, k(-1))); }

  V log1p(const V& x) const {
    const V y = add(x, k(1));
    const V rest = select(compare("oge", x, k(1)), sub(k(1), sub(y, x)), lost(x, y));
    V value = log_of(split(y, rest));
    value = select(compare("oeq", x, k(infinity)), x, select(compare("oeq", x, k(0)), x, value));
    return select(compare("ult", y, k(0)), k(nan), select(compare("oeq", y, k(0)), k(-infinity), value));
  }
  /// For 0 ≤ x ≤ 1, or nan.
  V log1p_of_unit(const V& x) const {
    const V y = add(x, k(1));
    return select(compare("uno", x, x), x, log_of(split(y, lost(x, y))));
  }

  /// 1 / (1 + 2^n + 2^n·t) for exp(−x) = 2^n·(1 + t): the shortest chain. Where 2^n is no normal number, beside the chain: 1, or exp(x).
  V sigmoid_of_one(const V& x) const {
    const V down = neg(x), shift = k(is_single_ ? 0x1.8p23 : 0x1.8p52);
    const V shifted = fma(x, k(-0x1.71547652b82fep+0), shift);
    const V n = f.emit(b, fmt::format("fsub {} {}, {}", s.type(), shifted, shift));
    const V near = fma(n, k(-high_ln2()), down), r = fma(n, k(-low_ln2()), near);
    const V q = is_single_ ? polynomial(near, exp_single) : polynomial(r, exp_double);  // near: off by 2^-22
    const V lost = select(compare("oeq", n, k(is_single_ ? 24 : 53)), k(is_single_ ? 0x1p-24 : 0x1p-53), k(0));
    const V t = fma(mul(r, r), q, add(r, lost));  // what 2^n + 1 loses
    const std::int64_t one = static_cast<std::int64_t>(bias()) << exponent_bits();
    const V power = real_of_bits(whole("add", whole("shl", bits(shifted), exponent_bits()), one));
    const V value = div(k(1), fma(power, t, add(power, k(1))));
    const V far = select(compare("ogt", x, k(0)), k(1), exp(x));
    return select(compare("olt", unary("fabs", x), k(is_single_ ? 87 : 708)), value, far);
  }

  /// exp(min(x, 0)) / (1 + exp(−|x|)), with what 1 + e loses put back.
  V sigmoid(const V& x) const {
    if (s.lanes == 1) return sigmoid_of_one(x);
    const V e = exp_below_one(x);
    const V below = add(e, k(1));
    const V one_over = div(k(1), below);
    const V above = select(compare("oge", x, k(0)), k(1), e);
    const V q = mul(above, one_over);
    const V missing = fma(neg(q), lost(e, below), fma(neg(q), below, above));
    return fma(missing, one_over, q);
  }

  V tanh_single(const V& x) const {
    const V size = unary("fabs", x);
    const V z = mul(x, x);
    const V near = fma(mul(x, z), polynomial(z, tanh_single_coefficients()), x);
    const V e = exp(add(size, size));
    const V far = sub(k(1), div(k(2), add(e, k(1))));
    return signed_as(select(compare("olt", size, k(0.55)), near, far), x);
  }
  static std::span<const double> tanh_single_coefficients() { return emitting::tanh_single; }

  V tanh_double(const V& x) const {
    const V size = clamped(unary("fabs", x), 0, 20);
    const V e = expm1(add(size, size));
    return signed_as(div(e, add(e, k(2))), x);
  }

  V erf_single(const V& x) const {
    const V size = clamped(unary("fabs", x), 0, 4);
    const V near = fma(x, polynomial(mul(x, x), std::span<const double>(emitting::erf_single)), x);
    const V far = sub(k(1), exp(neg(mul(size, polynomial(size, erfc_single)))));
    return select(compare("olt", size, k(0.9375)), near, signed_as(far, x));
  }

  VectorUnit unit_;
  bool is_single_;
};

}  // namespace

std::string polynomial_function(Op op, const std::string& name, VectorType s, const VectorUnit& unit) {
  LlvmFunction f(fmt::format("define internal {0} @{1}({0} %x) #1", s.type(), name));
  const std::string value = Functions(f, s, unit).of(op, "%x");
  if (value.empty()) return {};
  f.end(0, fmt::format("ret {} {}", s.type(), value));
  return f.text();
}

}  // namespace gradwright::emitting
