// Passes: what turns formulas into loops, step by step. Each can be timed, told, and held to the law of the dialect that it leads to:
//   formulas → sized → stable → spelled → ordered → loops → placed
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/expr.h"

namespace gradwright {
class Pool;
}

namespace gradwright::lowering {

enum class Dialect {
  formulas,  ///< whatever the reader and differentiation make
  sized,     ///< every size has a number, and no power of a matrix is left
  stable,    ///< and no textbook form that has a stable one
  spelled,   ///< sized; log-sum-exp is a maximum, a sum and a logarithm
  ordered,  ///< and what is summed is a product of two, a third one only scales along what is summed; axes are distinct and carried
  loops,   ///< stages, in an order in which everything is computed before it is used
  placed,  ///< and every buffer has its place in the workspace
};
[[nodiscard]] std::string_view dialect_name(Dialect);

/// The first law of a dialect of formulas that a node breaks, in words; empty where none is broken.
[[nodiscard]] std::string broken_law(Dialect, Pool&, const std::vector<Expr>& roots, const DimValues&);

/// What a pass did.
struct PassReport {
  std::string_view pass;
  Dialect dialect;            ///< of what it made
  std::vector<Expr> roots{};  ///< what it made, where that is formulas
  std::string_view counted;   ///< "nodes", "stages", "kernels"
  std::size_t before = 0, after = 0;
  bool has_changed = true;
  double seconds = 0;
};
using PassListener = std::function<void(const PassReport&)>;

/// What is passed on from pass to pass, and told to a listener where there is one.
class Passes {
 public:
  explicit Passes(const PassListener& listener) : listener_(listener) {}

  using Pass = std::function<std::vector<Expr>(Pool&, const std::vector<Expr>&)>;
  /// `roots` becomes what the pass makes of it.
  void stage(std::string_view name, Dialect leads_to, Pool&, std::vector<Expr>& roots, const Pass&) const;
  /// A pass over loops; `count` what there is of `counted`.
  template <class Count, class Do>
  void stage(std::string_view name, Dialect leads_to, std::string_view counted, const Count& count, Do&& pass) const {
    const std::size_t before = listener_ ? count() : 0;
    const auto begin = std::chrono::steady_clock::now();
    pass();
    if (listener_) listener_({name, leads_to, {}, counted, before, count(), true, seconds_since(begin)});
  }

 private:
  static double seconds_since(std::chrono::steady_clock::time_point);
  const PassListener& listener_;
};

}  // namespace gradwright::lowering
