// Interpreter: one side of an equation, as rows of Tex nodes → a sketch. Where the notation leaves a choice, `Choices` takes it, and the
// whole side is read again for the next one: no state to undo.
// interpreter.cpp: sums, atoms; interpreter_product.cpp: products; interpreter_names.cpp: names; interpreter_scripts.cpp: what scripts make of
// them; interpreter_entries.cpp: entries; interpreter_calls.cpp: functions; interpreter_ranges.cpp: sums over an index; interpreter_limits.cpp: from where to where;
// interpreter_cases.cpp: cases, indicators; interpreter_constants.cpp: ones, zeros, identities.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "read/formula/open_sheet.h"
#include "read/latex/tex.h"
#include "read/reading/sketch.h"

namespace gradwright::latex {

using reading::Sketch;
using reading::Sketcher;

/// The ways through all choices, one after the other.
class Choices {
 public:
  /// 0 the first time, then the others.
  std::size_t taken(std::size_t count);
  /// False when all ways were gone.
  bool advance();
  void rewind() { at_ = 0; }

 private:
  std::vector<std::pair<std::size_t, std::size_t>> path_;  ///< taken, of how many
  std::size_t at_ = 0;
};

/// The names a formula may use.
struct Scope {
  OpenSheet& sheet;
  std::map<std::string, std::optional<Shape>> own;
  std::vector<std::string> indices;
  std::optional<Shape> wanted;

  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] std::optional<Shape> shape_of(const std::string& name) const;
};

/// Superscripts sorted by what they do.
struct Superscript {
  std::string tag;  ///< (2), [2], {l}
  int transposes = 0;
  int primes = 0;
  bool inverts = false;
  bool is_entrywise = false;  ///< x^{\odot 2}
  TexRow power;
  TexRow of_number;  ///< the power that a T is where it stands on a number and the sheet has a T
};
[[nodiscard]] Superscript superscript_of(const TexNode&, const Scope&);
/// `xh`, `2`, `i`; empty where the row is no plain text.
[[nodiscard]] std::string plain_text(const TexRow&);
/// How the sheet spells a base with its tag and subscript; empty where it is not declared.
[[nodiscard]] std::string declared_name(const Scope&, const TexNode& base, const std::string& letters,
                                        const std::string& tag, const std::string& sub);

struct SplitSubscript {
  std::string name;
  TexRow entry;
};
/// A subscript that is part of the name at first, then an entry; no name where it is not.
[[nodiscard]] SplitSubscript split_subscript(const Scope&, const TexNode& base, const std::string& letters,
                                             const std::string& tag);

class Interpreter {
 public:
  /// `is_one_slope`: the side is one derivative and nothing else, so nothing can tell its layout but the sheet.
  Interpreter(const Scope& scope, Sketcher& sketcher, Choices& choices, std::vector<Diagnostic>& diagnostics,
              bool is_one_slope = false)
      : scope_(scope),
        sketcher_(sketcher),
        choices_(choices),
        diagnostics_(diagnostics),
        indices_(scope.indices.begin(), scope.indices.end()),
        is_one_slope_(is_one_slope) {}

  /// Null after an error was reported.
  [[nodiscard]] Sketch side(const TexRow& row);
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// In which derivatives were read, where that is not the sheet's.
  [[nodiscard]] std::optional<Layout> layout_of_slopes() const;
  struct Named {
    std::string name;
    std::vector<std::string> entry;
  };
  /// The name that a node stands for, alone, with the entry that its subscript picks.
  [[nodiscard]] std::optional<Named> name_of(const TexNode&) const;
  /// `L^T` of a number, where `\nabla_w L^T` transposes the gradient.
  [[nodiscard]] bool is_transposed_number(const TexNode&) const;

