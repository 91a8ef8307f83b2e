#include "check/edit.h"

#include <algorithm>

#include "check/general_text.h"

namespace gradwright::check {
namespace {

/// A size or an index stands there.
bool is_count(const AstNode& node, std::size_t child) {
  if (node.kind == AstKind::range) return true;
  if (node.kind == AstKind::index) return child > 0;
  return takes_size(node, child);
}

void collect(const AstPool& pool, Ast ast, std::vector<std::uint16_t>& path, bool is_size, std::vector<Place>& found) {
  const AstNode& node = pool[ast];
  found.push_back({path, ast, 0, 0, is_size});
  const std::size_t count = node.children.size();
  if ((node.kind == AstKind::product || node.kind == AstKind::sum) && !is_size) {
    for (std::size_t length = 2; length < count; ++length) {
      for (std::size_t begin = 0; begin + length <= count; ++begin)
        found.push_back({path, ast, begin, begin + length, false});
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (names_index(node, i)) continue;
    path.push_back(static_cast<std::uint16_t>(i));
    collect(pool, node.children[i], path, is_size || is_count(node, i), found);
    path.pop_back();
  }
}

/// The children [begin, end) of a product or sum and what stands between them give way to `part`.
void splice(const AstPool& pool, AstNode& node, std::size_t begin, std::size_t end, Ast part) {
  const bool is_sum = node.kind == AstKind::sum;
  const AstNode& fresh = pool[part];
  const auto at = [](auto& list, std::size_t i) { return list.begin() + static_cast<std::ptrdiff_t>(i); };
  const std::size_t first_op = is_sum ? begin + 1 : begin;
  const std::size_t op_count = end - begin - 1;
  node.operator_spans.resize(node.operators.size());
  node.operators.erase(at(node.operators, first_op), at(node.operators, first_op + op_count));
  node.operator_spans.erase(at(node.operator_spans, first_op), at(node.operator_spans, first_op + op_count));
  node.children.erase(at(node.children, begin), at(node.children, end));
  const bool is_front = begin == 0 || (is_sum && node.operators[begin] == Operator::plus);
  const auto is_entrywise = [](Operator op) { return op == Operator::dot_times || op == Operator::dot_over; };
  const bool is_mixed = !is_sum && fresh.kind == node.kind && first_op < node.operators.size() &&
                        is_entrywise(fresh.operators.back()) != is_entrywise(node.operators[first_op]);
  if (fresh.kind != node.kind || !fresh.span.is_empty() || !is_front || is_mixed ||
      (is_sum && begin == 0 && node.operators[0] == Operator::minus)) {
    node.children.insert(at(node.children, begin), part);
    return;
  }
  node.children.insert(at(node.children, begin), fresh.children.begin(), fresh.children.end());
  std::vector<Span> spans = fresh.operator_spans;
  spans.resize(fresh.operators.size());
  const std::size_t from = is_sum ? 1 : 0;
  if (is_sum)
    node.operators[begin] = begin == 0                              ? fresh.operators[0]
                            : fresh.operators[0] == Operator::minus ? Operator::minus
                                                                    : Operator::plus;
  node.operators.insert(at(node.operators, first_op), fresh.operators.begin() + static_cast<std::ptrdiff_t>(from),
                        fresh.operators.end());
  node.operator_spans.insert(at(node.operator_spans, first_op), spans.begin() + static_cast<std::ptrdiff_t>(from),
                             spans.end());
}

Ast replaced_at(AstPool& pool, Ast ast, const Place& place, std::size_t depth, Ast part) {
  if (depth == place.path.size() && !place.is_run()) return part;
  AstNode node = pool[ast];
  node.span = {};
  node.height = 1;
  std::size_t begin = place.begin;
  std::size_t end = place.end;
  Ast fresh = part;
  if (depth < place.path.size()) {
    begin = place.path[depth];
    end = begin + 1;
    fresh = replaced_at(pool, node.children[begin], place, depth + 1, part);
  }
  const AstNode& inner = pool[fresh];
  if ((node.kind == AstKind::transpose || node.kind == AstKind::negate) && inner.kind == node.kind)
    return inner.children[0];
  if (node.kind == AstKind::product || node.kind == AstKind::sum) {
    if (node.kind == AstKind::sum && inner.kind == AstKind::negate && end == begin + 1) {  // a + −b = a − b
      const Ast child = inner.children[0];
      node.operators[begin] = node.operators[begin] == Operator::minus ? Operator::plus : Operator::minus;
      if (begin < node.operator_spans.size()) node.operator_spans[begin] = {};
      node.children[begin] = child;
    } else {
      splice(pool, node, begin, end, fresh);
    }
    if (node.children.size() == 1) {
      const bool is_minus = node.kind == AstKind::sum && node.operators[0] == Operator::minus;
      return is_minus ? made_negate(pool, node.children[0]) : node.children[0];
    }
  } else {
    node.children[begin] = fresh;
  }
  return pool.add(std::move(node));
}

}  // namespace

bool names_index(const AstNode& node, std::size_t child) {
  return node.kind == AstKind::call && node.text == "sum" && node.children.size() > 1 &&
         child + 1 < node.children.size();
}

std::string_view edit_name(Edit::Kind kind) {
  switch (kind) {
    case Edit::Kind::transpose: return "transpose";
    case Edit::Kind::swap: return "swap";
    case Edit::Kind::operator_: return "operator";
    case Edit::Kind::sign: return "sign";
    case Edit::Kind::constant: return "constant";
    case Edit::Kind::delete_: return "delete";
    case Edit::Kind::insert: return "insert";
    case Edit::Kind::replace: return "replace";
  }
  return {};
}

double base_cost(Edit::Kind kind) { return 1 + 0.05 * static_cast<double>(kind); }

std::vector<Place> places_of(const AstPool& pool, Ast root) {
  std::vector<Place> found;
  std::vector<std::uint16_t> path;
  collect(pool, root, path, false, found);
  return found;
}

Ast part_at(AstPool& pool, const Place& place) {
  if (!place.is_run()) return place.node;
  AstNode node = pool[place.node];
  const bool is_sum = node.kind == AstKind::sum;
  AstNode run;
  run.kind = node.kind;
  node.operator_spans.resize(node.operators.size());
  for (std::size_t i = place.begin; i < place.end; ++i) {
    run.children.push_back(node.children[i]);
    if (is_sum || i + 1 < place.end) {
      run.operators.push_back(node.operators[i]);
      run.operator_spans.push_back(node.operator_spans[i]);
    }
  }
  if (is_sum && place.begin > 0) {  // a − b + c without a: after a minus the signs turn
    const bool is_minus = run.operators[0] == Operator::minus;
    run.operators[0] = Operator::plus;
    for (std::size_t i = 1; i < run.operators.size() && is_minus; ++i) {
      run.operators[i] = run.operators[i] == Operator::minus ? Operator::plus : Operator::minus;
      run.operator_spans[i] = {};
    }
  }
  return pool.add(std::move(run));
}

Span span_of(const AstPool& pool, const Place& place) {
  const AstNode& node = pool[place.node];
  if (!place.is_run()) return node.span;
  Span span;
  for (std::size_t i = place.begin; i < place.end; ++i) {
    const Span child = pool[node.children[i]].span;
    if (child.is_empty()) continue;
    span = span.is_empty() ? child : joined(span, child);
  }
  return span;
}

Ast replaced(AstPool& pool, Ast root, const Place& place, Ast part) { return replaced_at(pool, root, place, 0, part); }

std::size_t size_of(const AstPool& pool, Ast ast) {
  const AstNode& node = pool[ast];
  const bool counts = node.children.empty() || node.kind == AstKind::call || node.kind == AstKind::prime_call;
  std::size_t size = counts ? 1 : 0;
  for (const Ast child : node.children) size += size_of(pool, child);
  return size;
}

bool is_same(const AstPool& pool, Ast a, Ast b) {
  if (a == b) return true;
  const AstNode& x = pool[a];
  const AstNode& y = pool[b];
  if (x.kind != y.kind || x.text != y.text || x.operators != y.operators || x.children.size() != y.children.size())
    return false;
  if (x.primes != y.primes || x.rows != y.rows || !(x.value == y.value)) return false;
  for (std::size_t i = 0; i < x.children.size(); ++i) {
    if (!is_same(pool, x.children[i], y.children[i])) return false;
  }
  return true;
}

Ast made_name(AstPool& pool, std::string name) {
  AstNode node;
  node.kind = AstKind::name;
  node.text = std::move(name);
  return pool.add(std::move(node));
}

Ast made_number(AstPool& pool, Rational value) {
  AstNode node;
  node.kind = AstKind::number;
  node.value = value;
  return pool.add(std::move(node));
}

Ast made_transpose(AstPool& pool, Ast ast) {
  if (pool[ast].kind == AstKind::transpose) return pool[ast].children[0];
  const auto falls = [&](Ast child) {
    return pool[child].kind == AstKind::number || pool[child].kind == AstKind::transpose;
  };
  if (const AstNode& sum = pool[ast];
      sum.kind == AstKind::sum && std::all_of(sum.children.begin(), sum.children.end(), falls)) {
    AstNode plain = sum;  // (1 - z')' = 1 - z
    plain.span = {};
    plain.height = 1;
    plain.operator_spans.assign(plain.operators.size(), Span{});
    for (Ast& child : plain.children) {
      if (pool[child].kind == AstKind::transpose) child = pool[child].children[0];
    }
    return pool.add(std::move(plain));
  }
  AstNode node;
  node.kind = AstKind::transpose;
  node.children = {ast};
  return pool.add(std::move(node));
}

Ast made_negate(AstPool& pool, Ast ast) {
  if (pool[ast].kind == AstKind::negate) return pool[ast].children[0];
  AstNode node;
  node.kind = AstKind::negate;
  node.children = {ast};
  return pool.add(std::move(node));
}

Ast made_call(AstPool& pool, std::string function, std::vector<Ast> arguments, std::uint16_t primes) {
  AstNode node;
  node.kind = primes > 0 ? AstKind::prime_call : AstKind::call;
  node.text = std::move(function);
  node.children = std::move(arguments);
  node.primes = primes;
  return pool.add(std::move(node));
}

Ast made_product(AstPool& pool, Ast left, Operator op, Ast right) {
  AstNode node;
  node.kind = AstKind::product;
  node.children = {left};
  if (const AstNode& first = pool[left]; first.kind == AstKind::product) {
    node.children = first.children;
    node.operators = first.operators;
    node.operator_spans = first.operator_spans;
  }
  node.children.push_back(right);
  node.operators.push_back(op);
  node.operator_spans.resize(node.operators.size());
  return pool.add(std::move(node));
}

Ast made_sum(AstPool& pool, Ast left, Operator op, Ast right) {
  AstNode node;
  node.kind = AstKind::sum;
  node.children = {left};
  node.operators = {Operator::plus};
  if (const AstNode& first = pool[left]; first.kind == AstKind::sum) {
    node.children = first.children;
    node.operators = first.operators;
    node.operator_spans = first.operator_spans;
  }
  node.children.push_back(right);
  node.operators.push_back(op);
  node.operator_spans.resize(node.operators.size());
  return pool.add(std::move(node));
}

}  // namespace gradwright::check
