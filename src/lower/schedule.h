// From pieces to kernels: an order in which updates come after all that read the old value, stages that share their outer loop,
// loops run as one where memory allows, and a place in the workspace for every buffer.
#pragma once

#include <functional>
#include <vector>

#include "lower/stages.h"

namespace gradwright::lowering {

/// What `made` holds at the end, `target` shall hold.
struct Transfer {
  BufferId made, target;
};

/// The pieces in order; stores that nobody reads are gone. `in_place`: `made` is to live where `target` lives, if that does no harm;
/// else, and for all `copies`, it is copied at the end.
[[nodiscard]] std::vector<Piece> scheduled(std::vector<Piece>, Plan&, std::vector<Transfer> in_place,
                                           std::vector<Transfer> copies);
/// Neighbours become one kernel where each reads what the others wrote within one turn of the outer loop.
[[nodiscard]] std::vector<Kernel> kernels_of(std::vector<Piece>, bool fuse);
/// Adjacent loops that walk memory as one loop do.
void collapse_loops(Kernel&);
/// Offsets for all buffers and the size of the workspace: scratch that does not live at the same time shares its place.
void place_buffers(Plan&);

/// Calls visit(form) for every affine form of a stage.
void for_each_form(Stage&, const std::function<void(Affine&)>&);

}  // namespace gradwright::lowering
