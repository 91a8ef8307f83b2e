#include "derive/solved.h"

#include <algorithm>

namespace gradwright {

std::optional<std::vector<std::optional<AffineIndex>>> solved_for_out(DimTable& dims, const WindowIndex& window,
                                                                      std::size_t out) {
  const std::size_t in = window.axes.size();
  std::vector<std::optional<AffineIndex>> solved(out);
  const auto coefficient_of = [](const AffineIndex& index, std::size_t axis) {
    const auto found =
        std::find_if(index.parts.begin(), index.parts.end(), [&](const auto& part) { return part.axis == axis; });
    return found == index.parts.end() ? std::int64_t{0} : found->coefficient;
  };
  const auto add = [&](AffineIndex& to, std::int64_t factor, const AffineIndex& other) {
    to.offset = dims.sum(to.offset, other.offset, factor);
    for (std::uint16_t axis = 0; axis < in + out; ++axis) {
      const std::int64_t total = coefficient_of(to, axis) + factor * coefficient_of(other, axis);
      std::erase_if(to.parts, [&](const auto& part) { return part.axis == axis; });
      if (total != 0) to.parts.push_back({axis, total});
    }
  };
  const auto put_in = [&](AffineIndex& to, std::size_t axis, const AffineIndex& value) {
    const std::int64_t factor = coefficient_of(to, in + axis);
    if (factor == 0) return;
    std::erase_if(to.parts, [&](const auto& part) { return part.axis == in + axis; });
    add(to, factor, value);
  };
  for (std::uint16_t p = 0; p < in; ++p) {
    AffineIndex rest = window.axes[p];  // offset + Σ c·o, the solved axes put in
    for (AffineIndex::Part& part : rest.parts) part.axis = static_cast<std::uint16_t>(part.axis + in);
    for (std::size_t axis = 0; axis < out; ++axis) {
      if (solved[axis]) put_in(rest, axis, *solved[axis]);
    }
    std::sort(rest.parts.begin(), rest.parts.end(), [](const auto& a, const auto& b) { return a.axis < b.axis; });
    const auto unit = std::find_if(rest.parts.begin(), rest.parts.end(), [&](const auto& part) {
      return part.axis >= in && (part.coefficient == 1 || part.coefficient == -1);
    });
    if (unit == rest.parts.end()) return std::nullopt;
    const std::size_t chosen = unit->axis - in;
    const std::int64_t sign = unit->coefficient;
    rest.parts.erase(unit);
    // sign·o + rest = p gives o = sign·p − sign·rest.
    AffineIndex value{{{p, sign}}, dims.constant(0)};
    add(value, -sign, rest);
    for (auto& other : solved) {
      if (other) put_in(*other, chosen, value);
    }
    solved[chosen] = std::move(value);
  }
  return solved;
}

}  // namespace gradwright
