// Sizes: how they are written, where they come from, and arithmetic on them that cannot explode.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "read/formula/builtins.h"
#include "read/formula/elaborate.h"

namespace gradwright::formula {
namespace {

constexpr std::int64_t most_size = std::int64_t{1} << 40U;

Extent extent_of(const DimTable& dims, Dim dim) {
  const auto& terms = dims.polynomial(dim);
  Extent extent;
  for (const auto& [monomial, coefficient] : terms) {
    for (const DimSymbol symbol : monomial) extent.symbols.push_back(dims.symbol_name(symbol));
  }
  if (const auto number = dims.constant_value(dim))
    extent.atom = std::to_string(*number);
  else if (terms.size() == 1 && extent.symbols.size() == 1 && terms.begin()->second == 1)
    extent.atom = extent.symbols[0];
  return extent;
}

}  // namespace

Diagnostic& Elaborator::error(const char* code, Span span, std::string message) {
  Diagnostic& diagnostic = reporter_.error(code, at(span), std::move(message));
  if (!frames_.empty()) {
    if (frames_.back().is_prelude)
      diagnostic.note(fmt::format("inside `{}`, which is written in the worksheet language", frames_.back().function));
    else
      diagnostic.label(frames_.back().call, fmt::format("called here"));
  }
  return diagnostic;
}

Span Elaborator::at(Span span) const {
  return !frames_.empty() && frames_.back().is_prelude ? frames_.back().call : span;
}

std::string Elaborator::raw(Ast ast) const {
  const Text& text = !frames_.empty() && frames_.back().is_prelude && prelude_text != nullptr ? *prelude_text : *text_;
  std::string written;
  bool space = false;
  for (const char c : text.slice(asts_[ast].span)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!(blank && space)) written += blank ? ' ' : c;
    space = blank;
  }
  return written;
}

std::string Elaborator::quoted(Ast ast) const {
  std::string written = raw(ast);
  if (frames_.size() == 1 && frames_[0].is_prelude) {  // an argument of the prelude as the sheet writes it
    const auto argument = frames_[0].argument_asts.find(written);
    if (argument != frames_[0].argument_asts.end()) written = text_->slice(asts_[argument->second].span);
  }
  if (written.size() > 60) {
    std::size_t stop = 57;
    while (stop > 0 && (static_cast<unsigned char>(written[stop]) & 0xC0U) == 0x80) --stop;
    written = written.substr(0, stop) + "…";
  }
  return fmt::format("`{}`", written);
}

std::string Elaborator::dim_text(Dim dim) const {
  std::string text = pool_.dims().to_string(dim);
  return text.find(' ') == std::string::npos ? text : fmt::format("({})", text);
}

std::string Elaborator::counted(Dim dim, const char* noun) const {
  return fmt::format("{} {}{}", dim_text(dim), noun, pool_.dims().is_one(dim) ? "" : "s");
}

std::string Elaborator::size_text(const Shape& surface) const {
  if (surface.empty()) return "scalar";
  std::string text;
  for (const Dim dim : surface) text += (text.empty() ? "" : "×") + dim_text(dim);
  return text;
}

SizeMismatch Elaborator::mismatch(const std::vector<Shape>& surfaces, SizeMismatch::Rule rule) const {
  SizeMismatch fact{{}, rule};
  for (const Shape& surface : surfaces) {
    if (surface.empty()) continue;
    fact.sizes.emplace_back();
    for (const Dim dim : surface) fact.sizes.back().push_back(extent_of(pool_.dims(), dim));
  }
  return fact;
}

Shape Elaborator::normal(Shape surface) const {
  const bool is_one = surface.size() <= 2 &&
                      std::all_of(surface.begin(), surface.end(), [&](Dim dim) { return pool_.dims().is_one(dim); });
  return is_one ? Shape{} : surface;
}

bool Elaborator::is_vector(const Value& v) const {
  return v.surface.size() == 2 && (pool_.dims().is_one(v.surface[0]) || pool_.dims().is_one(v.surface[1]));
}

