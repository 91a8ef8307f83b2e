#include "verbs.h"

#include <exception>

namespace gradwright::laws {

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all = [] {
    std::vector<Verb> made = derive_verbs();
    for (const Verb& one : check_verbs()) made.push_back(one);
    for (const Verb& one : compute_verbs()) made.push_back(one);
    return made;
  }();
  return all;
}

Outcome outcome_of(const Verb& verb, const Sheet& sheet, std::uint64_t seed) {
  Trial trial(sheet, seed);
  if (!trial.bare->fault().empty()) return skipped();
  if (!trial.bare->value("L", trial.point) || !trial.bare->size_texts("L").empty()) return skipped();
  if (!is_moderate(trial.bare->pool(), trial.bare->expr("L"), trial.bare->bindings(trial.point))) return skipped();
  try {
    return verb.run(trial);
  } catch (const std::exception& fault) {
    return failed(std::string("throws ") + fault.what(), "");
  }
}

}  // namespace gradwright::laws
