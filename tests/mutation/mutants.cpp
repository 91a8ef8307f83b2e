#include "mutants.h"

#include <set>

#include "check/edit.h"
#include "check/edit_print.h"

namespace gradwright::check {
namespace {

class Slips {
 public:
  Slips(const std::string& gw, const MutantNames& names) : gw_(gw), names_(names) {
    const Text text("", gw);
    formula::Reporter reporter;
    const auto tokens = formula::tokens_of(text, reporter);
    root_ = formula::Parser(text, tokens, pool_, reporter).lone_expression();
  }

  std::vector<Mutant> all() {
    for (const Place& place : places_of(pool_, root_)) {
      if (place.is_run()) continue;
      const AstNode node = pool_[place.node];
      if (place.is_size) {
        size(place, node);
        continue;
      }
      if (node.kind == AstKind::all || node.kind == AstKind::range) continue;
      if (node.kind == AstKind::number) {
        put(place, made_number(pool_, node.value * Rational(2)), "constant");
        put(place, made_number(pool_, node.value / Rational(2)), "constant");
        continue;
      }
      put(place, made_transpose(pool_, place.node), place.path.empty() ? "layout" : "transpose");
      if (node.kind == AstKind::name) wrong_names(place, node);
      if (node.kind == AstKind::product) product(place, node);
      if (node.kind == AstKind::sum) sum(place, node);
      if (node.kind == AstKind::call || node.kind == AstKind::prime_call) call(place, node);
      if (node.kind == AstKind::power) put(place, node.children[0], "power lost");
      if (place.path.empty() && node.kind != AstKind::negate) {
        put(place, made_negate(pool_, place.node), "sign");
        put(place, made_product(pool_, made_number(pool_, 2), Operator::times, place.node), "factor 2");
        put(place, made_product(pool_, place.node, Operator::over, made_number(pool_, 2)), "factor 1/2");
      }
      if (node.kind == AstKind::negate) put(place, node.children[0], "sign");
    }
    return std::move(found_);
  }

 private:
  void put(const Place& place, Ast part, const char* slip) {
    std::string made = printed(pool_, replaced(pool_, root_, place, part), gw_);
    if (made != gw_ && seen_.insert(made).second) found_.push_back({std::move(made), slip});
  }

  /// An entry or a slice one further; rows taken for columns.
  void size(const Place& place, const AstNode& node) {
    if (node.kind == AstKind::number) put(place, made_number(pool_, node.value + Rational(1)), "index");
    if (node.kind == AstKind::name) {
      for (const std::string& other : names_.indices) {
        if (other != node.text) put(place, made_name(pool_, other), "index");
      }
    }
  }

  void wrong_names(const Place& place, const AstNode& node) {
    const std::vector<std::string>& all = names_.all;
    std::size_t at = 0;
    while (at < all.size() && all[at] != node.text) ++at;
    if (at == all.size()) return;
    for (const std::size_t step : {std::size_t{1}, all.size() - 1}) {
      put(place, made_name(pool_, all[(at + step) % all.size()]), "wrong variable");
    }
  }

  template <class Change>
  Ast changed(AstNode node, Change change) {
    node.span = {};
    node.height = 1;
    node.operator_spans.assign(node.operators.size(), Span{});
    change(node);
    return node.children.size() == 1 ? node.children[0] : pool_.add(std::move(node));
  }

  const char* lost_factor(Ast factor) const {
    const AstNode& node = pool_[factor];
    if (node.kind == AstKind::prime_call || (node.kind == AstKind::call && node.text == "step")) return "slope lost";
    if (node.kind == AstKind::call && node.text == "eye") return "identity lost";
    if (node.kind == AstKind::call && node.text == "ones" && node.children.size() == 1) return "sum lost";
    return "factor lost";
  }

  void product(const Place& place, const AstNode& node) {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      put(place,
          changed(node,
                  [&](AstNode& one) {
                    one.children.erase(one.children.begin() + static_cast<std::ptrdiff_t>(i));
                    one.operators.erase(one.operators.begin() + static_cast<std::ptrdiff_t>(i == 0 ? 0 : i - 1));
                  }),
          lost_factor(node.children[i]));
      if (i + 1 == node.children.size()) break;
      put(place, changed(node, [&](AstNode& one) { std::swap(one.children[i], one.children[i + 1]); }), "order");
      const Operator op = node.operators[i];
      if (op == Operator::times || op == Operator::dot_times) {
        put(place,
            changed(node,
                    [&](AstNode& one) {
                      one.operators[i] = op == Operator::times ? Operator::dot_times : Operator::times;
                    }),
            "kind of product");
      } else if (op == Operator::over || op == Operator::dot_over) {
        put(place,
            changed(
                node,
                [&](AstNode& one) { one.operators[i] = op == Operator::over ? Operator::times : Operator::dot_times; }),
            "times for over");
      }
    }
  }

  void sum(const Place& place, const AstNode& node) {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) {
        put(place,
            changed(node,
                    [&](AstNode& one) {
                      one.operators[i] = one.operators[i] == Operator::plus ? Operator::minus : Operator::plus;
                    }),
            "sign");
      }
      if (i == 0 && node.operators[1] == Operator::minus) continue;
      put(place,
          changed(node,
                  [&](AstNode& one) {
                    one.children.erase(one.children.begin() + static_cast<std::ptrdiff_t>(i));
                    one.operators.erase(one.operators.begin() + static_cast<std::ptrdiff_t>(i));
                  }),
          place.path.empty() ? "path lost" : "term lost");
    }
  }

  void call(const Place& place, const AstNode& node) {
    if (node.children.size() != 1) return;
    const bool is_total = node.text == "sum" || node.text == "rowsum" || node.text == "colsum" || node.text == "tr";
    const bool is_slope = node.kind == AstKind::prime_call;
    put(place, node.children[0],
        is_slope              ? "slope lost"
        : is_total            ? "sum lost"
        : node.text == "diag" ? "diagonal lost"
                              : "function lost");
    if (node.text == "rowsum" || node.text == "colsum") {
      put(place, made_call(pool_, "sum", node.children), "sum over all");
      put(place, made_call(pool_, node.text == "rowsum" ? "colsum" : "rowsum", node.children), "sum the other way");
    }
    if (!is_slope) return;
    put(place, made_call(pool_, node.text, node.children), "slope is the function");
    const Ast output = made_call(pool_, node.text, node.children);
    put(place, made_call(pool_, node.text, {output}, 1), "slope elsewhere");
    if (const auto named = names_.definitions.find(printed(pool_, output, gw_)); named != names_.definitions.end())
      put(place, made_call(pool_, node.text, {made_name(pool_, named->second)}, 1), "slope elsewhere");
  }

  std::string gw_;
  const MutantNames& names_;
  AstPool pool_;
  Ast root_;
  std::set<std::string> seen_;
  std::vector<Mutant> found_;
};

}  // namespace

std::vector<Mutant> mutants_of(const std::string& gw, const MutantNames& names) { return Slips(gw, names).all(); }

}  // namespace gradwright::check
