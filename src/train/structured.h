// Parameters that are declared symmetric, diagonal or triangular stay so.
#pragma once

#include <vector>

#include "train/task.h"

namespace gradwright {

/// The rule with the gradient of each structured parameter taken to the nearest matrix of its structure, so that a step along it
/// (and along what is kept of earlier ones) leaves the structure as it is: steepest descent among the matrices that have it.
[[nodiscard]] UpdateRule kept_in_structure(UpdateRule);

/// A square matrix of n·n numbers, column by column, made the nearest one of the structure.
void keep_within(std::vector<double>& matrix, Structure);

/// G0547 for what is declared of a parameter and no step would keep: `prob`, `positive`, `orthogonal` …
[[nodiscard]] std::optional<Diagnostic> unkept_property(const Pool&, const Parameter&);
/// G0547 of a structured parameter, for methods that stack all numbers and move each by itself.
[[nodiscard]] std::optional<Diagnostic> moved_entry_by_entry(const std::vector<Parameter>&);

}  // namespace gradwright
