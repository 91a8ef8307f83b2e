// Drawer: random well-typed sheets around one construct. Arguments are drawn from what the sheet has, and the language itself says
// whether they fit.
#pragma once

#include <memory>
#include <optional>
#include <random>

#include "constructs.h"
#include "point.h"
#include "read/formula/open_sheet.h"

namespace gradwright::laws {

class Drawer {
 public:
  explicit Drawer(std::uint64_t seed) : random_(seed) {}

  /// A sheet in which the construct, fact or kind of variable stands; nothing where none was found.
  [[nodiscard]] std::optional<Sheet> sheet_with(const std::string& construct);

  // What the rows of constructs.cpp are made of.
  [[nodiscard]] std::size_t pick(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  [[nodiscard]] bool chance(int percent) { return pick(100) < static_cast<std::size_t>(percent); }
  /// Something the sheet has; sooner or later what must stand in it.
  [[nodiscard]] Term part();
  /// A size of the sheet, or a small number.
  [[nodiscard]] std::string size();
  [[nodiscard]] std::string number();
  [[nodiscard]] std::string variable();
  /// An index from 1 that exists along an axis of the part.
  [[nodiscard]] std::optional<std::size_t> index_of(const Term& part, std::size_t axis);
  [[nodiscard]] std::optional<std::vector<std::int64_t>> surface_of(const Term&);
  /// A line of the sheet, and its name.
  [[nodiscard]] std::optional<Term> defined(const std::string& head, Term);
  [[nodiscard]] bool declare_function(const std::string& text);
  [[nodiscard]] std::string fresh_name() { return "u" + std::to_string(++names_); }

 private:
  void declare(bool is_narrow, bool with_tensors, const std::string& wanted);
  [[nodiscard]] bool open();
  /// The term with its surface, where the language takes it and it has a moderate value.
  [[nodiscard]] std::optional<Term> accepted(Term);
  [[nodiscard]] std::optional<Term> made(const Construct&, int attempts, const Term* must);
  [[nodiscard]] std::optional<Term> grown(Term);
  [[nodiscard]] bool finish(Term);

  std::mt19937_64 random_;
  Sheet sheet_;
  Point point_;
  std::unique_ptr<Pool> pool_;
  std::unique_ptr<OpenSheet> open_;
  Bindings at_;
  std::vector<std::string> palette_;
  std::vector<Term> pool_of_terms_;
  const Term* must_ = nullptr;
  bool must_used_ = false;
  int names_ = 0;
};

}  // namespace gradwright::laws
