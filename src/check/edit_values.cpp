#include "check/edit_values.h"

#include <algorithm>
#include <cmath>

#include "check/edit.h"
#include "check/edit_functions.h"
#include "check/edit_print.h"
#include "check/own_names.h"
#include "derive/differences.h"
#include "read/formula/builtins.h"
#include "read/formula/prelude.h"

namespace gradwright::check {

SampleEnvironment::SampleEnvironment(const RepairTask& task, const SyntaxTrees& trees, std::uint64_t seed)
    : task_(task), trees_(trees) {
  const Pool& pool = task.sheet.pool();
  std::vector<Expr> roots{task.truth};
  for (const Declaration& one : task.sheet.program().declarations) roots.push_back(one.input);
  for (const Definition& one : task.sheet.program().definitions) {
    if (!one.expr.is_none()) roots.push_back(one.expr);
  }
  for (const auto& [expr, name] : task.sheet.program().names) roots.push_back(expr);
  std::sort(roots.begin(), roots.end());
  std::erase_if(roots, [](Expr e) { return e.is_none(); });
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  bindings_ = random_bindings(pool, roots, seed);
  const Shape& axes = pool.shape(task.truth);
  for (std::size_t i = 0; i < task.indices.size() && i < axes.size(); ++i) {
    const std::int64_t extent = pool.dims().value(axes[i], bindings_.dims).value_or(1);
    index_values_.push_back(1 + static_cast<std::int64_t>(seed + i) % extent);
  }
  bind_names();
  const Dense truth = sliced(arena_, evaluate(pool, task.truth, bindings_), task.truth_surface);
  if (std::all_of(truth.at, truth.at + truth.count(), [](double x) { return std::isfinite(x); })) target_ = truth;
}

void SampleEnvironment::bind_names() {
  const Program& program = task_.sheet.program();
  struct Bound {
    std::string name;
    Expr expr;
    Shape surface;
  };
  std::vector<Bound> all;
  for (const auto& [expr, name] : program.names) all.push_back({name.text, expr, name.surface});
  for (const Definition& one : program.definitions) all.push_back({one.name, one.expr, one.surface});
  for (const Declaration& one : program.declarations) all.push_back({one.name, one.input, one.surface});
  std::erase_if(
      all, [](const Bound& one) { return one.expr.is_none() || one.surface.size() > 2 || is_of_checker(one.name); });
  std::vector<Expr> roots;
  for (const Bound& one : all) roots.push_back(one.expr);
  const std::vector<Tensor> values = evaluate(task_.sheet.pool(), roots, bindings_);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const DimTable& dims = task_.sheet.pool().dims();
    const Shape& surface = all[i].surface;
    const auto extent = [&](std::size_t axis) {
      return axis < surface.size() ? static_cast<std::size_t>(dims.value(surface[axis], bindings_.dims).value_or(0))
                                   : 1;
    };
    const Fresh made = fresh(arena_, extent(0), extent(1));
    if (made.dense.is_none() || made.dense.count() != values[i].values.size()) continue;
    std::copy(values[i].values.begin(), values[i].values.end(), made.at);
    names_.insert_or_assign(all[i].name, made.dense);
  }
  for (std::size_t i = 0; i < index_values_.size(); ++i) {
    names_.insert_or_assign(task_.indices[i].name, constant(arena_, static_cast<double>(index_values_[i])));
  }
}

Dense SampleEnvironment::sliced(Arena& arena, const Tensor& tensor, const Shape& surface) {
  if (surface.size() > 2) return {};
  std::size_t stride = 1;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < index_values_.size(); ++i) {
    if (i >= tensor.extents.size() || index_values_[i] > tensor.extents[i]) return {};
    offset += static_cast<std::size_t>(index_values_[i] - 1) * stride;
    stride *= static_cast<std::size_t>(tensor.extents[i]);
  }
  return dense_of(arena, tensor, surface, offset, stride);
}

Dense SampleEnvironment::dense_of(Arena& arena, const Tensor& tensor, const Shape& surface, std::size_t offset,
                                  std::size_t stride) const {
  const DimTable& dims = task_.sheet.pool().dims();
  const auto extent = [&](std::size_t axis) {
    return axis < surface.size() ? static_cast<std::size_t>(dims.value(surface[axis], bindings_.dims).value_or(0)) : 1;
  };
  const Fresh made = fresh(arena, extent(0), extent(1));
  if (made.dense.is_none() || made.dense.count() * stride != tensor.values.size()) return {};
  for (std::size_t i = 0; i < made.dense.count(); ++i) made.at[i] = tensor.values[offset + i * stride];
  return made.dense;
}

