#include "check/domain.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "check/precise.h"
#include "check/regions.h"
#include "check/turning_sizes.h"
#include "derive/inside.h"
#include "ir/functions.h"
#include "ir/make.h"
#include "read/formula/builtins.h"
#include "read/formula/parser.h"

namespace gradwright::check {
namespace {

using formula::Ast;
using formula::AstKind;
using formula::AstNode;
using formula::Operator;

bool is_partial_function(const std::string& name) {
  static const std::set<std::string> names{"log",  "log1p", "log2",  "log10", "ln",  "sqrt",     "asin",
                                           "acos", "atanh", "acosh", "pow",   "inv", "logaddexp"};
  return names.contains(name);
}

bool is_root(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::map) return false;
  const MapFunction& map = pool.payload<MapFunction>(e);
  const bool is_between = Rational(0) < map.parameter && map.parameter < Rational(1);
  return map.function == Function::sqrt || (map.function == Function::power && is_between);
}

class Parts {
 public:
  explicit Parts(OpenSheet& sheet) : sheet_(sheet) {}

  void read(const std::string& gw, const std::vector<FreeIndex>& indices) {
    const Text text("", gw);
    formula::Reporter silent;
    silent.set_quiet(true);
    formula::AstPool asts;
    const auto tokens = formula::tokens_of(text, silent);
    const Ast root = formula::Parser(text, tokens, asts, silent).lone_expression();
    if (!root.is_none() && silent.count() == 0) walk({gw, asts}, root, indices);
  }

  std::vector<PartialPart> take() { return std::move(found_); }

  /// Of the definitions that were met: where a root is 0, its slope is infinite.
  std::vector<Expr> slopes_of_roots() {
    Pool& pool = sheet_.pool();
    std::vector<Expr> slopes;
    for (const std::string& name : known_) {
      const Definition* met = sheet_.program().definition(name);
      if (met == nullptr || met->expr.is_none()) continue;
      for (const Expr e : reachable(pool, {met->expr})) {
        if (is_root(pool, e))
          slopes.push_back(scalar_function(pool.payload<MapFunction>(e).function).derivative(pool, e, 0));
      }
    }
    return slopes;
  }

 private:
  struct Source {
    const std::string& gw;
    const formula::AstPool& asts;
  };

  static std::string written(const Source& source, Ast ast) {
    const Span span = source.asts[ast].span;
    return source.gw.substr(span.begin, span.end - span.begin);
  }

  /// Within `(…)[1,2]` a part of the size of the whole counts at the entries that are taken.
  Expr value_of(const Source& source, Ast ast, const std::vector<FreeIndex>& indices) {
    const SheetValue whole = sheet_.value(written(source, ast), indices);
    if (taken_.empty() || !whole.is_good() || whole.surface != base_) return whole.expr;
    const SheetValue entry = sheet_.value("(" + written(source, ast) + ")" + taken_, indices);
    return entry.is_good() ? entry.expr : whole.expr;
  }

  void walk_base(const Source& source, Ast ast, const std::vector<FreeIndex>& indices) {
    const Ast base = source.asts[ast].children[0];
    const SheetValue value = sheet_.value(written(source, base), indices);
    const Span whole = source.asts[ast].span, inner = source.asts[base].span;
    std::string taken = source.gw.substr(inner.end, whole.end - inner.end);
    taken.erase(0, std::min(taken.find('['), taken.size()));
    const std::string outer = std::exchange(taken_, value.is_good() ? taken : std::string());
    const Shape outer_base = std::exchange(base_, value.surface);
    walk(source, base, indices);
    taken_ = outer;
    base_ = outer_base;
  }

  void note(Expr value) {
    if (!value.is_none() && sheet_.pool().kind(value) != Kind::literal) found_.push_back({value, {}, {}});
  }

  void note_divisor(const Source& source, Ast ast, const std::vector<FreeIndex>& indices) {
    Pool& pool = sheet_.pool();
    const Expr value = value_of(source, ast, indices);
    if (value.is_none() || pool.kind(value) == Kind::literal) return;
    found_.push_back({make_power(pool, value, -1), value, written(source, ast)});
  }

  void walk(const Source& source, Ast ast, std::vector<FreeIndex> indices) {
    const AstNode& node = source.asts[ast];
    switch (node.kind) {
      case AstKind::name: definition(node.text); return;
      case AstKind::call:
        if (is_partial_function(node.text)) note(value_of(source, ast, indices));
        if (formula::is_index_reduction(node)) {
          for (std::size_t i = 0; i + 1 < node.children.size(); ++i)
            indices.push_back({source.asts[node.children[i]].text, std::nullopt});
          walk(source, node.children.back(), std::move(indices));
          return;
        }
        break;
      case AstKind::index:
        walk_base(source, ast, indices);
        for (std::size_t i = 1; i < node.children.size(); ++i) walk(source, node.children[i], indices);
        return;
      case AstKind::power: {
        const AstNode& exponent = source.asts[node.children[1]];
        const bool is_whole = exponent.kind == AstKind::number && exponent.value.is_integer();
        if (!is_whole) note(value_of(source, ast, indices));
        break;
      }
      case AstKind::product:
        for (std::size_t i = 1; i < node.children.size(); ++i) {
          const Operator op = node.operators[i - 1];
          if (op == Operator::over || op == Operator::dot_over) note_divisor(source, node.children[i], indices);
        }
        break;
      default: break;
    }
    for (const Ast child : node.children) walk(source, child, indices);
  }

