// The claim laid against the truth: what agrees in value stays as the person wrote it, the rest is taken from the truth.
#pragma once

#include "check/edit.h"

namespace gradwright::check {

struct Alignment {
  Ast root;
  std::vector<Edited> edits;  ///< what was replaced; one edit of the whole where nothing agrees
  bool is_whole = false;
};

[[nodiscard]] Alignment aligned(SyntaxTrees&, SampleEnvironment&, Ast claim, Ast truth, const std::string& written);

}  // namespace gradwright::check
