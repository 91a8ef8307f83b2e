// Reduce the argument, a polynomial, put it back. What differs from LLVM's text: C may not count on fused multiply-add, nor on its absence, so
// ln 2 stands in parts whose product with a whole number is exact, and no step takes the error of another one from a fused product.
#include "emit/c_polynomials.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "emit/c_scalar.h"
#include "emit/coefficients.h"
#include "lower/print.h"

namespace gradwright::emitting {
namespace {

/// A function, or two, and what they call. Words in capitals: `words` below. Every value is computed and one of them is taken, so that
/// loops become vectors; whole numbers have no sign, so that whatever nan leads to is defined.
struct Piece {
  const char* name;
  std::vector<const char*> needs;
  const char* text;
};

constexpr const char* word_text = R"(
#include <stdint.h>
#ifdef __FAST_MATH__
#error "-ffast-math takes away the rounding that these functions need"
#endif

/* Numbers and their bits. */
static inline WORD gw_word(REAL x) {
  const union { REAL number; WORD word; } it = {x};
  return it.word;
}
static inline REAL gw_number(WORD word) {
  union { REAL number; WORD word; } it;
  it.word = word;
  return it.number;
}
)";

constexpr const char* exp_part_text = R"(
/* exp(r) - 1 for |r| <= ln 2 / 2 */
static inline REAL gw_exp_rest(REAL r) {
  const REAL r2 = r * r, r4 = r2 * r2;
  return r + r2 * (EXP_POLYNOMIAL);
}
/* x = n ln 2 + r, n a whole number; n + SHIFT has it in its last bits. */
static inline REAL gw_reduced(REAL x, REAL n) { return (x - n * LN2_HIGH) - n * LN2_LOW; }
)";

constexpr const char* exp_within_text = R"(
/* exp(x) for EXP_LEAST <= x <= EXP_MOST; in two factors, as the result may be no normal number. */
static inline REAL gw_exp_within(REAL x) {
  const REAL shifted = x * LOG2_E + SHIFT, n = shifted - SHIFT;
  const REAL p = 1 + gw_exp_rest(gw_reduced(x, n));
  const WORD twice = gw_word(shifted) - (SHIFT_WORD - 2 * (BIAS + 1)), half = twice >> 1;
  return p * gw_number((half - 1) << FRACTION) * gw_number((twice - half - 1) << FRACTION);
}
)";

constexpr const char* exp_text = R"(
static inline REAL gw_exp(REAL x) {
  const REAL low = x > EXP_MOST ? EXP_MOST : x, in = low < EXP_LEAST ? EXP_LEAST : low;
  return gw_exp_within(in);
}
)";

constexpr const char* expm1_text = R"(
static inline REAL gw_expm1(REAL x) {
  const REAL low = x > EXP_MOST ? EXP_MOST : x, in = low < EXPM1_LEAST ? EXPM1_LEAST : low;
  const REAL shifted = in * LOG2_E + SHIFT, n = shifted - SHIFT;
  const REAL rest = gw_exp_rest(gw_reduced(in, n));
  const REAL half = gw_number((gw_word(shifted) - (SHIFT_WORD - (BIAS - 1))) << FRACTION);
  const REAL sum = half * rest + (half - HALF), twice = sum + sum;
  const REAL value = n == 0 ? rest : twice;
  return COPYSIGN(value, x);
}
)";

constexpr const char* log_part_text = R"(
/* x = 2^e (1 + f) for a normal x, sqrt(1/2) <= 1 + f < sqrt(2); e + BIAS. */
static inline WORD gw_exponent(REAL x) { return (gw_word(x) + (ONE_WORD - ROOT_WORD)) >> FRACTION; }
static inline REAL gw_fraction(REAL x, WORD e) { return gw_number(gw_word(x) - (e << FRACTION) + ONE_WORD) - 1; }
static inline REAL gw_whole(WORD e) { return gw_number(e | WHOLE_WORD) - WHOLE_AND_BIAS; }
)";

