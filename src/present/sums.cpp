// Sums: positive terms first, constants last (but 1 + u, and 1 - u); a repeated scalar is written plainly where another term says the shape.
#include <algorithm>

#include "present/writer.h"

namespace gradwright::view {

DocId Writer::add(Expr e, bool flipped) {
  const Node& part = node(e);
  if (part.operands.empty()) return zeros(part.shape, flipped);
  if (const auto literal = block(e, flipped)) return *literal;
  struct Summand {
    DocId doc;
    bool negative, is_constant;
  };
  std::vector<Summand> summands;
  const auto& coefficients = std::get<Coefficients>(part.payload).values;
  std::vector<std::optional<DocId>> scalars;
  bool shaped = part.shape.empty();
  for (const Expr operand : part.operands) {
    scalars.push_back(part.shape.empty() ? std::nullopt : repeated_scalar(operand));
    shaped = shaped || !scalars.back();
  }
  for (std::size_t i = 0; i < part.operands.size(); ++i) {
    const bool negative = coefficients[i].is_negative();
    const Rational size = negative ? -coefficients[i] : coefficients[i];
    const bool plain = scalars[i] && shaped;
    const DocId term = plain ? *scalars[i] : doc(part.operands[i], flipped);
    shaped = true;
    const bool is_number = plain || node(part.operands[i]).kind == Kind::literal;
    summands.push_back({docs.scaled(size, term), negative, is_number});
  }
  const bool has_positive =
      std::any_of(summands.begin(), summands.end(), [](const Summand& s) { return !s.negative && !s.is_constant; });
  const bool is_one_and_more = summands.size() == 2 && std::none_of(summands.begin(), summands.end(),
                                                                    [](const Summand& s) { return s.negative; });
  const auto leads = [&](const Summand& s) {
    return !s.negative &&
           (!has_positive || (is_one_and_more && docs[s.doc].kind == DocKind::number && docs[s.doc].value.is_one()));
  };
  const auto rank = [&](const Summand& s) { return s.is_constant ? (leads(s) ? 0 : 3) : s.negative ? 2 : 1; };
  std::stable_sort(summands.begin(), summands.end(),
                   [&](const Summand& a, const Summand& b) { return rank(a) < rank(b); });
  std::vector<DocId> terms;
  std::vector<bool> signs;
  for (const Summand& summand : summands) {
    terms.push_back(summand.doc);
    signs.push_back(summand.negative);
  }
  return docs.sum(std::move(terms), std::move(signs));
}

}  // namespace gradwright::view
