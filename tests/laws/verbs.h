// Verbs: what a person does with a sheet, each with the law that it keeps. Judged by numbers of the bare sheet (point.h), never by
// what is tested.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "point.h"

namespace gradwright::laws {

struct Outcome {
  enum class Kind { held, skipped, failed } kind = Kind::held;
  std::string what{};    ///< the kind of the failure, the same for sheets that fail alike
  std::string detail{};  ///< what was printed, claimed, found
};
[[nodiscard]] inline Outcome skipped() { return {Outcome::Kind::skipped, {}, {}}; }
[[nodiscard]] inline Outcome failed(std::string what, std::string detail) {
  return {Outcome::Kind::failed, std::move(what), std::move(detail)};
}

/// A sheet with numbers for it.
struct Trial {
  Trial(const Sheet&, std::uint64_t seed);
  [[nodiscard]] std::size_t pick(std::size_t count) { return static_cast<std::size_t>(random() % count); }
  [[nodiscard]] Direction direction(const std::string& variable);

  Sheet sheet;
  std::uint64_t seed;
  Point point;
  std::string text;
  std::unique_ptr<Reading> bare;
  std::mt19937_64 random;
};

struct Verb {
  std::string name;
  Outcome (*run)(Trial&);
  bool is_dear = false;     ///< where a construct has not met it yet, else now and then
  bool is_partial = false;  ///< not every construct has a form in that notation
};
[[nodiscard]] const std::vector<Verb>& verbs();
/// Of one verb; faults that are thrown are failures too.
[[nodiscard]] Outcome outcome_of(const Verb&, const Sheet&, std::uint64_t seed);

// What they are put together of.
struct Asked {
  std::string of, first, wrt;  ///< first: of a second derivative
  std::string added;           ///< lines that define `of`
  Layout layout = Layout::gradient;
};
struct Answer {
  std::string gw;     ///< of the formula
  std::string where;  ///< the lines it rests on
  std::string latex;
  bool is_scalar = true;  ///< of a scalar: the shape of the variable
  bool is_turned = false;
};
/// What the program derives; the outcome is `held` where there is an answer.
[[nodiscard]] Outcome derived(Trial&, const Asked&, Answer&);
/// The answer read back has the slopes of the bare sheet.
[[nodiscard]] Outcome judged(Trial&, const Asked&, const Answer&);

[[nodiscard]] std::vector<Verb> derive_verbs();
[[nodiscard]] std::vector<Verb> check_verbs();
[[nodiscard]] std::vector<Verb> compute_verbs();

}  // namespace gradwright::laws
