// Names and what hangs on them: W^{(2)T} is W2', \hat y_i is yhat[i], x^{(i)} is the sample i.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>

#include "read/latex/interpreter.h"
#include "source/spelling.h"

namespace gradwright::latex {
namespace {

using Spellings = std::vector<std::string>;

/// How a sheet may spell one letter or word.
Spellings bases_of(const TexNode& node, const std::string& letters) {
  if (node.kind != TexKind::accent) {
    Spellings found{letters};
    if (const std::string_view greek = greek_letter(letters); !greek.empty()) found.emplace_back(greek);
    if (letters == "epsilon") found.emplace_back("eps");
    if (letters == "lambda") found.insert(found.end(), {"lam", "lmbda", "lambd"});
    if (const std::string_view word = greek_word(letters); !word.empty()) found.emplace_back(word);
    return found;
  }
  static const std::map<std::string_view, Spellings> marks{{"hat", {"hat", "_hat", "h", "pred", "_pred"}},
                                                           {"bar", {"bar", "_bar"}},
                                                           {"tilde", {"tilde", "_tilde", "t"}},
                                                           {"dot", {"dot", "_dot"}},
                                                           {"ddot", {"ddot"}},
                                                           {"check", {"check"}}};
  Spellings found;
  const TexRow& inner = node.parts[0];
  const std::string base = plain_text(inner);
  if (base.empty()) return found;
  for (const std::string& mark : marks.at(node.text)) {
    for (const std::string& one : inner.size() == 1 ? bases_of(inner[0], base) : Spellings{base})
      found.push_back(one + mark);
  }
  found.push_back(node.text + "_" + base);
  found.push_back(node.text + base);
  return found;
}

}  // namespace

bool Scope::has(const std::string& name) const {
  return own.contains(name) || sheet.shape_of(name).has_value() || sheet.is_dimension(name);
}

std::optional<Shape> Scope::shape_of(const std::string& name) const {
  if (const auto known = own.find(name); known != own.end()) return known->second;
  if (auto shape = sheet.shape_of(name)) return shape;
  if (sheet.is_dimension(name)) return Shape{};
  return std::nullopt;
}

std::string plain_text(const TexRow& row) {
  std::string text;
  for (const TexNode& node : row) {
    const bool is_raised = !node.sup.empty() || node.primes > 0;
    const std::string below = plain_text(node.sub);  // \delta_{u_1} is delta_u1
    if (is_raised || (below.empty() && !node.sub.empty())) return {};
    if (node.kind == TexKind::letter || node.kind == TexKind::word || node.kind == TexKind::number) {
      text += node.text + below;
    } else if (node.kind == TexKind::group) {
      const std::string inner = plain_text(node.parts[0]);
      if (inner.empty()) return {};
      text += inner + below;
    } else if (!node.is_sign(",")) {
      return {};
    }
  }
  return text;
}

namespace {

bool is_letter_or_word(const TexNode& node) { return node.kind == TexKind::letter || node.kind == TexKind::word; }

bool turns(const TexNode& node) {
  static constexpr std::array<std::string_view, 5> words{"T", "H", "t", "tr", "transpose"};
  return node.is_sign("top") ||
         (is_letter_or_word(node) && std::find(words.begin(), words.end(), node.text) != words.end());
}

bool is_tag(const TexNode& node) {
  return node.kind == TexKind::fence && node.text != "|" && node.text != "||" && node.parts.size() == 1 &&
         !plain_text(node.parts[0]).empty();
}

/// `-1`, `-T`, `-1T`, `-\top` at i and nothing behind it.
bool inverts_at(const TexRow& row, std::size_t i) {
  if (!row[i].is_sign("-") || i + 1 >= row.size()) return false;
  const auto is_turn = [&](std::size_t at) { return row[at].is_sign("top") || row[at].text == "T"; };
  const bool is_last = i + 2 == row.size() || (i + 3 == row.size() && is_turn(i + 2));
  return is_last && (row[i + 1].text == "1" || is_turn(i + 1));
}

bool is_beside_power(const TexNode& node) { return is_tag(node) || node.is_sign("prime") || node.is_sign(","); }

/// Beside its tag a superscript is a T, `-T` or `-1T`, and no T + 1. W^{2T} is the transpose of W2 where the sheet has no T.
bool is_turn_alone(const TexRow& row, bool has_t) {
  bool may_invert = true;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (inverts_at(row, i)) return may_invert;
    const bool is_number = !has_t && row[i].kind == TexKind::number && i == 0;
    if (!is_number && !is_beside_power(row[i]) && (!turns(row[i]) || row[i].has_scripts())) return false;
    may_invert = may_invert && (is_beside_power(row[i]) || row[i].is_sign("top") || row[i].text == "T");
  }
  return true;
}

}  // namespace

