// Other views of one derivation: the two layouts side by side, one entry, tensors of order 3 and 4, Hessians along a direction.
#include <algorithm>

#include "derive/jacobian.h"
#include "explain/links.h"
#include "explain/story.h"
#include "ir/make.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

std::vector<std::string> letters_for(const Derived& derived, std::size_t count, const std::vector<std::string>& first) {
  std::vector<std::string> letters = first;
  for (const std::string candidate : {"k", "l", "p", "q", "r", "s", "i", "j", "u", "v", "w", "k1", "k2", "k3", "k4"}) {
    const bool taken = std::any_of(derived.names->begin(), derived.names->end(),
                                   [&](const auto& entry) { return entry.second.text == candidate; });
    if (letters.size() < count && !taken && std::find(letters.begin(), letters.end(), candidate) == letters.end())
      letters.push_back(candidate);
  }
  return letters;
}

std::string name_of(const Derived& derived, Expr node) {
  if (node == derived.source) return derived.of;
  const auto found = derived.names->find(node);
  return found == derived.names->end() ? "" : found->second.text;
}

/// Factors from the node at `first` of the path up to the source, in denominator order: ∂n1/∂n0 · ∂n2/∂n1 · … · ∂L/∂n.
std::vector<ChainFactor> factors_along(const Wording& wording, const NamedPath& path, std::size_t first,
                                       bool is_denominator) {
  const Derived& derived = wording.derived();
  std::vector<ChainFactor> factors;
  for (std::size_t i = first; i < path.nodes.size(); ++i) {
    const Expr of = i + 1 < path.nodes.size() ? path.nodes[i + 1] : derived.source;
    factors.push_back(chain_factor(wording, of, path.nodes[i], name_of(derived, of), name_of(derived, path.nodes[i]),
                                   is_denominator));
  }
  if (!is_denominator) std::reverse(factors.begin(), factors.end());
  return factors;
}

bool are_vectors(const Pool& pool, const std::vector<Expr>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [&](Expr e) { return pool.order(e) <= 1; });
}

/// ∂z[k]/∂W[i,j]
Run slope_run(const Run& top, const Run& below) {
  return {true, "∂" + top.unicode + "/∂" + below.unicode,
          "\\frac{\\partial " + top.latex + "}{\\partial " + below.latex + "}",
          "<mfrac><mrow><mo>∂</mo>" + top.mathml + "</mrow><mrow><mo>∂</mo>" + below.mathml + "</mrow></mfrac>"};
}

/// ∂L/∂W[i,j] as a row times matrices times a column, in denominator layout: ∂z/∂W[i,j] · ∂a/∂z · … · δ, up to the next line of the chain; reversed in numerator layout.
void tell_entry_chain(Document& document, const Wording& wording, const NamedPath& path, const Run& left,
                      const std::string& at) {
  const Derived& derived = wording.derived();
  const bool is_row = grows_right(wording.pool(), derived);
  std::vector<ChainFactor> factors = factors_from(wording, path, path.nodes[0]);
  if (factors.empty()) return;
  for (ChainFactor& factor : factors) {
    const auto is_line = [&](const DerivedLine& line) { return name_run(line.name).unicode == factor.value.unicode; };
    if (std::none_of(derived.chain.begin(), derived.chain.end(), is_line)) continue;
    factor.what = run_of(factor.value);
    factor.value = {};
  }
  ChainFactor first;
  first.what = slope_run(name_run(name_of(derived, path.nodes[0])), entry_run(derived.wrt, at));
  first.rows = wording.dim(wording.pool().shape(path.nodes[0])[0]);
  first.cols = "1";
  if (!is_row) std::swap(first.rows, first.cols);
  const std::vector<ChainFactor> values = factors;
  factors.insert(is_row ? factors.end() : factors.begin(), first);
  document.paragraph(is_row ? "the chain in numerator layout, where ∂u/∂v is len(u)×len(v):"
                            : "the chain in denominator layout, where ∂u/∂v is len(v)×len(u):");
  document.equation(Rich().add(left), side_by_side(factors, true));
  for (const ChainFactor& factor : values) {
    if (!factor.value.unicode.empty()) document.item(Rich().add(factor.what).add(" = ").add(run_of(factor.value)));
  }
}

