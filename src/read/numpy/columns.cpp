#include "read/numpy/columns.h"

#include <algorithm>

#include "ir/functions.h"
#include "read/formula/parser.h"

namespace gradwright::numpy {
namespace {

using formula::Ast;
using formula::AstKind;
using formula::AstNode;
using formula::AstPool;
using formula::Operator;
using formula::StatementKind;

class Finder {
 public:
  explicit Finder(const OpenSheet& sheet) : sheet_(sheet), dims_(sheet.pool().dims()) {}

  std::set<std::string, std::less<>> all() {
    const Text text(sheet_.text().name(), sheet_.text().content().substr(0, sheet_.line_begin()));
    formula::Reporter reporter;
    reporter.set_quiet(true);
    std::set<std::string, std::less<>> numbers;  // R[1,1]
    const auto tokens = formula::tokens_of(text, reporter);
    for (const formula::Statement& one : formula::Parser(text, tokens, pool_, reporter).statements()) {
      const bool is_declared = one.kind == StatementKind::declaration && one.dims.size() == 2;
      const bool is_defined = one.kind == StatementKind::definition && !one.is_indexed && holds(one.value);
      if (is_defined) found_.insert(one.names[0].text);
      for (const formula::NameAt& name : one.names) {
        if (is_declared) found_.insert(name.text);
        if (is_declared && is_number(name.text)) numbers.insert(name.text);
      }
    }
    std::erase_if(found_, [&](const std::string& name) { return !is_column(name) && !numbers.contains(name); });
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool is_number(const std::string& name) const { return sheet_.shape_of(name) == Shape{}; }

  [[nodiscard]] bool is_column(const std::string& name) const {
    const auto shape = sheet_.shape_of(name);
    return shape && shape->size() == 2 && dims_.is_one((*shape)[1]);
  }

  /// What NumPy makes of it has two axes: its column has, or a row that it turns.
  [[nodiscard]] bool holds(Ast ast) const {
    if (ast.is_none()) return false;
    const AstNode& node = pool_[ast];
    const auto any = [&](const AstNode& of) {
      return std::any_of(of.children.begin(), of.children.end(), [&](Ast child) { return holds(child); });
    };
    switch (node.kind) {
      case AstKind::name: return found_.contains(node.text);
      case AstKind::product: {
        const bool multiplies =
            std::find(node.operators.begin(), node.operators.end(), Operator::times) != node.operators.end();
        if (!multiplies) return any(node);
        // A*x has the axes of x; s*x with a number s has them too
        for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
          if (!is_number(*child)) return holds(*child);
        return false;
      }
      case AstKind::negate:
      case AstKind::sum:
      case AstKind::power:
      case AstKind::transpose:
      case AstKind::compare:
      case AstKind::prime_call: return any(node);
      case AstKind::call:
        return (function_named(node.text) || node.text == "softmax" || node.text == "log_softmax") && any(node);
      default: return false;
    }
  }

  [[nodiscard]] bool is_number(Ast ast) const {
    const AstNode& node = pool_[ast];
    if (node.kind == AstKind::number) return true;
    if (node.kind == AstKind::negate) return is_number(node.children[0]);
    if (node.kind != AstKind::name) return false;
    const auto shape = sheet_.shape_of(node.text);
    return shape ? shape->empty() : sheet_.is_dimension(node.text);
  }

  const OpenSheet& sheet_;
  const DimTable& dims_;
  AstPool pool_;
  std::set<std::string, std::less<>> found_;
};

}  // namespace

std::set<std::string, std::less<>> columns_of_two_axes(const OpenSheet& sheet) { return Finder(sheet).all(); }

}  // namespace gradwright::numpy
