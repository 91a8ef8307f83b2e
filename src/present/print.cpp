#include "present/print.h"

#include "present/spelling.h"

namespace gradwright::view {
namespace {

/// gw and unicode differ in their signs only.
struct Signs {
  bool unicode = false;
  [[nodiscard]] std::string name(const std::string& text) const { return unicode ? unicode_name(text) : text; }
  [[nodiscard]] std::string_view times() const { return unicode ? "·" : "*"; }
  [[nodiscard]] std::string_view hadamard() const { return unicode ? " ⊙ " : " .* "; }
  [[nodiscard]] std::string_view quotient(bool pointwise) const { return !pointwise ? "/" : unicode ? " ⊘ " : " ./ "; }
  [[nodiscard]] std::string_view minus() const { return unicode ? "−" : "-"; }
};

class Line {
 public:
  Line(const Docs& docs, Signs signs) : docs_(docs), signs_(signs) {}

  std::string text(DocId id) const {
    const Doc& doc = docs_[id];
    if (const std::string condition = signs_.unicode ? delta_condition(docs_, id) : ""; !condition.empty())
      return "[" + condition + "]";
    switch (doc.kind) {
      case DocKind::name: return signs_.name(doc.text);
      case DocKind::number: return doc.value.to_string();
      case DocKind::size: return doc.text;
      case DocKind::sum: return sum(id);
      case DocKind::product: return joined(id, signs_.times());
      case DocKind::hadamard: return joined(id, signs_.hadamard());
      case DocKind::quotient: return joined(id, signs_.quotient(doc.pointwise));
      case DocKind::transpose: return argument(id, 0) + (signs_.unicode ? "ᵀ" : "'");
      case DocKind::power: return power(id);
      case DocKind::call: return signs_.unicode && is_pi(docs_, id) ? "π" : call(id);
      case DocKind::derivative: return doc.text + (signs_.unicode ? "′(" : "'(") + text(doc.args[0]) + ")";
      case DocKind::compare: return joined(id, " " + doc.text + " ");
      case DocKind::block: return block(id);
      case DocKind::index: return argument(id, 0) + "[" + doc.text + "]";
      case DocKind::index_sum:
        if (!signs_.unicode) return "sum(" + doc.text + ", " + text(doc.args[0]) + ")";
        return (doc.text.find(',') == std::string::npos ? "Σ_" + doc.text : "Σ_{" + doc.text + "}") + "(" +
               text(doc.args[0]) + ")";
    }
    return {};
  }