Superscript superscript_of(const TexNode& node, const Scope& scope) {
  Superscript found;
  found.primes = node.primes;
  const TexRow& row = node.sup;
  // A T that stands alone is a transpose, though the sheet may have one too; of a number that is a power.
  const bool is_alone = is_turn_alone(row, scope.has("T"));
  const auto is_known = [&](const TexNode& one) { return is_letter_or_word(one) && scope.has(one.text); };
  const auto is_power = [&](const TexNode& one) {
    return is_letter_or_word(one) && (!is_alone || (one.text != "T" && is_known(one)));
  };
  const auto is_known_turn = [&](const TexNode& one) { return one.text == "T" && is_known(one); };
  if (is_alone && std::any_of(row.begin(), row.end(), is_known_turn))
    std::copy_if(row.begin(), row.end(), std::back_inserter(found.of_number), std::not_fn(is_beside_power));
  for (std::size_t i = 0; i < row.size(); ++i) {
    const TexNode& one = row[i];
    if (turns(one) && !is_power(one) && !one.has_scripts()) {
      ++found.transposes;
    } else if (one.is_sign("prime")) {
      ++found.primes;
    } else if (one.is_sign(",")) {
      continue;
    } else if (one.is_sign("odot") && found.power.empty() && i + 1 < row.size()) {
      found.is_entrywise = true;
    } else if (found.power.empty() && inverts_at(row, i) && !is_power(row[i + 1])) {
      found.inverts = true;
      if (row[i + 1].text != "1") ++found.transposes;
      ++i;
    } else if (is_tag(one) && found.tag.empty() && found.power.empty()) {
      found.tag = plain_text(one.parts[0]);
      found.primes += one.primes;
      if (!one.sup.empty()) ++found.transposes;
    } else {
      found.power.push_back(one);
    }
  }
  return found;
}

std::string declared_name(const Scope& scope, const TexNode& base, const std::string& letters, const std::string& tag,
                          const std::string& sub) {
  for (const std::string& one : bases_of(base, letters)) {
    Spellings candidates;
    const std::array<std::string_view, 2> joints{"", "_"};
    if (tag.empty() && sub.empty()) candidates.push_back(one);
    for (const std::string_view a : joints) {
      const std::string first = tag.empty() ? sub : tag;
      if (first.empty()) break;
      if (tag.empty() || sub.empty()) {
        candidates.push_back(one + std::string(a) + first);
        continue;
      }
      for (const std::string_view b : joints) {
        candidates.push_back(one + std::string(a) + tag + std::string(b) + sub);
        candidates.push_back(one + std::string(a) + sub + std::string(b) + tag);
      }
    }
    for (const std::string& candidate : candidates) {
      if (scope.has(candidate)) return candidate;
    }
  }
  return {};
}

/// W_{2,ij} is the entry i, j of W2.
SplitSubscript split_subscript(const Scope& scope, const TexNode& base, const std::string& letters,
                               const std::string& tag) {
  for (std::size_t count = 1; count < base.sub.size(); ++count) {
    const TexRow head(base.sub.begin(), base.sub.begin() + static_cast<std::ptrdiff_t>(count));
    const std::string text = plain_text(head);
    std::string name = text.empty() ? text : declared_name(scope, base, letters, tag, text);
    const auto shape = name.empty() ? std::nullopt : scope.shape_of(name);
    if (!shape || shape->empty()) continue;
    TexRow rest(base.sub.begin() + static_cast<std::ptrdiff_t>(count), base.sub.end());
    if (rest[0].is_sign(",")) rest.erase(rest.begin());
    const auto items = static_cast<std::size_t>(
        std::count_if(rest.begin(), rest.end(), [](const TexNode& one) { return !one.is_sign(","); }));
    const bool is_vector =
        scope.sheet.pool().dims().is_one((*shape)[0]) || scope.sheet.pool().dims().is_one(shape->back());
    if (items == shape->size() || (is_vector && items == 1)) return {std::move(name), std::move(rest)};
  }
  return {};
}

/// w_{ij} where the sheet has no w: of the matrix W.
static std::optional<TexNode> matrix_of_entry(const Scope& scope, const TexNode& node, const std::string& tag) {
  const bool is_small = node.kind == TexKind::letter && node.text.size() == 1 && std::islower(node.text[0]) != 0;
  if (!is_small || node.sub.empty()) return std::nullopt;
  TexNode upper = node;
  upper.text[0] = static_cast<char>(std::toupper(node.text[0]));
  const std::string name = declared_name(scope, upper, upper.text, tag, "");
  const auto shape = name.empty() ? std::nullopt : scope.shape_of(name);
  const auto items =
      std::count_if(node.sub.begin(), node.sub.end(), [](const TexNode& one) { return !one.is_sign(","); });
  if (!shape || shape->size() != 2 || items != 2) return std::nullopt;
  return upper;
}

