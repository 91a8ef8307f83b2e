#include "check/general_text.h"

#include <algorithm>

#include "read/formula/parser.h"

namespace gradwright::check {
namespace {

using formula::Ast;
using formula::AstKind;
using formula::AstNode;
using formula::AstPool;
using formula::Statement;
using formula::StatementKind;

/// Writes a text anew from the left to the right; what is not touched stands as it was.
class Writer {
 public:
  Writer(const Text& text, const AstPool& pool, const GeneralOptions& options, ArrayNames& arrays, std::string stem)
      : text_(text), pool_(pool), options_(options), arrays_(arrays), stem_(std::move(stem)) {}

  GeneralText result;
  GeneralText declarations;

  void put(std::string_view text) { result.pieces.back() += text; }
  void copy_to(std::uint32_t end) {
    if (end > at_) put(text_.slice(Span{at_, end}));
    at_ = std::max(at_, end);
  }
  void skip_to(std::uint32_t end) { at_ = std::max(at_, end); }

  void size(Ast ast) {
    const Span span = pool_[ast].span;
    copy_to(span.begin);
    if (const auto number = size_number(ast)) {
      hole(result, *number);
      skip_to(span.end);
    }
    copy_to(span.end);
  }

  void expression(Ast ast) {
    if (ast.is_none()) return;
    const AstNode& node = pool_[ast];
    if (node.kind == AstKind::range) result.has_slices = result.writes_numbers = true;
    if (node.kind == AstKind::block && array(node)) return;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool is_size = takes_size(node, i) && pool_[node.children[i]].kind == AstKind::number;
      if (is_size && options_.keeps_arrays) result.writes_numbers = true;
      if (is_size && !options_.keeps_arrays)
        size(node.children[i]);
      else
        expression(node.children[i]);
    }
  }

  /// `param W, V : R[3,3] ~ he`: a line for each name, so that each has sizes of its own.
  void declaration(const Statement& one) {
    const bool has_size = std::any_of(one.dims.begin(), one.dims.end(), [&](Ast dim) { return size_number(dim); });
    if (!has_size) return;
    copy_to(one.span.begin);
    const std::string prefix(text_.slice(Span{one.span.begin, one.names[0].span.begin}));
    std::uint32_t tail = pool_[one.dims.back()].span.end;
    const std::string& content = text_.content();
    while (tail < one.span.end && (content[tail] == ' ' || content[tail] == ']' || content[tail] == ')')) ++tail;
    const bool has_value = !one.value.is_none();  // its size is no symbol: any array will do
    for (const formula::NameAt& name : one.names) {
      put((has_value ? "" : prefix) + name.text + " : R[");
      for (std::size_t axis = 0; axis < one.dims.size(); ++axis) {
        if (axis > 0) put(",");
        const auto number = size_number(one.dims[axis]);
        if (number)
          hole(result, *number);
        else
          put(text_.slice(pool_[one.dims[axis]].span));
      }
      put("] ");
      if (!has_value) put(text_.slice(Span{tail, one.span.end}));
      put("\n");
    }
    skip_to(one.span.end);
  }

 private:
  static void hole(GeneralText& to, std::int64_t number) {
    to.numbers.push_back(number);
    to.pieces.emplace_back();
  }

  [[nodiscard]] std::optional<std::int64_t> size_number(Ast ast) const {
    const AstNode& node = pool_[ast];
    if (node.kind != AstKind::number || !node.value.is_integer() || node.value.num() < 2) return std::nullopt;
    if (options_.fixed.contains(node.value.num())) return std::nullopt;
    return node.value.num();
  }

  /// The entries of an array of numbers; empty for a block of anything else.
  [[nodiscard]] std::vector<Rational> entries(const AstNode& node) const {
    std::vector<Rational> found;
    for (const std::uint32_t count : node.rows) {
      if (count != node.rows[0]) return {};
    }
    for (const Ast child : node.children) {
      const AstNode& entry = pool_[child];
      const bool is_minus = entry.kind == AstKind::negate && pool_[entry.children[0]].kind == AstKind::number;
      if (entry.kind != AstKind::number && !is_minus) return {};
      found.push_back(is_minus ? -pool_[entry.children[0]].value : entry.value);
    }
    return found;
  }

  bool array(const AstNode& node) {
    const std::vector<Rational> numbers = entries(node);
    if (numbers.size() < 2) return false;
    const auto rows = static_cast<std::int64_t>(node.rows.size());
    const auto columns = static_cast<std::int64_t>(node.rows[0]);
    const auto put_sizes = [&](GeneralText& to) {
      if (rows > 1)
        hole(to, rows);
      else
        to.pieces.back() += "1";
      if (columns == 1) return;
      to.pieces.back() += ",";
      hole(to, columns);
    };
    std::string key = std::to_string(rows);
    for (const Rational& one : numbers) key += " " + one.to_string();
    const bool is_constant =
        std::all_of(numbers.begin(), numbers.end(), [&](const Rational& one) { return one == numbers[0]; });
    const bool is_kept = options_.keeps_arrays || options_.fixed.contains(rows) || options_.fixed.contains(columns);
    if (is_kept || (!is_constant && stem_.empty() && !arrays_.contains(key))) {
      result.writes_numbers = true;
      return true;
    }
    copy_to(node.span.begin);
    if (is_constant) {
      put("(" + numbers[0].to_string() + "*ones(");
      put_sizes(result);
      put("))");
    } else {
      const auto [known, is_new] = arrays_.emplace(key, stem_ + "array" + std::to_string(arrays_.size() + 1));
      if (is_new) {
        declarations.pieces.back() += known->second + " : R[";
        put_sizes(declarations);
        declarations.pieces.back() += "]\n";
      }
      put(known->second);
    }
    skip_to(node.span.end);
    return true;
  }

