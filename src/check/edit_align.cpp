#include "check/edit_align.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "check/edit_print.h"

namespace gradwright::check {
namespace {

class Aligner {
 public:
  Aligner(SyntaxTrees& trees, SampleEnvironment& point, const std::string& written)
      : pool_(trees.pool), point_(point), written_(written), whole_(trees.claim) {}

  Ast matched(Ast claim, Ast truth) {
    const Dense mine = point_.value(claim);
    const Dense real = point_.value(truth);
    if (agree(mine, real) || is_same(pool_, claim, truth)) return claim;
    if (agree(transposed(point_.arena(), mine), real)) {
      note(Edit::Kind::transpose, claim, "transpose " + text(claim), "missing-transpose", 0);
      return made_transpose(pool_, claim);
    }
    if (agree(scaled(point_.arena(), -1, mine), real)) {
      note(Edit::Kind::sign, claim, "put a minus before " + text(claim), "sign", 0);
      return made_negate(pool_, claim);
    }
    const AstNode a = pool_[claim];
    const AstNode b = pool_[truth];
    if (b.kind == AstKind::transpose && a.kind != AstKind::transpose) {
      const std::size_t before = edits_.size();
      const Ast inner = matched(claim, b.children[0]);
      if (inner != b.children[0]) {
        note(Edit::Kind::transpose, claim, "transpose " + text(inner), "missing-transpose", 0);
        return made_transpose(pool_, inner);
      }
      edits_.resize(before);
    }
    if (const Ast made = stripped(claim, truth); !made.is_none()) return made;
    if (a.kind == AstKind::sum || b.kind == AstKind::sum) {
      if (const Ast made = terms(claim, truth); !made.is_none()) return made;
    } else if (a.kind == AstKind::call && a.text == "kron" && a.children.size() == 2 && b.kind == AstKind::product) {
      AstNode product = a;  // its factors stand in another order, or transposed
      product.kind = AstKind::product;
      product.operators = {Operator::kron};
      product.operator_spans = {Span{}};
      if (const Ast made = factors(product, flat(b, product), truth, claim); !made.is_none()) {
        note(Edit::Kind::operator_, claim, "`*` for kron", "", 0);
        return made;
      }
    } else if (a.kind == AstKind::product && b.kind == AstKind::product) {
      if (const Ast made = factors(a, flat(b, a), truth, claim); !made.is_none()) return made;
    }
    const bool is_alike = a.kind == b.kind && a.text == b.text && a.children.size() == b.children.size() &&
                          a.operators == b.operators && a.primes == b.primes && !a.children.empty() &&
                          a.kind != AstKind::product && a.kind != AstKind::sum && a.kind != AstKind::index;
    if (is_alike) {
      AstNode node = a;
      node.span = {};
      node.height = 1;
      const std::size_t before = edits_.size();
      for (std::size_t i = 0; i < a.children.size(); ++i) node.children[i] = matched(a.children[i], b.children[i]);
      const Ast made = pool_.add(std::move(node));
      if (agree(point_.value(made), real)) return made;
      edits_.resize(before);
    }
    return taken(claim, truth);
  }

  std::vector<Edited> edits_;
  std::size_t kept_ = 0;

 private:
  std::string text(Ast ast) const { return printed(pool_, ast, written_); }

  void note(Edit::Kind kind, Ast claim, std::string what, std::string mistake, std::size_t size,
            std::string brings = {}) {
    edits_.push_back({{},
                      {kind, std::move(what), claim.is_none() ? Span{} : pool_[claim].span},
                      base_cost(kind) + 0.15 * static_cast<double>(size),
                      std::move(mistake),
                      std::move(brings)});
  }

  /// sum(A) as A and A.^2 as A: what the derivative has lost, where the rest of it is the person's.
  Ast stripped(Ast claim, Ast truth) {
    const AstNode node = pool_[claim];
    const bool is_folded = node.kind == AstKind::call && node.children.size() == 1 &&
                           (node.text == "sum" || node.text == "tr" || node.text == "mean");
    const bool is_raised = node.kind == AstKind::power && pool_[node.children[1]].kind == AstKind::number;
    if ((!is_folded && !is_raised) || pool_[truth].kind == node.kind) return {};
    const std::size_t before = edits_.size();
    const std::size_t kept = kept_;
    const Ast inner = node.children[0];
    note(Edit::Kind::delete_, claim,
         is_folded ? fmt::format("delete {} around {}", node.text, text(inner))
                   : fmt::format("delete the power {} of {}", text(node.children[1]), text(inner)),
         is_folded ? "wrong-sum" : "extra-factor", 0);
    const Ast made = matched(inner, truth);
    if (made != truth && !(edits_.size() == before + 2 && edits_.back().edit.kind == Edit::Kind::replace)) return made;
    if (agree(point_.value(inner), point_.value(truth))) return made;
    edits_.resize(before);
    kept_ = kept;
    return {};
  }

