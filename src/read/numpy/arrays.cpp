// Names, operators, attributes, calls.
#include "read/numpy/arrays.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradwright::numpy {

/// `np`, `torch` …: a name that the code does not use otherwise.
bool Arrays::is_module(Py node) const {
  static const std::set<std::string_view> modules{"np",  "numpy", "jnp",     "torch",  "tf",   "math",   "nn",
                                                  "F",   "scipy", "special", "linalg", "sp",   "K",      "keras",
                                                  "jax", "cp",    "mx",      "nd",     "self", "backend"};
  if (node->kind != PyKind::name || names.contains(node->text) || !sheet_name(node->text).empty()) return false;
  return modules.contains(node->text) && (frames_.empty() || !frames_.back().contains(node->text));
}

Array Arrays::fail(const char* code, Span span, std::string message, std::string help, Fact fact) {
  if (!failed_) diagnostics_.push_back(error(code, std::move(message)).at(span).about(std::move(fact)));
  if (!failed_ && !help.empty()) diagnostics_.back().help(std::move(help));
  failed_ = true;
  return {};
}

Array Arrays::value(Py node) {
  constexpr int most_depth = 600;
  constexpr std::size_t most_work = 20000;
  if (depth_ == 0) failed_ = false;
  if (node == nullptr || failed_) return {};
  if (depth_ >= most_depth || ++work_ > most_work)
    return fail("G0612", node->span, "this code is too large to read", "give names to its parts");
  ++depth_;
  Array found;
  switch (node->kind) {
    case PyKind::number: found = number(*node); break;
    case PyKind::name: found = name(*node); break;
    case PyKind::unary: found = unary(*node); break;
    case PyKind::binary: {
      Array left = value(node->children[0]);
      Array right = failed_ ? Array{} : value(node->children[1]);
      if (!failed_) found = operated(node->text, std::move(left), std::move(right), node->span);
      break;
    }
    case PyKind::attribute: found = attribute(*node); break;
    case PyKind::call: found = call(*node); break;
    case PyKind::subscript: found = subscript(*node); break;
    case PyKind::list:
    case PyKind::tuple: found = list(*node); break;
    case PyKind::text:
    case PyKind::slice:
    case PyKind::keyword:
    case PyKind::conditional:
      found = fail("G0612", node->span, "a conditional expression is not read",
                   "write it as an array expression: `np.where(condition, a, b)`");
      break;
    case PyKind::lambda:
    case PyKind::other:
      found = fail("G0612", node->span, "this has no reading as an array", "write it as an array expression");
      break;
  }
  --depth_;
  if (!failed_ && sketcher_.is_oversized()) return fail("G0612", node->span, "a size here is too large", "");
  if (!failed_ && !found.is_good())
    return fail("G0612", node->span, "this has no reading as an array", "write it as an array expression");
  if (failed_) return {};
  if (found.sketch != nullptr) found.sketch = sketcher_.standing(found.sketch, node->span);
  return found;
}

Array Arrays::of_dim(Dim dim, Span span) {
  Array found;
  found.sketch = sketcher_.size(dim, span);
  found.dim = dim;
  return found;
}

Array Arrays::number(const PyNode& node) {
  std::string text = node.text;
  if (text.ends_with('.')) text.pop_back();
  if (const std::size_t point = text.find(".e"); point != std::string::npos) text.erase(point, 1);
  if (const std::size_t point = text.find(".E"); point != std::string::npos) text.erase(point, 1);
  Array found;
  const bool is_whole = text.find_first_not_of("0123456789") == std::string::npos;
  if (text.size() > 1 && text[0] == '0' && is_whole && text.find_first_not_of('0') == std::string::npos) text = "0";
  found.sketch = sketcher_.number(text, node.span);
  if (is_whole && text.size() < 10 && node.text == text) found.dim = sketcher_.dims().constant(std::stoll(text));
  return found;
}

std::string Arrays::sheet_name(const std::string& name) const {
  const auto knows = [&](const std::string& text) {
    return sheet_.shape_of(text).has_value() || sheet_.is_dimension(text);
  };
  if (knows(name)) return name;
  std::string plain = name;
  while (plain.ends_with('_')) plain.pop_back();
  if (plain == "lam" || plain == "lamb" || plain == "lmbda" || plain == "lambd" || plain == "reg") plain = "lambda";
  if (knows(plain)) return plain;
  std::string joined;
  std::copy_if(name.begin(), name.end(), std::back_inserter(joined), [](char c) { return c != '_'; });
  return knows(joined) ? joined : std::string();
}

