// Values of a worksheet's Ast at one random point: what every name of the sheet is there, and what a node makes of its children's values.
//   SyntaxTrees: the claim, the truth, the sheet's definitions and functions, parsed into one pool.
//   SampleEnvironment: sizes at random, values of names, the truth; values of nodes are kept, so an edit costs its spine only.
#pragma once

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "check/edit_dense.h"
#include "check/repair.h"
#include "ir/evaluate.h"
#include "read/formula/parser.h"

namespace gradwright::check {

using formula::Ast;
using formula::AstKind;
using formula::AstNode;
using formula::AstPool;
using formula::Operator;

/// An expression of the language, its spans in `gw`; none where it cannot be read.
[[nodiscard]] Ast parsed(const std::string& gw, AstPool&);

struct OwnFunction {
  std::vector<std::string> parameters;
  Ast body;
};

struct SyntaxTrees {
  AstPool pool;
  Ast claim;  ///< the only nodes whose spans point into the claim's text; other nodes have none
  Ast truth;  ///< its where-names written out; none where there is no text of it
  std::vector<std::pair<std::string, Ast>> definitions;  ///< of the sheet, in order
  std::map<std::string, OwnFunction, std::less<>> functions;

  explicit SyntaxTrees(const RepairTask&);
  /// An expression of the language, without spans; none where it cannot be read.
  [[nodiscard]] Ast read(const std::string& gw);
  /// A copy without spans and with these names written out.
  [[nodiscard]] Ast copied(Ast, const std::map<std::string, Ast, std::less<>>& written_out = {});
};

class SampleEnvironment {
 public:
  SampleEnvironment(const RepairTask&, const SyntaxTrees&, std::uint64_t seed);

  [[nodiscard]] bool is_good() const { return !target_.is_none(); }
  [[nodiscard]] const Dense& target() const { return target_; }
  [[nodiscard]] Arena& arena() { return arena_; }
  [[nodiscard]] const std::map<std::string, Dense, std::less<>>& names() const { return names_; }
  [[nodiscard]] const DimValues& sizes() const { return bindings_.dims; }

  /// Kept for later users of the same node.
  [[nodiscard]] Dense value(Ast);
  /// The value of a node whose children have these values.
  [[nodiscard]] Dense made(const AstNode&, std::span<const Dense> children);
  /// Of factors [begin, end) of a product from left to right, or of the terms of a sum.
  [[nodiscard]] Dense run(const AstNode&, std::span<const Dense> children, std::size_t begin, std::size_t end);

  /// What is computed while it lives is forgotten, and its memory given back.
  class Scope {
   public:
    explicit Scope(SampleEnvironment& point) : point_(point), mark_(point.arena_.mark()), known_(point.known_.size()) {}
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    SampleEnvironment& point_;
    Arena::Mark mark_;
    std::size_t known_;
  };

 private:
  using Environment = std::vector<std::pair<std::string, Dense>>;
  void bind_names();
  /// The entry at the free indices of the claim.
  [[nodiscard]] Dense sliced(Arena&, const Tensor&, const Shape& surface);
  [[nodiscard]] Dense dense_of(Arena&, const Tensor&, const Shape& surface, std::size_t offset,
                               std::size_t stride) const;
  [[nodiscard]] Dense computed(Ast, const Environment*);
  [[nodiscard]] Dense own_call(const OwnFunction&, std::span<const Dense>, int depth);
  [[nodiscard]] Dense index_reduction(const AstNode&, const Environment*);
  [[nodiscard]] std::size_t extent_of(Ast body, const std::string& index, const Environment*);
  [[nodiscard]] Dense entry(const AstNode&, std::span<const Dense>);
  [[nodiscard]] Dense block(const AstNode&, std::span<const Dense>);
  [[nodiscard]] Dense asked(Ast);

  const RepairTask& task_;
  const SyntaxTrees& trees_;
  Arena arena_;
  Bindings bindings_;
  std::vector<std::int64_t> index_values_;
  std::map<std::string, Dense, std::less<>> names_;
  Dense target_;
  struct Kept {
    Dense dense;
    bool is_known = false;
  };
  std::vector<Kept> kept_;
  std::vector<Ast> known_;  ///< nodes in `kept_`, in the order they were computed
  Arena answers_;
  std::unordered_map<std::string, Dense> asked_;
  int depth_ = 0;
};

}  // namespace gradwright::check