  Ast taken(Ast claim, Ast truth) {
    std::size_t kept = 0;
    const Ast made = woven(truth, places_of(pool_, claim), kept);
    const Ast shown = kept > 0 ? made : truth;
    const bool is_named = pool_[claim].children.empty();
    note(Edit::Kind::replace, claim, fmt::format("replace {} by {}", text(claim), text(shown)),
         is_named ? "wrong-variable" : "", size_of(pool_, shown) - kept + (kept > 0 ? 10 : 0));
    return shown;
  }

  /// The truth with the person's own writing of every composite part that agrees.
  Ast woven(Ast truth, const std::vector<Place>& places, std::size_t& kept) {
    const AstNode node = pool_[truth];
    if (node.children.empty() || node.kind == AstKind::index) return truth;
    const Dense value = point_.value(truth);
    for (const Place& place : places) {
      const AstKind kind = pool_[place.node].kind;
      if (place.is_size || place.is_run() || pool_[place.node].children.empty() || kind == AstKind::range) continue;
      const Dense own = point_.value(place.node);
      const bool is_same_value = agree(own, value);
      if (!is_same_value && !agree(transposed(point_.arena(), own), value)) continue;
      kept += size_of(pool_, place.node);
      return is_same_value ? place.node : made_transpose(pool_, place.node);
    }
    if (node.kind == AstKind::call && (node.text == "eye" || node.text == "ones" || node.text == "sum")) return truth;
    AstNode made = node;
    made.height = 1;
    bool is_changed = false;
    for (Ast& child : made.children) {
      const Ast one = woven(child, places, kept);
      is_changed = is_changed || one != child;
      child = one;
    }
    return is_changed ? pool_.add(std::move(made)) : truth;
  }

  struct Term {
    Ast ast;
    bool is_minus;
  };
  std::vector<Term> terms_of(Ast ast) const {
    const AstNode& node = pool_[ast];
    if (node.kind == AstKind::negate) return {{node.children[0], true}};
    if (node.kind != AstKind::sum) return {{ast, false}};
    std::vector<Term> found;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      Term term{node.children[i], node.operators[i] == Operator::minus};
      if (pool_[term.ast].kind == AstKind::negate) term = {pool_[term.ast].children[0], !term.is_minus};
      found.push_back(term);
    }
    return found;
  }

  Dense signed_value(const Term& term) {
    const Dense value = point_.value(term.ast);
    return term.is_minus ? scaled(point_.arena(), -1, value) : value;
  }

