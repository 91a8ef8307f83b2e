// Equations: the left side, the chain of sides, and all their readings.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "read/latex/interpreter.h"
#include "read/latex/latex.h"
#include "read/latex/left_side.h"
#include "read/latex/macros.h"
#include "read/latex/pieces.h"
#include "read/latex/rows.h"
#include "read/reading/claims.h"
#include "source/catalogue.h"

namespace gradwright {
namespace latex {
namespace {

constexpr std::size_t most_readings = 4;
constexpr std::size_t most_ways = 24;

class Equation {
 public:
  /// Up to a demand: `= 0` with `!` above it says what is wanted, not what is.
  Equation(const TexRow& row, Scope scope) : scope_(std::move(scope)) {
    std::vector<TexRow> sides(1);
    for (const TexNode& node : row) {
      if (node.is_sign("demand")) break;
      if (node.is_sign("="))
        sides.emplace_back();
      else
        sides.back().push_back(node);
    }
    made.span = span_of(row);
    std::size_t first = 0;
    if (sides.size() > 1) {
      first = 1;
      left(trimmed(sides[0]));
    }
    for (std::size_t i = first; i < sides.size(); ++i) {
      const TexRow side = without_size_behind(trimmed(sides[i]), scope_);
      ReadSide read;
      read.span = side.empty() ? made.span : span_of(side);
      if (side.empty()) {
        read.diagnostics.push_back(
            error("G0601", "a side of this equation is empty").at(made.span).help("write what it equals"));
      } else {
        readings(side, read.readings, read.diagnostics);
      }
      made.sides.push_back(std::move(read));
    }
  }

  ReadEquation made;

 private:
  void readings(const TexRow& side, std::vector<Reading>& found, std::vector<Diagnostic>& diagnostics) {
    Choices choices;
    std::vector<Reading> broken;
    for (std::size_t way = 0; way < most_ways; ++way) {
      choices.rewind();
      Sketcher sketcher(scope_.sheet.pool().dims());
      std::vector<Diagnostic> problems;
      Interpreter interpreter(scope_, sketcher, choices, problems, side.size() == 1);
      const Sketch sketch = interpreter.side(side);
      if (sketch != nullptr) {
        const auto meant = sketcher.unsized(sketch).empty() ? std::nullopt : size_meant();
        if (meant) sketcher.fit(sketch, *meant);
        if (meant && !sketcher.unsized(sketch).empty()) sketcher.fit(sketch, {meant->rbegin(), meant->rend()});
        const auto unsized = sketcher.unsized(sketch);
        Reading reading = sketcher.written(sketch);
        reading.notes = interpreter.notes();
        reading.layout = interpreter.layout_of_slopes();
        if (reading.gw.size() > Sketcher::most_written || sketcher.is_oversized()) {
          problems.push_back(error("G0601", "this formula, or a size in it, is too large")
                                 .at(span_of(side))
                                 .help("give names to its parts"));
        } else if (!unsized.empty()) {
          problems.push_back(error("G0603", "nothing says how large this is")
                                 .at(unsized[0])
                                 .help("write its size: `I_n`, `\\mathbf{1}_n`"));
        } else {
          auto& place = reading.surface || (sketch->extents && sketch->extents->empty()) ? found : broken;
          const bool is_new =
              std::none_of(place.begin(), place.end(), [&](const Reading& one) { return one.gw == reading.gw; });
          if (is_new) place.push_back(std::move(reading));
        }
      }
      if (way == 0) diagnostics = problems;
      if (!choices.advance()) break;
    }
    if (found.empty() && !broken.empty()) found.push_back(std::move(broken[0]));
    if (scope_.wanted) {
      std::stable_sort(found.begin(), found.end(), [&](const Reading& a, const Reading& b) {
        return (a.surface == scope_.wanted) > (b.surface == scope_.wanted);
      });
    }
    if (found.size() > most_readings) found.resize(most_readings);
    if (!found.empty()) diagnostics.clear();
    add_ways_out(diagnostics);
  }