  void definition(const std::string& name) {
    if (!known_.insert(name).second) return;
    const Definition* found = sheet_.program().definition(name);
    if (found == nullptr || found->span.end > sheet_.text().content().size()) return;
    const std::string line(sheet_.text().slice(found->span));
    const auto equals = line.find('=');
    const std::string taken = std::exchange(taken_, {});  // elsewhere it may be used whole
    if (equals != std::string::npos) read(line.substr(equals + 1), indices_of(line.substr(0, equals)));
    taken_ = taken;
  }

  /// i and j of `Z[i,j]`, what stands left of a definition by entries.
  static std::vector<FreeIndex> indices_of(const std::string& left) {
    std::vector<FreeIndex> found;
    std::string name;
    for (std::size_t i = std::min(left.find('['), left.size()); i < left.size(); ++i) {
      const bool is_letter = std::isalnum(static_cast<unsigned char>(left[i])) != 0 || left[i] == '_';
      if (is_letter) name += left[i];
      if (!is_letter && !name.empty()) found.push_back({std::exchange(name, {}), std::nullopt});
    }
    return found;
  }

  OpenSheet& sheet_;
  std::vector<PartialPart> found_;
  std::set<std::string> known_;
  std::string taken_;  ///< `[1,2]`, within what it picks from; else empty
  Shape base_;         ///< the size of that
};

bool all_finite(const Pool& pool, const std::vector<Expr>& roots, const Bindings& at) {
  for (const Tensor& tensor : evaluate(pool, roots, at)) {
    if (!std::all_of(tensor.values.begin(), tensor.values.end(), [](double x) { return std::isfinite(x); }))
      return false;
  }
  return true;
}

/// Parts that the truth has not.
std::vector<PartialPart> own_parts(const Pool& pool, const std::vector<PartialPart>& parts,
                                   const std::vector<Expr>& truth) {
  const std::vector<Expr> shared = reachable(pool, truth);
  std::vector<PartialPart> own;
  for (const PartialPart& part : parts) {
    if (!std::binary_search(shared.begin(), shared.end(), part.value)) own.push_back(part);
  }
  return own;
}

}  // namespace

std::vector<PartialPart> partial_parts(OpenSheet& sheet, const std::string& gw, const std::vector<FreeIndex>& indices) {
  Parts parts(sheet);
  parts.read(gw, indices);
  return parts.take();
}

std::vector<Expr> slopes_of_roots(OpenSheet& sheet, const std::string& gw) {
  Parts parts(sheet);
  parts.read(gw, {});
  return parts.slopes_of_roots();
}

std::optional<DomainGap> domain_gap(const Pool& pool, const std::vector<PartialPart>& parts,
                                    const std::vector<Expr>& truth) {
  std::vector<Expr> own;
  for (const PartialPart& part : own_parts(pool, parts, truth)) own.push_back(part.value);
  if (own.empty()) return std::nullopt;
  std::vector<Expr> all = truth;
  all.insert(all.end(), own.begin(), own.end());
  const std::vector<Expr> ids = reachable(pool, all);
  const auto is_gap = [&](const Bindings& at) {
    if (!sizes_fit(pool, ids, at.dims) || all_finite(pool, own, at) || !all_finite(pool, truth, at)) return false;
    return are_finite(pool, own, at) == false && are_finite(pool, truth, at) == true;
  };
  std::vector<Bindings> points;
  for (std::uint64_t i = 0; i < 16; ++i) {
    points.push_back(random_bindings(pool, all, 1009 + i * 7919));
    (void)move_inside(points.back(), pool, truth);
  }
  for (const DimValues& sizes : unusual_sizes(pool, all, false, {}))
    points.push_back(random_bindings(pool, all, 1013, sizes));
  for (const DimValues& sizes : turning_sizes(pool, ids).sizes)
    points.push_back(random_bindings(pool, all, 1019, sizes));
  for (const double factor : {1e-3, 30.0, 1e3, 1e6, -1.0, -1e3, -1e6})
    points.push_back(stretched(pool, points[0], factor));
  for (Bindings& at : points) {
    if (is_gap(at)) return DomainGap{std::move(at)};
  }
  return std::nullopt;
}

std::vector<std::string> zero_divisors(Pool& pool, const std::vector<PartialPart>& parts,
                                       const std::vector<Expr>& truth) {
  std::vector<std::string> found;
  for (const PartialPart& part : own_parts(pool, parts, truth)) {
    if (part.divisor.is_none()) continue;
    std::vector<Expr> all = truth;
    all.push_back(part.divisor);
    const std::vector<Expr> ids = reachable(pool, all);
    const Bindings base = random_bindings(pool, all, 1021);
    if (!sizes_fit(pool, ids, base.dims)) continue;
    // From a point to its mirror image, and to 0: where an entry changes its sign, or is 0.
    const auto entry_at = [&](double factor, std::size_t k) {
      return evaluate(pool, part.divisor, stretched(pool, base, factor)).values[k];
    };
    const std::size_t count = evaluate(pool, part.divisor, base).values.size();
    for (std::size_t k = 0; k < count; ++k) {
      double low = -1, high = 1;
      const double at_low = entry_at(low, k), at_high = entry_at(high, k), at_zero = entry_at(0, k);
      if (!std::isfinite(at_zero) || (at_zero != 0 && !(at_low * at_high < 0))) continue;
      for (int step = 0; step < 50 && at_zero != 0; ++step) {
        const double middle = (low + high) / 2;
        (entry_at(middle, k) * at_low > 0 ? low : high) = middle;
      }
      if (!all_finite(pool, truth, stretched(pool, base, at_zero == 0 ? 0 : low))) continue;
      if (std::find(found.begin(), found.end(), part.written) == found.end()) found.push_back(part.written);
      break;
    }
  }
  return found;
}

}  // namespace gradwright::check
