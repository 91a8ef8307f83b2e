// A stage whose contraction a kernel does: what it does afterwards becomes a function over a finished block.
#include "emit/c_contraction.h"

#include <fmt/format.h>

#include "emit/c_stage.h"
#include "emit/kernel_call.h"
#include "lower/print.h"

namespace gradwright::emitting {

std::string contraction_text(const ContractionSource& source) {
  const Stage& stage = source.stage;
  const Contraction& c = *stage.contraction;
  const std::string real = source.scalars.real();
  const auto name = [&](BufferId id) { return source.names[id.index()]; };
  const KernelCall call = kernel_call(stage);
  std::string fields;
  const auto field = [&](const char* key, const std::string& value) {
    fields += fmt::format("  it.{} = {};\n", key, value);
  };
  const auto number = [&](const std::string& key, std::int64_t value) {
    if (value != 0) field(key.c_str(), fmt::format("{}", value));
  };
  const auto operand = [&](const std::string& key, const KernelOperand& it, const char* first, const char* second) {
    field(key.c_str(), it.offset == 0 ? name(it.buffer) : fmt::format("{} + {}", name(it.buffer), it.offset));
    number(key + first, it.strides[0]);
    number(key + second, it.strides[1]);
    number(key + "_batch", it.strides[2]);
  };
  number("m", call.m);
  number("n", call.n);
  number("k", call.k);
  number("batch", call.batch);
  operand("a", call.a, "_m", "_k");
  operand("b", call.b, "_k", "_n");
  if (call.v) operand("v", *call.v, "_k", "_none");
  if (call.c) operand("c", *call.c, "_m", "_n");
  number("symmetric", call.is_symmetric ? 1 : 0);
  std::string epilogue;
  if (call.has_epilogue) {
    const std::string type = source.function;
    std::string members, values, locals;
    for (const auto& [id, is_written] : touched({&stage, 1}, true)) {
      const char* constant = is_written ? "" : "const ";
      members += fmt::format("  {}{} *{};\n", constant, real, name(id));
      values += fmt::format("{}{}", values.empty() ? "" : ", ", name(id));
      locals +=
          fmt::format("  {0}{1} *restrict {2} = ((const struct {3} *)context)->{2};\n", constant, real, name(id), type);
    }
    epilogue = fmt::format("\nstruct {} {{\n{}}};\n", type, members);
    epilogue += fmt::format(
        "static void {}_finish(void *context, void *tile, int64_t ld, int64_t batch, int64_t row0, int64_t rows, "
        "int64_t col0, int64_t "
        "cols) {{\n{}",
        type, locals);
    if (!c.batch.empty())
      epilogue += fmt::format("  const long i{} = batch;\n", c.batch[0]);
    else
      epilogue += "  (void)batch;\n";
    epilogue += "  for (long column = 0; column < cols; ++column) {\n";
    epilogue += fmt::format("    const {0} *restrict totals = (const {0} *)tile + column * ld;\n", real);
    if (!c.n.empty())
      epilogue += fmt::format("    const long i{0} = col0 + column;\n    (void)i{0};\n", c.n[0]);
    else
      epilogue += "    (void)col0;\n";
    epilogue += "    GW_SIMD\n    for (long b = 0; b < rows; ++b) {\n";
    epilogue += fmt::format("      const long i{0} = row0 + b;\n      (void)i{0};\n", c.m[0]);
    epilogue += finish_text(stage, source.names, source.scalars, "      ", "totals[b]");
    epilogue += "    }\n  }\n}\n";
    fields += fmt::format("  struct {} buffers = {{{}}};\n", type, values);
    field("epilogue", type + "_finish");
    field("context", "&buffers");
    if (call.near) operand("near", *call.near, "_m", "_n");
  }
  const char* precision = real == "float" ? "f32" : "f64";
  return fmt::format(
      "{}\nstatic void {}({}) {{\n  struct gw_contraction it = {{0}};\n{}  gw_kernels->contract_{}(&it);\n}}\n",
      epilogue, source.function, source.parameters, fields, precision);
}

std::string kernel_declarations() {
  return R"(
/* Contractions by whoever loads this file; see kernels/abi.h of Gradwright. */
#include <stdint.h>
struct gw_contraction {
  int64_t m, n, k, batch;
  const void *a;
  int64_t a_m, a_k, a_batch;
  const void *b;
  int64_t b_k, b_n, b_batch;
  const void *v;
  int64_t v_k, v_batch;
  void *c;
  int64_t c_m, c_n, c_batch;
  int64_t accumulate, symmetric;
  void (*epilogue)(void *, void *, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t);
  void *context;
  const void *near;
  int64_t near_m, near_n, near_batch;
};
struct gw_kernels {
  int64_t version;
  void (*contract_f32)(const struct gw_contraction *);
  void (*contract_f64)(const struct gw_contraction *);
  void (*parallel)(int64_t, int64_t, void (*)(void *, int64_t, int64_t), void *);
};
const struct gw_kernels *gw_kernels;
)";
}

}  // namespace gradwright::emitting
