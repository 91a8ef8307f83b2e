// Every function, reduction, structure and window of the language: its value against numbers worked out by hand, its derivative by finite differences.
#include <doctest/doctest.h>

#include <cmath>

#include "sheet/session.h"

using namespace gradwright;

namespace {

struct Row {
  const char* formula;
  std::vector<double> value;  ///< column-major
};

// A = [1 2; 3 4], B = [0.5 -1; 2 0.25], v = (1, 2, 3), w = (-1, 0.5, 2), s = 2
const char* const declarations =
    "const A : R[2,2] = [1,2;3,4]\nconst B : R[2,2] = [0.5,-1;2,0.25]\nconst v : R[3] = [1;2;3]\nconst w : R[3] = "
    "[-1;0.5;2]\nconst s : R = 2\n";

const std::vector<Row> values = {
    {"A*B", {4.5, 9.5, -0.5, -2}},
    {"A@B", {4.5, 9.5, -0.5, -2}},
    {"A.*B", {0.5, 6, -2, 1}},
    {"A/s", {0.5, 1.5, 1, 2}},
    {"A./B", {2, 1.5, -2, 16}},
    {"A+B", {1.5, 5, 1, 4.25}},
    {"A-B", {0.5, 1, 3, 3.75}},
    {"-A", {-1, -3, -2, -4}},
    {"A'", {1, 2, 3, 4}},
    {"A + s", {3, 5, 4, 6}},
    {"1 - v", {0, -1, -2}},
    {"v^2", {1, 4, 9}},
    {"A.^2", {1, 9, 4, 16}},
    {"A^2", {7, 15, 10, 22}},
    {"s^3", {8}},
    {"v.^(-1)", {1, 0.5, 1.0 / 3}},
    {"A^(-1)", {-2, 1.5, 1, -0.5}},
    {"v > 1", {0, 1, 1}},
    {"v >= 2", {0, 1, 1}},
    {"v < 2", {1, 0, 0}},
    {"v <= 2", {1, 1, 0}},
    {"v == 2", {0, 1, 0}},
    {"[1;2;3]", {1, 2, 3}},
    {"[1,2;3,4]", {1, 3, 2, 4}},
    {"[A;B]", {1, 3, 0.5, 2, 2, 4, -1, 0.25}},
    {"[A,B]", {1, 3, 2, 4, 0.5, 2, -1, 0.25}},
    {"[1; v]", {1, 1, 2, 3}},
    {"v[2]", {2}},
    {"A[2,1]", {3}},
    {"A[1,:]", {1, 2}},
    {"A[:,2]", {2, 4}},
    {"v[2:3]", {2, 3}},
    {"A\\[1;1]", {-1, 1}},
    {"solve(A,[1;1])", {-1, 1}},
    {"kron([1,2],[3;4])", {3, 4, 6, 8}},
    {"tril([1,2;3,4])", {1, 3, 0, 4}},
    {"triu([1,2;3,4])", {1, 0, 2, 4}},
    {"tril([3])", {3}},
    {"triu([3])", {3}},
    {"tril([1,2,3;4,5,6])", {1, 4, 0, 5, 0, 0}},
    {"triu([1,2;3,4;5,6])", {1, 0, 0, 2, 4, 0}},
    {"[1,2]⊗[3;4]", {3, 4, 6, 8}},
    {"exp(s)", {std::exp(2.0)}},
    {"log(s)", {std::log(2.0)}},
    {"log1p(s)", {std::log(3.0)}},
    {"expm1(s)", {std::exp(2.0) - 1}},
    {"sqrt(s)", {std::sqrt(2.0)}},
    {"square(v)", {1, 4, 9}},
    {"abs(w)", {1, 0.5, 2}},
    {"sign(w)", {-1, 1, 1}},
    {"step(w)", {0, 1, 1}},
    {"sin(s)", {std::sin(2.0)}},
    {"cos(s)", {std::cos(2.0)}},
    {"tan(s)", {std::tan(2.0)}},
    {"asin(1/s)", {std::asin(0.5)}},
    {"acos(1/s)", {std::acos(0.5)}},
    {"atan(s)", {std::atan(2.0)}},
    {"sinh(s)", {std::sinh(2.0)}},
    {"cosh(s)", {std::cosh(2.0)}},
    {"tanh(s)", {std::tanh(2.0)}},
    {"erf(s)", {std::erf(2.0)}},
    {"sigmoid(s)", {1 / (1 + std::exp(-2.0))}},
    {"relu(w)", {0, 0.5, 2}},
    {"leaky_relu(w)", {-0.01, 0.5, 2}},
    {"elu(w)", {std::exp(-1.0) - 1, 0.5, 2}},
    {"gelu(s)", {1 + std::erf(std::sqrt(2.0))}},
    {"silu(s)", {2 / (1 + std::exp(-2.0))}},
    {"softplus(s)", {std::log(1 + std::exp(2.0))}},
    {"max(v, w)", {1, 2, 3}},
    {"min(v, w)", {-1, 0.5, 2}},
    {"pow(v, w)", {1, std::sqrt(2.0), 9}},
    {"relu'(w)", {0, 1, 1}},
    {"tanh'(s)", {1 - std::tanh(2.0) * std::tanh(2.0)}},
    {"sum(A)", {10}},
    {"mean(A)", {2.5}},
    {"prod(A)", {24}},
    {"max(A)", {4}},
    {"min(A)", {1}},
    {"var(v)", {2.0 / 3}},
    {"norm1(w)", {3.5}},
    {"norm2(v)", {std::sqrt(14.0)}},
    {"norm(A)", {std::sqrt(30.0)}},
    {"dot(v,w)", {6}},
    {"tr(A)", {5}},
    {"det(A)", {-2}},
    {"logdet(A)", {std::log(2.0)}},
    {"logsumexp(v)", {std::log(std::exp(1.0) + std::exp(2.0) + std::exp(3.0))}},
    {"rowsum(A)", {3, 7}},
    {"rowmean(A)", {1.5, 3.5}},
    {"rowmax(A)", {2, 4}},
    {"colsum(A)", {4, 6}},
    {"colmean(A)", {2, 3}},
    {"colmax(A)", {3, 4}},
    {"softmax([0;0])", {0.5, 0.5}},
    {"softmax_rows([0,0;1,1])", {0.5, 0.5, 0.5, 0.5}},
    {"softmax_cols([0,0;0,0])", {0.5, 0.5, 0.5, 0.5}},
    {"log_softmax([0;0])", {-std::log(2.0), -std::log(2.0)}},
    {"logsumexp_rows([0,0;1,1])", {std::log(2.0), 1 + std::log(2.0)}},
    {"logsumexp_cols([0,1;0,1])", {std::log(2.0), 1 + std::log(2.0)}},
    {"eye(2)", {1, 0, 0, 1}},
    {"ones(2)", {1, 1}},
    {"ones(1,2)", {1, 1}},
    {"zeros(2,2)", {0, 0, 0, 0}},
    {"diag(v)", {1, 0, 0, 0, 2, 0, 0, 0, 3}},
    {"diag(A)", {1, 4}},
    {"vec(A)", {1, 3, 2, 4}},
    {"reshape(A,4,1)", {1, 3, 2, 4}},
    {"reshape([1;2;3;4],2,2)", {1, 2, 3, 4}},
    {"hcat(v,w)", {1, 2, 3, -1, 0.5, 2}},
    {"vcat(v,w)", {1, 2, 3, -1, 0.5, 2}},
    {"outer([1;2],[3;4])", {3, 6, 4, 8}},
    {"inv(A)", {-2, 1.5, 1, -0.5}},
    {"commutation(2,2)*vec(A)", {1, 2, 3, 4}},
    {"rot180(A)", {4, 2, 3, 1}},
    {"flip(v)", {3, 2, 1}},
    {"conv([1,2,3;4,5,6;7,8,9],[1,0;0,1])", {6, 12, 8, 14}},
    {"conv_full([1,2],[1,1])", {1, 3, 2}},
    {"conv_full([1,2,3],[1,2;3,4])", {4, 2, 11, 5, 18, 8, 9, 3}},
    {"conv_full([1;2],[1,2;3,4])", {4, 10, 4, 3, 7, 2}},
    {"conv_full(5,[1,2;3,4])", {20, 10, 15, 5}},
    {"conv_full([1,2;3,4],[5])", {5, 15, 10, 20}},
    {"conv_full([1,2;3,4],[1,2])", {2, 6, 5, 11, 2, 4}},
    {"maxpool([1,2;3,4],2,2)", {4}},
    {"sum(i, v[i]*w[i])", {6}},
    {"sum(i, A[:,i]*B[i,:])", {4.5, 9.5, -0.5, -2}},
    {"prod_others([2;0;3])", {0, 6, 0}},
    {"prod_others(A)", {24, 8, 12, 6}},
    {"rowprod_others(A)", {2, 4, 1, 3}},
    {"colprod_others(A)", {3, 1, 4, 2}},
    {"prod_others(s)", {1}},
    {"prod(i, v[i])", {6}},
    {"prod(i,j, A[i,j])", {24}},
    {"prod(i, A[i,:])", {3, 8}},
    {"2^62*4", {0x1p64}},
    {"2^62 + 2^62*v", {0x1p63, 0x3p62, 0x1p64}},
    {"3.141592653589793*(3.141592653589793*s)", {2 * 9.869604401089358}},
    {"mse(v,w)", {(4 + 2.25 + 1) / 3}},
    {"pi", {std::acos(-1.0)}},
    {"cos(π*v)", {-1, 1, -1}},
    {"sum(i, v[2]*ones(1)[i])", {2}},
    {"sum(i,j, eye(1)[i,j]*v[2])", {2}},
    {"sum(i, v[i]*w[i]*delta(i,2))", {1}},
    {"sum(i, v[i]*delta(i,4))", {0}},
    {"sum(i, v[i]*delta(i,i))", {6}},
    {"sum(i, v[i]*delta(i,i+1))", {0}},
    {"sum(i,j, v[i]*w[j]*delta(i,j+1))", {-0.5}},
    {"sum(i,j, v[i]*A[j,1]*delta(i,j))", {7}},
    {"sum(i,j, v[i]*A[j,1]*delta(i,2*j-1))", {10}},
    {"sum(i,j, v[i]*v[j]*delta(i+j,4))", {10}},
};

const std::vector<const char*> slopes = {
    "exp(x)",
    "log(p)",
    "log1p(p)",
    "expm1(x)",
    "sqrt(p)",
    "square(x)",
    "abs(x)",
    "sign(x)",
    "step(x)",
    "sin(x)",
    "cos(x)",
    "tan(x/2)",
    "asin(x/2)",
    "acos(x/2)",
    "atan(x)",
    "sinh(x)",
    "cosh(x)",
    "tanh(x)",
    "erf(x)",
    "sigmoid(x)",
    "relu(x)",
    "leaky_relu(x)",
    "elu(x)",
    "gelu(x)",
    "silu(x)",
    "softplus(x)",
    "max(x, c)",
    "min(x, c)",
    "pow(p, c)",
    "x.^3",
    "p.^(1/2)",
    "relu'(x).*x",
    "tanh'(x)",
    "gelu'(x)",
    "sum(x)*x",
    "mean(x)*x",
    "prod(x)*x",
    "rowprod(X)",
    "colprod(X)'",
    "prod_others(x)",
    "rowprod_others(X)*c",
    "prod(k, X[k,:])'",
    "max(x)*x",
    "min(x)*x",
    "var(x)*x",
    "norm1(x)*x",
    "norm2(x)*x",
    "norm(x)*x",
    "dot(x,c)*x",
    "logsumexp(x)*x",
    "softmax(x)",
    "log_softmax(x)",
    "diag(x)*c",
    "outer(x,c)*x",
    "flip(x)",
    "[x; c]",
    "[1; x]",
    "x[2:3]",
    "x[1]*x",
    "x/norm2(x)",
    "tr(X)*x",
    "det(X)*x",
    "logdet(X)*x",
    "inv(X)*x",
    "X\\x",
    "solve(X,c)",
    "X^2*c",
    "X^(-1)*c",
    "X'*c",
    "rowsum(X)",
    "rowmean(X)",
    "rowmax(X)",
    "colsum(X)'",
    "colmean(X)'",
    "colmax(X)'",
    "softmax_rows(X)*c",
    "softmax_cols(X)*c",
    "log_softmax_rows(X)*c",
    "log_softmax_cols(X)*c",
    "logsumexp_rows(X)",
    "logsumexp_cols(X)'",
    "diag(X)",
    "tril(X)*c",
    "triu(X*X)*c",
    "vec(X)",
    "kron(X,c)*c",
    "X⊗x*c",
    "reshape(X,9,1)",
    "hcat(X,X)*[c;x]",
    "vcat(X,X)*c",
    "rot180(X)*c",
    "flip(X)*c",
    "conv(X,[1,2;3,4])",
    "conv(X,X[1:2,1:2])",
    "conv_full(X,[1,2;3,4])",
    "maxpool(X,1,3)",
    "X[2,:]'",
    "X[:,1]",
    "X[1:2,2:3]*[1;2]",
    "[X,c;c',1]*[x;1]",
    "(X > 0).*X",
    "commutation(3,3)*vec(X)",
    "sum(i, X[i,:]'*x[i])",
    "(X*x).*c./p",
    "mse(x,c)*x",
    "layernorm(x)",
    "rmsnorm(x)",
    "exp(-x).*(X*c)",
};

}  // namespace

