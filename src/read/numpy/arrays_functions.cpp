// The functions of NumPy and its kin, and their methods: np.sum(A, axis=0) and A.sum(axis=0) are one.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "ir/functions.h"
#include "read/numpy/arrays.h"

namespace gradwright::numpy {
namespace {

const std::map<std::string_view, std::string_view> renamed{{"absolute", "abs"},
                                                           {"fabs", "abs"},
                                                           {"expit", "sigmoid"},
                                                           {"logistic", "sigmoid"},
                                                           {"sigm", "sigmoid"},
                                                           {"ReLU", "relu"},
                                                           {"Relu", "relu"},
                                                           {"arctan", "atan"},
                                                           {"arcsin", "asin"},
                                                           {"arccos", "acos"},
                                                           {"log_sigmoid", "logsigmoid"},
                                                           {"sigmoid_function", "sigmoid"},
                                                           {"sgn", "sign"},
                                                           {"leakyrelu", "leaky_relu"},
                                                           {"leaky_ReLU", "leaky_relu"},
                                                           {"sigmoid_activation", "sigmoid"},
                                                           {"nonlin", "sigmoid"}};
const std::map<std::string_view, std::string_view> binary{
    {"multiply", "*"},    {"mul", "*"},     {"divide", "/"},       {"true_divide", "/"},
    {"div", "/"},         {"add", "+"},     {"subtract", "-"},     {"sub", "-"},
    {"power", "**"},      {"pow", "**"},    {"float_power", "**"}, {"maximum", "max"},
    {"minimum", "min"},   {"greater", ">"}, {"less", "<"},         {"greater_equal", ">="},
    {"less_equal", "<="}, {"equal", "=="},  {"logical_and", "&"},  {"logical_or", "|"}};
const std::set<std::string_view> products{"dot", "matmul", "mm", "mv", "bmm", "inner_product"};
const std::set<std::string_view> same{
    "copy",   "astype", "asarray", "array",      "ascontiguousarray", "float",  "int",   "float64", "int64", "int32",
    "bool",   "bool_",  "float32", "asanyarray", "nan_to_num",        "tensor", "clone", "detach",  "numpy", "item",
    "double", "to",     "cpu",     "deepcopy",   "contiguous"};
const std::set<std::string_view> reductions{"sum",  "mean", "max", "min",       "amax",   "amin",
                                            "prod", "var",  "std", "logsumexp", "average"};

/// `sigmoid_prime`, `d_sigmoid`, `drelu`: the function whose derivative it is.
std::string derived_function(const std::string& name) {
  static constexpr std::array<std::string_view, 10> endings{"_prime",    "_derivative", "_deriv", "_der", "_grad",
                                                            "_gradient", "_backward",   "Prime",  "_d",   "Derivative"};
  static constexpr std::array<std::string_view, 6> beginnings{"d_", "grad_", "derivative_", "deriv_", "d", "der_"};
  const auto plain = [](std::string text) {
    if (const auto other = renamed.find(text); other != renamed.end()) text = other->second;
    const auto known = gradwright::function_named(text);
    return known && scalar_function(*known).arity == 1 ? text : std::string();
  };
  for (const std::string_view ending : endings) {
    if (name.ends_with(ending)) {
      if (std::string found = plain(name.substr(0, name.size() - ending.size())); !found.empty()) return found;
    }
  }
  for (const std::string_view beginning : beginnings) {
    if (name.starts_with(beginning)) {
      if (std::string found = plain(name.substr(beginning.size())); !found.empty()) return found;
    }
  }
  return {};
}

}  // namespace

bool Arrays::axis_of(const Call& made, std::size_t position, std::optional<int>& axis, bool& keeps) {
  Py node = nullptr;
  if (const auto given = made.keywords.find("axis"); given != made.keywords.end()) node = given->second;
  if (const auto given = made.keywords.find("dim"); given != made.keywords.end()) node = given->second;
  if (node == nullptr && made.nodes.size() > position) node = made.nodes[position];
  for (const char* word : {"keepdims", "keepdim"}) {
    if (const auto given = made.keywords.find(word); given != made.keywords.end()) {
      if (!understands({"", 1, "keepdims=True keepdims=False keepdims=1 keepdims=0"}, "keepdims", given->second)) {
        (void)fail("G0612", given->second->span, fmt::format("this `{}` is not read", word), "write True or False");
        return false;
      }
      keeps = given->second->text == "True" || given->second->text == "1";
    }
  }
  if (node == nullptr || (node->kind == PyKind::name && node->text == "None")) return true;
  const bool is_negative =
      node->kind == PyKind::unary && node->text == "-" && node->children[0]->kind == PyKind::number;
  const Py number = is_negative ? node->children[0] : node;
  if (number->kind == PyKind::tuple && number->children.size() == 2) return true;  // both axes
  if (number->kind != PyKind::number || number->text.size() != 1) {
    (void)fail("G0612", node->span, "this axis is not read", "write 0, 1 or -1");
    return false;
  }
  axis = (is_negative ? -1 : 1) * (number->text[0] - '0');
  return true;
}

Array Arrays::reduction(Call& made) {
  std::string kind = made.function == "amax"      ? "max"
                     : made.function == "amin"    ? "min"
                     : made.function == "average" ? "mean"
                                                  : made.function;
  if (const Py type = type_of(made); type != nullptr && element_type(type) != ElementType::real)
    return fail("G0612", type->span, fmt::format("this `dtype` of `{}` is not read", made.function), "leave it out");
  std::optional<int> axis;
  bool keeps = false;
  if (!axis_of(made, 1, axis, keeps)) return {};
  const bool is_pythons = made.is_plain && made.keywords.empty();
  if (is_pythons && made.nodes.size() > 1)
    return fail("G0612", made.span, fmt::format("Python's own `{}` takes no axis", kind),
                fmt::format("write `np.{}`", kind));
  if (is_pythons && kind == "sum" && made.arguments[0].shape.size() == 2) axis = 0;  // row by row
  if (kind == "std") return mapped("sqrt", reduced("var", made.arguments[0], axis, keeps, made.span), made.span);
  return reduced(kind, made.arguments[0], axis, keeps, made.span);
}

Array Arrays::function(Call& made) {
  const std::string& name = made.function;
  const auto argument = [&](std::size_t i) -> const Array& { return made.arguments[i]; };
  const std::size_t count = made.arguments.size();
  if (!takes(made)) return {};
  if (auto array = made_array(made); array.is_good() || failed_) return array;
  if (count == 0)
    return fail("G0612", made.span, fmt::format("`{}` has no reading", name),
                "write it with operators and functions of NumPy");
  if (name == "einsum") return einsum(made);
  if (!argument(0).is_good())
    return fail("G0612", made.span, fmt::format("the argument of `{}` has no reading", name), "");
  if (same.contains(name)) return same_entries(made);
  const bool is_stack = name == "concatenate" || name == "hstack" || name == "vstack" || name == "column_stack" ||
                        name == "row_stack" || name == "cat" || name == "append";
  if (is_stack) return stacked(made);
  if (name == "block" && argument(0).is_list) return blocks(argument(0), made.span);
  if (argument(0).is_list && name != "where") made.arguments[0] = literal(argument(0), made.span);
  if (failed_) return {};
  if (const auto op = binary.find(name); op != binary.end() && count >= 2)
    return combined(std::string(op->second), made);
  if (products.contains(name) && count >= 2)
    return product(argument(0), argument(1), made.span, name == "dot" || name == "inner_product");
  if (reductions.contains(name)) return reduction(made);
  if (name == "where" || name == "clip" || name == "heaviside") return where(made);
  if (auto array = linear_algebra(made); array.is_good() || failed_) return array;
  return own_function(made);
}

/// np.multiply(A, B) …
Array Arrays::combined(const std::string& op, Call& made) {
  const bool is_logical = made.function.starts_with("logical");
  if (!is_logical) return operated(op, made.arguments[0], made.arguments[1], made.span);
  return operated(op, truth_of(made.arguments[0], made.span), truth_of(made.arguments[1], made.span), made.span);
}

/// copy, array, astype, np.float64 …: the same entries, as another type or in another place.
Array Arrays::same_entries(Call& made) {
  Array array = made.arguments[0];
  const Py type = type_of(made);
  const bool is_place = made.function == "to" && type != nullptr && type->kind == PyKind::text;  // 'cuda'
  if (type != nullptr && !is_place) return converted(array, element_type(type), type->span);
  if (const ElementType own = element_type(std::string_view(made.function)); own != ElementType::none)
    return converted(array, own, made.span);
  return array.is_list ? literal(array, made.span) : array;
}

Array Arrays::own_function(Call& made) {
  const std::string& name = made.function;
  std::string plain = name;
  if (const auto other = renamed.find(name); other != renamed.end()) plain = other->second;
  if (!sheet_.is_own_function(name)) {
    if (plain == "negative" && made.arguments[0].is_boolean)
      return raising(made.arguments[0].sketch, made.span, "`negative` takes no booleans: NumPy raises here",
                     "convert them: `(x > 0).astype(float)`");
    if (plain == "negative")
      return elementwise("-", {sketcher_.number("0", made.span), true, {}, {}, {}, false}, made.arguments[0],
                         made.span);
    if (plain == "reciprocal")
      return elementwise("/", {sketcher_.number("1", made.span), true, {}, {}, {}, false}, made.arguments[0],
                         made.span);
    if (plain == "square")
      return elementwise("**", made.arguments[0], {sketcher_.number("2", made.span), true, {}, {}, {}, false},
                         made.span);
    if (plain == "log2" || plain == "log10") {
      const Sketch base = sketcher_.call("log", {sketcher_.number(plain.substr(3), made.span)}, made.span);
      return elementwise("/", mapped("log", made.arguments[0], made.span), {base, true, {}, {}, {}, false}, made.span);
    }
    if (plain == "softmax" || plain == "log_softmax") {
      std::optional<int> axis;
      bool keeps = false;
      if (!axis_of(made, 1, axis, keeps)) return {};
      const Array& array = made.arguments[0];
      const bool is_matrix =
          array.is_known && array.shape.size() == 2 && !is_one(array.shape[0]) && !is_one(array.shape[1]);
      return mapped(!is_matrix ? plain : axis == 0 ? plain + "_cols" : plain + "_rows", array, made.span);
    }
    const auto known = gradwright::function_named(plain);
    if (known && *known != Function::power && scalar_function(*known).arity == 1)
      return mapped(plain, made.arguments[0], made.span);
    if (const std::string of = derived_function(name); !of.empty())
      return mapped(of + "'", made.arguments[0], made.span);
  }
  if (sheet_.is_function(plain)) {
    std::vector<Sketch> arguments;
    for (const Array& one : made.arguments) {
      if (one.sketch == nullptr)
        return fail("G0612", made.span, fmt::format("an argument of `{}` has no reading", name), "");
      arguments.push_back(one.sketch);
    }
    const Sketch call = sketcher_.call(plain, std::move(arguments), made.span);
    const SheetValue value = sheet_.value(sketcher_.written(call).gw);
    Array found;
    found.sketch = call;
    found.is_known = value.is_good();
    found.shape = value.surface;
    if (columns_ == Columns::one_axis && found.shape.size() == 2 && is_one(found.shape[1])) found.shape.pop_back();
    return found;
  }
  return fail("G0303", made.span, fmt::format("unknown function `{}`", name),
              fmt::format("define it in the sheet: `{}(x) = …`, or write it out", name));
}

Array Arrays::where(Call& made) {
  const auto& arguments = made.arguments;
  const auto number_of = [&](const Array& array) {
    return array.dim ? sketcher_.dims().constant_value(*array.dim) : std::nullopt;
  };
  const auto constant = [&](const char* text) {
    return Array{sketcher_.number(text, made.span), true, {}, {}, {}, false};
  };
  if (made.function == "heaviside" && arguments.size() == 2) {
    const Array above = mapped("step", arguments[0], made.span);
    if (number_of(arguments[1]) == 0) return above;
    const Array at_zero = elementwise("==", arguments[0], constant("0"), made.span);
    return elementwise("+", above, elementwise("*", at_zero, arguments[1], made.span), made.span);
  }
  if (arguments.size() != 3)
    return fail("G0612", made.span, fmt::format("`{}` takes three arguments here", made.function), "");
  for (const Array& one : arguments) {
    if (one.sketch == nullptr) return fail("G0612", made.span, "an argument has no reading", "");
  }
  if (made.function == "clip")
    return elementwise("min", elementwise("max", arguments[0], arguments[1], made.span), arguments[2], made.span);
  Array condition = truth_of(arguments[0], made.span);
  condition.is_boolean = false;
  const auto yes = number_of(arguments[1]);
  const auto no = number_of(arguments[2]);
  Array other = condition;
  other.sketch = sketcher_.sum({sketcher_.number("1", made.span), condition.sketch}, {false, true}, made.span);
  if (yes == 1 && no == 0) return condition;
  if (yes == 0 && no == 1) return other;
  const Array first = yes == 1 ? condition : elementwise("*", condition, arguments[1], made.span);
  const Array second = no == 1 ? other : elementwise("*", other, arguments[2], made.span);
  if (no == 0) return first;
  if (yes == 0) return second;
  return elementwise("+", first, second, made.span);
}

/// eye, ones, zeros …; no array where the function is another.
Array Arrays::made_array(Call& made) {
  const std::string& name = made.function;
  if (name == "len" && made.arguments.size() == 1) {
    const Array& array = made.arguments[0];
    if (!array.is_known || array.shape.empty()) return fail("G0612", made.span, "the length of this is not known", "");
    return of_dim(array.shape[0], made.span);
  }
  if (name == "ones_like" || name == "zeros_like" || name == "full_like") {
    if (made.arguments.empty() || !made.arguments[0].is_known || made.arguments[0].is_list)
      return fail("G0612", made.span, "the shape of this is not known", "");
    Array found = made.arguments[0];
    found.dim.reset();
    const std::vector<Dim> shape = found.shape;
    const bool fills = name == "full_like";
    if (fills && made.arguments.size() < 2)
      return fail("G0612", made.span, "`full_like` takes an array and a value", "");
    Sketch value = fills ? made.arguments[1].sketch : sketcher_.number(name == "ones_like" ? "1" : "0", made.span);
    found.sketch = value;
    if (is_scalar(found)) return found;
    std::vector<Sketch> sizes;
    for (const Dim dim : shape) sizes.push_back(sketcher_.size(dim, made.span));
    found.sketch =
        sketcher_.sized_call(name == "zeros_like" ? "zeros" : "ones", std::move(sizes), made.span, extents(shape));
    if (fills) found.sketch = sketcher_.product(value, "*", found.sketch);
    return found;
  }
  if (name != "eye" && name != "identity" && name != "ones" && name != "zeros" && name != "full") return {};
  if (made.arguments.empty()) return fail("G0612", made.span, fmt::format("`{}` has no size", name), "");
  std::vector<Array> sizes =
      made.arguments[0].is_list ? made.arguments[0].elements : std::vector<Array>{made.arguments[0]};
  std::vector<Dim> shape;
  std::vector<Sketch> texts;
  for (const Array& size : sizes) {
    if (!size.dim) return fail("G0612", made.span, "a size here is no size", "write numbers, or `x.shape[0]`");
    shape.push_back(*size.dim);
    texts.push_back(sketcher_.size(*size.dim, made.span));
  }
  if (shape.empty() || shape.size() > 2) return fail("G0612", made.span, "arrays of one or two axes are read", "");
  Array found;
  if (name == "eye" || name == "identity") {
    if (name == "eye" && made.nodes.size() > 1 && (!made.arguments[1].dim || *made.arguments[1].dim != shape[0]))
      return fail("G0612", made.nodes[1]->span, "`eye` is read where it has as many columns as rows",
                  "write it out with `np.hstack`");
    found.shape = {shape[0], shape[0]};
    found.sketch = sketcher_.sized_call("eye", {texts[0]}, made.span, extents(found.shape));
    return found;
  }
  found.shape = shape;
  found.sketch = sketcher_.number(name == "zeros" ? "0" : "1", made.span);
  if (!is_scalar(found))
    found.sketch =
        sketcher_.sized_call(name == "zeros" ? "zeros" : "ones", std::move(texts), made.span, extents(shape));
  if (name == "full") {
    if (made.arguments.size() < 2 || made.arguments[1].sketch == nullptr)
      return fail("G0612", made.span, "`full` takes a shape and a value", "");
    found.sketch = sketcher_.product(made.arguments[1].sketch, "*", found.sketch);
  }
  return found;
}

}  // namespace gradwright::numpy
