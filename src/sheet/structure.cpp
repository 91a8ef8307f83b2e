#include "sheet/structure.h"

#include <algorithm>
#include <unordered_set>

#include "ir/make.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

// A longer formula names the unconstrained one and says only what the structure does to it.
constexpr std::size_t longest_direct_text = 60;

class Form {
 public:
  Form(Pool& pool, const Derived& derived, const StructuredRequest& request, const Names& names,
       const PresentOptions& options)
      : pool_(pool),
        derived_(derived),
        request_(request),
        names_(names),
        options_(options),
        is_gradient_(derived.kind == DerivativeKind::gradient) {}

  std::optional<Structured> form() {
    if ((request_.by == Structure::orthogonal || request_.over == Structure::orthogonal) && !is_gradient_)
      return std::nullopt;
    Structured result;
    result.structure = structure_name(request_.by);
    if (derived_.kind == DerivativeKind::hessian && request_.by != request_.over)
      result.first_structure = structure_name(request_.over);
    result.expr = simple(laid_out(kept(request_.tensor)));
    result.formula = formula(result.expr);
    if (derived_.entry.size() == 2 && request_.by != Structure::orthogonal) result.entries = entries();
    if (request_.seed) result.verified = verified(result.expr);
    return result;
  }

 private:
  Expr simple(Expr e) {
    Trace trace;
    return simplified(pool_, {e}, names_, trace)[0];
  }

  /// By the structure of the variable, and of a Hessian by that of both.
  Expr kept(Expr tensor) {
    if (request_.by == Structure::orthogonal) return among_orthogonal(pool_, tensor, request_.variable);
    const std::size_t axis = pool_.order(tensor) - 2;
    const Expr once = kept_to(pool_, tensor, axis, request_.by);
    return request_.over == Structure::none ? once : kept_to(pool_, once, 0, request_.over);
  }

  Expr laid_out(Expr tensor) {
    Shape plain = derived_.surface;
    if (request_.is_transposed) std::swap(plain[0], plain[1]);
    const Expr matrix = is_gradient_ ? tensor : make_reshape(pool_, simple(tensor), axes_of(pool_.dims(), plain));
    return request_.is_transposed ? transposed(pool_, matrix) : matrix;
  }

  Formula formula(Expr direct) {
    Formula made = presented(pool_, direct, derived_.surface, names_, options_);
    if (pool_.order(derived_.expr) != 2 || pool_.order(derived_.variable) == 0) return made;
    if (made.where.empty() && made.matrix_form && made.gw.size() <= longest_direct_text) return made;
    const std::string whole = free_name(is_gradient_ ? "G" : derived_.kind == DerivativeKind::hessian ? "H" : "J");
    const Property facts = pool_[derived_.expr].symmetric ? Property::symmetric : Property::none;
    const Expr free = make_input(pool_, {whole, Role::cut, facts, derived_.surface});
    PresentOptions options = options_;
    std::unordered_set<std::string> taken = options_.reserved ? *options_.reserved : reserved_names(pool_, names_);
    for (const WhereItem& item : derived_.formula.where) taken.insert(item.name);
    options.reserved = &taken;
    const bool has_shape_of_variable =
        is_gradient_ || pool_.order(request_.source) == 0;  // a slope by a matrix of a slope by a scalar
    const Expr applied = has_shape_of_variable ? of_gradient(free) : between_matrices(free, options);
    made = presented(pool_, applied, derived_.surface, names_, options);
    std::vector<WhereItem> where = derived_.formula.where;
    where.push_back(
        {whole, derived_.formula.gw, derived_.formula.unicode, derived_.formula.latex, derived_.formula.mathml});
    where.insert(where.end(), made.where.begin(), made.where.end());
    made.where = std::move(where);
    return made;
  }

  Expr of_gradient(Expr free) {
    const auto in_layout = [&](Expr e) { return request_.is_transposed ? transposed(pool_, e) : e; };
    return in_layout(kept(in_layout(free)));
  }

  /// J·P, P·J where the layout transposes; P·H·P.
  Expr between_matrices(Expr free, PresentOptions& options) {
    std::vector<Factor> factors{{free, {1, 2}}};
    Labels out{1, 2};
    const Shape& surface = derived_.surface;
    Shape dims{pool_.dims().one(), surface[0], surface[1], pool_.dims().one()};
    const auto beside = [&](Structure structure, Expr matrix, bool is_left) {
      if (structure == Structure::none) return;
      const Expr projection = structure_matrix(pool_, pool_.shape(matrix)[0], structure);
      if (pool_.kind(projection) == Kind::add)
        options.suggested.emplace(projection, Name{free_name("P"), pool_.shape(projection)});
      factors.push_back({projection, is_left ? Labels{0, 1} : Labels{2, 3}});
      out[is_left ? 0 : 1] = is_left ? Label{0} : Label{3};
      dims[is_left ? 0 : 3] = surface[is_left ? 0 : 1];
    };
    beside(request_.by, request_.variable, request_.is_transposed);
    beside(request_.over, request_.source, !request_.is_transposed);
    return make_einsum(pool_, out, factors, dims);
  }