TEST_CASE("values of the language") {
  for (const Row& row : values) {
    CAPTURE(row.formula);
    Session session(Text("value.gw", std::string(declarations) + "f = " + row.formula + "\n"));
    for (const Diagnostic& diagnostic : session.diagnostics())
      MESSAGE(row.formula << ": " << diagnostic.code << " " << diagnostic.message);
    const Definition* definition = session.program().definition("f");
    CHECK(definition != nullptr);
    if (definition == nullptr || definition->expr.is_none()) {
      FAIL_CHECK("not read: " << row.formula);
      continue;
    }
    Bindings at;
    for (const Declaration& declaration : session.program().declarations) {
      Tensor tensor{{}, declaration.constant};
      for (const Dim dim : session.pool().shape(declaration.input))
        tensor.extents.push_back(session.pool().dims().constant_value(dim).value_or(0));
      at.inputs.emplace(declaration.input, tensor);
    }
    const Tensor found = evaluate(session.pool(), definition->expr, at);
    CHECK(found.values.size() == row.value.size());
    for (std::size_t i = 0; i < std::min(found.values.size(), row.value.size()); ++i)
      CHECK(found.values[i] == doctest::Approx(row.value[i]).epsilon(1e-10));
  }
}

TEST_CASE("derivatives of the language") {
  for (const char* formula : slopes) {
    for (const char* variable : {"x", "p", "X"}) {
      CAPTURE(formula);
      CAPTURE(variable);
      Session session(Text("slope.gw", "x, c : R[3]\np : R[3] positive\nX : R[3,3]\nf = " + std::string(formula) +
                                           "\nderive f wrt " + variable + "\n"));
      for (const Diagnostic& diagnostic : session.diagnostics())
        MESSAGE(formula << ": " << diagnostic.code << " " << diagnostic.message);
      const std::vector<Derived> results = session.derived();
      CHECK(results.size() == 1);
      if (results.empty()) continue;
      CHECK(results[0].verified.points >= 1);
      CHECK(results[0].verified.max_rel_error < 1e-6);
    }
  }
}
