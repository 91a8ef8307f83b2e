// Claims in another notation: what `claim latex:` and `claim numpy:` of a sheet say.
#pragma once

#include "read/formula/open_sheet.h"
#include "read/latex/latex.h"
#include "read/numpy/numpy.h"

namespace gradwright {

struct ClaimReadings {
  ReadDocument latex;  ///< of a latex claim
  ReadCode numpy;      ///< of a numpy claim
};

/// The readings of a raw claim; `text` is the sheet's own text, into which all spans point.
[[nodiscard]] ClaimReadings readings_of(const Text& text, const Claim&, OpenSheet&,
                                        const std::optional<Shape>& wanted = {});

/// L, loss, J, cost …: what a loss is called.
[[nodiscard]] bool is_loss_word(std::string_view);

/// What a name of the person's own claims to be: `dW3`, `dL_dW3`, `grad_W`, `W_grad`, `gW` are ∂/∂W, `delta_2` is ∂/∂z2.
struct Claimed {
  std::string of;  ///< empty where it is not said: the loss
  std::string wrt;
};
/// The most natural first: `delta_h` is ∂/∂z_h where the sheet has that, and may be ∂/∂h. Empty: it claims nothing.
[[nodiscard]] std::vector<Claimed> claimed_by_name(const OpenSheet&, std::string_view name);

/// The only declared variable that a value rests on, which `\nabla f` is by; empty where it rests on none or several.
[[nodiscard]] std::string only_variable_of(const OpenSheet&, std::string_view of);

}  // namespace gradwright
