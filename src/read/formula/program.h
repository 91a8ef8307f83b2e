// Program: what a worksheet says, after reading. Made by read_formula; the expressions live in the caller's Pool.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ir/layout.h"
#include "ir/names.h"
#include "ir/pool.h"
#include "source/diagnostic.h"
#include "source/text.h"

namespace gradwright {

struct Declaration {
  std::string name;
  Expr input;
  Shape surface;
  Span span;
  std::string initialiser;               ///< "he", "zeros", "normal" …; empty: by default
  std::vector<double> initialiser_args;  ///< normal(m,s), uniform(a,b)
  std::vector<double> constant;          ///< values of a `const`, column-major; empty otherwise
};

struct Definition {
  std::string name;
  Expr expr;
  Shape surface;
  Span span;
  std::vector<std::string> uses;  ///< declared or defined names in its text, for cuts and order
};

/// What a derivative is taken of or by: a whole name, or one entry of it.
struct Target {
  std::string name;
  std::vector<std::string> entry;  ///< index texts: {"i","j"} or {"1","2"}; empty: the whole
  Span span;
};

struct Request {
  enum class Kind { derive, hessian, minimize };
  Kind kind = Kind::derive;
  Target of;
  std::vector<Target> wrt;  ///< `*` is resolved to every param; two for a mixed Hessian block
  Span span;
};

struct Claim {
  enum class Kind { derivative, identity, latex, numpy };
  Kind kind = Kind::derivative;
  Target of, wrt;            ///< of a derivative claim
  Target first;              ///< of a second derivative: the gradient by this name is derived by `wrt`
  Span left;                 ///< the left side as written
  std::vector<Span> right;   ///< the sides of the chain as written (for latex and numpy: the raw text)
  std::vector<Expr> values;  ///< what they mean; none where a side has an error (parallel to `right`)
  std::vector<Shape> surfaces;
  Expr left_value;                   ///< of an identity
  std::vector<std::string> indices;  ///< of an identity of entries: those that are free, as the i of z[i]
  Span span;
};

/// An entry that lies inside of its array at some sizes only: `x[3]` of n entries.
struct SizeBound {
  Dim room;            ///< 0 at least where it does
  Diagnostic outside;  ///< what is said where it does not
};

struct Program {
  std::vector<Declaration> declarations;
  std::vector<Definition> definitions;
  std::vector<Request> requests;
  std::vector<Claim> claims;
  Layout layout = Layout::gradient;
  bool states_layout = false;  ///< in a `layout` line
  Names names;                 ///< declared inputs and definitions
  std::vector<SizeBound> bounds;
  std::vector<Diagnostic> diagnostics;

  [[nodiscard]] const Declaration* declaration(std::string_view name) const;
  [[nodiscard]] const Definition* definition(std::string_view name) const;
  [[nodiscard]] bool has_errors() const;
  /// The first read that lies outside of an array at these sizes. G0212.
  [[nodiscard]] std::optional<Diagnostic> read_outside(const DimTable&, const DimValues&) const;
};

struct ReadOptions {
  /// Defined names to take as free variables (Inputs of role `cut`) instead of their definition: how ∂L/∂z2 is asked.
  std::set<std::string, std::less<>> cuts;
  /// Declared names whose facts (symmetric, prob …) are not used: the derivative by them.
  std::set<std::string, std::less<>> unconstrained;
  /// Derivatives inside expressions (`grad(L,W)`): ∂of/∂wrt with the axes of `of`, then those of `wrt`. Empty: they are an error.
  std::function<Expr(Pool&, Expr of, Expr wrt)> derivative;
};

/// Reads a worksheet. Never fails: what is wrong stands in `diagnostics`, all of it, and the rest is read.
[[nodiscard]] Program read_formula(const Text&, Pool&, const ReadOptions& = {});
/// The worksheet in its standard layout: spaces, order and comments kept, aligned like gofmt would. Unreadable lines stay as they are.
[[nodiscard]] std::string formatted(const Text&);

}  // namespace gradwright
