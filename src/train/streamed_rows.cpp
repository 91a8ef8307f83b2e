#include "train/streamed_rows.h"

#include <algorithm>
#include <numeric>

#include "base/hash.h"
#include "data/streamed.h"
#include "train/sample_shape.h"

namespace gradwright {
namespace {

constexpr std::size_t blocks_together = 64;  ///< at least, where rows are not very wide
constexpr std::size_t checked_at_once = std::size_t{1} << 17U;
constexpr std::size_t no_block = static_cast<std::size_t>(-1);

/// Which rows of the files the samples are.
struct BlockOrder {
  std::size_t rows = 1;               ///< of a block; what is left of the files, less than a block, comes last
  std::vector<std::uint32_t> blocks;  ///< of the files, in the order of the samples
  [[nodiscard]] std::size_t row(std::size_t sample) const {
    return std::size_t{blocks[sample / rows]} * rows + sample % rows;
  }
};

RowNumbers numbers_of(const StreamedDataset& data, std::size_t first, std::size_t count) {
  auto rows = data.read(first, count);
  if (!rows) throw StreamFault(std::move(rows.error()));
  return *std::move(rows);
}

using EachNumbers = std::function<void(const double* input, const double* target, std::size_t row)>;

/// The rows of the samples up to `end`, in their order.
void for_each_row(const StreamedDataset& data, const BlockOrder& order, std::size_t end, const EachNumbers& shown) {
  for (std::size_t s = 0; s < end; s += order.rows) {
    const std::size_t first = order.row(s), count = std::min(order.rows, end - s);
    const RowNumbers numbers = numbers_of(data, first, count);
    for (std::size_t i = 0; i < count; ++i)
      shown(numbers.inputs.data() + i * data.width(), numbers.targets.data() + i * data.target_width(), first + i);
  }
}

}  // namespace

/// The blocks that were wanted last, the oldest one leaves first: an epoch takes as many together as are here.
template <class Real>
struct StreamedRows<Real>::Window {
  Window(StreamedDataset from, RowShaping how, BlockOrder which, const Samples& samples, std::size_t places)
      : data(std::move(from)),
        shaping(std::move(how)),
        order(std::move(which)),
        width(samples.features.width),
        row_width(samples.features.width + samples.target.width),
        numbers(places * order.rows * row_width),
        place(order.blocks.size(), no_block),
        held(places, no_block),
        together{width, row_width - width, {}, {}} {}

  const Real* row(std::size_t sample) {
    const std::size_t block = sample / order.rows;
    if (place[block] == no_block) load(block);
    return numbers.data() + (place[block] * order.rows + sample % order.rows) * row_width;
  }

  void load(std::size_t block) {
    if (held[next] != no_block) place[held[next]] = no_block;
    held[next] = no_block;
    const std::size_t first = order.row(block * order.rows), count = std::min(order.rows, data.count() - first);
    const RowNumbers rows = numbers_of(data, first, count);
    Real* out = numbers.data() + next * order.rows * row_width;
    for (std::size_t i = 0; i < count; ++i, out += row_width) {
      shaping.input(rows.inputs.data() + i * data.width(), out);
      const double* const target = rows.targets.data() + i * data.target_width();
      // It was a class when the data were surveyed.
      if (auto fault = shaping.misfit(*target, first + i)) throw StreamFault(*std::move(fault));
      shaping.truth(target, out + width);
    }
    held[next] = block;
    place[block] = next;
    next = (next + 1) % held.size();
  }

