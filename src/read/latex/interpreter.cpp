// Comparisons, sums, atoms.
#include "read/latex/interpreter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ir/functions.h"

namespace gradwright::latex {
namespace {

bool is_comparator(const TexNode& node) {
  return node.is_sign("<") || node.is_sign(">") || node.is_sign("<=") || node.is_sign(">=") || node.is_sign("=");
}

/// `:,1` of |A|_{:,1}, which is no kind of a norm.
bool takes_entries(const TexRow& sub) {
  return std::any_of(sub.begin(), sub.end(), [](const TexNode& one) { return one.is_sign(",") || one.is_sign(":"); });
}

bool is_trailing(const TexNode& node) {
  return node.is_sign(",") || node.is_sign(".") || node.is_sign(";") || node.is_sign(":") || node.is_sign("remark") ||
         node.kind == TexKind::line;
}

}  // namespace

std::size_t Choices::taken(std::size_t count) {
  if (at_ == path_.size()) path_.emplace_back(0, count);
  path_[at_].second = count;
  return std::min(path_[at_++].first, count - 1);
}

bool Choices::advance() {
  path_.resize(std::min(at_, path_.size()));
  at_ = 0;
  while (!path_.empty() && path_.back().first + 1 >= path_.back().second) path_.pop_back();
  if (path_.empty()) return false;
  ++path_.back().first;
  return true;
}

bool mixes_sizes(Sketch sketch) {
  if (sketch->form != reading::Form::sum) return false;
  bool has_scalar = false;
  bool has_entries = false;
  for (const Sketch term : sketch->children) {
    if (!term->extents) return false;
    (term->extents->empty() ? has_scalar : has_entries) = true;
  }
  return has_scalar && has_entries;
}

bool compares(const TexRow& row) { return std::any_of(row.begin(), row.end(), is_comparator); }

Sketch Interpreter::fail(const char* code, Span span, std::string message, std::string help, Fact fact) {
  if (!failed_) diagnostics_.push_back(error(code, std::move(message)).at(span).about(std::move(fact)));
  if (!failed_ && !help.empty()) diagnostics_.back().help(std::move(help));
  failed_ = true;
  return nullptr;
}

void Interpreter::note(std::string text) {
  if (std::find(notes_.begin(), notes_.end(), text) == notes_.end() && notes_.size() < 20)
    notes_.push_back(std::move(text));
}

std::string Interpreter::shown(Sketch sketch) const {
  std::string text = sketcher_.written(sketch).gw;
  return text.size() > 60 ? fmt::format("{}…", text.substr(0, 40)) : text;
}

Sketch Interpreter::side(const TexRow& row) {
  Cursor cursor{row};
  const Sketch found = compare(cursor);
  while (found != nullptr && !cursor.is_end() && is_trailing(cursor.node())) ++cursor.at;
  if (found == nullptr || cursor.is_end()) return found;
  return out_of_place(cursor.node());
}

/// What stands where an operator or the end was due.
Sketch Interpreter::out_of_place(const TexNode& node) {
  if (node.is_sign("approx") || node.is_sign("propto") || node.is_sign("ne") || node.is_sign("to"))
    return fail("G0602", node.span, "this is no equality, so it is not checked",
                "write `=` for what is meant to be equal");
  if (node.is_sign("pm")) return fail("G0602", node.span, "two formulas in one are not read", "write them one by one");
  if (node.is_sign("dots"))
    return fail("G0602", node.span, "dots leave the rest to the reader", "write it out, or as a sum over an index");
  if (node.is_sign("in") || node.is_sign("forall"))
    return fail("G0602", node.span, "this is said about the formula, not in it",
                "put it into `\\text{…}` or leave it out");
  return fail("G0601", node.span, "this cannot stand here", "write the operator that is missing before it");
}

/// a < b < c is a < b and b < c.
Sketch Interpreter::compare(Cursor& cursor) {
  Sketch left = sum(cursor);
  Sketch all = nullptr;
  while (left != nullptr && !cursor.is_end() && is_comparator(cursor.node())) {
    const std::string op = cursor.node().text == "=" ? "==" : cursor.node().text;
    ++cursor.at;
    const Sketch right = sum(cursor);
    if (right == nullptr) return nullptr;
    const Sketch one = sketcher_.compare(left, op, right);
    all = all == nullptr ? one : sketcher_.product(all, ".*", one);
    left = right;
  }
  return left == nullptr || all == nullptr ? left : all;
}

Sketch Interpreter::sum(Cursor& cursor) {
  std::vector<Sketch> terms;
  std::vector<bool> minus;
  Span span;
  while (true) {
    bool negative = false;
    const bool is_first = terms.empty();
    Span sign_span = cursor.is_end() ? Span{} : cursor.node().span;
    while (cursor.is_sign("+") || cursor.is_sign("-")) {
      negative = negative != cursor.is_sign("-");
      ++cursor.at;
    }
    Factor lone;
    const Sketch term = chain(cursor, &lone);
    if (term == nullptr) return nullptr;
    terms.push_back(term);
    minus.push_back(negative);
    span = is_first ? joined(negative ? sign_span : term->span, term->span) : joined(span, term->span);
    while (cursor.is_sign("remark")) ++cursor.at;
    if (!cursor.is_sign("+") && !cursor.is_sign("-")) break;
  }
  return sketcher_.sum(std::move(terms), std::move(minus), span);
}

Interpreter::Factor Interpreter::factor(Cursor& cursor) {
  const Span begin = cursor.is_end() ? Span{} : cursor.node().span;
  bool negative = false;
  bool has_sign = false;
  while (cursor.is_sign("+") || cursor.is_sign("-")) {
    negative = negative != cursor.is_sign("-");
    has_sign = true;
    ++cursor.at;
  }
  const std::size_t first = cursor.at;
  Factor found = atom(cursor);
  if (found.sketch != nullptr && cursor.at > first)
    found.sketch = sketcher_.standing(found.sketch, joined(cursor.row[first].span, cursor.row[cursor.at - 1].span));
  if (found.sketch != nullptr && has_sign && negative)
    found = {sketcher_.negated(found.sketch, begin), false, false, found.is_entrywise};
  return found;
}

Interpreter::Factor Interpreter::atom(Cursor& cursor) {
  if (cursor.is_end() && cursor.row.empty())
    return {fail("G0601", around_, "nothing stands here where something should", "complete it"), false, false, false};
  if (cursor.is_end()) {
    const Span end{cursor.row.back().span.end, cursor.row.back().span.end};
    return {fail("G0601", end, "the formula ends where something should follow", "complete it"), false, false, false};
  }
  const Span outer = std::exchange(around_, cursor.node().span);
  Factor found = atom_at(cursor);
  around_ = outer;
  return found;
}

Interpreter::Factor Interpreter::atom_at(Cursor& cursor) {
  const TexNode& node = cursor.node();
  switch (node.kind) {
    case TexKind::number: {
      const bool indicates =
          node.text == "1" &&
          (compares(unwrapped(node.sub)) ||
           (cursor.at + 1 < cursor.row.size() && cursor.row[cursor.at + 1].kind == TexKind::fence &&
            cursor.row[cursor.at + 1].parts.size() == 1 && compares(cursor.row[cursor.at + 1].parts[0])));
      const bool is_row = superscript_of(node, scope_).transposes > 0;  // 1^T is a row of ones
      if (!indicates && node.text == "1" && (is_row || !sizes_of(node.sub).empty())) {
        ++cursor.at;
        return ones(node);
      }
      if (node.text == "11" && is_row) {  // 11^T
        ++cursor.at;
        const Sketch column = sketcher_.ones(node.core);
        const Factor row =
            raised({sketcher_.ones(node.core), false, false, false}, superscript_of(node, scope_), node.span);
        return {sketcher_.product(column, "*", row.sketch), false, false, false};
      }
      ++cursor.at;
      while (node.text.find('.') != std::string::npos && cursor.is_sign("dots")) ++cursor.at;  // 3.14159\ldots
      if (indicates) return {indicator(cursor, node), false, false, true};
      return scripted({sketcher_.number(node.text, node.span), false, false, false}, node);
    }
    case TexKind::letter:
    case TexKind::word:
    case TexKind::accent: return name(cursor);
    case TexKind::group: {
      const TexRow& inner = node.parts[0];
      if (inner.size() == 1 && inner[0].kind != TexKind::sign && !(inner[0].has_scripts() && node.has_scripts())) {
        TexNode merged = inner[0];
        if (node.has_scripts()) {
          merged.sup = node.sup;
          merged.sub = node.sub;
          merged.primes = node.primes;
        }
        merged.after_space = true;
        TexRow rest{merged};
        rest.insert(rest.end(), cursor.row.begin() + static_cast<std::ptrdiff_t>(cursor.at) + 1,
                    cursor.row.begin() + static_cast<std::ptrdiff_t>(std::min(cursor.row.size(), cursor.at + 2)));
        Cursor own{rest};
        const Factor found = atom(own);
        cursor.at += own.at;
        return found;
      }
      ++cursor.at;
      Cursor own{inner};
      const Sketch content = compare(own);
      if (content != nullptr && !own.is_end()) (void)out_of_place(own.node());
      if (content == nullptr || failed_) return {};
      return scripted({content, false, false, mixes_sizes(content)}, node);
    }
    case TexKind::fence: {
      ++cursor.at;
      const Factor found = fenced(node);
      if (found.sketch == nullptr) return {};
      const bool is_norm_kind = node.text == "||" || (node.text == "|" && !takes_entries(node.sub));
      if (!is_norm_kind) return scripted(found, node);
      TexNode without = node;
      without.sub.clear();
      return scripted(found, without);
    }
    case TexKind::matrix:
      ++cursor.at;
      if (const Sketch found = matrix(node)) return scripted({found, false, false, false}, node);
      return {};
    case TexKind::fraction:
      ++cursor.at;
      if (const Sketch found = fraction(node)) return scripted({found, false, false, false}, node);
      return {};
    case TexKind::root:
      ++cursor.at;
      if (const Sketch found = root(node)) return scripted({found, false, false, true}, node);
      return {};
    case TexKind::blackboard: return blackboard(cursor);
    case TexKind::big: return {big(cursor), false, false, false};
    case TexKind::sign:
      if (node.text == "nabla" || node.text == "partial") return {derivative(cursor), false, false, false};
      if (node.text == "remark") {
        ++cursor.at;
        return atom(cursor);
      }
      if (node.text == "dots" || node.text == "pm") return {out_of_place(node), false, false, false};
      (void)fail("G0601", node.span, fmt::format("an operand is missing before `{}`", node.text), "write it");
      return {};
    case TexKind::line: break;
  }
  (void)fail("G0601", node.span, "this cannot stand here", "");
  return {};
}

/// Of vectors; else their absolute values, entry by entry. The same wherever bars stand.
bool Interpreter::bars_are_norms() {
  if (!bars_are_norms_) bars_are_norms_ = choices_.taken(2) == 0;
  return *bars_are_norms_;
}

/// Of square matrices; else their absolute values, entry by entry.
bool Interpreter::bars_are_determinants() {
  if (!bars_are_determinants_) bars_are_determinants_ = choices_.taken(2) == 0;
  return *bars_are_determinants_;
}

Sketch Interpreter::between_bars(const TexNode& node, Sketch inner) {
  const std::string kind = plain_text(node.sub);
  const bool has_entries = inner->extents && inner->extents->size() == 2;
  const bool is_vector = has_entries && sketcher_.is_vector(*inner->extents);
  const bool is_square = has_entries && !is_vector && sketcher_.is_same({(*inner->extents)[0]}, {(*inner->extents)[1]});
  const char* norm = kind == "1" ? "norm1" : "norm2";
  if (node.text == "|" && takes_entries(node.sub)) return sketcher_.call("abs", {inner}, node.span);
  if (node.text == "||" || (has_entries && !kind.empty())) return sketcher_.call(norm, {inner}, node.span);
  if (is_square && bars_are_determinants()) return sketcher_.call("det", {inner}, node.span);
  if (is_square) return sketcher_.call("abs", {inner}, node.span);
  return sketcher_.call(has_entries && bars_are_norms() ? norm : "abs", {inner}, node.span);
}

Interpreter::Factor Interpreter::fenced(const TexNode& written) {
  TexNode node = written;
  const auto is_bars = [](const TexNode& one) {
    return one.kind == TexKind::fence && one.text == "|" && one.parts.size() == 1;
  };
  if (is_bars(node) && node.parts[0].size() == 1 && is_bars(node.parts[0][0]) && !node.parts[0][0].has_scripts()) {
    node.text = "||";  // ||x||, bar by bar
    const std::vector<TexRow> inner = node.parts[0][0].parts;
    node.parts = inner;
  }
  std::vector<Sketch> parts;
  for (const TexRow& part : node.parts) {
    Cursor own{part};
    const Sketch one = compare(own);
    if (one == nullptr) return {};
    if (!own.is_end()) return {out_of_place(own.node()), false, false, false};
    parts.push_back(one);
  }
  const Sketch first = parts[0];
  if (node.text == "|" || node.text == "||") {
    const Sketch made = between_bars(node, first);
    return {made, false, false, made->text == "abs"};
  }
  if (node.text == "<" && parts.size() == 2) return {sketcher_.call("dot", parts, node.span), false, false, false};
  if (parts.size() == 1) return {first, false, false, mixes_sizes(first)};
  std::vector<std::uint32_t> rows{1};
  for (const char separator : node.separators) {
    if (separator == ';')
      rows.push_back(1);
    else
      ++rows.back();
  }
  return {sketcher_.block(std::move(parts), std::move(rows), node.span), false, false, false};
}

Sketch Interpreter::matrix(const TexNode& node) {
  if (node.text == "cases") return cases(node);
  std::vector<Sketch> entries;
  for (const TexRow& cell : node.parts) {
    const Sketch one = side(cell);
    if (one == nullptr) return nullptr;
    entries.push_back(one);
  }
  const Sketch block = sketcher_.block(std::move(entries), node.rows, node.span);
  return node.text == "vmatrix" ? sketcher_.call("det", {block}, node.span) : block;
}

/// Made of a tensor, entry by entry.
bool Interpreter::is_tensor(Sketch sketch) const {
  switch (sketch->form) {
    case reading::Form::word: {
      const auto surface = scope_.sheet.shape_of(sketch->text);
      return surface && surface->size() > 2;
    }
    case reading::Form::call:
      if (!gradwright::function_named(sketch->text)) return false;
      break;
    case reading::Form::sum:
    case reading::Form::product:
    case reading::Form::power:
    case reading::Form::compare: break;
    default: return false;
  }
  return std::any_of(sketch->children.begin(), sketch->children.end(), [&](Sketch child) { return is_tensor(child); });
}

Sketch Interpreter::quotient(Sketch above, Sketch below) {
  const bool is_scalar = !is_tensor(below) && (!below->extents || below->extents->empty());
  return sketcher_.product(above, is_scalar ? "/" : "./", below);
}

Sketch Interpreter::fraction(const TexNode& node) {
  const auto differential = [&](const TexRow& row) -> std::optional<Named> {
    if (node.text == "d") return row.size() == 1 ? name_of(row[0]) : std::nullopt;
    if (row.size() != 2) return std::nullopt;
    const bool is_d = stand_for_partial(node) || row[0].is_sign("partial") ||
                      (row[0].kind == TexKind::letter && row[0].text == "d" && !row[0].has_scripts());
    return is_d ? name_of(row[1]) : std::nullopt;
  };
  const auto of = differential(node.parts[0]);
  const auto wrt = differential(node.parts[1]);
  if (of && wrt && of->entry.empty() && wrt->entry.empty()) {
    return slope(of->name, span_of(node.parts[0]), wrt->name, span_of(node.parts[1]), node.span);
  }
  if (of && wrt && is_entry_of_slope(*of, *wrt)) return entry_of_slope(*of, *wrt, node);
  const Sketch above = side(node.parts[0]);
  const Sketch below = above == nullptr ? nullptr : side(node.parts[1]);
  return below == nullptr ? nullptr : quotient(above, below);
}

Sketch Interpreter::root(const TexNode& node) {
  const Sketch inner = side(node.parts[0]);
  if (inner == nullptr) return nullptr;
  if (node.parts[1].empty()) return sketcher_.call("sqrt", {inner}, node.span);
  const Sketch order = side(node.parts[1]);
  if (order == nullptr) return nullptr;
  const Sketch exponent = sketcher_.product(sketcher_.number("1", order->span), "/", order);
  return sketcher_.power(inner, ".^", exponent);
}

}  // namespace gradwright::latex
