// Strong ids: an index into one kind of table, which no other kind of index can stand in for.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace gradwright {

template <class Tag>
struct Id {
  static constexpr std::uint32_t none_value = 0xffffffffU;
  std::uint32_t value = none_value;

  [[nodiscard]] constexpr bool is_none() const { return value == none_value; }
  [[nodiscard]] constexpr std::size_t index() const { return value; }
  constexpr auto operator<=>(const Id&) const = default;
};

}  // namespace gradwright

template <class Tag>
struct std::hash<gradwright::Id<Tag>> {
  std::size_t operator()(gradwright::Id<Tag> id) const noexcept { return id.value; }
};
