#include <cctype>

#include "present/print.h"
#include "present/spelling.h"

namespace gradwright::view {
namespace {

std::string parenthesised(const std::string& inner) { return "\\left( " + inner + " \\right)"; }

class Latex {
 public:
  Latex(const Docs& docs, bool sized) : docs_(docs), sized_(sized) {}

  std::string text(DocId id) const {
    const DocKind kind = docs_[id].kind;
    const bool is_factor =
        kind != DocKind::sum && kind != DocKind::product && kind != DocKind::hadamard && kind != DocKind::quotient;
    if (!sized_ || !is_factor || docs_.is_scalar(id) || docs_[id].rows.is_none()) return core(id);
    const auto extent = [&](Dim dim) { return latex_indices(docs_.dims().to_string(dim)); };
    return "\\underset{" + extent(docs_[id].rows) + " \\times " + extent(docs_[id].cols) + "}{" +
           Latex(docs_, false).core(id) + "}";
  }

 private:
  std::string core(DocId id) const {
    const Doc& doc = docs_[id];
    if (const std::string condition = delta_condition(docs_, id); !condition.empty())
      return "\\mathbb{1}[" + latex_indices(condition) + "]";
    switch (doc.kind) {
      case DocKind::name: return latex_name(doc.text);
      case DocKind::number: return number(doc.value);
      case DocKind::size: return latex_indices(doc.text);
      case DocKind::sum: return sum(id);
      case DocKind::product: return product(id);
      case DocKind::hadamard: return joined(id, " \\odot ");
      case DocKind::quotient: return quotient(id);
      case DocKind::transpose: return transpose(id);
      case DocKind::power: return power(id);
      case DocKind::call: return is_pi(docs_, id) ? "\\pi" : call(id);
      case DocKind::derivative: return word(doc.text) + "'" + parenthesised(text(doc.args[0]));
      case DocKind::compare:
        return joined(id, doc.text == ">=" ? " \\ge " : doc.text == "==" ? " = " : " " + doc.text + " ");
      case DocKind::block: return block(id);
      case DocKind::index: return index(id);
      case DocKind::index_sum: return "\\sum_{" + latex_indices(doc.text) + "} " + text(doc.args[0]);
    }
    return {};
  }
  static std::string word(const std::string& name) {
    if (name == "sigmoid") return "\\sigma";
    for (const std::string_view known :
         {"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "det", "max", "min"}) {
      if (name == known) return "\\" + name;
    }
    std::string escaped;
    for (const char c : name) escaped += c == '_' ? std::string("\\_") : std::string(1, c);
    return "\\operatorname{" + escaped + "}";
  }
  static std::string number(Rational value) {
    const std::string plain = value.to_string();
    const std::size_t bar = plain.find('/');
    if (bar == std::string::npos) return plain;
    const bool negative = plain[0] == '-';
    return (negative ? "-" : "") + std::string("\\frac{") + plain.substr(negative ? 1 : 0, bar - (negative ? 1 : 0)) +
           "}{" + plain.substr(bar + 1) + "}";
  }
  std::string argument(DocId parent, std::size_t place) const {
    const DocId child = docs_[parent].args[place];
    const bool fraction = docs_[child].kind == DocKind::quotient && !docs_[child].pointwise && docs_.is_scalar(child) &&
                          docs_[parent].kind != DocKind::power && docs_[parent].kind != DocKind::transpose;
    const std::string inner = text(child);
    return needs_parentheses(docs_, parent, place) && !fraction ? parenthesised(inner) : inner;
  }
  std::string joined(DocId id, const std::string& sign) const {
    std::string line;
    for (std::size_t i = 0; i < docs_[id].args.size(); ++i) line += (i > 0 ? sign : "") + argument(id, i);
    return line;
  }
  std::string product(DocId id) const {
    std::string line;
    for (std::size_t i = 0; i < docs_[id].args.size(); ++i) {
      std::string next = argument(id, i);
      if (i > 0) line += std::isdigit(static_cast<unsigned char>(next[0])) != 0 ? " \\cdot " : " ";
      line += next;
    }
    return line;
  }
  std::string sum(DocId id) const {
    const Doc& doc = docs_[id];
    std::string line;
    for (std::size_t i = 0; i < doc.args.size(); ++i) {
      if (i > 0) line += doc.negative[i] ? " - " : " + ";
      if (i == 0 && doc.negative[i]) line += "-";
      line += argument(id, i);
    }
    return line;
  }
  /// a/b as a fraction; of a long chain only its scalars stand above: \frac{2}{n} A x.
  std::string quotient(DocId id) const {
    if (docs_[id].pointwise) return joined(id, " \\oslash ");
    std::vector<DocId> divisors;
    DocId top = id;
    for (; docs_[top].kind == DocKind::quotient && !docs_[top].pointwise; top = docs_[top].args[0])
      divisors.insert(divisors.begin(), docs_[top].args[1]);
    std::string below;
    for (const DocId divisor : divisors) {
      const std::string inner = Latex(docs_, false).text(divisor);
      const bool wrap = divisors.size() > 1 && level(docs_, divisor) < Level::product;
      below += (below.empty() ? "" : " ") + (wrap ? parenthesised(inner) : inner);
    }
    if (docs_.is_scalar(top) || docs_[top].length < 12) return "\\frac{" + text(top) + "}{" + below + "}";
    if (docs_[top].kind != DocKind::product) {
      const bool wrap = level(docs_, top) <= Level::product;
      return "\\frac{1}{" + below + "} " + (wrap ? parenthesised(text(top)) : text(top));
    }
    std::string above, rest;
    for (std::size_t i = 0; i < docs_[top].args.size(); ++i) {
      std::string& side = rest.empty() && docs_.is_scalar(docs_[top].args[i]) ? above : rest;
      side += (side.empty() ? "" : " ") + argument(top, i);
    }
    return "\\frac{" + (above.empty() ? "1" : above) + "}{" + below + "} " + rest;
  }
  /// LaTeX allows one exponent: xᵀ, X⁻¹, x^y have one.
  [[nodiscard]] bool has_exponent(DocId id) const {
    const Doc& doc = docs_[id];
    if (doc.kind != DocKind::call) return doc.kind == DocKind::transpose || doc.kind == DocKind::power;
    return doc.text == "inv" || (doc.function != nullptr && doc.function->latex.find('^') != std::string_view::npos);
  }
  /// An argument that gets an exponent.
  std::string base(DocId id) const {
    const std::string inner = argument(id, 0);
    return has_exponent(docs_[id].args[0]) && !needs_parentheses(docs_, id, 0) ? parenthesised(inner) : inner;
  }
  /// The argument of a call, which gets an exponent: all but a name or a call stands in parentheses.
  std::string raised(DocId of) const {
    return level(docs_, of) == Level::atom && !has_exponent(of) ? text(of) : parenthesised(text(of));
  }
  std::string transpose(DocId id) const {
    const Doc& inner = docs_[docs_[id].args[0]];
    const bool is_inverse = inner.kind == DocKind::call && inner.text == "inv";
    return is_inverse ? raised(inner.args[0]) + "^{-\\top}" : base(id) + "^{\\top}";
  }
  std::string power(DocId id) const {
    const Doc& doc = docs_[id];
    const std::string exponent = doc.text.empty() ? doc.value.to_string() : latex_indices(doc.text);
    return base(id) + (doc.pointwise ? "^{\\odot " : "^{") + exponent + "}";
  }
  std::string call(DocId id) const {
    const Doc& doc = docs_[id];
    if (doc.text == "kron") return joined(id, " \\otimes ");
    if (doc.text == "inv") return raised(doc.args[0]) + "^{-1}";
    if (doc.text == "eye") return "I_{" + text(doc.args[0]) + "}";
    if (doc.text == "ones") return "\\mathbf{1}_{" + arguments(id, " \\times ") + "}";
    if (doc.text == "zeros") return "\\mathbf{0}_{" + arguments(id, " \\times ") + "}";
    if (doc.text == "commutation") return "K_{" + arguments(id, ",") + "}";
    if (doc.text == "norm2")
      return "\\lVert " + text(doc.args[0]) + " \\rVert_" + (docs_.is_matrix(doc.args[0]) ? "F" : "2");
    if (doc.function != nullptr && !doc.function->latex.empty() && !is_barred_array(id)) return from_template(id);
    return word(doc.text) + parenthesised(arguments(id, ", "));
  }
  /// Bars of a vector are its norm, and of a square matrix its determinant.
  bool is_barred_array(DocId id) const {
    return docs_[id].function->function == Function::abs && !docs_.is_scalar(docs_[id].args[0]);
  }
  /// The LaTeX template of an elementwise function: `{0}` `{1}` stand for its operands.
  std::string from_template(DocId id) const {
    const Doc& doc = docs_[id];
    const std::string_view pattern = doc.function->latex;
    std::string line;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const bool hole = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}' &&
                        (pattern[i + 1] == '0' || pattern[i + 1] == '1');
      if (!hole) {
        line += pattern[i];
        continue;
      }
      const auto place = static_cast<std::size_t>(pattern[i + 1] - '0');
      const bool is_raised = i + 3 < pattern.size() && pattern[i + 3] == '^';  // what is raised stands alone: (A c)^{k}
      if (place < doc.args.size()) line += is_raised ? raised(doc.args[place]) : text(doc.args[place]);
      i += 2;
    }
    return line;
  }
  std::string arguments(DocId id, const std::string& comma) const {
    std::string line;
    for (std::size_t i = 0; i < docs_[id].args.size(); ++i) line += (i > 0 ? comma : "") + text(docs_[id].args[i]);
    return line;
  }
  std::string block(DocId id) const {
    const Doc& doc = docs_[id];
    std::string line = "\\begin{bmatrix} ";
    for (std::size_t i = 0; i < doc.args.size(); ++i) {
      if (i > 0) line += i % doc.columns == 0 ? " \\\\ " : " & ";
      line += text(doc.args[i]);
    }
    return line + " \\end{bmatrix}";
  }
  std::string index(DocId id) const {
    const std::string base = argument(id, 0);
    const std::string indices = latex_indices(docs_[id].text);
    return base.back() == '}' || base.back() == ')' ? "{" + base + "}_{" + indices + "}" : base + "_{" + indices + "}";
  }
  const Docs& docs_;
  bool sized_;
};

}  // namespace

std::string latex_indices(const std::string& text) {
  std::string line;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) ++end;
    if (end == i) {
      line += text[i] == '*' ? ' ' : text[i];
      ++i;
      continue;
    }
    const std::string word = text.substr(i, end - i);
    line += std::isdigit(static_cast<unsigned char>(word[0])) != 0 ? word : latex_name(word);
    i = end;
  }
  return line;
}

std::string latex_text(const Docs& docs, DocId id, bool sized) { return Latex(docs, sized).text(id); }

}  // namespace gradwright::view
