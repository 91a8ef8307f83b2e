#include "sheet/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "derive/step_check.h"

namespace gradwright {
namespace {

/// "3 is the rows of W2 (line 4)", for every size that the derivation shows.
std::string origins(const Session& session, const DimTable& dims, const Derived& derived) {
  std::vector<Dim> shown(derived.surface);
  for (const DerivedLine& line : derived.chain) shown.insert(shown.end(), line.surface.begin(), line.surface.end());
  std::string text;
  std::vector<Dim> told;
  for (const Dim dim : shown) {
    if (dims.is_one(dim) || std::find(told.begin(), told.end(), dim) != told.end() || told.size() == 8) continue;
    told.push_back(dim);
    for (const Declaration& declaration : session.program().declarations) {
      const auto axis = std::find(declaration.surface.begin(), declaration.surface.end(), dim);
      if (axis == declaration.surface.end()) continue;
      const auto place = axis - declaration.surface.begin();
      const std::string word = declaration.surface.size() > 2 ? fmt::format("axis {}", place + 1)
                               : place == 0                   ? "the rows"
                                                              : "the columns";
      text += fmt::format("{}{} is {} of {} (line {})", text.empty() ? "sizes: " : ", ", dims.to_string(dim), word,
                          declaration.name, session.text().place(declaration.span.begin).line);
      break;
    }
  }
  return text;
}

}  // namespace

Document explained(Session& session, const Derived& derived, const ExplainOptions& options) {
  if (options.layouts) return layout_story(session.pool(), derived);
  StoryOptions how;
  how.steps = options.steps;
  how.told = options.told;
  if (options.steps != Detail::none) {
    if (std::string text = origins(session, session.pool().dims(), derived); !text.empty())
      how.notes.push_back(std::move(text));
  }
  return story_of(session.pool(), derived, how);
}

void verify_steps(Session& session, const std::vector<Derived>& results) {
  for (const Derived& result : results) {
    for (const Step& step : result.trace) {
      const NumericCheck check = checked_step(session.pool(), step, 1);
      if (check.points > 0 && !check.holds(1e-5)) {
        session.report(
            error("G0903",
                  fmt::format("the step `{}` of the derivative of `{}` by `{}` does not hold at a random point",
                              step.rule, result.of, result.wrt))
                .help("this is a fault of the program; please report the worksheet"));
      }
    }
  }
}

}  // namespace gradwright
