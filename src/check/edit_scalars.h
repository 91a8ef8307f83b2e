// A claim that is a number laid against the truth, factor by factor and term by term, in any order.
#pragma once

#include "check/edit_align.h"

namespace gradwright::check {

/// No edits where no factor agrees.
[[nodiscard]] Alignment aligned_numbers(SyntaxTrees&, SampleEnvironment&, Ast claim, Ast truth,
                                        const std::string& written);

}  // namespace gradwright::check
