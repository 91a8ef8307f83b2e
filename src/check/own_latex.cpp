// LaTeX as a person writes it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "check/own_printer.h"
#include "ir/functions.h"
#include "present/spelling.h"

namespace gradwright::check {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// `\delta` and x stand apart, or they are another command; 2 and 3 too.
std::string beside(std::string left, std::string_view between, std::string_view right) {
  left += between;
  if (!between.empty() && between.back() != ' ' && !is_letter(between.back())) return left += right;
  std::size_t at = left.size();
  while (at > 0 && is_letter(left[at - 1])) --at;
  const bool after_command = at > 0 && at < left.size() && left[at - 1] == '\\';
  const bool after_digit = !left.empty() && is_digit(left.back());
  if (!right.empty() && ((after_command && is_letter(right[0])) || (after_digit && is_digit(right[0])))) left += ' ';
  return left += right;
}

/// `(…)` that opens at the front and closes at the end.
bool is_enclosed(std::string_view text) {
  if (text.starts_with("\\left")) text.remove_prefix(5);
  if (text.empty() || (text[0] != '(' && text[0] != '[')) return false;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    if (depth == 0) return i + 1 == text.size();
  }
  return false;
}

/// Without these brackets: a fraction needs none.
std::string opened(const std::string& text) {
  if (!is_enclosed(text) || text.ends_with("\\right]") || text.ends_with(']')) return text;
  const std::size_t begin = text.starts_with("\\left") ? 6 : 1;
  const std::size_t end = text.ends_with("\\right)") ? 7 : 1;
  return text.substr(begin, text.size() - begin - end);
}

/// A superscript outside of all braces.
bool has_superscript(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth == 0 && (c == '^' || c == '\'')) return true;
  }
  return false;
}

/// One command with its arguments in braces, to the end: `\frac{…}{…}`, `\hat{y}`.
bool is_one_command(std::string_view text) {
  if (text.empty() || text[0] != '\\') return false;
  std::size_t at = 1;
  while (at < text.size() && is_letter(text[at])) ++at;
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (depth == 0 && text[at] != '{') return false;
    depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
  }
  return depth == 0;
}

/// A comparison outside of all brackets: not `\mathbf{1}_{z > 0}`.
bool is_comparison(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    depth += c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
    const std::string_view rest = text.substr(i);
    const bool compares = c == '<' || c == '>' || c == '=' || rest.starts_with("\\le") || rest.starts_with("\\ge") ||
                          rest.starts_with("\\lt") || rest.starts_with("\\gt");
    if (depth == 0 && compares && !rest.starts_with("\\left")) return true;
  }
  return false;
}

class LatexPrinter final : public OwnPrinter {
 public:
  LatexPrinter(const Context& context, NotationStyle notation) : OwnPrinter(context, notation) {
    const std::string_view own = context.own();
    for (const std::string_view text : {own, context.text}) {
      for (const std::string_view mark : {"^\\top", "^{\\top}", "^\\intercal", "^{\\intercal}", "^{T}", "^T"}) {
        if (turn_.empty() && text.find(mark) != std::string_view::npos) turn_ = mark;
      }
      const bool has_prime = text.find('\'') != std::string_view::npos && text.find("sigma'") == std::string_view::npos;
      if (turn_.empty() && text == own && has_prime) turn_ = "'";
    }
    if (!context.source.turn().empty()) turn_ = context.source.turn();
    if (turn_.empty()) turn_ = "^T";
    has_large_brackets_ = own.find("\\left(") != std::string_view::npos;
    const bool has_odot = context.text.find("\\odot") != std::string_view::npos;
    entrywise_ = !has_odot && context.text.find("\\circ") != std::string_view::npos ? " \\circ " : " \\odot ";
  }

