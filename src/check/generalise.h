// Generalised sheets: every size written as a number becomes a symbol of its own, and two of them are one only where the sheet's own
// definitions force it. A claim that conforms, or holds, on the sheet as written and not here rests on 3 = 3: a trap.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "read/formula/program.h"

namespace gradwright::check {

/// A sheet with symbols in place of numbers; claims and requests are left out.
class GeneralSheet {
 public:
  /// Nothing where no size is a number, or the definitions do not allow it.
  [[nodiscard]] static std::optional<GeneralSheet> of(const Text&, const Program&);
  [[nodiscard]] std::string text() const;
  /// The same sheet with numbers back where the message says that a claim writes them (`ones(3)`); nothing where it does not.
  [[nodiscard]] std::optional<GeneralSheet> with_numbers(const Diagnostic& mismatch) const;
  [[nodiscard]] std::optional<GeneralSheet> with_number(const std::string& symbol, std::int64_t number) const;

 private:
  struct Size {
    std::int64_t number = 0;
    std::size_t same_as = 0;  ///< the size that stands for it
    bool is_fixed = false;    ///< the number itself
  };
  [[nodiscard]] std::string name_of(std::size_t size) const;
  [[nodiscard]] std::size_t root(std::size_t size) const;
  [[nodiscard]] bool settled();
  [[nodiscard]] std::vector<std::vector<std::string>> sizes_in(const Diagnostic&) const;
  [[nodiscard]] bool join(const std::string& a, const std::string& b);

  std::vector<std::string> pieces_;  ///< text between sizes
  std::vector<Size> sizes_;
  std::string stem_;
};

}  // namespace gradwright::check
