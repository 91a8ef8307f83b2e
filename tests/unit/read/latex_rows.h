// LaTeX rows for tests: what a formula must mean (the node of a formula in the worksheet language), or which diagnostic it must get.
#pragma once

#include "read/latex/latex.h"

#include "sheet.h"

namespace gradwright::latex_rows {
inline const std::string declarations =
    "X : R[m,n]\ny, w : R[m]\nx, v : R[n]\nA, B : R[n,n]\nP, Q : R[h,n]\nU : R[m,k]\nV : R[n,k]\nb : R[h]\n"
    "s, beta : R\nconst lambda : R = 0.1\nparam W1 : R[h,n]\nparam W2 : R[m,h]\nZ1 : R[h,B0]\nA1 = tanh(Z1)\nyhat : "
    "R[m]\n"
    "delta2, h0 : R[m]\ntheta_2 : R[h]\nz2 = W2*relu(b)\na2 = sigmoid(z2)\nL = sum((a2 - y).^2)\nf(t) = t .* t\n";

struct Sheet2 {
  Pool pool;
  OpenSheet sheet{Text("t.gw", declarations), pool};
};

inline ReadDocument read(OpenSheet& sheet, const std::string& latex, const LatexOptions& options = {}) {
  const Text text("t.tex", latex);
  return read_latex(text, {0, static_cast<std::uint32_t>(latex.size())}, sheet, options);
}

inline std::string why(const ReadDocument& document) {
  std::string text;
  for (const Diagnostic& one : document.diagnostics) text += one.code + " " + one.message + "; ";
  for (const ReadEquation& equation : document.equations) {
    for (const ReadSide& side : equation.sides) {
      for (const Diagnostic& one : side.diagnostics) text += one.code + " " + one.message + "; ";
    }
  }
  return text;
}

inline void means(const std::string& latex, const std::string& gw) {
  Sheet2 at;
  REQUIRE_FALSE(at.sheet.program().has_errors());
  const SheetValue wanted = at.sheet.value(gw);
  const ReadDocument document = read(at.sheet, latex);
  CAPTURE(latex);
  CAPTURE(why(document));
  const bool has_reading = !document.equations.empty() && !document.equations[0].sides.empty() &&
                           !document.equations[0].sides[0].readings.empty();
  CHECK(has_reading);
  if (!has_reading) return;
  const Reading& reading = document.equations[0].sides[0].readings[0];
  CAPTURE(reading.gw);
  const SheetValue value = at.sheet.value(reading.gw);
  CHECK(value.is_good() == wanted.is_good());
  CHECK(value.expr == wanted.expr);
  CHECK(value.surface == wanted.surface);
  if (wanted.is_good()) CHECK(reading.surface == value.surface);
}

inline void nonconforming(const std::string& latex) {
  Sheet2 at;
  const ReadDocument document = read(at.sheet, latex);
  CAPTURE(latex);
  REQUIRE(document.equations.size() == 1);
  REQUIRE(document.equations[0].sides[0].readings.size() == 1);
  CAPTURE(document.equations[0].sides[0].readings[0].gw);
  CHECK_FALSE(at.sheet.value(document.equations[0].sides[0].readings[0].gw).is_good());
}

inline void fails(const std::string& latex, const std::string& code, const std::string& at_text,
                  const std::string& message) {
  Sheet2 at;
  const ReadDocument document = read(at.sheet, latex);
  CAPTURE(latex);
  std::vector<Diagnostic> all = document.diagnostics;
  for (const ReadEquation& equation : document.equations) {
    for (const ReadSide& side : equation.sides) all.insert(all.end(), side.diagnostics.begin(), side.diagnostics.end());
  }
  CHECK(all.size() == 1);
  if (all.empty()) return;
  CHECK(all[0].code == code);
  CHECK(all[0].message == message);
  CHECK_FALSE(all[0].helps.empty());
  CHECK(latex.substr(all[0].span.begin, all[0].span.end - all[0].span.begin) == at_text);
}

}  // namespace gradwright::latex_rows