 private:
  [[nodiscard]] Piece taken(std::string text, const AstNode& node) const override {
    const bool has_script = has_superscript(text);
    if (is_enclosed(text) || is_one_command(text)) return {text, Level::atom, text.starts_with("\\frac"), {}};
    switch (node.kind) {
      case AstKind::compare: return {text, is_comparison(text) ? Level::compare : Level::atom, true, {}};
      case AstKind::sum: return {text, Level::sum, true, {}};
      case AstKind::product:
        return {text, text.starts_with("\\sum") ? Level::sum : Level::product, true, node.operators.back()};
      case AstKind::negate: return {text, Level::negate, true, {}};
      case AstKind::call: {
        if (text.starts_with("\\sum")) return {text, Level::sum, true, {}};
        const bool is_pair = node.text == "kron" || node.text == "dot" || node.text == "outer";
        return {text, is_pair ? Level::product : Level::atom, true, {}};
      }
      case AstKind::prime_call: return {text, Level::atom, true, {}};
      case AstKind::power:
      case AstKind::transpose:
      case AstKind::index: return {text, Level::power, has_script, {}};
      default: return {text, Level::atom, has_script, {}};
    }
  }

  /// With nothing above its line, in brackets where that is needed.
  [[nodiscard]] std::string plain(const Piece& one) const {
    return one.level < Level::power || (one.has_script && !is_enclosed(one.text)) ? bracketed(one.text) : one.text;
  }

  /// What stands before the operator i is a product of matrices: 2A is none.
  [[nodiscard]] bool ends_in_matrix_product(Ast ast, std::size_t i) const {
    const AstNode& node = context_.pool[ast];
    if (i == 0) {
      const AstNode& first = context_.pool[node.children[0]];
      return first.kind != AstKind::product || ends_in_matrix_product(node.children[0], first.operators.size());
    }
    return node.operators[i - 1] != Operator::times ||
           (!is_scalar(node.children[i]) &&
            !is_scalar(i == 1 ? node.children[0] : part_at(context_.pool, {{}, ast, 0, i, false})));
  }

  [[nodiscard]] Piece product(Ast ast) {
    const AstNode node = context_.pool[ast];
    Piece all;
    for (const Unit& unit : units(ast)) {
      if (unit.begin == 0) {
        all = unit.piece;
        if (all.level < Level::product) all = {bracketed(all.text), Level::atom, false, {}};
        continue;
      }
      const Operator op = node.operators[unit.begin - 1];
      if (op == Operator::under) return failed();
      if (op == Operator::over || op == Operator::dot_over) {
        const std::string sign = joint(node, unit.begin - 1, "");
        if (sign.find('/') != std::string::npos) {
          all = {all.text + sign + inside(unit.piece, Level::power), Level::product, true, op};
        } else {
          all = {fmt::format("\\frac{{{}}}{{{}}}", opened(all.text), opened(unit.piece.text)), Level::atom, true, {}};
        }
        continue;
      }
      const bool is_entrywise = op == Operator::dot_times;
      const bool was_entrywise = all.joined == Operator::dot_times;
      const bool is_mixed = all.level == Level::product && all.joined && is_entrywise != was_entrywise &&
                            (is_entrywise ? ends_in_matrix_product(ast, unit.begin - 1) : was_entrywise);
      const bool was_mixed =
          !notation_.keeps_parts || notation_.is_explicit || unit.begin == 1 ||
          context_.source.joint(node.children[unit.begin - 1], op, node.children[unit.begin]) == nullptr;
      if (is_mixed && was_mixed) all = {bracketed(all.text), Level::atom, false, {}};
      const std::string standard = op == Operator::kron    ? std::string(" \\otimes ")
                                   : is_entrywise          ? entrywise_
                                   : notation_.is_explicit ? " \\cdot "
                                                           : " ";
      const bool is_scalar_product = op == Operator::dot_times && is_scalar(node.children[unit.begin]);
      const std::string sign = is_scalar_product ? " " : joint(node, unit.begin - 1, standard);
      const bool is_run = unit.end > unit.begin + 1;
      const std::string right = is_run ? unit.piece.text : inside(unit.piece, Level::power);
      all = {beside(all.text, sign, right), Level::product, true,
             is_run && unit.piece.joined ? *unit.piece.joined : op};
    }
    return all;
  }

  [[nodiscard]] std::string name(const std::string& gw) const {
    if (const auto own = context_.source.names().find(gw); own != context_.source.names().end()) return own->second;
    if (const auto own = context_.names.find(gw); own != context_.names.end()) return own->second;
    return styled(gw);
  }

