#include "explain/reasons.h"

#include <algorithm>

#include "explain/links.h"
#include "ir/make.h"

namespace gradwright {
namespace {

/// The products that the adjoint passes through on its way back, each with the named node whose adjoint it starts from.
class Products {
 public:
  Products(Pool& pool, const Derived& derived) : pool_(pool), derived_(derived), wording_(pool, derived) {}

  struct Product {
    Passing passing;
    Expr node;  ///< named; its adjoint is that of the product
  };

  [[nodiscard]] const Wording& wording() const { return wording_; }

  /// In the order of the trace: from the result down.
  [[nodiscard]] std::vector<Product> all() const {
    std::vector<Product> found;
    if (pool_.order(derived_.source) > 0) return found;
    for (const Step& step : derived_.trace) {
      const auto passing = passing_of(pool_, step, derived_.layout);
      if (!passing || name_of(passing->other).empty() || name_of(passing->operand).empty()) continue;
      const Expr node = named_above(passing->node);
      if (!node.is_none()) found.push_back({*passing, node});
    }
    return found;
  }

  [[nodiscard]] std::string name_of(Expr e) const {
    if (e == derived_.variable) return derived_.wrt;
    const auto found = derived_.names->find(e);
    if (found != derived_.names->end()) return found->second.text;
    return pool_.kind(e) == Kind::input ? pool_.payload<InputInfo>(e).name : std::string();
  }

  /// ∂L/∂W3 = ∂L/∂z3 · a2ᵀ
  [[nodiscard]] Rich equation(const Product& product) const {
    const Rich adjoint = with_transpose_sign(Rich().add(derivative_run(derived_.of, name_of(product.node))),
                                             product.passing.adjoint_transposed);
    Rich said = Rich().add(derivative_run(derived_.of, name_of(product.passing.operand))).add(" = ");
    if (product.passing.adjoint_first) return said.add(adjoint).add(" · ").add(other(product));
    return said.add(other(product)).add(" · ").add(adjoint);
  }

  [[nodiscard]] Rich sizes(const Product& product) const {
    const bool is_row = derived_.layout == Layout::numerator;
    const Run adjoint = size(product.node, is_row != product.passing.adjoint_transposed);
    const Run other = size(product.passing.other, product.passing.other_transposed);
    if (product.passing.adjoint_first) return Rich().add(adjoint).add(" · ").add(other);
    return Rich().add(other).add(" · ").add(adjoint);
  }

  [[nodiscard]] Rich other(const Product& product) const {
    return with_transpose_sign(Rich().add(name_run(name_of(product.passing.other))), product.passing.other_transposed);
  }

 private:
  [[nodiscard]] static Rich with_transpose_sign(const Rich& what, bool is_transposed) {
    return is_transposed ? Rich(what).add(Run{true, "ᵀ", "^{\\top}", "<mi>T</mi>"}) : what;
  }

  [[nodiscard]] Run size(Expr e, bool is_transposed) const {
    Shape shape = wording_.surface_of(e);
    if (shape.size() == 2 && is_transposed) std::swap(shape[0], shape[1]);
    return wording_.size(shape);
  }

  /// Through plain sums: W*a in z = W*a + b.
  [[nodiscard]] Expr named_above(Expr node) const {
    for (int guard = 0; guard < 100; ++guard) {
      if (node == derived_.source) return {};
      if (derived_.names->contains(node)) return node;
      std::vector<const Step*> users;
      for (const Step& step : derived_.trace) {
        if (step.kind == Step::Kind::through && pool_[step.node].operands[step.operand] == node) users.push_back(&step);
      }
      if (users.size() != 1 || pool_.kind(users[0]->node) != Kind::add) return {};
      if (!pool_.payload<Coefficients>(users[0]->node).values[users[0]->operand].is_one()) return {};
      node = users[0]->node;
    }
    return {};
  }

