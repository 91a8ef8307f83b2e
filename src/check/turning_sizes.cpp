#include "check/turning_sizes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "check/branches.h"
#include "check/precise.h"
#include "derive/points.h"
#include "ir/functions.h"

namespace gradwright::check {
namespace {

/// Of nodes that no input reaches: conditions over sizes alone, and the value of each at sizes of any magnitude.
class SizeConditions {
 public:
  SizeConditions(const Pool& pool, const std::vector<Expr>& nodes) : pool_(pool) {
    constexpr std::size_t most_conditions = 8;
    std::set<Expr> free;
    std::vector<Expr> partial;
    for (const Expr e : nodes) {
      const auto& operands = pool[e].operands;
      const bool is_free = pool.kind(e) != Kind::input &&
                           std::all_of(operands.begin(), operands.end(), [&](Expr one) { return free.contains(one); });
      if (!is_free) continue;
      free.insert(e);
      if (pool.kind(e) != Kind::map) continue;
      if (is_kinked(pool, e)) conditions_.push_back(e);
      if (is_partial(e)) partial.push_back(e);
    }
    conditions_.insert(conditions_.end(), partial.begin(), partial.end());
    if (conditions_.size() > most_conditions) conditions_.resize(most_conditions);
    ids_ = reachable(pool, conditions_);
    for (const Expr e : ids_) note(e);
  }

  [[nodiscard]] bool is_empty() const { return conditions_.empty() || symbols_.empty(); }
  [[nodiscard]] std::size_t count() const { return conditions_.size(); }
  [[nodiscard]] const std::set<std::string>& symbols() const { return symbols_; }
  /// Whole numbers that the conditions are written with, and those beside them.
  [[nodiscard]] const std::set<std::int64_t>& numbers() const { return numbers_; }

  /// On which side each condition is: −1, 0, 1; nothing where that is not known.
  [[nodiscard]] std::vector<std::optional<int>> sides_at(const DimValues& sizes) const {
    std::map<Expr, std::optional<double>> values;
    for (const Expr e : ids_) values[e] = value(e, values, sizes);
    std::vector<std::optional<int>> sides;
    for (const Expr e : conditions_) {
      const auto& operands = pool_[e].operands;
      std::optional<double> gap = values[operands.front()];
      const auto& other = values[operands.back()];
      if (operands.size() == 2) gap = gap && other ? std::optional(*gap - *other) : std::nullopt;
      sides.push_back(gap && std::isfinite(*gap) ? std::optional((*gap > 0) - (*gap < 0)) : std::nullopt);
    }
    return sides;
  }

 private:
  /// Not defined at all sizes; a product of sizes is 1 at least.
  [[nodiscard]] bool is_partial(Expr e) const {
    const Expr operand = pool_[e].operands.front();
    if (pool_.kind(operand) == Kind::einsum && pool_[operand].operands.empty()) return false;
    const auto& map = pool_.payload<MapFunction>(e);
    return map.function == Function::log || map.function == Function::sqrt || map.function == Function::log1p ||
           (map.function == Function::power && (map.parameter.is_negative() || !map.parameter.is_integer()));
  }

  void note(Expr e) {
    const auto note_dims = [&](const Shape& dims) {
      for (const Dim dim : dims) {
        for (const auto& [monomial, coefficient] : pool_.dims().polynomial(dim)) {
          for (const DimSymbol symbol : monomial) symbols_.insert(pool_.dims().symbol_name(symbol));
        }
      }
    };
    const auto note_number = [&](const Rational& number) {
      const double size = std::round(std::fabs(number.to_double()));
      if (!(size < 1e9)) return;
      for (const double one : {size - 1, size, size + 1}) {
        if (one >= 1) numbers_.insert(static_cast<std::int64_t>(one));
      }
    };
    note_dims(pool_.shape(e));
    if (pool_.kind(e) == Kind::einsum) note_dims(pool_.payload<EinsumLabels>(e).dims);
    if (pool_.kind(e) == Kind::literal) note_number(pool_.payload<Rational>(e));
    if (pool_.kind(e) == Kind::add) {
      for (const Rational& one : pool_.payload<Coefficients>(e).values) note_number(one);
    }
  }

  /// Of a node whose entries are all the same number.
  [[nodiscard]] std::optional<double> value(Expr e, const std::map<Expr, std::optional<double>>& values,
                                            const DimValues& sizes) const {
    const auto& operands = pool_[e].operands;
    std::vector<double> known;
    for (const Expr operand : operands) {
      if (!values.at(operand)) return std::nullopt;
      known.push_back(*values.at(operand));
    }
    switch (pool_.kind(e)) {
      case Kind::literal: return pool_.payload<Rational>(e).to_double();
      case Kind::add: {
        double total = 0;
        for (std::size_t i = 0; i < known.size(); ++i)
          total += pool_.payload<Coefficients>(e).values[i].to_double() * known[i];
        return total;
      }
      case Kind::map: {
        const auto& map = pool_.payload<MapFunction>(e);
        return scalar_function(map.function).value(known.front(), known.back(), map.parameter.to_double());
      }
      case Kind::einsum: return product(pool_.payload<EinsumLabels>(e), known, sizes);
      default: return std::nullopt;
    }
  }

