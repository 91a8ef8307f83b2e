// Malformed worksheets: each is told its code, its line, and a way out.
#include <doctest/doctest.h>

#include "read/formula/program.h"
#include "source/catalogue.h"
#include "source/render.h"

using namespace gradwright;

namespace {

struct Malformed {
  const char* sheet;
  const char* code;
  std::size_t line;
};

const Malformed sheets[] = {
    {"x : R[2]\nf = x $ x\n", "G0001", 2}, {"f = 1 ? 2\n", "G0001", 1}, {"f = 1.2.3\n", "G0002", 1}, {"f = 1e+\n", "G0002", 1}, {"f = (1 + 2\n", "G0003", 1}, {"f = [1, 2\n", "G0003", 1},
    {"f = \xff\n", "G0004", 1}, {"f = 99999999999999999999\n", "G0005", 1}, {"f = 1e400\n", "G0005", 1}, {"f = 1 2\n", "G0101", 1}, {"x : R\nf = x x\n", "G0101", 2}, {"f = 1 +\n", "G0102", 1}, {"f = * 3\n", "G0102", 1},
    {"f = ()\n", "G0102", 1}, {"f = (1]\n", "G0103", 1}, {"x : R[2\nf = 1)\n", "G0003", 1}, {"x : Q[2]\n", "G0104", 1}, {"x : \n", "G0104", 1}, {"param W\n", "G0104", 1}, {"S : R[n,n] shiny\n", "G0105", 1}, {"S : R[n,n] symetric\n", "G0105", 1},
    {"param W : R[2,2] ~ magic\n", "G0106", 1}, {"derive wrt W\n", "G0108", 1}, {"x : R\nf = x\nderive f\n", "G0108", 3}, {"layout sideways\n", "G0108", 1}, {"claim 3\n", "G0109", 1}, {"f(1) = 2\n", "G0110", 1}, {"hello\n", "G0111", 1},
    {"x : R[2]\ny : R[3]\nf = x + y\n", "G0201", 3}, {"x : R[2]\ny : R[3]\nf = x - y\n", "G0201", 3}, {"A : R[2,3]\nf = A + A'\n", "G0201", 2}, {"x : R[n]\ny : R[m]\nf = x + y\n", "G0201", 3}, {"x : R[2]\ny : R[3]\nf = x .* y\n", "G0202", 3},
    {"x : R[2]\ny : R[3]\nf = x ./ y\n", "G0202", 3}, {"x : R[2]\ny : R[3]\nf = max(x, y)\n", "G0202", 3}, {"A : R[2,3]\nf = A*A\n", "G0203", 2}, {"A : R[m,n]\nx : R[m]\nf = A*x\n", "G0203", 3}, {"A : R[2,3]\nf = det(A)\n", "G0204", 2},
    {"A : R[2,3]\nf = inv(A)\n", "G0204", 2}, {"A : R[2,3]\nf = tr(A)\n", "G0204", 2}, {"A : R[2,3]\nf = A^2\n", "G0204", 2}, {"x : R[2]\nf = x/x\n", "G0205", 2}, {"A : R[2,2]\nf = A/A\n", "G0205", 2}, {"x : R[2]\nf = x*x\n", "G0206", 2},
    {"x, y : R[n]\nf = x*y\n", "G0206", 2}, {"W : R[2,3]\nb : R[2]\nf = W + b\n", "G0207", 3}, {"X : R[h,B]\nb : R[h]\nf = X + b\n", "G0207", 3}, {"A : R[2,3]\nf = dot(A, 2)\n", "G0202", 2}, {"x : R[2]\nf = [x, 1]\n", "G0209", 2},
    {"x : R[2]\ny : R[3]\nf = [x, y]\n", "G0209", 3}, {"A : R[2,2]\nf = eye(A)\n", "G0301", 2}, {"T : R[2,3,4]\nf = T*T\n", "G0211", 2}, {"x : R[2]\nf = x[3]\n", "G0212", 2}, {"x : R[2]\nf = x[0]\n", "G0212", 2}, {"dim n = 2\ndim n = 3\n", "G0213", 2},
    {"f = sum(k, k)\n", "G0214", 1}, {"A : R[2,2]\nf = A^0.5\n", "G0215", 2}, {"A : R[2,2]\nf = A^99\n", "G0215", 2}, {"f = q + 1\n", "G0301", 1}, {"weight : R\nf = weigth\n", "G0301", 2}, {"x : R\nx : R\n", "G0302", 2}, {"x : R\nx = 3\n", "G0302", 2},
    {"f = foo(1)\n", "G0303", 1}, {"f = sigmod(1)\n", "G0303", 1}, {"f = exp(1, 2)\n", "G0304", 1}, {"f = exp()\n", "G0304", 1}, {"f = f + 1\n", "G0305", 1}, {"f = g\ng = 1\n", "G0305", 1}, {"f = 1\nderive f wrt q\n", "G0306", 2}, {"derive q wrt f\n", "G0301", 1},
    {"x : R[2]\nminimize x\n", "G0404", 2},
};

}  // namespace

TEST_CASE("malformed worksheets") {
  for (const Malformed& row : sheets) {
    const std::string sheet = row.sheet;
    CAPTURE(sheet);
    Pool pool;
    const Text text("malformed.gw", sheet);
    const Program program = read_formula(text, pool);
    CHECK(program.has_errors());
    if (program.diagnostics.empty()) continue;
    const Diagnostic& first = program.diagnostics[0];
    CHECK(first.code == row.code);
    CHECK(text.place(first.span.begin).line == row.line);
    const CatalogueRow* catalogued = catalogue_row(first.code);
    REQUIRE(catalogued != nullptr);
    CHECK((!first.helps.empty() || !first.fixits.empty() || !catalogued->way_out.empty()));
    CHECK_FALSE(terminal_text(first, text, {}).empty());
  }
}

TEST_CASE("one mistake does not hide the next") {
  Pool pool;
  const Program program = read_formula(Text("two.gw", "x : R[2]\nf = x*x\ng = q + 1\nh = f + 1\n"), pool);
  REQUIRE(program.diagnostics.size() == 2);  // h uses the poisoned f: no cascade
  CHECK(program.diagnostics[0].code == "G0206");
  CHECK(program.diagnostics[1].code == "G0301");
}