  std::vector<StructuredEntry> entries() {
    Expr tensor = simple(request_.tensor);
    if (is_gradient_) tensor = request_.is_transposed ? transposed(pool_, derived_.last_value) : derived_.last_value;
    const std::string& i = derived_.entry[0];
    const std::string& j = derived_.entry[1];
    const auto is_number = [](const std::string& text) {
      return text.find_first_not_of("0123456789") == std::string::npos;
    };
    const bool is_settled = i == j || (is_number(i) && is_number(j));
    const bool is_below = is_settled && i != j && std::stoll(i) > std::stoll(j);
    const auto entry = [&](const std::string& relation, Expr e) {
      return StructuredEntry{is_settled ? "" : i + " " + relation + " " + j, e, relation == "=" ? i : j};
    };
    const Expr zero = make_zero(pool_, Shape(pool_.shape(tensor)));
    std::vector<StructuredEntry> all;
    const bool is_triangular = request_.by == Structure::lower || request_.by == Structure::upper;
    if (is_triangular) {
      const bool is_lower = request_.by == Structure::lower;
      if (!is_settled || i == j || is_below == is_lower) all.push_back(entry(is_lower ? "≥" : "≤", tensor));
      if (!is_settled || (i != j && is_below != is_lower)) all.push_back(entry(is_lower ? "<" : ">", zero));
      return all;
    }
    const Expr off = request_.by == Structure::symmetric ? simple(sum_across(tensor)) : zero;
    if (i != j) all.push_back(entry("≠", off));
    if (!is_settled || i == j) all.push_back(entry("=", tensor));
    return all;
  }

  /// T[…,i,j] + T[…,j,i], term by term.
  Expr sum_across(Expr tensor) {
    std::vector<std::uint16_t> order;
    for (std::size_t axis = 0; axis < pool_.order(tensor); ++axis) order.push_back(static_cast<std::uint16_t>(axis));
    std::swap(order[order.size() - 2], order[order.size() - 1]);
    std::vector<Term> terms{{1, tensor}};
    if (pool_.kind(tensor) == Kind::add && !names_.contains(tensor)) {
      terms.clear();
      for (std::size_t i = 0; i < pool_[tensor].operands.size(); ++i)
        terms.push_back({pool_.payload<Coefficients>(tensor).values[i], pool_[tensor].operands[i]});
    }
    for (std::size_t i = terms.size(); i-- > 0;)
      terms.push_back({terms[i].coefficient, permuted(pool_, terms[i].expr, order)});
    return make_add(pool_, Shape(pool_.shape(tensor)), terms);
  }

  NumericCheck verified(Expr expr) {
    const Expr plain = request_.is_transposed ? transposed(pool_, expr) : expr;
    const Expr of =
        request_.over == Structure::none ? request_.source : kept_to(pool_, request_.source, 0, request_.over);
    return checked_within_structure(pool_, of, request_.variable, plain, request_.by, *request_.seed);
  }

  std::string free_name(std::string name) const {
    const auto is_taken = [&](const std::string& text) {
      const auto has_text = [&](const auto& entry) { return entry.second.text == text; };
      if (std::any_of(names_.begin(), names_.end(), has_text) ||
          std::any_of(derived_.names->begin(), derived_.names->end(), has_text))
        return true;
      if (std::any_of(derived_.formula.where.begin(), derived_.formula.where.end(),
                      [&](const WhereItem& item) { return item.name == text; }))
        return true;
      const auto symbols = pool_.dims().symbols();
      return std::find(symbols.begin(), symbols.end(), text) != symbols.end();
    };
    while (is_taken(name)) name += "_";
    return name;
  }

  Pool& pool_;
  const Derived& derived_;
  const StructuredRequest& request_;
  const Names& names_;
  const PresentOptions& options_;
  const bool is_gradient_;
};

}  // namespace

std::optional<Structured> structured_form(Pool& pool, const Derived& derived, const StructuredRequest& request,
                                          const Names& names, const PresentOptions& options) {
  if (request.by == Structure::none && request.over == Structure::none) return std::nullopt;
  return Form(pool, derived, request, names, options).form();
}

}  // namespace gradwright
