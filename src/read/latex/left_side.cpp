#include "read/latex/left_side.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "read/reading/claims.h"

namespace gradwright::latex {
namespace {

bool is_d(const TexNode& node) {
  return node.is_sign("partial") || (node.kind == TexKind::letter && node.text == "d" && node.sub.empty());
}

TexRow tail(const TexRow& row, std::size_t first) {
  return {row.begin() + static_cast<std::ptrdiff_t>(first), row.end()};
}

class LeftReader {
 public:
  LeftReader(Scope& scope, LeftSide& side)
      : scope_(scope),
        side_(side),
        sketcher_(scope.sheet.pool().dims()),
        names_(scope, sketcher_, choices_, ignored_) {}

  /// True where it is a derivative.
  bool derivative(const TexRow& row) {
    side_.kind = LeftSide::Kind::derivative;
    const TexNode& first = row[0];
    if (row.size() == 1 && first.kind == TexKind::fence) return bracketed(first);
    if (primed(row)) return true;
    if (first.kind == TexKind::fraction) return fraction(row);
    const bool is_nabla = first.is_sign("nabla") || (first.is_sign("partial") && !first.sub.empty());
    if (is_nabla && row.size() > 1) {
      if (names_.is_transposed_number(row.back())) return false;  // (\nabla_w L)^T: an expression
      if (plain_text(first.sup) == "2") side_.kind = LeftSide::Kind::hessian;
      return of(tail(row, 1), true) && (first.sub.empty() || wrt(first.sub));
    }
    const auto slash = std::find_if(row.begin(), row.end(), [](const TexNode& node) { return node.is_sign("/"); });
    if (slash == row.end() || slash - row.begin() != 2 || row.end() - slash != 3) return false;
    return is_d(row[0]) && is_d(row[3]) && wrt({row[4]}) && of({row[1]}, true);
  }

  TexRow expression;

  /// d(X^{-1}), d \ln\det X, D_x h: told to be no derivative that is read.
  bool differential(const TexRow& row) {
    if (row.size() < 2 || row[0].kind != TexKind::letter || row[0].has_scripts() != (row[0].text == "D")) return false;
    const bool is_operator = row[0].text == "D" && names_.name_of(row[0]) == std::nullopt && row[0].sup.empty() &&
                             row[0].sub.size() == 1 && names_.name_of(row[0].sub[0]).has_value();
    const bool may_be_name = row[1].kind == TexKind::letter;  // dW of the person's own
    const bool is_differential = row[0].text == "d" && !scope_.has("d") && !may_be_name;
    if (!is_operator && !is_differential) return false;
    side_.diagnostics.push_back(error("G0602", is_operator
                                                   ? "whether this is a row or a column is not said, so it is not read"
                                                   : "differentials are not read")
                                    .at(span_of(row))
                                    .help("claim the derivative: `\\frac{\\partial f}{\\partial x} = …`"));
    return true;
  }

  /// A name that is defined here: `\delta^{(2)}` is delta2, `dW^{[2]}` is dW2.
  [[nodiscard]] std::string fresh_name(const TexRow& row) const {
    std::string name;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const TexNode& node = row[i];
      if (node.kind == TexKind::accent) {
        const std::string base = plain_text(node.parts[0]);
        if (base.empty()) return {};
        name += base + node.text;
      } else if (node.kind == TexKind::letter || node.kind == TexKind::word ||
                 (node.kind == TexKind::number && i > 0)) {
        name += node.text;
      } else if (node.is_sign("partial") && i == 0) {
        name += "d";
      } else {
        return {};
      }
      if (!node.has_scripts()) continue;
      const Superscript sup = superscript_of(node, scope_);
      if (i + 1 < row.size() || sup.transposes + sup.primes > 0 || sup.inverts) return {};
      const std::string sub = plain_text(node.sub);
      if (node.sub.empty() != sub.empty()) return {};
      name += sup.tag + plain_text(sup.power) + sub;
    }
    const bool is_word =
        !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
        std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
    const bool begins_with_d = is_d(row[0]);
    const bool is_product =
        row.size() > 1 && !begins_with_d && std::any_of(row.begin(), row.end(), [&](const TexNode& one) {
          return one.kind == TexKind::letter && scope_.has(one.text);
        });
    return is_word && !is_product ? name : std::string();
  }

