#include "train/patience.h"

#include <fmt/format.h>

namespace gradwright {

bool Patience::ends_after(int epoch, double loss, const Engine& engine) {
  if (epochs_ == 0) return false;
  if (loss == loss && (best_epoch_ == 0 || loss < best_loss_)) {
    best_epoch_ = epoch;
    best_loss_ = loss;
    values_ = engine.values();
  }
  return is_over(epoch);
}

void Patience::record(std::map<std::string, std::vector<double>>& records) const {
  std::erase_if(records, [](const auto& record) { return record.first.starts_with("best"); });
  if (best_epoch_ == 0) return;
  records["best"] = {static_cast<double>(best_epoch_), best_loss_};
  for (std::size_t i = 0; i < values_.size(); ++i) records[fmt::format("best.{}", i)] = values_[i].values;
}

bool Patience::restore(const std::map<std::string, std::vector<double>>& records, const std::vector<Tensor>& like,
                       int passed) {
  const auto best = records.find("best");
  since_ = best == records.end() ? passed : 0;
  if (epochs_ == 0 || best == records.end()) return true;
  if (best->second.size() != 2 || !(best->second[0] >= 1 && best->second[0] <= passed)) return false;
  best_epoch_ = static_cast<int>(best->second[0]);
  best_loss_ = best->second[1];
  values_ = like;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const auto found = records.find(fmt::format("best.{}", i));
    if (found == records.end() || found->second.size() != values_[i].values.size()) return false;
    values_[i].values = found->second;
  }
  return true;
}

}  // namespace gradwright
