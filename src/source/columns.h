// Text in the columns of a terminal: sentences broken at spaces, and lines that stand one above another, broken together.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gradwright {

/// Columns of a page where no terminal says how wide it is.
inline constexpr std::size_t usual_width = 80;

/// Bytes of the characters that lie within the first `columns`, combining marks with what they stand on.
[[nodiscard]] std::size_t bytes_of_columns(std::string_view text, std::size_t columns);

/// `text` in the middle of `width` columns; as it is where it is wider.
[[nodiscard]] std::string centred(std::string_view text, std::size_t width);

/// A sentence in lines of at most `width` columns, `first` before the first and `indent` before the others, each with its newline.
/// Broken at spaces outside of `backticks`; at those within, and at the space U+00A0, only where a line cannot hold what they join.
[[nodiscard]] std::string wrapped(std::string_view sentence, std::string_view first, std::string_view indent,
                                  std::size_t width);

/// A page whose lines are `wrapped` where they are too wide, what follows two columns further right than their beginning.
[[nodiscard]] std::string fitted(std::string_view page, std::size_t width);

/// `text` with each space as U+00A0, at which `wrapped` breaks last of all.
[[nodiscard]] std::string kept_together(std::string_view text);

/// Lines that stand one above another, as a formula does over the sizes of its factors, with the columns at which all may be broken.
class Aligned {
 public:
  /// `text` on the first line, and in the middle beneath it `below` on the second.
  void put(std::string_view text, std::string_view below = {});
  /// A line may end here.
  void allow_break();
  /// One more line under the others, from their left side on.
  void add_line(std::string line) { lines_.push_back(std::move(line)); }

  [[nodiscard]] bool is_empty() const { return width_ == 0; }
  [[nodiscard]] std::size_t width() const { return width_; }
  /// The first line alone.
  [[nodiscard]] Aligned upper() const;
  /// Broken where `width` columns do not suffice, what follows a break moved by three columns; no newline at the end.
  /// A piece without a place to break stays wider.
  [[nodiscard]] std::string within(std::size_t width) const;

 private:
  std::vector<std::string> lines_;
  std::vector<std::size_t> breaks_;  ///< ascending columns
  std::size_t width_ = 0;            ///< of the first line
};

}  // namespace gradwright
