// present: the label graph of an expression read as matrix notation (series = product, parallel = ⊙, a vector on a vertex = diag or scaling,
// a dangling edge = ·1); orientation (rows, cols) is an argument, so transposes land on leaves. What has no matrix form is written in index notation.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "ir/names.h"
#include "ir/pool.h"
#include "source/columns.h"

namespace gradwright {

struct WhereItem {
  std::string name;  ///< `d_z2`, or `T1[i,j]` for index notation: "name = gw" is a statement of the worksheet language
  std::string gw;
  std::string unicode;
  std::string latex;
  std::string mathml;
};

struct Formula {
  std::string gw;       ///< reads back, after the where items in order, to the same node
  std::string unicode;  ///< one line
  std::string latex;
  Aligned sized;                    ///< the unicode formula over the size of every factor
  std::string latex_sized, mathml;  ///< with sizes too; made where PresentOptions::rich asks for them
  bool matrix_form = true;
  std::vector<WhereItem> where;
};

struct PresentOptions {
  bool only_gw = false;  ///< no other spelling is made
  bool rich = false;     ///< also latex_sized and mathml
  bool sizes = true;     ///< of factors, in MathML
  bool inlines =
      false;  ///< for people only: repeated parts stand where they are, nothing is named (the gw text may not read back)
  std::string where_stem = "t";  ///< names of repeated parts that have no better name
  Names
      suggested;  ///< better names for parts worth naming (δ of a named node: `delta_z2`); used only where naming pays
  std::optional<long> layer;  ///< W5 is written W_{l+1} where this is 4: the line of one layer stands for all
  const std::unordered_set<std::string>* reserved =
      nullptr;  ///< names that where-names avoid, where the caller keeps them for many formulas
};

/// The texts of `names`, of all inputs of the pool and of its dimension symbols.
[[nodiscard]] std::unordered_set<std::string> reserved_names(const Pool&, const Names&);

/// `surface` is {} for a scalar, {rows, cols}, or the axes of a tensor (then index notation).
/// Where-names avoid `options.reserved`, or else reserved_names.
[[nodiscard]] Formula presented(Pool&, Expr, const Shape& surface, const Names&, const PresentOptions& = {});

/// One entry, at an index letter for each axis: Σ_k A[i,k]·B[k,j]. Always there, for tensors of any order.
[[nodiscard]] Formula presented_entry(Pool&, Expr, const std::vector<std::string>& letters, const Names&,
                                      const PresentOptions& = {});

}  // namespace gradwright
