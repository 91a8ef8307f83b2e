#include "train/epoch_order.h"

#include <algorithm>

#include "base/hash.h"

namespace gradwright {

std::size_t EpochOrder::size_of(std::span<const std::size_t> blocks) const {
  std::size_t size = 0;
  for (const std::size_t block : blocks) size += std::min(blocks_.rows, samples_ - block * blocks_.rows);
  return size;
}

void EpochOrder::shuffle_group(std::span<const std::size_t> blocks) {
  group_.clear();
  for (const std::size_t block : blocks) {
    for (std::size_t s = block * blocks_.rows; s < std::min(samples_, (block + 1) * blocks_.rows); ++s)
      group_.push_back(s);
  }
  Generator random(mixed(mixed(seed_, static_cast<std::uint64_t>(epoch_)), number_));
  std::shuffle(group_.begin(), group_.end(), random);
}

void EpochOrder::append(std::span<const std::size_t> drawn, int epoch, std::size_t first, std::size_t count,
                        std::vector<std::size_t>& out) {
  if (blocks_.rows == 1) {
    const auto some = drawn.subspan(first, count);
    out.insert(out.end(), some.begin(), some.end());
    return;
  }
  const auto blocks_of = [&](std::size_t number) {
    const std::size_t begin = std::min(number * blocks_.together, drawn.size());
    return drawn.subspan(begin, std::min(blocks_.together, drawn.size() - begin));
  };
  if (epoch != epoch_ || first < begin_) {
    epoch_ = epoch;
    number_ = begin_ = 0;
    shuffle_group(blocks_of(0));
  }
  while (count > 0) {
    const std::size_t before = number_;
    for (std::size_t size = size_of(blocks_of(number_)); first >= begin_ + size; size = size_of(blocks_of(number_))) {
      begin_ += size;
      ++number_;
    }
    if (number_ != before) shuffle_group(blocks_of(number_));
    const auto some = std::span(group_).subspan(first - begin_, std::min(count, group_.size() - (first - begin_)));
    out.insert(out.end(), some.begin(), some.end());
    first += some.size();
    count -= some.size();
  }
}

}  // namespace gradwright
