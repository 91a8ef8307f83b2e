// The exact text of a graph, and its parser. One line a node, operands first, then the roots:
//   %0 = input "W" [m, n] parameter
//   %1 = einsum [0, 2] (%0[0, 1], %0[2, 1]) dims(m, n, m)
//   %2 = add [m, m] (1/2 %1)
//   roots (%2)
// Laws: parsed_graph(graph_text(roots)) gives the roots back in the same pool, and the same text again through a fresh one.
// print.cpp lists the line of every kind; parse.cpp reads them, any spacing, any numbering, operands in any order.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "ir/pool.h"
#include "source/diagnostic.h"

namespace gradwright {

/// The nodes that the roots reach, numbered from 0. Sizes are written by their free symbols; what stands in quotes may hold any byte.
[[nodiscard]] std::string graph_text(const Pool&, const std::vector<Expr>& roots);

/// The roots, made in canonical form, or G0509 with the place of what is wrong. Total on any bytes, in time linear in the
/// text. An einsum has at most 256 operands, a list of axes, labels or sizes at most 256 entries. Nodes read before an error stay in the pool.
[[nodiscard]] tl::expected<std::vector<Expr>, Diagnostic> parsed_graph(const Text&, Pool&);

}  // namespace gradwright
