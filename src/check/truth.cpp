#include "check/truth.h"

#include <algorithm>
#include <charconv>

#include "check/own_names.h"
#include "derive/jacobian.h"
#include "ir/facts.h"
#include "ir/make.h"
#include "read/reading/claims.h"
#include "simplify/simplify.h"

namespace gradwright::check {
namespace {

Dim count_of(DimTable& dims, const Shape& shape) {
  Dim total = dims.one();
  for (const Dim dim : shape) total = dims.product(total, dim);
  return total;
}

const Declaration* declared(const OpenSheet& sheet, std::string_view name) { return sheet.program().declaration(name); }

}  // namespace

Expr expr_named(const OpenSheet& sheet, std::string_view name) {
  if (const Declaration* declaration = declared(sheet, name)) return declaration->input;
  if (const Definition* definition = sheet.program().definition(name)) return definition->expr;
  return {};
}

namespace {

/// The sheet read anew with `wrt` free: cut from its definition, or freed from its facts.
struct FreeReading {
  std::optional<OpenSheet> sheet;
  Expr variable;
};

std::optional<FreeReading> freed(OpenSheet& sheet, const std::string& wrt) {
  Pool& pool = sheet.pool();
  FreeReading reading;
  const Expr plain = expr_named(sheet, wrt);
  if (plain.is_none()) return std::nullopt;
  const Declaration* declaration = declared(sheet, wrt);
  if (declaration != nullptr && !has_facts_at_a_point(pool, plain)) {
    reading.variable = plain;
    return reading;
  }
  ReadOptions options = reading_options();
  if (declaration != nullptr)
    options.unconstrained.insert(wrt);
  else
    options.cuts.insert(wrt);
  const Text text(sheet.text().name(), sheet.text().content().substr(0, sheet.line_begin()));
  reading.sheet.emplace(text, pool, std::move(options));
  reading.variable = expr_named(*reading.sheet, wrt);
  return reading.variable.is_none() || pool.kind(reading.variable) != Kind::input ? std::nullopt
                                                                                  : std::optional(std::move(reading));
}

/// Back from the free variable to what it stands for.
Expr bound(OpenSheet& sheet, const std::string& wrt, Expr variable, Expr tensor) {
  const Expr plain = expr_named(sheet, wrt);
  return plain == variable ? tensor : substituted(sheet.pool(), tensor, {{variable, plain}});
}

Expr simple(Pool& pool, Expr e, const Names& names) {
  Trace trace;
  return simplified(pool, {e}, names, trace)[0];
}

/// The entry of a tensor at index names and numbers: one axis for each name.
std::optional<Expr> entry_of(Pool& pool, Expr tensor, const Question& question, const Shape& of, const Shape& wrt,
                             std::vector<FreeIndex>& indices) {
  DimTable& dims = pool.dims();
  const Shape shape = pool.shape(tensor);
  Shape extents;
  std::vector<Factor> factors{{tensor, {}}};
  std::vector<Label> label_of;
  for (const auto& [target, surface] : {std::pair{&question.of, &of}, std::pair{&question.wrt, &wrt}}) {
    const std::vector<std::string>& texts = target->entry;
    if (texts.size() != surface->size() && !(texts.size() == 1 && surface->size() == 2)) {
      if (!texts.empty() || !axes_of(dims, *surface).empty()) return std::nullopt;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const Dim extent =
          texts.size() == surface->size() ? (*surface)[i] : (*surface)[dims.is_one((*surface)[0]) ? 1 : 0];
      if (surface->size() <= 2 && dims.is_one(extent)) continue;
      std::int64_t number = 0;
      const auto end = texts[i].data() + texts[i].size();
      if (std::from_chars(texts[i].data(), end, number).ptr == end) {
        AffineIndex index;
        index.parts = {{0, 1}};
        index.offset = dims.constant(1 - number);
        const auto label = static_cast<Label>(extents.size());
        extents.push_back(extent);
        label_of.push_back(0xffff);
        factors.push_back({make_window(pool, make_ones(pool, {dims.one()}), {extent}, {index}), {label}});
        factors[0].labels.push_back(label);
        continue;
      }
      const auto known =
          std::find_if(indices.begin(), indices.end(), [&](const FreeIndex& one) { return one.name == texts[i]; });
      if (known != indices.end()) {
        std::size_t nth = static_cast<std::size_t>(known - indices.begin());
        for (std::size_t label = 0; label < label_of.size(); ++label) {
          if (label_of[label] == nth) factors[0].labels.push_back(static_cast<Label>(label));
        }
        continue;
      }
      label_of.push_back(static_cast<Label>(indices.size()));
      indices.push_back({texts[i], extent});
      factors[0].labels.push_back(static_cast<Label>(extents.size()));
      extents.push_back(extent);
    }
  }
  if (factors[0].labels.size() != shape.size()) return std::nullopt;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (extents[factors[0].labels[axis]] != shape[axis]) return std::nullopt;
  }
  Labels out;
  for (std::size_t nth = 0; nth < indices.size(); ++nth) {
    for (std::size_t label = 0; label < label_of.size(); ++label) {
      if (label_of[label] == nth) out.push_back(static_cast<Label>(label));
    }
  }
  return make_einsum(pool, out, factors, extents);
}

/// The derivative kept to the structure of its variable, with the axes of `tensor`; none for an orthogonal one that is not a gradient's.
Expr kept_structure(Pool& pool, Expr tensor, Expr variable, Structure structure, bool is_second) {
  if (structure == Structure::orthogonal)
    return pool.order(tensor) == 2 ? among_orthogonal(pool, tensor, variable) : Expr{};
  if (structure == Structure::none) return {};
  const Expr once = kept_to(pool, tensor, pool.order(tensor) - 2, structure);
  return is_second ? kept_to(pool, once, 0, structure) : once;
}

}  // namespace