constexpr const char* log_single_text = R"(
/* e ln 2 + log(1 + f) */
static inline REAL gw_log_of(REAL e, REAL f) {
  const REAL f2 = f * f, f4 = f2 * f2, f8 = f4 * f4;
  const REAL low = f2 * (f * (LOG_POLYNOMIAL) - HALF);
  return e * LN2_HIGH + (f + (e * LN2_LOW + low));
}
)";

constexpr const char* log_double_text = R"(
/* e ln 2 + log(1 + f) */
static inline REAL gw_log_of(REAL e, REAL f) {
  const REAL half = f * f * HALF, s = f / (f + 2), z = s * s, z2 = z * z, z4 = z2 * z2;
  const REAL low = s * (half + z * (LOG_POLYNOMIAL));
  return e * LN2_HIGH + (f + ((low + e * LN2_LOW) - half));
}
)";

constexpr const char* log_text = R"(
static inline REAL gw_log(REAL x) {
  const REAL scaled = x * UP, normal = x < TINIEST ? scaled : x;
  const WORD e = gw_exponent(normal);
  const REAL down = x < TINIEST ? UP_BITS : 0;
  const REAL value = gw_log_of(gw_whole(e) - down, gw_fraction(normal, e));
  const REAL finite = x < INFINITY ? value : x;
  const REAL positive = x > 0 ? finite : (REAL)NAN;
  return x == 0 ? (REAL)-INFINITY : positive;
}
)";

constexpr const char* log_of_sum_text = R"(
/* log(y + rest), rest far below the last place of y */
static inline REAL gw_log_of_sum(REAL y, REAL rest) {
  const WORD e = gw_exponent(y);
  const REAL moved = rest * gw_number((2 * BIAS - e) << FRACTION);
  const REAL f = gw_fraction(y, e), all = f + moved;
  return gw_log_of(gw_whole(e), y < FAR ? all : f);
}
)";

constexpr const char* log1p_text = R"(
static inline REAL gw_log1p(REAL x) {
  const REAL y = x + 1, above = 1 - (y - x), below = x - (y - 1);
  const REAL value = gw_log_of_sum(y, x < 1 ? below : above);
  const REAL finite = x < INFINITY ? value : x;
  const REAL positive = y > 0 ? finite : (REAL)NAN;
  const REAL negative = y == 0 ? (REAL)-INFINITY : positive;
  return x == 0 ? x : negative;
}
)";

constexpr const char* softplus_text = R"(
static inline REAL gw_softplus(REAL x) {
  const REAL down = -FABS(x), e = gw_exp_within(down < EXP_LEAST ? EXP_LEAST : down), y = e + 1;
  const REAL value = gw_log_of_sum(y, e - (y - 1)), above = x > 0 ? x : 0;
  const REAL sum = above + value;
  return x != x ? x : sum;
}
)";

constexpr const char* sigmoid_text = R"(
/* 1 / (1 + 2^n + 2^n t) for exp(-x) = 2^n (1 + t). 1 + 2^n is exact, or loses 2^-n of itself. Far down, a small multiple of both. */
static inline REAL gw_sigmoid(REAL x) {
  const REAL low = x > SIGMOID_MOST ? SIGMOID_MOST : x, down = low < EXP_LEAST ? -(EXP_LEAST) : -low;
  const REAL shifted = down * LOG2_E + SHIFT, n = shifted - SHIFT;
  const REAL lost = n == DIGITS ? LAST_PLACE : 0, lost_more = n == DIGITS + 1 ? HALF * LAST_PLACE : 0;
  const REAL rest = gw_exp_rest(gw_reduced(down, n)) + (lost + lost_more);
  const REAL one = down > SIGMOID_FAR ? SMALL : 1;
  const WORD off = down > SIGMOID_FAR ? SHIFT_WORD - BIAS + SMALL_BITS : SHIFT_WORD - BIAS;
  const REAL power = gw_number((gw_word(shifted) - off) << FRACTION);
  return one / ((one + power) + power * rest);
}
)";

constexpr const char* tanh_single_text = R"(
static inline REAL gw_tanh(REAL x) {
  const REAL size = FABS(x), twice = size + size, e = gw_exp_within(twice > EXP_MOST ? EXP_MOST : twice);
  const REAL z = size * size, z2 = z * z, z4 = z2 * z2;
  const REAL near = size + size * z * (TANH_POLYNOMIAL), far = 1 - 2 / (e + 1);
  const REAL value = size < TANH_NEAR ? near : far;
  return COPYSIGN(value, x);
}
)";

