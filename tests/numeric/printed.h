// A printed formula beside the truth about it: same size, same value.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "derive/differences.h"
#include "derive/jacobian.h"
#include "present/present.h"
#include "read/formula/program.h"

namespace gradwright {

/// Lines that define `printed_` and `truth_`.
inline std::string printed_beside(const Formula& formula, const std::string& truth) {
  std::string lines;
  for (const WhereItem& item : formula.where) lines += item.name + " = " + item.gw + "\n";
  return lines + "printed_ = " + formula.gw + "\ntruth_ = " + truth + "\n";
}

/// Of these lines below a sheet, at random points of it.
inline void check_equal(const std::string& sheet, const std::string& lines) {
  CAPTURE(sheet);
  CAPTURE(lines);
  Pool pool;
  ReadOptions options;
  options.derivative = derivative_of;
  const Program program = read_formula(Text("back.gw", sheet + lines), pool, options);
  for (const Diagnostic& diagnostic : program.diagnostics) MESSAGE(diagnostic.code << " " << diagnostic.message);
  REQUIRE_FALSE(program.has_errors());
  CHECK(program.definition("printed_")->surface == program.definition("truth_")->surface);
  const Expr printed = program.definition("printed_")->expr;
  const Expr truth = program.definition("truth_")->expr;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Bindings at = random_bindings(pool, {printed, truth}, seed);
    const std::vector<Tensor> values = evaluate(pool, {printed, truth}, at);
    REQUIRE(values[0].values.size() == values[1].values.size());
    for (std::size_t i = 0; i < values[0].values.size(); ++i) {
      if (std::isnan(values[1].values[i])) continue;  // log of a one-hot's zero
      CHECK(values[0].values[i] == doctest::Approx(values[1].values[i]).epsilon(1e-9).scale(1));
    }
  }
}

}  // namespace gradwright