  /// z2 as z^{(2)} where a3 is written a^{(3)}.
  [[nodiscard]] std::string styled(const std::string& gw) const {
    const auto cut = [](std::string_view text) {
      std::size_t end = text.size();
      while (end > 0 && is_digit(text[end - 1])) --end;
      std::size_t stem = end;
      while (stem > 1 && text[stem - 1] == '_') --stem;
      return std::pair(std::string(text.substr(0, stem)), std::string(text.substr(end)));
    };
    const auto [stem, digits] = cut(gw);
    if (digits.empty() || stem.empty()) {
      if (gw.size() > 3 && gw.ends_with("hat"))
        return fmt::format("\\hat{{{}}}", view::latex_name(gw.substr(0, gw.size() - 3)));
      const bool is_short =
          gw.size() == 2 && is_letter(gw[0]) && is_letter(gw[1]) && view::latex_name(gw).starts_with("\\mathrm");
      return is_short ? fmt::format("{}_{}", gw[0], gw[1]) : view::latex_name(gw);
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> marks{
        {{"^{(", ")}"}, {"^{[", "]}"}, {"_{", "}"}, {"_", ""}, {"^{", "}"}, {"^", ""}}};
    for (const auto* names : {&context_.source.names(), &context_.names}) {
      for (const auto& [other, written] : *names) {
        const auto [other_stem, number] = cut(other);
        if (number.empty()) continue;
        for (const auto& [open, close] : marks) {
          const std::string tail = std::string(open) + number + std::string(close);
          if (written.size() > tail.size() && written.ends_with(tail))
            return view::latex_name(stem) + std::string(open) + digits + std::string(close);
        }
      }
    }
    for (const auto& [open, close] : marks) {  // of names that stand left of the sign only
      for (std::size_t at = context_.text.find(open); at != std::string_view::npos;
           at = context_.text.find(open, at + 1)) {
        std::size_t end = at + open.size();
        while (end < context_.text.size() && is_digit(context_.text[end])) ++end;
        const bool is_number = end > at + open.size() && open.size() > 1 && open != "^{";
        if (is_number && context_.text.substr(end).starts_with(close))
          return view::latex_name(stem) + std::string(open) + digits + std::string(close);
      }
    }
    return view::latex_name(gw);
  }

  [[nodiscard]] std::string function(const std::string& gw) const {
    static constexpr std::array<std::string_view, 12> commands{"exp",  "log",  "tanh", "sin", "cos", "tan",
                                                               "sinh", "cosh", "max",  "min", "det", "ln"};
    if (gw == "sigmoid" && !context_.sheet.is_own_function("sigma")) return "\\sigma";
    if (std::find(commands.begin(), commands.end(), gw) != commands.end()) return "\\" + gw;
    return "\\operatorname{" + gw + "}";
  }

  [[nodiscard]] Piece call(const AstNode& node) {
    const auto& children = node.children;
    if (node.kind == AstKind::call && children.size() == 1) {
      if (node.text == "inv") return {plain(piece(children[0])) + "^{-1}", Level::power, true, {}};
      if (node.text == "exp" && notation_.keeps_parts && context_.text.find("e^{") != std::string_view::npos)
        return {"e^{" + piece(children[0]).text + "}", Level::power, true, {}};
      if (node.text == "sqrt") return {"\\sqrt{" + piece(children[0]).text + "}", Level::atom, false, {}};
      if (node.text == "eye")
        return {notation_.is_explicit ? "I_{" + piece(children[0]).text + "}" : "I", Level::atom, false, {}};
      if (node.text == "ones") return {"\\mathbf{1}_{" + piece(children[0]).text + "}", Level::atom, false, {}};
    }
    if (node.text == "pow" && children.size() == 2)
      return {plain(piece(children[0])) + "^{" + piece(children[1]).text + "}", Level::power, true, {}};
    if (node.text == "kron" && children.size() == 2)
      return {inside(children[0], Level::power) + " \\otimes " + inside(children[1], Level::power),
              Level::product,
              true,
              {}};
    if (node.text == "sum" && children.size() > 1) return sum_over_indices(node);
    std::string arguments;
    for (const Ast child : children) {
      if (context_.pool[child].kind == AstKind::named_argument) return failed();
      arguments += (arguments.empty() ? "" : ", ") + piece(child).text;
    }
    return {function(node.text) + std::string(node.primes, '\'') + bracketed(arguments), Level::atom, true, {}};
  }

  [[nodiscard]] Piece sum_over_indices(const AstNode& node) {
    std::string indices;
    for (std::size_t i = 0; i + 1 < node.children.size(); ++i)
      indices += (i > 0 ? "," : "") + piece(node.children[i]).text;
    return {"\\sum_{" + indices + "} " + inside(node.children.back(), Level::product), Level::sum, true, {}};
  }

  [[nodiscard]] Piece index(const AstNode& node) {
    const Piece base = piece(node.children[0]);
    if (base.text.find('_') != std::string::npos) return failed();
    std::string items;
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const AstKind kind = context_.pool[node.children[i]].kind;
      if (kind == AstKind::all || kind == AstKind::range) return failed();
      items += (i > 1 ? "," : "") + piece(node.children[i]).text;
    }
    const bool is_short = items.size() <= 3 && items.find_first_of("0123456789") == std::string::npos;
    if (is_short) std::erase(items, ',');
    return {inside(base, Level::power) + "_{" + items + "}", Level::power, base.has_script, {}};
  }