Array Arrays::of_sheet(const std::string& name, Span span) {
  Array found;
  const auto shape = sheet_.shape_of(name);
  if (!shape) return of_dim(sketcher_.dims().symbol(name), span);
  found.sketch = sketcher_.word(name, span, sketcher_.extents_of(shape));
  found.shape.assign(shape->begin(), shape->end());
  if (shape->size() > 2) found.is_known = false;
  const bool is_column = shape->size() == 2 && is_one((*shape)[1]);
  const bool is_open = is_column && !columns_of_two_axes_.contains(name);
  met_column_ = met_column_ || is_open;
  if (is_open && columns_ == Columns::one_axis) found.shape.pop_back();
  const bool is_defined = sheet_.program().definition(name) != nullptr;
  found.may_have_axes =
      shape->empty() && (columns_of_two_axes_.contains(name) || (is_defined && columns_ == Columns::two_axes));
  return found;
}

Array Arrays::name(const PyNode& node) {
  if (!frames_.empty()) {
    if (const auto found = frames_.back().find(node.text); found != frames_.back().end()) return found->second;
  }
  if (const auto found = names.find(node.text); found != names.end()) {
    Array again = found->second;
    if (raising_names.contains(node.text))
      return raising(again.sketch, node.span, fmt::format("`{}` has no value: NumPy raises in its line", node.text),
                     "mend its line first");
    if (again.sketch != nullptr && again.sketch->form == reading::Form::word)
      again.sketch = sketcher_.word(again.sketch->text, node.span, again.sketch->extents);
    return again;
  }
  if (poisoned.contains(node.text)) {
    failed_ = true;
    return {};
  }
  if (const std::string known = sheet_name(node.text); !known.empty()) return of_sheet(known, node.span);
  if (node.text == "True" || node.text == "False") {
    Array found;
    found.sketch = sketcher_.number(node.text == "True" ? "1" : "0", node.span);
    found.is_boolean = true;
    return found;
  }
  const std::string near = sheet_.nearest_name(node.text);
  return fail("G0301", node.span, fmt::format("unknown name `{}`", node.text),
              near.empty() ? "declare it in the sheet, or assign it above" : fmt::format("did you mean `{}`?", near),
              UnknownName{node.text});
}

std::string Arrays::name_of(Py node) {
  if (node == nullptr) return {};
  if (node->kind == PyKind::name) return node->text;
  const bool is_path = node->kind == PyKind::attribute &&
                       (node->children[0]->kind == PyKind::name || node->children[0]->kind == PyKind::attribute);
  if (is_path) {
    const std::string owner = node->text == "grad" ? name_of(node->children[0]) : "";
    return owner.empty() || owner == "self" ? node->text : owner + "_grad";
  }
  if (node->kind == PyKind::subscript && node->children.size() == 2 && node->children[1] != nullptr &&
      node->children[1]->kind == PyKind::text) {
    const std::string& key = node->children[1]->text;
    const bool is_gradient = name_of(node->children[0]).find("grad") != std::string::npos;
    const bool says_so = key.starts_with('d') || key.find("grad") != std::string::npos;
    return is_gradient && !says_so && !key.empty() ? "grad_" + key : key;
  }
  return {};
}

Array Arrays::unary(const PyNode& node) {
  Array inner = value(node.children[0]);
  if (failed_) return {};
  if (inner.is_list) return fail("G0612", node.span, "a list is no array here", "write `np.array([…])`");
  if (node.text == "-") {
    if (inner.is_boolean)
      return raising(sketcher_.negated(inner.sketch, node.span), node.span, "`-` takes no booleans: NumPy raises here",
                     "write `~` for those that are not, or multiply by -1");
    inner.sketch = sketcher_.negated(inner.sketch, node.span);
    if (inner.dim) inner.dim = sketcher_.size_sum(sketcher_.dims().constant(0), *inner.dim, -1);
    return inner;
  }
  inner.sketch = sketcher_.sum({sketcher_.number("1", node.span), inner.sketch}, {false, true}, node.span);
  inner.dim.reset();
  if (!inner.is_boolean)
    return fail("G0612", node.span, fmt::format("`{}` is read of booleans only", node.text), "compare: `x == 0`");
  return inner;
}