Dense SampleEnvironment::value(Ast ast) {
  if (kept_.size() <= ast.index()) kept_.resize(std::max<std::size_t>(trees_.pool.size(), ast.index() + 1));
  if (!kept_[ast.index()].is_known) {
    const Dense found = computed(ast, nullptr);
    kept_[ast.index()] = {found, true};
    known_.push_back(ast);
  }
  return kept_[ast.index()].dense;
}

SampleEnvironment::Scope::~Scope() {
  for (std::size_t i = known_; i < point_.known_.size(); ++i) point_.kept_[point_.known_[i].index()] = {};
  point_.known_.resize(known_);
  point_.arena_.release(mark_);
}

Dense SampleEnvironment::computed(Ast ast, const Environment* around) {
  const AstNode& node = trees_.pool[ast];
  if (node.kind == AstKind::name) {
    if (around != nullptr) {
      const auto found =
          std::find_if(around->rbegin(), around->rend(), [&](const auto& one) { return one.first == node.text; });
      if (found != around->rend()) return found->second;
    }
    if (const auto found = names_.find(node.text); found != names_.end()) return found->second;
    const auto size = bindings_.dims.find(node.text);
    if (size != bindings_.dims.end()) return constant(arena_, static_cast<double>(size->second));
    const auto& dims = task_.sheet.pool().dims();
    for (const DimEquality& equality : dims.equalities()) {
      if (dims.symbol_name(equality.symbol) != node.text) continue;
      return constant(arena_, static_cast<double>(dims.value(equality.value, bindings_.dims).value_or(0)));
    }
    return {};
  }
  if (formula::is_index_reduction(node)) return index_reduction(node, around);
  std::vector<Dense> children;
  children.reserve(node.children.size());
  for (const Ast child : node.children) children.push_back(around == nullptr ? value(child) : computed(child, around));
  const Dense found = made(node, children);
  const bool is_call = node.kind == AstKind::call || node.kind == AstKind::prime_call;
  const bool is_whole = std::none_of(children.begin(), children.end(), [](const Dense& one) { return one.is_none(); });
  return found.is_none() && is_call && around == nullptr && is_whole ? asked(ast) : found;
}

Dense SampleEnvironment::made(const AstNode& node, std::span<const Dense> children) {
  switch (node.kind) {
    case AstKind::number: return constant(arena_, node.value.to_double());
    case AstKind::name: return {};
    case AstKind::negate: return scaled(arena_, -1, children[0]);
    case AstKind::sum:
    case AstKind::product: return run(node, children, 0, children.size());
    case AstKind::power: return raised(arena_, children[0], node.operators[0], children[1]);
    case AstKind::transpose: return transposed(arena_, children[0]);
    case AstKind::index: return entry(node, children);
    case AstKind::call: {
      const auto own = trees_.functions.find(node.text);
      if (own != trees_.functions.end()) {
        if (const Dense found = own_call(own->second, children, 0); !found.is_none()) return found;
      }
      return called(arena_, node.text, children);
    }
    case AstKind::prime_call: {
      if (node.primes != 1 || children.size() != 1 || children[0].is_none()) return {};
      const auto own = trees_.functions.find(node.text);
      if (own == trees_.functions.end()) return slope(arena_, node.text, children[0]);
      constexpr double h = 1e-3;
      Dense total = constant(arena_, 0);
      for (const auto& [offset, weight] : {std::pair{-2.0, 1.0}, {-1.0, -8.0}, {1.0, 8.0}, {2.0, -1.0}}) {
        const Dense shifted = added(arena_, children[0], offset * h, constant(arena_, 1));
        total = added(arena_, total, weight / (12 * h), own_call(own->second, {&shifted, 1}, 0));
      }
      return total;
    }
    case AstKind::compare: return compared(arena_, children[0], node.operators[0], children[1]);
    case AstKind::block: return block(node, children);
    case AstKind::all: return constant(arena_, 0, 1, 2);
    case AstKind::range: {
      if (!children[0].is_scalar() || !children[1].is_scalar()) return {};
      const Fresh ends = fresh(arena_, 1, 2);
      ends.at[0] = *children[0].at;
      ends.at[1] = *children[1].at;
      return ends.dense;
    }
    case AstKind::named_argument: return {};
  }
  return {};
}

Dense SampleEnvironment::run(const AstNode& node, std::span<const Dense> children, std::size_t begin, std::size_t end) {
  Dense total = children[begin];
  if (node.kind == AstKind::sum) {
    if (node.operators[begin] == Operator::minus && begin == 0) total = scaled(arena_, -1, total);
    const double sign = begin > 0 && node.operators[begin] == Operator::minus ? -1 : 1;  // of a run after a minus
    for (std::size_t i = begin + 1; i < end; ++i) {
      total = added(arena_, total, (node.operators[i] == Operator::minus ? -1 : 1) * sign, children[i]);
    }
    return total;
  }
  for (std::size_t i = begin + 1; i < end && !total.is_none(); ++i) {
    total = multiplied(arena_, total, node.operators[i - 1], children[i]);
  }
  return total;
}

