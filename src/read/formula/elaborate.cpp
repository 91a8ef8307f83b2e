// Names, calls and the dispatch over kinds of expressions.
#include "read/formula/elaborate.h"

#include <fmt/format.h>

#include <algorithm>

#include "read/formula/builtins.h"

namespace gradwright::formula {
namespace {

constexpr int max_depth = 300;

}  // namespace

Value Elaborator::literal(Rational value) {
  Value result;
  result.expr = make_literal(pool_, value);
  return result;
}

Value Elaborator::size_value(Dim dim) {
  Value result;
  result.expr = make_size(pool_, dim);
  return result;
}

void Elaborator::restart() {
  constexpr std::size_t most_calls = 4096;
  if (memo_.size() > most_calls) memo_.clear();
  indices_.clear();
  open_indices_.clear();
  bounds.clear();
  work_ = 0;
  gave_up_ = false;
}

Value Elaborator::value_of(Ast ast) {
  if (ast.is_none() || reporter_.is_full()) return {};
  const std::size_t max_work = 10000 + 8 * asts_.size();
  if (depth_ >= max_depth || work_ >= max_work) {
    if (!gave_up_)
      error("G0107", asts_[ast].span,
            work_ >= max_work ? "this sheet is too large to read" : "calls are nested too deep here");
    gave_up_ = gave_up_ || work_ >= max_work;
    return {};
  }
  ++depth_;
  ++work_;
  Value value = dispatch(ast);
  --depth_;
  return value;
}

Value Elaborator::dispatch(Ast ast) {
  const AstNode& node = asts_[ast];
  switch (node.kind) {
    case AstKind::number: return literal(node.value);
    case AstKind::name: return named(ast);
    case AstKind::negate: return negated_value(value_of(node.children[0]));
    case AstKind::sum: return sum(ast);
    case AstKind::product: return product(ast);
    case AstKind::power: return power(ast);
    case AstKind::transpose: {
      const Value inner = value_of(node.children[0]);
      if (inner.is_poisoned()) return {};
      if (!inner.is_tensor()) return transposed_value(inner);
      Diagnostic& diagnostic = error("G0211", node.span,
                                     fmt::format("cannot transpose {} ({}): it has {} axes", quoted(node.children[0]),
                                                 size_text(inner.surface), inner.surface.size()))
                                   .about(mismatch({inner.surface}));
      diagnostic.help("index notation says which axes change places: `B[j,i,k] = A[i,j,k]`");
      return {};
    }
    case AstKind::index: return index(ast);
    case AstKind::call: return call(ast);
    case AstKind::prime_call: return prime_call(ast);
    case AstKind::compare: return comparison(ast);
    case AstKind::block: return block(ast);
    case AstKind::all:
    case AstKind::range:
    case AstKind::named_argument: break;
  }
  error("G0101", node.span, "this cannot stand here");
  return {};
}

Value Elaborator::negated_value(Value value) {
  if (value.is_poisoned()) return {};
  value.expr = negated(pool_, value.expr);
  value.is_anonymous = true;
  return value;
}

const Binding* Elaborator::binding(std::string_view name) const {
  const auto found = bindings.find(name);
  return found == bindings.end() ? nullptr : &found->second;
}

std::optional<Index> Elaborator::index_named(std::string_view name) const {
  for (auto it = open_indices_.rbegin(); it != open_indices_.rend(); ++it) {
    if (it->first == name) return it->second;
  }
  return std::nullopt;
}

Value Elaborator::named(Ast ast) {
  const AstNode& node = asts_[ast];
  if (index_named(node.text)) {
    error("G0210", node.span, fmt::format("the index `{}` is not a number", node.text))
        .help("an index stands in brackets only: `x[i]`");
    return {};
  }
  if (!frames_.empty()) {
    if (const auto found = frames_.back().arguments.find(node.text); found != frames_.back().arguments.end())
      return found->second;
  }
  if (const Binding* known = binding(node.text)) {
    if (known->kind == Binding::Kind::later) {
      Diagnostic& diagnostic = error("G0305", node.span, fmt::format("`{}` is used before its definition", node.text));
      const bool is_itself = text_->place(known->span.begin).line == text_->place(node.span.begin).line;
      if (is_itself) {
        diagnostic.message = fmt::format("`{}` is used in its own definition", node.text);
        diagnostic.help(
            fmt::format("a definition is no assignment: give the new value another name, such as `{}2`", node.text));
      } else {
        diagnostic.label(known->span, "defined here");
        diagnostic.help("move its line up");
      }
      return {};
    }
    return known->value;
  }
  if (has_symbol(node.text)) return size_value(pool_.dims().symbol(node.text));
  if (node.text == "pi" || node.text == "π") {
    Value value;
    value.expr = make_map(pool_, Function::acos, {make_literal(pool_, -1)});
    return value;
  }
  unknown_name(node);
  return {};
}

Value Elaborator::call(Ast ast) {
  const AstNode& node = asts_[ast];
  if (node.text.starts_with('|')) return bars(ast);
  if (const auto own = functions.find(node.text); own != functions.end()) {
    if (own->second.is_later) {
      Diagnostic& diagnostic = error("G0305", node.span, fmt::format("`{}` is used before its definition", node.text));
      diagnostic.label(own->second.span, "defined here");
      diagnostic.help("move its line up");
      return {};
    }
    if (!own->second.is_prelude || !is_builtin(node.text)) return own_call(ast, own->second);
  }
  if (const Builtin* builtin = builtin_named(node.text)) {
    const std::size_t count = node.children.size();
    if (count < builtin->least || count > builtin->most) {
      error("G0304", node.span, fmt::format("`{}` takes {}, not {}", node.text, builtin->usage, count));
      return {};
    }
    return builtin->make(*this, ast);
  }
  if (const auto function = function_named(node.text); function && *function != Function::power) {
    const std::size_t arity = scalar_function(*function).arity;
    if (node.children.size() != arity) {
      error("G0304", node.span,
            fmt::format("`{}` takes {} argument{}, not {}", node.text, arity, arity == 1 ? "" : "s",
                        node.children.size()));
      return {};
    }
    std::vector<Value> values;
    bool good = true;
    for (const Ast child : node.children) {
      values.push_back(value_of(child));
      good = good && !values.back().is_poisoned();
    }
    if (!good) return {};
    if (arity == 2 && !values[0].is_scalar() && !values[1].is_scalar() && values[0].surface != values[1].surface) {
      hadamard_mismatch(values[0], values[1], node.children[0], node.children[1], node.text.c_str(), node.span);
      return {};
    }
    return mapped(*function, values);
  }
  std::vector<Value> arguments;
  for (const Ast child : node.children) arguments.push_back(value_of(child));
  if (const Binding* variable = binding(node.text)) {
    Diagnostic& diagnostic = error("G0303", node.span, fmt::format("`{}` is not a function", node.text));
    diagnostic.label(variable->span, "defined here");
    diagnostic.help(fmt::format("a product is written with `*`: `{}*(…)`; an entry is `{}[…]`", node.text, node.text));
    return {};
  }
  Diagnostic& diagnostic = error("G0303", node.span, fmt::format("unknown function `{}`", node.text));
  if (is_known_elsewhere(diagnostic, node, arguments)) return {};
  if (node.text.starts_with('d') && help_with_function(diagnostic, node.text.substr(1))) return {};  // df(x)/dx
  if (const std::string near = nearest_name(node.text, true); !near.empty()) {
    suggest(diagnostic, {node.span.begin, static_cast<std::uint32_t>(node.span.begin + node.text.size())}, near);
  }
  return {};
}

Value Elaborator::own_call(Ast ast, const OwnFunction& function) {
  const AstNode& node = asts_[ast];
  if (node.children.size() != function.parameters.size()) {
    Diagnostic& diagnostic =
        error("G0304", node.span,
              fmt::format("`{}` takes {} argument{}, not {}", node.text, function.parameters.size(),
                          function.parameters.size() == 1 ? "" : "s", node.children.size()));
    if (!function.is_prelude) diagnostic.label(function.span, "defined here");
    std::string usage;
    for (const NameAt& parameter : function.parameters) usage += (usage.empty() ? "" : ", ") + parameter.text;
    diagnostic.help(fmt::format("write `{}({})`", node.text, usage));
    return {};
  }
  Frame frame;
  frame.function = node.text;
  frame.is_prelude = function.is_prelude || (!frames_.empty() && frames_.back().is_prelude);
  frame.call = at(node.span);
  MemoKey key{node.text, {}};
  bool good = true;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const Value value = value_of(node.children[i]);
    good = good && !value.is_poisoned();
    if (!good) continue;
    key.arguments.push_back(value.expr.value);
    key.arguments.push_back(value.is_anonymous ? 1 : 0);
    key.arguments.push_back(value.surface.size());
    for (const Dim dim : value.surface) key.arguments.push_back(dim.value);
    key.arguments.push_back(value.indices.size());
    for (const Index one : value.indices) key.arguments.push_back(one);
    frame.arguments[function.parameters[i].text] = value;
    frame.argument_asts[function.parameters[i].text] = node.children[i];
  }
  if (!good) return {};
  for (const Frame& outer : frames_) {
    if (outer.function != node.text) continue;
    error("G0305", node.span, fmt::format("`{}` calls itself", node.text))
        .help("a recursion over layers is written out, layer by layer");
    return {};
  }
  if (const auto known = memo_.find(key); known != memo_.end()) return known->second;
  const std::size_t errors = reporter_.count();
  frames_.push_back(std::move(frame));
  const auto open = std::move(open_indices_);
  open_indices_.clear();
  Value value = value_of(function.body);
  open_indices_ = open;
  frames_.pop_back();
  if (reporter_.count() != errors) value = {};
  memo_.emplace(std::move(key), value);
  return value;
}

