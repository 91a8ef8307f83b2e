// Notation of NumPy, PyTorch and mathematics that the worksheet language has not: `W.T`, `np.exp(x)`, `x.sum()`, `|v|`.
// Each is told with what it would be here. An edit is offered only where that has the same value for whatever stands in it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ir/functions.h"
#include "read/formula/parser.h"

namespace gradwright::formula {
namespace {

struct Counterpart {
  std::string_view theirs, ours;
  std::size_t arguments;
};

/// Functions of modules; elementwise ones of the same name stand in ir/functions.cpp. What adds up along axes is not among them,
/// nor is what is a matrix product or an inner product by the sizes (`dot`, `matmul`).
constexpr auto counterparts = std::to_array<Counterpart>({
    {"sum", "sum", 1},        {"mean", "mean", 1},         {"prod", "prod", 1},
    {"max", "max", 1},        {"min", "min", 1},           {"amax", "max", 1},
    {"amin", "min", 1},       {"maximum", "max", 2},       {"minimum", "min", 2},
    {"absolute", "abs", 1},   {"square", "square", 1},     {"power", "pow", 2},
    {"pow", "pow", 2},        {"log2", "log2", 1},         {"log10", "log10", 1},
    {"arcsin", "asin", 1},    {"arccos", "acos", 1},       {"arctan", "atan", 1},
    {"arcsinh", "asinh", 1},  {"arccosh", "acosh", 1},     {"arctanh", "atanh", 1},
    {"arctan2", "atan2", 2},  {"atan2", "atan2", 2},       {"logaddexp", "logaddexp", 2},
    {"where", "where", 3},    {"clip", "clamp", 3},        {"clamp", "clamp", 3},
    {"trace", "tr", 1},       {"kron", "kron", 2},         {"outer", "outer", 2},
    {"diag", "diag", 1},      {"tril", "tril", 1},         {"triu", "triu", 1},
    {"eye", "eye", 1},        {"identity", "eye", 1},      {"transpose", "transpose", 1},
    {"inverse", "inv", 1},    {"det", "det", 1},           {"linalg.inv", "inv", 1},
    {"linalg.det", "det", 1}, {"linalg.norm", "norm2", 1}, {"linalg.solve", "solve", 2},
    {"norm", "norm2", 1},     {"special.erf", "erf", 1},   {"special.expit", "sigmoid", 1},
    {"expit", "sigmoid", 1},
});

/// Divided by the count there; PyTorch divides by one less.
constexpr auto of_numpy = std::to_array<Counterpart>({{"var", "var", 1}, {"std", "std", 1}});

constexpr auto modules = std::to_array<std::string_view>(
    {"np", "numpy", "jnp", "jax", "cp", "math", "cmath", "torch", "nn", "F", "tf", "sp", "scipy"});

bool is_numpy(std::string_view module) {
  return module == "np" || module == "numpy" || module == "jnp" || module == "cp";
}

/// How many arguments our function of that name takes, if theirs is the same.
const Counterpart* listed(std::string_view path) {
  const auto found = std::find_if(counterparts.begin(), counterparts.end(),
                                  [&](const Counterpart& row) { return row.theirs == path; });
  return found == counterparts.end() ? nullptr : &*found;
}

std::optional<Counterpart> counterpart(std::string_view module, std::string_view path) {
  for (const std::string_view inner : {"nn.functional.", "nn.", "functional."}) {
    if (path.starts_with(inner)) path.remove_prefix(inner.size());
  }
  if (const Counterpart* row = listed(path)) return *row;
  if (const auto function = function_named(path); function && scalar_function(*function).arity == 1)
    return Counterpart{path, scalar_function(*function).name, 1};
  for (const Counterpart& row : of_numpy) {
    if (row.theirs == path && is_numpy(module)) return row;
  }
  return std::nullopt;
}

/// What it would be here, in words.
std::string way_out(std::string_view path) {
  if (path == "sum" || path == "mean" || path == "max" || path == "min" || path == "prod")
    return fmt::format("along an axis: `col{0}(X)` is axis=0, `row{0}(X)` is axis=1", path);
  if (path == "dot" || path == "matmul" || path == "mm")
    return "a product of matrices is `A*B`, of two columns `dot(x,y)`";
  if (path == "multiply" || path == "mul") return "entry by entry: `A .* B`";
  if (path == "ones" || path == "zeros") return fmt::format("write `{0}(n)` or `{0}(m,n)`", path);
  if (path == "softmax" || path == "log_softmax")
    return fmt::format("of a vector `{0}(z)`, along a matrix `{0}_rows(Z)` or `{0}_cols(Z)`", path);
  if (path == "var" || path == "std")
    return fmt::format("`{0}(x)` divides by the count, as NumPy does, and PyTorch by one less", path);
  if (path == "shape") return "`rows(X)` and `cols(X)` are the sizes";
  if (path == "e") return "write `exp(1)`";
  return "NumPy is read after `claim numpy:`, and in files `*.py`";
}

}  // namespace

Diagnostic& Parser::foreign(Span span, std::string message) {
  return reporter_.error("G0117", span, std::move(message));
}

std::optional<std::size_t> Parser::argument_count() const {
  if (!is(TokenKind::left_paren)) return std::nullopt;
  std::size_t count = peek(1).kind == TokenKind::right_paren ? 0 : 1;
  int depth = 0;
  for (std::size_t ahead = 0;; ++ahead) {
    switch (peek(ahead).kind) {
      case TokenKind::left_paren:
      case TokenKind::left_bracket: ++depth; break;
      case TokenKind::right_paren:
      case TokenKind::right_bracket:
        if (--depth == 0) return count;
        break;
      case TokenKind::comma:
        if (depth == 1) ++count;
        break;
      case TokenKind::equal:
      case TokenKind::newline:
      case TokenKind::end: return std::nullopt;
      default: break;
    }
  }
}

Ast Parser::bars() {
  const Token& open = next();
  AstNode node;
  node.kind = AstKind::call;
  node.text = open.kind == TokenKind::bar ? "|" : "||";
  const Ast inner = expression();
  if (inner.is_none()) return {};
  if (!is(open.kind))
    return fail("G0103", fmt::format("expected `{}`, found {}", text_.slice(open.span), here()),
                "bars close what they open");
  node.span = joined(open.span, next().span);
  if (is(TokenKind::name) && !peek().after_space && peek().text.starts_with('_')) {
    node.text += peek().text;
    node.span = joined(node.span, next().span);
  }
  node.children = {inner};
  return made(std::move(node));
}

Ast Parser::member_of(Ast base) {
  const AstNode node = pool_[base];
  const bool is_module =
      node.kind == AstKind::name && std::find(modules.begin(), modules.end(), node.text) != modules.end();
  const Span dot = next().span;
  const Token& name = next();
  if (name.text == "T" && !is(TokenKind::left_paren)) {
    foreign(joined(dot, name.span), "`.T` is NumPy's transpose")
        .fix(joined(dot, name.span), "'", "a transpose is written `'`");
    AstNode transpose;
    transpose.kind = AstKind::transpose;
    transpose.span = joined(node.span, name.span);
    transpose.children = {base};
    return made(std::move(transpose));
  }
  if (!is_module) return method(base, name);
  std::string path = name.text;
  Span last = name.span;
  while (is(TokenKind::dot)) {
    ++at_;
    path += "." + peek().text;
    last = next().span;
  }
  return module_call(base, std::move(path), last);
}

Ast Parser::module_call(Ast module, std::string path, Span last) {
  const std::string name = pool_[module].text;
  const Span span = joined(pool_[module].span, last);
  Diagnostic& diagnostic = foreign(span, fmt::format("`{}.{}`: functions stand without a module here", name, path));
  if (path == "pi") diagnostic.fix(span, "pi", "write `pi`");
  const auto ours = counterpart(name, path);
  const auto count = argument_count();
  if (!ours || count != ours->arguments) {
    if (path != "pi") diagnostic.help(way_out(path));
    return {};
  }
  diagnostic.fix(span, std::string(ours->ours), fmt::format("write `{}(…)`", ours->ours));
  return call({TokenKind::name, span, std::string(ours->ours), false}, 0);
}

Ast Parser::method(Ast base, const Token& name) {
  const Span span = pool_[base].span;
  Diagnostic& diagnostic = foreign(joined(span, name.span), fmt::format("`.{}`: nothing has members here", name.text));
  const auto ours = name.text == "t" ? std::optional<Counterpart>({"t", "transpose", 1}) : counterpart({}, name.text);
  if (!ours || ours->arguments != 1 || argument_count() != 0) {
    diagnostic.help(way_out(name.text));
    return {};
  }
  ++at_;
  AstNode node;
  node.kind = AstKind::call;
  node.text = ours->ours;
  node.span = joined(span, next().span);
  node.children = {base};
  const std::string call = fmt::format("{}({})", ours->ours, bare(text_.slice(span)));
  diagnostic.fix(node.span, call, fmt::format("write `{}`", call));
  return made(std::move(node));
}

}  // namespace gradwright::formula
