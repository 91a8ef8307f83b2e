// What loading and streaming have in common: which files a specification names, their formats, and which column is the target.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "data/load.h"
#include "source/diagnostic.h"

namespace gradwright::sources {

[[nodiscard]] bool exists(const std::string& path);
/// The two paths of `inputs,targets`; nothing when it is one path. A comma may stand within a path that exists.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> pair_of(const std::string& source);

/// The reader of the content: by its first bytes, and by the name only where those say nothing.
enum class Format { npy, idx, npz, csv };
[[nodiscard]] tl::expected<Format, Diagnostic> format_of(std::string_view bytes, std::string_view path);

/// False where it is known to be no text: two files, an archive, an array.
[[nodiscard]] bool may_be_csv(const std::string& source);

/// 128 KiB, or all there is; inflated (G0505, G0506).
[[nodiscard]] tl::expected<std::string, Diagnostic> beginning_of(const std::string& path);

/// `column1`, `column2`, …
[[nodiscard]] std::vector<std::string> numbered_columns(std::int64_t count);
/// By name, by number from 1, or from the end by a negative one; empty: the last.
[[nodiscard]] tl::expected<std::size_t, Diagnostic> label_column(const std::vector<std::string>& columns,
                                                                 const std::string& label, const std::string& path);
/// Fills in the names of a table of CSV; the number of its target column.
[[nodiscard]] tl::expected<std::size_t, Diagnostic> describe(const CsvColumns&, const DatasetSpec&, Dataset& about);

// What is refused alike (G0506).
[[nodiscard]] Diagnostic without_inputs(const DatasetSpec&);
[[nodiscard]] Diagnostic no_table(const std::string& path, const std::vector<std::int64_t>& shape);
[[nodiscard]] Diagnostic no_samples(const std::string& path, const std::vector<std::int64_t>& shape);
[[nodiscard]] Diagnostic unequal_counts(const std::pair<std::string, std::string>& paths, std::int64_t inputs,
                                        std::int64_t targets);
[[nodiscard]] Diagnostic label_beside_pair(const DatasetSpec&);

}  // namespace gradwright::sources
