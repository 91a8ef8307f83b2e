// A stage whose contraction a kernel does: what it does afterwards becomes a function over a finished block.
#include "emit/c_contraction.h"

#include <fmt/format.h>

#include <algorithm>

#include "emit/c_stage.h"
#include "lower/print.h"

namespace gradwright::emitting {
namespace {

std::int64_t stride(const Affine& form, std::uint16_t loop) {
  return loop < form.strides.size() ? form.strides[loop] : 0;
}
std::int64_t stride(const Affine& form, const std::vector<std::uint16_t>& loops) {
  return loops.empty() ? 0 : stride(form, loops[0]);
}

bool is_forward(const Affine& form) {
  return std::all_of(form.strides.begin(), form.strides.end(), [](std::int64_t s) { return s >= 0; });
}

bool is_bare(const Stage& stage) {
  return stage.stores.size() == 1 && stage.finish[stage.stores[0].value].op == Op::accumulator;
}

/// Memory that epilogues meet entry by entry: what is updated, else what is read.
const Affine* near_form(const Stage& stage, BufferId& buffer) {
  const auto& c = *stage.contraction;
  for (const Instruction& it : stage.finish) {
    if (it.op == Op::load && it.guards.empty() && stride(it.at, c.m) == 1 && stride(it.at, c.n) > 0 &&
        is_forward(it.at)) {
      buffer = it.buffer;
      return &it.at;
    }
  }
  return nullptr;
}

}  // namespace

bool is_for_kernel(const Stage& stage, std::int64_t least_work) {
  if (!stage.contraction || stage.accumulators.size() != 1) return false;
  const Contraction& c = *stage.contraction;
  if (c.m.size() != 1 || c.n.size() > 1 || c.k.size() != 1 || c.batch.size() > 1) return false;
  if (stage.parallel != c.m.size() + c.n.size() + c.batch.size()) return false;
  std::int64_t work = 1;
  for (const std::int64_t extent : stage.loops) work *= extent;
  if (work < least_work) return false;
  std::vector<Value> operands{c.a, c.b};
  if (c.scale) operands.push_back(*c.scale);
  for (const Value operand : operands) {
    const Instruction& load = stage.body[operand];
    if (!is_forward(load.at)) return false;
    for (const Store& store : stage.stores) {
      if (store.buffer == load.buffer) return false;
    }
  }
  if (c.is_symmetric && !is_forward(stage.stores[0].at)) return false;
  return true;
}

std::string contraction_text(const ContractionSource& source) {
  const Stage& stage = source.stage;
  const Contraction& c = *stage.contraction;
  const std::string real = source.scalars.real();
  const auto name = [&](BufferId id) { return source.names[id.index()]; };
  std::string fields;
  const auto field = [&](const char* key, const std::string& value) {
    fields += fmt::format("  it.{} = {};\n", key, value);
  };
  const auto number = [&](const char* key, std::int64_t value) {
    if (value != 0) field(key, fmt::format("{}", value));
  };
  const auto place = [&](BufferId id, const Affine& at) {
    return at.offset == 0 ? name(id) : fmt::format("{} + {}", name(id), at.offset);
  };
  number("m", stage.loops[c.m[0]]);
  number("n", c.n.empty() ? 1 : stage.loops[c.n[0]]);
  number("k", stage.loops[c.k[0]]);
  number("batch", c.batch.empty() ? 1 : stage.loops[c.batch[0]]);
  const Instruction &a = stage.body[c.a], &b = stage.body[c.b];
  field("a", place(a.buffer, a.at));
  number("a_m", stride(a.at, c.m));
  number("a_k", stride(a.at, c.k));
  number("a_batch", stride(a.at, c.batch));
  field("b", place(b.buffer, b.at));
  number("b_k", stride(b.at, c.k));
  number("b_n", stride(b.at, c.n));
  number("b_batch", stride(b.at, c.batch));
  if (c.scale) {
    const Instruction& v = stage.body[*c.scale];
    field("v", place(v.buffer, v.at));
    number("v_k", stride(v.at, c.k));
    number("v_batch", stride(v.at, c.batch));
  }
  const bool is_plain = is_bare(stage) && is_forward(stage.stores[0].at);
  if (is_plain || c.is_symmetric) {
    const Store& store = stage.stores[0];
    field("c", place(store.buffer, store.at));
    number("c_m", stride(store.at, c.m));
    number("c_n", stride(store.at, c.n));
    number("c_batch", stride(store.at, c.batch));
    number("symmetric", c.is_symmetric ? 1 : 0);
  }
  std::string epilogue;
  if (!is_plain) {
    const std::string type = source.function;
    std::string members, values, locals;
    for (const auto& [id, is_written] : touched_by_finish(stage)) {
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
    BufferId near{};
    if (const Affine* form = near_form(stage, near)) {
      field("near", place(near, *form));
      number("near_m", stride(*form, c.m));
      number("near_n", stride(*form, c.n));
      number("near_batch", stride(*form, c.batch));
    }
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
