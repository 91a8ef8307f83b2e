// In which order an epoch takes the samples. In memory, in any. What is streamed lies in blocks: their order is drawn, and the samples of
// some blocks after another, as many as are in memory together, are shuffled among themselves.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/samples.h"

namespace gradwright {

class EpochOrder {
 public:
  EpochOrder(std::size_t samples, BlockShape blocks, std::uint64_t seed)
      : samples_(samples), blocks_(blocks), seed_(seed) {}

  [[nodiscard]] std::size_t samples() const { return samples_; }
  /// Of how many entries the order is that is drawn for each epoch: the blocks.
  [[nodiscard]] std::size_t entries() const { return (samples_ + blocks_.rows - 1) / blocks_.rows; }
  /// Appends `count` samples of an epoch from its place `first`. `drawn`: the order of that epoch.
  void append(std::span<const std::size_t> drawn, int epoch, std::size_t first, std::size_t count,
              std::vector<std::size_t>& out);

 private:
  [[nodiscard]] std::size_t size_of(std::span<const std::size_t> blocks) const;
  void shuffle_group(std::span<const std::size_t> blocks);

  std::size_t samples_;
  BlockShape blocks_;
  std::uint64_t seed_;
  int epoch_ = 0;                   ///< of the group that is kept
  std::size_t number_ = 0;          ///< of that group
  std::size_t begin_ = 0;           ///< its place in the epoch
  std::vector<std::size_t> group_;  ///< its samples
};

}  // namespace gradwright
