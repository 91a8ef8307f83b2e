// Own printer: a formula of the worksheet language written as a person writes: the parts that they wrote stand as they stand there, what is
// new is put together in their manner (their sign of a product, their transpose, their spelling of names).
//   own_latex.cpp: LaTeX; own_numpy.cpp: NumPy. Nothing is sure here: what comes out is read back before it is shown.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "check/own_source.h"
#include "read/formula/open_sheet.h"

namespace gradwright::check {

struct NotationStyle {
  bool keeps_parts = true;   ///< parts stand as written; else only the names do
  bool is_explicit = false;  ///< LaTeX: every product has its sign and its brackets
  bool one_axis = false;     ///< NumPy: a column is an array (n,)
};

class OwnPrinter {
 public:
  struct Context {
    AstPool& pool;
    const OwnSource& source;
    std::map<std::string, std::string, std::less<>> names;  ///< also of other formulas of the text
    std::string_view text;                                  ///< all of it: where habits are seen
    OpenSheet& sheet;
    const std::vector<FreeIndex>& indices;
    /// What the person wrote of this formula.
    [[nodiscard]] std::string_view own() const {
      return text.substr(source.span().begin, source.span().end - source.span().begin);
    }
  };
  OwnPrinter(const Context& context, NotationStyle notation) : context_(context), notation_(notation) {}
  virtual ~OwnPrinter() = default;
  OwnPrinter(const OwnPrinter&) = delete;
  OwnPrinter& operator=(const OwnPrinter&) = delete;

  /// Empty where there is a part that has no spelling.
  [[nodiscard]] std::string text(Ast root);

 protected:
  enum class Level { compare, sum, product, negate, power, atom };
  struct Piece {
    std::string text;
    Level level = Level::atom;
    bool has_script = false;         ///< LaTeX: something stands above its line, so nothing more can
    std::optional<Operator> joined;  ///< a product: its last operator
  };

  [[nodiscard]] Piece piece(Ast);
  [[nodiscard]] virtual Piece made(Ast) = 0;
  /// A piece of the person's text.
  [[nodiscard]] virtual Piece taken(std::string text, const AstNode&) const = 0;
  [[nodiscard]] virtual std::string bracketed(const std::string& text) const { return "(" + text + ")"; }
  [[nodiscard]] std::string inside(const Piece& one, Level least) const {
    return one.level < least ? bracketed(one.text) : one.text;
  }
  [[nodiscard]] std::string inside(Ast ast, Level least) { return inside(piece(ast), least); }

  /// Children of a product or sum, several at once where the person wrote them side by side.
  struct Unit {
    Piece piece;
    std::size_t begin = 0, end = 0;
  };
  [[nodiscard]] std::vector<Unit> units(Ast);
  /// What they write between child i and the next one, or for this operator elsewhere, or `standard`.
  [[nodiscard]] std::string joint(const AstNode&, std::size_t i, std::string_view standard) const;
  [[nodiscard]] Piece sum(Ast);

  [[nodiscard]] std::optional<Shape> shape(Ast) const;
  [[nodiscard]] bool is_scalar(Ast ast) const { return shape(ast) == Shape{}; }
  [[nodiscard]] bool is_column(Ast) const;
  [[nodiscard]] bool is_row(Ast) const;
  [[nodiscard]] Piece failed() {
    failed_ = true;
    return {};
  }

  const Context& context_;
  NotationStyle notation_;
  bool failed_ = false;
};

[[nodiscard]] std::unique_ptr<OwnPrinter> latex_printer(const OwnPrinter::Context&, NotationStyle);
[[nodiscard]] std::unique_ptr<OwnPrinter> numpy_printer(const OwnPrinter::Context&, NotationStyle);

}  // namespace gradwright::check