  /// Terms that agree stay; of the others each true one is laid against a claimed one, or is brought in.
  Ast terms(Ast claim, Ast truth) {
    std::vector<Term> mine = terms_of(claim);
    std::vector<Term> real = terms_of(truth);
    std::vector<char> mine_used(mine.size(), 0);
    std::vector<char> real_used(real.size(), 0);
    std::size_t same = 0;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      for (std::size_t j = 0; j < real.size() && mine_used[i] == 0; ++j) {
        if (real_used[j] != 0 || !agree(signed_value(mine[i]), signed_value(real[j]))) continue;
        mine_used[i] = real_used[j] = 1;
        ++same;
      }
    }
    if (same == 0 && mine.size() == 1) return {};
    const std::vector<std::size_t> partner = partners(mine, mine_used, real, real_used, same > 0);
    if (same == 0 && std::all_of(partner.begin(), partner.end(), [&](std::size_t j) { return j == real.size(); }))
      return {};
    std::vector<Term> made;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (mine_used[i] != 0) {
        made.push_back(mine[i]);
        continue;
      }
      const std::size_t next = partner[i];
      if (next == real.size()) {
        note(Edit::Kind::delete_, mine[i].ast, "delete " + text(mine[i].ast), "extra-term", 0);
        continue;
      }
      if (mine[i].is_minus != real[next].is_minus)
        note(Edit::Kind::sign, mine[i].ast, "turn the sign of " + text(mine[i].ast), "sign", 0);
      made.push_back({matched(mine[i].ast, real[next].ast), real[next].is_minus});
    }
    for (std::size_t j = 0; j < real.size(); ++j) {
      if (real_used[j] != 0) continue;
      note(Edit::Kind::insert, {}, fmt::format("{} {}", real[j].is_minus ? "subtract" : "add", text(real[j].ast)),
           claim == whole_ || pool_[real[j].ast].kind == AstKind::product ? "missing-path" : "missing-term",
           size_of(pool_, real[j].ast), (real[j].is_minus ? "-" : "+") + text(real[j].ast));
      made.push_back(real[j]);
    }
    if (made.empty()) return {};
    Ast total = made[0].is_minus ? made_negate(pool_, made[0].ast) : made[0].ast;
    for (std::size_t i = 1; i < made.size(); ++i) {
      total = made_sum(pool_, total, made[i].is_minus ? Operator::minus : Operator::plus, made[i].ast);
    }
    return total;
  }

  /// For each claimed term that agrees with none the true one that it is nearest to; `real.size()`: none. Where nothing agrees, only those
  /// count that share something.
  std::vector<std::size_t> partners(const std::vector<Term>& mine, const std::vector<char>& mine_used,
                                    const std::vector<Term>& real, std::vector<char>& real_used, bool takes_any) {
    constexpr std::size_t most_trials = 16;
    struct Pair {
      double cost;
      std::size_t mine, real;
    };
    std::vector<Pair> pairs;
    const std::size_t edits = edits_.size();
    const std::size_t kept = kept_;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      for (std::size_t j = 0; j < real.size() && mine_used[i] == 0; ++j) {
        if (real_used[j] != 0 || pairs.size() >= most_trials) continue;
        (void)matched(mine[i].ast, real[j].ast);
        double cost = 0;
        for (std::size_t k = edits; k < edits_.size(); ++k) cost += edits_[k].cost;
        const bool is_other = is_plain_replacement(edits);
        edits_.resize(edits);
        kept_ = kept;
        if (!is_other || takes_any) pairs.push_back({cost, i, j});
      }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.cost < b.cost; });
    std::vector<std::size_t> partner(mine.size(), real.size());
    for (const Pair& pair : pairs) {
      if (partner[pair.mine] != real.size() || real_used[pair.real] != 0) continue;
      partner[pair.mine] = pair.real;
      real_used[pair.real] = 1;
    }
    return partner;
  }

  /// a .* (B*c) as (B*c) .* a: what lies in the front product can be laid against factors.
  void bring_product_to_front(AstNode& node) const {
    if (node.operators[0] != Operator::dot_times || pool_[node.children[0]].kind == AstKind::product) return;
    if (pool_[node.children[1]].kind == AstKind::product) std::swap(node.children[0], node.children[1]);
  }

  /// (a*b)*c as the factors a, b, c, as far as no factor of `mine` stands for a product at the front.
  AstNode flat(AstNode node, const AstNode& mine) {
    for (bring_product_to_front(node); pool_[node.children[0]].kind == AstKind::product; bring_product_to_front(node)) {
      const Dense value = point_.value(node.children[0]);
      const bool is_kept = std::any_of(mine.children.begin(), mine.children.end(), [&](Ast one) {
        return agree(point_.value(one), value) || agree(transposed(point_.arena(), point_.value(one)), value);
      });
      if (is_kept) break;
      const AstNode first = pool_[node.children[0]];
      node.children.erase(node.children.begin());
      node.children.insert(node.children.begin(), first.children.begin(), first.children.end());
      node.operators.insert(node.operators.begin(), first.operators.begin(), first.operators.end());
      node.operator_spans.assign(node.operators.size(), Span{});
    }
    return node;
  }

  struct Kept {
    std::size_t first;  ///< factor of the claim, or the first of a run
    Ast ast;
    std::size_t length = 1;
  };

  /// Neighbouring factors of the claim, none of them used, whose product is this value.
  std::optional<Kept> run_with(const AstNode& mine, Ast claim, const std::vector<char>& used, const Dense& value) {
    std::vector<Dense> children;
    for (const Ast child : mine.children) children.push_back(point_.value(child));
    for (std::size_t first = 0; first < used.size(); ++first) {
      for (std::size_t last = first; last < used.size() && used[last] == 0; ++last) {
        if (last == first || last - first + 1 == used.size()) continue;
        if (!agree(point_.run(mine, children, first, last + 1), value)) continue;
        const Place place{{}, claim, first, last + 1, false};
        AstNode run = pool_[part_at(pool_, place)];
        run.span = span_of(pool_, place);
        return Kept{first, pool_.add(std::move(run)), last + 1 - first};
      }
    }
    return std::nullopt;
  }

  /// The true product with the person's own writing of every factor, and run of factors, that agrees.
  Ast factors(const AstNode& mine, const AstNode& real, Ast truth, Ast claim) {
    AstNode made = real;
    made.height = 1;
    std::size_t kept = 0;
    std::vector<char> used(mine.children.size(), 0);
    std::vector<std::size_t> open;
    std::vector<Kept> order;
    const std::size_t before = edits_.size();
    for (std::size_t j = 0; j < real.children.size(); ++j) {
      const Dense value = point_.value(real.children[j]);
      bool found = false;
      for (const bool is_transposed : {false, true}) {
        for (std::size_t i = 0; i < mine.children.size() && !found; ++i) {
          const Dense own = point_.value(mine.children[i]);
          if (used[i] != 0 || !agree(is_transposed ? transposed(point_.arena(), own) : own, value)) continue;
          used[i] = 1;
          found = true;
          order.push_back({i, mine.children[i]});
          if (pool_[mine.children[i]].kind != AstKind::number) ++kept;
          made.children[j] = is_transposed ? made_transpose(pool_, mine.children[i]) : mine.children[i];
          if (is_transposed)
            note(Edit::Kind::transpose, mine.children[i], "transpose " + text(mine.children[i]), "missing-transpose",
                 0);
        }
      }
      if (found) continue;
      if (const auto run = run_with(mine, claim, used, value)) {
        std::fill_n(used.begin() + static_cast<std::ptrdiff_t>(run->first), run->length, 1);
        order.push_back(*run);
        kept += run->length;
        made.children[j] = run->ast;
      } else {
        open.push_back(j);
      }
    }
    std::size_t next = 0;
    for (const std::size_t j : open) {
      while (next < used.size() && used[next] != 0) ++next;
      if (next < used.size()) {
        used[next] = 1;
        const std::size_t replaced_before = edits_.size();
        made.children[j] = matched(mine.children[next], real.children[j]);
        if (!is_plain_replacement(replaced_before)) ++kept;
      } else {
        note(Edit::Kind::insert, {}, "insert " + text(real.children[j]), "missing-factor",
             size_of(pool_, real.children[j]), text(real.children[j]));
      }
    }
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i] == 0)
        note(Edit::Kind::delete_, mine.children[i], "delete " + text(mine.children[i]), "extra-factor", 0);
    }
    if (kept == 0) {
      edits_.resize(before);
      return {};
    }
    note_order(mine, real, claim, order);
    if (edits_.size() == before)
      note(Edit::Kind::operator_, claim, fmt::format("group the products as in {}", text(truth)), "other", 0);
    kept_ += kept;
    return pool_.add(std::move(made));
  }

  void note_order(const AstNode& mine, const AstNode& real, Ast claim, const std::vector<Kept>& order) {
    const auto fall =
        std::adjacent_find(order.begin(), order.end(), [](const Kept& a, const Kept& b) { return a.first > b.first; });
    const bool has_run = std::any_of(order.begin(), order.end(), [](const Kept& one) { return one.length > 1; });
    if (fall != order.end()) {
      note(Edit::Kind::swap, claim, fmt::format("move {} before {}", text(fall->ast), text((fall + 1)->ast)),
           "wrong-order", 0);
    } else if (mine.children.size() == real.children.size() && !has_run) {
      for (std::size_t i = 0; i < mine.operators.size(); ++i) {
        if (mine.operators[i] == real.operators[i]) continue;
        const bool is_product = real.operators[i] == Operator::times;
        note(Edit::Kind::operator_, claim,
             fmt::format("{} before {}", is_product ? "`*`" : "`.*`", text(mine.children[i + 1])), "hadamard-vs-matmul",
             0);
      }
    }
  }

  bool is_plain_replacement(std::size_t before) const {
    return edits_.size() == before + 1 && edits_.back().edit.kind == Edit::Kind::replace;
  }

  AstPool& pool_;
  SampleEnvironment& point_;
  const std::string& written_;
  Ast whole_;
};

}  // namespace

Alignment aligned(SyntaxTrees& trees, SampleEnvironment& point, Ast claim, Ast truth, const std::string& written) {
  Aligner aligner(trees, point, written);
  Alignment result;
  result.root = aligner.matched(claim, truth);
  result.edits = std::move(aligner.edits_);
  result.is_whole = result.root == truth;
  if (result.is_whole && !result.edits.empty()) result.edits[0].cost += 3;
  return result;
}

}  // namespace gradwright::check
