// Products: what stands side by side. A matrix product where it conforms; else entry by entry where the sizes are equal and nothing speaks
// for a lost transpose; else a matrix product that does not conform, for the checker to explain.
#include <fmt/format.h>

#include <algorithm>

#include "read/latex/interpreter.h"

namespace gradwright::latex {
namespace {

bool begins_factor(const TexNode& node) {
  if (node.kind == TexKind::line) return false;
  if (node.kind != TexKind::sign) return true;
  return node.text == "nabla" || node.text == "partial";
}

bool is_product_sign(const TexNode& node) {
  static const std::vector<std::string_view> signs{"cdot", "times", "*", "odot", "oslash", "otimes", "/"};
  return node.kind == TexKind::sign && std::find(signs.begin(), signs.end(), node.text) != signs.end();
}

}  // namespace

Sketch Interpreter::chain(Cursor& cursor, Factor* lone) {
  constexpr std::size_t most_factors = 400;
  std::vector<Item> items;
  std::string op;
  while (true) {
    Item item{op, {}};
    const bool is_number = !cursor.is_end() && cursor.node().kind == TexKind::number;
    item.factor = factor(cursor);
    if (item.factor.sketch == nullptr) return nullptr;
    // 1/2m is 1/(2m), where they stand close together
    if (op == "/" && is_number && !cursor.is_end() && cursor.node().kind == TexKind::letter &&
        !cursor.node().after_space) {
      const auto named = name_of(cursor.node());
      const bool before_fence = cursor.at + 1 < cursor.row.size() && cursor.row[cursor.at + 1].kind == TexKind::fence;
      const bool is_scalar = named && named->entry.empty() && scope_.shape_of(named->name) == Shape{} && !before_fence;
      if (is_scalar && choices_.taken(2) == 0) {
        const Factor next = factor(cursor);
        if (next.sketch == nullptr) return nullptr;
        item.factor.sketch = sketcher_.product(item.factor.sketch, "*", next.sketch);
        note(fmt::format("the fraction goes up to `{}`", shown(next.sketch)));
      }
    }
    items.push_back(std::move(item));
    if (items.size() > most_factors)
      return fail("G0601", items.back().factor.sketch->span, "this product is too long", "give a name to a part of it");
    if (cursor.is_end()) break;
    if (is_product_sign(cursor.node())) {
      op = cursor.node().text;
      ++cursor.at;
    } else if (begins_factor(cursor.node())) {
      op = "";
    } else {
      break;
    }
  }
  if (items.size() == 1) {
    if (lone != nullptr) *lone = items[0].factor;
    return items[0].factor.sketch;
  }
  const auto marks = sketcher_.marks();
  const Sketch flat = folded(items);
  const auto after_flat = sketcher_.marks();
  const bool has_odot = std::any_of(items.begin(), items.end(), [](const Item& item) { return item.op == "odot"; });
  const bool has_other =
      std::any_of(items.begin() + 1, items.end(), [](const Item& item) { return item.op != "odot"; });
  if (has_odot && has_other) {
    sketcher_.restore(marks);
    const Sketch tight = folded_tight(items);
    if (tight != nullptr && tight->extents) {
      if (!flat->extents) return tight;
      if (sketcher_.written(flat).gw != sketcher_.written(tight).gw && choices_.taken(2) == 1) {
        note("products that stand side by side bind tighter than \\odot");
        return tight;
      }
    }
    sketcher_.restore(after_flat);
  }
  if (flat->extents) return flat;
  if (has_odot && has_other) {
    sketcher_.restore(marks);
    const Sketch split = folded_split(items);
    if (split->extents) return split;
    sketcher_.restore(after_flat);
  }
  const std::vector<Item> pairs = grouped(items);
  if (pairs.size() == items.size()) return flat;
  sketcher_.restore(marks);
  const Sketch paired = folded(pairs);
  if (paired->extents) return paired;
  sketcher_.restore(after_flat);
  return flat;
}

Sketch Interpreter::folded(const std::vector<Item>& items) {
  Factor total = items[0].factor;
  for (std::size_t i = 1; i < items.size(); ++i) total = joined_factors(total, items[i].op, items[i].factor);
  return total.sketch;
}

Sketch Interpreter::folded_tight(const std::vector<Item>& items) {
  std::vector<std::vector<Item>> runs(1);
  for (const Item& item : items) {
    if (item.op == "odot") runs.emplace_back();
    runs.back().push_back(item);
  }
  Sketch total = nullptr;
  for (const auto& run : runs) {
    Sketch one = folded(run);
    if (!one->extents) one = folded(grouped(run));
    total = total == nullptr ? one : sketcher_.product(total, ".*", one);
  }
  return total;
}

/// d \odot W^T e x^T is (d .* (W'*e))*x': of the factors behind \odot, as many belong to it as make its size.
Sketch Interpreter::folded_split(const std::vector<Item>& items) {
  Factor total = items[0].factor;
  for (std::size_t i = 1; i < items.size(); ++i) {
    Factor right = items[i].factor;
    const auto fits = [&] {
      const auto& a = total.sketch->extents;
      const auto& b = right.sketch->extents;
      return a && b && (a->empty() || b->empty() || sketcher_.is_same(*a, *b));
    };
    if (items[i].op == "odot" && !fits()) {
      std::size_t next = i + 1;
      for (; next < items.size() && items[next].op != "odot" && !fits(); ++next)
        right = joined_factors(right, items[next].op, items[next].factor);
      if (fits()) {
        total = joined_factors(total, "odot", right);
        i = next - 1;
        continue;
      }
      right = items[i].factor;
    }
    total = joined_factors(total, items[i].op, right);
  }
  return total.sketch;
}

/// Neighbours of equal size that no grouping of a matrix product could join are taken entry by entry first: HᵀA(1-A) is Hᵀ(A∘(1-A)).
std::vector<Interpreter::Item> Interpreter::grouped(const std::vector<Item>& items) {
  std::vector<Item> found;
  for (const Item& item : items) {
    if (!found.empty() && item.op != "odot" && item.op != "otimes" && item.op != "/") {
      const Factor& left = found.back().factor;
      const auto& a = left.sketch->extents;
      const auto& b = item.factor.sketch->extents;
      const bool fits =
          a && b && !a->empty() && !b->empty() && !sketcher_.multiplies(*a, *b) && sketcher_.is_same(*a, *b);
      if (fits && may_be_entrywise(left, item.op, item.factor)) {
        found.back().factor = {sketcher_.product(left.sketch, ".*", item.factor.sketch), false, false, true};
        note(fmt::format("`{}` and `{}` are multiplied entry by entry", shown(left.sketch), shown(item.factor.sketch)));
        continue;
      }
    }
    found.push_back(item);
  }
  return found;
}

bool Interpreter::may_be_entrywise(const Factor& a, const std::string& op, const Factor& b) const {
  if (!op.empty()) return true;
  // A square entry by entry is written x^2: `xx` is a product that lost its transpose. What was transposed is meant for a matrix product.
  if (b.is_bare && (a.is_bare ? a.sketch->text : a.last) == b.sketch->text) return false;
  if (a.is_transposed || b.is_transposed) return false;
  const bool are_vectors = a.sketch->extents && sketcher_.is_vector(*a.sketch->extents);
  if (!are_vectors) return a.is_entrywise || b.is_entrywise;
  const bool wants_matrix = scope_.wanted && scope_.wanted->size() == 2 &&
                            !sketcher_.dims().is_one((*scope_.wanted)[0]) &&
                            !sketcher_.dims().is_one((*scope_.wanted)[1]);
  return !(a.is_bare && b.is_bare && wants_matrix);
}

/// A factor of `part`, beside its numbers, stands somewhere in `whole`.
bool Interpreter::recurs_in(Sketch part, Sketch whole) const {
  using reading::Form;
  if (part->extents && part->extents->empty()) return false;
  const bool is_product = part->form == Form::product || (part->form == Form::sum && part->children.size() == 1);
  if (is_product) {
    return std::any_of(part->children.begin(), part->children.end(), [&](Sketch one) { return recurs_in(one, whole); });
  }
  const std::string text = sketcher_.written(part).gw;
  const auto contains = [&](const auto& self, Sketch one) -> bool {
    if (one->form == part->form && sketcher_.written(one).gw == text) return true;
    return std::any_of(one->children.begin(), one->children.end(), [&](Sketch child) { return self(self, child); });
  };
  return contains(contains, whole);
}

Interpreter::Factor Interpreter::joined_factors(const Factor& a, const std::string& op, const Factor& b) {
  const auto& left = a.sketch->extents;
  const auto& right = b.sketch->extents;
  const auto entrywise = [&] { return Factor{sketcher_.product(a.sketch, ".*", b.sketch), false, false, true}; };
  const auto product = [&] {
    return Factor{sketcher_.product(a.sketch, "*", b.sketch), false, false, a.is_entrywise && right && right->empty()};
  };
  if (op == "odot") return entrywise();
  if (op == "oslash") return {sketcher_.product(a.sketch, "./", b.sketch), false, false, true};
  if (op == "/") return {quotient(a.sketch, b.sketch), false, false, a.is_entrywise || b.is_entrywise};
  if (op == "otimes") {
    const Span span = joined(a.sketch->span, b.sketch->span);
    const bool are_columns = left && right && left->size() == 2 && right->size() == 2 && sketcher_.is_one((*left)[1]) &&
                             sketcher_.is_one((*right)[1]);
    if (are_columns && choices_.taken(2) == 1)
      return {sketcher_.product(a.sketch, "*", sketcher_.transposed(b.sketch, b.sketch->span)), false, false, false};
    return {sketcher_.call("kron", {a.sketch, b.sketch}, span), false, false, false};
  }
  if (!left || !right || left->empty() || right->empty()) {
    Factor made = product();
    if (left && left->empty() && right) {
      made.is_entrywise = b.is_entrywise;
      made.is_transposed = b.is_transposed;
      made.last = b.is_bare ? b.sketch->text : std::string();
    }
    return made;
  }
  const bool is_equal = sketcher_.is_same(*left, *right);
  if (sketcher_.multiplies(*left, *right)) {
    // s(Z)(1 - s(Z)) and A(1 - A) of a square matrix are meant entry by entry; of others the product is that of matrices
    const bool is_slope = (mixes_sizes(b.sketch) && recurs_in(a.sketch, b.sketch)) ||
                          (mixes_sizes(a.sketch) && recurs_in(b.sketch, a.sketch));
    const bool entries_first = is_equal && is_slope;
    if ((op == "*" || entries_first) && is_equal && (choices_.taken(2) == 1) != entries_first) return entrywise();
    return product();
  }
  if (!is_equal || !may_be_entrywise(a, op, b)) return product();
  if (op == "cdot" && sketcher_.is_vector(*left)) {
    const bool entries_first = !a.is_bare || !b.is_bare;  // (a - y) · a · (1 - a)
    if ((choices_.taken(2) == 0) == entries_first) return entrywise();
    note(fmt::format("`{}` · `{}` is the dot product", shown(a.sketch), shown(b.sketch)));
    return {sketcher_.call("dot", {a.sketch, b.sketch}, joined(a.sketch->span, b.sketch->span)), false, false, false};
  }
  note(fmt::format("`{}` and `{}` are multiplied entry by entry", shown(a.sketch), shown(b.sketch)));
  return entrywise();
}

}  // namespace gradwright::latex