constexpr const char* tanh_double_text = R"(
static inline REAL gw_tanh(REAL x) {
  const REAL size = FABS(x), in = size > TANH_MOST ? TANH_MOST : size, e = gw_expm1(in + in);
  const REAL value = e / (e + 2);
  return COPYSIGN(value, x);
}
)";

constexpr const char* erf_text = R"(
static inline REAL gw_erf(REAL x) {
  const REAL all = FABS(x), s = all > 4 ? 4 : all, s2 = s * s, s4 = s2 * s2, s8 = s4 * s4;
  const REAL near = s + s * (ERF_POLYNOMIAL), far = 1 - gw_exp_within(-(s * (ERFC_POLYNOMIAL)));
  const REAL value = s < ERF_NEAR ? near : far;
  return COPYSIGN(value, x);
}
)";

/// In the order of the text: what is called stands before.
std::vector<Piece> pieces(bool is_single) {
  return {
      {"word", {}, word_text},
      {"exp part", {"word"}, exp_part_text},
      {"log part", {"word"}, log_part_text},
      {"log of", {"log part"}, is_single ? log_single_text : log_double_text},
      {"log of sum", {"log of"}, log_of_sum_text},
      {"exp within", {"exp part"}, exp_within_text},
      {"exp", {"exp within"}, exp_text},
      {"expm1", {"exp part"}, expm1_text},
      {"log", {"log of"}, log_text},
      {"log1p", {"log of sum"}, log1p_text},
      {"softplus", {"exp within", "log of sum"}, softplus_text},
      {"sigmoid", {"exp part"}, sigmoid_text},
      {"tanh", {is_single ? "exp within" : "expm1"}, is_single ? tanh_single_text : tanh_double_text},
      {"erf", {"exp within"}, erf_text},
  };
}

/// c[0] + c[1]·x + … by pairs of pairs; `powers`: x, x², x⁴ …
std::string polynomial(std::span<const double> c, std::span<const char* const> powers, const CScalars& scalars) {
  std::vector<std::string> terms;
  for (const double coefficient : c) terms.push_back(scalars.number(coefficient));
  for (std::size_t level = 0; terms.size() > 1; ++level) {
    std::vector<std::string> next;
    for (std::size_t i = 0; i + 1 < terms.size(); i += 2) {
      const bool is_last = terms.size() == 2;
      const std::string pair = fmt::format("{} + {} * {}", terms[i], powers[level], terms[i + 1]);
      next.push_back(is_last ? pair : "(" + pair + ")");
    }
    if (terms.size() % 2 == 1) next.push_back(terms.back());
    terms = std::move(next);
  }
  return terms[0];
}

