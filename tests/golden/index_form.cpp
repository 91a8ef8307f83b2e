#include "ir/functions.h"
#include "read/formula/parser.h"
#include "rewriter.h"

namespace gradwright::check {
namespace {

using formula::Ast;
using formula::AstKind;
using formula::AstNode;
using formula::AstPool;
using formula::Operator;

class IndexForm {
 public:
  IndexForm(const std::string& gw, OpenSheet& sheet) : text_("formula.gw", gw), sheet_(sheet) {
    formula::Reporter reporter;
    const std::vector<formula::Token> tokens = formula::tokens_of(text_, reporter);
    root_ = formula::Parser(text_, tokens, pool_, reporter).lone_expression();
  }

  std::optional<std::string> entry(const std::string& row, const std::string& column) {
    std::string found = entry(root_, row, column);
    return is_good_ ? std::optional(found) : std::nullopt;
  }

 private:
  [[nodiscard]] std::string of(Ast ast) const { return std::string(text_.slice(pool_[ast].span)); }

  Shape surface(std::string_view gw) {
    const SheetValue value = sheet_.value(gw);
    is_good_ = is_good_ && value.is_good();
    return value.is_good() ? value.surface : Shape{};
  }
  [[nodiscard]] bool is_single(Dim dim) const { return sheet_.pool().dims().is_one(dim); }
  bool is_scalar(const Shape& shape) const { return shape.empty() || (is_single(shape[0]) && is_single(shape[1])); }
  std::string fresh() { return "q" + std::to_string(++indices_); }

  std::string picked(const std::string& base, const Shape& shape, const std::string& row, const std::string& column) {
    if (shape.size() != 2) return base;
    const std::string first = is_single(shape[0]) ? "1" : row;
    return base + "[" + (is_single(shape[1]) ? first : first + "," + column) + "]";
  }

  std::string entry(Ast ast, const std::string& row, const std::string& column) {
    const AstNode& node = pool_[ast];
    const auto child = [&](std::size_t i) { return entry(node.children[i], row, column); };
    const std::string whole = "(" + of(ast) + ")";
    switch (node.kind) {
      case AstKind::number: return of(ast);
      case AstKind::name: return picked(of(ast), surface(of(ast)), row, column);
      case AstKind::negate: return "(-" + child(0) + ")";
      case AstKind::transpose: return entry(node.children[0], column, row);
      case AstKind::compare:
        return "(" + child(0) +
               of(ast).substr(pool_[node.children[0]].span.end - node.span.begin,
                              pool_[node.children[1]].span.begin - pool_[node.children[0]].span.end) +
               child(1) + ")";
      case AstKind::sum: {
        std::string all;
        for (std::size_t i = 0; i < node.children.size(); ++i)
          all += (node.operators[i] == Operator::minus ? " - " : i > 0 ? " + " : "") + child(i);
        return "(" + all + ")";
      }
      case AstKind::product: return product(node, node.children.size(), row, column);
      case AstKind::power: {
        const Shape base = surface(of(node.children[0]));
        const bool is_entrywise =
            node.operators[0] == Operator::dot_power || base.empty() || is_single(base[0]) || is_single(base[1]);
        return is_entrywise ? child(0) + "^" + "(" + entry(node.children[1], "", "") + ")"
                            : picked(whole, base, row, column);
      }
      case AstKind::prime_call: return node.text + "'(" + child(0) + ")";
      case AstKind::call: return call(ast, row, column);
      default: return picked(whole, surface(of(ast)), row, column);
    }
  }

  /// Of the first `count` factors, from left to right.
  std::string product(const AstNode& node, std::size_t count, const std::string& row, const std::string& column) {
    if (count == 1) return entry(node.children[0], row, column);
    const Operator op = node.operators[count - 2];
    const Ast last = node.children[count - 1];
    const std::uint32_t begin = pool_[node.children[0]].span.begin;
    const Shape left = surface(text_.slice(Span{begin, pool_[node.children[count - 2]].span.end}));
    const Shape right = surface(of(last));
    const auto both = [&](const char* sign, const std::string& a, const std::string& b) {
      return product(node, count - 1, row, a) + sign + "(" + entry(last, b, column) + ")";
    };
    if (op == Operator::over || op == Operator::dot_over) return both("/", column, row);
    if (op == Operator::dot_times || is_scalar(left) || is_scalar(right)) return both("*", column, row);
    if (op != Operator::times) {
      is_good_ = false;
      return {};
    }
    if (is_single(left[1])) return both("*", "", "");
    const std::string index = fresh();
    return "sum(" + index + ", " + both("*", index, index) + ")";
  }

  std::string total(Ast body, bool over_rows, bool over_columns, const std::string& row, const std::string& column,
                    bool is_square = false) {
    const Shape shape = surface(of(body));
    if (shape.size() != 2) return entry(body, row, column);
    std::string indices;
    std::string first = row;
    std::string second = column;
    if (over_rows && !is_single(shape[0])) indices += (first = fresh()) + ", ";
    if (over_columns && !is_single(shape[1])) indices += (second = fresh()) + ", ";
    const std::string power = is_square ? "^2" : "";
    const std::string term = entry(body, first, second) + power;
    return indices.empty() ? term : "sum(" + indices + term + ")";
  }

  std::string call(Ast ast, const std::string& row, const std::string& column) {
    const AstNode& node = pool_[ast];
    const Ast body = node.children[0];
    if (node.children.size() == 1) {
      if (function_named(node.text)) return node.text + "(" + entry(body, row, column) + ")";
      if (node.text == "sum") return total(body, true, true, row, column);
      if (node.text == "rowsum") return total(body, false, true, row, column);
      if (node.text == "colsum") return total(body, true, false, row, column);
      if (node.text == "norm2") return "sqrt(" + total(body, true, true, row, column, true) + ")";
      if (node.text == "tr") {
        const std::string index = fresh();
        return "sum(" + index + ", " + entry(body, index, index) + ")";
      }
    }
    const Shape shape = surface(of(ast));
    return picked(shape.empty() ? of(ast) : "(" + of(ast) + ")", shape, row, column);
  }

  Text text_;
  OpenSheet& sheet_;
  AstPool pool_;
  Ast root_;
  int indices_ = 0;
  bool is_good_ = true;
};

}  // namespace

std::optional<std::string> index_form(const std::string& gw, OpenSheet& sheet, const std::string& row,
                                      const std::string& column) {
  return IndexForm(gw, sheet).entry(row, column);
}

}  // namespace gradwright::check
