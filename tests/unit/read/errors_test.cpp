// Every code is raised by a sheet, once; one mistake does not hide the next and does not blame its users.
#include <algorithm>

#include "sheet.h"

namespace gradwright {
namespace {

const std::string declarations = "x, y : R[2]\nW : R[m,n]\nV : R[n,d]\nb : R[m]\nS : R[n,n]\nT : R[2,2,2]\n";

void raises(const std::string& code, const std::string& line) {
  INFO(line);
  const Sheet sheet(declarations + line + "\n");
  CHECK(sheet.codes() == std::vector<std::string>{code});
}

}  // namespace

TEST_CASE("what is read outside of an array is told: at once where no size has it, at a size where that decides") {
  const auto code_at = [](const std::string& line, const DimValues& sizes) {
    const Sheet sheet("x : R[n]\nk : R[h]\n" + line + "\n");
    if (!sheet.codes().empty()) return sheet.codes()[0];
    const auto fault = sheet.program.read_outside(sheet.pool.dims(), sizes);
    return fault ? "at the sizes: " + fault->code : std::string("inside");
  };
  const DimValues small{{"n", 2}, {"h", 2}}, large{{"n", 9}, {"h", 2}};
  for (const char* line : {"z = x[3]", "z = x[2:3]", "z = x[n-2]", "z = sum(i, x[i+2]*ones(1)[i])",
                           "z = sum(i,j, x[i+2*j]*k[j]*ones(3)[i])"}) {
    CAPTURE(line);
    CHECK(code_at(line, small) == "at the sizes: G0212");
    CHECK(code_at(line, large) == "inside");
  }
  for (const char* line :
       {"z = x[0]", "z = x[n+h]", "z = x[2:n+1]", "z = sum(i,j, x[i-j-1]*k[j]*x[i])", "z = sum(i, x[i+1]*x[i])"}) {
    CAPTURE(line);
    CHECK(code_at(line, large) == "G0212");
  }
  CHECK(code_at("z = sum(i,j, x[i-j]*k[j]*x[i])", {{"n", 9}, {"h", 1}}) == "inside");
  CHECK(code_at("z[r] = sum(u, x[r+u]*k[u])", {{"n", 9}, {"h", 9}}) == "inside");
}

TEST_CASE("codes") {
  raises("G0001", "z = x $ y");
  raises("G0002", "z = 3x");
  raises("G0003", "z = (x + y");
  raises("G0004", "z = x\xff");
  raises("G0005", "z = 99999999999999999999999");
  raises("G0101", "z = x y");
  raises("G0102", "z = x +");
  raises("G0103", "z = sum(x; y)");
  raises("G0104", "z : Q[2]");
  raises("G0105", "z : R[2] symetric");
  raises("G0106", "param z : R[2] ~ she");
  raises("G0107", "z = " + std::string(300, '(') + "x" + std::string(300, ')'));
  raises("G0108", "derive x by W");
  raises("G0109", "claim x");
  raises("G0110", "f(2) = x");
  raises("G0111", "+ 3");
  raises("G0201", "z = W + V");
  raises("G0202", "z = W .* V");
  raises("G0203", "z = W*V'");
  raises("G0204", "z = inv(W)");
  raises("G0205", "z = x/y");
  raises("G0206", "z = x*y");
  raises("G0207", "z = W*S + b");
  raises("G0208", "z = softmax(W)");
  raises("G0208", "z = eye(0)");
  raises("G0208", "z = commutation(2,-1)");
  raises("G0208", "z = reshape(ones(4),-2,-2)");
  raises("G0209", "z = [x, W]");
  raises("G0210", "Z[i] = W[i,:]");
  raises("G0211", "z = T*x");
  raises("G0212", "z = x[3]");
  raises("G0213", "dim q = 3\ndim q = 4");
  raises("G0214", "z = sum(k, x)");
  raises("G0215", "z = S^0.5");
  raises("G0301", "z = xx + 1");
  raises("G0302", "x = 3");
  raises("G0303", "z = sigmod(x)");
  raises("G0304", "z = exp(x,y)");
  raises("G0305", "z = later\nlater = 3");
  raises("G0305", "f(a) = f(a)\nz = f(x)");
  raises("G0306", "derive x wrt W9");
  raises("G0307", "exp(a) = a");
  raises("G0401", "z = grad(sum(x),x)");
  raises("G0404", "minimize W");
}

TEST_CASE("a mistake does not blame its users and does not hide the next") {
  const Sheet sheet(declarations + "a = W*V'\nb2 = a + 1\nc = b2*a\nd2 = x*y\nderive c wrt x\nclaim dc/dx = a\n");
  CHECK(sheet.codes() == std::vector<std::string>{"G0203", "G0206"});
}

TEST_CASE("fix-its make the line right") {
  for (const std::string line : {"z = W*S + b", "z = 3x", "z = x/y", "z = x*y", "z = sigmod(x)", "z = W^2"}) {
    INFO(line);
    const std::string content = declarations + line + "\n";
    const Sheet sheet(content);
    REQUIRE(sheet.program.diagnostics.size() == 1);
    REQUIRE(!sheet.program.diagnostics[0].fixits.empty());
    const FixIt& fix = sheet.program.diagnostics[0].fixits[0];
    std::string fixed = content;
    fixed.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
    CHECK(Sheet(fixed).codes().empty());
  }
}

TEST_CASE("a size error says where sizes come from") {
  const Sheet sheet(declarations + "z = W*V'\n");
  const Diagnostic& error = sheet.program.diagnostics[0];
  REQUIRE(error.notes.size() == 2);
  CHECK(error.notes[0] == "the n is the columns of `W` (declared line 2)");
  CHECK(error.notes[1] == "the d is the columns of `V` (declared line 3)");
  CHECK(std::find(error.helps.begin(), error.helps.end(), "if they are meant to be equal, say `dim d = n`") !=
        error.helps.end());
  CHECK(std::find(error.helps.begin(), error.helps.end(), "`W*V` conforms: m×d") != error.helps.end());
}

TEST_CASE("a flood of errors ends") {
  std::string many;
  for (int i = 0; i < 500; ++i) many += "a" + std::to_string(i) + " = q" + std::to_string(i) + "0\n";
  CHECK(Sheet(many).program.diagnostics.size() == 101);
}

TEST_CASE("what would blow up is given up") {
  std::string doubling = "A : R[n,n]\nf(x) = x*x + x\n";
  for (int i = 0; i < 60; ++i) {
    const std::string inner = i == 0 ? "f" : "f" + std::to_string(i - 1);
    doubling += "f" + std::to_string(i) + "(x) = " + inner + "(" + inner + "(x))\n";
  }
  CHECK(Sheet(doubling + "z = f59(A)\n").program.has_errors());
  std::string chain = "A : R[n,n]\nz = A";
  for (int i = 0; i < 3000; ++i) chain += "*A";
  CHECK(Sheet(chain + "\n").codes().empty());
}

}  // namespace gradwright
