// Numbers commute: a claim that is one is laid against the truth as a sum of products, whatever their order and however the truth is
// factored. sigmoid'(h)*I against I*sigmoid(h)*w*(1 - sigmoid(h)): the first factor is two of the true ones, and w is missing.
#include "check/edit_scalars.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "check/edit_print.h"

namespace gradwright::check {
namespace {

constexpr std::size_t most_factors = 16, most_terms = 12, most_depth = 6;

class Scalars {
 public:
  Scalars(SyntaxTrees& trees, SampleEnvironment& point, const std::string& written)
      : pool_(trees.pool), point_(point), written_(written) {}

  struct Laid {
    Ast made;
    std::vector<Edited> edits;
    std::size_t kept = 0;  ///< factors of the claim that stay
    [[nodiscard]] double cost() const {
      double sum = 0;
      for (const Edited& one : edits) sum += one.cost;
      return sum;
    }
  };

  /// Nothing where no factor agrees, or something is no number.
  std::optional<Laid> laid(Ast claim, const std::vector<Ast>& truth, std::size_t depth) {
    if (depth > most_depth || truth.size() > most_factors) return std::nullopt;
    const std::vector<Ast> mine = factors_of(claim);
    if (mine.empty() || mine.size() > most_factors) return std::nullopt;
    std::vector<char> used(truth.size(), 0);
    std::vector<std::size_t> open;
    Laid result;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (take(number(mine[i]), truth, used))
        ++result.kept;
      else
        open.push_back(i);
    }
    std::vector<Ast> rest;
    for (std::size_t j = 0; j < truth.size(); ++j)
      if (used[j] == 0) rest.push_back(truth[j]);
    if (open.size() == 1 && !rest.empty()) {
      if (auto inner = sums(mine[open[0]], rest, depth)) {
        inner->kept += result.kept;
        inner->made = with_factor(claim, mine[open[0]], inner->made);
        return inner;
      }
    }
    if (result.kept == 0) return std::nullopt;
    result.made = claim;
    for (const std::size_t i : open) {
      if (rest.empty()) {
        note(result, Edit::Kind::delete_, mine[i], "delete " + text(mine[i]), "extra-factor", 0);
        result.made = with_factor(result.made, mine[i], made_number(pool_, Rational(1)));
        continue;
      }
      Ast instead = rest.front();
      rest.erase(rest.begin());
      if (i == open.back()) {
        instead = product(instead, rest);
        rest.clear();
      }
      note(result, Edit::Kind::replace, mine[i], "replace " + text(mine[i]) + " by " + text(instead), "wrong-variable",
           size_of(pool_, instead));
      result.made = with_factor(result.made, mine[i], instead);
    }
    if (!rest.empty()) {
      const Ast first = rest.front();
      rest.erase(rest.begin());
      const Ast missing = product(first, rest);
      note(result, Edit::Kind::insert, claim, "insert " + text(missing), "missing-factor", size_of(pool_, missing),
           text(missing));
      for (const Ast one : factors_of(missing)) result.made = made_product(pool_, result.made, Operator::times, one);
    }
    return result;
  }

  std::vector<Ast> factors_of(Ast ast) {
    std::vector<Ast> found;
    std::vector<Ast> open{ast};
    while (!open.empty() && found.size() <= most_factors) {
      const Ast one = open.back();
      open.pop_back();
      const AstNode& node = pool_[one];
      const bool is_product =
          node.kind == AstKind::product && std::all_of(node.operators.begin(), node.operators.end(), [](Operator op) {
            return op == Operator::times || op == Operator::dot_times;
          });
      if (is_product)
        open.insert(open.end(), node.children.rbegin(), node.children.rend());
      else
        found.push_back(one);
    }
    return found;
  }

 private:
  std::string text(Ast ast) const { return printed(pool_, ast, written_); }

  void note(Laid& laid, Edit::Kind kind, Ast claim, std::string what, std::string mistake, std::size_t size,
            std::string brings = {}) const {
    laid.edits.push_back({{},
                          {kind, std::move(what), pool_[claim].span},
                          base_cost(kind) + 0.15 * static_cast<double>(size),
                          std::move(mistake),
                          std::move(brings)});
  }

  /// NaN where it is none.
  double number(Ast ast) {
    const Dense value = point_.value(ast);
    return value.is_scalar() ? *value.at : std::nan("");
  }

