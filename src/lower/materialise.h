// What is stored and what is computed again in every loop that uses it.
// Stored: roots, reductions, what a matrix product or a matrix algorithm reads, and what costs more to compute again than to load.
#pragma once

#include <vector>

#include "lower/graph.h"

namespace gradwright::lowering {

/// By the id of a node. Inputs live in buffers of their own and are never marked.
[[nodiscard]] std::vector<bool> stored_nodes(const Graph&, const std::vector<Expr>& roots);

}  // namespace gradwright::lowering
