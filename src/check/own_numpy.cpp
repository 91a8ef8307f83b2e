// NumPy as a person writes it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "check/edit_axes.h"
#include "check/own_names.h"
#include "check/own_printer.h"

namespace gradwright::check {
namespace {

/// The weakest operator outside of all brackets.
template <class Level>
Level weakest(std::string_view text) {
  Level found = Level::atom;
  int depth = 0;
  char before = 0;  // the last that is no blank
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') continue;
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (depth == 0) {
      const bool is_exponent = before == 'e' && i >= 2 && std::isdigit(static_cast<unsigned char>(text[i - 2])) != 0;
      const bool after_operator = before == 0 || std::string_view("+-*/@<>=(").find(before) != std::string_view::npos;
      if (c == '<' || c == '>' || c == '=' || c == '!') found = std::min(found, Level::compare);
      if (c == '&' || c == '|') found = std::min(found, Level::compare);
      if ((c == '+' || c == '-') && !is_exponent) found = std::min(found, after_operator ? Level::negate : Level::sum);
      if (c == '@' || c == '/') found = std::min(found, Level::product);
      if (c == '*' && next == '*') {
        found = std::min(found, Level::power);
        ++i;
      } else if (c == '*') {
        found = std::min(found, Level::product);
      }
    }
    before = c;
  }
  return found;
}

class NumpyPrinter final : public OwnPrinter {
 public:
  NumpyPrinter(const Context& context, NotationStyle notation) : OwnPrinter(context, notation) {
    const std::string_view own = context.own();
    for (const std::string_view text : {own, context.text}) {
      if (has_habit_) break;
      module_ = module_of(text);
      const bool has_dot = !module_.empty() && text.find(module_ + ".dot(") != std::string_view::npos;
      const bool has_method = !has_dot && text.find(".dot(") != std::string_view::npos;
      const bool has_matmul = !module_.empty() && text.find(module_ + ".matmul(") != std::string_view::npos;
      has_habit_ = has_dot || has_method || has_matmul || text.find('@') != std::string_view::npos;
      style_ = has_dot ? Style::dot : has_method ? Style::method : has_matmul ? Style::matmul : Style::at;
    }
    if (module_.empty()) module_ = "np";
    is_transposed_by_call_ =
        own.find(".transpose(") != std::string_view::npos && own.find(".T") == std::string_view::npos;
  }

 private:
  enum class Style { at, dot, method, matmul };

  static std::string module_of(std::string_view text) {
    for (const std::string_view name : {"np", "numpy", "jnp", "cp", "torch"}) {
      for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const bool begins = at == 0 || (!is_word_char(text[at - 1]) && text[at - 1] != '.');
        if (begins && text.substr(at + name.size()).starts_with(".")) return std::string(name);
      }
    }
    return {};
  }

  [[nodiscard]] Piece taken(std::string text, const AstNode&) const override {
    const Level level = weakest<Level>(text);
    return {std::move(text), level, false, {}};
  }

  [[nodiscard]] std::string of_module(std::string_view function, std::string_view arguments) const {
    return fmt::format("{}.{}({})", module_, function, arguments);
  }
  [[nodiscard]] Piece called(std::string_view function, std::string_view arguments) const {
    return {of_module(function, arguments), Level::atom, false, {}};
  }

  [[nodiscard]] Piece multiplied(const Piece& left, const Piece& right, const std::string& sign) const {
    switch (style_) {
      case Style::dot: return called("dot", left.text + ", " + right.text);
      case Style::matmul: return called("matmul", left.text + ", " + right.text);
      case Style::method:
        return {fmt::format("{}.dot({})", inside(left, Level::atom), right.text), Level::atom, false, {}};
      case Style::at: break;
    }
    const bool is_mixed = left.level == Level::product && left.joined == Operator::dot_times;  // (a * b) @ c
    return {(is_mixed ? bracketed(left.text) : inside(left, Level::product)) + sign + inside(right, Level::power),
            Level::product, false, Operator::times};
  }

  /// a of a'; none where it is no transpose.
  [[nodiscard]] Ast transposed_operand(Ast ast) const {
    const AstNode& node = context_.pool[ast];
    return node.kind == AstKind::transpose ? node.children[0] : Ast{};
  }