  StreamedDataset data;
  RowShaping shaping;
  BlockOrder order;
  std::size_t width, row_width;
  std::vector<Real> numbers;
  std::vector<std::size_t> place;  ///< of a block, in the window
  std::vector<std::size_t> held;   ///< the block at each place
  std::size_t next = 0;            ///< the place of the block that comes next
  RowTable<Real> together;         ///< rows of a step
};

template <class Real>
std::span<const Real> StreamedRows<Real>::input(std::size_t sample) const {
  return {window_->row(sample), window_->width};
}

template <class Real>
std::span<const Real> StreamedRows<Real>::truth(std::size_t sample) const {
  return {window_->row(sample) + window_->width, window_->row_width - window_->width};
}

template <class Real>
const RowTable<Real>& StreamedRows<Real>::gathered(std::span<const std::size_t> samples) const {
  RowTable<Real>& together = window_->together;
  together.inputs.clear();
  together.targets.clear();
  for (const std::size_t sample : samples) {
    const Real* const row = window_->row(sample);
    together.inputs.insert(together.inputs.end(), row, row + window_->width);
    together.targets.insert(together.targets.end(), row + window_->width, row + window_->row_width);
  }
  return together;
}

template <class Real>
std::uint64_t StreamedRows<Real>::mixed_into(std::uint64_t key) const {
  key = mixed(mixed(key, window_->data.inputs_hash), window_->data.targets_hash);
  for (const std::uint32_t block : window_->order.blocks) key = mixed(key, block);
  return mixed(mixed(key, window_->order.rows), window_->held.size());
}

template class StreamedRows<float>;
template class StreamedRows<double>;

tl::expected<Samples, Diagnostic> samples_of(const Pool& pool, const TrainTask& task, const StreamedDataset& data,
                                             const SplitOptions& options, Generator& random) {
  const std::size_t count = data.count();
  auto samples = shaped(pool, task,
                        {static_cast<std::int64_t>(count), static_cast<std::int64_t>(data.width()),
                         static_cast<std::int64_t>(data.target_width()), data.largest});
  if (!samples) return samples;
  if (auto fault = split(*samples, count, options)) return tl::unexpected(*std::move(fault));

  // A sample takes its numbers in the window, and its place in the order of those that are shuffled together.
  const std::size_t numbers = samples->features.width + samples->target.width;
  const std::size_t a_row = numbers * (options.single ? sizeof(float) : sizeof(double)) + sizeof(std::size_t);
  const std::size_t together = std::clamp<std::size_t>(options.window_bytes / a_row, 1, count);
  BlockOrder order;
  order.rows = together == count ? 1 : std::max<std::size_t>(1, together / blocks_together);
  order.blocks.resize((count + order.rows - 1) / order.rows);
  std::iota(order.blocks.begin(), order.blocks.end(), 0U);
  std::shuffle(order.blocks.begin(), order.blocks.begin() + static_cast<std::ptrdiff_t>(count / order.rows), random);
  samples->blocks = {order.rows, together / order.rows};

  RowShaping shaping(*samples, data.target_width());
  try {
    const bool are_labels = data.target_width() != samples->target.width;
    if (are_labels && (!data.are_whole || shaping.misfit(data.least, 0) || shaping.misfit(data.largest, 0))) {
      for_each_row(data, order, count, [&](const double*, const double* target, std::size_t row) {
        if (auto fault = shaping.misfit(*target, row)) throw StreamFault(*std::move(fault));
      });
    }
    Normalise how = options.normalise;
    const auto all_rows = [&](const EachSample& shown) -> std::optional<Diagnostic> {
      const std::size_t at_once = std::max<std::size_t>(1, checked_at_once / (data.width() + data.target_width()));
      for (std::size_t first = 0; first < count; first += at_once) {
        const RowNumbers some = numbers_of(data, first, std::min(at_once, count - first));
        for (std::size_t i = 0; i < std::min(at_once, count - first); ++i) {
          auto fault =
              shown(some.inputs.data() + i * data.width(), some.targets.data() + i * data.target_width(), first + i);
          if (fault) return fault;
        }
      }
      return std::nullopt;
    };
    if (auto fault =
            as_declared(pool, task, *samples, {data.least, data.largest, data.are_whole}, shaping, how, all_rows))
      return tl::unexpected(*std::move(fault));
    const auto training_rows = [&](const RowShaping::EachRow& shown) {
      for_each_row(data, order, samples->training, [&](const double* row, const double*, std::size_t) { shown(row); });
    };
    shaping.normalise(how, training_rows, samples->training);
    shaping.tell(*samples);
  } catch (const StreamFault& fault) {
    return tl::unexpected(fault.diagnostic);
  }
  const auto rows_in = [&]<class Real>(Real) {
    return StreamedRows<Real>(std::make_shared<typename StreamedRows<Real>::Window>(
        data, std::move(shaping), std::move(order), *samples, samples->blocks.together));
  };
  if (options.single)
    samples->rows = rows_in(float{});
  else
    samples->rows = rows_in(double{});
  return samples;
}

}  // namespace gradwright
