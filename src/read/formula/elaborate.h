// Elaborator: the meaning of expressions. Sizes are checked here, and only here; a value whose making failed is *poisoned*
// (it has no expr), and its users stay silent. Parts: elaborate.cpp (names, dispatch), elaborate_sizes.cpp, elaborate_product.cpp,
// elaborate_sum.cpp, elaborate_index.cpp, elaborate_affine.cpp, elaborate_block.cpp, and the functions_*.cpp with the built-in functions.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "ir/functions.h"
#include "ir/names.h"
#include "read/formula/ast.h"
#include "read/formula/program.h"
#include "read/formula/reporter.h"
#include "read/formula/value.h"

namespace gradwright::formula {

/// The word nearest to `name`, if one is near.
[[nodiscard]] std::string nearest_of(std::string_view name, const std::vector<std::string_view>& words);

struct Binding {
  enum class Kind { input, definition, poisoned, later };
  Kind kind = Kind::poisoned;
  Value value;
  Span span;
  Ast ast;                ///< right side of a definition
  bool is_below = false;  ///< defined below the sheet, by what a person's own page or code says: it has no line here
};

struct OwnFunction {
  std::vector<NameAt> parameters;
  Ast body;
  Span span;
  bool is_prelude = false;
  bool is_later = false;
};

class Elaborator {
 public:
  using Differentiate = std::function<Expr(Pool&, Expr of, Expr wrt)>;
  /// Value of a name if only the definitions it needs are read anew with `cut` free; see reader.cpp.
  using Cutting = std::function<Value(Ast of, const std::string& cut, Expr& input)>;

  Elaborator(const Text& text, AstPool& asts, Pool& pool, Names& names, Reporter& reporter)
      : text_(&text), asts_(asts), pool_(pool), defined_(names), reporter_(reporter) {}

  // what reader.cpp fills
  std::map<std::string, Binding, std::less<>> bindings;
  std::map<std::string, OwnFunction, std::less<>> functions;
  const Text* prelude_text = nullptr;
  Differentiate derivative;
  Cutting cutting;

  std::vector<SizeBound> bounds;  ///< of the sizes, from what was read

  /// Forgets what was made on the way to earlier values: the next text begins.
  void restart();
  [[nodiscard]] Value value_of(Ast);
  /// `[[1,2],[3,4]]`: a matrix in Python, and by the rules of blocks a row. True after it was told.
  [[nodiscard]] bool refuses_lists(Ast block);
  /// A polynomial in dimension symbols. `declares`: an unknown name becomes a symbol.
  [[nodiscard]] std::optional<Dim> dim_of(Ast, bool declares);
  void note_symbol(const std::string& name) { symbols_.insert(name); }
  /// The value with these indices free (index notation), and their extents found from uses in it.
  [[nodiscard]] Value indexed_value(Ast body, const std::vector<NameAt>& indices,
                                    const std::vector<std::optional<Dim>>& known, bool is_claim);

  [[nodiscard]] std::string size_text(const Shape& surface) const;
  [[nodiscard]] std::string dim_text(Dim) const;
  /// Sizes that do not fit, as a fact; scalars among them have none.
  [[nodiscard]] SizeMismatch mismatch(const std::vector<Shape>& surfaces,
                                      SizeMismatch::Rule = SizeMismatch::Rule::equal) const;
  [[nodiscard]] std::string counted(Dim, const char* noun) const;  ///< "1 row", "n rows"
  [[nodiscard]] std::string nearest_name(std::string_view name, bool is_function) const;
  /// Tells what a function of NumPy or mathematics would be here; false of a name that is none (elaborate_elsewhere.cpp).
  bool is_known_elsewhere(Diagnostic&, const AstNode& call, const std::vector<Value>& arguments);
  /// `near` in the place of a name: an edit, or words where there is no such place in the sheet.
  void suggest(Diagnostic&, Span name, const std::string& near) const;
  /// What is written where a function of the sheet is asked for its derivative; false where it is none.
  bool help_with_function(Diagnostic&, const std::string& name) const;
  Diagnostic& error(const char* code, Span span, std::string message);
  [[nodiscard]] bool has_symbol(std::string_view name) const { return symbols_.find(name) != symbols_.end(); }
  /// Where the extent of an axis (0 rows, 1 columns) of an expression comes from, in words; empty where unknown.
  [[nodiscard]] std::string origin(Ast, std::size_t axis, int depth = 0) const;

 private:
  friend struct Builtins;
  friend class Chain;
  using Call = AstNode;
  struct Frame {
    std::map<std::string, Value, std::less<>> arguments;
    std::map<std::string, Ast, std::less<>> argument_asts;
    bool is_prelude = false;
    Span call;
    std::string function;
  };
  struct IndexInfo {
    std::string name;
    std::optional<Dim> extent;
    Span span;
  };
  struct MemoKey {
    std::string function;
    std::vector<std::uint64_t> arguments;
    friend bool operator<(const MemoKey& a, const MemoKey& b) {
      return std::tie(a.function, a.arguments) < std::tie(b.function, b.arguments);
    }
  };