  const Text& text_;
  const AstPool& pool_;
  const GeneralOptions& options_;
  ArrayNames& arrays_;
  std::string stem_;
  std::uint32_t at_ = 0;
};

void collect_numbers(const AstPool& pool, Ast ast, std::set<std::int64_t>& found) {
  const AstNode& node = pool[ast];
  if (node.kind == AstKind::number && node.value.is_integer() && node.value.num() > 1) found.insert(node.value.num());
  if (node.kind == AstKind::number && node.value.den() > 1) found.insert(node.value.den());
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const bool is_exponent = node.kind == AstKind::power && i == 1;
    const bool is_index = node.kind == AstKind::index && i > 0;
    if (!is_exponent && !is_index && !takes_size(node, i)) collect_numbers(pool, node.children[i], found);
  }
}

void append(GeneralText& to, GeneralText from) {
  to.pieces.back() += from.pieces[0];
  to.pieces.insert(to.pieces.end(), from.pieces.begin() + 1, from.pieces.end());
  to.has_slices = to.has_slices || from.has_slices;
  to.writes_numbers = to.writes_numbers || from.writes_numbers;
  to.numbers.insert(to.numbers.end(), from.numbers.begin(), from.numbers.end());
}

}  // namespace

bool takes_size(const AstNode& call, std::size_t child) {
  if (call.kind != AstKind::call) return false;
  if (call.text == "reshape") return child > 0;
  return call.text == "eye" || call.text == "ones" || call.text == "zeros" || call.text == "commutation";
}

GeneralText general_sheet_text(const Text& text, const std::string& stem, const GeneralOptions& options,
                               ArrayNames& arrays) {
  AstPool pool;
  formula::Reporter reporter;
  reporter.set_quiet(true);
  const std::vector<formula::Token> tokens = formula::tokens_of(text, reporter);
  const std::vector<Statement> statements = formula::Parser(text, tokens, pool, reporter).statements();
  Writer writer(text, pool, options, arrays, stem);
  for (const Statement& one : statements) {
    switch (one.kind) {
      case StatementKind::declaration: writer.declaration(one); break;
      case StatementKind::dimension:
        if (one.dims.size() == 1) writer.size(one.dims[0]);
        break;
      case StatementKind::definition:
      case StatementKind::function: writer.expression(one.value); break;
      case StatementKind::layout: break;
      default:  // questions
        writer.copy_to(one.span.begin);
        writer.skip_to(one.span.end);
    }
  }
  writer.copy_to(static_cast<std::uint32_t>(text.content().size()));
  GeneralText whole = std::move(writer.declarations);
  append(whole, std::move(writer.result));
  return whole;
}

GeneralText general_formula_text(const std::string& gw, const GeneralOptions& options, const ArrayNames& arrays) {
  const Text text("formula.gw", gw);
  AstPool pool;
  formula::Reporter reporter;
  reporter.set_quiet(true);
  const std::vector<formula::Token> tokens = formula::tokens_of(text, reporter);
  const Ast root = formula::Parser(text, tokens, pool, reporter).lone_expression();
  ArrayNames known = arrays;
  Writer writer(text, pool, options, known, {});
  if (reporter.count() == 0) writer.expression(root);
  writer.copy_to(static_cast<std::uint32_t>(gw.size()));
  return std::move(writer.result);
}

std::set<std::int64_t> numbers_of_sheet(const Text& text) {
  AstPool pool;
  formula::Reporter reporter;
  reporter.set_quiet(true);
  const std::vector<formula::Token> tokens = formula::tokens_of(text, reporter);
  std::set<std::int64_t> found;
  for (const Statement& one : formula::Parser(text, tokens, pool, reporter).statements()) {
    const bool has_value = one.kind == StatementKind::definition || one.kind == StatementKind::function;
    if (has_value && !one.value.is_none()) collect_numbers(pool, one.value, found);
  }
  return found;
}

std::set<std::int64_t> numbers_of_formula(const std::string& gw) {
  const Text text("formula.gw", gw);
  AstPool pool;
  formula::Reporter reporter;
  reporter.set_quiet(true);
  const std::vector<formula::Token> tokens = formula::tokens_of(text, reporter);
  const Ast root = formula::Parser(text, tokens, pool, reporter).lone_expression();
  std::set<std::int64_t> found;
  if (!root.is_none()) collect_numbers(pool, root, found);
  return found;
}

}  // namespace gradwright::check
