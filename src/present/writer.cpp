#include "present/writer.h"

#include <algorithm>

#include "present/print.h"
#include "present/spelling.h"

namespace gradwright::view {
namespace {

// Shorter texts are repeated rather than named; longer or deeper ones are cut.
constexpr std::size_t short_text = 12;
constexpr std::size_t long_text = 400;
constexpr std::size_t deep = 40;

/// c·colsum(X), with scalars c.
bool is_column_sum(const Node& part) {
  if (part.kind != Kind::einsum) return false;
  const auto& labels = std::get<EinsumLabels>(part.payload);
  const Labels* matrix = nullptr;
  for (const Labels& own : labels.operands) {
    if (own.empty()) continue;
    if (matrix != nullptr) return false;
    matrix = &own;
  }
  return matrix != nullptr && matrix->size() == 2 && labels.out.size() == 1 && (*matrix)[1] == labels.out[0] &&
         (*matrix)[0] != labels.out[0];
}

}  // namespace

Writer::Writer(Pool& p, const Names& names, const PresentOptions& options)
    : pool(p), docs(p.dims()), names_(names), options_(options) {
  if (options.reserved == nullptr) taken_ = reserved_names(pool, names);
}

bool Writer::is_taken(const std::string& name) const {
  return taken_.contains(name) || (options_.reserved != nullptr && options_.reserved->contains(name));
}

bool Writer::is_given(Expr e) const { return node(e).kind == Kind::input || names_.contains(e); }

bool Writer::has_name(Expr e) const { return is_given(e) || (parts_.contains(e) && !parts_.at(e).name.empty()); }

bool Writer::is_mask(Expr e) const {
  if (!is_lower_mask(pool, e) || has_name(e)) return false;
  const Shape& shape = pool.shape(e);  // a column has no triangle
  return !pool.dims().is_one(shape[0]) && !pool.dims().is_one(shape[1]);
}

Dim Writer::rows(Expr e, bool flipped) const {
  const Shape& shape = pool.shape(e);
  if (shape.empty() || (shape.size() == 1 && flipped)) return one();
  return shape.size() == 2 && flipped ? shape[1] : shape[0];
}

Dim Writer::cols(Expr e, bool flipped) const {
  const Shape& shape = pool.shape(e);
  if (shape.empty() || (shape.size() == 1 && !flipped)) return one();
  if (shape.size() == 1) return shape[0];
  return flipped ? shape[0] : shape[1];
}

bool Writer::is_row(Expr e) const {
  // Down the first vector operand; bounded, for a long chain says nothing new.
  for (std::size_t steps = 0; steps < 64; ++steps) {
    if (pool.order(e) != 1) return false;
    if (const auto known = names_.find(e); known != names_.end())
      return known->second.surface.size() == 2 && pool.dims().is_one(known->second.surface[0]);
    const Node& part = node(e);
    if (const auto own = parts_.find(e); own != parts_.end() && !own->second.indices.empty()) return false;
    if (part.kind == Kind::input) {
      const Shape& surface = std::get<InputInfo>(part.payload).surface;
      return surface.size() == 2 && pool.dims().is_one(surface[0]);
    }
    if (part.kind == Kind::fold && pool.order(part.operands[0]) == 2)
      return std::get<FoldAxes>(part.payload).axes[0] == 0;
    if (is_column_sum(part)) return true;
    if (part.kind != Kind::map && part.kind != Kind::add && part.kind != Kind::window && part.kind != Kind::einsum)
      return false;
    Expr next;
    for (std::size_t i = 0; i < part.operands.size() && next.is_none(); ++i) {
      if (pool.order(part.operands[i]) != 1) continue;
      if (part.kind == Kind::einsum &&
          std::get<EinsumLabels>(part.payload).operands[i] != std::get<EinsumLabels>(part.payload).out)
        continue;
      next = part.operands[i];
    }
    if (next.is_none()) return false;
    e = next;
  }
  return false;
}

std::size_t Writer::transposes(Expr e, bool flipped) const {
  const std::size_t order = pool.order(e);
  if (is_mask(e)) return 0;
  if (order == 1) return is_row(e) != flipped ? 1 : 0;
  return order == 2 && flipped && !node(e).symmetric ? 1 : 0;
}

/// W5 as W@1 for the layer 4; the spelling of names knows what that is.
std::string Writer::by_layer(const std::string& name) const {
  std::size_t end = name.size();
  while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9') --end;
  if (!options_.layer || end == 0 || end == name.size() || name.size() - end > 9) return name;
  return name.substr(0, end) + "@" + std::to_string(std::stol(name.substr(end)) - *options_.layer);
}

DocId Writer::named_doc(Expr e, const std::string& given, bool natural_is_row, bool flipped) {
  const std::string name = by_layer(given);
  const std::size_t order = pool.order(e);
  if (order > 2) return docs.name(name, {}, {});
  const bool natural = order == 1 && natural_is_row;
  const DocId leaf = docs.name(name, rows(e, natural), cols(e, natural));
  const bool turn = order == 1 ? natural != flipped : order == 2 && flipped && !node(e).symmetric;
  return turn ? docs.transpose(leaf) : leaf;
}

DocId Writer::doc(Expr e, bool flipped) {
  if (pool.order(e) == 0 || (pool.order(e) == 2 && node(e).symmetric)) flipped = false;
  if (const auto known = names_.find(e); known != names_.end())
    return named_doc(e, known->second.text, is_row(e), flipped);
  if (node(e).kind == Kind::input) return named_doc(e, std::get<InputInfo>(node(e).payload).name, is_row(e), flipped);
  if (const std::string& name = parts_[e].name; !name.empty()) return named_doc(e, name, is_row(e), flipped);
  return oriented(e, flipped);
}

DocId Writer::oriented(Expr e, bool flipped) {
  if (parts_[e].made[flipped ? 1 : 0].is_none()) {
    const DocId made = body(e, flipped);
    parts_[e].made[flipped ? 1 : 0] = made;
  }
  return parts_[e].made[flipped ? 1 : 0];
}

DocId Writer::body(Expr e, bool flipped) {
  const Kind kind = node(e).kind;
  const auto turns = [](Kind k) {
    return k == Kind::einsum || k == Kind::fold;
  };  // written the other way round without a transpose
  const bool is_multiple = kind == Kind::add && node(e).operands.size() == 1 && !has_name(node(e).operands[0]) &&
                           turns(node(node(e).operands[0]).kind);
  if (pool.order(e) == 1 && flipped != is_row(e) && !turns(kind) && !is_multiple)
    return docs.transpose(oriented(e, !flipped));
  if (const auto call = call_of(e)) return call_doc(e, *call, flipped);
  const bool turn = flipped && pool.order(e) == 2;
  switch (node(e).kind) {
    case Kind::input: return doc(e, flipped);
    case Kind::literal: return docs.number(pool.payload<Rational>(e));
    case Kind::einsum: return einsum(e, flipped);
    case Kind::reshape: return reshape(e, flipped);
    case Kind::add:
      if (!turn) return add(e, flipped);
      break;
    case Kind::map:
      if (!turn) return map(e, flipped);
      break;
    case Kind::fold: return fold(e, flipped);
    case Kind::window:
      if (is_mask(e)) return triangle(docs.ones(rows(e, turn), cols(e, turn)), !turn);
      if (!turn) return window(e, flipped);
      break;
    case Kind::gather:
      if (!turn) return gather(e, flipped);
      break;
    case Kind::matrix:
      if (!turn) return matrix(e);
      break;
  }
  return docs.transpose(oriented(e, false));
}

DocId Writer::triangle(DocId of, bool is_lower) {
  const Dim height = docs[of].rows, width = docs[of].cols;
  return docs.call(is_lower ? "tril" : "triu", {of}, height, width);
}

std::vector<Expr> Writer::printed_operands(Expr e) const {
  if (is_mask(e)) return {};
  if (const auto call = call_of(e)) return call->operands;
  if (node(e).kind == Kind::reshape) return reshaped_operands(e);
  return node(e).operands;
}

/// A product directly inside a product, and a sum directly inside a sum, would be read as one; a product under a stroke as its factors.
void Writer::mark_dissolving(Expr e) {
  const Node& part = node(e);
  if (call_of(e)) return;
  if (is_map(pool, e, Function::power) && pool.payload<MapFunction>(e).parameter.is_negative() &&
      power_of_factors(pool, part.operands[0], -1)) {
    parts_[node(e).operands[0]].must_have_name = true;
  }
  for (std::size_t i = 0; i < part.operands.size(); ++i) {
    const Node& inner = node(part.operands[i]);
    Part& operand = parts_[part.operands[i]];
    if (part.kind == Kind::einsum && inner.kind == Kind::einsum) operand.must_have_name = true;
    if (part.kind != Kind::add || inner.kind != Kind::add) continue;
    const Rational coefficient = std::get<Coefficients>(part.payload).values[i];
    if (coefficient.is_one() || coefficient == Rational(-1)) operand.must_have_name = true;
  }
}

bool Writer::is_stroke(Expr e) const {
  if (!is_map(pool, e, Function::power) || has_name(e) || pool.order(e) > 1) return false;
  const Rational exponent = pool.payload<MapFunction>(e).parameter;
  return exponent.is_integer() && exponent.is_negative();
}

std::vector<Expr> Writer::counted_uses(Expr root) {
  // Users before operands: a heap of ids not yet looked at, the largest first.
  std::vector<Expr> waiting{root};
  std::vector<Expr> reached;
  while (!waiting.empty()) {
    std::pop_heap(waiting.begin(), waiting.end());
    const Expr e = waiting.back();
    waiting.pop_back();
    if (!reached.empty() && reached.back() == e) continue;
    reached.push_back(e);
    if (has_name(e)) continue;
    mark_dissolving(e);
    if (const auto call = call_of(e); call && call->needs_name) parts_[call->operands[0]].must_have_name = true;
    // 1/u is written as a stroke: u is used wherever it is.
    const std::size_t times = is_stroke(e) ? parts_[e].uses : 1;
    for (const Expr operand : printed_operands(e)) {
      parts_[operand].uses += times;
      waiting.push_back(operand);
      std::push_heap(waiting.begin(), waiting.end());
    }
  }
  std::reverse(reached.begin(), reached.end());
  return reached;
}

bool Writer::pays(Expr e, DocId made) const {
  const Part& part = parts_.at(e);
  if (options_.inlines || is_mask(e)) return false;
  if (part.must_have_name) return true;
  const bool is_long = docs[made].length > long_text || docs[made].depth > deep;
  if (is_stroke(e) && !is_long) return false;
  if (docs[made].kind == DocKind::name || docs[made].kind == DocKind::number || pool.order(e) > 2) return false;
  return (part.uses > 1 && docs[made].length > short_text) || is_long;
}

std::string Writer::fresh_name(Expr e, const std::string& stem) {
  named_.push_back(e);
  if (const auto better = options_.suggested.find(e);
      better != options_.suggested.end() && !is_taken(better->second.text)) {
    taken_.insert(better->second.text);
    return better->second.text;
  }
  std::string name;
  do name = stem + std::to_string(++counter_);
  while (is_taken(name));
  taken_.insert(name);
  return name;
}

void Writer::require_name(Expr e) {
  if (has_name(e)) return;
  const DocId item = oriented(e, pool.order(e) == 1 && is_row(e));
  Part& part = parts_[e];
  if (!part.name.empty()) return;  // index notation named it
  part.item = item;
  part.name = fresh_name(e, options_.where_stem);
}

std::string Writer::index_letter(std::size_t number) const {
  static constexpr std::string_view letters = "ijklpqrsuvw";
  for (std::size_t round = 0;; ++round) {
    for (const char letter : letters) {
      const std::string name = std::string(1, letter) + (round == 0 ? "" : std::to_string(round));
      if (!is_taken(name) && number-- == 0) return name;
    }
  }
}

/// The names that a Doc shows.
void Writer::collect_names(DocId root, std::set<std::string>& shown) const {
  std::vector<DocId> waiting{root};
  std::set<DocId> seen;
  while (!waiting.empty()) {
    const DocId id = waiting.back();
    waiting.pop_back();
    if (!seen.insert(id).second) continue;
    if (docs[id].kind == DocKind::name) shown.insert(docs[id].text);
    waiting.insert(waiting.end(), docs[id].args.begin(), docs[id].args.end());
  }
}

/// In the order in which they were named, operands first; only what the formula, or an item after it, shows.
std::vector<WhereItem> Writer::where_items(DocId made) {
  std::set<std::string> shown;
  collect_names(made, shown);
  std::vector<WhereItem> items;
  for (auto e = named_.rbegin(); e != named_.rend(); ++e) {
    const Part& part = parts_.at(*e);
    if (part.item.is_none() || !shown.contains(part.name)) continue;
    collect_names(part.item, shown);
    WhereItem item{part.name + part.indices, gw_text(docs, part.item), "", "", ""};
    if (!options_.only_gw) {
      item.unicode = unicode_text(docs, part.item);
      item.latex = latex_text(docs, part.item);
    }
    if (options_.rich) item.mathml = mathml_text(docs, part.item, false);
    items.push_back(std::move(item));
  }
  std::reverse(items.begin(), items.end());
  return items;
}

Formula Writer::spelled(DocId made) {
  Formula formula;
  formula.gw = gw_text(docs, made);
  if (!options_.only_gw) {
    formula.unicode = unicode_text(docs, made);
    formula.latex = latex_text(docs, made);
    formula.sized = sized(docs, made);
  }
  if (options_.rich) {
    formula.latex_sized = latex_text(docs, made, true);
    formula.mathml = mathml_text(docs, made, options_.sizes);
  }
  formula.where = where_items(made);
  formula.matrix_form = matrix_form;
  return formula;
}

Formula Writer::formula(Expr root, const Shape& surface) {
  for (const Expr e : counted_uses(root)) {
    if (e == root || parts_[e].uses == 0 || has_name(e)) continue;
    const DocId made = oriented(e, pool.order(e) == 1 && is_row(e));
    if (parts_[e].name.empty() && pays(e, made)) require_name(e);
  }
  const bool flipped = pool.order(root) == 1 && surface.size() == 2 && pool.dims().is_one(surface[0]);
  Formula made = spelled(doc(root, flipped));
  const bool is_sum = node(root).kind == Kind::add && node(root).operands.size() > 1;
  if (const auto numbers = is_sum || !made.where.empty() ? literal(root, flipped) : std::nullopt) {
    std::size_t length = made.gw.size();
    for (const WhereItem& item : made.where) length += item.name.size() + item.gw.size();
    Formula written = spelled(*numbers);
    if (written.gw.size() < length) {
      matrix_form = written.matrix_form = true;
      return written;
    }
  }
  return made;
}

}  // namespace gradwright::view

namespace gradwright {

std::unordered_set<std::string> reserved_names(const Pool& pool, const Names& names) {
  std::unordered_set<std::string> reserved;
  for (const auto& [expr, name] : names) reserved.insert(name.text);
  for (const std::string& symbol : pool.dims().symbols()) reserved.insert(symbol);
  for (const DimEquality& equality : pool.dims().equalities())
    reserved.insert(pool.dims().symbol_name(equality.symbol));
  for (std::uint32_t i = 0; i < pool.size(); ++i) {
    if (pool.kind(Expr{i}) == Kind::input) reserved.insert(pool.payload<InputInfo>(Expr{i}).name);
  }
  return reserved;
}

Formula presented(Pool& pool, Expr root, const Shape& surface, const Names& names, const PresentOptions& options) {
  view::Writer writer(pool, names, options);
  return writer.formula(root, surface);
}

Formula presented_entry(Pool& pool, Expr root, const std::vector<std::string>& letters, const Names& names,
                        const PresentOptions& options) {
  view::Writer writer(pool, names, options);
  return writer.entry_formula(root, letters);
}

}  // namespace gradwright