  // elaborate.cpp
  [[nodiscard]] Value dispatch(Ast);
  [[nodiscard]] Value named(Ast);
  [[nodiscard]] Value call(Ast);
  [[nodiscard]] Value own_call(Ast, const OwnFunction&);
  [[nodiscard]] Value prime_call(Ast);
  [[nodiscard]] Value literal(Rational);
  [[nodiscard]] Value size_value(Dim);
  [[nodiscard]] Value negated_value(Value);
  [[nodiscard]] std::optional<Index> index_named(std::string_view) const;
  [[nodiscard]] const Binding* binding(std::string_view) const;

  // elaborate_foreign.cpp: notation of other languages is told, with what it would be here
  [[nodiscard]] Value bars(Ast);
  [[nodiscard]] bool is_e(Ast) const;  ///< Euler's number, which has no name here
  [[nodiscard]] Value power_of_e(Ast);
  [[nodiscard]] bool is_tower(Ast) const;
  [[nodiscard]] Value foreign_tower(Ast);
  [[nodiscard]] Value double_star(Ast);

  // elaborate_names.cpp
  void unknown_name(const AstNode&);
  /// `W2` or `W_2`: the names that are printed as this one.
  [[nodiscard]] std::string names_on_paper(const std::string& name) const;
  [[nodiscard]] bool is_product_of_names(Diagnostic&, const AstNode&) const;

  // elaborate_mismatch.cpp
  /// An edit; inside the prelude there is nothing to edit.
  void offer(Diagnostic&, Span, std::string replacement, std::string title) const;
  void offer_operator(Diagnostic&, Span, std::string_view op, std::string title) const;  ///< with space around it
  void offer_transpose(Diagnostic&, Ast) const;
  [[nodiscard]] std::string grouped(Ast) const;  ///< as a factor: sums in brackets
  [[nodiscard]] std::string turned(Ast) const;   ///< the transpose as a person writes it
  void help_square(Diagnostic&, Ast, const Value&) const;
  void help_division(Diagnostic&, const Value& a, const Value& b, Ast left, Ast right, Span op) const;

  // elaborate_sizes.cpp
  [[nodiscard]] Span at(Span) const;  ///< of the call, inside the prelude
  [[nodiscard]] std::string quoted(Ast) const;
  [[nodiscard]] std::string raw(Ast) const;
  void label(Diagnostic&, Ast, const Value&) const;
  void tensor_product_mismatch(const Value& a, const Value& b, Ast left, Ast right, Span op_span);
  [[nodiscard]] std::string entry_of_factor(const Value&, const std::string& name, bool is_last, std::string& letters,
                                            std::size_t begin) const;
  void note_origin(Diagnostic&, Ast, const Value&, std::size_t axis) const;
  void note_symbols(Diagnostic&, Dim, Dim) const;
  /// Where the sizes that differ come from, and what would make them equal.
  void note_differences(Diagnostic&, const Value& a, const Value& b, Ast left, Ast right) const;
  [[nodiscard]] std::optional<Dim> guarded(Dim, Span);
  [[nodiscard]] std::optional<Dim> dim_sum(Dim, Dim, std::int64_t factor, Span);
  [[nodiscard]] std::optional<Dim> dim_product(Dim, Dim, Span);
  [[nodiscard]] Dim rows_of(const Value& v) const { return v.surface.empty() ? pool_.dims().one() : v.surface[0]; }
  [[nodiscard]] Dim cols_of(const Value& v) const { return v.surface.empty() ? pool_.dims().one() : v.surface[1]; }
  [[nodiscard]] Shape normal(Shape surface) const;  ///< {} for 1×1
  [[nodiscard]] bool is_vector(const Value& v) const;
  [[nodiscard]] bool is_square(const Value& v) const { return v.surface.size() == 2 && v.surface[0] == v.surface[1]; }
  [[nodiscard]] Shape axes(const Value& v) const;  ///< of the node: index extents, then surface axes
  [[nodiscard]] Shape surface_axes(const Value& v) const { return axes_of(pool_.dims(), v.surface); }

