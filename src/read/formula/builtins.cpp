#include "read/formula/builtins.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "read/formula/functions_access.h"

namespace gradwright::formula {
namespace {

using B = Builtins;
constexpr std::size_t many = 1000;

constexpr std::array<Builtin, 69> table{{
    {"sum", 1, many, "1 argument, or indices and a body", B::sum},
    {"mean", 1, 1, "1 argument", B::mean},
    {"prod", 1, many, "1 argument, or indices and a body", B::prod},
    {"prod_others", 1, 1, "1 argument", B::prod_others},
    {"rowprod_others", 1, 1, "1 argument", B::prod_others},
    {"colprod_others", 1, 1, "1 argument", B::prod_others},
    {"max", 1, 2, "1 or 2 arguments", B::max},
    {"min", 1, 2, "1 or 2 arguments", B::min},
    {"var", 1, 1, "1 argument", B::var},
    {"norm1", 1, 1, "1 argument", B::norm1},
    {"norm2", 1, 1, "1 argument", B::norm2},
    {"norm", 1, 1, "1 argument", B::norm2},
    {"dot", 2, 2, "2 arguments", B::dot},
    {"tr", 1, 1, "1 argument", B::tr},
    {"trace", 1, 1, "1 argument", B::tr},
    {"det", 1, 1, "1 argument", B::det},
    {"determinant", 1, 1, "1 argument", B::det},
    {"logdet", 1, 1, "1 argument", B::logdet},
    {"logsumexp", 1, 1, "1 argument", B::logsumexp},
    {"rowsum", 1, 1, "1 argument", B::along},
    {"rowmean", 1, 1, "1 argument", B::along},
    {"rowmax", 1, 1, "1 argument", B::along},
    {"rowmin", 1, 1, "1 argument", B::along},
    {"rowprod", 1, 1, "1 argument", B::along},
    {"colsum", 1, 1, "1 argument", B::along},
    {"colmean", 1, 1, "1 argument", B::along},
    {"colmax", 1, 1, "1 argument", B::along},
    {"colmin", 1, 1, "1 argument", B::along},
    {"colprod", 1, 1, "1 argument", B::along},
    {"logsumexp_rows", 1, 1, "1 argument", B::along},
    {"logsumexp_cols", 1, 1, "1 argument", B::along},
    {"softmax", 1, 1, "1 argument", B::softmax},
    {"softmax_rows", 1, 1, "1 argument", B::softmax},
    {"softmax_cols", 1, 1, "1 argument", B::softmax},
    {"log_softmax", 1, 1, "1 argument", B::softmax},
    {"log_softmax_rows", 1, 1, "1 argument", B::softmax},
    {"log_softmax_cols", 1, 1, "1 argument", B::softmax},
    {"eye", 1, 1, "a size (1 argument)", B::eye},
    {"ones", 1, many, "sizes (1, 2 or more arguments)", B::ones},
    {"zeros", 1, many, "sizes (1, 2 or more arguments)", B::ones},
    {"diag", 1, 1, "1 argument", B::diag},
    {"vec", 1, 1, "1 argument", B::vec},
    {"reshape", 2, many, "a matrix and its new size (2 or more arguments)", B::reshape},
    {"hcat", 1, many, "1 or more arguments", B::hcat},
    {"vcat", 1, many, "1 or more arguments", B::vcat},
    {"outer", 2, 2, "2 arguments", B::outer},
    {"inv", 1, 1, "1 argument", B::inv},
    {"inverse", 1, 1, "1 argument", B::inv},
    {"kron", 2, 2, "2 arguments", B::kron},
    {"solve", 2, 2, "2 arguments", B::solve},
    {"commutation", 2, 2, "2 sizes", B::commutation},
    {"rot180", 1, 1, "1 argument", B::rot180},
    {"flip", 1, 1, "1 argument", B::flip},
    {"transpose", 1, 1, "1 argument", B::transpose},
    {"tril", 1, 1, "1 argument", B::triangle},
    {"triu", 1, 1, "1 argument", B::triangle},
    {"rows", 1, 1, "1 argument", B::size},
    {"cols", 1, 1, "1 argument", B::size},
    {"delta", 2, 2, "2 indices, or sums of them", B::delta},
    {"square", 1, 1, "1 argument", B::square},
    {"pow", 2, 2, "2 arguments", B::pow},
    {"conv", 2, 2, "2 arguments", B::conv},
    {"conv_full", 2, 2, "2 arguments", B::conv_full},
    {"maxpool", 2, 3, "a matrix and the size of its windows (2 or 3 arguments)", B::maxpool},
    {"maxpool_mask", 2, 3, "a matrix and the size of its windows (2 or 3 arguments)", B::maxpool_mask},
    {"conv2d", 2, 4, "an image, a kernel, `stride=` and `pad=` (2 to 4 arguments)", B::conv2d},
    {"grad", 2, 2, "2 arguments", B::grad},
    {"jacobian", 2, 2, "2 arguments", B::jacobian},
    {"hessian", 2, 2, "2 arguments", B::hessian},
}};

}  // namespace

const Builtin* builtin_named(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Builtin& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

bool is_builtin(std::string_view name) {
  const auto function = function_named(name);
  return builtin_named(name) != nullptr || (function && *function != Function::power);
}

std::vector<std::string_view> builtin_names() {
  std::vector<std::string_view> names;
  for (const Builtin& row : table) names.push_back(row.name);
  return names;
}

std::vector<Value> Builtins::arguments(E& e, Ast call) {
  std::vector<Value> values;
  bool good = true;
  for (const Ast child : std::vector<Ast>(e.asts_[call].children)) {
    values.push_back(e.value_of(child));
    good = good && !values.back().is_poisoned();
  }
  return good ? values : std::vector<Value>{};
}

void Builtins::wrong_shape(E& e, Ast call, std::size_t which, const Value& value, const char* wanted) {
  const AstNode& node = e.asts_[call];
  const Ast argument = node.children[which];
  const bool needs_square = std::string_view(wanted) == "a square matrix";
  Diagnostic& diagnostic = e.error(needs_square ? "G0204" : "G0208", e.asts_[argument].span,
                                   fmt::format("`{}` takes {}, and {} is {}", node.text, wanted, e.quoted(argument),
                                               value.is_scalar() ? "a scalar" : e.size_text(value.surface)))
                               .about(e.mismatch({value.surface}));
  e.label(diagnostic, argument, value);
  if (!needs_square && value.surface.size() == 2 && is_builtin(node.text + "_rows"))
    diagnostic.help(fmt::format("along a matrix: `{0}_rows({1})` or `{0}_cols({1})`", node.text, e.raw(argument)));
  if (!needs_square || value.surface.size() != 2) {
    if (diagnostic.helps.empty()) diagnostic.help(fmt::format("`{}` takes {}", node.text, wanted));
    return;
  }
  e.note_origin(diagnostic, argument, value, 0);
  e.note_origin(diagnostic, argument, value, 1);
  e.note_symbols(diagnostic, value.surface[0], value.surface[1]);
  e.help_square(diagnostic, argument, value);
}

Value Builtins::matrix_argument(E& e, Ast call, std::size_t which) {
  const Value value = e.value_of(e.asts_[call].children[which]);
  if (value.is_poisoned() || !value.is_tensor()) return value;
  wrong_shape(e, call, which, value, "a vector or a matrix");
  return {};
}

bool Builtins::equal_shapes(E& e, Ast call, const Value& a, const Value& b) {
  if (a.surface == b.surface) return true;
  const AstNode& node = e.asts_[call];
  e.hadamard_mismatch(a, b, node.children[0], node.children[1], node.text.c_str(), node.span);
  return false;
}

bool is_index_reduction(const AstNode& node) {
  return node.kind == AstKind::call && (node.text == "sum" || node.text == "prod") && node.children.size() > 1;
}

}  // namespace gradwright::formula