  Pool& pool_;
  const Derived& derived_;
  Wording wording_;
};

const char* layout_words(bool is_right) {
  return is_right ? "in numerator layout a chain grows to the right"
                  : "in denominator layout a chain grows to the left";
}

Rich sizes_of(const std::vector<ChainFactor>& factors) {
  Rich text;
  for (const ChainFactor& factor : factors)
    text.add(text.is_empty() ? "" : " · ").add(size_run(factor.rows, factor.cols));
  return text;
}

struct NamedChain {
  std::string from;
  std::vector<ChainFactor> factors;
};

/// From the variable, where it is a vector, else from the first node above it.
NamedChain chain_of(Pool& pool, const Derived& derived, const Wording& wording) {
  const NamedPath path = named_path(pool, derived);
  if (path.nodes.empty()) return {};
  const bool is_vector = pool.order(derived.variable) <= 1;
  const Expr start = is_vector ? derived.variable : path.nodes[0];
  const auto named = derived.names->find(start);
  const std::string name = is_vector ? derived.wrt : named == derived.names->end() ? "" : named->second.text;
  if (name.empty()) return {};
  NamedChain chain{name, factors_from(wording, path, start)};
  if (chain.factors.size() < 2) chain.factors.clear();
  return chain;
}

}  // namespace

std::optional<Rich> layout_sentence(Pool& pool, const Derived& derived) {
  const Products products(pool, derived);
  const NamedChain chain = chain_of(pool, derived, products.wording());
  Rich text;
  if (!chain.factors.empty()) {
    text.add(layout_words(grows_right(pool, derived))).add(": ").add(derivative_run(derived.of, chain.from)).add(" = ");
    for (std::size_t i = 0; i < chain.factors.size(); ++i) text.add(i == 0 ? "" : " · ").add(chain.factors[i].what);
    return text.add(", sizes ").add(sizes_of(chain.factors));
  }
  const std::vector<Products::Product> all = products.all();
  for (std::size_t i = all.size(); i-- > 0;) {
    if (all[i].passing.operand != derived.variable && i + 1 != all.size()) continue;
    return text.add("a product passes back with its other factor transposed: ")
        .add(products.equation(all[i]))
        .add(", sizes ")
        .add(products.sizes(all[i]));
  }
  return std::nullopt;
}

void tell_layout(Document& document, Pool& pool, const Derived& derived) {
  const Products products(pool, derived);
  const NamedChain chain = chain_of(pool, derived, products.wording());
  if (!chain.factors.empty()) {
    document.heading("the true chain, link by link");
    const Rich left = Rich().add(derivative_run(derived.of, chain.from));
    document.equation(left, side_by_side(chain.factors, true));
    document.equation(left, side_by_side(chain.factors, false));
    document.item(
        Rich(layout_words(grows_right(pool, derived)))
            .add(grows_right(pool, derived)
                     ? ": a derivative has len(what is derived) rows, so the next link joins after what is known, 1×m "
                       "· m×n; the other layout has all of it transposed, in reverse order, because (A·B)ᵀ = Bᵀ·Aᵀ"
                     : " because (A·B)ᵀ = Bᵀ·Aᵀ: a gradient is a column, every Jacobian stands transposed, and "
                       "transposing a product reverses its order, n×m · m×1"));
    const bool has_diagonal = std::any_of(chain.factors.begin(), chain.factors.end(), [](const ChainFactor& factor) {
      return factor.value.unicode.starts_with("diag(");
    });
    if (!has_diagonal || pool.order(derived.source) > 0) return;
    Rich merged(
        "the Jacobian of a function that acts entry by entry is diagonal, and diag(v)·u = v ⊙ u merges it into ⊙");
    const auto line = std::find_if(derived.chain.begin(), derived.chain.end(),
                                   [&](const DerivedLine& one) { return one.by == chain.from; });
    if (line != derived.chain.end())
      merged.add(": ").add(left).add(" = ").add(run_of(line->formula));
    else if (chain.from == derived.wrt)
      merged.add(": ").add(left).add(" = ").add(run_of(derived.last));
    document.item(merged);
    return;
  }
  const std::vector<Products::Product> all = products.all();
  if (all.empty()) return;
  document.heading("how each product passes back");
  for (const Products::Product& product : all) {
    document.item(Rich().add(products.equation(product)).add(", sizes ").add(products.sizes(product)));
  }
  document.item(
      Rich("the other factor stands transposed, because each entry collects all places that it reached; transposing a "
           "product reverses its order, (A·B)ᵀ = Bᵀ·Aᵀ"));
}

std::vector<FactorReason> factor_reasons(Pool& pool, const Derived& derived) {
  const Products products(pool, derived);
  std::vector<FactorReason> reasons;
  for (const Products::Product& product : products.all()) {
    const Passing& passing = product.passing;
    const Run other = name_run(products.name_of(passing.other));
    const Run operand = name_run(products.name_of(passing.operand));
    const Run node = name_run(products.name_of(product.node));
    FactorReason reason{
        products.name_of(passing.other), passing.other_transposed, passing.operand == derived.variable, {}};
    const bool is_outer = pool.order(passing.operand) == 2 && pool.order(passing.other) == 1;
    const bool is_row = derived.layout == Layout::numerator;
    if (is_outer) {
      const bool is_second = passing.adjoint_first != is_row;  // the index of `other` in an entry of the variable
      reason.because.add(is_row ? "each entry (j,i) of " : "each entry (i,j) of ")
          .add(derivative_run(derived.of, products.name_of(passing.operand)))
          .add(" carries the ")
          .add(is_second ? "j" : "i")
          .add("-th entry of ")
          .add(other)
          .add(", the input that ")
          .add(operand)
          .add("[i,j] multiplies, times the ")
          .add(is_second ? "i" : "j")
          .add("-th entry of ")
          .add(derivative_run(derived.of, products.name_of(product.node)))
          .add(": ")
          .add(products.equation(product))
          .add(" (")
          .add(products.sizes(product))
          .add(") collects exactly that");
    } else if (pool.order(passing.operand) == 2) {
      reason.because.add("each entry of ")
          .add(operand)
          .add(" is used once for every row or column that ")
          .add(node)
          .add(" and ")
          .add(other)
          .add(" share, and its slope sums over them: ")
          .add(products.equation(product))
          .add(" (")
          .add(products.sizes(product))
          .add(") is that sum");
    } else {
      reason.because.add("every entry of ")
          .add(operand)
          .add(" reaches all entries of ")
          .add(node)
          .add(", each by a weight of ")
          .add(other)
          .add(", and its slope sums over them: ")
          .add(products.equation(product))
          .add(" (")
          .add(products.sizes(product))
          .add(") is that sum");
    }
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

}  // namespace gradwright
