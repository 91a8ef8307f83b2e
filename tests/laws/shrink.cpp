#include "shrink.h"

#include <algorithm>

namespace gradwright::laws {
namespace {

/// All terms of a sheet, outermost first.
void collect(Term& term, std::vector<Term*>& all) {
  all.push_back(&term);
  for (Term& part : term.parts) collect(part, all);
}

std::vector<Term*> terms_of(Sheet& sheet) {
  std::vector<Term*> all;
  for (Line& line : sheet.lines) collect(line.term, all);
  return all;
}

std::string surface_of(const Variable& one) {
  std::string surface;
  for (const std::string& size : one.sizes) surface += (surface.empty() ? "" : ",") + size;
  return surface;
}

std::vector<Sheet> smaller(Sheet& sheet) {
  std::vector<Sheet> all;
  const std::size_t count = terms_of(sheet).size();
  const auto offer = [&](const std::function<bool(Sheet&)>& change) {
    Sheet next = sheet;
    if (!change(next)) return;
    next.tidy();
    if (next.text() != sheet.text() || next.wrt != sheet.wrt) all.push_back(std::move(next));
  };
  for (std::size_t i = 0; i < count; ++i) {
    const Term here = *terms_of(sheet)[i];
    std::vector<Term*> below;
    Term copy = here;
    collect(copy, below);
    for (std::size_t k = 1; k < below.size(); ++k) {
      if (below[k]->surface == here.surface || sheet.lines.size() > 1) {
        const Term part = *below[k];
        offer([&](Sheet& next) { return *terms_of(next)[i] = part, true; });
      }
    }
    if (here.parts.empty() && here.pieces[0].size() == 1) continue;
    for (const Variable& one : sheet.variables) {
      if (surface_of(one) != here.surface) continue;
      Term name = leaf("", one.name);
      name.surface = here.surface;
      offer([&](Sheet& next) { return *terms_of(next)[i] = name, true; });
    }
    for (const Line& line : sheet.lines) {
      if (here.parts.empty() && line.name() == here.pieces[0] && line.head.find('[') == std::string::npos &&
          line.name() != "F")
        offer([&](Sheet& next) { return *terms_of(next)[i] = line.term, true; });
    }
  }
  offer([](Sheet& next) { return next.lines.back().term = Term{"", {"sum(", ")"}, {leaf("", "F")}, {}}, true; });
  offer([](Sheet& next) { return next.lines.back().term = leaf("", "F"), true; });
  offer([](Sheet& next) { return next.second = next.wrt, true; });
  for (std::size_t i = 0; i < sheet.variables.size(); ++i) {
    offer([&](Sheet& next) { return next.variables[i].fact.clear(), true; });
    offer([&](Sheet& next) { return next.variables[i].is_param = false, true; });
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Sheet& a, const Sheet& b) { return a.text().size() < b.text().size(); });
  return all;
}

}  // namespace

Sheet shrunk(Sheet sheet, const std::function<bool(const Sheet&)>& still_fails, int most_tries) {
  for (bool is_smaller = true; is_smaller && most_tries > 0;) {
    is_smaller = false;
    for (Sheet& next : smaller(sheet)) {
      if (--most_tries < 0) break;
      if (next.text().size() > sheet.text().size() || !still_fails(next)) continue;
      if (next.text().size() == sheet.text().size() && next.constructs().size() >= sheet.constructs().size()) continue;
      sheet = std::move(next);
      is_smaller = true;
      break;
    }
  }
  return sheet;
}

}  // namespace gradwright::laws
