// The entry of an expression at given letters, told down to the entries of what has a name: (A*B)[i,j] = Σ_k A[i,k]·B[k,j].
#include <algorithm>

#include "present/writer.h"

namespace gradwright::view {
namespace {

constexpr int deepest = 24;  // below, a part gets a name

}  // namespace

Formula Writer::entry_formula(Expr root, const std::vector<std::string>& letters) {
  for (const std::string& letter : letters) taken_.insert(letter);
  return spelled(entry_of(root, letters));
}

std::string Writer::fresh_letter() {
  const std::string letter = index_letter(0);
  taken_.insert(letter);
  return letter;
}

DocId Writer::entry_of_window(Expr e, const std::vector<std::string>& letters) {
  Selection selection{[&] { return fresh_letter(); }};
  const DocId made = window_entry(e, letters, false, selection);
  return selected_sum({made}, selection);
}

DocId Writer::entry_of(Expr e, const std::vector<std::string>& letters, int depth) {
  if (letters.empty() || depth > deepest) {
    Selection selection{[&] { return fresh_letter(); }};
    const DocId made = entry_at(e, letters, selection);
    return selected_sum({made}, selection);
  }
  const Node& part = node(e);
  if (!has_name(e)) {
    if (part.kind == Kind::einsum) return entry_of_product(e, letters, depth + 1);
    if (part.kind == Kind::window && !is_mask(e)) return entry_of_window(e, letters);
    if (part.kind == Kind::add && !part.operands.empty()) {
      std::vector<DocId> terms;
      std::vector<bool> negative;
      const auto& coefficients = std::get<Coefficients>(part.payload).values;
      for (std::size_t i = 0; i < part.operands.size(); ++i) {
        const bool is_negative = coefficients[i].is_negative();
        terms.push_back(docs.scaled(is_negative ? -coefficients[i] : coefficients[i],
                                    entry_of(part.operands[i], letters, depth + 1)));
        negative.push_back(is_negative);
      }
      return docs.sum(std::move(terms), std::move(negative));
    }
    if (part.kind == Kind::map && !call_of(e)) {
      const MapFunction& function = std::get<MapFunction>(part.payload);
      std::vector<DocId> args;
      for (const Expr operand : part.operands) args.push_back(entry_of(operand, letters, depth + 1));
      const ScalarFunction& row = scalar_function(function.function);
      switch (function.function) {
        case Function::power:
          return function.parameter == Rational(-1) ? docs.quotient(docs.number(1), args[0], false)
                                                    : docs.power(args[0], function.parameter);
        case Function::greater: return docs.compare(">", args[0], args[1]);
        case Function::greater_equal: return docs.compare(">=", args[0], args[1]);
        case Function::equal: return docs.compare("==", args[0], args[1]);
        case Function::step: return docs.derivative("relu", args[0]);
        default: return docs.call(std::string(row.name), std::move(args), one(), one(), &row);
      }
    }
  }
  std::string text;
  for (const std::string& letter : letters) text += (text.empty() ? "" : ",") + letter;
  if (has_name(e) || part.kind == Kind::einsum) return docs.index(named_leaf(e), text, one(), one());
  const DocId whole = oriented(e, false);  // a call, or what is named in index notation
  return docs.index(has_name(e) ? named_leaf(e) : whole, text, one(), one());
}

DocId Writer::entry_of_product(Expr e, const std::vector<std::string>& letters, int depth) {
  const EinsumLabels einsum = pool.payload<EinsumLabels>(e);
  const std::vector<Expr> operands = node(e).operands;
  std::vector<std::string> of_label(einsum.dims.size());
  std::vector<DocId> factors, divisors, deltas;
  for (std::size_t axis = 0; axis < einsum.out.size(); ++axis) {
    std::string& own = of_label[einsum.out[axis]];
    if (own.empty()) {
      own = letters[axis];
      continue;
    }
    const Dim extent = einsum.dims[einsum.out[axis]];
    deltas.push_back(
        docs.index(docs.call("eye", {docs.size(extent)}, extent, extent), own + "," + letters[axis], one(), one()));
  }
  std::string summed;
  for (std::size_t label = 0; label < of_label.size(); ++label) {
    if (!of_label[label].empty()) continue;
    const bool occurs = std::any_of(einsum.operands.begin(), einsum.operands.end(), [&](const Labels& own) {
      return std::find(own.begin(), own.end(), label) != own.end();
    });
    if (!occurs) {
      factors.push_back(docs.size(einsum.dims[label]));
      continue;
    }
    of_label[label] = fresh_letter();
    summed += (summed.empty() ? "" : ",") + of_label[label];
  }
  Selection selection{[&] { return fresh_letter(); }};
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (const auto divisor = einsum.operands[i].empty() ? denominator(operands[i], false) : std::nullopt) {
      divisors.push_back(*divisor);
      continue;
    }
    std::vector<std::string> own;
    for (const Label label : einsum.operands[i]) own.push_back(of_label[label]);
    const bool is_window = node(operands[i]).kind == Kind::window && !has_name(operands[i]) && !is_mask(operands[i]);
    factors.push_back(is_window ? window_entry(operands[i], own, false, selection) : entry_of(operands[i], own, depth));
  }
  for (const std::string& letter : selection.summed) summed += (summed.empty() ? "" : ",") + letter;
  factors.insert(factors.end(), selection.brackets.begin(), selection.brackets.end());
  // δ[i]·x[j]: adjoints first, then by the order of the letters.
  const auto place = [&](DocId factor) {
    const Doc& part = docs[factor];
    if (part.kind != DocKind::index || part.args.empty()) return letters.size() + 1;
    if (docs[part.args[0]].text.starts_with("delta")) return std::size_t{0};
    const std::string first = part.text.substr(0, part.text.find(','));
    return static_cast<std::size_t>(std::find(letters.begin(), letters.end(), first) - letters.begin()) + 1;
  };
  std::stable_sort(factors.begin(), factors.end(), [&](DocId a, DocId b) { return place(a) < place(b); });
  factors.insert(factors.begin(), deltas.begin(), deltas.end());
  DocId made = factors.empty() ? docs.number(1) : docs.product(factors, false);
  made = docs.divided(made, divisors, false);
  return summed.empty() ? made : docs.index_sum(summed, made);
}

}  // namespace gradwright::view
