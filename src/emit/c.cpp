#include "emit/c.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "emit/c_body.h"
#include "emit/c_contraction.h"
#include "emit/c_names.h"
#include "lower/print.h"

namespace gradwright {
namespace {

using namespace emitting;

constexpr const char* prelude = R"(#include <math.h>

/* cc -O3 -fno-trapping-math -DGRADWRIGHT_SIMD -fopenmp-simd: sums and functions run in the lanes of vectors. */
#ifdef GRADWRIGHT_SIMD
#define GW_PRAGMA(x) _Pragma(#x)
#else
#define GW_PRAGMA(x)
#endif
#define GW_SIMD GW_PRAGMA(omp simd)
)";

/// A word of the language, or a function that a program or this file may call.
bool is_taken(const std::string& name) {
  if (is_taken_in_c(name)) return true;
  for (std::size_t op = 0; op < op_count; ++op) {
    const std::string function(op_name(static_cast<Op>(op)));
    if (name == function || name == function + "f") return true;
  }
  return false;
}

bool depends_on_data(const Plan& plan) {
  return std::any_of(plan.kernels.begin(), plan.kernels.end(), [](const Kernel& kernel) {
    if (kernel.call) return true;
    const auto is_gather = [](const Instruction& it) { return it.op == Op::gather; };
    return std::any_of(kernel.stages.begin(), kernel.stages.end(), [&](const Stage& stage) {
      return std::any_of(stage.body.begin(), stage.body.end(), is_gather) ||
             std::any_of(stage.finish.begin(), stage.finish.end(), is_gather);
    });
  });
}

/// The constants of a function, as enumerators.
std::string places(const CFunction& function) {
  const Plan& plan = *function.plan;
  std::string text = fmt::format(
      "\n/* Places in the workspace. Arrays are column-major: the first index varies fastest. */\nenum {{\n  "
      "{}_workspace = {},",
      function.name, plan.workspace);
  std::set<std::string> taken{"workspace"};
  for (const Buffer& buffer : plan.buffers) {
    const bool is_known = std::any_of(function.constants.begin(), function.constants.end(),
                                      [&](const CConstant& constant) { return &plan[constant.input] == &buffer; });
    if (buffer.storage == Storage::scratch || is_known) continue;
    std::string name = c_identifier(buffer.name);
    while (is_taken_in_c(function.name + "_" + name) || !taken.insert(name).second) name += "_";
    std::string extents;
    for (const std::int64_t extent : buffer.extents)
      extents += fmt::format("{}{}", extents.empty() ? "" : " x ", extent);
    const char* storage = buffer.storage == Storage::input   ? "in"
                          : buffer.storage == Storage::state ? "in and out"
                                                             : "out";
    text += fmt::format("\n  {}_{} = {}, /* {}: {} */", function.name, name, buffer.offset, storage,
                        extents.empty() ? "a number" : extents);
  }
  return text + "\n};\n";
}

}  // namespace

std::string c_identifier(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 128;
    if (is_plain)
      text += c;
    else if (c == '\'')
      text += "_prime";
    else if (text.empty() || text.back() != '_')
      text += '_';
  }
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) text = "_" + text;
  if (text == "gw" || text == "GW" || text.starts_with("gw_") || text.starts_with("GW_"))
    text = "its_" + text;  // the file's own
  if (text.starts_with("__") ||
      (text.size() > 1 && text[0] == '_' && std::isupper(static_cast<unsigned char>(text[1])) != 0))
    text = "its" + text;
  return is_taken(text) ? text + "_" : text;
}

bool is_straight_line(const Plan& plan, const COptions& options) {
  return plan.workspace <= 8 * options.straight_line && work_of(plan) <= options.straight_line &&
         !depends_on_data(plan);
}

std::int64_t stream_width(const CFunction& function) {
  std::int64_t width = 0;
  for (const BufferId id : function.streamed) width += (*function.plan)[id].count();
  return width;
}

std::string c_file(const std::vector<CFunction>& all, const COptions& options) {
  CScalars scalars(options.precision);
  std::string bodies;
  for (const CFunction& function : all) {
    if (options.enumerate) bodies += places(function);
    bodies += is_straight_line(*function.plan, options) ? unrolled_function(function, scalars)
                                                        : loop_functions(function, scalars, options);
  }
  return prelude + (options.kernels ? kernel_declarations() : std::string()) + scalars.functions() + bodies;
}

std::string c_header(const CFunction& function, Precision precision) {
  std::string guard = "GRADWRIGHT_" + function.name + "_H";
  std::ranges::transform(guard, guard.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const std::string prototype = head_of(function, CScalars(precision));
  return fmt::format(
      "#ifndef {0}\n#define {0}\n{1}\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n{2}\n#ifdef "
      "__cplusplus\n}}\n#endif\n#endif\n",
      guard, places(function), prototype.substr(0, prototype.find('\n')));
}

std::string c_elementwise(Op op, const std::string& name, Precision precision) {
  CScalars scalars(precision);
  const std::string real = scalars.real(), call = scalars.call(op, "x[i]", "", "");
  return prelude + scalars.functions() +
         fmt::format(
             "\nvoid {0}(const {1} *restrict x, {1} *restrict y, long long n);\n"
             "void {0}(const {1} *restrict x, {1} *restrict y, long long n) {{\n"
             "  GW_SIMD\n  for (long long i = 0; i < n; ++i) y[i] = {2};\n}}\n",
             name, real, call);
}

std::string emitting::head_of(const CFunction& function, const CScalars& scalars) {
  const std::string real = scalars.real();
  if (function.streamed.empty()) return fmt::format("void {0}({1} *w);\nvoid {0}({1} *w)", function.name, real);
  const std::string list = fmt::format("{0} *restrict w, const {0} *restrict data, long long steps", real);
  return fmt::format("void {0}({1});\nvoid {0}({1})", function.name, list);
}

}  // namespace gradwright
