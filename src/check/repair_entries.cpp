// A literal array, some of whose entries are right: each of the others is a claim of its own, about one entry of the truth.
#include <fmt/format.h>

#include <algorithm>

#include "check/edit_values.h"
#include "check/equivalent.h"
#include "check/repair.h"
#include "ir/make.h"

namespace gradwright::check {
namespace {

using formula::AstNode;

struct Entry {
  Span span;  ///< in the claim
  std::size_t row = 0, col = 0;
};

std::vector<Entry> entries_of(const AstPool& pool, const AstNode& block) {
  std::vector<Entry> entries;
  for (std::size_t row = 0; row < block.rows.size(); ++row) {
    for (std::size_t col = 0; col < block.rows[row]; ++col) {
      const Ast child = block.children[entries.size()];
      entries.push_back({pool[child].span, row, col});
    }
  }
  return entries;
}

bool has_size(const Pool& pool, const Shape& surface, const AstNode& block) {
  const auto is = [&](std::size_t axis, std::size_t size) {
    return pool.dims().constant_value(surface[axis]) == static_cast<std::int64_t>(size);
  };
  const auto is_regular = [&](std::size_t cols) { return cols == block.rows[0]; };
  return surface.size() == 2 && is(0, block.rows.size()) && is(1, block.rows[0]) &&
         std::all_of(block.rows.begin(), block.rows.end(), is_regular);
}

/// What is true of one entry, and how it is written.
struct True {
  Expr expr;
  std::string gw;
  std::vector<WhereItem> where;
};

/// Entries of the truth. Where that is written as a literal array too, its entries are as simple as they can be.
class TrueEntries {
 public:
  TrueEntries(const RepairTask& task, const AstNode& claim) : task_(task) {
    const Ast root = task.where.empty() ? parsed(task.truth_gw, asts_) : Ast{};
    if (root.is_none() || asts_[root].kind != AstKind::block || asts_[root].rows != claim.rows) return;
    written_ = entries_of(asts_, asts_[root]);
  }

  [[nodiscard]] True at(std::size_t place, const Entry& entry) const {
    if (!written_.empty()) {
      const Span span = written_[place].span;
      const std::string gw = task_.truth_gw.substr(span.begin, span.end - span.begin);
      if (const SheetValue value = task_.sheet.value(gw); value.is_good() && value.surface.empty())
        return {value.expr, gw, {}};
    }
    const Expr expr = taken(entry);
    Formula formula = presented(task_.sheet.pool(), expr, {}, task_.sheet.program().names);
    const std::string whole = fmt::format("({})[{},{}]", task_.truth_gw, entry.row + 1, entry.col + 1);
    constexpr std::size_t short_text = 40;
    const bool is_short = whole.size() < short_text && task_.where.empty();
    if (!formula.where.empty() && is_short && task_.sheet.value(whole).is_good()) return {expr, whole, {}};
    return {expr, std::move(formula.gw), std::move(formula.where)};
  }

 private:
  /// Axes of size 1 are none of the expression's.
  [[nodiscard]] Expr taken(const Entry& entry) const {
    Pool& pool = task_.sheet.pool();
    const std::size_t order = pool.order(task_.truth);
    std::vector<std::size_t> index{entry.row, entry.col};
    if (order == 1) index = {std::max(entry.row, entry.col)};
    std::vector<AffineIndex> axes;
    for (std::size_t axis = 0; axis < order; ++axis)
      axes.push_back({{}, pool.dims().constant(static_cast<std::int64_t>(index[axis]))});
    return order == 0 ? task_.truth : make_window(pool, task_.truth, {}, std::move(axes));
  }

  const RepairTask& task_;
  AstPool asts_;
  std::vector<Entry> written_;
};

struct Part {
  Entry at;
  std::string written;
  Findings found;
};

/// The entry by itself; where nothing makes it true, what is true stands in its place.
std::optional<Part> mended(const RepairTask& task, const Entry& at, Expr value, const True& truth) {
  Part part{at, task.claim.substr(at.span.begin, at.span.end - at.span.begin), {}};
  RepairTask one{task.sheet, part.written, {}, truth.expr, {}, truth.gw, truth.where, "the entry", {}};
  one.seed = task.seed;
  one.most_repairs = 1;
  one.most_trials = task.most_trials / 2;
  const Pool& pool = task.sheet.pool();
  const bool is_number = pool.kind(value) == Kind::literal || pool.kind(truth.expr) == Kind::literal;
  const bool is_simple = is_number && truth.where.empty();  // 1 for x: nothing of x is meant
  if (!is_simple) part.found = findings(one);
  if (!part.found.repairs.empty()) return part;
  if (!truth.where.empty()) return std::nullopt;
  const std::string text = "replace " + part.written + " by " + truth.gw;
  const Span whole{0, static_cast<std::uint32_t>(part.written.size())};
  Repair repair;
  repair.gw = truth.gw;
  repair.edits.push_back({Edit::Kind::replace, text, whole});
  part.found.repairs.push_back(std::move(repair));
  part.found.mistakes.push_back({"other", whole, "this entry is wrong: " + text});
  return part;
}

Span moved(Span span, std::uint32_t by) { return {span.begin + by, span.end + by}; }

}  // namespace

std::optional<Findings> findings_in_entries(const RepairTask& task) {
  constexpr std::size_t most_wrong = 3, most_entries = 36;
  AstPool asts;
  const Ast root = parsed(task.claim, asts);
  if (root.is_none() || asts[root].kind != AstKind::block || !task.indices.empty()) return std::nullopt;
  Pool& pool = task.sheet.pool();
  const std::vector<Entry> entries = entries_of(asts, asts[root]);
  if (entries.size() > most_entries || !has_size(pool, task.truth_surface, asts[root])) return std::nullopt;
  std::vector<Part> parts;
  bool some_is_right = false;  // and not 0, which any factor leaves as it is
  const TrueEntries truths(task, asts[root]);
  for (std::size_t place = 0; place < entries.size(); ++place) {
    const Entry& at = entries[place];
    const SheetValue value = task.sheet.value(task.claim.substr(at.span.begin, at.span.end - at.span.begin));
    if (!value.is_good() || !value.surface.empty()) return std::nullopt;
    const True truth = truths.at(place, at);
    if (equivalent(pool, value.expr, truth.expr).is_equal()) {
      some_is_right = some_is_right || !is_zero(pool, truth.expr);
      continue;
    }
    if (parts.size() == most_wrong) return std::nullopt;
    auto part = mended(task, at, value.expr, truth);
    if (!part) return std::nullopt;
    parts.push_back(std::move(*part));
  }
  if (parts.empty() || !some_is_right) return std::nullopt;
  Findings result;
  Repair whole;
  whole.gw = task.claim;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    const std::uint32_t begin = part->at.span.begin;
    whole.gw.replace(begin, part->written.size(), part->found.repairs[0].gw);
    for (Edit edit : part->found.repairs[0].edits) {
      edit.span = moved(edit.span, begin);
      whole.edits.insert(whole.edits.begin(), std::move(edit));
    }
    for (Mistake mistake : part->found.mistakes) {
      mistake.span = moved(mistake.span, begin);
      result.mistakes.insert(result.mistakes.begin(), std::move(mistake));
    }
  }
  result.repairs.push_back(std::move(whole));
  return result;
}

}  // namespace gradwright::check
