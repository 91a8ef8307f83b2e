// Formulas of small graphs in all four forms, written by hand.
#include <doctest/doctest.h>

#include "ir/make.h"
#include "present/present.h"

namespace gradwright {
namespace {

/// LaTeX without what only stretches or groups: blanks, \left, \right, the braces of ^{\top}.
std::string plain(std::string latex) {
  for (const std::string_view piece : {"\\left", "\\right", " "}) {
    for (std::size_t at = latex.find(piece); at != std::string::npos; at = latex.find(piece, at))
      latex.erase(at, piece.size());
  }
  for (std::size_t at = latex.find("{\\top}"); at != std::string::npos; at = latex.find("{\\top}"))
    latex.replace(at, 6, "\\top");
  return latex;
}

struct Board {
  Pool pool;
  Names names;
  Dim n = pool.dims().symbol("n");
  Dim m = pool.dims().symbol("m");
  Dim one = pool.dims().one();
  Expr x = input("x", {n, one}), y = input("y", {n, one}), z = input("z", {m, one}), s = input("s", {});
  Expr A = input("A", {n, n}), B = input("B", {n, m}), C = input("C", {n, m}), W2 = input("W2", {m, n});
  Shape column{n, one}, row{one, n}, square{n, n}, wide{n, m}, scalar{};

  Expr input(const char* name, const Shape& surface) {
    return make_input(pool, {name, Role::data, Property::none, surface});
  }
  Expr times(Expr a, Expr b) {
    return make_einsum(pool, {0, 2}, {{a, {0, 1}}, {b, {1, 2}}},
                       {pool.shape(a)[0], pool.shape(a)[1], pool.shape(b)[1]});
  }
  Expr applied(Expr a, Expr v) {
    return make_einsum(pool, {0}, {{a, {0, 1}}, {v, {1}}}, {pool.shape(a)[0], pool.shape(a)[1]});
  }
  Expr dot(Expr u, Expr v) { return make_einsum(pool, {}, {{u, {0}}, {v, {0}}}, {pool.shape(u)[0]}); }
  Expr outer(Expr u, Expr v) {
    return make_einsum(pool, {0, 1}, {{u, {0}}, {v, {1}}}, {pool.shape(u)[0], pool.shape(v)[0]});
  }
  Expr map(Function function, Expr e) { return make_map(pool, function, {e}); }
  Expr t(Expr e) { return transposed(pool, e); }