  /// What is claimed, or a side before, has this size or its transpose: so have ones and identities that nothing else sizes.
  [[nodiscard]] std::optional<Shape> size_meant() const {
    if (scope_.wanted) return scope_.wanted;
    if (auto claimed = size_of_left(); claimed && !claimed->empty()) return claimed;
    for (const ReadSide& side : made.sides) {
      if (!side.readings.empty() && side.readings[0].surface) return side.readings[0].surface;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Shape> size_of_left() const {
    const LeftSide& side = made.left;
    switch (side.kind) {
      case LeftSide::Kind::derivative: return size_of_derivative();
      case LeftSide::Kind::name: {
        const std::vector<Claimed> claimed = claimed_by_name(scope_.sheet, side.name);
        return scope_.shape_of(claimed.empty() ? side.name : claimed[0].wrt);
      }
      case LeftSide::Kind::expression: return side.readings.empty() ? std::nullopt : side.readings[0].surface;
      case LeftSide::Kind::hessian: return size_of_second_derivative();
      case LeftSide::Kind::none: return std::nullopt;
    }
    return std::nullopt;
  }

  /// A scalar's is as large as the variable; a vector's has a row for each entry.
  [[nodiscard]] std::optional<Shape> size_of_derivative() const {
    const LeftSide& side = made.left;
    const auto by = scope_.shape_of(side.wrt.name);
    if (!by || !side.wrt.entry.empty()) return std::nullopt;
    const auto named = scope_.shape_of(side.of.name);
    const auto of = side.readings.empty() ? named.value_or(Shape{}) : side.readings[0].surface;
    if (!of) return std::nullopt;
    if (of->empty() || !side.of.entry.empty()) return by;
    const DimTable& dims = scope_.sheet.pool().dims();
    const auto is_column = [&](const Shape& shape) { return shape.size() == 2 && dims.is_one(shape[1]); };
    if (!is_column(*of) || !is_column(*by)) return std::nullopt;
    return Shape{(*of)[0], (*by)[0]};
  }

  /// A row for each entry of one column, a column for each of the other; by nothing: `\nabla^2 f`, as large as the only column is.
  [[nodiscard]] std::optional<Shape> size_of_second_derivative() const {
    const LeftSide& side = made.left;
    const auto length_of = [&](const Target& target) -> std::optional<Dim> {
      const auto shape =
          scope_.shape_of(target.name.empty() ? only_variable_of(scope_.sheet, side.of.name) : target.name);
      const bool is_column = shape && shape->size() == 2 && scope_.sheet.pool().dims().is_one((*shape)[1]);
      return is_column && target.entry.empty() ? std::optional((*shape)[0]) : std::nullopt;
    };
    const auto rows = length_of(side.first), columns = length_of(side.wrt);
    return rows && columns ? std::optional(Shape{*rows, *columns}) : std::nullopt;
  }

  void left(const TexRow& row) {
    LeftSide& side = made.left;
    side.span = row.empty() ? made.span : span_of(row);
    if (row.empty()) return;
    const TexRow expression = left_side(row, scope_, side);
    for (const auto* entry : {&side.of.entry, &side.first.entry, &side.wrt.entry})
      scope_.indices.insert(scope_.indices.end(), entry->begin(), entry->end());
    if (!expression.empty()) readings(expression, side.readings, side.diagnostics);
  }

  Scope scope_;
};

}  // namespace
}  // namespace latex

namespace latex {
namespace {

constexpr std::size_t most_equations = 1000;

bool misses_a_name(const ReadEquation& equation) {
  return std::any_of(equation.sides.begin(), equation.sides.end(), [](const ReadSide& side) {
    return std::any_of(side.diagnostics.begin(), side.diagnostics.end(),
                       [](const Diagnostic& one) { return one.code == "G0301"; });
  });
}

bool is_number(const ReadSide& side) {
  return !side.readings.empty() && side.readings[0].gw.find_first_not_of("0123456789.-") == std::string::npos;
}

bool is_zero(const ReadSide& side) { return !side.readings.empty() && side.readings[0].gw == "0"; }

bool derives(const ReadEquation& equation) {
  return equation.left.kind == LeftSide::Kind::derivative || equation.left.kind == LeftSide::Kind::hessian;
}

/// \nabla_w L = 0 holds at the minimum: what is set to 0 after other sides, or leads on to what follows, is no claim.
bool is_set_to_zero(const ReadEquation& equation, bool leads_on) {
  return derives(equation) && !equation.sides.empty() && is_zero(equation.sides.back()) &&
         (leads_on || equation.sides.size() > 1);
}

void take_as_condition(ReadEquation& equation) {
  equation.sides.pop_back();
  equation.is_condition = true;
}

Diagnostic not_looked_at(Span span, std::string message, std::string help) {
  Diagnostic note = gradwright::note("G0602", std::move(message)).at(span);
  note.help(std::move(help));
  return note;
}

void note_conditions(ReadDocument& document) {
  for (const ReadEquation& one : document.equations) {
    if (one.is_condition)
      document.diagnostics.push_back(not_looked_at(one.span,
                                                   "a derivative set to 0 is taken as a condition, and not looked at",
                                                   "where it is a claim, display it alone: `\\[ \\nabla_w L = 0 \\]`"));
  }
}

/// The equations of one piece of mathematics, onto the document. What uses a name that is defined further down is read again.
void read_piece(const Text& text, Span span, const Macros& macros, Scope& scope, ReadDocument& document) {
  const TexRow row =
      parsed_tex(text.content(), expanded(tokens_of_tex(text.content(), span), macros, document.diagnostics),
                 document.diagnostics);
  const std::size_t first = document.equations.size();
  std::vector<TexRow> contents;
  bool follows = false;
  for (Statement& statement : statements_of(row)) {
    TexRow& content = statement.row;
    const bool is_consequence = std::exchange(follows, statement.implies_next);
    if (content.empty() || document.equations.size() == most_equations) continue;
    if (is_update(content, scope)) {
      document.diagnostics.push_back(
          not_looked_at(span_of(content), "an update says how a variable changes: it is no claim, and not looked at",
                        "claim what it moves by: `\\nabla_w L = …`"));
      continue;
    }
    ReadEquation equation = Equation(content, scope).made;
    equation.is_consequence = is_consequence;
    if (is_set_to_zero(equation, statement.implies_next)) take_as_condition(equation);
    const bool defines =
        equation.left.kind == LeftSide::Kind::name && !scope.has(equation.left.name) && !equation.sides.empty();
    if (defines && !equation.sides.back().readings.empty())
      scope.own[equation.left.name] = equation.sides.back().readings[0].surface;
    document.equations.push_back(std::move(equation));
    contents.push_back(std::move(content));
  }
  for (std::size_t i = 0; i < contents.size() && !scope.own.empty(); ++i) {
    ReadEquation& equation = document.equations[first + i];
    if (!misses_a_name(equation)) continue;
    const bool is_condition = equation.is_condition, is_consequence = equation.is_consequence;
    equation = Equation(contents[i], scope).made;
    equation.is_consequence = is_consequence;
    if (is_condition && is_set_to_zero(equation, true)) take_as_condition(equation);
  }
}

/// What an equation within a line of text says: a derivative by a name of the sheet, what defines a name, or a definition of the sheet
/// again. `n = 3` and what is no formula are prose.
bool is_said(const ReadEquation& equation, Scope& scope) {
  const LeftSide& left = equation.left;
  if (derives(equation))
    return scope.shape_of(left.wrt.name) && (scope.shape_of(left.of.name) || !left.readings.empty());
  if (left.kind != LeftSide::Kind::name || equation.sides.empty()) return false;
  if (!claimed_by_name(scope.sheet, left.name).empty()) return true;
  const bool is_read = std::all_of(equation.sides.begin(), equation.sides.end(),
                                   [](const ReadSide& side) { return !side.readings.empty(); });
  const bool is_given = scope.sheet.shape_of(left.name) && scope.sheet.program().definition(left.name) == nullptr;
  return is_read && !is_given && !is_number(equation.sides.back());
}

/// The equations within a line of text, onto the document. Of those that derive something and say nothing of the sheet it is told.
void read_inline(const Text& text, Span span, const Macros& macros, Scope& scope, ReadDocument& document) {
  const std::string_view written = text.slice(span);
  if (written.find('=') == std::string_view::npos) return;
  ReadDocument own;
  Scope within = scope;
  read_piece(text, span, macros, within, own);
  const bool speaks_of_slopes =
      written.find("\\partial") != std::string_view::npos || written.find("\\nabla") != std::string_view::npos;
  bool is_left_out = !own.diagnostics.empty() && speaks_of_slopes;
  for (ReadEquation& one : own.equations) {
    if (is_set_to_zero(one, true) && is_said(one, scope)) take_as_condition(one);
    is_left_out = is_left_out || (derives(one) && !is_said(one, scope));
    if (!is_said(one, scope) || document.equations.size() == most_equations) continue;
    if (const auto defined = within.own.find(one.left.name); defined != within.own.end()) scope.own.insert(*defined);
    document.equations.push_back(std::move(one));
  }
  if (is_left_out)
    document.diagnostics.push_back(
        not_looked_at(span, "this derivative is not looked at: it is no claim about names of the sheet",
                      "write it with names of the sheet, or display it: `\\[ … \\]`"));
}

ReadDocument read_pieces(const Text& text, Scope& scope) {
  ReadDocument document;
  const Macros macros = macros_of(text.content());
  for (const Piece& piece : pieces_of(text.content()))
    (piece.is_inline ? read_inline : read_piece)(text, piece.span, macros, scope, document);
  return document;
}

void note_emptiness(ReadDocument& document, Span span) {
  if (!document.equations.empty() || !document.diagnostics.empty()) return;
  document.diagnostics.push_back(
      error("G0601", "there is no formula here").at(span).help("write one: `\\frac{\\partial L}{\\partial W} = …`"));
}

}  // namespace
}  // namespace latex

ReadDocument read_latex(const Text& text, Span span, OpenSheet& sheet, const LatexOptions& options) {
  ReadDocument document;
  latex::Scope scope{sheet, options.own, options.indices, options.wanted};
  const latex::Macros macros = latex::macros_of(text.slice(span));
  latex::read_piece(text, span, macros, scope, document);
  latex::note_conditions(document);
  latex::note_emptiness(document, span);
  return document;
}

ReadDocument read_latex_document(const Text& text, OpenSheet& sheet, const LatexOptions& options) {
  latex::Scope scope{sheet, options.own, options.indices, options.wanted};
  ReadDocument document = latex::read_pieces(text, scope);
  const bool misses = std::any_of(document.equations.begin(), document.equations.end(), latex::misses_a_name);
  if (misses && scope.own.size() > options.own.size())
    document = latex::read_pieces(text, scope);  // defined further down
  latex::note_conditions(document);
  latex::note_emptiness(document, {0, 0});
  return document;
}

}  // namespace gradwright
