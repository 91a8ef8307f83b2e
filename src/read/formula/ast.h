// Ast: what stands in a worksheet, before sizes. Long chains of + - or * / are one node, so depth is bounded (`max_height`).
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/rational.h"
#include "ir/expr.h"
#include "source/text.h"

namespace gradwright::formula {

struct AstTag;
using Ast = Id<AstTag>;

constexpr std::uint16_t max_height = 200;

enum class AstKind : std::uint8_t {
  number,
  name,
  negate,
  sum,
  product,
  power,
  transpose,
  index,
  call,
  prime_call,
  compare,
  block,
  all,
  range,
  named_argument,
};
enum class Operator : std::uint8_t {
  plus,
  minus,
  times,
  over,
  dot_times,
  dot_over,
  under,
  kron,
  power,
  dot_power,
  less,
  less_equal,
  greater,
  greater_equal,
  equal
};

struct AstNode {
  AstKind kind = AstKind::number;
  Span span;
  std::string text;                 ///< name, function, argument name
  std::vector<Ast> children;        ///< index, call: `index` has its base first
  std::vector<Operator> operators;  ///< sum: one a child; product, compare: between children; power: one
  std::vector<Span> operator_spans;
  std::vector<std::uint32_t> rows;  ///< block: how many children a row has
  Rational value;
  std::uint16_t height = 1;
  std::uint16_t primes = 0;  ///< prime_call: how many `'`
};

class AstPool {
 public:
  AstPool() = default;
  /// Goes on behind the nodes of another pool, which outlives this one and is not changed.
  explicit AstPool(const AstPool* before) : before_(before), first_(before->size()) {}

  [[nodiscard]] const AstNode& operator[](Ast ast) const {
    return ast.index() < first_ ? (*before_)[ast] : nodes_[ast.index() - first_];
  }
  /// Of this pool itself.
  [[nodiscard]] AstNode& at(Ast ast) { return nodes_[ast.index() - first_]; }
  [[nodiscard]] std::size_t size() const { return first_ + nodes_.size(); }
  /// Drops the youngest nodes of this pool itself, down to this many of all.
  void shrink(std::size_t size) { nodes_.resize(size - first_); }
  /// The node's height is computed here.
  [[nodiscard]] Ast add(AstNode node);

 private:
  const AstPool* before_ = nullptr;
  std::size_t first_ = 0;  ///< how many nodes are not of this pool
  std::deque<AstNode> nodes_;
};

/// `(…)` whose first bracket closes at its end.
[[nodiscard]] bool is_enclosed(std::string_view text);
/// The text without brackets around all of it.
[[nodiscard]] std::string_view bare(std::string_view text);

struct NameAt {
  std::string text;
  Span span;
};

struct AstTarget {
  NameAt name;
  std::vector<NameAt> entry;
  Span span;
};

enum class StatementKind : std::uint8_t {
  declaration,
  dimension,
  definition,
  update,
  function,
  derive,
  hessian,
  layout,
  minimize,
  claim,
  raw_claim
};

struct Statement {
  StatementKind kind = StatementKind::definition;
  Span span;
  std::vector<NameAt>
      names;  ///< declared names; the defined name; parameters of a function after its name; indices after an indexed name
  Span sign;                ///< `=` of a definition, `:=` of an update
  bool is_indexed = false;  ///< definition `Z[i,j] = …`
  bool is_faulty =
      false;  ///< definition: something in it was reported; it is read for further mistakes, and has no value
  Role role = Role::data;
  bool has_type = false;
  std::vector<Ast> dims;  ///< of a declaration; the value of a `dim`
  std::vector<NameAt> properties;
  NameAt initialiser;
  std::vector<Ast> initialiser_args;
  Ast value;               ///< right side; value of a const; left side of a claim
  std::vector<Ast> sides;  ///< right sides of a claim; none where a side cannot be parsed
  std::vector<Span> side_spans;
  std::vector<bool> faulty_sides;  ///< as `is_faulty`; parallel to `sides`
  AstTarget of;
  std::vector<AstTarget> wrt;
  bool wrt_all = false;
  NameAt word;  ///< of `layout`; the language of a raw claim
};

}  // namespace gradwright::formula