Array Arrays::operated(const std::string& op, Array a, Array b, Span span) {
  if (!a.is_good() || !b.is_good()) return {};
  if (op == "@" && a.is_boolean && b.is_boolean)
    return fail("G0612", span, "a product of booleans is true or false in NumPy", "convert: `(x > 0).astype(float)`");
  if (op == "@") return product(a, b, span);
  if (op == "//") return fail("G0612", span, "`//` rounds down: it is not read", "divide with `/`");
  if (op == "%") return fail("G0612", span, fmt::format("`{}` has no reading", op), "");
  if (op == "!=") {
    Array equal = elementwise("==", a, b, span);
    if (!equal.is_good()) return {};
    equal.sketch = sketcher_.sum({sketcher_.number("1", span), equal.sketch}, {false, true}, span);
    return equal;
  }
  const bool is_logical = op == "&" || op == "and" || op == "|" || op == "or";
  if (is_logical && !(a.is_boolean && b.is_boolean))
    return fail("G0612", span, fmt::format("`{}` is read between booleans only", op), "compare: `x != 0`");
  if (a.is_boolean && b.is_boolean) {
    if (op == "-")
      return raising(elementwise("-", a, b, span).sketch, span, "`-` takes no booleans: NumPy raises here",
                     "convert them: `(x > 0).astype(float)`");
    const bool is_either = op == "|" || op == "or" || op == "+";
    if (is_either || op == "*" || is_logical) {  // `+` is or, `*` is and
      Array found = elementwise(is_either ? "max" : "*", a, b, span);
      found.is_boolean = true;
      return found;
    }
  }
  if (op == "^") return fail("G0612", span, "`^` is no power in Python", "a power is written `**`");
  Array found = elementwise(op, a, b, span);
  if (a.dim && b.dim && (op == "+" || op == "-" || op == "*")) {
    found.dim =
        op == "*" ? sketcher_.size_product(*a.dim, *b.dim) : sketcher_.size_sum(*a.dim, *b.dim, op == "-" ? -1 : 1);
  } else if (found.is_good()) {
    found.dim.reset();
  }
  return found;
}

Array Arrays::attribute(const PyNode& node) {
  const Py base = node.children[0];
  if (base->kind == PyKind::name && (base->text == "np" || base->text == "numpy" || base->text == "math")) {
    Array found;
    if (node.text == "newaxis") return fail("G0612", node.span, "`np.newaxis` stands in an index only", "");
    if (node.text == "pi" || node.text == "e") {
      const bool is_pi = node.text == "pi";  // to all digits
      found.sketch =
          sketcher_.call(is_pi ? "acos" : "exp", {sketcher_.number(is_pi ? "-1" : "1", node.span)}, node.span);
      return found;
    }
  }
  const bool is_path = base->kind == PyKind::name && !names.contains(base->text) && sheet_name(base->text).empty() &&
                       (frames_.empty() || !frames_.back().contains(base->text));
  if (is_path && node.text != "T" && node.text != "shape") {  // self.W1, params.W1
    PyNode plain_name = node;
    plain_name.kind = PyKind::name;
    return name(plain_name);
  }
  const Array array = value(base);
  if (failed_) return {};
  if (node.text == "T" || node.text == "mT" || node.text == "H") return transposed(array, node.span);
  if (node.text == "data" || node.text == "real") return array;
  if (node.text == "shape") {
    Array found;
    found.is_list = true;
    for (const Dim dim : array.shape) found.elements.push_back(of_dim(dim, node.span));
    return found;
  }
  if (node.text == "size") {
    Dim total = sketcher_.dims().one();
    for (const Dim dim : array.shape) total = sketcher_.size_product(total, dim);
    return of_dim(total, node.span);
  }
  if (node.text == "ndim")
    return of_dim(sketcher_.dims().constant(static_cast<std::int64_t>(array.shape.size())), node.span);
  return fail("G0612", node.span, fmt::format("`.{}` has no reading", node.text),
              "write it with operators and functions of NumPy");
}

