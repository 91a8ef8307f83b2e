// The words, numbers and sizes of the text of a graph. Every reader says whether it succeeded; the first failure is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ir/pool.h"
#include "source/diagnostic.h"

namespace gradwright {

class GraphReader {
 public:
  GraphReader(const Text& text, DimTable& dims) : text_(text.content()), dims_(dims) {}

  static constexpr std::size_t longest_list = 256;

  [[nodiscard]] std::uint32_t at() const { return static_cast<std::uint32_t>(at_); }
  [[nodiscard]] Span since(std::uint32_t begin) const { return {begin, at()}; }
  [[nodiscard]] const std::optional<Diagnostic>& failure() const { return failure_; }
  /// Keeps the first failure; false, so that a reader can return it.
  bool fail(Span, std::string message, std::string help = {});

  [[nodiscard]] bool at_end();
  void skip_empty_lines();
  /// The next character after blanks, 0 at the end of the line.
  [[nodiscard]] char next();
  void skip_blanks();
  [[nodiscard]] bool accept(char);
  bool expect(char);
  bool expect_word(std::string_view);
  /// What stands before the next blank, bracket or line end.
  bool word(std::string&);
  /// A number from 0 to `most`.
  bool count(std::int64_t& value, std::int64_t most, std::string_view what);
  bool rational(Rational&);
  bool quoted(std::string&);
  bool size(Dim&);
  /// An extent: a size that is no negative number.
  bool extent(Dim&);
  /// `open` item, item, … `close`; at most `most` items.
  template <class Item>
  bool list(char open, char close, std::size_t most, const Item& item) {
    if (!expect(open)) return false;
    if (accept(close)) return true;
    const std::uint32_t begin = at();
    for (std::size_t number = 0;; ++number) {
      if (number == most) return fail(since(begin), "a list of more than " + std::to_string(most) + " entries");
      if (!item()) return false;
      if (accept(close)) return true;
      if (!expect(',')) return false;
    }
  }
  bool end_of_line();

 private:
  using Polynomial = DimTable::Polynomial;
  bool multiply(Polynomial&, const Polynomial&, std::uint32_t begin);
  bool size_term(Polynomial& total, bool negative);
  const std::string& text_;
  DimTable& dims_;
  std::size_t at_ = 0;
  std::optional<Diagnostic> failure_;
};

}  // namespace gradwright