  Formula formula(Expr e, const Shape& surface) { return presented(pool, e, surface, names); }
  void is(Expr e, const Shape& surface, const std::string& gw, const std::string& unicode, const std::string& latex) {
    const Formula found = formula(e, surface);
    CHECK(found.gw == gw);
    CHECK(found.unicode == unicode);
    CHECK(plain(found.latex) == plain(latex));
    CHECK(found.where.empty());
    CHECK(found.matrix_form);
  }
};

}  // namespace

TEST_CASE("products: transposes stand on leaves") {
  Board b;
  b.is(b.times(b.A, b.B), b.wide, "A*B", "A·B", "A B");
  b.is(b.times(b.t(b.A), b.B), b.wide, "A'*B", "Aᵀ·B", R"(A^\top B)");
  b.is(make_einsum(b.pool, {2, 0}, {{b.A, {0, 1}}, {b.B, {1, 2}}}, {b.n, b.n, b.m}), {b.m, b.n}, "B'*A'", "Bᵀ·Aᵀ",
       R"(B^\top A^\top)");
  b.is(b.applied(b.W2, b.x), {b.m, b.one}, "W2*x", "W₂·x", "W_{2} x");
  b.is(b.applied(b.A, b.x), b.row, "x'*A'", "xᵀ·Aᵀ", R"(x^\top A^\top)");
  b.is(b.x, b.row, "x'", "xᵀ", R"(x^\top)");
  b.is(b.t(b.B), {b.m, b.n}, "B'", "Bᵀ", R"(B^\top)");
}

TEST_CASE("scalars: dot, quadratic form, trace, sums") {
  Board b;
  b.is(b.dot(b.x, b.y), b.scalar, "x'*y", "xᵀ·y", R"(x^\top y)");
  b.is(make_einsum(b.pool, {}, {{b.x, {0}}, {b.A, {0, 1}}, {b.y, {1}}}, {b.n, b.n}), b.scalar, "x'*A*y", "xᵀ·A·y",
       R"(x^\top A y)");
  b.is(make_einsum(b.pool, {}, {{b.A, {0, 0}}}, {b.n}), b.scalar, "tr(A)", "tr(A)", R"(\operatorname{tr}(A))");
  b.is(summed_all(b.pool, b.x), b.scalar, "sum(x)", "sum(x)", R"(\operatorname{sum}(x))");
  b.is(summed(b.pool, b.B, {1}), b.column, "rowsum(B)", "rowsum(B)", R"(\operatorname{rowsum}(B))");
}

TEST_CASE("outer products, diag, ones, identity") {
  Board b;
  b.is(b.outer(b.x, b.z), b.wide, "x*z'", "x·zᵀ", R"(x z^\top)");
  b.is(make_einsum(b.pool, {0, 0}, {{b.x, {0}}}, {b.n}), b.square, "diag(x)", "diag(x)", R"(\operatorname{diag}(x))");
  b.is(make_einsum(b.pool, {0}, {{b.A, {0, 0}}}, {b.n}), b.column, "diag(A)", "diag(A)", R"(\operatorname{diag}(A))");
  b.is(make_einsum(b.pool, {0, 1}, {{b.x, {0}}, {b.A, {0, 1}}}, {b.n, b.n}), b.square, "diag(x)*A", "diag(x)·A",
       R"(\operatorname{diag}(x) A)");
  b.is(make_identity(b.pool, b.n), b.square, "eye(n)", "eye(n)", "I_{n}");
  b.is(make_ones(b.pool, {b.n}), b.column, "ones(n)", "ones(n)", R"(\mathbf{1}_{n})");
}

TEST_CASE("elementwise products beside matrix products are in parentheses") {
  Board b;
  b.is(hadamard(b.pool, {b.x, b.y}), b.column, "x .* y", "x ⊙ y", R"(x \odot y)");
  b.is(make_einsum(b.pool, {0}, {{b.A, {0, 1}}, {b.x, {1}}, {b.y, {1}}}, {b.n, b.n}), b.column, "A*(x .* y)",
       "A·(x ⊙ y)", R"(A (x \odot y))");
  b.is(make_einsum(b.pool, {0}, {{b.x, {0}}, {b.A, {0, 1}}, {b.y, {1}}}, {b.n, b.n}), b.column, "x .* (A*y)",
       "x ⊙ (A·y)", R"(x \odot (A y))");
  b.is(hadamard(b.pool, {b.B, b.C}), b.wide, "B .* C", "B ⊙ C", R"(B \odot C)");
}

TEST_CASE("LaTeX allows one exponent: what has one stands in brackets") {
  Board b;
  const Expr power = make_map(b.pool, Function::pow, {b.x, b.y});
  b.is(power, b.row, "pow(x, y)'", "pow(x, y)ᵀ", R"(\left(x^{y}\right)^\top)");
  b.is(make_map(b.pool, Function::pow, {power, b.y}), b.column, "pow(pow(x, y), y)", "pow(pow(x, y), y)",
       R"(\left(x^{y}\right)^{y})");
}

TEST_CASE("triangles") {
  Board b;
  const Expr lower = make_lower_mask(b.pool, b.n, b.n);
  const Expr tall = make_lower_mask(b.pool, b.n, b.m);
  b.is(lower, b.square, "tril(ones(n, n))", "tril(ones(n, n))", "\\operatorname{tril}(\\mathbf{1}_{n\\times n})");
  b.is(b.t(tall), {b.m, b.n}, "triu(ones(m, n))", "triu(ones(m, n))", "\\operatorname{triu}(\\mathbf{1}_{m\\times n})");
  b.is(hadamard(b.pool, {b.A, lower}), b.square, "tril(A)", "tril(A)", "\\operatorname{tril}(A)");
  b.is(hadamard(b.pool, {b.B, tall}), b.wide, "tril(B)", "tril(B)", "\\operatorname{tril}(B)");
  b.is(make_einsum(b.pool, {1, 0}, {{b.B, {0, 1}}, {tall, {0, 1}}}, {b.n, b.m}), {b.m, b.n}, "triu(B')", "triu(Bᵀ)",
       "\\operatorname{triu}(B^\\top)");
  b.is(make_einsum(b.pool, {0, 2}, {{b.A, {0, 1}}, {b.A, {1, 2}}, {lower, {2, 0}}}, {b.n, b.n, b.n}), b.square,
       "triu(A*A)", "triu(A·A)", "\\operatorname{triu}(AA)");
  b.is(make_einsum(b.pool, {0, 1}, {{b.x, {0}}, {b.y, {1}}, {lower, {0, 1}}}, {b.n, b.n}), b.square, "tril(x*y')",
       "tril(x·yᵀ)", "\\operatorname{tril}(xy^\\top)");
  CHECK(hadamard(b.pool, {lower, b.A, lower}) == hadamard(b.pool, {b.A, lower}));
  CHECK(hadamard(b.pool, {lower, make_identity(b.pool, b.n)}) == make_identity(b.pool, b.n));
}

TEST_CASE("a product inside a product that the reader would dissolve gets a name") {
  Board b;
  const Formula found = b.formula(b.applied(b.A, hadamard(b.pool, {b.x, b.y})), b.column);
  CHECK(found.gw == "A*t1");
  REQUIRE(found.where.size() == 1);
  CHECK(found.where[0].name == "t1");
  CHECK(found.where[0].gw == "x .* y");
  CHECK(found.where[0].unicode == "x ⊙ y");
}

TEST_CASE("sums, scalars, quotients, powers") {
  Board b;
  b.is(difference_of(b.pool, b.x, b.y), b.column, "x - y", "x − y", "x - y");
  b.is(make_add(b.pool, {b.n}, {{-1, b.x}, {{1, 2}, b.y}}), b.column, "1/2*y - x", "1/2·y − x", R"(\frac{1}{2} y - x)");
  b.is(b.applied(b.A, difference_of(b.pool, b.x, b.y)), b.column, "A*(x - y)", "A·(x − y)", "A (x - y)");
  b.is(scaled(b.pool, 2, b.applied(b.A, b.x)), b.column, "2*A*x", "2·A·x", "2 A x");
  b.is(make_einsum(b.pool, {0}, {{b.x, {0}}, {make_power(b.pool, b.s, -1), {}}}, {b.n}), b.column, "x/s", "x/s",
       R"(\frac{x}{s})");
  b.is(hadamard(b.pool, {b.x, make_power(b.pool, b.y, -1)}), b.column, "x ./ y", "x ⊘ y", R"(x \oslash y)");
  b.is(make_power(b.pool, b.x, 2), b.column, "x.^2", "x²", R"(x^{\odot 2})");
  b.is(make_power(b.pool, b.s, 3), b.scalar, "s^3", "s³", "s^{3}");
}

TEST_CASE("what divides stands below one stroke") {
  Board b;
  const Expr over_s = make_power(b.pool, b.s, -1);
  b.is(scaled(b.pool, {-3, 2}, over_s), b.scalar, "-3/(2*s)", "−3/(2·s)", R"(-\frac{3}{2 s})");
  const Expr over_n = make_power(b.pool, make_size(b.pool, b.n), -1);
  b.is(make_einsum(b.pool, {0}, {{b.x, {0}}, {over_s, {}}, {over_n, {}}}, {b.n}), b.column, "x/(s*n)", "x/(s·n)",
       R"(\frac{x}{s n})");
  b.is(hadamard(b.pool, {b.x, make_power(b.pool, b.y, -1), make_power(b.pool, b.map(Function::exp, b.x), -1)}),
       b.column, "x ./ (y .* exp(x))", "x ⊘ (y ⊙ exp(x))", R"(x \oslash (y \odot \exp(x)))");
}

TEST_CASE("functions and matrix functions") {
  Board b;
  b.is(b.map(Function::acos, make_literal(b.pool, -1)), b.scalar, "acos(-1)", "π", R"(\pi)");
  b.is(b.map(Function::tanh, b.applied(b.A, b.x)), b.column, "tanh(A*x)", "tanh(A·x)", R"(\tanh(A x))");
  b.is(b.map(Function::sigmoid, b.x), b.row, "sigmoid(x)'", "sigmoid(x)ᵀ", R"(\sigma(x)^\top)");
  b.is(b.applied(make_matrix(b.pool, MatrixKind::inverse, b.A), b.x), b.column, "inv(A)*x", "inv(A)·x", R"(A^{-1} x)");
  b.is(b.t(make_matrix(b.pool, MatrixKind::inverse, b.A)), b.square, "inv(A)'", "inv(A)ᵀ", R"(A^{-\top})");
  b.is(b.t(make_matrix_power(b.pool, b.A, b.n)), b.square, "(A^n)'", "(A^n)ᵀ", R"(\left(A^{n}\right)^\top)");
  b.is(make_matrix(b.pool, MatrixKind::determinant, b.A), b.scalar, "det(A)", "det(A)", R"(\det(A))");
  b.is(make_fold(b.pool, FoldKind::max, b.x, {0}), b.scalar, "max(x)", "max(x)", R"(\max(x))");
}

TEST_CASE("Kronecker products") {
  Board b;
  // ∂vec(A·X)/∂vec(X): rows n·m (the first fastest), columns n·m: I ⊗ A.
  const Dim area = b.pool.dims().product(b.n, b.m);
  const Expr jacobian = make_einsum(b.pool, {0, 1, 2, 1}, {{b.A, {0, 2}}}, {b.n, b.m, b.n});
  b.is(make_reshape(b.pool, jacobian, {area, area}), {area, area}, "kron(eye(m), A)", "eye(m) ⊗ A",
       R"(I_{m} \otimes A)");
}

TEST_CASE("what has no matrix form is written in index notation") {
  Board b;
  // Σₖ A[i,k] B[k,j] x[i] C[i,j] has one; three matrices that meet in one summed index have none.
  const Expr star = make_einsum(b.pool, {0, 1, 2}, {{b.A, {3, 0}}, {b.B, {3, 1}}, {b.C, {3, 2}}}, {b.n, b.m, b.m, b.n});
  const Formula found = b.formula(star, {b.n, b.m, b.m});
  CHECK_FALSE(found.matrix_form);
  REQUIRE(found.where.size() == 1);
  CHECK(found.where[0].name == found.gw + "[i,j,k]");
  CHECK(found.where[0].gw == "sum(l, A[l,i]*B[l,j]*C[l,k])");
}

TEST_CASE("an entry of a window is an entry of what it looks into") {
  Board b;
  const Dim three = b.pool.dims().constant(3);
  const Dim five = b.pool.dims().constant(5);
  const Expr u = b.input("u", {five, b.one});
  const auto window = [&](std::int64_t second, Dim offset) {
    return make_window(b.pool, u, {three, three}, {{{{0, 1}, {1, second}}, offset}});
  };
  const Formula inside = presented_entry(b.pool, window(1, b.pool.dims().constant(0)), {"i", "j"}, b.names);
  CHECK(inside.unicode == "u[i+j-1]");
  const Formula back = presented_entry(b.pool, window(-1, b.pool.dims().constant(0)), {"i", "j"}, b.names);
  CHECK(back.unicode == "Σ_k(u[k]·[k = i-j+1])");
  CHECK(back.gw == "sum(k, u[k]*delta(k, i-j+1))");
  CHECK(back.latex == "\\sum_{k} u_{k} \\mathbb{1}[k = i-j+1]");
  const Formula beyond = presented_entry(b.pool, window(1, b.pool.dims().constant(1)), {"i", "j"}, b.names);
  CHECK(beyond.gw == "sum(k, u[k]*delta(k, i+j))");
  CHECK(back.where.empty());
}

TEST_CASE("names stand where the person gave them") {
  Board b;
  const Expr hidden = b.map(Function::tanh, b.applied(b.A, b.x));
  b.names.insert_or_assign(hidden, {"h1", b.column});
  b.is(b.applied(b.A, hidden), b.column, "A*h1", "A·h₁", "A h_{1}");
  // The named node itself is written by its formula where it is asked for without the name.
  b.names = {};
  b.is(hidden, b.column, "tanh(A*x)", "tanh(A·x)", R"(\tanh(A x))");
}

TEST_CASE("sizes stand under the factors") {
  Board b;
  CHECK(b.formula(b.times(b.t(b.A), b.B), b.wide).sized.within(80) == "Aᵀ  ·  B\nn×n   n×m");
  CHECK(b.formula(b.dot(b.x, b.y), b.scalar).sized.within(80) == "xᵀ  ·  y\n1×n   n×1");
}

}  // namespace gradwright
