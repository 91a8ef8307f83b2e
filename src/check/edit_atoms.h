// Atoms: what an edit may bring into a claim: the sheet's names, slopes of its activations, identities and ones of its sizes, parts of its
// definitions, parts of the truth. Equal values are listed once, the simplest writing first.
#pragma once

#include <vector>

#include "check/edit.h"

namespace gradwright::check {

struct Atom {
  enum class Origin { name, slope, size, shape, sheet, truth };
  Ast ast;
  Origin origin = Origin::name;
  double cost = 0;  ///< what its size adds to the cost of an edit
  Dense value;      ///< at the point asked for
  Dense transpose;  ///< its transpose
};

/// `d2[i]`, `W[i,j]`, `tanh'(z[i])` for the names of the sheet, at these indices.
[[nodiscard]] std::vector<Ast> entries_of(SyntaxTrees&, SampleEnvironment&, const std::vector<std::string>& indices);
[[nodiscard]] std::vector<Atom> atoms_of(const RepairTask&, SyntaxTrees&, SampleEnvironment&);

}  // namespace gradwright::check