/// Whether an axis of the variable is an axis of the node: entry i of the one meets only entry i of the other.
bool meets_one_entry(const Pool& pool, Expr slope, std::size_t node_order) {
  const Expr core = split_coefficient(pool, slope).expr;
  if (pool.kind(core) != Kind::einsum || node_order == 0) return false;
  const auto& out = pool.payload<EinsumLabels>(core).out;
  return std::find(out.begin() + 1, out.end(), out[0]) != out.end();
}

bool is_name_of_sheet(const Pool& pool, const Derived& derived, const std::string& text) {
  const std::vector<std::string> symbols = pool.dims().symbols();
  if (std::find(symbols.begin(), symbols.end(), text) != symbols.end()) return true;
  const auto has_text = [&](const auto& entry) { return entry.second.text == text; };
  if (std::any_of(derived.names->begin(), derived.names->end(), has_text)) return true;
  const std::vector<Expr> inputs = reachable(pool, {derived.source, derived.tensor});
  return std::any_of(inputs.begin(), inputs.end(),
                     [&](Expr e) { return pool.kind(e) == Kind::input && pool.payload<InputInfo>(e).name == text; });
}

/// The axes of what is derived as letters, then the indices that were asked for.
std::vector<std::string> letters_of_entry(const Derived& derived, std::size_t order_of) {
  std::vector<std::string> letters = letters_for(derived, order_of + derived.entry.size(), derived.entry);
  std::rotate(letters.begin(), letters.begin() + static_cast<std::ptrdiff_t>(derived.entry.size()), letters.end());
  return letters;
}

/// Its names first, each with what it stands for.
void tell_entry_equation(Document& document, Rich left, const Formula& formula) {
  tell_where(document, formula);
  document.equation(std::move(left), formula, false);
}

}  // namespace

Formula entry_formula(Pool& pool, const Derived& derived) {
  const Wording wording(pool, derived);
  if (pool.order(derived.source) == 0) {
    const bool is_transposed = derived.layout == Layout::numerator && pool.order(derived.last_value) == 2;
    return wording.entry(is_transposed ? transposed(pool, derived.last_value) : derived.last_value, derived.entry);
  }
  Trace trace;
  return wording.entry(simplified(pool, {derived.tensor}, *derived.names, trace)[0],
                       letters_of_entry(derived, pool.order(derived.source)));
}

Formula entry_formula(Pool& pool, const Derived& derived, const StructuredEntry& entry) {
  const Wording wording(pool, derived);
  if (is_zero(pool, entry.tensor)) return wording.formula(make_literal(pool, 0));
  std::vector<std::string> letters = letters_of_entry(derived, pool.order(entry.tensor) - derived.entry.size());
  letters.back() = entry.column;
  return wording.entry(entry.tensor, letters, derived.entry);
}

std::string entry_letters(const Pool& pool, const Derived& derived) {
  std::vector<std::string> letters = letters_of_entry(derived, pool.order(derived.source));
  letters.resize(letters.size() - derived.entry.size());
  return joined(letters);
}

