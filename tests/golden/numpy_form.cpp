#include <map>

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

class NumpyForm {
 public:
  NumpyForm(const std::string& gw, OpenSheet& sheet, std::mt19937_64& random)
      : text_("formula.gw", gw), sheet_(sheet), random_(random) {
    formula::Reporter reporter;
    const std::vector<formula::Token> tokens = formula::tokens_of(text_, reporter);
    root_ = formula::Parser(text_, tokens, pool_, reporter).lone_expression();
    for (const Declaration& one : sheet.program().declarations) {
      for (std::size_t axis = 0; axis < one.surface.size(); ++axis)
        sizes_.emplace(sheet.pool().dims().to_string(one.surface[axis]),
                       one.name + ".shape[" + std::to_string(axis) + "]");
    }
  }

  std::optional<std::string> code() {
    std::string found = code(root_);
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
  std::size_t drawn(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  std::string none() {
    is_good_ = false;
    return {};
  }
  std::string size(Ast ast) {
    const std::string gw = of(ast);
    if (pool_[ast].kind == AstKind::number) return gw;
    const auto found = sizes_.find(gw);
    return found == sizes_.end() ? none() : found->second;
  }

  std::string code(Ast ast) {
    const AstNode& node = pool_[ast];
    const auto child = [&](std::size_t i) { return code(node.children[i]); };
    switch (node.kind) {
      case AstKind::number: return node.value.is_integer() ? node.value.to_string() : of(ast);  // 2 for the ² of A⊙²
      case AstKind::name: {
        const auto shape = sheet_.shape_of(node.text);
        if (!shape) return size(ast);
        return node.text == "lambda" ? "lam" : of(ast);
      }
      case AstKind::negate: return "(-" + child(0) + ")";
      case AstKind::transpose:
        if (surface(of(node.children[0])).empty()) return child(0);
        return drawn(3) == 0 ? "np.transpose(" + child(0) + ")" : child(0) + ".T";
      case AstKind::compare:
        return "((" + child(0) +
               of(ast).substr(pool_[node.children[0]].span.end - node.span.begin,
                              pool_[node.children[1]].span.begin - pool_[node.children[0]].span.end) +
               child(1) + ")*1.0)";
      case AstKind::sum: {
        std::string all;
        for (std::size_t i = 0; i < node.children.size(); ++i)
          all += (node.operators[i] == Operator::minus ? " - " : i > 0 ? " + " : "") + child(i);
        return "(" + all + ")";
      }
      case AstKind::product: return product(node, 0, node.children.size());
      case AstKind::power: {
        const Shape base = surface(of(node.children[0]));
        const bool is_entrywise =
            node.operators[0] == Operator::dot_power || base.empty() || is_single(base[0]) || is_single(base[1]);
        return is_entrywise ? "((" + child(0) + ")**(" + child(1) + "))" : none();
      }
      case AstKind::call: return call(ast);
      default: return none();
    }
  }

  /// One operand of einsum: a factor, its transpose taken by turning its letters.
  struct Operand {
    std::string code;
    bool is_turned = false;
  };
  Operand operand(Ast ast) {
    if (pool_[ast].kind == AstKind::transpose) return {code(pool_[ast].children[0]), true};
    return {code(ast), false};
  }

  /// Factors [begin, end), which stand between products of one kind.
  std::string product(const AstNode& node, std::size_t begin, std::size_t end) {
    if (begin + 1 == end) return code(node.children[begin]);
    std::vector<Shape> shapes;
    bool are_matrices = true;
    bool are_entrywise = true;
    for (std::size_t i = begin; i < end; ++i) {
      shapes.push_back(surface(of(node.children[i])));
      are_matrices =
          are_matrices && shapes.back().size() == 2 && (i == begin || node.operators[i - 1] == Operator::times);
      are_entrywise =
          are_entrywise && shapes.back().size() == 2 && (i == begin || node.operators[i - 1] == Operator::dot_times);
    }
    if (!is_good_) return {};
    if ((are_matrices || are_entrywise) && drawn(2) == 0) return einsum(node, begin, end, are_entrywise);
    const std::string left = product(node, begin, end - 1);
    const std::string right = code(node.children[end - 1]);
    const Shape first =
        surface(text_.slice(Span{pool_[node.children[begin]].span.begin, pool_[node.children[end - 2]].span.end}));
    const Shape& second = shapes.back();
    switch (node.operators[end - 2]) {
      case Operator::times:
        if (first.size() != 2 || second.size() != 2) return "(" + left + " * " + right + ")";
        if (is_single(first[1]) && drawn(2) == 0) return "np.outer(" + left + ", " + right + ")";
        return drawn(3) == 0 ? "np.dot(" + left + ", " + right + ")" : "(" + left + " @ " + right + ")";
      case Operator::dot_times:
        return drawn(3) == 0 ? "np.multiply(" + left + ", " + right + ")" : "(" + left + " * " + right + ")";
      case Operator::over:
      case Operator::dot_over: return "(" + left + " / " + right + ")";
      case Operator::kron: return "np.kron(" + left + ", " + right + ")";
      default: return none();
    }
  }

  std::string einsum(const AstNode& node, std::size_t begin, std::size_t end, bool is_entrywise) {
    std::string labels;
    std::string operands;
    for (std::size_t i = begin; i < end; ++i) {
      const Operand one = operand(node.children[i]);
      const char row = static_cast<char>('i' + (is_entrywise ? 0 : i - begin));
      const char column = static_cast<char>(row + 1);
      labels += (i > begin ? "," : "") + (one.is_turned ? std::string{column, row} : std::string{row, column});
      operands += ", " + one.code;
    }
    const char last = static_cast<char>('i' + (is_entrywise ? 1 : end - begin));
    return "np.einsum('" + labels + "->i" + last + "'" + operands + ")";
  }

  std::string call(Ast ast) {
    const AstNode& node = pool_[ast];
    if (node.text == "eye") return "np.eye(" + size(node.children[0]) + ")";
    if (node.text == "ones")
      return "np.ones((" + size(node.children[0]) + ", " + (node.children.size() > 1 ? size(node.children[1]) : "1") +
             "))";
    if (node.text == "kron" && node.children.size() == 2)
      return "np.kron(" + code(node.children[0]) + ", " + code(node.children[1]) + ")";
    if (node.children.size() != 1) return none();
    const bool takes_matrix = node.text == "inv" || node.text == "det" || node.text == "tr";
    if (takes_matrix && surface(of(node.children[0])).size() != 2) return none();  // of a number NumPy raises
    const std::string body = code(node.children[0]);
    static const std::map<std::string, std::pair<std::string, std::string>> written{
        {"sum", {"np.sum(", ")"}},
        {"rowsum", {"np.sum(", ", axis=1, keepdims=True)"}},
        {"colsum", {"np.sum(", ", axis=0, keepdims=True)"}},
        {"inv", {"np.linalg.inv(", ")"}},
        {"det", {"np.linalg.det(", ")"}},
        {"tr", {"np.trace(", ")"}},
        {"norm2", {"np.linalg.norm(", ")"}},
        {"softmax", {"softmax(", ")"}},
        {"softmax_rows", {"softmax(", ", axis=1)"}},
        {"softmax_cols", {"softmax(", ", axis=0)"}},
        {"step", {"np.heaviside(", ", 0)"}},
        {"relu", {"np.maximum(0, ", ")"}},
        {"sigmoid", {"1/(1 + np.exp(-(", ")))"}},
    };
    if (node.text == "sum" && drawn(2) == 0 && surface(of(node.children[0])).size() == 2)
      return "np.einsum('ij->', " + body + ")";
    if (node.text == "tr" && drawn(2) == 0) return "np.einsum('ii->', " + body + ")";
    if (node.text == "rowsum" && drawn(2) == 0) return "np.einsum('ij->i', " + body + ").reshape(-1, 1)";
    if (const auto found = written.find(node.text); found != written.end())
      return "(" + found->second.first + body + found->second.second + ")";
    return function_named(node.text) ? "np." + node.text + "(" + body + ")" : none();
  }

  Text text_;
  OpenSheet& sheet_;
  std::mt19937_64& random_;
  AstPool pool_;
  Ast root_;
  std::map<std::string, std::string> sizes_;
  bool is_good_ = true;
};

}  // namespace

std::optional<std::string> numpy_form(const std::string& gw, OpenSheet& sheet, std::mt19937_64& random) {
  return NumpyForm(gw, sheet, random).code();
}

}  // namespace gradwright::check