Dense SampleEnvironment::own_call(const OwnFunction& function, std::span<const Dense> arguments, int depth) {
  if (arguments.size() != function.parameters.size() || depth_ + depth > 8) return {};
  Environment around;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].is_none()) return {};
    around.emplace_back(function.parameters[i], arguments[i]);
  }
  ++depth_;
  const Dense found = computed(function.body, &around);
  --depth_;
  return found;
}

std::size_t SampleEnvironment::extent_of(Ast body, const std::string& index, const Environment* around) {
  const AstNode& node = trees_.pool[body];
  if (node.kind == AstKind::index) {
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const AstNode& item = trees_.pool[node.children[i]];
      if (item.kind != AstKind::name || item.text != index) continue;
      const Dense base = computed(node.children[0], around);
      if (base.is_none()) return 0;
      return node.children.size() == 2 ? base.count() : i == 1 ? base.rows : base.cols;
    }
  }
  for (const Ast child : node.children) {
    if (const std::size_t found = extent_of(child, index, around); found > 0) return found;
  }
  return 0;
}

Dense SampleEnvironment::index_reduction(const AstNode& node, const Environment* around) {
  Environment inner = around == nullptr ? Environment{} : *around;
  const Ast body = node.children.back();
  std::vector<std::size_t> extents;
  std::size_t total_count = 1;
  for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
    const AstNode& index = trees_.pool[node.children[i]];
    if (index.kind != AstKind::name) return {};
    inner.emplace_back(index.text, constant(arena_, 1));
    extents.push_back(extent_of(body, index.text, &inner));
    total_count *= extents.back();
  }
  if (total_count == 0 || total_count > 500) return {};
  Dense total;
  for (std::size_t k = 0; k < total_count; ++k) {
    std::size_t rest = k;
    for (std::size_t i = 0; i < extents.size(); ++i) {
      inner[inner.size() - extents.size() + i].second = constant(arena_, static_cast<double>(1 + rest % extents[i]));
      rest /= extents[i];
    }
    const Dense term = computed(body, &inner);
    total = k == 0               ? term
            : node.text == "sum" ? added(arena_, total, 1, term)
                                 : multiplied(arena_, total, formula::Operator::dot_times, term);
    if (total.is_none()) return {};
  }
  return total;
}

Dense SampleEnvironment::entry(const AstNode& node, std::span<const Dense> children) {
  const Dense& base = children[0];
  if (base.is_none() || children.size() > 3) return {};
  struct Range {
    std::size_t first = 1, last = 1;
  };
  const auto range = [](const Dense& item, std::size_t extent) {
    const auto at = [&](std::size_t i) {
      return item.at[i] < 0 ? std::size_t{0} : static_cast<std::size_t>(item.at[i]);
    };
    if (item.is_none() || item.count() > 2) return Range{0, 0};
    if (item.is_scalar()) return Range{at(0), at(0)};
    return item.at[0] == 0 && item.at[1] == 0 ? Range{1, extent} : Range{at(0), at(1)};
  };
  Range rows;
  Range cols;
  if (children.size() == 2) {
    if (!base.is_vector()) return {};
    (base.cols == 1 ? rows : cols) = range(children[1], base.count());
  } else {
    rows = range(children[1], base.rows);
    cols = range(children[2], base.cols);
  }
  (void)node;
  return block_of(arena_, base, rows.first, rows.last, cols.first, cols.last);
}

Dense SampleEnvironment::block(const AstNode& node, std::span<const Dense> children) {
  std::vector<Dense> rows;
  std::size_t at = 0;
  for (const std::uint32_t count : node.rows) {
    rows.push_back(called(arena_, "hcat", children.subspan(at, count)));
    at += count;
  }
  return called(arena_, "vcat", rows);
}

Dense SampleEnvironment::asked(Ast ast) {
  constexpr std::size_t most_questions = 150;
  const std::string gw = printed(trees_.pool, ast, task_.claim);
  if (const auto found = asked_.find(gw); found != asked_.end()) return found->second;
  if (asked_.size() >= most_questions) return {};
  const SheetValue answer = task_.sheet.value(gw);
  Dense found;
  const Pool& pool = task_.sheet.pool();
  if (answer.is_good() && answer.surface.size() <= 2 && missing_bindings(pool, {answer.expr}, bindings_).empty() &&
      sizes_fit(pool, reachable(pool, {answer.expr}), bindings_.dims)) {
    found = dense_of(answers_, evaluate(pool, answer.expr, bindings_), answer.surface, 0, 1);
  }
  asked_.emplace(gw, found);
  return found;
}

}  // namespace gradwright::check