Array Arrays::call(const PyNode& node) {
  const Py callee = node.children[0];
  Call made;
  made.span = node.span;
  std::size_t first = 1;
  if (callee->kind == PyKind::name) {
    made.function = callee->text;
    made.is_plain = true;
    if (const auto own = helpers.find(callee->text); own != helpers.end()) return helper_call(own->second, node);
  } else if (callee->kind == PyKind::attribute) {
    made.function = callee->text;
    Py base = callee->children[0];
    while (base->kind == PyKind::attribute &&
           (base->text == "linalg" || base->text == "special" || base->text == "functional" || base->text == "nn"))
      base = base->children[0];
    const bool of_module = is_module(base);
    if (of_module && base->text == "self" && helpers.contains(callee->text))
      return helper_call(helpers.at(callee->text), node);
    if (of_module) {
      made.module = base->text;
    } else {
      made.arguments.push_back(value(base));
      made.nodes.push_back(base);
      first = 1;
    }
  } else {
    return fail("G0612", node.span, "this call has no reading", "call a function by its name");
  }
  for (std::size_t i = first; i < node.children.size() && !failed_; ++i) {
    const Py child = node.children[i];
    if (child->kind == PyKind::keyword) {
      made.keywords[child->text] = child->children[0];
      continue;
    }
    made.nodes.push_back(child);
    const bool is_none = child->kind == PyKind::name && child->text == "None";
    const bool is_text = child->kind == PyKind::text || is_none || element_type(child) != ElementType::none;
    made.arguments.push_back(is_text ? Array{} : value(child));
  }
  if (failed_) return {};
  return function(made);
}

Array Arrays::helper_call(const OwnHelper& helper, const PyNode& node) {
  std::map<std::string, Array> frame;
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    const Py child = node.children[i];
    const bool is_keyword = child->kind == PyKind::keyword;
    if (!is_keyword && i > helper.parameters.size())
      return fail("G0612", node.span, "there are more arguments than the function takes", "");
    Array argument = value(is_keyword ? child->children[0] : child);
    if (failed_) return {};
    frame[is_keyword ? child->text : helper.parameters[i - 1]] = std::move(argument);
  }
  for (const std::string& parameter : helper.parameters) {
    if (!frame.contains(parameter))
      return fail("G0612", node.span, fmt::format("`{}` is not given here: what stands for it is not read", parameter),
                  "give it in the call");
  }
  constexpr std::size_t most_calls = 20;
  if (frames_.size() > most_calls) return fail("G0612", node.span, "this function calls itself", "write it out");
  frames_.push_back(std::move(frame));
  Array found = value(helper.body);
  frames_.pop_back();
  return failed_ ? Array{} : found;
}

Array Arrays::list(const PyNode& node) {
  Array found;
  found.is_list = true;
  for (const Py child : node.children) {
    found.elements.push_back(value(child));
    if (failed_) return {};
  }
  return found;
}

Array Arrays::literal(const Array& list, Span span) {
  std::vector<Sketch> entries;
  std::vector<std::uint32_t> rows;
  DimTable& dims = sketcher_.dims();
  const bool is_matrix = !list.elements.empty() && list.elements[0].is_list;
  std::size_t width = 0;
  for (const Array& row : list.elements) {
    if (row.is_list != is_matrix) return fail("G0612", span, "the rows of this array differ in length", "");
    const std::vector<Array> cells = is_matrix ? row.elements : std::vector<Array>{row};
    if (width != 0 && cells.size() != width) return fail("G0612", span, "the rows of this array differ in length", "");
    width = cells.size();
    for (const Array& cell : cells) {
      if (cell.sketch == nullptr || !is_scalar(cell))
        return fail("G0612", span, "the entries of this array are no numbers",
                    "stack arrays with `np.vstack` or `np.hstack`");
      entries.push_back(cell.sketch);
    }
    rows.push_back(static_cast<std::uint32_t>(width));
  }
  if (entries.empty()) return fail("G0612", span, "this array is empty", "");
  Array found;
  found.shape.push_back(dims.constant(static_cast<std::int64_t>(rows.size())));
  if (is_matrix) found.shape.push_back(dims.constant(static_cast<std::int64_t>(width)));
  found.sketch = entries.size() == 1 ? entries[0] : sketcher_.block(std::move(entries), std::move(rows), span);
  return found;
}

}  // namespace gradwright::numpy
