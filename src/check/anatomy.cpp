#include "check/anatomy.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "read/formula/parser.h"

namespace gradwright::check {
namespace {

using formula::Ast;
using formula::AstKind;
using formula::AstNode;

class Anatomist {
 public:
  Anatomist(OpenSheet& sheet, const std::string& gw) : sheet_(sheet), gw_(gw) {}

  Anatomy made() {
    const Text text("", gw_);
    formula::Reporter silent;
    silent.set_quiet(true);
    const auto tokens = formula::tokens_of(text, silent);
    const Ast root = formula::Parser(text, tokens, asts_, silent).lone_expression();
    if (!root.is_none() && silent.count() == 0) (void)walked(root);
    std::sort(found_.factors.begin(), found_.factors.end(),
              [](const SizedPart& a, const SizedPart& b) { return a.span.begin < b.span.begin; });
    for (const std::string& name : names_) {
      const std::string origin = sheet_.origin_of(name);
      const auto shape = sheet_.shape_of(name);
      if (!origin.empty() && shape)
        found_.origins.push_back(
            fmt::format("`{}` is {} ({})", name, shape->empty() ? "a scalar" : sheet_.size_text(*shape), origin));
    }
    return std::move(found_);
  }

 private:
  /// The size of a part of the formula; nothing where it does not conform. "" for a scalar.
  [[nodiscard]] std::optional<std::string> size_of(Span span) const {
    const SheetValue value = sheet_.value(gw_.substr(span.begin, span.end - span.begin));
    if (!value.is_good()) return std::nullopt;
    return value.surface.empty() ? std::string() : sheet_.size_text(value.surface);
  }

  [[nodiscard]] bool is_leaf(const AstNode& node) const {
    switch (node.kind) {
      case AstKind::name:
      case AstKind::number:
      case AstKind::call:
      case AstKind::prime_call:
      case AstKind::block:
      case AstKind::index: return true;
      case AstKind::transpose: return is_leaf(asts_[node.children[0]]);
      default: return false;
    }
  }

  void note_name(const std::string& name) {
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
  }
  void note_names(Ast ast) {
    const AstNode& node = asts_[ast];
    if (node.kind == AstKind::name) note_name(node.text);
    for (const Ast child : node.children) note_names(child);
  }

  /// Whether the node conforms.
  bool walked(Ast ast) {
    const AstNode& node = asts_[ast];
    if (node.kind == AstKind::transpose && asts_[node.children[0]].kind == AstKind::name)
      found_.transposed.push_back(asts_[node.children[0]].text);
    if (is_leaf(node)) {
      if (const auto size = size_of(node.span)) {
        note_names(ast);
        if (!size->empty()) found_.factors.push_back({node.span, *size});
        return true;
      }
    }
    if (node.kind == AstKind::product || node.kind == AstKind::sum || node.kind == AstKind::compare) return chain(node);
    bool conforms = !node.children.empty();
    for (const Ast child : node.children) conforms = walked(child) && conforms;
    return conforms;
  }

  /// From left to right. After a break the right side begins anew; what it is multiplied by entry by entry then met the unknown whole.
  bool chain(const AstNode& node) {
    bool conforms = true;
    std::uint32_t begin = asts_[node.children[0]].span.begin;
    std::optional<std::string> left;
    bool is_anew = false;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const Span span = asts_[node.children[i]].span;
      const bool is_good = walked(node.children[i]);
      conforms = conforms && is_good;
      const std::optional<std::string> right = is_good ? size_of(span) : std::nullopt;
      // A sum has a sign before each term, also before the first.
      const std::size_t at = node.kind == AstKind::sum ? i : i - 1;
      const bool has_operator = i > 0 && at < node.operator_spans.size();
      if (has_operator) found_.operators.push_back(node.operator_spans[at]);
      const bool is_entrywise =
          i > 0 && node.kind == AstKind::product && node.operators[at] != formula::Operator::times;
      if (i == 0 || !left || !right || (is_anew && is_entrywise)) {
        is_anew = i > 0;
        begin = span.begin;
        left = right;
        continue;
      }
      const Span both{begin, span.end};
      if (const auto size = size_of(both)) {
        left = size;
        continue;
      }
      conforms = false;
      const auto sized = [](const std::string& size) { return size.empty() ? std::string("scalar") : size; };
      if (has_operator)
        found_.breaks.push_back({{{begin, asts_[node.children[i - 1]].span.end}, sized(*left)},
                                 {span, sized(*right)},
                                 node.operator_spans[at]});
      is_anew = true;
      begin = span.begin;
      left = right;
    }
    return conforms;
  }