  [[nodiscard]] Piece product(Ast ast) {
    const AstNode node = context_.pool[ast];
    Piece all;
    for (const Unit& unit : units(ast)) {
      if (unit.begin == 0) {
        all = unit.piece;
        continue;
      }
      const Operator op = node.operators[unit.begin - 1];
      const Ast right = node.children[unit.begin];
      const Ast left = unit.begin == 1 ? node.children[0] : part_at(context_.pool, {{}, ast, 0, unit.begin, false});
      if (op == Operator::under) return failed();
      if (op == Operator::kron) {
        all = called("kron", all.text + ", " + unit.piece.text);
        continue;
      }
      const bool is_dot = style_ == Style::dot && notation_.keeps_parts && context_.source.is_argument(right);
      const bool is_matrix = op == Operator::times && (is_dot || (!is_scalar(left) && !is_scalar(right)));
      if (is_matrix && unit.end == unit.begin + 1) {
        const Ast base = transposed_operand(right);
        const bool is_outer = !base.is_none() && is_column(base) && is_column(left);
        if (notation_.one_axis && is_outer) {
          all = called("outer", all.text + ", " + piece(base).text);
          continue;
        }
        const std::string sign = joint(node, unit.begin - 1, " @ ");
        all = multiplied(all, unit.piece, sign.find('@') == std::string::npos ? " @ " : sign);
        continue;
      }
      const bool is_over = op == Operator::over || op == Operator::dot_over;
      const std::string standard = is_over ? " / " : is_matrix ? " @ " : " * ";
      std::string sign = joint(node, unit.begin - 1, standard);
      if (one_line(sign, Notation::numpy) != one_line(standard, Notation::numpy)) sign = standard;
      if (const std::string* tight = context_.source.joint(Operator::dot_times);
          tight != nullptr && *tight == "*" && !is_matrix && notation_.keeps_parts)
        sign = one_line(sign, Notation::numpy);
      const bool is_run = unit.end > unit.begin + 1;
      if (all.joined && all.level == Level::product && (*all.joined == Operator::times) != is_matrix && !is_over)
        all = {bracketed(all.text), Level::atom, false, {}};  // a @ b * c: nobody reads that from the left
      all = {inside(all, Level::product) + sign + (is_run ? unit.piece.text : inside(unit.piece, Level::power)),
             Level::product, false, is_matrix ? Operator::times : Operator::dot_times};
    }
    return all;
  }

  [[nodiscard]] std::string name(const std::string& gw) const {
    if (const auto own = context_.source.names().find(gw); own != context_.source.names().end()) return own->second;
    if (const auto own = context_.names.find(gw); own != context_.names.end()) return own->second;
    return gw == "lambda" ? "lam" : gw;  // a word of Python
  }

  [[nodiscard]] Piece transposed(Ast inner) {
    const Piece base = piece(inner);
    if (is_scalar(inner)) return base;
    const AstNode& node = context_.pool[inner];
    const bool is_sum_of_columns = node.kind == AstKind::call && node.text.starts_with("col");  // (n,) in NumPy
    if (notation_.one_axis && (is_column(inner) || is_sum_of_columns)) return base;
    return {inside(base, Level::atom) + (is_transposed_by_call_ ? ".transpose()" : ".T"), Level::atom, false, {}};
  }

  [[nodiscard]] Piece slope(const AstNode& node) {
    if (node.primes != 1 || node.children.size() != 1) return failed();
    const Piece inner = piece(node.children[0]);
    if (node.text == "relu") return {inside(inner, Level::sum) + " > 0", Level::compare, false, {}};
    if (node.text == "tanh")
      return {fmt::format("1 - {}**2", value_of("tanh", node.children[0])), Level::sum, false, {}};
    if (node.text == "sigmoid") {
      const std::string at = value_of("sigmoid", node.children[0]);
      return {fmt::format("{} * (1 - {})", at, at), Level::product, false, Operator::dot_times};
    }
    return failed();
  }

  /// a2 where the sheet says a2 = sigmoid(z2), else the call.
  [[nodiscard]] std::string value_of(const std::string& function, Ast argument) {
    const AstNode& node = context_.pool[argument];
    if (node.kind == AstKind::name) {
      const SheetValue wanted = context_.sheet.value(function + "(" + node.text + ")", context_.indices);
      for (const Definition& one : context_.sheet.program().definitions) {
        if (wanted.is_good() && one.expr == wanted.expr && !is_of_checker(one.name)) return name(one.name);
      }
    }
    const std::string inner = piece(argument).text;
    if (function != "sigmoid") return of_module(function, inner);
    return fmt::format("sigmoid({})", inner);
  }