  static bool is_same(double a, double b) { return std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b)); }

  /// Takes one, two or three of the open true factors whose product is the value.
  bool take(double value, const std::vector<Ast>& truth, std::vector<char>& used) {
    const auto taken = [&](double product, std::initializer_list<std::size_t> places) {
      if (!is_same(product, value)) return false;
      for (const std::size_t one : places) used[one] = 1;
      return true;
    };
    const std::size_t count = truth.size();
    for (std::size_t i = 0; i < count; ++i)
      if (used[i] == 0 && taken(number(truth[i]), {i})) return true;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = i + 1; j < count && used[i] == 0; ++j) {
        if (used[j] != 0) continue;
        const double two = number(truth[i]) * number(truth[j]);
        if (taken(two, {i, j})) return true;
        for (std::size_t k = j + 1; k < count; ++k)
          if (used[k] == 0 && taken(two * number(truth[k]), {i, j, k})) return true;
      }
    }
    return false;
  }

  Ast product(Ast first, const std::vector<Ast>& others) {
    for (const Ast one : others) first = made_product(pool_, first, Operator::times, one);
    return first;
  }

  /// The product with another factor in place of this one.
  Ast with_factor(Ast whole, Ast factor, Ast instead) {
    if (whole == factor) return instead;
    for (const Place& place : places_of(pool_, whole))
      if (!place.is_run() && place.node == factor) return replaced(pool_, whole, place, instead);
    return whole;
  }

  struct Term {
    Ast ast;
    bool is_minus;
  };
  std::vector<Term> terms_of(Ast ast) const {
    const AstNode& node = pool_[ast];
    if (node.kind != AstKind::sum) return {{ast, false}};
    std::vector<Term> found;
    for (std::size_t i = 0; i < node.children.size(); ++i)
      found.push_back({node.children[i], node.operators[i] == Operator::minus});
    return found;
  }

  /// A claimed sum against the true factors, one of them a sum: what stands beside that goes into its terms.
  std::optional<Laid> sums(Ast claim, const std::vector<Ast>& truth, std::size_t depth) {
    const std::vector<Term> mine = terms_of(claim);
    if (mine.size() < 2 || mine.size() > most_terms) return std::nullopt;
    std::optional<Laid> best;
    for (std::size_t at = 0; at < truth.size(); ++at) {
      const std::vector<Term> real = terms_of(truth[at]);
      if (real.size() < 2 || real.size() > most_terms) continue;
      std::vector<std::vector<Ast>> factors;
      for (const Term& term : real) {
        factors.push_back(factors_of(term.ast));
        for (std::size_t j = 0; j < truth.size(); ++j)
          if (j != at)
            for (const Ast one : factors_of(truth[j])) factors.back().push_back(one);
      }
      auto found = terms(claim, mine, real, factors, depth);
      if (found && (!best || found->cost() < best->cost())) best = std::move(found);
    }
    return best;
  }

  std::optional<Laid> terms(Ast claim, const std::vector<Term>& mine, const std::vector<Term>& real,
                            const std::vector<std::vector<Ast>>& factors, std::size_t depth) {
    struct Pair {
      std::size_t mine, real;
      Laid laid;
    };
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      for (std::size_t j = 0; j < real.size(); ++j) {
        auto one = laid(mine[i].ast, factors[j], depth + 1);
        if (!one) continue;
        if (mine[i].is_minus != real[j].is_minus)
          note(*one, Edit::Kind::sign, mine[i].ast, "turn the sign of " + text(mine[i].ast), "sign", 0);
        pairs.push_back({i, j, std::move(*one)});
      }
    }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const Pair& a, const Pair& b) { return a.laid.cost() < b.laid.cost(); });
    std::vector<const Pair*> partner(mine.size(), nullptr);
    std::vector<char> used(real.size(), 0);
    Laid result;
    for (const Pair& pair : pairs) {
      if (partner[pair.mine] != nullptr || used[pair.real] != 0) continue;
      partner[pair.mine] = &pair;
      used[pair.real] = 1;
    }
    const auto add = [&](Ast term, bool is_minus) {
      if (result.made.is_none())
        result.made = is_minus ? made_negate(pool_, term) : term;
      else
        result.made = made_sum(pool_, result.made, is_minus ? Operator::minus : Operator::plus, term);
    };
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (partner[i] == nullptr) {
        note(result, Edit::Kind::delete_, mine[i].ast, "delete " + text(mine[i].ast), "extra-term", 0);
        continue;
      }
      const Laid& one = partner[i]->laid;
      result.edits.insert(result.edits.end(), one.edits.begin(), one.edits.end());
      result.kept += one.kept;
      add(one.made, real[partner[i]->real].is_minus);
    }
    if (result.kept == 0) return std::nullopt;
    for (std::size_t j = 0; j < real.size(); ++j) {
      if (used[j] != 0) continue;
      const Ast term = product(factors[j][0], {factors[j].begin() + 1, factors[j].end()});
      note(result, Edit::Kind::insert, claim, (real[j].is_minus ? "subtract " : "add ") + text(term), "missing-path",
           size_of(pool_, term), (real[j].is_minus ? "-" : "+") + text(term));
      add(term, real[j].is_minus);
    }
    return result;
  }

  AstPool& pool_;
  SampleEnvironment& point_;
  const std::string& written_;
};

}  // namespace

Alignment aligned_numbers(SyntaxTrees& trees, SampleEnvironment& point, Ast claim, Ast truth,
                          const std::string& written) {
  Scalars scalars(trees, point, written);
  auto found = scalars.laid(claim, scalars.factors_of(truth), 0);
  if (!found) return {};
  return {found->made, std::move(found->edits), false};
}

}  // namespace gradwright::check
