// Claim: a true formula rewritten, or one with a slip, as a line below its sheet in one of three notations, and the verdict on it.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "check/verdict.h"
#include "problem.h"

namespace gradwright::claims {

enum class Notation { worksheet, latex, numpy };
[[nodiscard]] const char* name_of(Notation);

struct Claim {
  Notation notation = Notation::worksheet;
  std::string sheet;
  std::string line;  ///< `claim …`
  std::string made;  ///< the rewritings, or the slip
};

/// The true formula after none to three rewritings, each shown to keep its value; nothing where the notation has no form for it.
[[nodiscard]] std::optional<Claim> right_claim(const Problem&, Opened&, Notation, std::mt19937_64& random);
/// One slip, shown to change the value at the sizes of the sheet.
[[nodiscard]] std::optional<Claim> wrong_claim(const Problem&, Opened&, Notation, std::mt19937_64& random);

struct Found {
  bool is_there = false;  ///< one verdict; else it was refused, or not read
  check::VerdictKind kind = check::VerdictKind::undecided;
  bool is_proved = false;
  std::string reading, messages;
};
[[nodiscard]] Found verdict_on(const Claim&);
/// The repairs that are offered, in the worksheet language.
[[nodiscard]] std::vector<std::string> repairs_of(const Claim&);
/// What the line was read as is the true formula: a reader may take it so, and it is not wrong then.
[[nodiscard]] bool may_mean_the_truth(const Claim&, const Found&, Opened&);

}  // namespace gradwright::claims
