// What people wrote in LaTeX and NumPy (tests/data/derivations.json): the first reading means the same as the formula in the worksheet
// language, at random points, or neither conforms.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "derive/differences.h"
#include "ir/functions.h"
#include "present/present.h"
#include "read/latex/latex.h"
#include "read/numpy/numpy.h"

using namespace gradwright;

namespace {

bool is_same(const Pool& pool, Expr a, Expr b) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Bindings at = random_bindings(pool, {a, b}, seed);
    const Tensor first = evaluate(pool, a, at);
    const Tensor second = evaluate(pool, b, at);
    if (first.extents != second.extents) return false;
    for (std::size_t i = 0; i < first.values.size(); ++i) {
      const double scale = std::max({1.0, std::fabs(first.values[i]), std::fabs(second.values[i])});
      if (!(std::fabs(first.values[i] - second.values[i]) <= 1e-9 * scale)) return false;
    }
  }
  return true;
}

struct Judged {
  bool agrees = false;
  std::string reading;
};

Judged judged(OpenSheet& sheet, const SheetValue& wanted, const std::string& gw) {
  const SheetValue value = sheet.value(gw);
  if (value.is_good() != wanted.is_good()) return {false, gw};
  if (!value.is_good()) return {true, gw};
  return {value.surface == wanted.surface && is_same(sheet.pool(), value.expr, wanted.expr), gw};
}

/// The size that the derivative asked about has; nothing where it is no gradient.
std::optional<Shape> wanted_shape(const OpenSheet& sheet, const nlohmann::json& item) {
  const auto of = sheet.shape_of(item["of"].get<std::string>());
  const auto wrt = sheet.shape_of(item["wrt"].get<std::string>());
  if (!of || !wrt || !of->empty()) return std::nullopt;
  return wrt;
}

Judged latex_of(OpenSheet& sheet, const nlohmann::json& item, const SheetValue& wanted) {
  const Text text("claim.tex", item["claim"]["latex"].get<std::string>());
  LatexOptions options;
  options.wanted = wanted_shape(sheet, item);
  const ReadDocument read = read_latex(text, {0, static_cast<std::uint32_t>(text.content().size())}, sheet, options);
  if (read.equations.empty() || read.equations[0].sides.empty() || read.equations[0].sides[0].readings.empty()) {
    std::string why = "no reading";
    for (const Diagnostic& one : read.diagnostics) why += ": " + one.message;
    if (!read.equations.empty() && !read.equations[0].sides.empty()) {
      for (const Diagnostic& one : read.equations[0].sides[0].diagnostics) why += ": " + one.message;
    }
    return {false, why};
  }
  return judged(sheet, wanted, read.equations[0].sides[0].readings[0].gw);
}

Judged numpy_of(OpenSheet& sheet, const nlohmann::json& item, const SheetValue& wanted) {
  const Text text("claim.py", item["claim"]["numpy"].get<std::string>());
  NumpyOptions options;
  options.wanted = wanted_shape(sheet, item);
  const ReadCode read = read_numpy_file(text, sheet, options);
  if (read.readings.empty() || read.readings[0].assignments.empty())
    return {false, read.diagnostics.empty() ? "no reading" : read.diagnostics[0].message};
  for (const NumpyAssignment& one : read.readings[0].assignments) {
    const bool is_last = &one == &read.readings[0].assignments.back();
    if (is_last) return judged(sheet, wanted, one.reading.gw);
    if (!sheet.define(one.name, one.reading.gw).empty()) return {!wanted.is_good(), one.reading.gw};
  }
  return {};
}

}  // namespace

TEST_CASE("what is printed of a function in LaTeX reads back") {
  Pool pool;
  OpenSheet sheet(
      Text("t.gw",
           "s : R positive\nt_2 : R[n] positive\nr : R[1,n] positive\nP : R[m,n] positive\nA : R[n,n] positive\n"),
      pool);
  for (const ScalarFunction& function : scalar_functions()) {
    if (function.arity != 1 || !function_named(function.name)) continue;
    for (const char* argument : {"s", "t_2", "r", "P", "A", "2*A*t_2", "P*A", "s + 1"}) {
      const std::string gw = std::string(function.name) + "(" + argument + ")";
      CAPTURE(gw);
      const SheetValue wanted = sheet.value(gw);
      REQUIRE(wanted.is_good());
      const Formula printed = presented(pool, wanted.expr, wanted.surface, sheet.program().names);
      CAPTURE(printed.latex);
      const Text text("formula.tex", printed.latex);
      const ReadDocument read = read_latex(text, {0, static_cast<std::uint32_t>(printed.latex.size())}, sheet);
      REQUIRE(read.equations.size() == 1);
      REQUIRE(read.equations[0].sides.size() == 1);
      REQUIRE_FALSE(read.equations[0].sides[0].readings.empty());
      const SheetValue again = sheet.value(read.equations[0].sides[0].readings[0].gw);
      REQUIRE(again.is_good());
      CHECK(again.surface == wanted.surface);
      const bool is_it = again.expr == wanted.expr || is_same(pool, again.expr, wanted.expr);
      CHECK(is_it);
    }
  }
}

TEST_CASE("readings of published derivations") {
  std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/derivations.json");
  const auto cases = nlohmann::json::parse(file);
  int latex = 0;
  int latex_good = 0;
  int numpy = 0;
  int numpy_good = 0;
  for (const auto& item : cases) {
    const std::string id = item["id"];
    for (const char* notation : {"latex", "numpy"}) {
      if (!item["claim"].contains(notation) || item["claim"][notation].is_null()) continue;
      const bool is_latex = std::string_view(notation) == "latex";
      Pool pool;
      OpenSheet sheet(Text(id + ".gw", item["sheet"].get<std::string>()), pool);
      REQUIRE_FALSE(sheet.program().has_errors());
      const SheetValue wanted = sheet.value(item["claim"]["gw"].get<std::string>());
      const Judged found = is_latex ? latex_of(sheet, item, wanted) : numpy_of(sheet, item, wanted);
      (is_latex ? latex : numpy) += 1;
      (is_latex ? latex_good : numpy_good) += found.agrees ? 1 : 0;
      if (!found.agrees)
        MESSAGE(id << " " << notation << " is read as " << found.reading << ", not "
                   << item["claim"]["gw"].get<std::string>());
    }
  }
  MESSAGE(latex_good << " of " << latex << " in LaTeX, " << numpy_good << " of " << numpy << " in NumPy");
  CHECK(latex > 0);
  CHECK(numpy > 0);
  CHECK(latex_good * 100 >= latex * 95);
  CHECK(numpy_good == numpy);
}
