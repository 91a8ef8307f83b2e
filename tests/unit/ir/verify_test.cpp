// A node that breaks a law is told which.
#include "ir/verify.h"

#include <doctest/doctest.h>

#include "ir/make.h"

namespace gradwright {

TEST_CASE("a broken node of each law is named") {
  Pool pool;
  DimTable& dims = pool.dims();
  const Dim n = dims.symbol("n");
  const Dim m = dims.symbol("m");
  const Expr x = make_input(pool, {"x", Role::data, Property::none, {n, dims.one()}});
  const Expr y = make_input(pool, {"y", Role::data, Property::none, {m, dims.one()}});
  const Expr a = make_input(pool, {"A", Role::data, Property::none, {n, m}});
  const Expr two = make_literal(pool, 2);
  const Expr twice = scaled(pool, 2, x);
  using Payloads = std::vector<Expr>;
  const auto node = [](Kind kind, Shape shape, Payloads operands, Payload payload) {
    return Node{kind, false, std::move(shape), std::move(operands), std::move(payload)};
  };
  const auto broken = [&](const Node& bad, const std::string& law) {
    CHECK(broken_law(pool, bad) == law);
    CHECK(is_canonical(pool, bad) == law.empty());
  };
  // The same node, right: it is the one change that breaks it.
  broken(node(Kind::einsum, {n}, {a, y}, EinsumLabels{{0}, {{0, 1}, {1}}, {n, m}}), "einsum operands ascend");
  broken(node(Kind::einsum, {n}, {y, a}, EinsumLabels{{0}, {{1}, {0, 1}}, {n, m}}), "");
  broken(node(Kind::einsum, {n}, {y, a}, EinsumLabels{{0}, {{1}}, {n, m}}), "an einsum has one label list an operand");
  broken(node(Kind::einsum, {n}, {y, a}, EinsumLabels{{0, 0}, {{1}, {0, 1}}, {n, m}}),
         "an einsum has one label an axis");
  broken(node(Kind::einsum, {n}, {y, a}, EinsumLabels{{1}, {{0}, {1, 0}}, {m, n}}), "labels are numbered by first use");
  broken(node(Kind::einsum, {m}, {y, a}, EinsumLabels{{0}, {{1}, {0, 1}}, {n, m}}),
         "the shape is the extents of the out labels");
  broken(node(Kind::einsum, {n}, {y, a}, EinsumLabels{{0}, {{1}, {0}}, {n, m}}), "an operand has one label an axis");
  broken(node(Kind::einsum, {n}, {y, a}, EinsumLabels{{0}, {{1}, {0, 1}}, {n, n}}),
         "labels agree with the extents of the operand");
  broken(node(Kind::einsum, {n}, {x, two, two}, EinsumLabels{{0}, {{0}, {}, {}}, {n}}),
         "constants float out of an einsum");
  broken(node(Kind::einsum, {}, {twice}, EinsumLabels{{}, {{0}}, {n}}), "coefficients float out of an einsum");
  broken(node(Kind::einsum, {}, {x}, EinsumLabels{{}, {{0}}, {n, dims.constant(3)}}),
         "constant extents float out of an einsum");
  broken(node(Kind::einsum, {}, {x}, EinsumLabels{{}, {{0}}, {n, m}}), "");
  broken(node(Kind::add, {n}, {x}, Coefficients{{2}}), "");
  broken(node(Kind::add, {n}, {x}, Coefficients{{2, 3}}), "a sum has one coefficient a term");
  broken(node(Kind::add, {n}, {x, x}, Coefficients{{2, 3}}), "terms ascend and differ");
  broken(node(Kind::add, {n}, {x}, Coefficients{{0}}), "no term has coefficient zero");
  broken(node(Kind::add, {n}, {y}, Coefficients{{2}}), "terms have the shape of the sum");
  broken(node(Kind::add, {n}, {x}, Coefficients{{1}}), "a lone term with coefficient one is itself");
  broken(node(Kind::map, {n}, {x}, MapFunction{Function::exp, 0}), "");
  broken(node(Kind::map, {n}, {y}, MapFunction{Function::exp, 0}), "operands of a map have its shape");
  broken(node(Kind::map, {n}, {x, x}, MapFunction{Function::exp, 0}), "a map has as many operands as its function");
  broken(node(Kind::map, {n}, {x}, MapFunction{Function::exp, 2}), "only a power has a parameter");
  broken(node(Kind::map, {n}, {x}, MapFunction{Function::power, 1}), "no power has exponent zero or one");
  broken(node(Kind::fold, {n}, {a}, FoldAxes{FoldKind::max, {1}}), "");
  broken(node(Kind::fold, {n, m}, {a}, FoldAxes{FoldKind::max, {}}), "a fold has an axis");
  broken(node(Kind::fold, {}, {a}, FoldAxes{FoldKind::max, {1, 0}}), "folded axes ascend and exist");
  broken(node(Kind::fold, {n}, {a}, FoldAxes{FoldKind::max, {2}}), "folded axes ascend and exist");
  broken(node(Kind::fold, {m}, {a}, FoldAxes{FoldKind::max, {1}}), "the shape of a fold is the axes that stay");
  broken(node(Kind::window, {n}, {x}, WindowIndex{{{{{0, 2}}, dims.constant(0)}}}), "");
  broken(node(Kind::window, {n}, {x}, WindowIndex{{}}), "a window has one index an operand axis");
  broken(node(Kind::window, {n}, {x}, WindowIndex{{{{{1, 2}}, dims.constant(0)}}}),
         "an index names axes of the window");
  broken(node(Kind::window, {n}, {x}, WindowIndex{{{{{0, 0}}, dims.constant(0)}}}),
         "no part of an index has coefficient zero");
  broken(node(Kind::window, {n, m}, {x}, WindowIndex{{{{{1, 2}, {0, 1}}, dims.constant(0)}}}),
         "parts of an index ascend");
  broken(node(Kind::gather, {m}, {a, two}, Plain{}), "");
  broken(node(Kind::gather, {n}, {a, two}, Plain{}), "the shape of a look-up is that of its index, then of a row");
  broken(node(Kind::gather, {}, {two, two}, Plain{}), "a look-up takes rows of a table by a scalar or a vector");
  broken(node(Kind::gather, {m}, {a}, Plain{}), "a node has the operands of its kind");
  broken(node(Kind::matrix, {}, {a}, MatrixFunction{MatrixKind::determinant, {}}),
         "a matrix function takes a square matrix");
  const Expr q = make_input(pool, {"Q", Role::data, Property::none, {n, n}});
  broken(node(Kind::matrix, {n, n}, {q}, MatrixFunction{MatrixKind::inverse, {}}), "");
  broken(node(Kind::matrix, {n, n}, {q}, MatrixFunction{MatrixKind::determinant, {}}),
         "an inverse and a power have the shape of their operand, a determinant none");
  broken(node(Kind::input, {n}, {}, InputInfo{"v", Role::data, Property::none, {n, m}}),
         "the shape of an input is its size as written");
  broken(node(Kind::literal, {n}, {}, Rational(2)), "a literal is a scalar");
  broken(node(Kind::literal, {}, {}, Plain{}), "the payload is that of the kind");
  broken(node(Kind::add, {n}, {Expr{9999}}, Coefficients{{2}}), "operands exist before their user");
}

}  // namespace gradwright
