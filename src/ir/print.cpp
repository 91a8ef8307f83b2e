// The lines, one a kind:
//   input "name" [surface] role facts…        literal rational          einsum [out] (%a[labels], …) dims(size of label 0, …)
//   add [shape] (rational %a, …)              map name (%a, …)          map power (%a) rational
//   fold kind (%a) axes(…)                    reshape [shape] (%a)      gather (%table, %index)
//   window [shape] (%a) at(@0 + 2*@1 + (n - 1), …)                      matrix kind (%a)
#include "ir/print.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "ir/functions.h"
#include "ir/graph_words.h"

namespace gradwright {
namespace {

bool is_plain_name(std::string_view name) {
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

/// In double quotes: printable ASCII as it is, every other byte as \xhh, so that no name can write to a terminal or end a line.
std::string quoted(std::string_view name) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "\"";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += {'\\', c};
    } else if (byte < 0x20 || byte >= 0x7f) {
      text += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
    } else {
      text += c;
    }
  }
  return text + '"';
}

std::string rational(const Rational& value) {
  return std::to_string(value.num()) + (value.is_integer() ? "" : "/" + std::to_string(value.den()));
}

template <class Range, class Item>
std::string listed(const Range& range, const Item& item) {
  std::string text;
  for (const auto& entry : range) text += (text.empty() ? "" : ", ") + item(entry);
  return text;
}

class GraphPrinter {
 public:
  explicit GraphPrinter(const Pool& pool) : pool_(pool) {}

  std::string text(const std::vector<Expr>& roots) {
    std::string all;
    for (const Expr e : reachable(pool_, roots)) {
      const std::size_t number = numbers_.size();
      all += "%" + std::to_string(number) + " = " + line(pool_[e]) + "\n";
      numbers_.emplace(e, number);
    }
    return all + "roots (" + references(roots) + ")\n";
  }

 private:
  [[nodiscard]] std::string reference(Expr e) const { return "%" + std::to_string(numbers_.at(e)); }
  [[nodiscard]] std::string references(const std::vector<Expr>& exprs) const {
    return listed(exprs, [this](Expr e) { return reference(e); });
  }

  /// The polynomial in its free symbols; terms and symbols in the order of their names, the constant last.
  [[nodiscard]] std::string size(Dim dim) const {
    std::vector<std::pair<std::vector<std::string>, std::int64_t>> terms;
    for (const auto& [monomial, coefficient] : pool_.dims().polynomial(dim)) {
      std::vector<std::string> symbols;
      for (const DimSymbol symbol : monomial) symbols.push_back(pool_.dims().symbol_name(symbol));
      std::sort(symbols.begin(), symbols.end());
      terms.emplace_back(std::move(symbols), coefficient);
    }
    std::sort(terms.begin(), terms.end(), [](const auto& a, const auto& b) {
      return a.first.empty() != b.first.empty() ? b.first.empty() : a.first < b.first;
    });
    std::string text;
    for (const auto& [symbols, coefficient] : terms) {
      const std::string number = std::to_string(coefficient < 0 ? -coefficient : coefficient);
      text += text.empty() ? (coefficient < 0 ? "-" : "") : (coefficient < 0 ? " - " : " + ");
      std::string product = number == "1" && !symbols.empty() ? "" : number;
      for (const std::string& symbol : symbols)
        product += (product.empty() ? "" : "*") + (is_plain_name(symbol) ? symbol : quoted(symbol));
      text += product;
    }
    return text.empty() ? "0" : text;
  }
  [[nodiscard]] std::string sizes(const Shape& shape) const {
    return listed(shape, [this](Dim dim) { return size(dim); });
  }
  template <class Numbers>
  static std::string counts(const Numbers& numbers) {
    return listed(numbers, [](auto number) { return std::to_string(number); });
  }

  [[nodiscard]] std::string line(const Node& node) const {
    const std::string operands = " (" + references(node.operands) + ")";
    switch (node.kind) {
      case Kind::input: return input(std::get<InputInfo>(node.payload));
      case Kind::literal: return "literal " + rational(std::get<Rational>(node.payload));
      case Kind::einsum: return einsum(node);
      case Kind::add: return add(node);
      case Kind::map: {
        const auto& map = std::get<MapFunction>(node.payload);
        const std::string text = "map " + std::string(scalar_function(map.function).name) + operands;
        return map.function == Function::power ? text + " " + rational(map.parameter) : text;
      }
      case Kind::fold: {
        const auto& fold = std::get<FoldAxes>(node.payload);
        return "fold " + std::string(words::of(words::folds, fold.kind)) + operands + " axes(" + counts(fold.axes) +
               ")";
      }
      case Kind::window: {
        const auto& axes = std::get<WindowIndex>(node.payload).axes;
        return "window [" + sizes(node.shape) + "]" + operands + " at(" +
               listed(axes, [this](const AffineIndex& axis) { return index(axis); }) + ")";
      }
      case Kind::reshape: return "reshape [" + sizes(node.shape) + "]" + operands;
      case Kind::gather: return "gather" + operands;
      case Kind::matrix: {
        const auto& function = std::get<MatrixFunction>(node.payload);
        const std::string exponent = function.kind == MatrixKind::power ? " [" + size(function.exponent) + "]" : "";
        return "matrix " + std::string(words::of(words::matrices, function.kind)) + exponent + operands;
      }
    }
    return {};
  }

  [[nodiscard]] std::string input(const InputInfo& info) const {
    std::string text = "input " + quoted(info.name) + " [" + sizes(info.surface) + "] " +
                       std::string(words::of(words::roles, info.role));
    for (const auto& [word, fact] : words::properties) {
      if (has(info.properties, fact)) text += " " + std::string(word);
    }
    return text;
  }

  [[nodiscard]] std::string einsum(const Node& node) const {
    const auto& einsum = std::get<EinsumLabels>(node.payload);
    std::string factors;
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      factors += (i == 0 ? "" : ", ") + reference(node.operands[i]) + "[" + counts(einsum.operands[i]) + "]";
    }
    return "einsum [" + counts(einsum.out) + "] (" + factors + ") dims(" + sizes(einsum.dims) + ")";
  }

  [[nodiscard]] std::string add(const Node& node) const {
    std::string terms;
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      terms += (i == 0 ? "" : ", ") + rational(std::get<Coefficients>(node.payload).values[i]) + " " +
               reference(node.operands[i]);
    }
    return "add [" + sizes(node.shape) + "] (" + terms + ")";
  }

  [[nodiscard]] std::string index(const AffineIndex& axis) const {
    std::string text;
    for (const AffineIndex::Part& part : axis.parts) {
      text += text.empty() ? (part.coefficient < 0 ? "-" : "") : (part.coefficient < 0 ? " - " : " + ");
      const std::int64_t factor = part.coefficient < 0 ? -part.coefficient : part.coefficient;
      text += (factor == 1 ? "" : std::to_string(factor) + "*") + "@" + std::to_string(part.axis);
    }
    if (!text.empty() && pool_.dims().polynomial(axis.offset).empty()) return text;
    return (text.empty() ? "" : text + " + ") + "(" + size(axis.offset) + ")";
  }

  const Pool& pool_;
  std::unordered_map<Expr, std::size_t> numbers_;
};

}  // namespace

std::string graph_text(const Pool& pool, const std::vector<Expr>& roots) { return GraphPrinter(pool).text(roots); }

}  // namespace gradwright