Document layout_story(Pool& pool, const Derived& derived) {
  const Wording wording(pool, derived);
  Document document;
  document.title(Rich().add(derivative_run(derived.of, derived.wrt)).add(" in both layouts"));
  const NamedPath path = named_path(pool, derived);
  const bool can_chain =
      path.reaches_source && !path.nodes.empty() && are_vectors(pool, path.nodes) && pool.order(derived.source) == 0;
  if (!can_chain) {
    const bool is_of_vector = pool.order(derived.source) > 0;
    document.paragraph(is_of_vector          ? "what is derived is no scalar: its derivative is a Jacobian, which the "
                                               "denominator layout writes as its transpose"
                       : path.reaches_source ? "the chain leads through matrices: their Jacobians are tensors of order "
                                               "4, so it is told by adjoints of the shape of each node"
                                             : "the variable reaches the result by several paths; the adjoints of all "
                                               "of them are added, each of the shape of its node");
  } else {
    const std::string first = name_of(derived, path.nodes[0]);
    for (const bool is_denominator : {false, true}) {
      document.heading(is_denominator ? "denominator layout: the chain grows to the left"
                                      : "numerator layout: the chain grows to the right");
      const std::vector<ChainFactor> factors = factors_along(wording, path, 0, is_denominator);
      document.equation(Rich().add(derivative_run(derived.of, first)), side_by_side(factors, true));
      document.equation(Rich().add(derivative_run(derived.of, first)), side_by_side(factors, false));
      document.item(is_denominator ? Rich("∂z/∂x is len(x)×len(z), a gradient is a column; n×m · m×1")
                                   : Rich("∂z/∂x is len(z)×len(x), a gradient is a row; 1×m · m×n"));
    }
    document.paragraph(
        "each factor of the one is the transpose of its partner in the other, and the order is reversed, because "
        "(A·B)ᵀ = Bᵀ·Aᵀ");
  }
  const bool is_jacobian = derived.kind == DerivativeKind::jacobian && derived.surface.size() == 2;
  if (!is_jacobian && (pool.order(derived.source) > 0 || pool.order(derived.variable) > 2)) return document;
  const bool is_transposed = derived.layout == (is_jacobian ? Layout::denominator : Layout::numerator);
  const Expr first = is_transposed && pool.order(derived.expr) == 2 ? transposed(pool, derived.expr) : derived.expr;
  Trace trace;
  const Expr second = simplified(pool, {transposed(pool, first)}, *derived.names, trace)[0];
  Shape surface = is_jacobian ? derived.surface : wording.surface_of(derived.variable);
  if (is_jacobian && is_transposed) std::swap(surface[0], surface[1]);
  Shape transposed_surface = surface;
  if (transposed_surface.size() == 2) std::swap(transposed_surface[0], transposed_surface[1]);
  PresentOptions how;
  how.rich = true;
  how.inlines = true;
  how.reserved = &wording.reserved();
  const auto tell = [&](const char* layouts, Expr value, const Shape& size) {
    document.equation(Rich(layouts).add(derivative_run(derived.of, derived.wrt)),
                      presented(pool, value, size, *derived.names, how));
  };
  document.heading("the result");
  if (is_jacobian) {
    tell("numerator and gradient: ", first, surface);
    tell("denominator: ", second, transposed_surface);
  } else {
    tell("numerator: ", second, transposed_surface);
    tell("denominator and gradient: ", first, surface);
  }
  return document;
}

void tell_entry(Document& document, Pool& pool, const Derived& derived) {
  const Wording wording(pool, derived);
  const std::string at = joined(derived.entry);
  const NamedPath path = named_path(pool, derived);
  const std::size_t order = pool.order(derived.variable);
  if (order != derived.entry.size()) return;
  document.heading("entry by entry");
  const Run whole = entry_run(derived.wrt, at);
  const Run left = slope_run(name_run(derived.of), whole);
  if (!path.nodes.empty()) {
    const Expr node = path.nodes[0];
    const std::string name = name_of(derived, node);
    Names names = *derived.names;
    names.erase(node);
    Trace trace;
    const Expr slope = simplified(pool, {local_derivative(pool, node, derived.variable, names)}, names, trace)[0];
    const std::size_t node_order = pool.order(node);
    const std::vector<std::string> all = letters_for(derived, order + node_order, derived.entry);
    std::vector<std::string> letters(all.begin() + static_cast<std::ptrdiff_t>(order), all.end());
    const std::string node_at = joined(letters);
    letters.insert(letters.end(), derived.entry.begin(), derived.entry.end());
    const Run node_entry = node_order == 0 ? name_run(name) : entry_run(name, node_at);
    document.paragraph(Rich()
                           .add(derivative_run(name, derived.wrt))
                           .add(" is a tensor of order ")
                           .add(std::to_string(order + node_order))
                           .add("; one entry of it:"));
    tell_entry_equation(document, Rich().add(slope_run(node_entry, whole)), wording.entry(slope, letters));
    const Run node_slope = slope_run(name_run(name), whole);
    if (node_order == 1 && meets_one_entry(pool, slope, node_order)) {
      document.item(Rich()
                        .add(whole)
                        .add(" reaches only entry ")
                        .add(derived.entry[0])
                        .add(" of ")
                        .add(name_run(name))
                        .add(": all of ")
                        .add(node_slope)
                        .add(" is zero but entry ")
                        .add(derived.entry[0])
                        .add(", what ")
                        .add(whole)
                        .add(" is multiplied by"));
    }
    if (node_order == 1) tell_entry_chain(document, wording, path, left, at);
  }
  const std::string letters = entry_letters(pool, derived);
  if (!letters.empty()) {
    const Run top = entry_run(derived.of, letters);
    tell_entry_equation(document, Rich().add(slope_run(top, whole)), entry_formula(pool, derived));
    document.item(Rich("all of them together are ")
                      .add(derivative_run(derived.of, derived.wrt))
                      .add(" = ")
                      .add(run_of(derived.last))
                      .add(" (")
                      .add(wording.size(derived.surface))
                      .add("): a column for each entry of vec(")
                      .add(name_run(derived.wrt))
                      .add(")"));
    return;
  }
  tell_entry_equation(document, Rich().add(left), entry_formula(pool, derived));
  const bool is_transposed = derived.layout == Layout::numerator && order == 2;
  document.item(Rich("each entry [")
                    .add(is_transposed ? derived.entry[1] + "," + derived.entry[0] : at)
                    .add("] holds this number; all of them together are ")
                    .add(derivative_run(derived.of, derived.wrt))
                    .add(" = ")
                    .add(run_of(derived.last))
                    .add(" (")
                    .add(wording.size(derived.surface))
                    .add(")"));
}