std::map<std::string, std::string, std::less<>> words(Precision precision) {
  const CScalars scalars(precision);
  const bool is_single = precision == Precision::float32;
  const auto number = [&](double single, double wide) { return scalars.number(is_single ? single : wide); };
  const auto whole = [&](std::uint64_t single, std::uint64_t wide) {
    return fmt::format("{}", is_single ? single : wide);
  };
  const auto bits = [&](std::uint64_t single, std::uint64_t wide) {
    return fmt::format("{:#x}u", is_single ? single : wide);
  };
  const auto by = [&](std::initializer_list<const char*> powers, std::span<const double> single,
                      std::span<const double> wide) {
    return polynomial(is_single ? single : wide, {powers.begin(), powers.size()}, scalars);
  };
  constexpr double ln2 = 0x1.62e42fefa39efp-1, ln2_single = 0x1.62e4p-1;
  return {
      {"REAL", scalars.real()},
      {"WORD", is_single ? "uint32_t" : "uint64_t"},
      {"FABS", scalars.math("fabs")},
      {"COPYSIGN", scalars.math("copysign")},
      {"FRACTION", whole(23, 52)},
      {"BIAS", whole(127, 1023)},
      {"ONE_WORD", bits(0x3f800000, 0x3ff0000000000000)},
      {"ROOT_WORD", bits(0x3f3504f3, 0x3fe6a09e667f3bcd)},
      {"SHIFT", number(0x1.8p23, 0x1.8p52)},
      {"SHIFT_WORD", bits(0x4b400000, 0x4338000000000000)},
      {"WHOLE_WORD", bits(0x4b000000, 0x4330000000000000)},
      {"WHOLE_AND_BIAS", number(0x1p23 + 127, 0x1p52 + 1023)},
      {"HALF", number(0.5, 0.5)},
      {"LOG2_E", number(0x1.71547652b82fep+0, 0x1.71547652b82fep+0)},
      {"LN2_HIGH", number(ln2_single, 0x1.62e42feep-1)},
      {"LN2_LOW", number(ln2 - ln2_single, 0x1.a39ef35793c76p-33)},
      {"EXP_MOST", number(89, 710)},
      {"EXP_LEAST", number(-104.5, -746)},
      {"EXPM1_LEAST", number(-30, -60)},
      {"TINIEST", number(0x1p-126, 0x1p-1022)},
      {"UP", number(0x1p25, 0x1p54)},
      {"UP_BITS", number(25, 54)},
      {"FAR", number(0x1p60, 0x1p60)},
      {"SIGMOID_MOST", number(30, 60)},
      {"SIGMOID_FAR", number(64, 600)},
      {"SMALL", number(0x1p-64, 0x1p-512)},
      {"SMALL_BITS", whole(64, 512)},
      {"DIGITS", number(24, 53)},
      {"LAST_PLACE", number(0x1p-24, 0x1p-53)},
      {"TANH_NEAR", number(0.55, 0)},
      {"TANH_MOST", number(0, 20)},
      {"ERF_NEAR", number(0.9375, 0)},
      {"EXP_POLYNOMIAL", by({"r", "r2", "r4", "(r4 * r4)"}, exp_single, exp_double)},
      {"LOG_POLYNOMIAL",
       is_single ? by({"f", "f2", "f4", "f8"}, log_single, {}) : by({"z", "z2", "z4"}, {}, log_double)},
      {"TANH_POLYNOMIAL", by({"z", "z2", "z4"}, tanh_single, tanh_single)},
      {"ERF_POLYNOMIAL", by({"s2", "s4", "s8"}, erf_single, erf_single)},
      {"ERFC_POLYNOMIAL", by({"s", "s2", "s4", "s8"}, erfc_single, erfc_single)},
  };
}

/// `text` with its words in capitals replaced by those of the precision.
std::string spelled(std::string_view text, const std::map<std::string, std::string, std::less<>>& words) {
  const auto is_of_word = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_of_word(text[end])) ++end;
    const auto word = words.find(text.substr(at, end - at));
    if (end > at && word != words.end() && (at == 0 || !is_lower(text[at - 1])))
      result += word->second;
    else
      result += text.substr(at, std::max<std::size_t>(end - at, 1));
    at = std::max(end, at + 1);
  }
  return result;
}

}  // namespace

std::string polynomial_name(Op op, Precision precision) {
  switch (op) {
    case Op::exp:
    case Op::log:
    case Op::log1p:
    case Op::expm1:
    case Op::tanh:
    case Op::sigmoid:
    case Op::softplus: return "gw_" + std::string(op_name(op));
    case Op::erf: return precision == Precision::float32 ? "gw_erf" : "";
    default: return {};
  }
}

std::string polynomial_text(const std::set<Op>& ops, Precision precision) {
  std::set<std::string_view> needed;
  for (const Op op : ops) needed.insert(op_name(op));
  const std::vector<Piece> all = pieces(precision == Precision::float32);
  for (auto piece = all.rbegin(); piece != all.rend(); ++piece) {
    if (needed.contains(piece->name)) needed.insert(piece->needs.begin(), piece->needs.end());
  }
  const auto known = words(precision);
  std::string text;
  for (const Piece& piece : all) {
    if (needed.contains(piece.name)) text += spelled(piece.text, known);
  }
  return text;
}

}  // namespace gradwright::emitting