  [[nodiscard]] Piece block(const AstNode& node) {
    std::string text = "\\begin{pmatrix} ";
    std::size_t at = 0;
    for (std::size_t row = 0; row < node.rows.size(); ++row) {
      if (row > 0) text += " \\\\ ";
      for (std::uint32_t i = 0; i < node.rows[row]; ++i) text += (i > 0 ? " & " : "") + piece(node.children[at++]).text;
    }
    return {text + " \\end{pmatrix}", Level::atom, false, {}};
  }

  [[nodiscard]] Piece made(Ast ast) override {
    const AstNode node = context_.pool[ast];
    switch (node.kind) {
      case AstKind::number: return {node.text, Level::atom, false, {}};
      case AstKind::name: {
        const std::string text = name(node.text);
        return {text, Level::atom, has_superscript(text), {}};
      }
      case AstKind::negate: return {"-" + inside(node.children[0], Level::product), Level::negate, true, {}};
      case AstKind::sum: return sum(ast);
      case AstKind::product: return product(ast);
      case AstKind::power: {
        const bool is_entrywise = node.operators[0] == Operator::dot_power && !is_scalar(node.children[0]);
        const std::string exponent = piece(node.children[1]).text;
        const bool is_short = exponent.size() == 1;
        const std::string above = is_entrywise && notation_.is_explicit ? "{\\odot " + exponent + "}"
                                  : is_short                            ? exponent
                                                                        : "{" + exponent + "}";
        return {plain(piece(node.children[0])) + "^" + above, Level::power, true, {}};
      }
      case AstKind::transpose:
        if (is_scalar(node.children[0])) return piece(node.children[0]);  // 1^T is a row of ones
        return {plain(piece(node.children[0])) + turn_, Level::power, true, {}};
      case AstKind::index: return index(node);
      case AstKind::call:
      case AstKind::prime_call: return call(node);
      case AstKind::compare: {
        static constexpr std::array<std::string_view, 5> signs{" < ", " \\le ", " > ", " \\ge ", " = "};
        const auto sign = static_cast<std::size_t>(node.operators[0]) - static_cast<std::size_t>(Operator::less);
        return {
            inside(node.children[0], Level::sum) + std::string(signs.at(sign)) + inside(node.children[1], Level::sum),
            Level::compare,
            true,
            {}};
      }
      case AstKind::block: return block(node);
      case AstKind::all:
      case AstKind::range:
      case AstKind::named_argument: break;
    }
    return failed();
  }

  [[nodiscard]] std::string bracketed(const std::string& text) const override {
    return has_large_brackets_ ? "\\left(" + text + "\\right)" : "(" + text + ")";
  }

  std::string turn_, entrywise_;
  bool has_large_brackets_ = false;
};

}  // namespace

std::unique_ptr<OwnPrinter> latex_printer(const OwnPrinter::Context& context, NotationStyle notation) {
  return std::make_unique<LatexPrinter>(context, notation);
}

}  // namespace gradwright::check
