#include "read/numpy/arguments.h"

#include <algorithm>
#include <array>

namespace gradwright::numpy {
namespace {

constexpr std::string_view of_an_axis = "axis dim keepdims keepdim dtype";
constexpr std::string_view of_storage = "dtype order device requires_grad";

constexpr std::array understood_functions{
    Understood{"add", 2, ""},
    Understood{"subtract", 2, ""},
    Understood{"sub", 2, ""},
    Understood{"multiply", 2, ""},
    Understood{"mul", 2, ""},
    Understood{"divide", 2, ""},
    Understood{"true_divide", 2, ""},
    Understood{"div", 2, ""},
    Understood{"power", 2, ""},
    Understood{"pow", 2, ""},
    Understood{"float_power", 2, ""},
    Understood{"maximum", 2, ""},
    Understood{"minimum", 2, ""},
    Understood{"greater", 2, ""},
    Understood{"less", 2, ""},
    Understood{"greater_equal", 2, ""},
    Understood{"less_equal", 2, ""},
    Understood{"equal", 2, ""},
    Understood{"logical_and", 2, ""},
    Understood{"logical_or", 2, ""},
    Understood{"dot", 2, ""},
    Understood{"matmul", 2, ""},
    Understood{"mm", 2, ""},
    Understood{"mv", 2, ""},
    Understood{"bmm", 2, ""},
    Understood{"inner_product", 2, ""},
    Understood{"outer", 2, ""},
    Understood{"inner", 2, ""},
    Understood{"vdot", 2, ""},
    Understood{"kron", 2, ""},
    Understood{"solve", 2, ""},
    Understood{"matrix_power", 2, ""},
    Understood{"einsum", 99, "optimize"},
    Understood{"sum", 2, of_an_axis},
    Understood{"mean", 2, of_an_axis},
    Understood{"max", 2, of_an_axis},
    Understood{"min", 2, of_an_axis},
    Understood{"amax", 2, of_an_axis},
    Understood{"amin", 2, of_an_axis},
    Understood{"prod", 2, of_an_axis},
    Understood{"var", 2, "axis dim keepdims keepdim dtype ddof=0"},
    Understood{"std", 2, "axis dim keepdims keepdim dtype ddof=0"},
    Understood{"average", 2, "axis keepdims"},
    Understood{"logsumexp", 2, "axis dim keepdims keepdim"},
    Understood{"softmax", 2, "axis dim"},
    Understood{"log_softmax", 2, "axis dim"},
    Understood{"norm", 2, "ord axis dim keepdims keepdim"},
    Understood{"where", 3, ""},
    Understood{"clip", 3, ""},
    Understood{"heaviside", 2, ""},
    Understood{"transpose", 3, "axes"},
    Understood{"permute", 3, ""},
    Understood{"swapaxes", 3, ""},
    Understood{"t", 1, ""},
    Understood{"inv", 1, ""},
    Understood{"pinv", 1, ""},
    Understood{"det", 1, ""},
    Understood{"trace", 1, "offset=0"},
    Understood{"tril", 1, "k=0"},
    Understood{"triu", 1, "k=0"},
    Understood{"diag", 1, "k=0"},
    Understood{"diagflat", 1, "k=0"},
    Understood{"diagonal", 1, "offset=0"},
    Understood{"flatten", 2, "order"},
    Understood{"ravel", 2, "order"},
    Understood{"reshape", 4, "order"},
    Understood{"view", 3, ""},
    Understood{"squeeze", 1, ""},
    Understood{"expand_dims", 2, "axis"},
    Understood{"unsqueeze", 2, "dim"},
    Understood{"concatenate", 2, "axis dim"},
    Understood{"cat", 2, "axis dim"},
    Understood{"append", 3, "axis"},
    Understood{"hstack", 1, ""},
    Understood{"vstack", 1, ""},
    Understood{"column_stack", 1, ""},
    Understood{"row_stack", 1, ""},
    Understood{"block", 1, ""},
    Understood{"len", 1, ""},
    Understood{"eye", 2, "k=0 dtype order device requires_grad"},
    Understood{"identity", 2, "dtype", 1},
    Understood{"ones", 2, of_storage, 1},
    Understood{"zeros", 2, of_storage, 1},
    Understood{"full", 2, of_storage},
    Understood{"ones_like", 2, of_storage, 1},
    Understood{"zeros_like", 2, of_storage, 1},
    Understood{"full_like", 2, of_storage},
    Understood{"copy", 1, "order"},
    Understood{"deepcopy", 1, ""},
    Understood{"astype", 2, "dtype copy order", 1},
    Understood{"array", 2, "dtype copy order", 1},
    Understood{"asarray", 2, "dtype order", 1},
    Understood{"asanyarray", 2, "dtype order", 1},
    Understood{"ascontiguousarray", 2, "dtype", 1},
    Understood{"tensor", 1, of_storage},
    Understood{"to", 2, "dtype device", 1},
    Understood{"clone", 1, ""},
    Understood{"detach", 1, ""},
    Understood{"cpu", 1, ""},
    Understood{"numpy", 1, ""},
    Understood{"item", 1, ""},
    Understood{"contiguous", 1, ""},
    Understood{"nan_to_num", 1, ""},
    Understood{"float", 1, ""},
    Understood{"float32", 1, ""},
    Understood{"float64", 1, ""},
    Understood{"double", 1, ""},
    Understood{"int", 1, ""},
    Understood{"int32", 1, ""},
    Understood{"int64", 1, ""},
    Understood{"bool", 1, ""},
    Understood{"bool_", 1, ""},
};

}  // namespace

const Understood* understood(std::string_view function) {
  const auto* const found = std::find_if(understood_functions.begin(), understood_functions.end(),
                                         [&](const Understood& one) { return one.function == function; });
  return found == understood_functions.end() ? nullptr : found;
}

bool understands(const Understood& function, std::string_view keyword, Py value) {
  std::string_view rest = function.keywords;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t sign = one.find('=');
    if (one.substr(0, sign) != keyword) continue;
    return sign == std::string_view::npos || value->text == one.substr(sign + 1);
  }
  return false;
}

ElementType element_type(std::string_view name) {
  if (name.starts_with("float") || name == "double" || name == "dtype") return ElementType::real;
  if (name.starts_with("int") || name == "long") return ElementType::whole;
  if (name.starts_with("bool")) return ElementType::truth;
  return name.starts_with("uint") || name.starts_with("complex") ? ElementType::other : ElementType::none;
}

ElementType element_type(Py node) {
  if (node->kind == PyKind::text) return element_type(std::string_view(node->text));
  const bool is_builtin =
      node->kind == PyKind::name && (node->text == "float" || node->text == "int" || node->text == "bool");
  const bool is_attribute = node->kind == PyKind::attribute && node->children[0]->kind == PyKind::name;
  return is_builtin || is_attribute ? element_type(std::string_view(node->text)) : ElementType::none;
}

}  // namespace gradwright::numpy