  /// What the sheet declares, with a mark or without: w of `w`, `w^*`, `\hat{w}`, `w_{\text{opt}}`.
  [[nodiscard]] std::string variable(const TexRow& row) const {
    if (row.size() != 1) return {};
    const auto declared = [&](const TexNode& node) {
      const auto named = known_name(node);
      return named && scope_.sheet.program().declaration(*named) != nullptr ? *named : std::string();
    };
    if (known_name(row[0])) return declared(row[0]);
    TexNode unmarked = row[0];
    if (unmarked.kind == TexKind::accent && unmarked.parts[0].size() == 1) unmarked = TexNode(unmarked.parts[0][0]);
    const bool has_word_below = unmarked.sub.size() == 1 && unmarked.sub[0].kind == TexKind::word;
    if (has_word_below) unmarked.sub.clear();
    return declared(unmarked);
  }

  [[nodiscard]] std::optional<std::string> known_name(const TexNode& node) const {
    const auto named = names_.name_of(node);
    if (!named || !named->entry.empty()) return std::nullopt;
    return named->name;
  }

  /// s_i of a vector that the sheet defines, (Wx)_i: the entry i. Its letters are free from here on.
  bool entry(const TexNode& node) {
    const bool is_bracket =
        node.kind == TexKind::fence && (node.text == "(" || node.text == "[") && node.parts.size() == 1;
    const auto named = is_bracket ? std::nullopt : names_.name_of(node);
    const Definition* definition = named ? scope_.sheet.program().definition(named->name) : nullptr;
    if (node.sub.empty() || (definition == nullptr && !is_bracket)) return false;
    std::vector<std::string> items;
    if (is_bracket)
      for (const TexRow& item : index_items(node.sub)) items.push_back(plain_text(item));
    else
      items = named->entry;
    if (items.empty()) return false;
    if (definition != nullptr && !picks_entry(items, definition->surface)) return false;
    for (const std::string& item : items) {
      const bool is_free = !item.empty() && std::isalpha(static_cast<unsigned char>(item[0])) != 0 && !scope_.has(item);
      if (is_free && std::ranges::find(side_.of.entry, item) == side_.of.entry.end()) side_.of.entry.push_back(item);
      if (item.empty() || (!is_free && !is_bracket && std::isdigit(static_cast<unsigned char>(item[0])) == 0))
        return false;
    }
    scope_.indices.insert(scope_.indices.end(), side_.of.entry.begin(), side_.of.entry.end());
    return true;
  }

 private:
  /// One item for each axis; a number where the size is one: h_1 beside h : R[n] is another layer.
  [[nodiscard]] bool picks_entry(const std::vector<std::string>& items, const Shape& surface) const {
    const DimTable& dims = scope_.sheet.pool().dims();
    Shape axes;
    std::ranges::copy_if(surface, std::back_inserter(axes), [&](Dim dim) { return !dims.is_one(dim); });
    if (items.size() != axes.size()) return false;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool is_number = items[i].find_first_not_of("0123456789") == std::string::npos;
      if (is_number && !dims.constant_value(axes[i])) return false;
    }
    return true;
  }

