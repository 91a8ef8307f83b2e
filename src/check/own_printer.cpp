#include "check/own_printer.h"

#include "check/edit_print.h"

namespace gradwright::check {

std::string OwnPrinter::text(Ast root) {
  failed_ = false;
  const Piece found = piece(root);
  return failed_ ? std::string() : found.text;
}

OwnPrinter::Piece OwnPrinter::piece(Ast ast) {
  if (notation_.keeps_parts) {
    if (std::string own = context_.source.part(ast); !own.empty()) return taken(std::move(own), context_.pool[ast]);
  }
  return made(ast);
}

std::vector<OwnPrinter::Unit> OwnPrinter::units(Ast ast) {
  const AstNode node = context_.pool[ast];
  std::vector<Unit> found;
  const std::size_t count = node.children.size();
  for (std::size_t begin = 0; begin < count;) {
    std::size_t end = begin + 1;
    const bool is_sum = node.kind == AstKind::sum;
    for (std::size_t last = count; last > begin + 1 && notation_.keeps_parts; --last) {
      if (begin == 0 && last == count) continue;  // the whole was asked for before
      if (is_sum && node.operators[begin] == Operator::minus) break;
      const Ast run = part_at(context_.pool, {{}, ast, begin, last, false});
      std::string own = context_.source.part(run);
      if (own.empty()) continue;
      found.push_back({taken(std::move(own), context_.pool[run]), begin, last});
      end = last;
      break;
    }
    if (end == begin + 1) found.push_back({piece(node.children[begin]), begin, end});
    begin = end;
  }
  return found;
}

std::string OwnPrinter::joint(const AstNode& node, std::size_t i, std::string_view standard) const {
  const Operator op = node.operators[node.kind == AstKind::sum ? i + 1 : i];
  if (notation_.keeps_parts) {
    if (const std::string* own = context_.source.joint(node.children[i], op, node.children[i + 1])) return *own;
  }
  if (!notation_.is_explicit) {
    if (const std::string* own = context_.source.joint(op)) return *own;
  }
  return std::string(standard);
}

OwnPrinter::Piece OwnPrinter::sum(Ast ast) {
  const AstNode node = context_.pool[ast];
  std::string text;
  for (const Unit& unit : units(ast)) {
    const bool is_minus = node.operators[unit.begin] == Operator::minus;
    if (unit.begin == 0)
      text = is_minus ? "-" : "";
    else
      text += joint(node, unit.begin - 1, is_minus ? " - " : " + ");
    // a + (b + c) needs no brackets, a - (b + c) does; a sign stands at the front alone.
    const bool is_open = unit.piece.level == Level::negate && unit.begin == 0 && !is_minus;
    text += is_open || (unit.piece.level >= Level::sum && !is_minus && unit.end > unit.begin + 1) ? unit.piece.text
            : unit.piece.level == Level::negate || unit.piece.text.starts_with('-')
                ? bracketed(unit.piece.text)
                : inside(unit.piece, Level::product);
  }
  return {text, Level::sum, false, {}};
}

std::optional<Shape> OwnPrinter::shape(Ast ast) const {
  const SheetValue value = context_.sheet.value(printed(context_.pool, ast, {}), context_.indices);
  if (!value.is_good()) return std::nullopt;
  return value.surface;
}

bool OwnPrinter::is_column(Ast ast) const {
  const auto found = shape(ast);
  return found && found->size() == 2 && context_.sheet.pool().dims().is_one((*found)[1]);
}

bool OwnPrinter::is_row(Ast ast) const {
  const auto found = shape(ast);
  return found && found->size() == 2 && context_.sheet.pool().dims().is_one((*found)[0]);
}

}  // namespace gradwright::check
