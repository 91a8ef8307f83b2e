#include "verbs.h"

namespace gradwright::laws {

Trial::Trial(const Sheet& of, std::uint64_t from)
    : sheet(of),
      seed(from),
      point(point_of(of, from)),
      text(of.text()),
      bare(std::make_unique<Reading>(of.text(true))),
      random(from) {}

Direction Trial::direction(const std::string& variable) {
  Direction direction;
  std::uniform_real_distribution<double> number(0.3, 1);
  for (std::size_t i = 0; i < point.values.at(variable).size(); ++i)
    direction.push_back((random() & 1U) != 0 ? number(random) : -number(random));
  return direction;
}

}  // namespace gradwright::laws
