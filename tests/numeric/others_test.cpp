// Products of the other entries: what is printed for the slope of a product has its value, worked out by hand, where entries are 0 too.
#include <doctest/doctest.h>

#include <regex>

#include "printed.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

/// What is printed for a request, where the variables are these constants; column by column.
std::vector<double> printed_at(const std::string& variables, const std::string& constants, const std::string& lines,
                               const std::string& request) {
  Session session(Text("product.gw", variables + lines + request + "\n"));
  const std::vector<Derived> results = session.derived();
  REQUIRE(results.size() == 1);
  CHECK(results[0].verified.holds(1e-6));
  Pool pool;
  ReadOptions options;
  options.derivative = derivative_of;
  const Program program =
      read_formula(Text("back.gw", constants + lines + printed_beside(results[0].formula, "0")), pool, options);
  for (const Diagnostic& diagnostic : program.diagnostics) MESSAGE(diagnostic.code << " " << diagnostic.message);
  REQUIRE_FALSE(program.has_errors());
  Bindings at;
  for (const Declaration& one : program.declarations) {
    Tensor tensor{{}, one.constant};
    for (const Dim dim : pool.shape(one.input)) tensor.extents.push_back(pool.dims().constant_value(dim).value_or(0));
    at.inputs.emplace(one.input, tensor);
  }
  return evaluate(pool, program.definition("printed_")->expr, at).values;
}

std::string shown(const std::string& sheet) {
  Session session(Text("product.gw", sheet));
  return session.derived().at(0).formula.gw;
}

using Values = std::vector<double>;

}  // namespace

TEST_CASE("the slope of a product is the product of the others, zeros or not") {
  const std::string variable = "x : R[3]\n", f = "f = prod(x)\n";
  const std::string none = "const x : R[3] = [2;5;3]\n", one = "const x : R[3] = [2;0;3]\n",
                    two = "const x : R[3] = [0;0;3]\n";
  CHECK(printed_at(variable, none, f, "derive f wrt x") == Values{15, 6, 10});
  CHECK(printed_at(variable, one, f, "derive f wrt x") == Values{0, 6, 0});
  CHECK(printed_at(variable, two, f, "derive f wrt x") == Values{0, 0, 0});
  CHECK(printed_at(variable, none, f, "hessian f wrt x") == Values{0, 3, 5, 3, 0, 2, 5, 2, 0});
  CHECK(printed_at(variable, one, f, "hessian f wrt x") == Values{0, 3, 0, 3, 0, 2, 0, 2, 0});
  CHECK(printed_at(variable, two, f, "hessian f wrt x") == Values{0, 3, 0, 3, 0, 0, 0, 0, 0});
  CHECK(printed_at(variable, one, "f = prod(2*x)\n", "derive f wrt x") == Values{0, 48, 0});
  CHECK(printed_at(variable, "const x : R[3] = [10^17;0.1;3]\n", f, "derive f wrt x") ==
        Values{0.1 * 3, 3e17, 1e17 * 0.1});
  CHECK(printed_at(variable, one, "f = prod(x)^2 + sum(x)\n", "derive f wrt x") == Values{1, 1, 1});
}

TEST_CASE("products along rows and columns, and of matrices") {
  const std::string variable = "A : R[2,2]\n", at = "const A : R[2,2] = [0,2;3,4]\n";
  CHECK(printed_at(variable, at, "f = prod(A)\n", "derive f wrt A") == Values{24, 0, 0, 0});
  CHECK(printed_at(variable, at, "f = sum(rowprod(A))\n", "derive f wrt A") == Values{2, 4, 0, 3});
  CHECK(printed_at(variable, at, "f = sum(colprod(A))\n", "derive f wrt A") == Values{3, 0, 4, 2});
  CHECK(printed_at(variable, at, "f = sum(rowprod(A).^2)\n", "derive f wrt A") == Values{0, 96, 0, 72});
  // By columns of A: the entries of a row pair with each other.
  CHECK(printed_at(variable, at, "f = sum(rowprod(A))\n", "hessian f wrt A") ==
        Values{0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0});
}

TEST_CASE("the product of the others is said by its name") {
  CHECK(shown("x : R[n]\nf = prod(x)\nderive f wrt x\n") == "prod_others(x)");
  CHECK(shown("A : R[n,n]\nx : R[n]\nf = prod(A*x)\nderive f wrt x\n") == "A'*prod_others(A*x)");
  CHECK(shown("A : R[m,n]\nf = sum(rowprod(A))\nderive f wrt A\n") == "rowprod_others(A)");
  CHECK(shown("A : R[m,n]\nf = sum(rowprod(3*A.*A))\nderive f wrt A\n") == "6*(A .* rowprod_others(3*A.^2))");
  CHECK(shown("x : R[n]\nf = log(prod(x))\nderive f wrt x\n") == "1 ./ x");
}

TEST_CASE("what is printed for the product of the others is listed before it") {
  const std::string f = "f = sum(i, prod(k, 1/9*sum(j, a[i,k,j]*a[j,k,i])))\n";
  Session session(Text("product.gw", "a : R[3,p,3]\n" + f + "derive f wrt a\n"));
  const Formula formula = session.derived().at(0).formula;
  std::string listed = " ";
  const std::regex temporary("[tT][0-9]+");
  const auto is_listed = [&](const std::string& text) {
    for (std::sregex_iterator it(text.begin(), text.end(), temporary), end; it != end; ++it)
      CHECK_MESSAGE(listed.find(" " + it->str() + " ") != std::string::npos, text);
  };
  for (const WhereItem& item : formula.where) {
    is_listed(item.gw);
    listed += item.name.substr(0, item.name.find('[')) + " ";
  }
  is_listed(formula.gw);
}
