// Chain: a product of many factors from left to right, made once at its end.
#pragma once

#include "read/formula/elaborate.h"

namespace gradwright::formula {

class Chain {
 public:
  Chain(Elaborator&, const Value& first);
  /// Whether the next factor is one that `take` knows, and conforms.
  [[nodiscard]] bool takes(const Value&, Operator);
  void take(const Value&, Operator);
  void restart(const Value&);
  [[nodiscard]] Value made();

 private:
  Elaborator& elaborator_;
  ProductDraft sheet_;
  Value lone_;  ///< the first factor; the whole value while nothing was taken
  Shape surface_;
  std::vector<ProductDraft::MaybeLabel> places_;
  std::size_t count_ = 0;
};

}  // namespace gradwright::formula