void tell_tensor(Document& document, Pool& pool, const Derived& derived) {
  const Wording wording(pool, derived);
  const bool is_hessian = derived.kind == DerivativeKind::hessian;
  const std::size_t order_of = pool.order(derived.source);
  const std::size_t order_by = pool.order(derived.variable);
  Trace trace;
  const Expr tensor = simplified(pool, {derived.tensor}, *derived.names, trace)[0];
  if (order_of + order_by > 2) {
    const std::vector<std::string> letters = letters_for(derived, order_of + order_by, {});
    const std::vector<std::string> of_letters(letters.begin(), letters.begin() + static_cast<std::ptrdiff_t>(order_of));
    const std::vector<std::string> by_letters(letters.begin() + static_cast<std::ptrdiff_t>(order_of), letters.end());
    document.heading("by index");
    if (is_hessian) {
      document.item(Rich("entry [")
                        .add(joined(of_letters))
                        .add("],[")
                        .add(joined(by_letters))
                        .add("] of the second derivative:"));
      tell_entry_equation(document, {}, wording.entry(tensor, letters));
    } else {
      const Run top = of_letters.empty() ? name_run(derived.of) : entry_run(derived.of, joined(of_letters));
      const Run below = by_letters.empty() ? name_run(derived.wrt) : entry_run(derived.wrt, joined(by_letters));
      tell_entry_equation(document, Rich().add(slope_run(top, below)), wording.entry(tensor, letters));
    }
    document.item(
        "the matrix above holds the same numbers: rows are vec of what is differentiated, columns vec of the variable, "
        "columns of a matrix one below the other");
  }
  // Along a direction: Σ over the axes of the variable.
  InputInfo direction{(is_hessian ? "v" : "d" + derived.wrt), Role::cut, Property::none,
                      wording.surface_of(derived.variable)};
  while (is_hessian && is_name_of_sheet(pool, derived, direction.name)) direction.name += "_";
  const Expr along = make_input(pool, direction);
  Labels out, by;
  Shape dims = pool.shape(tensor);
  for (std::size_t i = 0; i < dims.size(); ++i) (i < order_of ? out : by).push_back(static_cast<Label>(i));
  Labels all = out;
  all.insert(all.end(), by.begin(), by.end());
  const Expr contracted =
      simplified(pool, {make_einsum(pool, out, {{tensor, all}, {along, by}}, dims)}, *derived.names, trace)[0];
  document.heading(is_hessian ? "times a vector" : "along a direction");
  const Run name = name_run(direction.name);
  PresentOptions how;
  how.rich = true;
  how.inlines = true;
  how.reserved = &wording.reserved();
  Shape surface = wording.surface_of(derived.source);
  const Formula moved = presented(pool, contracted, surface, *derived.names, how);
  tell_where(document, moved);
  document.equation(is_hessian ? Rich("H·").add(name) : Rich("d").add(name_run(derived.of)), moved);
  if (is_hessian && pool.order(derived.expr) == 2 && pool[derived.expr].symmetric)
    document.item("H is symmetric: H = Hᵀ");
}

}  // namespace gradwright