 private:
  struct Factor {
    Sketch sketch = nullptr;
    bool is_bare = false;        ///< one name
    bool is_transposed = false;  ///< with an explicit transpose
    bool is_entrywise = false;   ///< a function's value and the like: meant entry by entry
    std::string last = {};       ///< the name at the end of a product with numbers: the x of 2x
  };
  struct Item {
    std::string op;  ///< "" for juxtaposition
    Factor factor;
  };
  struct Cursor {
    const TexRow& row;
    std::size_t at = 0;
    [[nodiscard]] bool is_end() const { return at >= row.size(); }
    [[nodiscard]] const TexNode& node() const { return row[at]; }
    [[nodiscard]] bool is_sign(std::string_view sign) const { return !is_end() && node().is_sign(sign); }
  };

  // interpreter.cpp
  [[nodiscard]] Sketch compare(Cursor&);
  [[nodiscard]] Sketch sum(Cursor&);
  [[nodiscard]] Factor factor(Cursor&);
  [[nodiscard]] Factor atom(Cursor&);
  [[nodiscard]] Factor atom_at(Cursor&);
  [[nodiscard]] Factor fenced(const TexNode&);
  [[nodiscard]] Sketch between_bars(const TexNode&, Sketch inner);
  [[nodiscard]] bool bars_are_norms();
  [[nodiscard]] bool bars_are_determinants();
  [[nodiscard]] Sketch matrix(const TexNode&);
  [[nodiscard]] Sketch fraction(const TexNode&);
  [[nodiscard]] Sketch root(const TexNode&);
  [[nodiscard]] Factor blackboard(Cursor&);
  [[nodiscard]] Sketch derivative(Cursor&);
  /// ∂of/∂wrt (interpreter_slopes.cpp)
  /// grad(of, wrt), or jacobian(of, wrt) in numerator layout.
  [[nodiscard]] Sketch derivative_sketch(const std::string& of, Span of_span, const std::string& wrt, Span wrt_span,
                                         Span);
  [[nodiscard]] Sketch slope(const std::string& of, Span of_span, const std::string& wrt, Span wrt_span, Span);
  [[nodiscard]] bool is_entry_of_slope(const Named& of, const Named& wrt) const;
  [[nodiscard]] Sketch entry_of_slope(const Named& of, const Named& wrt, const TexNode& fraction);
  [[nodiscard]] Sketch quotient(Sketch, Sketch);
  [[nodiscard]] bool is_tensor(Sketch) const;

  // interpreter_constants.cpp
  [[nodiscard]] std::optional<Dim> size_of(const TexRow&, std::size_t begin, std::size_t end);
  [[nodiscard]] std::vector<Dim> sizes_of(const TexRow&);
  [[nodiscard]] Sketch filled(const char* function, const TexNode&);
  [[nodiscard]] Factor ones(const TexNode&);
  [[nodiscard]] Factor zeros(const TexNode&);
  [[nodiscard]] Factor identity(const TexNode&);
  [[nodiscard]] Sketch commutation(const TexNode&);

  // interpreter_cases.cpp
  struct Condition {
    Sketch holds = nullptr;  ///< null: otherwise
    bool is_index = false;
    std::string left, op, right;  ///< as printed, to see that two leave nothing out
  };
  [[nodiscard]] Sketch cases(const TexNode&);
  [[nodiscard]] std::optional<Condition> condition(const TexRow&);
  [[nodiscard]] Sketch times_condition(Sketch value, Sketch holds);
  [[nodiscard]] Sketch indicator(Cursor&, const TexNode&);

  /// Where an index runs, as written. In a sketch it counts from 1.
  struct Limits {
    Dim first;
    std::optional<Dim> last;        ///< nothing: the whole axis by whatever name
    bool counts_from_zero = false;  ///< x_0 is the first entry
    bool is_settled = false;        ///< an entry says how far it runs
    Span span;
  };