  /// `is_kept`: with its axis, in arrays of one axis too.
  [[nodiscard]] Piece call(const AstNode& node, bool is_kept) {
    static const std::map<std::string_view, std::string_view> plain{
        {"exp", "exp"},     {"log", "log"},   {"sqrt", "sqrt"}, {"abs", "abs"},           {"tanh", "tanh"},
        {"sin", "sin"},     {"cos", "cos"},   {"sign", "sign"}, {"sum", "sum"},           {"mean", "mean"},
        {"diag", "diag"},   {"tr", "trace"},  {"kron", "kron"}, {"det", "linalg.det"},    {"inv", "linalg.inv"},
        {"outer", "outer"}, {"tril", "tril"}, {"triu", "triu"}, {"norm2", "linalg.norm"}, {"log1p", "log1p"},
        {"expm1", "expm1"}};
    std::string arguments;
    for (const Ast child : node.children) {
      if (context_.pool[child].kind == AstKind::named_argument) return failed();
      arguments += (arguments.empty() ? "" : ", ") + piece(child).text;
    }
    const std::string& function = node.text;
    if (node.children.size() == 1) {
      const auto size = shape(node.children[0]);
      const DimTable& dims = context_.sheet.pool().dims();
      const bool is_vector = size && size->size() == 2 && (dims.is_one((*size)[0]) || dims.is_one((*size)[1]));
      if (function == "diag" && is_vector && !notation_.one_axis)
        return called("diag", inside(node.children[0], Level::atom) + ".ravel()");
      if (function == "diag" && size && size->size() == 2 && !notation_.one_axis)  // of a matrix: (n,)
        return {called("diag", arguments).text + ".reshape(-1, 1)", Level::atom, false, {}};
      for (const auto& [row, axis] : {std::pair("row", 1), std::pair("col", 0)}) {
        for (const std::string_view kind : {"sum", "mean", "max", "min"}) {
          if (function != std::string(row) + std::string(kind)) continue;
          if (size == Shape{}) return called(kind, arguments);  // a number has no axes
          return called(kind, fmt::format("{}, axis={}{}", arguments, axis,
                                          notation_.one_axis && !is_kept ? "" : ", keepdims=True"));
        }
      }
      if (function == "inv" && size == Shape{})
        return {"1 / " + inside(node.children[0], Level::power), Level::product, false, Operator::dot_times};
      if (function == "eye") return called("eye", arguments);
      if (function == "ones" || function == "zeros")
        return called(function, notation_.one_axis ? arguments : "(" + arguments + ", 1)");
    }
    if (function == "dot" && node.children.size() == 2)
      return called("sum", inside(node.children[0], Level::power) + " * " + inside(node.children[1], Level::power));
    if ((function == "ones" || function == "zeros") && node.children.size() == 2)
      return called(function, "(" + arguments + ")");
    if ((function == "max" || function == "min") && node.children.size() == 2)
      return called(function + "imum", arguments);
    if (function == "relu" && !context_.sheet.is_own_function("relu") &&
        context_.text.find("relu(") == std::string_view::npos)
      return called("maximum", arguments + ", 0");
    if (const auto known = plain.find(function); known != plain.end() && !context_.sheet.is_own_function(function))
      return called(known->second, arguments);
    if (function == "sigmoid" || context_.sheet.is_own_function(function))
      return {function + "(" + arguments + ")", Level::atom, false, {}};
    return failed();
  }