  /// (\frac{\partial L}{\partial W})_{ij} is \frac{\partial L}{\partial W_{ij}}; of a vector, (\frac{\partial z}{\partial x})_{ij} is
  /// \frac{\partial z_i}{\partial x_j}.
  bool bracketed(const TexNode& fence) {
    const bool is_bracket =
        (fence.text == "(" || fence.text == "[") && fence.parts.size() == 1 && !fence.parts[0].empty();
    if (!is_bracket || !fence.sup.empty() || fence.primes > 0 || !derivative(fence.parts[0])) return false;
    if (fence.sub.empty()) return true;
    if (side_.kind != LeftSide::Kind::derivative || !side_.of.entry.empty() || !side_.wrt.entry.empty()) return false;
    std::vector<std::string> entry;
    for (const TexRow& item : index_items(fence.sub)) entry.push_back(plain_text(item));
    if (std::any_of(entry.begin(), entry.end(), [](const std::string& one) { return one.empty(); })) return false;
    const auto shape = scope_.shape_of(side_.of.name);
    const bool is_of_number = !shape || shape->empty();  // a loss that the sheet calls otherwise
    if (!is_of_number && entry.size() != 2) return false;
    if (!is_of_number) target(side_.of, {side_.of.name, {entry[0]}}, side_.of.span);
    if (!is_of_number) entry.erase(entry.begin());
    target(side_.wrt, {side_.wrt.name, entry}, side_.wrt.span);
    return true;
  }

  /// g'(x), w'' of a scalar that the sheet defines: by its argument, or by the only variable that it rests on.
  bool primed(const TexRow& row) {
    TexNode value = row[0];
    const int primes = superscript_of(value, scope_).primes;
    const bool has_argument =
        row.size() == 2 && row[1].kind == TexKind::fence && row[1].parts.size() == 1 && !row[1].has_scripts();
    if (primes < 1 || primes > 2 || (row.size() > 1 && !has_argument)) return false;
    value.primes = 0;
    std::erase_if(value.sup, [](const TexNode& one) { return one.is_sign("prime"); });
    const auto named = names_.name_of(value);
    if (!named || !named->entry.empty() || !scope_.sheet.is_defined_scalar(named->name)) return false;
    if (primes == 2) side_.kind = LeftSide::Kind::hessian;
    target(side_.of, *named, value.span);
    if (has_argument) return wrt(row[1].parts[0]);
    target(side_.wrt, {only_variable_of(scope_.sheet, named->name), {}}, value.span);
    return true;
  }

  void target(Target& target, const Interpreter::Named& named, Span span) {
    target = {named.name, named.entry, span};
    for (const std::string& index : named.entry) {
      const bool is_name = !index.empty() && (index[0] < '0' || index[0] > '9');
      const bool is_new = std::find(scope_.indices.begin(), scope_.indices.end(), index) == scope_.indices.end();
      if (is_name && is_new) scope_.indices.push_back(index);
    }
  }

  /// A name of the sheet in plain letters and digits, as in `\partial W3`; empty where it is none.
  [[nodiscard]] std::string spelled(const TexRow& row) const {
    std::string name;
    for (const TexNode& node : row) {
      const bool is_plain = node.kind == TexKind::letter || node.kind == TexKind::word || node.kind == TexKind::number;
      if (!is_plain || node.has_scripts()) return {};
      name += node.text;
    }
    return row.size() > 1 && scope_.has(name) ? name : std::string();
  }

  /// w_k and w^{(k)} where the sheet has no w, W^{(k)}: a row or column of W.
  [[nodiscard]] std::optional<Interpreter::Named> matrix_of_row(const TexNode& node) const {
    const std::string tag = superscript_of(node, scope_).tag;
    const bool is_sample = !tag.empty() && node.sub.empty();
    const std::string index = is_sample ? tag : plain_text(node.sub);
    const bool is_letter = index.size() == 1 && std::isalpha(static_cast<unsigned char>(index[0])) != 0;
    if (!is_letter || node.sup.size() != (is_sample ? 1 : 0)) return std::nullopt;
    const auto is_matrix = [&](const std::string& name) {
      const auto shape = scope_.shape_of(name);
      return shape && shape->size() == 2;
    };
    if (is_sample && is_matrix(node.text)) return Interpreter::Named{node.text, {index}};
    const bool is_small = node.text.size() == 1 && std::islower(static_cast<unsigned char>(node.text[0])) != 0;
    const std::string upper(1, static_cast<char>(std::toupper(static_cast<unsigned char>(node.text[0]))));
    if (!is_small || !is_matrix(upper) || scope_.has(node.text)) return std::nullopt;
    return Interpreter::Named{upper, {index}};
  }

