// Presentation MathML, which browsers show without any script or font from the network. With sizes, each factor stands over its own.
#include <cctype>

#include "present/print.h"
#include "present/spelling.h"

namespace gradwright::view {
namespace {

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string mo(std::string_view sign) { return "<mo>" + escaped(sign) + "</mo>"; }
std::string mi(std::string_view name) {
  return (name.size() > 2 ? "<mi mathvariant=\"normal\">" : "<mi>") + escaped(name) + "</mi>";
}
std::string mn(std::string_view number) { return "<mn>" + escaped(number) + "</mn>"; }
std::string row(const std::string& inner) { return "<mrow>" + inner + "</mrow>"; }
std::string fenced(const std::string& inner) { return row(mo("(") + inner + mo(")")); }

class Mathml {
 public:
  Mathml(const Docs& docs, bool sized) : docs_(docs), sized_(sized) {}

  std::string text(DocId id) {
    const DocKind kind = docs_[id].kind;
    const bool is_factor =
        kind != DocKind::sum && kind != DocKind::product && kind != DocKind::hadamard && kind != DocKind::quotient;
    const bool sizes = sized_ && is_factor && !docs_.is_scalar(id) && !docs_[id].rows.is_none();
    if (!sizes) return core(id);
    sized_ = false;
    const std::string inner = core(id);
    sized_ = true;
    const std::string size = docs_.dims().to_string(docs_[id].rows) + "×" + docs_.dims().to_string(docs_[id].cols);
    return "<munder>" + row(inner) + "<mtext class=\"size\">" + escaped(size) + "</mtext></munder>";
  }

 private:
  std::string core(DocId id) {
    const Doc& doc = docs_[id];
    if (const std::string condition = delta_condition(docs_, id); !condition.empty())
      return row(mo("[") + mi(condition) + mo("]"));
    switch (doc.kind) {
      case DocKind::name: return mathml_name(doc.text);
      case DocKind::number: return number(doc.value);
      case DocKind::size: return mi(doc.text);
      case DocKind::sum: return sum(id);
      case DocKind::product: return joined(id, mo("\u2062"));
      case DocKind::hadamard: return joined(id, mo("⊙"));
      case DocKind::quotient:
        return doc.pointwise ? joined(id, mo("⊘"))
                             : "<mfrac>" + row(text(doc.args[0])) + row(plain(doc.args[1])) + "</mfrac>";
      case DocKind::transpose: return "<msup>" + row(argument(id, 0)) + mi("T") + "</msup>";
      case DocKind::power:
        return "<msup>" + row(argument(id, 0)) +
               row((doc.pointwise ? mo("⊙") : "") + (doc.text.empty() ? number(doc.value) : mi(doc.text))) + "</msup>";
      case DocKind::call: return is_pi(docs_, id) ? mi("π") : call(id);
      case DocKind::derivative:
        return row("<msup>" + function_name(doc.text) + mo("′") + "</msup>" + fenced(text(doc.args[0])));
      case DocKind::compare: return joined(id, mo(doc.text == ">=" ? "≥" : doc.text == "==" ? "=" : doc.text));
      case DocKind::block: return block(id);
      case DocKind::index: return "<msub>" + row(argument(id, 0)) + mi(doc.text) + "</msub>";
      case DocKind::index_sum: return row("<munder>" + mo("∑") + mi(doc.text) + "</munder>" + text(doc.args[0]));
    }
    return {};
  }
  /// Without sizes: below a fraction line.
  std::string plain(DocId id) {
    const bool before = sized_;
    sized_ = false;
    std::string inner = text(id);
    sized_ = before;
    return inner;
  }
  static std::string function_name(const std::string& name) { return name == "sigmoid" ? mi("σ") : mi(name); }
  static std::string number(Rational value) {
    const std::string written = value.to_string();
    const bool negative = written[0] == '-';
    const std::string size = written.substr(negative ? 1 : 0);
    const std::size_t bar = size.find('/');
    const std::string bare = bar == std::string::npos
                                 ? mn(size)
                                 : "<mfrac>" + mn(size.substr(0, bar)) + mn(size.substr(bar + 1)) + "</mfrac>";
    return negative ? row(mo("−") + bare) : bare;
  }
  std::string argument(DocId parent, std::size_t place) {
    const DocId child = docs_[parent].args[place];
    const bool is_fraction = docs_[child].kind == DocKind::quotient && !docs_[child].pointwise;
    const bool carries = docs_[parent].kind == DocKind::power || docs_[parent].kind == DocKind::transpose;
    const std::string inner = text(child);
    return needs_parentheses(docs_, parent, place) && (!is_fraction || carries) ? fenced(inner) : inner;
  }
  std::string joined(DocId id, const std::string& sign) {
    std::string line;
    for (std::size_t i = 0; i < docs_[id].args.size(); ++i) line += (i > 0 ? sign : "") + argument(id, i);
    return row(line);
  }
  std::string sum(DocId id) {
    const Doc& doc = docs_[id];
    std::string line;
    for (std::size_t i = 0; i < doc.args.size(); ++i) {
      if (i > 0 || doc.negative[i]) line += mo(doc.negative[i] ? "−" : "+");
      line += argument(id, i);
    }
    return row(line);
  }
  std::string call(DocId id) {
    const Doc& doc = docs_[id];
    if (doc.text == "kron") return joined(id, mo("⊗"));
    if (doc.text == "inv")
      return "<msup>" + (level(docs_, doc.args[0]) == Level::atom ? text(doc.args[0]) : fenced(text(doc.args[0]))) +
             row(mo("−") + mn("1")) + "</msup>";
    if (doc.text == "eye") return "<msub>" + mi("I") + row(text(doc.args[0])) + "</msub>";
    if (doc.text == "ones" || doc.text == "zeros")
      return "<msub>" + mn(doc.text == "ones" ? "𝟏" : "𝟎") + row(arguments(id, mo("×"))) + "</msub>";
    if (doc.text == "sqrt") return "<msqrt>" + text(doc.args[0]) + "</msqrt>";
    if (doc.text == "norm2")
      return "<msub>" + row(mo("‖") + text(doc.args[0]) + mo("‖")) +
             (docs_.is_matrix(doc.args[0]) ? mi("F") : mn("2")) + "</msub>";
    return row(function_name(doc.text) + fenced(arguments(id, mo(","))));
  }
  std::string arguments(DocId id, const std::string& comma) {
    std::string line;
    for (std::size_t i = 0; i < docs_[id].args.size(); ++i) line += (i > 0 ? comma : "") + text(docs_[id].args[i]);
    return line;
  }
  std::string block(DocId id) {
    const Doc& doc = docs_[id];
    std::string table;
    for (std::size_t i = 0; i < doc.args.size(); ++i) {
      if (i % doc.columns == 0) table += i == 0 ? "<mtr>" : "</mtr><mtr>";
      table += "<mtd>" + text(doc.args[i]) + "</mtd>";
    }
    return row(mo("[") + "<mtable>" + table + "</mtr></mtable>" + mo("]"));
  }
  const Docs& docs_;
  bool sized_;
};

}  // namespace

std::string mathml_name(std::string_view name) {
  const SpelledName parts = spelled_parts(name);
  if (parts.below.empty()) return mi(parts.stem);
  return "<msub>" + mi(parts.stem) + mi(parts.below) + "</msub>";
}

std::string mathml_text(const Docs& docs, DocId id, bool sized) { return Mathml(docs, sized).text(id); }

}  // namespace gradwright::view
