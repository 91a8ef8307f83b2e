// What `gradwright train` asks of data, and what it says of them.
#pragma once

#include <functional>
#include <variant>

#include "data/streamed.h"
#include "train_command.h"

namespace gradwright::cli {

/// The data of a training, in memory or streamed.
class TrainData {
 public:
  /// As the command says; else streamed where loading would take more than half of the memory that this process may have.
  [[nodiscard]] static gw::Result<TrainData> of(const TrainCommand&);
  /// Lines for what the person may not know: why they are streamed, gaps, and which number a class has; empty where there is nothing.
  [[nodiscard]] std::string about() const;
  /// G0505 where the memory does not suffice.
  [[nodiscard]] gw::Result<Trained> trained(const gw::Sheet&, const TrainTask&, const TrainOptions&,
                                            const std::function<void(const EpochReport&)>& report) const;

 private:
  std::string source_, why_streamed_;
  std::variant<Dataset, StreamedDataset> data_;
};

/// standard, minmax, none
[[nodiscard]] Normalise normalise_named(const std::string&);

}  // namespace gradwright::cli