std::optional<Interpreter::Named> Interpreter::name_of(const TexNode& node) const {
  const TexNode* base = &node;
  if (node.kind == TexKind::group && node.parts[0].size() == 1 && !node.has_scripts()) base = &node.parts[0][0];
  if (base->kind != TexKind::letter && base->kind != TexKind::word && base->kind != TexKind::accent)
    return std::nullopt;
  const Superscript sup = superscript_of(*base, scope_);
  const std::string power = plain_text(sup.power);
  if (sup.transposes + sup.primes > 0 || sup.inverts) return std::nullopt;
  const std::string tag = sup.tag.empty() ? power : sup.tag;
  const std::string sub = plain_text(base->sub);
  if (std::string found = declared_name(scope_, *base, base->text, tag, sub); !found.empty())
    return Named{std::move(found), {}};
  SplitSubscript split = split_subscript(scope_, *base, base->text, tag);
  if (split.name.empty()) split = {declared_name(scope_, *base, base->text, tag, ""), base->sub};
  if (split.name.empty() || sub.empty()) {
    const auto matrix = matrix_of_entry(scope_, *base, tag);
    return matrix ? name_of(*matrix) : std::nullopt;
  }
  Named named{std::move(split.name), {}};
  for (const TexNode& one : split.entry) {
    if (!one.is_sign(",")) named.entry.push_back(one.text);
  }
  return named;
}

bool Interpreter::picks_two_of_vector(const TexNode& node, const std::string& name) const {
  const auto shape = name.empty() ? std::nullopt : scope_.shape_of(name);
  const std::vector<TexRow> items = index_items(node.sub);
  const bool is_vector = shape && shape->size() == 2 && sketcher_.is_vector(*sketcher_.extents_of(shape));
  return is_vector && items.size() == 2 && std::all_of(items.begin(), items.end(), [&](const TexRow& item) {
           return item.size() == 1 && indices_.contains(item[0].text);
         });
}

std::optional<Interpreter::Factor> Interpreter::variable(const TexNode& node, const std::string& letters, Span span) {
  Superscript sup = superscript_of(node, scope_);
  const std::string sub = plain_text(node.sub);
  const bool is_plain = sup.tag.empty() && node.sub.empty() && sup.power.empty() && !node.core.is_empty();
  const Span place = is_plain ? Span{span.begin, node.core.end} : span;
  const auto made = [&](const std::string& name) {
    return Factor{sketcher_.word(name, place, sketcher_.extents_of(scope_.shape_of(name))), true, false, false};
  };
  const auto with = [&](const std::string& tag, const std::string& index) {
    return declared_name(scope_, node, letters, tag, index);
  };
  if (std::string name = with(sup.tag, sub); !name.empty() && (node.sub.empty() || !sub.empty()))
    return raised(made(name), sup, node.span);
  const std::string power = plain_text(sup.of_number.empty() ? sup.power : sup.of_number);
  if (!power.empty() && sup.tag.empty()) {  // W^2 is W2 where W is not declared
    if (std::string name = with(power, sub); !name.empty() && (with("", sub).empty() || power == "*")) {
      if (!sup.of_number.empty()) sup.transposes = 0;
      sup.of_number.clear();
      sup.power.clear();
      return raised(made(name), sup, node.span);
    }
    // a^0_k is the entry k of a0 where a is not declared
    if (!node.sub.empty() && !with(power, "").empty() && with("", "").empty() && with("", sub).empty()) {
      sup.tag = power;
      sup.power.clear();
    }
  }
  if (picks_two_of_vector(node, with(sup.tag, ""))) {  // x_{ij} beside a vector x is of X, \delta_{ij} Kronecker's
    const auto matrix = matrix_of_entry(scope_, node, sup.tag);
    if (matrix) return variable(*matrix, matrix->text, span);
    if (letters == "delta") return std::nullopt;
  }
  if (const auto split = split_subscript(scope_, node, letters, sup.tag); !split.name.empty()) {
    return entry_of(made(split.name), split.entry, sup, node.span);
  }
  if (!node.sub.empty()) {
    std::string name = with(sup.tag, "");
    const auto shape = name.empty() ? std::nullopt : scope_.shape_of(name);
    // an entry is picked by an index, not by a variable of the sheet
    const bool by_variable = std::any_of(node.sub.begin(), node.sub.end(), [&](const TexNode& one) {
      return one.kind == TexKind::letter && !indices_.contains(one.text) && scope_.sheet.shape_of(one.text);
    });
    if (shape && !shape->empty() && !compares(node.sub) && !by_variable) {
      return entry_of(made(name), node.sub, sup, node.span);
    }
  }
  if (const auto matrix = matrix_of_entry(scope_, node, sup.tag)) return variable(*matrix, matrix->text, span);
  return sample(node, letters, sup, span);
}

}  // namespace gradwright::latex
