#include "read/numpy/classes.h"

#include "read/numpy/arrays.h"

namespace gradwright::numpy {
namespace {

bool is_last_axis(Py node) {
  if (node->kind == PyKind::keyword) return node->text == "axis" && is_last_axis(node->children[0]);
  const bool is_negative = node->kind == PyKind::unary && node->text == "-";
  const Py number = is_negative ? node->children[0] : node;
  return number->kind == PyKind::number && number->text == "1";
}

}  // namespace

std::string argmax_of_rows(Py node) {
  if (node == nullptr || node->kind != PyKind::call) return {};
  const Py function = node->children[0];
  if (function->kind != PyKind::attribute || function->text != "argmax") return {};
  const std::string owner = Arrays::name_of(function->children[0]);
  const bool is_method = owner != "np" && owner != "numpy";
  const std::size_t count = node->children.size();
  if (count != (is_method ? 2U : 3U) || !is_last_axis(node->children[count - 1])) return {};
  return is_method ? owner : Arrays::name_of(node->children[1]);
}

std::optional<OneOffEachRow> one_off_each_row(const PyStatement& line, const PyNode& target) {
  const bool is_one = line.word == "-" && line.value->kind == PyKind::number && line.value->text.starts_with('1') &&
                      line.value->text.find_first_not_of(".0", 1) == std::string::npos &&
                      (line.value->text.size() == 1 || line.value->text[1] == '.');
  if (!is_one || target.children.size() != 3 || target.children[1] == nullptr || target.children[2] == nullptr)
    return std::nullopt;
  const Py rows = target.children[1];
  if (rows->kind != PyKind::call || rows->children.size() != 2 || rows->children[0] == nullptr) return std::nullopt;
  const std::string& function = rows->children[0]->text;
  if (function != "range" && function != "arange") return std::nullopt;
  const Py classes = target.children[2];
  if (Arrays::name_of(classes).empty() && argmax_of_rows(classes).empty()) return std::nullopt;
  return OneOffEachRow{rows->children[1], classes};
}

}  // namespace gradwright::numpy