  // elaborate_product.cpp
  [[nodiscard]] ProductDraft draft() { return ProductDraft(pool_, defined_); }
  [[nodiscard]] Value product(Ast);
  [[nodiscard]] Value multiplied(const Value& a, const Value& b, Operator, Ast left, Ast right, Span op);
  [[nodiscard]] bool conforms(const Value& a, const Value& b, Operator) const;
  /// The first factors of a product as an expression of their own, to be shown.
  [[nodiscard]] Ast chain_until(Ast product, std::size_t count);
  [[nodiscard]] Value matrix_product(const Value& a, const Value& b);
  [[nodiscard]] Value hadamard_product(const Value& a, const Value& b);
  [[nodiscard]] Value kronecker(const Value& a, const Value& b, Span);
  [[nodiscard]] Value reciprocal(const Value&);
  [[nodiscard]] Value transposed_value(const Value&);
  [[nodiscard]] Value power(Ast);
  [[nodiscard]] Value power_by_size(const Value& base, Ast power);
  [[nodiscard]] bool is_of_sizes(const Value&) const;
  [[nodiscard]] Value raised(const Value&, Rational exponent);
  [[nodiscard]] Value inverse(const Value&, Ast, Span);
  void product_mismatch(const Value& a, const Value& b, Ast left, Ast right, Span op, const char* verb = "multiply");
  void hadamard_mismatch(const Value& a, const Value& b, Ast left, Ast right, const char* verb, Span op);

  // elaborate_sum.cpp
  [[nodiscard]] Value sum(Ast);
  [[nodiscard]] Value comparison(Ast);
  [[nodiscard]] Value added(const std::vector<std::pair<Rational, Value>>& terms);
  [[nodiscard]] Value difference(const Value& a, const Value& b) { return added({{1, a}, {-1, b}}); }
  [[nodiscard]] Value mapped(Function, const std::vector<Value>&);
  /// Repeats along missing indices and, for scalars, along a surface.
  [[nodiscard]] Value lifted(const Value&, const Shape& surface, const std::vector<Index>& indices,
                             const std::vector<Dim>& extents);
  void union_of(const std::vector<Value>&, Shape& surface, std::vector<Index>&, std::vector<Dim>&) const;
  [[nodiscard]] Value summed_over(const Value&, bool over_rows, bool over_cols);
  /// The axes of the node along the rows of a column, along the columns of a row; all of a tensor.
  [[nodiscard]] std::vector<std::uint16_t> axes_over(const Value&, bool over_rows, bool over_cols) const;
  [[nodiscard]] Value folded(FoldKind, const Value&, bool over_rows, bool over_cols);
  [[nodiscard]] Value count_of(const Value&, bool over_rows, bool over_cols);
  /// A m×1 or 1×n value repeated to the surface.
  [[nodiscard]] Value spread(const Value&, const Shape& surface);

  // elaborate_index.cpp
  struct Affine {
    std::map<Index, std::int64_t> parts;
    Dim constant;  ///< zero-based offset
    bool has_constant = false;
  };
  struct Item;
  [[nodiscard]] Value index(Ast);
  /// sum(k, …) and prod(k, …)
  [[nodiscard]] Value index_reduction(Ast);
  [[nodiscard]] bool item_of(Ast, Dim extent, Ast base, Item&);
  [[nodiscard]] bool reads_inside(Ast, const Item&, Dim extent, Ast base);
  [[nodiscard]] Value picked(const Value& base, const std::vector<Item>&);
  void find_extents(Ast body);
  struct Use {  ///< of an index in brackets, where so many entries are
    Affine number;
    bool is_alone;
    Dim extent;
  };
  void collect_uses(Ast, std::vector<Use>&, std::vector<std::pair<Index, Index>>& deltas);
  void note_use(Ast, Dim extent, std::vector<Use>&);
  [[nodiscard]] bool mentions_index(Ast) const;
  [[nodiscard]] Index open_index(const NameAt&);

  // elaborate_affine.cpp
  [[nodiscard]] bool affine_of(Ast, std::int64_t factor, Affine&);
  /// False after the fault was reported: `room` is below 0 at all sizes. Where some sizes leave room, it is kept in `bounds`.
  [[nodiscard]] bool is_possible(Dim room, const std::function<Diagnostic()>& fault);
  [[nodiscard]] Value delta(Ast);

  // elaborate_block.cpp
  [[nodiscard]] Value block(Ast);
  [[nodiscard]] Value joined_blocks(const std::vector<std::vector<Value>>& rows,
                                    const std::vector<std::vector<Ast>>& asts, Span);
  [[nodiscard]] Value unit(Dim extent, Dim position);

  const Text* text_;
  AstPool& asts_;
  Pool& pool_;
  Names& defined_;
  Reporter& reporter_;
  std::vector<Frame> frames_;
  std::vector<IndexInfo> indices_;                           ///< all ever opened
  std::vector<std::pair<std::string, Index>> open_indices_;  ///< innermost last
  std::map<MemoKey, Value> memo_;
  std::set<std::string, std::less<>> symbols_;
  int depth_ = 0;
  bool gave_up_ = false;
  std::size_t work_ = 0;  ///< grows with what is made; a sheet that blows up is given up
};

}  // namespace gradwright::formula