ReadOptions reading_options() {
  ReadOptions options;
  options.derivative = derivative_of;
  return options;
}

Truth laid_out(Pool& pool, Expr tensor, Expr of, const Shape& wrt_surface, const Shape& wrt_axes, Layout layout) {
  Truth truth;
  truth.of = of;
  truth.expr = tensor;
  truth.is_gradient = pool.order(of) == 0;
  if (truth.is_gradient) {
    truth.surface = wrt_surface;
    if (layout == Layout::numerator && truth.surface.size() == 2) {
      std::swap(truth.surface[0], truth.surface[1]);
      if (pool.order(tensor) == 2) truth.expr = transposed(pool, tensor);
    }
    return truth;
  }
  DimTable& dims = pool.dims();
  const Shape of_axes = pool.shape(of);
  if (of_axes.size() > 1 && wrt_axes.empty()) {
    truth.surface = of_axes;
    return truth;
  }
  truth.surface = {count_of(dims, of_axes), count_of(dims, wrt_axes)};
  truth.expr = make_reshape(pool, tensor, axes_of(dims, truth.surface));
  if (layout == Layout::denominator) {
    std::swap(truth.surface[0], truth.surface[1]);
    if (pool.order(truth.expr) == 2) truth.expr = transposed(pool, truth.expr);
  }
  if (dims.is_one(truth.surface[0]) && dims.is_one(truth.surface[1])) truth.surface.clear();
  return truth;
}

std::optional<Expr> slope_of(OpenSheet& sheet, const std::string& of_gw, const std::string& wrt) {
  auto reading = freed(sheet, wrt);
  if (!reading) return std::nullopt;
  OpenSheet& own = reading->sheet ? *reading->sheet : sheet;
  const SheetValue of = own.value(of_gw);
  if (!of.is_good()) return std::nullopt;
  Pool& pool = sheet.pool();
  const Expr source = simple(pool, of.expr, own.program().names);
  return bound(sheet, wrt, reading->variable, derivative_of(pool, source, reading->variable));
}

