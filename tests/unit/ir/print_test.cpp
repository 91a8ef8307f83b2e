// The text of a graph: golden lines written by hand, the laws of printing and parsing, malformed texts.
#include "ir/print.h"

#include <doctest/doctest.h>

#include <cmath>

#include "ir/verify.h"
#include "random_graph.h"

namespace gradwright {
namespace {

Diagnostic failure(const std::string& content) {
  Pool pool;
  const auto found = parsed_graph(Text("graph", content), pool);
  REQUIRE_FALSE(found.has_value());
  return found.error();
}

/// The text is refused, for this reason, and this is what stands at its place.
void refuses(const std::string& content, const std::string& message, const std::string& at) {
  INFO(content);
  const Diagnostic error = failure(content);
  CHECK(error.code == "G0509");
  CHECK(error.message == message);
  CHECK(Text("graph", content).slice(error.span) == at);
}

const std::string leaves =
    "%0 = input \"x\" [n, 1] data\n%1 = input \"A\" [n, n] data\n%2 = input \"B\" [n, m] data\n%3 = literal 1/2\n";

}  // namespace

TEST_CASE("one line a node, by hand") {
  Pool pool;
  DimTable& dims = pool.dims();
  const Dim n = dims.symbol("n");
  const Dim m = dims.symbol("m");
  const Expr w = make_input(pool, {"W", Role::parameter, Property::symmetric | Property::spd, {n, n}});
  const Expr x =
      make_input(pool, {"x\"\n\\\xce\xb1", Role::data, Property::none, {dims.sum(dims.sum(n, n), m, -1), dims.one()}});
  const Expr b = make_input(pool, {"b", Role::constant, Property::none, {n, m}});
  const Expr product = make_einsum(pool, {0, 2}, {{w, {0, 1}}, {b, {1, 2}}}, {n, n, m});
  const Expr scaled_product = scaled(pool, {-1, 2}, product);
  const Expr root = make_power(pool, scaled_product, {1, 2});
  const Expr top = make_map(pool, Function::greater_equal, {root, b});
  const Expr fold = make_fold(pool, FoldKind::logsumexp, top, {0, 1});
  const Expr slid = make_window(pool, x, {n, m}, {{{{0, -1}, {1, 2}}, dims.sum(n, dims.one(), -1)}});
  const Expr flat = make_reshape(pool, b, {dims.product(m, n)});
  const Expr row = make_gather(pool, b, fold);
  const Expr inverse = make_matrix(pool, MatrixKind::log_determinant, w);
  CHECK(graph_text(pool, {slid, flat, row, inverse}) ==
        "%0 = input \"W\" [n, n] parameter symmetric spd\n"
        "%1 = input \"x\\\"\\x0a\\\\\\xce\\xb1\" [-m + 2*n, 1] data\n"
        "%2 = input \"b\" [n, m] constant\n"
        "%3 = einsum [0, 1] (%0[0, 2], %2[2, 1]) dims(n, m, n)\n"
        "%4 = add [n, m] (-1/2 %3)\n"
        "%5 = map power (%4) 1/2\n"
        "%6 = map >= (%5, %2)\n"
        "%7 = fold logsumexp (%6) axes(0, 1)\n"
        "%8 = window [n, m] (%1) at(-@0 + 2*@1 + (n - 1))\n"
        "%9 = reshape [m*n] (%2)\n"
        "%10 = gather (%2, %7)\n"
        "%11 = matrix log_determinant (%0)\n"
        "roots (%8, %9, %10, %11)\n");
}

TEST_CASE("what is printed is read back to the same nodes, and through a fresh pool to the same text") {
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    CAPTURE(seed);
    Pool pool;
    RandomGraph graph(pool, seed);
    std::vector<Expr> roots;
    for (int i = 0; i < 24; ++i) roots.push_back(graph.grow());
    const std::string text = graph_text(pool, roots);
    CAPTURE(text);
    const std::size_t size_before = pool.size();
    const auto same = parsed_graph(Text("graph", text), pool);
    REQUIRE(same.has_value());
    CHECK(*same == roots);
    CHECK(pool.size() == size_before);
    Pool fresh;
    const auto again = parsed_graph(Text("graph", text), fresh);
    REQUIRE(again.has_value());
    CHECK(graph_text(fresh, *again) == text);
  }
}