  OpenSheet& sheet_;
  const std::string& gw_;
  formula::AstPool asts_;
  Anatomy found_;
  std::vector<std::string> names_;
};

/// One line of characters that stand at columns.
class SizedRow {
 public:
  void put(std::size_t column, const std::string& text) {
    if (column < width_) return;
    text_ += std::string(column - width_, ' ') + text;
    width_ = column + display_width(text);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::size_t width_ = 0;
};

std::string bracket(const std::string& size, std::size_t width) {
  if (width < display_width(size) + 4) return centred(size, width);
  const std::size_t line = width - display_width(size) - 4;
  std::string text = "└";
  for (std::size_t i = 0; i < line / 2; ++i) text += "─";
  text += " " + size + " ";
  for (std::size_t i = line / 2; i < line; ++i) text += "─";
  return text + "┘";
}

}  // namespace

Anatomy anatomy_of(OpenSheet& sheet, const std::string& gw) { return Anatomist(sheet, gw).made(); }

Aligned sized_lines(const Anatomy& anatomy, const std::string& gw) {
  Aligned lines;
  std::vector<std::size_t> column(gw.size() + 1, 0);  // of each byte of the formula, from its left side
  std::vector<std::size_t> end_column(gw.size() + 1, 0);
  const auto write = [&](std::size_t at, std::size_t end, const std::string& text, const std::string& under) {
    for (std::size_t i = at; i < end; ++i) column[i] = lines.width();
    lines.put(text, under);
    for (std::size_t i = at; i < end; ++i) end_column[i + 1] = lines.width();
  };
  std::size_t factor = 0;
  for (std::size_t at = 0; at < gw.size();) {
    while (factor < anatomy.factors.size() && anatomy.factors[factor].span.begin < at) ++factor;
    if (factor < anatomy.factors.size() && anatomy.factors[factor].span.begin == at) {
      const SizedPart& part = anatomy.factors[factor++];
      write(at, part.span.end, gw.substr(at, part.span.end - at), part.size);
      at = part.span.end;
      continue;
    }
    const auto op = std::find_if(anatomy.operators.begin(), anatomy.operators.end(),
                                 [&](Span span) { return span.begin == at && span.end > at; });
    if (op != anatomy.operators.end()) {
      lines.allow_break();
      if (at > 0 && gw[at - 1] != ' ') write(at, at, " ", "");
      write(at, op->end, gw.substr(at, op->end - at), "");
      if (gw[op->end] != ' ') write(op->end, op->end, " ", "");
      at = op->end;
      continue;
    }
    std::size_t end = at + 1;
    while (end < gw.size() && (static_cast<unsigned char>(gw[end]) & 0xC0U) == 0x80U) ++end;
    write(at, end, gw.substr(at, end - at), "");
    at = end;
  }
  for (const SizeBreak& one : anatomy.breaks) {
    SizedRow row;
    for (const auto& [part, mark] :
         {std::pair{one.left, false}, std::pair{SizedPart{one.op, "✗"}, true}, std::pair{one.right, false}}) {
      const std::size_t from = column[part.span.begin];
      if (mark)
        row.put(from, part.size);
      else
        row.put(from, bracket(part.size, end_column[part.span.end] - from));
    }
    lines.add_line(row.text());
  }
  return lines;
}

}  // namespace gradwright::check
