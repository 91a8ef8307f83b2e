// LaTeX → equations: left sides, chains, places, documents, malformed formulas, claims of a sheet.
#include "latex_rows.h"
#include "read/reading/claims.h"

namespace gradwright::latex_rows {

TEST_CASE("derivatives inside a formula") {
  Pool pool;
  ReadOptions options;
  options.derivative = [](Pool& where, Expr, Expr wrt) { return make_zero(where, where.shape(wrt)); };
  OpenSheet sheet(Text("t.gw", declarations), pool, options);
  CHECK(read(sheet, "\\frac{\\partial L}{\\partial y}").equations[0].sides[0].readings[0].gw == "grad(L, y)");
  CHECK(read(sheet, "x^T \\nabla_{x} L").equations[0].sides[0].readings[0].gw == "x'*grad(L, x)");
  CHECK(read(sheet, "\\frac{\\partial a_2}{\\partial z_2} \\frac{dL}{da_2}").equations[0].sides[0].readings[0].gw ==
        "jacobian(a2, z2)*grad(L, a2)");
}

TEST_CASE("left sides and chains") {
  Sheet2 at;
  const auto left = [&](const std::string& latex) { return read(at.sheet, latex).equations.at(0).left; };
  for (const char* text :
       {"\\frac{\\partial L}{\\partial W^{(2)}} = y b^T", "\\nabla_{W_2} L = y b^T", "\\frac{dL}{dW_2} = y b^T",
        "dL/dW_2 = yb^T", "\\partial L/\\partial W_2 = yb^T", "\\dv{L}{W_2} = y b^T",
        "\\frac{\\partial}{\\partial W_2} L = y b^T", "\\nabla_{W^{(2)}} L &= y b^T",
        "\\frac{\\partial \\mathcal{L}}{\\partial \\mathbf{W}_2} := y b^T"}) {
    CAPTURE(text);
    const LeftSide found = left(text);
    CHECK(found.kind == LeftSide::Kind::derivative);
    CHECK(found.of.name == "L");
    CHECK(found.wrt.name == "W2");
  }
  const LeftSide entry = left("\\frac{\\partial L}{\\partial W_{2,ij}} = y_i b_j");
  CHECK(entry.wrt.name == "W2");
  CHECK(entry.wrt.entry == std::vector<std::string>{"i", "j"});
  CHECK(left("\\nabla L = y").wrt.name.empty());
  CHECK(left("\\frac{\\partial^2 L}{\\partial y^2} = I").kind == LeftSide::Kind::hessian);
  CHECK(left("\\delta^{(3)} = y").name == "delta3");
  CHECK(left("dW^{[2]} = y b^T").name == "dW2");
  CHECK(left("\\sigma'(z_2) = \\sigma(z_2)(1-\\sigma(z_2))").kind == LeftSide::Kind::expression);
  CHECK(left("y b^T").kind == LeftSide::Kind::none);
  const LeftSide form = left("\\frac{\\partial x^T A x}{\\partial x} = (A + A^T)x");
  CHECK(form.kind == LeftSide::Kind::derivative);
  CHECK(form.wrt.name == "x");
  CHECK(form.readings.at(0).gw == "x'*A*x");
  const LeftSide other = left("\\frac{\\partial E}{\\partial W_2} = y b^T");
  CHECK(other.wrt.name == "W2");
  CHECK(other.of.name.empty());
  const ReadDocument below = read(at.sheet, "\\nabla_x L = X^T D y, \\quad D = \\operatorname{diag}(w)");
  REQUIRE(below.equations.size() == 2);
  CHECK(below.equations[0].sides[0].readings.at(0).gw == "X'*D*y");
  const ReadDocument chain = read(
      at.sheet, "\\begin{aligned} \\nabla_{x} L &= X^T (y - h_0) \\\\ &= X^Ty - X^T h_0 \\\\ &= 2x, \\end{aligned}");
  REQUIRE(chain.equations.size() == 1);
  CHECK(chain.equations[0].sides.size() == 3);
  const ReadDocument steps = read(at.sheet,
                                  "\\delta^{(3)} &= y - h_0 \\\\ \\frac{\\partial L}{\\partial W^{(2)}} &= "
                                  "\\delta^{(3)} b^T \\quad\\text{where } ");
  REQUIRE(steps.equations.size() == 2);
  CHECK(steps.equations[1].sides[0].readings.at(0).gw == "delta3*b'");
  const ReadDocument entries = read(at.sheet, "\\frac{\\partial L}{\\partial x_i} = \\sum_j A_{ij} x_j");
  CHECK(entries.equations[0].left.wrt.entry == std::vector<std::string>{"i"});
  CHECK(entries.equations[0].sides[0].readings.at(0).gw == "sum(j, A[i, j]*x[j])");
}

TEST_CASE("an entry of a derivative in brackets") {
  Sheet2 at;
  const auto left = [&](const std::string& latex) { return read(at.sheet, latex).equations.at(0).left; };
  const std::vector<std::string> ij{"i", "j"};
  for (const char* text :
       {"\\left(\\frac{\\partial L}{\\partial W_2}\\right)_{ij} = y_i b_j",
        "\\left[\\frac{\\partial L}{\\partial W_2}\\right]_{i,j} = y_i b_j", "(\\nabla_{W_2} L)_{ij} = y_i b_j"}) {
    CAPTURE(text);
    const LeftSide found = left(text);
    CHECK(found.kind == LeftSide::Kind::derivative);
    CHECK(found.wrt.name == "W2");
    CHECK(found.wrt.entry == ij);
  }
  const LeftSide jacobian = left("\\left(\\frac{\\partial z_2}{\\partial b}\\right)_{ij} = W_{2,ij}");
  CHECK(jacobian.of.entry == std::vector<std::string>{"i"});
  CHECK(jacobian.wrt.entry == std::vector<std::string>{"j"});
  CHECK(left("\\left(\\frac{\\partial L}{\\partial b}\\right) = b").wrt.name == "b");
  CHECK(left("\\left(\\frac{\\partial L}{\\partial b}\\right)^T = b^T").kind == LeftSide::Kind::expression);
}

TEST_CASE("places") {
  Sheet2 at;
  const std::string latex = "X^T \\left(w (y - h_0)\\right)";
  const Reading reading = read(at.sheet, latex).equations[0].sides[0].readings[0];
  CHECK(reading.gw == "X'*(w .* (y - h0))");
  const auto source = [&](const std::string& piece) {
    const auto begin = static_cast<std::uint32_t>(reading.gw.find(piece));
    const Span span = reading.map.source_of({begin, begin + static_cast<std::uint32_t>(piece.size())});
    return latex.substr(span.begin, span.end - span.begin);
  };
  CHECK(source("X") == "X");
  CHECK(source("h0") == "h_0");
  CHECK(source("y - h0") == "y - h_0");
  CHECK(source("X'") == "X^T");
  CHECK(reading.notes.size() == 1);
}

TEST_CASE("documents") {
  Sheet2 at;
  const std::string tex =
      "\\documentclass{article}\n\\begin{document} Let $x$ be given. % \\[ no \\]\n\\begin{align}\n\\delta^{(3)} &= y "
      "- h_0, \\label{eq:d}\\\\\n"
      "\\frac{\\partial L}{\\partial W_2} &= \\delta^{(3)} b^{\\top}. \\tag{2}\n\\end{align}\nThen \\[ \\nabla_x L = "
      "X^T y \\] and $$ x = v $$\n\\begin{equation*} \\nabla_v L = 2 v \\end{equation*}\n\\end{document}\n";
  const ReadDocument document = read_latex_document(Text("t.tex", tex), at.sheet);
  CAPTURE(why(document));
  REQUIRE(document.equations.size() == 5);
  CHECK(document.equations[1].sides[0].readings.at(0).gw == "delta3*b'");
  CHECK(document.equations[2].left.wrt.name == "x");
  CHECK(document.equations[4].sides[0].readings.at(0).gw == "2*v");
  for (const ReadEquation& one : document.equations) CHECK(one.span.end <= tex.size());
}

TEST_CASE("malformed LaTeX") {
  fails("\\frac{x", "G0601", "{", "this `{` is never closed");
  fails("(x + v", "G0601", "(", "this `(` is never closed");
  fails("x + v)", "G0601", ")", "`)` closes nothing");
  fails("(x + v]", "G0601", "(x + v]", "`(` is closed by `]`");
  fails("x +", "G0601", "", "the formula ends where something should follow");
  fails("x \\odot", "G0601", "", "the formula ends where something should follow");
  fails("\\frac{x}", "G0601", "\\frac", "something is missing after `\\frac`");
  fails("^2", "G0601", "^", "`^` stands on nothing");
  fails("x + \\zeta", "G0301", "\\zeta", "unknown name `zeta`");
  fails("\\hat{x} + 1", "G0301", "\\hat{x}", "unknown name `xhat`");
  fails("\\oint x", "G0602", "\\oint", "`\\oint` is not read");
  fails("\\sum_{k=1}^{i} x_k", "G0602", "i", "a sum over a part of an axis is not read");
  fails("\\mathbf{1}^T \\mathbf{1}", "G0603", "\\mathbf{1}", "nothing says how large this is");
  fails("x = ", "G0601", "x =", "a side of this equation is empty");
  fails("x \\$ v", "G0602", "\\$", "`\\$` is not read");
  fails("", "G0601", "", "there is no formula here");
  fails("\\begin{pmatrix} 1 & 2", "G0601", "\\begin", "this `\\begin{pmatrix}` has no end");
}

TEST_CASE("claims of a sheet") {
  Pool pool;
  const Text text("t.gw", declarations + "claim latex: \\nabla_{W_2} L = y b^T\nclaim numpy: dW2 = np.outer(y, b)\n");
  OpenSheet sheet(text, pool);
  REQUIRE(sheet.program().claims.size() == 2);
  const ClaimReadings latex = readings_of(text, sheet.program().claims[0], sheet);
  CHECK(latex.latex.equations.at(0).sides.at(0).readings.at(0).gw == "y*b'");
  CHECK(text.slice(latex.latex.equations[0].sides[0].span) == "y b^T");
  const ClaimReadings numpy = readings_of(text, sheet.program().claims[1], sheet);
  CHECK(numpy.numpy.readings.at(0).assignments.at(0).reading.gw == "y*b'");
}

TEST_CASE("an open sheet") {
  Sheet2 at;
  CHECK(at.sheet.value("X'*y").is_good());
  CHECK_FALSE(at.sheet.value("X*y").is_good());
  CHECK(at.sheet.value("X*y").diagnostics.empty());
  const SheetValue wrong = at.sheet.value_with_reasons("2*X*y");
  REQUIRE(wrong.diagnostics.size() == 1);
  CHECK(wrong.diagnostics[0].code == "G0203");
  CHECK(at.sheet.text().slice(wrong.diagnostics[0].span) == "*");
  CHECK(wrong.diagnostics[0].span.begin >= at.sheet.line_begin());
  CHECK(at.sheet.define("d3", "X'*y").empty());
  CHECK(at.sheet.value("d3 + x").is_good());
  CHECK(at.sheet.program().definition("d3") != nullptr);
  CHECK(at.sheet.define("d3", "x").at(0).code == "G0302");
  CHECK(at.sheet.define("d4", "X*y").at(0).code == "G0203");
  CHECK_FALSE(at.sheet.value("d4").is_good());
  CHECK(at.sheet.define("d4", "x").empty());
  CHECK(at.sheet.define("d5 = 3\nd6", "x").size() == 1);
  const Dim n = (*at.sheet.shape_of("x"))[0];
  const SheetValue entry = at.sheet.value("x[i]*v[j]", {{"i", n}, {"j", std::nullopt}});
  REQUIRE(entry.is_good());
  CHECK(at.pool.order(entry.expr) == 2);
}

TEST_CASE("equations within a line of text") {
  const auto read_text = [](const std::string& tex) {
    Sheet2 at;
    return read_latex_document(Text("t.tex", tex), at.sheet);
  };
  CHECK(read_text("so $\\frac{\\partial L}{\\partial y} = x$, and \\(\\nabla_y L = x\\)").equations.size() == 2);
  const ReadDocument prose = read_text(
      "for $n = 3$ and $x = v$ it costs \\$5, \\verb|$\\nabla_x L = v$| and $x$; % $\\nabla_x L = v$\n\\[ x = v \\]");
  CHECK(prose.equations.size() == 1);
  CHECK(prose.diagnostics.empty());
  const ReadDocument defined = read_text("\\[ \\nabla_x L = X^T e \\] with $e = y - w$, $p = 3$");
  REQUIRE(defined.equations.size() == 2);
  CHECK(defined.equations[0].sides[0].readings.at(0).gw == "X'*e");
  CHECK(defined.equations[1].left.name == "e");
  const ReadDocument unknown = read_text("$\\frac{\\partial q}{\\partial u} = 12$ \\[ x = v \\]");
  CHECK(unknown.equations.size() == 1);
  REQUIRE(unknown.diagnostics.size() == 1);
  CHECK(unknown.diagnostics[0].severity == Severity::note);
  const ReadDocument minimum = read_text("at the minimum $\\nabla_x L = 0$, that is \\(\\nabla_x L = v = 0\\)");
  REQUIRE(minimum.equations.size() == 2);
  CHECK(minimum.equations[0].is_condition);
  CHECK(minimum.equations[0].sides.empty());
  CHECK(minimum.equations[1].is_condition);
  CHECK(minimum.equations[1].sides.size() == 1);
  CHECK(minimum.diagnostics.size() == 2);
}

}  // namespace gradwright::latex_rows