  /// vec(A) as A: a derivative of matrices is one of their columns, stacked.
  static TexRow without_vec(const TexRow& row) {
    const bool is_vec = row.size() == 2 && row[0].kind == TexKind::word && row[0].text == "vec" &&
                        row[1].kind == TexKind::fence && row[1].parts.size() == 1 && !row[1].has_scripts();
    return is_vec ? row[1].parts[0] : row;
  }

  /// What is derived: a name of the sheet, a letter that the sheet does not have (its loss, by another name), or an expression.
  bool of(const TexRow& written, bool may_be_expression) {
    const TexRow row = without_vec(written);
    if (row.empty()) return false;
    const TexNode& first = row[0];
    const bool is_one = row.size() == 1;
    if (const std::string name = spelled(row); !name.empty()) {
      target(side_.of, {name, {}}, span_of(row));
      return true;
    }
    const bool is_bracket = first.kind == TexKind::fence && first.text != "|" && first.text != "||";
    if (is_one && is_bracket && first.parts.size() == 1 && !first.has_scripts())
      return of(first.parts[0], may_be_expression);
    if (is_one) {
      if (const auto named = names_.name_of(first)) {
        target(side_.of, *named, first.span);
        return true;
      }
      side_.of.span = first.span;
      const bool is_letter = first.kind == TexKind::letter || first.kind == TexKind::word;
      // D_{KL}, L_{\text{reg}}
      const bool is_told_apart = first.sup.empty() && first.primes == 0 && plain_text(first.sub).size() > 1;
      if (is_letter && (!first.has_scripts() || is_told_apart)) return true;
    }
    if (row.size() == 2 && first.kind == TexKind::letter && row[1].kind == TexKind::fence) {  // L(W)
      if (const auto named = names_.name_of(first); named && scope_.shape_of(named->name) == Shape{}) {
        target(side_.of, *named, first.span);
        return true;
      }
    }
    if (!may_be_expression) return false;
    expression = is_one && first.kind == TexKind::fence ? whole_of_entry(first) : whole_value(row);
    side_.of.span = span_of(row);
    return true;
  }

  /// (X^{-1})_{kl} is an entry of X^{-1}.
  TexRow whole_of_entry(TexNode fence) {
    std::vector<std::string> entry;
    for (const TexRow& item : index_items(fence.sub)) entry.push_back(plain_text(item));
    const bool is_bracket = fence.text == "(" || fence.text == "[";  // and no norm: \|X\|_F
    const bool is_entry =
        is_bracket && fence.sup.empty() && fence.primes == 0 && std::ranges::none_of(entry, &std::string::empty);
    if (!is_entry || entry.empty()) return {fence};
    target(side_.of, {{}, entry}, fence.span);
    fence.sub.clear();
    return {fence};
  }

  /// \sigma(z_i) and \sigma(z)_i are the entry i of \sigma(z).
  TexRow whole_value(TexRow row) {
    const bool is_call = row.size() == 2 && row[0].sub.empty() && row[1].kind == TexKind::fence && row[1].text == "(" &&
                         row[1].parts.size() == 1 && row[1].parts[0].size() == 1;
    if (!is_call) return row;
    TexNode& argument = row[1].parts[0][0];
    const auto is_index = [&](const TexRow& sub) {
      return sub.size() == 1 && sub[0].kind == TexKind::letter && !scope_.has(sub[0].text);
    };
    const auto named = names_.name_of(argument);
    TexRow* const sub = is_index(row[1].sub)                                          ? &row[1].sub
                        : named && named->entry.size() == 1 && is_index(argument.sub) ? &argument.sub
                                                                                      : nullptr;
    if (sub == nullptr) return row;
    target(side_.of, {{}, {(*sub)[0].text}}, side_.of.span);
    sub->clear();
    return row;
  }