  [[nodiscard]] Piece index(const AstNode& node) {
    const auto all = shape(node.children[0]);
    const bool is_of_row = node.children.size() == 2 && is_row(node.children[0]);
    std::string items = is_of_row ? ":, " : "";  // an entry of a row is one of its columns
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const AstNode item = context_.pool[node.children[i]];
      items += i > 1 ? ", " : "";
      const auto from_zero = [&](const AstNode& one) -> std::optional<std::string> {
        if (one.kind != AstKind::number || !one.value.is_integer() || one.value.num() < 1) return std::nullopt;
        return std::to_string(one.value.num() - 1);
      };
      if (item.kind == AstKind::all) {
        items += ":";
      } else if (item.kind == AstKind::range) {
        const auto first = from_zero(context_.pool[item.children[0]]);
        if (!first) return failed();
        const DimTable& dims = context_.sheet.pool().dims();
        const std::size_t axis = is_of_row ? 1 : i - 1;
        const std::string extent = all && all->size() > axis ? dims.to_string((*all)[axis]) : "";
        const std::string end = piece(item.children[1]).text;
        items += (*first == "0" ? "" : *first) + ":" + (end == extent ? "" : end);
      } else {
        // A[i, :] keeps its axis only as a slice of one.
        const auto first = from_zero(item);
        if (!first) return failed();
        const bool is_beside_all =
            node.children.size() == 3 && context_.pool[node.children[3 - i]].kind != AstKind::number;
        items += is_beside_all && !notation_.one_axis ? *first + ":" + std::to_string(item.value.num()) : *first;
      }
    }
    return {inside(node.children[0], Level::atom) + "[" + items + "]", Level::atom, false, {}};
  }

  /// True and False, in NumPy.
  [[nodiscard]] bool is_boolean(Ast ast) const {
    const AstNode& node = context_.pool[ast];
    if (node.kind == AstKind::index || node.kind == AstKind::transpose) return is_boolean(node.children[0]);
    const bool is_product = node.kind == AstKind::product;
    return node.kind == AstKind::compare || (is_product && std::all_of(node.children.begin(), node.children.end(),
                                                                       [&](Ast one) { return is_boolean(one); }));
  }

  /// True + True is True in NumPy: 1 * (a > b) + 1 * (c > d) is meant.
  Ast with_numbers(Ast ast) {
    AstNode made = context_.pool[ast];
    const auto is_truth = [&](Ast one) { return is_boolean(one); };
    if (std::count_if(made.children.begin(), made.children.end(), is_truth) < 2) return ast;
    AstNode one;
    one.kind = AstKind::number;
    one.value = 1;
    one.text = "1";
    const Ast number = context_.pool.add(std::move(one));
    for (Ast& child : made.children) {
      if (is_truth(child)) child = made_product(context_.pool, number, Operator::dot_times, child);
    }
    made.span = {};
    made.height = 1;
    made.operator_spans.assign(made.operators.size(), Span{});
    return context_.pool.add(std::move(made));
  }

  [[nodiscard]] Piece made(Ast ast) override {
    const AstNode node = context_.pool[ast];
    switch (node.kind) {
      case AstKind::number: return {node.text, Level::atom, false, {}};
      case AstKind::name: return {name(node.text), Level::atom, false, {}};
      case AstKind::negate: {
        const bool is_truth = is_boolean(node.children[0]);  // NumPy has no negative of True
        return {"-" + std::string(is_truth ? "1 * " : "") + inside(node.children[0], Level::product),
                Level::negate,
                false,
                {}};
      }
      case AstKind::sum: return sum(with_numbers(without_spreads(context_.pool, ast, columns_)));
      case AstKind::product: return product(without_spreads(context_.pool, ast, columns_));
      case AstKind::power: {
        const Ast base = node.children[0];
        const bool is_entrywise = is_scalar(base) || is_column(base) || is_row(base);
        if (node.operators[0] == Operator::power && !is_entrywise)
          return called("linalg.matrix_power", piece(base).text + ", " + piece(node.children[1]).text);
        return {inside(node.children[0], Level::atom) + "**" + inside(node.children[1], Level::atom),
                Level::power,
                false,
                {}};
      }
      case AstKind::transpose: return transposed(node.children[0]);
      case AstKind::index: return index(node);
      case AstKind::call: return call(node, std::ranges::find(columns_, ast) != columns_.end());
      case AstKind::prime_call: return slope(node);
      case AstKind::compare: {
        static constexpr std::array<std::string_view, 5> signs{" < ", " <= ", " > ", " >= ", " == "};
        const auto sign = static_cast<std::size_t>(node.operators[0]) - static_cast<std::size_t>(Operator::less);
        return {
            inside(node.children[0], Level::sum) + std::string(signs.at(sign)) + inside(node.children[1], Level::sum),
            Level::compare,
            false,
            {}};
      }
      case AstKind::block: {
        std::string text = "[";
        std::size_t at = 0;
        for (std::size_t row = 0; row < node.rows.size(); ++row) {
          text += row > 0 ? ", [" : "[";
          for (std::uint32_t i = 0; i < node.rows[row]; ++i)
            text += (i > 0 ? ", " : "") + piece(node.children[at++]).text;
          text += "]";
        }
        const bool are_numbers =
            std::all_of(node.children.begin(), node.children.end(), [&](Ast one) { return is_scalar(one); });
        return called(are_numbers ? "array" : "block", text + "]");
      }
      case AstKind::all:
      case AstKind::range:
      case AstKind::named_argument: break;
    }
    return failed();
  }

  std::string module_;
  Style style_ = Style::at;
  bool has_habit_ = false, is_transposed_by_call_ = false;
  std::vector<Ast> columns_;  ///< beside matrices
};

}  // namespace

std::unique_ptr<OwnPrinter> numpy_printer(const OwnPrinter::Context& context, NotationStyle notation) {
  return std::make_unique<NumpyPrinter>(context, notation);
}

}  // namespace gradwright::check
