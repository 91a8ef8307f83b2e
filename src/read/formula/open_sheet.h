// OpenSheet: a worksheet that was read and stays open: expressions of its language are given their meaning against its declarations,
// definitions and functions, thousands of times. An expression stands, in thought, on a line below the sheet: spans at or after
// `line_begin()` point into it, spans before it into the sheet. What the checker and the LaTeX and NumPy readers ask.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "read/formula/program.h"

namespace gradwright {

/// An index that is free in an expression (`x[i]` of `dz[i]/dx[j]`), and how far it runs where that is known.
struct FreeIndex {
  std::string name;
  std::optional<Dim> extent;
};

struct SheetValue {
  Expr expr;  ///< none where the expression has an error; free indices are its first axes, in the order given
  Shape surface;
  std::vector<Diagnostic> diagnostics;  ///< empty when asked quietly
  [[nodiscard]] bool is_good() const { return !expr.is_none(); }
};

class OpenSheet {
 public:
  OpenSheet(Text sheet, Pool&, ReadOptions = {});
  ~OpenSheet();
  OpenSheet(OpenSheet&&) noexcept;
  OpenSheet& operator=(OpenSheet&&) noexcept;

  /// Grows by what `define` adds.
  [[nodiscard]] const Program& program() const;
  [[nodiscard]] Pool& pool() const;
  /// The sheet with the expression last asked about below it: what diagnostics point into.
  [[nodiscard]] const Text& text() const;
  /// Where an expression begins in `text()`.
  [[nodiscard]] std::uint32_t line_begin() const;

  /// Quietly: only whether it is good, without messages.
  [[nodiscard]] SheetValue value(std::string_view gw, const std::vector<FreeIndex>& = {});
  [[nodiscard]] SheetValue value_with_reasons(std::string_view gw, const std::vector<FreeIndex>& = {});
  /// Adds `name = gw` to the sheet. The diagnostics say why not; empty: it is defined.
  [[nodiscard]] std::vector<Diagnostic> define(std::string_view name, std::string_view gw);

  /// Of a declared or defined name; none for what is unknown or has an error.
  [[nodiscard]] std::optional<Shape> shape_of(std::string_view name) const;
  [[nodiscard]] bool is_dimension(std::string_view name) const;
  /// A function of the sheet, of the prelude or of the language.
  [[nodiscard]] bool is_function(std::string_view name) const;
  /// A function written in this sheet.
  [[nodiscard]] bool is_own_function(std::string_view name) const;
  /// A scalar that is made from others: `g'` of one is meant as a derivative, a transpose would say nothing.
  [[nodiscard]] bool is_defined_scalar(std::string_view name) const;
  [[nodiscard]] std::string nearest_name(std::string_view name) const;
  [[nodiscard]] std::string size_text(const Shape&) const;
  /// Where the size of a name comes from: "declared line 4"; "line 9, its 2 is the rows of `W3` (declared line 4)". Empty for what is unknown.
  [[nodiscard]] std::string origin_of(std::string_view name) const;

 private:
  struct State;
  SheetValue asked(std::string_view gw, bool is_quiet, const std::vector<FreeIndex>&);
  std::unique_ptr<State> state_;
};

}  // namespace gradwright