Shape Elaborator::axes(const Value& v) const {
  Shape all(v.extents.begin(), v.extents.end());
  const Shape own = surface_axes(v);
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

void Elaborator::label(Diagnostic& diagnostic, Ast ast, const Value& value) const {
  if (!frames_.empty() && frames_.back().is_prelude) {
    diagnostic.note(fmt::format("{} is {}", quoted(ast), size_text(value.surface)));
    return;
  }
  diagnostic.label(asts_[ast].span, value.is_scalar() ? std::string("scalar") : size_text(value.surface));
}

std::string Elaborator::origin(Ast ast, std::size_t axis, int depth) const {
  if (depth > 60 || ast.is_none()) return {};
  const AstNode& node = asts_[ast];
  static constexpr std::array<const char*, 2> side{"rows", "columns"};
  const auto is_scalar = [&](Ast child) {
    const AstNode& one = asts_[child];
    if (one.kind == AstKind::number) return true;
    if (one.kind == AstKind::name) {
      const Binding* known = binding(one.text);
      return known == nullptr || known->value.is_poisoned() || known->value.is_scalar();
    }
    return false;
  };
  switch (node.kind) {
    case AstKind::name: {
      if (!frames_.empty()) {
        if (const auto argument = frames_.back().arguments.find(node.text);
            argument != frames_.back().arguments.end()) {
          return fmt::format("the {} of the argument `{}`", side[axis], node.text);
        }
      }
      const Binding* known = binding(node.text);
      if (known == nullptr || known->value.surface.size() != 2) return {};
      const std::size_t line = text_->place(known->span.begin).line;
      const bool is_one = pool_.dims().is_one(known->value.surface[axis]);
      const std::string part = is_one ? axis == 0 ? "row" : "column" : fmt::format("{} of", side[axis]);
      if (known->kind == Binding::Kind::input)
        return fmt::format("the {} `{}` (declared line {})", part, node.text, line);
      const std::string own = known->is_below ? fmt::format("the {} `{}`", part, node.text)
                                              : fmt::format("the {} `{}` (line {})", part, node.text, line);
      const std::string from = is_one ? "" : origin(known->ast, axis, depth + 1);
      if (depth > 0 && !from.empty()) return from;
      return from.empty() ? own : fmt::format("{}, from {}", own, from);
    }
    case AstKind::negate: return origin(node.children[0], axis, depth + 1);
    case AstKind::power: return origin(node.children[0], axis, depth + 1);
    case AstKind::transpose: return origin(node.children[0], 1 - axis, depth + 1);
    case AstKind::sum:
    case AstKind::compare:
      for (const Ast child : node.children) {
        if (is_scalar(child)) continue;
        if (std::string found = origin(child, axis, depth + 1); !found.empty()) return found;
      }
      return {};
    case AstKind::product: {
      const std::size_t count = node.children.size();
      for (std::size_t i = 0; i < count; ++i) {
        const Ast child = node.children[axis == 0 ? i : count - 1 - i];
        if (is_scalar(child)) continue;
        return origin(child, axis, depth + 1);
      }
      return {};
    }
    case AstKind::call:
    case AstKind::prime_call:
      if (node.children.empty()) return {};
      if (node.kind == AstKind::prime_call ||
          (function_named(node.text) && functions.find(node.text) == functions.end()) ||
          node.text.starts_with("softmax") || node.text.starts_with("log_softmax")) {
        for (const Ast child : node.children) {
          if (std::string found = is_scalar(child) ? "" : origin(child, axis, depth + 1); !found.empty()) return found;
        }
      }
      return {};
    default: return {};
  }
}

std::optional<Dim> Elaborator::guarded(Dim dim, Span span) {
  const auto& terms = pool_.dims().polynomial(dim);
  bool fits = terms.size() <= 32;
  for (const auto& [monomial, coefficient] : terms)
    fits = fits && monomial.size() <= 24 && coefficient < most_size && coefficient > -most_size;
  if (fits) return dim;
  error("G0005", span, "this size is too large");
  return std::nullopt;
}

std::optional<Dim> Elaborator::dim_sum(Dim a, Dim b, std::int64_t factor, Span span) {
  return guarded(pool_.dims().sum(a, b, factor), span);
}

std::optional<Dim> Elaborator::dim_product(Dim a, Dim b, Span span) {
  const auto width = [&](Dim dim) { return pool_.dims().polynomial(dim).size(); };
  const auto largest = [&](Dim dim) {
    double most = 0;
    for (const auto& [monomial, coefficient] : pool_.dims().polynomial(dim))
      most = std::max(most, std::abs(static_cast<double>(coefficient)));
    return most;
  };
  if (width(a) * width(b) > 256 || largest(a) * largest(b) * 32 > static_cast<double>(most_size) * 32) {
    error("G0005", span, "this size is too large");
    return std::nullopt;
  }
  return guarded(pool_.dims().product(a, b), span);
}

std::optional<Dim> Elaborator::dim_of(Ast ast, bool declares) {
  const AstNode& node = asts_[ast];
  DimTable& dims = pool_.dims();
  const auto child = [&](std::size_t i) { return dim_of(node.children[i], declares); };
  switch (node.kind) {
    case AstKind::number:
      if (node.value.is_integer() && node.value.num() < most_size) return dims.constant(node.value.num());
      error("G0104", node.span, fmt::format("the size `{}` is not a whole number", node.text));
      return std::nullopt;
    case AstKind::name: {
      if (!frames_.empty()) {
        if (const auto passed = frames_.back().arguments.find(node.text);
            passed != frames_.back().arguments.end() && !passed->second.is_poisoned()) {
          const Node& inner = pool_[passed->second.expr];
          if (inner.kind == Kind::literal && std::get<Rational>(inner.payload).is_integer())
            return dims.constant(std::get<Rational>(inner.payload).num());
          if (inner.kind == Kind::einsum && inner.operands.empty() && inner.shape.empty()) {
            Dim all = dims.one();
            for (const Dim dim : std::get<EinsumLabels>(inner.payload).dims) {
              const auto next = dim_product(all, dim, node.span);
              if (!next) return std::nullopt;
              all = *next;
            }
            return all;
          }
          error("G0104", node.span, fmt::format("`{}` is not a size here", node.text));
          return std::nullopt;
        }
      }
      if (!declares && !has_symbol(node.text)) {
        const Binding* known = binding(node.text);
        if (known != nullptr && known->kind == Binding::Kind::poisoned) return std::nullopt;
        const bool is_index = !open_indices_.empty() && known == nullptr;
        Diagnostic& diagnostic =
            error("G0301", node.span, fmt::format("unknown {} `{}`", is_index ? "index" : "size", node.text));
        if (is_index) {
          diagnostic.help(
              fmt::format("let it stand on the left (`Z[i,{0}] = …`), or sum over it (`sum({0}, …)`)", node.text));
        } else if (known != nullptr && !known->value.is_poisoned()) {
          diagnostic.note(fmt::format("`{}` is a variable, not a dimension", node.text));
          if (known->value.surface.size() == 2)
            diagnostic.help(fmt::format("`rows({})` and `cols({})` are its sizes", node.text, node.text));
        } else {
          diagnostic.help("sizes are the symbols of declarations, `rows(A)` and `cols(A)`");
        }
        return std::nullopt;
      }
      note_symbol(node.text);
      return dims.symbol(node.text, at(node.span));
    }
    case AstKind::negate: {
      const auto inner = child(0);
      return inner ? dim_sum(dims.constant(0), *inner, -1, node.span) : std::nullopt;
    }
    case AstKind::sum: {
      std::optional<Dim> total = dims.constant(0);
      for (std::size_t i = 0; i < node.children.size() && total; ++i) {
        const auto term = child(i);
        if (!term) return std::nullopt;
        total = dim_sum(*total, *term, node.operators[i] == Operator::minus ? -1 : 1, node.span);
      }
      return total;
    }
    case AstKind::product: {
      auto total = child(0);
      for (std::size_t i = 1; i < node.children.size() && total; ++i) {
        const auto factor = child(i);
        if (!factor) return std::nullopt;
        const Operator op = node.operators[i - 1];
        if (op == Operator::times || op == Operator::dot_times) {
          total = dim_product(*total, *factor, node.span);
          continue;
        }
        const auto top = dims.constant_value(*total);
        const auto bottom = dims.constant_value(*factor);
        if ((op != Operator::over && op != Operator::dot_over) || !top || !bottom || *bottom <= 0 ||
            *top % *bottom != 0) {
          error("G0104", node.span, fmt::format("the size {} is not a polynomial with whole coefficients", quoted(ast)))
              .about(mismatch({Shape{*total}, Shape{*factor}}));
          return std::nullopt;
        }
        total = dims.constant(*top / *bottom);
      }
      return total;
    }
    case AstKind::power: {
      const auto base = child(0);
      const AstNode& exponent = asts_[node.children[1]];
      if (!base) return std::nullopt;
      if (exponent.kind == AstKind::number && exponent.value.is_integer() && exponent.value.num() <= 8) {
        std::optional<Dim> total = dims.one();
        for (std::int64_t i = 0; i < exponent.value.num() && total; ++i) total = dim_product(*total, *base, node.span);
        return total;
      }
      break;
    }
    case AstKind::call:
      if ((node.text == "rows" || node.text == "cols") && node.children.size() == 1) {
        const Value value = value_of(node.children[0]);
        if (value.is_poisoned() || value.is_tensor()) break;
        return node.text == "rows" ? rows_of(value) : cols_of(value);
      }
      break;
    default: break;
  }
  error("G0104", node.span, fmt::format("{} is not a size", quoted(ast)))
      .help("a size is a polynomial in symbols and whole numbers: `2*n + 1`");
  return std::nullopt;
}

}  // namespace gradwright::formula