TEST_CASE("a pool whose ids stand in another order gives an equal value") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Pool pool;
    RandomGraph graph(pool, seed);
    Expr root;
    for (int i = 0; i < 12; ++i) root = graph.grow();
    Pool other;
    (void)other.dims().symbol("q");
    RandomGraph unrelated(other, seed + 1000);
    for (int i = 0; i < 12; ++i) (void)unrelated.grow();
    const auto found = parsed_graph(Text("graph", graph_text(pool, {root})), other);
    REQUIRE(found.has_value());
    CHECK(is_canonical(other, other[(*found)[0]]));
    Bindings here;
    Bindings there;
    here.dims = there.dims = {{"n", 3}, {"m", 2}};
    for (const auto& [in, bindings] : {std::pair{&pool, &here}, {&other, &there}}) {
      for (std::uint32_t i = 0; i < in->size(); ++i) {
        if (in->kind(Expr{i}) != Kind::input) continue;
        Tensor tensor;
        std::size_t count = 1;
        for (const Dim dim : in->shape(Expr{i})) {
          tensor.extents.push_back(*in->dims().value(dim, here.dims));
          count *= static_cast<std::size_t>(tensor.extents.back());
        }
        const double first = static_cast<double>(in->payload<InputInfo>(Expr{i}).name[0]) / 60;
        for (std::size_t k = 0; k < count; ++k) tensor.values.push_back(first + 0.25 * static_cast<double>(k % 5));
        if (in->payload<InputInfo>(Expr{i}).name == "S") tensor.values.assign(count, first);
        bindings->inputs[Expr{i}] = tensor;
      }
    }
    const Tensor a = evaluate(pool, root, here);
    const Tensor b = evaluate(other, (*found)[0], there);
    REQUIRE(a.values.size() == b.values.size());
    for (std::size_t k = 0; k < a.values.size(); ++k) {
      if (std::isfinite(a.values[k]) && std::abs(a.values[k]) < 1e6)
        CHECK(a.values[k] == doctest::Approx(b.values[k]).epsilon(1e-8));
    }
  }
}

TEST_CASE("spacing, numbering, order of operands and unreduced numbers are free") {
  Pool pool;
  const auto a = parsed_graph(
      Text("graph",
           "%7=input \"A\"[n,n]data\r\n\n  %3 = input \"B\" [n, n] data\n"
           "%9 = einsum[5,1](%3[0,1],%7[5,0])dims(n,n,1,1,1,n)\n%1 = add [n,n] (2/4 %9, 1/2 %9)\nroots(%1)"),
      pool);
  REQUIRE(a.has_value());
  CHECK(graph_text(pool, *a) ==
        "%0 = input \"A\" [n, n] data\n%1 = input \"B\" [n, n] data\n"
        "%2 = einsum [0, 1] (%0[0, 2], %1[2, 1]) dims(n, n, n)\nroots (%2)\n");
}

TEST_CASE("sizes are read by the definitions of the pool") {
  Pool pool;
  REQUIRE(pool.dims().define("n", pool.dims().constant(3), {}));
  const auto found = parsed_graph(Text("graph", "%0 = input \"x\" [n*n - 2*k*n + 0, 1] data\nroots (%0)\n"), pool);
  REQUIRE(found.has_value());
  CHECK(graph_text(pool, *found) == "%0 = input \"x\" [-6*k + 9, 1] data\nroots (%0)\n");
}

