#include "emit/llvm.h"

#include "emit/llvm_body.h"

namespace gradwright {

using namespace emitting;

std::string llvm_module(const std::vector<CFunction>& all, const LlvmOptions& options) {
  LlvmMath math(options);
  COptions c;
  c.precision = options.precision;
  c.straight_line = options.straight_line;
  std::string bodies;
  for (const CFunction& function : all)
    bodies += is_straight_line(*function.plan, c) ? llvm_straight_function(function, math)
                                                  : llvm_loop_functions(function, math);
  const std::string width = fmt::format("\"prefer-vector-width\"=\"{}\" \"min-legal-vector-width\"=\"{}\"",
                                        options.unit.bits, options.unit.bits);
  return bodies + math.definitions() +
         fmt::format("\nattributes #0 = {{ nounwind {} }}\nattributes #1 = {{ alwaysinline nounwind {} }}\n", width,
                     width);
}

std::string llvm_elementwise(Op op, const std::string& name, const LlvmOptions& options) {
  LlvmMath math(options);
  const VectorType s = math.shape(options.unit.bits / (options.precision == Precision::float32 ? 32 : 64));
  LlvmFunction f(fmt::format("define void @{}(ptr noalias %x, ptr noalias %y, i64 %n) #0", name));
  const auto body = f.block(), done = f.block();
  f.jump(0, body);
  f.line(body, fmt::format("%i = phi i64 [ 0, %entry ], [ %next, %{} ]", f.label(body)));
  const std::string from = f.emit(body, fmt::format("getelementptr {}, ptr %x, i64 %i", s.scalar()));
  const std::string to = f.emit(body, fmt::format("getelementptr {}, ptr %y, i64 %i", s.scalar()));
  const std::string x = f.emit(body, fmt::format("load {}, ptr {}, align 4", s.type(), from));
  const std::string y = math.call(f, body, s, op, x, x, x);
  f.line(body, fmt::format("store {} {}, ptr {}, align 4", s.type(), y, to));
  f.line(body, fmt::format("%next = add nuw nsw i64 %i, {}", s.lanes));
  const std::string more = f.emit(body, "icmp ult i64 %next, %n");
  f.end(body, fmt::format("br i1 {}, label %{}, label %{}", more, f.label(body), f.label(done)));
  f.end(done, "ret void");
  const std::string width =
      fmt::format("\"prefer-vector-width\"=\"{0}\" \"min-legal-vector-width\"=\"{0}\"", options.unit.bits);
  return f.text() + math.definitions() +
         fmt::format("\nattributes #0 = {{ nounwind {0} }}\nattributes #1 = {{ alwaysinline nounwind {0} }}\n", width);
}

std::string emitting::llvm_head(const CFunction& function) {
  return fmt::format("define void @{}(ptr noalias %w{}) #0", function.name,
                     function.streamed.empty() ? "" : ", ptr noalias %data, i64 %steps");
}

}  // namespace gradwright
