// How much memory this process may have, and how much it would take to load data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "data/load.h"
#include "source/diagnostic.h"

namespace gradwright {

/// In bytes, the least of what sets a bound: RLIMIT_AS, RLIMIT_DATA, the control group, the memory of the machine, limit_memory.
[[nodiscard]] std::uint64_t memory_of_process();
/// A bound in bytes on what is begun from now on.
void limit_memory(std::uint64_t bytes);
/// G0511, before it is begun, where it would take more bytes than the process may have; `what`: "evaluating `M`".
[[nodiscard]] std::optional<Diagnostic> beyond_memory(std::string_view what, double bytes);
/// The least bound of the control groups that a text like /proc/self/cgroup names, below a folder like /sys/fs/cgroup.
[[nodiscard]] std::optional<std::uint64_t> memory_of_groups(const std::string& groups, const std::string& folder);

/// What loading and keeping the rows would take: 16 bytes a number (as they are read, and as they are trained on). Numbers of text are
/// counted on its beginning; what is compressed counts as four times its size. Nothing where the data cannot be streamed, or not be read.
[[nodiscard]] std::optional<std::uint64_t> bytes_to_load(const DatasetSpec&);

}  // namespace gradwright