 private:
  std::string argument(DocId parent, std::size_t place) const {
    const std::string inner = text(docs_[parent].args[place]);
    return needs_parentheses(docs_, parent, place, signs_.unicode) ? "(" + inner + ")" : inner;
  }
  std::string joined(DocId id, std::string_view sign) const {
    std::string line;
    for (std::size_t i = 0; i < docs_[id].args.size(); ++i) {
      if (i > 0) line += sign;
      line += argument(id, i);
    }
    return line;
  }
  std::string sum(DocId id) const {
    const Doc& doc = docs_[id];
    std::string line;
    for (std::size_t i = 0; i < doc.args.size(); ++i) {
      const std::string sign(doc.negative[i] ? signs_.minus() : "+");
      if (i > 0) {
        line += " " + sign + " ";
      } else if (doc.negative[i]) {
        line += sign;
      }
      line += argument(id, i);
    }
    return line;
  }
  std::string power(DocId id) const {
    const Doc& doc = docs_[id];
    if (!doc.text.empty())
      return argument(id, 0) + "^" +
             (doc.text.find_first_of(" *-") == std::string::npos ? doc.text : "(" + doc.text + ")");
    const std::string exponent = doc.value.to_string();
    if (signs_.unicode) {  // A² is A·A
      const std::string raised = superscript(exponent);
      return argument(id, 0) + (docs_.is_matrix(id) ? "⊙" : "") + (raised.empty() ? "^(" + exponent + ")" : raised);
    }
    const bool plain = doc.value.is_integer() && !doc.value.is_negative();
    return argument(id, 0) + (doc.pointwise ? ".^" : "^") + (plain ? exponent : "(" + exponent + ")");
  }
  std::string call(DocId id) const {
    const Doc& doc = docs_[id];
    if (signs_.unicode && doc.text == "kron") return joined(id, " ⊗ ");
    std::string line = doc.text + "(";
    for (std::size_t i = 0; i < doc.args.size(); ++i) line += (i > 0 ? ", " : "") + text(doc.args[i]);
    return line + ")";
  }
  std::string block(DocId id) const {
    const Doc& doc = docs_[id];
    std::string line = "[";
    for (std::size_t i = 0; i < doc.args.size(); ++i) {
      if (i > 0) line += i % doc.columns == 0 ? "; " : ", ";
      line += text(doc.args[i]);
    }
    return line + "]";
  }
  const Docs& docs_;
  Signs signs_;
};

}  // namespace

bool is_pi(const Docs& docs, DocId id) {
  const Doc& doc = docs[id];
  return doc.kind == DocKind::call && doc.text == "acos" && docs[doc.args[0]].kind == DocKind::number &&
         docs[doc.args[0]].value == Rational(-1);
}

std::string delta_condition(const Docs& docs, DocId id) {
  const Doc& doc = docs[id];
  if (doc.kind == DocKind::call && doc.text == "delta") return docs[doc.args[0]].text + " = " + docs[doc.args[1]].text;
  const bool is_of_identity =
      doc.kind == DocKind::index && docs[doc.args[0]].kind == DocKind::call && docs[doc.args[0]].text == "eye";
  const std::size_t comma = doc.text.find(',');
  if (!is_of_identity || comma == std::string::npos || doc.text.find(':') != std::string::npos) return {};
  return doc.text.substr(0, comma) + " = " + doc.text.substr(comma + 1);
}

Level level(const Docs& docs, DocId id) {
  const Doc& doc = docs[id];
  switch (doc.kind) {
    case DocKind::compare: return Level::compare;
    case DocKind::sum: return Level::sum;
    case DocKind::product:
    case DocKind::hadamard:
    case DocKind::quotient: return Level::product;
    case DocKind::number:
      if (doc.value.is_negative()) return Level::sum;
      return doc.value.to_string().find('/') == std::string::npos ? Level::atom : Level::product;
    case DocKind::size:
      if (doc.text.find(' ') != std::string::npos || doc.text.find('-') == 0) return Level::sum;
      return doc.text.find('*') == std::string::npos ? Level::atom : Level::product;
    case DocKind::call: return doc.text == "kron" ? Level::product : Level::atom;
    case DocKind::transpose:
    case DocKind::power:
    case DocKind::index: return Level::postfix;
    case DocKind::name:
    case DocKind::derivative:
    case DocKind::block:
    case DocKind::index_sum: return Level::atom;
  }
  return Level::atom;
}

bool needs_parentheses(const Docs& docs, DocId parent, std::size_t place, bool for_people) {
  const Doc& user = docs[parent];
  const Doc& child = docs[user.args[place]];
  if (child.kind == DocKind::call && !for_people) return false;
  const Level inner = level(docs, user.args[place]);
  switch (user.kind) {
    case DocKind::sum: return inner <= Level::sum;
    case DocKind::compare: return inner <= Level::compare;
    case DocKind::product:
    case DocKind::hadamard:
      return inner <= Level::product && !(child.kind == DocKind::number && place == 0 && inner == Level::product);
    case DocKind::call: return inner <= Level::product;  // only asked where it is printed infix: ⊗
    case DocKind::quotient:
      if (place == 1) return inner <= Level::product;
      if (child.kind == DocKind::quotient) return child.pointwise != user.pointwise;
      if (child.kind == (user.pointwise ? DocKind::hadamard : DocKind::product) || child.kind == DocKind::number)
        return inner < Level::product;
      return inner <= Level::product;
    case DocKind::transpose:
      return inner < Level::postfix || (child.kind == DocKind::power && !child.text.empty());  // (X^k)', not X^k'
    case DocKind::power:
      // x^2' and x'^2 would be read from left to right; x^2^3 is never printed bare.
      return inner < Level::atom;
    case DocKind::index: return inner < Level::atom;
    default: return false;
  }
}

std::string gw_text(const Docs& docs, DocId id) { return Line(docs, {false}).text(id); }
std::string unicode_text(const Docs& docs, DocId id) { return Line(docs, {true}).text(id); }

}  // namespace gradwright::view