  [[nodiscard]] std::optional<double> product(const EinsumLabels& einsum, const std::vector<double>& known,
                                              const DimValues& sizes) const {
    const std::set<Label> kept(einsum.out.begin(), einsum.out.end());
    if (kept.size() != einsum.out.size()) return std::nullopt;  // zeros off the diagonal
    double product = 1;
    for (const double one : known) product *= one;
    for (std::size_t label = 0; label < einsum.dims.size(); ++label) {
      if (kept.contains(static_cast<Label>(label))) continue;
      const auto size = pool_.dims().value(einsum.dims[label], sizes);
      if (!size) return std::nullopt;
      product *= static_cast<double>(*size);
    }
    return product;
  }

  const Pool& pool_;
  std::vector<Expr> conditions_, ids_;
  std::set<std::string> symbols_;
  std::set<std::int64_t> numbers_;
};

/// Walks along each symbol from small sizes to large ones, and looks closer wherever a condition turns.
class TurnSearch {
 public:
  TurnSearch(const Pool& pool, const std::vector<Expr>& nodes, const SizeConditions& conditions)
      : pool_(pool), nodes_(nodes), conditions_(conditions), found_(conditions.count()), met_(conditions.count()) {}

  TurningSizes searched() {
    const DimValues usual = random_sizes(pool_, nodes_, 17);
    DimValues ones = usual;
    for (auto& [symbol, size] : ones) size = 1;
    std::set<std::int64_t> steps = conditions_.numbers();
    constexpr double largest = 1e9;
    for (double size = 1; size < largest; size = std::floor(size * 1.5) + 1)
      steps.insert(static_cast<std::int64_t>(size));
    for (const DimValues& base : {usual, ones}) {
      for (const std::string& symbol : conditions_.symbols()) walk(base, symbol, steps);
    }
    TurningSizes result{std::move(sizes_), true};
    for (std::size_t i = 0; i < found_.size(); ++i) result.is_complete = result.is_complete && found_[i] == met_[i];
    return result;
  }

 private:
  using Sides = std::vector<std::optional<int>>;

  void walk(DimValues at, const std::string& symbol, const std::set<std::int64_t>& steps) {
    std::int64_t before = 0;
    Sides sides_before;
    for (const std::int64_t size : steps) {
      at[symbol] = size;
      const Sides sides = conditions_.sides_at(at);
      note(at, sides);
      if (before != 0 && sides != sides_before) turn(at, symbol, {before, size}, sides_before);
      before = size;
      sides_before = sides;
    }
  }

  /// The first size whose sides are others than those of the lower one, that before and that behind it.
  void turn(DimValues at, const std::string& symbol, std::pair<std::int64_t, std::int64_t> between,
            const Sides& lower) {
    auto [low, high] = between;
    while (high - low > 1) {
      const std::int64_t middle = low + (high - low) / 2;
      at[symbol] = middle;
      (conditions_.sides_at(at) == lower ? low : high) = middle;
    }
    for (const std::int64_t size : {low, high, high + 1}) {
      at[symbol] = size;
      note(at, conditions_.sides_at(at));
      constexpr std::size_t most_sizes = 24;
      const bool is_new = std::find(sizes_.begin(), sizes_.end(), at) == sizes_.end();
      if (is_new && sizes_.size() < most_sizes && is_cheap(pool_, nodes_, at)) sizes_.push_back(at);
    }
  }

  void note(const DimValues& at, const Sides& sides) {
    for (std::size_t i = 0; i < sides.size(); ++i) {
      if (!sides[i] || met_[i].contains(*sides[i])) continue;
      if (!found_[i].contains(*sides[i]) && sizes_fit(pool_, nodes_, at)) found_[i].insert(*sides[i]);
      if (is_cheap(pool_, nodes_, at)) met_[i].insert(*sides[i]);
    }
  }

  const Pool& pool_;
  const std::vector<Expr>& nodes_;
  const SizeConditions& conditions_;
  std::vector<DimValues> sizes_;
  std::vector<std::set<int>> found_, met_;  ///< sides of each condition, at any sizes and at cheap ones
};

}  // namespace

bool is_cheap(const Pool& pool, const std::vector<Expr>& nodes, const DimValues& sizes) {
  constexpr double most_work = 300000;
  return sizes_fit(pool, nodes, sizes) && work_of(pool, nodes, sizes) <= most_work;
}

TurningSizes turning_sizes(const Pool& pool, const std::vector<Expr>& nodes) {
  const SizeConditions conditions(pool, nodes);
  return conditions.is_empty() ? TurningSizes{} : TurnSearch(pool, nodes, conditions).searched();
}

}  // namespace gradwright::check
