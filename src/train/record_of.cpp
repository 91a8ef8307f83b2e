#include "train/record_of.h"

namespace gradwright {
namespace {

TargetKind kind_of(const TrainTask& task, const Samples& samples) {
  if (samples.are_indices) return TargetKind::index;
  if (measure_for(task, samples) != Measure::accuracy) return TargetKind::numbers;
  return samples.target.width > 1 ? TargetKind::one_hot : TargetKind::two;
}

}  // namespace

DataRecord record_of(const Pool& pool, const TrainTask& task, const Samples& samples, const Dataset& about) {
  DataRecord record;
  record.input = pool.payload<InputInfo>(task.features).name;
  record.samples = !samples.is_batched ? "" : samples.features.samples_first ? "first" : "last";
  record.sizes.insert(samples.dims.begin(), samples.dims.end());
  record.columns = about.columns;
  record.has_names = about.has_names;
  record.target_at = about.target_at;
  record.fills_gaps = about.fills_gaps;
  record.scaling = samples.scaling == Normalise::standard ? "standard"
                   : samples.scaling == Normalise::minmax ? "minmax"
                                                          : "none";
  record.shift = samples.shift;
  record.factor = samples.factor;
  record.target = about.has_names ? about.target : pool.payload<InputInfo>(task.target).name;
  record.classes = about.classes;
  record.kind = kind_of(task, samples);
  record.low = samples.is_mapped || (record.kind == TargetKind::two && low_class(samples) < 0) ? -1 : 0;
  record.is_mapped = samples.is_mapped;
  return record;
}

}  // namespace gradwright