std::optional<Truth> truth_of(OpenSheet& sheet, const Question& question) {
  Pool& pool = sheet.pool();
  const auto of_surface = sheet.shape_of(question.of.name);
  const auto wrt_surface = sheet.shape_of(question.wrt.name);
  if (!of_surface || !wrt_surface) return std::nullopt;
  const Expr of = expr_named(sheet, question.of.name);
  const auto tensor = slope_of(sheet, question.of.name, question.wrt.name);
  if (!tensor || of.is_none()) return std::nullopt;
  const Names& names = sheet.program().names;
  Truth truth;
  Expr kept, projected;
  if (const Declaration* declaration = declared(sheet, question.wrt.name);
      declaration != nullptr && pool.order(declaration->input) == 2) {
    truth.structure = structure_of(pool.payload<InputInfo>(declaration->input).properties);
    kept = kept_structure(pool, *tensor, declaration->input, truth.structure, question.is_second);
    if (truth.structure == Structure::symmetric && pool.order(*tensor) == 2)
      projected = nearest_within(pool, *tensor, truth.structure);
  }
  if (question.of.entry.empty() && question.wrt.entry.empty()) {
    const auto laid = [&](Expr whole) {
      return laid_out(pool, simple(pool, whole, names), of, *wrt_surface, axes_of(pool.dims(), *wrt_surface),
                      question.layout);
    };
    const Structure structure = truth.structure;
    truth = laid(*tensor);
    truth.structure = structure;
    if (!kept.is_none()) truth.structured = laid(kept).expr;
    if (!projected.is_none()) truth.projected = laid(projected).expr;
  } else {
    const auto entry = [&](Expr whole) {
      truth.indices.clear();
      return entry_of(pool, whole, question, *of_surface, *wrt_surface, truth.indices);
    };
    if (!kept.is_none()) truth.structured = entry(kept).value_or(Expr{});
    if (!projected.is_none()) truth.projected = entry(projected).value_or(Expr{});
    const auto found = entry(*tensor);
    if (!found) return std::nullopt;
    truth.expr = *found;
    truth.of = of;
  }
  truth.expr = simple(pool, truth.expr, names);
  for (Expr* const other : {&truth.structured, &truth.projected}) {
    if (!other->is_none()) *other = simple(pool, *other, names);
    if (*other == truth.expr) *other = {};
  }
  return truth;
}

std::string loss_of(const Program& program) {
  for (const Request& request : program.requests) return request.of.name;
  std::string last;
  for (const Definition& definition : program.definitions) {
    if (!definition.expr.is_none() && definition.surface.empty()) last = definition.name;
  }
  return last;
}

std::vector<std::string> losses_by(const Pool& pool, const Program& program, std::string_view wrt) {
  const Declaration* declaration = program.declaration(wrt);
  const Definition* own = program.definition(wrt);
  const Expr variable = declaration != nullptr ? declaration->input : own != nullptr ? own->expr : Expr{};
  if (variable.is_none()) return {};
  const auto depends = [&](const Definition& one) {
    if (one.expr.is_none() || one.expr == variable) return false;
    const std::vector<Expr> parts = reachable(pool, {one.expr});
    return std::find(parts.begin(), parts.end(), variable) != parts.end();
  };
  for (const bool is_by_it : {true, false}) {
    for (const Request& request : program.requests) {
      const bool is_asked =
          std::any_of(request.wrt.begin(), request.wrt.end(), [&](const Target& by) { return by.name == wrt; });
      const Definition* of = program.definition(request.of.name);
      if ((is_asked || !is_by_it) && of != nullptr && depends(*of)) return {of->name};
    }
  }
  std::vector<std::string> called, last;  // on which nothing rests; by the name of a loss
  for (const Definition& one : program.definitions) {
    if (!one.surface.empty() || is_of_checker(one.name) || !depends(one)) continue;
    const bool is_used =
        std::any_of(program.definitions.begin(), program.definitions.end(), [&](const Definition& other) {
          return std::find(other.uses.begin(), other.uses.end(), one.name) != other.uses.end();
        });
    if (is_used) continue;
    last.insert(last.begin(), one.name);
    if (is_loss_word(one.name)) called.insert(called.begin(), one.name);
  }
  return called.empty() ? last : called;
}

}  // namespace gradwright::check