TEST_CASE("malformed texts are refused with a place") {
  refuses("", "the line of the roots is missing", "");
  refuses(leaves, "the line of the roots is missing", "");
  refuses("roots (%0)", "no line above has this number", "%0");
  refuses("root (%0)", "expected `roots`", "root");
  refuses(leaves + "%3 = literal 2\nroots (%3)", "this number is taken by an earlier line", "%3");
  refuses("%0 = literal 1\nroots (%0) x", "expected the end of the line", "x");
  refuses("%0 = literal 1\nroots (%0)\n%1 = literal 2\n", "the roots are the last line", "%");
  refuses("%0 = literal 1/0\nroots ()", "a denominator of zero", "/0");
  refuses("%0 = literal 99999999999999999999\nroots ()", "a number is at most 9223372036854775807",
          "99999999999999999999");
  refuses("%99999999999999999999 = literal 1", "the number of a node is at most 9223372036854775807",
          "99999999999999999999");
  refuses("%0 = literal", "expected a number", "");
  refuses("%0 literal 1", "expected `=`", "l");
  refuses("%0 = lateral 1", "unknown word", "lateral");
  refuses("%0 = input \"x [n, 1] data\n", "a name whose quote is never closed", "\"x [n, 1] data");
  refuses("%0 = input \"\\n\" [n, 1] data\n", "unknown escape in a name", "\\n");
  refuses("%0 = input \"x\" [n] data\n", "an input has no axes, rows and columns, or three and more axes",
          "input \"x\" [n] data");
  refuses("%0 = input \"x\" [n, -1] data\n", "an extent below zero", "-1");
  refuses("%0 = input \"x\" [n, 5000000000*5000000000] data\n", "a size beyond 64 bits", "5000000000*5000000000");
  refuses("%0 = input \"x\" [n, ] data\n", "expected a size", "]");
  refuses("%0 = input \"x\" [] guess\n", "unknown word", "guess");
  refuses("%0 = input \"x\" [] data shiny\n", "unknown word", "shiny");
  refuses(leaves + "%4 = einsum [0] (%1[0]) dims(n)\n", "an operand has one label an axis",
          "einsum [0] (%1[0]) dims(n)");
  refuses(leaves + "%4 = einsum [0] (%1[0, 1]) dims(n)\n", "a label of an operand has no size",
          "einsum [0] (%1[0, 1]) dims(n)");
  refuses(leaves + "%4 = einsum [2] (%0[0]) dims(n, n)\n", "a label of the result has no size",
          "einsum [2] (%0[0]) dims(n, n)");
  refuses(leaves + "%4 = einsum [0] (%0[0]) dims(m)\n", "labels agree with the extents of the operand",
          "einsum [0] (%0[0]) dims(m)");
  refuses(leaves + "%4 = einsum [300] (%0[0]) dims(m)\n", "a label is at most 256", "300");
  refuses(leaves + "%4 = add [n] (1 %0, 1 %1)\n", "terms have the shape of the sum", "add [n] (1 %0, 1 %1)");
  refuses(leaves + "%4 = map exp (%0, %0)\n", "`exp` takes 1 operands", "map exp (%0, %0)");
  refuses(leaves + "%4 = map max (%0, %1)\n", "operands of a map have its shape", "map max (%0, %1)");
  refuses(leaves + "%4 = map expp (%0)\n", "unknown function", "expp");
  refuses(leaves + "%4 = map power (%0)\n", "expected a number", "\n");
  refuses(leaves + "%4 = fold max (%0) axes(1)\n", "the operand has no such axis", "fold max (%0) axes(1)");
  refuses(leaves + "%4 = fold max (%1) axes(1, 1)\n", "folded axes ascend", "fold max (%1) axes(1, 1)");
  refuses(leaves + "%4 = window [n] (%0) at(@1)\n", "the window has no such axis", "@1");
  refuses(leaves + "%4 = window [n] (%0) at(@0 + @0)\n", "an axis stands once in an index", "@0");
  refuses(leaves + "%4 = window [n] (%1) at(@0)\n", "a window has one index an operand axis", "window [n] (%1) at(@0)");
  refuses(leaves + "%4 = reshape [n*m + 1] (%2)\n", "a reshape keeps the number of entries", "reshape [n*m + 1] (%2)");
  refuses(leaves + "%4 = gather (%3, %0)\n", "a look-up takes rows of a table by a scalar or a vector",
          "gather (%3, %0)");
  refuses(leaves + "%4 = gather (%1)\n", "a look-up has a table and an index", "gather (%1)");
  refuses(leaves + "%4 = matrix inverse (%2)\n", "a matrix function takes a square matrix", "matrix inverse (%2)");
  refuses(std::string("%0 = literal 1\0", 15), "expected the end of the line", std::string(1, '\0'));
}

TEST_CASE("what doubles with every line stays small") {
  std::string squares = "%0 = einsum [] () dims(n, m)\n";
  for (int i = 1; i <= 60; ++i) {
    const std::string before = "%" + std::to_string(i - 1);
    squares += "%" + std::to_string(i) + " = einsum [] (" + before + "[], " + before + "[]) dims()\n";
  }
  Pool pool;
  const auto found = parsed_graph(Text("graph", squares + "roots (%60)\n"), pool);
  REQUIRE(found.has_value());
  Bindings one;
  one.dims = {{"n", 1}, {"m", 1}};
  CHECK(evaluate(pool, (*found)[0], one).values == std::vector<double>{1});
}

TEST_CASE("a long chain prints and parses without recursion") {
  Pool pool;
  Expr e = make_input(pool, {"x", Role::data, Property::none, {pool.dims().symbol("n"), pool.dims().one()}});
  for (int i = 0; i < 100000; ++i) e = make_map(pool, i % 2 == 0 ? Function::tanh : Function::sin, {e});
  const auto found = parsed_graph(Text("graph", graph_text(pool, {e})), pool);
  REQUIRE(found.has_value());
  CHECK((*found)[0] == e);
}

}  // namespace gradwright
