// Rows of samples that need not fit the memory: blocks of a file, read where they are wanted and kept in a window of a fixed size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>

#include "source/diagnostic.h"
#include "train/row_table.h"

namespace gradwright {

/// A file that was fine before cannot be read on (G0505, G0507), or has become something else. Thrown: steps have no way to fail.
struct StreamFault : std::runtime_error {
  explicit StreamFault(Diagnostic why) : std::runtime_error(why.message), diagnostic(std::move(why)) {}
  Diagnostic diagnostic;
};

template <class Real>
class StreamedRows {
 public:
  struct Window;
  explicit StreamedRows(std::shared_ptr<Window> window) : window_(std::move(window)) {}
  /// Valid until the next call. Throws StreamFault.
  [[nodiscard]] std::span<const Real> input(std::size_t sample) const;
  [[nodiscard]] std::span<const Real> truth(std::size_t sample) const;
  /// The rows of these samples one after another. Valid until the next call. Throws StreamFault.
  [[nodiscard]] const RowTable<Real>& gathered(std::span<const std::size_t> samples) const;
  /// The same where the rows are.
  [[nodiscard]] std::uint64_t mixed_into(std::uint64_t key) const;

 private:
  std::shared_ptr<Window> window_;
};

}  // namespace gradwright