  bool wrt(const TexRow& row) {
    if (row.empty()) return false;
    if (const std::string name = spelled(row); !name.empty()) {
      target(side_.wrt, {name, {}}, span_of(row));
      return true;
    }
    const TexNode by =
        row.size() == 1 ? row[0] : TexNode{TexKind::group, {}, span_of(row), false, {row}, {}, {}, {}, {}, 0, {}};
    const auto named = names_.name_of(by);
    if (named) {
      target(side_.wrt, *named, by.span);
      return true;
    }
    if (by.kind != TexKind::letter && by.kind != TexKind::word) return false;
    if (const auto matrix = matrix_of_row(by)) {
      target(side_.wrt, *matrix, by.span);
      return true;
    }
    // no name of the sheet: of what it is the derivative, the formula may tell
    const std::string sub = plain_text(by.sub);
    const bool is_entry = sub.size() == 1 && std::isalpha(static_cast<unsigned char>(sub[0])) != 0;
    TexNode bare = by;
    if (is_entry) bare.sub.clear();
    const std::string name = fresh_name({bare});
    if (name.empty()) return false;
    target(side_.wrt, {name, is_entry ? std::vector<std::string>{sub} : std::vector<std::string>{}}, by.span);
    return true;
  }

  bool once_by(const TexRow& letters) {
    const TexRow row = without_vec(letters);
    return (row.size() == 1 || !spelled(row).empty()) && wrt(row);
  }

  /// Below \partial^2: `\partial x^2`, `\partial x \partial x^T`, `\partial x_1 \partial y_2`.
  bool twice_by(const TexRow& below) {
    side_.kind = LeftSide::Kind::hessian;
    const auto second = std::find_if(below.begin() + 2, below.end(), is_d);
    const auto without_sup = [&](TexRow row, bool may_be_square) {
      if (row.empty()) return row;
      const Superscript sup = superscript_of(row.back(), scope_);
      const bool is_square = may_be_square && plain_text(row.back().sup) == "2";
      if (is_square || (sup.transposes > 0 && sup.tag.empty())) row.back().sup.clear();
      return row;
    };
    const TexRow by = without_sup({below.begin() + 1, second}, second == below.end());
    if (!once_by(by)) return false;
    if (second == below.end()) {
      side_.first = side_.wrt;
      return true;
    }
    side_.first = std::exchange(side_.wrt, {});
    return once_by(without_sup({second + 1, below.end()}, false));
  }

  bool fraction(const TexRow& row) {
    const TexRow& above = row[0].parts[0];
    const TexRow& below = row[0].parts[1];
    if (row[0].has_scripts()) return false;
    if (row[0].text == "d") return row.size() == 1 && wrt(below) && of(above, true);
    const bool are_deltas = stand_for_partial(row[0]);
    if (above.empty() || below.size() < 2 || !(are_deltas || (is_d(above[0]) && is_d(below[0])))) return false;
    if (!(plain_text(above[0].sup) == "2" ? twice_by(below) : once_by(tail(below, 1)))) return false;
    if (above.size() > 1) return row.size() == 1 && of(tail(above, 1), true);
    return row.size() > 1 && of(tail(row, 1), true);
  }

  Scope& scope_;
  LeftSide& side_;
  Sketcher sketcher_;
  Choices choices_;
  std::vector<Diagnostic> ignored_;
  Interpreter names_;
};

}  // namespace

TexRow left_side(const TexRow& row, Scope& scope, LeftSide& side) {
  const LeftSide before = side;
  LeftReader reader(scope, side);
  if (reader.derivative(row)) return reader.expression;
  side = before;
  if (reader.differential(row)) return {};
  side.kind = LeftSide::Kind::name;
  side.variable = reader.variable(row);
  if (row.size() == 1) {
    if (const auto known = reader.known_name(row[0])) {
      side.name = *known;
      return {};
    }
  }
  const bool is_entry = row.size() == 1 && reader.entry(row[0]);
  side.name = is_entry ? std::string() : reader.fresh_name(row);
  if (!side.name.empty()) return {};
  side.kind = LeftSide::Kind::expression;
  return row;
}

}  // namespace gradwright::latex