Value Elaborator::prime_call(Ast ast) {
  const AstNode& node = asts_[ast];
  if (node.children.size() != 1) {
    error("G0304", node.span, fmt::format("`{}'` takes 1 argument, not {}", node.text, node.children.size()));
    return {};
  }
  const Value argument = value_of(node.children[0]);
  if (argument.is_poisoned()) return {};
  if (node.primes > 1) {
    error("G0303", node.span, fmt::format("a second derivative `{}''` cannot be written this way", node.text))
        .help("`hessian(sum(f(z)), z)` has it on its diagonal");
    return {};
  }
  const auto own = functions.find(node.text);
  const bool is_own =
      own != functions.end() && !(own->second.is_prelude && is_builtin(node.text)) && !own->second.is_later;
  if (!is_own && node.text == "square") return added({{2, argument}});
  if (const auto function = is_own ? std::nullopt : function_named(node.text);
      function && scalar_function(*function).arity == 1) {
    const Value image = mapped(*function, {argument});
    Value result = image;
    const ScalarFunction& row = scalar_function(*function);
    if (pool_.kind(image.expr) != Kind::map || row.derivative == nullptr) return {};
    result.expr = row.derivative(pool_, image.expr, 0);
    result.is_anonymous = true;
    return result;
  }
  if (is_own && own->second.parameters.size() == 1 && derivative && argument.indices.empty()) {
    const Span span = node.span;
    const std::string parameter = own->second.parameters[0].text;
    const Ast body = own->second.body;
    Value free = argument;
    free.expr = make_input(
        pool_, {fmt::format("{}′{}", node.text, argument.expr.value), Role::cut, Property::none, argument.surface});
    free.is_anonymous = false;
    Frame frame;
    frame.function = node.text;
    frame.is_prelude = own->second.is_prelude;
    frame.call = at(span);
    frame.arguments[parameter] = free;
    frame.argument_asts[parameter] = node.children[0];
    frames_.push_back(std::move(frame));
    const Value image = value_of(body);
    frames_.pop_back();
    if (image.is_poisoned()) return {};
    if (image.surface == argument.surface) {
      Value result = argument;
      const Expr slope = derivative(pool_, summed_all(pool_, image.expr), free.expr);
      result.expr = slope.is_none() ? slope : substituted(pool_, slope, free.expr, argument.expr);
      result.is_anonymous = true;
      return result;
    }
  }
  Diagnostic& diagnostic =
      error("G0303", node.span,
            fmt::format("`{}'` is not known: `{}` is no elementwise function of one argument", node.text, node.text));
  if (binding(node.text) != nullptr)
    diagnostic.help(fmt::format("a product with a transpose is written `{}'*(…)`", node.text));
  else
    diagnostic.help(fmt::format("`jacobian({}(z), z)` is the derivative of any function", node.text));
  return {};
}

}  // namespace gradwright::formula