  // interpreter_ranges.cpp
  /// What is known of an index while an inner sum has one of the same name.
  struct Hidden {
    std::string index;
    bool is_used = false;
    std::optional<std::string> bound;
    std::optional<Limits> limits;
    std::optional<Dim> axis;
  };
  struct Range {
    const char* noun = "sum";
    bool is_product = false, are_pairs = false;
    std::vector<std::string> opened;      ///< the indices that begin here
    std::vector<Hidden> hidden;           ///< those that had begun before
    std::optional<Dim> begin, last;       ///< as written, where they are sizes
    std::string end;                      ///< of a whole axis, by whatever name
    std::string relation, first, second;  ///< `<` between two indices
    Span begin_span, end_span, relation_span;
    TexRow condition;  ///< of the terms that count
  };
  [[nodiscard]] Sketch big(Cursor&);
  [[nodiscard]] Sketch factors_of_product(Cursor&);
  [[nodiscard]] bool read_range(const TexNode&, Range&);
  [[nodiscard]] bool read_end(const TexNode&, Range&);
  [[nodiscard]] bool begins_at_index(const TexRow& rest, const Range&) const;
  [[nodiscard]] Sketch relation_of(const Range&, Span);
  [[nodiscard]] Sketch column_over(const std::string& index, Sketch body, int depth = 0);
  [[nodiscard]] Sketch product_over(const Range&, Sketch body, Span);
  void forget(const std::string& index);
  [[nodiscard]] Hidden hidden(const std::string& index);
  void close(const Range&);

  // interpreter_limits.cpp
  /// Σ c·i + rest, as written.
  struct Affine {
    std::vector<std::pair<std::string, std::int64_t>> parts;
    Dim rest;
  };
  [[nodiscard]] std::optional<Affine> affine_of(const TexRow&);
  [[nodiscard]] std::string text_of(const Affine&) const;
  [[nodiscard]] bool open_limits(const Range&, const Cursor&);
  [[nodiscard]] bool count_from_one(Span);
  [[nodiscard]] const Limits* limits_of(const std::string& index) const;
  [[nodiscard]] bool begins_at_first(const std::string& index) const;
  [[nodiscard]] Dim length_of(const Limits&);
  [[nodiscard]] Sketch index_item(const TexRow&);
  [[nodiscard]] Sketch delta_of(const TexRow& left, const TexRow& right, Span);
  [[nodiscard]] Sketch cut_to_limits(Sketch base, std::vector<Sketch>& items, const std::vector<TexRow>& written, Span);
  [[nodiscard]] Sketch settled(const Range&, Sketch body, Span);

  // interpreter_product.cpp
  [[nodiscard]] Sketch chain(Cursor&, Factor* lone);
  [[nodiscard]] Sketch folded(const std::vector<Item>&);
  [[nodiscard]] Sketch folded_tight(const std::vector<Item>&);
  [[nodiscard]] Sketch folded_split(const std::vector<Item>&);
  [[nodiscard]] std::vector<Item> grouped(const std::vector<Item>&);
  [[nodiscard]] Factor joined_factors(const Factor&, const std::string& op, const Factor&);
  [[nodiscard]] bool may_be_entrywise(const Factor&, const std::string& op, const Factor&) const;
  [[nodiscard]] bool recurs_in(Sketch part, Sketch whole) const;

  // interpreter_names.cpp
  [[nodiscard]] Factor name(Cursor&);
  [[nodiscard]] std::optional<Factor> variable(const TexNode&, const std::string& letters, Span);
  /// x_{ij}, by two running indices, of a vector x.
  [[nodiscard]] bool picks_two_of_vector(const TexNode&, const std::string& name) const;
  [[nodiscard]] Factor scripted(Factor, const TexNode&);
  [[nodiscard]] Factor entry_of(const Factor& base, const TexRow& sub, Superscript, Span);
  [[nodiscard]] Factor raised(Factor, const Superscript&, Span);
  [[nodiscard]] Sketch entry(Sketch base, const TexRow& sub, Span);
  [[nodiscard]] Sketch slice(Sketch base, const TexRow& sub, Span);
  /// On paper a vector with the number of its sample, `p_i`, is a column, though the sheet keeps samples as rows of a matrix p.
  [[nodiscard]] bool is_sample(Sketch matrix);
  [[nodiscard]] bool rests_on_variable(Sketch exponent) const;
  void note_axes(const reading::MaybeExtents&, const std::vector<Sketch>& items);
  [[nodiscard]] std::optional<Factor> sample(const TexNode&, const std::string& letters, const Superscript&, Span);
  [[nodiscard]] bool is_in_columns(const std::string& index, const Shape&);

