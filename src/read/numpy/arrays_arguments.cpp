// Arguments of calls: what is not understood is refused; what dtype, order and axes say.
#include <fmt/format.h>

#include <algorithm>

#include "ir/functions.h"
#include "read/numpy/arguments.h"
#include "read/numpy/arrays.h"

namespace gradwright::numpy {

/// Refuses an argument that may change the result and is not understood.
bool Arrays::takes(const Call& made) {
  const std::string& name = made.function;
  const bool is_own = sheet_.is_own_function(name);
  const Understood* listed = is_own ? nullptr : understood(name);
  const bool takes_any = listed == nullptr && (is_own || sheet_.is_function(name)) && !is_of_one(name);
  const Understood function = listed != nullptr ? *listed : Understood{name, takes_any ? made.nodes.size() : 1, ""};
  for (const auto& [word, given] : made.keywords) {
    if (understands(function, word, given)) continue;
    (void)fail("G0612", given->span, fmt::format("`{}` of `{}` is not read", word, name), "write out what it does");
    return false;
  }
  if (made.nodes.size() > function.positional) {
    (void)fail("G0612", made.nodes[function.positional]->span, fmt::format("this argument of `{}` is not read", name),
               "write out what it does");
    return false;
  }
  return true;
}

/// A function of each entry, or the derivative of one.
bool Arrays::is_of_one(const std::string& name) const {
  const auto known = gradwright::function_named(name);
  return known && scalar_function(*known).arity == 1;
}

/// The type of entries that the call asks for; null where it asks for none.
Py Arrays::type_of(const Call& made) {
  if (const auto given = made.keywords.find("dtype"); given != made.keywords.end()) return given->second;
  const Understood* function = understood(made.function);
  const std::size_t at = function == nullptr ? 0 : function->element_type_at;
  return at != 0 && made.nodes.size() > at ? made.nodes[at] : nullptr;
}

/// True where each entry is a size or a whole number as written.
bool Arrays::is_whole(const Array& array) {
  if (!array.is_list) return array.dim || array.is_boolean;
  return std::all_of(array.elements.begin(), array.elements.end(), [](const Array& one) { return is_whole(one); });
}

Array Arrays::converted(Array array, ElementType type, Span span) {
  if (type == ElementType::truth) return array.is_list ? truth_of(literal(array, span), span) : truth_of(array, span);
  if (type == ElementType::none || type == ElementType::other)
    return fail("G0612", span, "this type of entries is not read", "convert to `float`");
  if (type == ElementType::whole && !is_whole(array))
    return fail("G0612", span, "a conversion to whole numbers is not read: it cuts decimals off",
                "leave it out, or convert to `float`");
  if (array.is_list) return literal(array, span);
  array.is_boolean = false;
  return array;
}

/// Where an array is not zero.
Array Arrays::truth_of(const Array& array, Span span) {
  if (!array.is_good() || array.is_boolean) return array;
  return operated("!=", array, {sketcher_.number("0", span), true, {}, {}, {}, false}, span);
}

/// Whether entries are taken by columns (order 'F') and not by rows; nothing after an error.
std::optional<bool> Arrays::is_by_columns(const Call& made) {
  Py order = nullptr;
  if (made.nodes.size() > 1 && made.nodes.back()->kind == PyKind::text) order = made.nodes.back();
  if (const auto given = made.keywords.find("order"); given != made.keywords.end()) order = given->second;
  if (order == nullptr || order->text == "C") return false;
  if (order->kind == PyKind::text && order->text == "F") return true;
  (void)fail("G0612", order->span, "this order of entries is not read", "write 'C' (by rows) or 'F' (by columns)");
  return std::nullopt;
}

/// A.transpose(1, 0), np.transpose(A, (0, 1)), np.swapaxes(A, 0, 1), A.T of one argument.
Array Arrays::permuted(const Call& made) {
  const Array& array = made.arguments[0];
  std::vector<Array> axes(made.arguments.begin() + 1, made.arguments.end());
  if (const auto given = made.keywords.find("axes"); given != made.keywords.end()) axes = {value(given->second)};
  if (failed_) return {};
  if (axes.size() == 1 && axes[0].is_list) axes = std::vector<Array>(axes[0].elements);
  const bool swaps = made.function == "swapaxes" || (made.module == "torch" && made.function == "transpose");
  if (axes.empty() && !swaps) return transposed(array, made.span);
  std::vector<std::int64_t> places;
  for (const Array& axis : axes) {
    const auto number = axis.dim ? sketcher_.dims().constant_value(*axis.dim) : std::nullopt;
    if (!number || *number < -2 || *number > 1)
      return fail("G0612", made.span, "these axes are not read", "write 0 and 1");
    places.push_back(*number < 0 ? *number + 2 : *number);
  }
  if (places.size() != 2 || !array.is_known || array.shape.size() != 2 || (!swaps && places[0] == places[1]))
    return fail("G0612", made.span, "these axes are not read", "write both axes of an array of two axes");
  const bool is_turned = swaps ? places[0] != places[1] : places[0] == 1;
  return is_turned ? transposed(array, made.span) : array;
}

}  // namespace gradwright::numpy
