#include "check/edit_print.h"

#include <array>

namespace gradwright::check {
namespace {

using formula::Ast;
using formula::AstKind;
using formula::AstNode;
using formula::AstPool;
using formula::Operator;

enum class Level { compare, sum, product, negate, postfix, atom };

constexpr std::array<std::string_view, 15> spellings = {"+", "-",  "*", "/",  ".*", "./", "\\", "⊗",
                                                        "^", ".^", "<", "<=", ">",  ">=", "=="};

std::string_view spelling(Operator op) { return spellings[static_cast<std::size_t>(op)]; }

bool is_spaced(Operator op) {
  return op != Operator::times && op != Operator::over && op != Operator::power && op != Operator::dot_power &&
         op != Operator::under;
}

struct Piece {
  std::string text;
  Level level = Level::atom;
};

class Printer {
 public:
  Printer(const AstPool& pool, std::string_view written) : pool_(pool), written_(written) {}

  Piece piece(Ast ast) const {
    const AstNode& node = pool_[ast];
    if (!node.span.is_empty() && node.span.end <= written_.size()) {
      std::string text(written_.substr(node.span.begin, node.span.end - node.span.begin));
      if (text.find_first_of("\n#") == std::string::npos) return {text, is_enclosed(text) ? Level::atom : level(node)};
    }
    if (node.kind == AstKind::negate) {  // −(a*b) = −a*b
      const Piece operand = piece(node.children[0]);
      if (operand.level == Level::product && !operand.text.starts_with('-'))
        return {"-" + operand.text, Level::product};
    }
    return {made(node), level(node)};
  }

 private:
  /// `(…)` whose first bracket closes at its end.
  static bool is_enclosed(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
      if (depth == 0) return i + 1 == text.size() && text[0] == '(';
    }
    return false;
  }

  static Level level(const AstNode& node) {
    switch (node.kind) {
      case AstKind::compare:
      case AstKind::range:
      case AstKind::named_argument: return Level::compare;
      case AstKind::sum: return Level::sum;
      case AstKind::product: return Level::product;
      case AstKind::negate: return Level::negate;
      case AstKind::power:
      case AstKind::transpose: return Level::postfix;
      case AstKind::number:
        return node.text.empty() && node.value.is_negative()   ? Level::negate
               : node.text.empty() && !node.value.is_integer() ? Level::product
                                                               : Level::atom;
      default: return Level::atom;
    }
  }

  std::string inside(Ast ast, Level least) const {
    Piece one = piece(ast);
    return one.level < least ? "(" + one.text + ")" : one.text;
  }

  std::string_view gap(const AstNode& node,
                       std::size_t i) const {  // the operator with the spaces around it, as written
    const Span span = i < node.operator_spans.size() ? node.operator_spans[i] : Span{};
    if (span.is_empty() || span.end > written_.size()) return {};
    std::size_t begin = span.begin;
    std::size_t end = span.end;
    while (begin > 0 && written_[begin - 1] == ' ') --begin;
    while (end < written_.size() && written_[end] == ' ') ++end;
    const std::string_view text = written_.substr(begin, end - begin);
    return text.find('\n') == std::string_view::npos ? text : std::string_view{};
  }

  std::string joint(const AstNode& node, std::size_t i) const {
    if (const std::string_view written = gap(node, i); !written.empty()) return std::string(written);
    const std::string text(spelling(node.operators[i]));
    return is_spaced(node.operators[i]) ? " " + text + " " : text;
  }

  std::string sum(const AstNode& node) const {
    std::string text;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i == 0) {
        text = node.operators[0] == Operator::minus ? "-" + inside(node.children[0], Level::postfix)
                                                    : inside(node.children[0], Level::product);
        continue;
      }
      const AstNode& child = pool_[node.children[i]];
      const bool is_minus = node.operators[i] == Operator::minus;
      if (child.kind == AstKind::negate && child.span.is_empty()) {  // a + −b = a − b
        text += is_minus ? " + " : " - ";
        text += inside(child.children[0], Level::product);
        continue;
      }
      Piece term = piece(node.children[i]);
      const bool is_open = term.level < Level::product || term.text.starts_with('-');
      text += joint(node, i) + (is_open ? "(" + term.text + ")" : term.text);
    }
    return text;
  }

  /// (A*B) .* C and (A .* B)*C: read from the left they need no brackets, yet nobody reads them so.
  bool is_mixed(const AstNode& node) const {
    const AstNode& first = pool_[node.children[0]];
    const auto is_entrywise = [](Operator op) { return op == Operator::dot_times || op == Operator::dot_over; };
    return first.kind == AstKind::product && is_entrywise(first.operators.back()) != is_entrywise(node.operators[0]);
  }

  std::string product(const AstNode& node) const {
    std::string text = inside(node.children[0], is_mixed(node) ? Level::postfix : Level::product);
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      text += joint(node, i - 1) + inside(node.children[i], Level::postfix);
    }
    return text;
  }

  std::string list(const AstNode& node, std::size_t from) const {
    std::string text;
    for (std::size_t i = from; i < node.children.size(); ++i) {
      if (i > from) text += ",";
      text += formula::bare(piece(node.children[i]).text);
    }
    return text;
  }

  std::string block(const AstNode& node) const {
    std::string text = "[";
    std::size_t at = 0;
    for (std::size_t row = 0; row < node.rows.size(); ++row) {
      if (row > 0) text += "; ";
      for (std::uint32_t i = 0; i < node.rows[row]; ++i) text += (i > 0 ? ", " : "") + piece(node.children[at++]).text;
    }
    return text + "]";
  }

  std::string made(const AstNode& node) const {
    switch (node.kind) {
      case AstKind::number: return node.text.empty() ? node.value.to_string() : node.text;
      case AstKind::name: return node.text;
      case AstKind::negate: return "-" + inside(node.children[0], Level::postfix);
      case AstKind::sum: return sum(node);
      case AstKind::product: return product(node);
      case AstKind::power: {
        const Piece exponent = piece(node.children[1]);
        const bool is_plain = exponent.level == Level::atom;
        return inside(node.children[0], Level::atom) + std::string(spelling(node.operators[0])) +
               (is_plain ? exponent.text : "(" + exponent.text + ")");
      }
      case AstKind::transpose: {
        const Piece base = piece(node.children[0]);
        const bool is_tight = base.level == Level::atom || pool_[node.children[0]].kind == AstKind::transpose;
        return (is_tight ? base.text : "(" + base.text + ")") + "'";
      }
      case AstKind::index: return inside(node.children[0], Level::atom) + "[" + list(node, 1) + "]";
      case AstKind::call: return node.text + "(" + list(node, 0) + ")";
      case AstKind::prime_call: return node.text + std::string(node.primes, '\'') + "(" + list(node, 0) + ")";
      case AstKind::compare:
        return inside(node.children[0], Level::sum) + joint(node, 0) + inside(node.children[1], Level::sum);
      case AstKind::block: return block(node);
      case AstKind::all: return ":";
      case AstKind::range: return piece(node.children[0]).text + ":" + piece(node.children[1]).text;
      case AstKind::named_argument: return node.text + "=" + piece(node.children[0]).text;
    }
    return {};
  }

  const AstPool& pool_;
  std::string_view written_;
};

}  // namespace

std::string printed(const AstPool& pool, Ast ast, std::string_view written) {
  return Printer(pool, written).piece(ast).text;
}

}  // namespace gradwright::check
