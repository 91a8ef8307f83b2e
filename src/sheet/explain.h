// A derivative explained: its story as a Document, with where its sizes come from; and every step of it checked by numbers.
#pragma once

#include "explain/story.h"
#include "sheet/session.h"

namespace gradwright {

struct ExplainOptions {
  Detail steps = Detail::brief;
  bool layouts = false;                   ///< the chain in numerator and denominator layout instead
  std::set<std::string>* told = nullptr;  ///< as in StoryOptions
};

[[nodiscard]] Document explained(Session&, const Derived&, const ExplainOptions&);
/// Checks each step of each trace at random points; G0903 names one that fails.
void verify_steps(Session&, const std::vector<Derived>&);

}  // namespace gradwright