  // interpreter_calls.cpp
  [[nodiscard]] std::string function_named(const TexNode&, const std::string& letters) const;
  [[nodiscard]] Sketch kronecker_delta(const TexNode&);
  [[nodiscard]] bool is_differential(const Cursor&);
  [[nodiscard]] bool rests_on(const std::string& of, const std::string& name) const;
  [[nodiscard]] bool is_made_from(const std::string& name, const TexNode& fence) const;
  [[nodiscard]] std::optional<Factor> hypothesis(Cursor&, const TexNode&, const std::string& letters, std::size_t run);
  [[nodiscard]] Sketch summand(Cursor&, const std::vector<std::string>& indices);
  [[nodiscard]] Factor call(Cursor&, const TexNode& name, const std::string& function);
  [[nodiscard]] Sketch applied(const std::string& function, std::vector<Sketch> arguments, Span, Span of_name);
  [[nodiscard]] std::string activation_of(Sketch argument, bool is_sigma, bool& is_applied) const;
  [[nodiscard]] bool sigma_is_sigmoid(bool is_applied);
  [[nodiscard]] bool mixes_entries(const std::string& function) const;
  [[nodiscard]] Sketch entry_of_softmax(const std::string& function, Sketch argument, Span);

  [[nodiscard]] Sketch out_of_place(const TexNode&);
  Sketch fail(const char* code, Span, std::string message, std::string help, Fact = {});
  void note(std::string text);
  [[nodiscard]] std::string shown(Sketch sketch) const;

  const Scope& scope_;
  Sketcher& sketcher_;
  Choices& choices_;
  std::vector<Diagnostic>& diagnostics_;
  std::set<std::string> indices_, used_indices_;
  std::map<std::string, std::string> bounds_;  ///< how far an index runs, as written
  std::map<std::string, Limits> limits_;
  std::map<std::string, Dim> axes_;  ///< the size of the axis that an index picks from
  std::vector<std::string> notes_;
  std::optional<Layout> slopes_layout_;        ///< one for the whole side
  std::optional<bool> bars_are_norms_;         ///< of vectors; one for the whole side
  std::optional<bool> bars_are_determinants_;  ///< of square matrices; one for the whole side
  std::optional<bool> sigma_is_sigmoid_;       ///< where the sheet has another activation; one for the whole side
  std::optional<bool> rows_are_columns_;       ///< `p_i` of a matrix p; one for the whole side
  bool is_one_slope_;
  bool counts_from_zero_ = false;  ///< a sum does: x_0 is the first entry
  bool counts_from_one_ = false;   ///< x_1 is written, and means the first
  bool failed_ = false;
  Span around_;  ///< of what is being read: where it is said that something is missing in empty brackets
};

/// 1 - A: a number beside something with entries, meant entry by entry.
[[nodiscard]] bool mixes_sizes(Sketch);
/// \frac{\delta L}{\delta w}: the letter stands where \partial does, above and below.
[[nodiscard]] bool stand_for_partial(const TexNode& fraction);
/// `<`, `>=` … somewhere in the row.
[[nodiscard]] bool compares(const TexRow&);
/// What a subscript picks, axis by axis: the `i` and `j+1` of `i,j+1`, the `i` and `j` of `ij`.
[[nodiscard]] std::vector<TexRow> index_items(const TexRow& sub);
/// What stands in one pair of brackets, without them: `\{x > 0\}`.
[[nodiscard]] const TexRow& unwrapped(const TexRow&);

}  // namespace gradwright::latex
