#include "emit/llvm_math.h"

#include <cmath>

#include "lower/print.h"

namespace gradwright::emitting {

std::string LlvmMath::call(LlvmFunction& f, LlvmFunction::Block b, VectorType s, Op op, const std::string& x,
                           const std::string& y, const std::string& z) {
  const Arithmetic a{f, b, s};
  const auto flag = [&](const char* predicate) { return a.select(a.compare(predicate, x, y), a.k(1), a.k(0)); };
  switch (op) {
    case Op::add: return a.add(x, y);
    case Op::sub: return a.sub(x, y);
    case Op::mul: return a.mul(x, y);
    case Op::div: return a.div(x, y);
    case Op::neg: return a.neg(x);
    case Op::max: return a.select(a.compare("ogt", x, y), x, y);
    case Op::min: return a.select(a.compare("olt", x, y), x, y);
    case Op::greater: return flag("ogt");
    case Op::greater_equal: return flag("oge");
    case Op::equal: return flag("oeq");
    case Op::select: return a.select(a.compare("une", x, a.k(0)), y, z);
    case Op::abs: return a.unary("fabs", x);
    case Op::sqrt: return a.unary("sqrt", x);
    default: break;
  }
  const std::string name = fmt::format("gw_{}_{}", op_name(op), s.suffix());
  std::string& function = functions_[name];
  if (function.empty()) function = polynomial_function(op, name, s, options_.unit);
  if (function.empty()) function = lane_by_lane(op, s);
  const std::string rest = op == Op::pow ? fmt::format(", {} {}", s.type(), y) : "";
  return f.emit(b, fmt::format("call {0} @{1}({0} {2}{3})", s.type(), name, x, rest));
}

/// The function of libm on each lane.
std::string LlvmMath::lane_by_lane(Op op, VectorType s) {
  const std::string libm = std::string(op_name(op)) + (s.is_single() ? "f" : "");
  const std::string real = s.scalar();
  const bool is_binary = op == Op::pow;
  declarations_.insert(fmt::format("declare {0} @{1}({0}{2}) nounwind willreturn memory(none)", real, libm,
                                   is_binary ? ", " + real : ""));
  LlvmFunction f(fmt::format("define internal {0} @gw_{1}_{2}({0} %x{3}) #1", s.type(), op_name(op), s.suffix(),
                             is_binary ? fmt::format(", {} %y", s.type()) : ""));
  if (s.lanes == 1) {
    const std::string value =
        f.emit(0, fmt::format("call {0} @{1}({0} %x{2})", real, libm, is_binary ? fmt::format(", {} %y", real) : ""));
    f.end(0, fmt::format("ret {} {}", real, value));
    return f.text();
  }
  std::string all = "poison";
  for (int lane = 0; lane < s.lanes; ++lane) {
    const auto part = [&](const char* from) {
      return f.emit(0, fmt::format("extractelement {} {}, i32 {}", s.type(), from, lane));
    };
    const std::string x = part("%x");
    const std::string y = is_binary ? fmt::format(", {} {}", real, part("%y")) : "";
    const std::string value = f.emit(0, fmt::format("call {0} @{1}({0} {2}{3})", real, libm, x, y));
    all = f.emit(0, fmt::format("insertelement {} {}, {} {}, i32 {}", s.type(), all, real, value, lane));
  }
  f.end(0, fmt::format("ret {} {}", s.type(), all));
  return f.text();
}

std::string LlvmMath::extremum(LlvmFunction& f, LlvmFunction::Block b, VectorType s, Reduction reduction,
                               const std::string& total, const std::string& x) {
  const Arithmetic a{f, b, s};
  const std::string further = a.compare(reduction == Reduction::max ? "ogt" : "olt", x, total);
  const std::string none = a.compare("uno", x, x);
  const std::string taken = f.emit(b, fmt::format("or {} {}, {}", s.bit(), further, none));
  return a.select(taken, x, total);
}

std::string LlvmMath::step(LlvmFunction& f, LlvmFunction::Block b, VectorType s, Reduction reduction,
                           const std::string& total, const std::string& x) {
  const Arithmetic a{f, b, s};
  if (reduction == Reduction::sum) return a.add(total, x);
  if (reduction == Reduction::prod) return a.mul(total, x);
  return extremum(f, b, s, reduction, total, x);
}

double LlvmMath::start(Reduction reduction) {
  return reduction == Reduction::sum    ? 0
         : reduction == Reduction::prod ? 1
         : reduction == Reduction::max  ? -INFINITY
                                        : INFINITY;
}

std::string LlvmMath::definitions() const {
  std::string text;
  for (const auto& [name, function] : functions_) text += function;
  if (!declarations_.empty()) text += "\n";
  for (const std::string& declaration : declarations_) text += declaration + "\n";
  return text;
}

}  // namespace gradwright::emitting
