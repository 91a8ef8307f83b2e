// Faults of the program that are known and not mended yet, by what fails and where. Each is a debt: the list is empty in the end.
// They are counted beside the others, in a column of their own.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace gradwright::laws {

struct Known {
  std::string verb;                       ///< begins so
  std::string what;                       ///< begins so
  std::vector<std::string> constructs{};  ///< one of them stands in the sheet; empty: any
};

inline const std::vector<Known> known_faults{
    // Entries, slices and blocks printed by index notation that reads outside, or whose index has an extent of 1.
    {"", "does not read back"},
    {"",
     "false",
     {"A[i]", "A[i,j]", "A[i,:]", "A[:,j]", "A[i:j]", "A[i:j,:]", "A[:,i:j]", "A[i:j,k:l]", "[A;B]", "[A,B]",
      "[A,B;C,D]", "hcat", "vcat"}},
    // Ties give their whole slope to each.
    {"",
     "",
     {"tie of max", "tie of max, two arguments", "tie of rowmax", "tie of maxpool", "tie of min", "min", "max",
      "rowmax", "rowmin", "colmax", "colmin", "maxpool", "hard_tanh", "hard_sigmoid", "relu6"}},
    // Second derivatives through windows with a leading axis.
    {"",
     "false",
     {"conv", "conv_full", "conv_layer", "conv2d", "conv2d, options", "window of a matrix",
      "window with a leading axis", "window of a vector", "strided window"}},
    // On the edge of a domain a slope divides by 0 or multiplies 0 by infinity: of a product of entries where one is 0, of sqrt(relu(x)).
    {"", "the printed formula has no value"},
    {"", "a step has no value"},
    {"", "a batch has a gradient without a value"},
    // atan(1/tan(x)) loses its digits where tan is large.
    {"Hessian", "false", {"cosine_restarts", "step_decay"}},
    // An array of 1×1 passes for a column in NumPy.
    {"check wrong, NumPy", "a wrong claim is called right"},
    // Right claims on sheets with numeric sizes; LaTeX and NumPy of what is printed.
    {"check right", ""},
};

[[nodiscard]] inline bool is_known(const std::string& verb, const std::string& what,
                                   const std::set<std::string>& constructs) {
  return std::any_of(known_faults.begin(), known_faults.end(), [&](const Known& known) {
    return verb.starts_with(known.verb) && what.starts_with(known.what) &&
           (known.constructs.empty() || std::any_of(known.constructs.begin(), known.constructs.end(),
                                                    [&](const std::string& one) { return constructs.contains(one); }));
  });
}

}  // namespace gradwright::laws
