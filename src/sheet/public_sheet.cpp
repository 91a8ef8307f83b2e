// gw::Sheet and gw::Derivation: the public face of reading and deriving.
#include <gradwright/version.h>

#include <set>

#include "explain/sentences.h"
#include "read/formula/too_long.h"
#include "sheet/explain.h"
#include "sheet/source.h"

namespace gw {

using gradwright::Derived;
using gradwright::Document;

struct Formula::Lines {
  gradwright::Aligned aligned;
};

std::string Formula::sized(std::size_t width) const {
  return lines == nullptr ? unicode : lines->aligned.within(width);
}

Formula formula_told(const gradwright::Formula& formula) {
  Formula found{formula.gw, formula.unicode, formula.latex, formula.latex_sized, formula.mathml, formula.matrix_form,
                {},         nullptr};
  for (const gradwright::WhereItem& item : formula.where)
    found.where.push_back({item.name, item.gw, item.unicode, item.latex, item.mathml});
  if (!formula.sized.is_empty()) found.lines = std::make_shared<const Formula::Lines>(Formula::Lines{formula.sized});
  return found;
}

std::vector<std::string> sizes_told(const gradwright::DimTable& dims, const gradwright::Shape& shape) {
  std::vector<std::string> sizes;
  for (const gradwright::Dim dim : shape) sizes.push_back(dims.to_string(dim));
  return sizes;
}

std::optional<gradwright::Layout> layout_of(std::optional<Layout> layout) {
  if (!layout) return std::nullopt;
  switch (*layout) {
    case Layout::gradient: return gradwright::Layout::gradient;
    case Layout::numerator: return gradwright::Layout::numerator;
    case Layout::denominator: return gradwright::Layout::denominator;
  }
  return std::nullopt;
}

std::vector<Step> steps_of(gradwright::Pool& pool, const Derived& result) {
  std::vector<Step> steps;
  const gradwright::Wording wording(pool, result);
  const auto unicode_of = [](const gradwright::Rich& rich) {
    std::string text;
    for (const gradwright::Run& run : rich.runs()) text += run.unicode;
    return text;
  };
  for (const gradwright::Step& step : result.trace) {
    if (step.kind == gradwright::Step::Kind::gather) continue;
    const bool is_rewrite = step.kind == gradwright::Step::Kind::rewrite;
    steps.push_back(
        {is_rewrite ? Step::Kind::rewrite : Step::Kind::adjoint, step.rule, wording.formula(step.before).unicode,
         wording.formula(step.after).unicode, wording.size(step.after).unicode,
         unicode_of(is_rewrite ? gradwright::rewrite_sentence(step.rule) : gradwright::sentence_of(wording, step))});
  }
  return steps;
}

namespace {

Layout told(gradwright::Layout layout) {
  switch (layout) {
    case gradwright::Layout::gradient: return Layout::gradient;
    case gradwright::Layout::numerator: return Layout::numerator;
    case gradwright::Layout::denominator: return Layout::denominator;
  }
  return Layout::gradient;
}

Derivative::Kind told(gradwright::DerivativeKind kind) {
  switch (kind) {
    case gradwright::DerivativeKind::gradient: return Derivative::Kind::gradient;
    case gradwright::DerivativeKind::jacobian: return Derivative::Kind::jacobian;
    case gradwright::DerivativeKind::hessian: return Derivative::Kind::hessian;
    case gradwright::DerivativeKind::tensor: return Derivative::Kind::tensor;
    case gradwright::DerivativeKind::by_scalar: return Derivative::Kind::by_scalar;
  }
  return Derivative::Kind::gradient;
}

Verification told(const gradwright::NumericCheck& check) { return {check.points, check.max_rel_error}; }

Derivative told(const Derived& result, const gradwright::DimTable& dims) {
  Derivative found;
  found.of = result.of;
  found.wrt = result.wrt;
  found.first = result.first;
  found.entry = result.entry;
  found.kind = told(result.kind);
  found.layout = told(result.layout);
  found.size = sizes_told(dims, result.surface);
  found.formula = formula_told(result.formula);
  for (const gradwright::DerivedLine& line : result.chain)
    found.chain.push_back({line.name, result.of, line.by, sizes_told(dims, line.surface), formula_told(line.formula)});
  found.last = formula_told(result.last);
  found.verified = told(result.verified);
  if (result.structured)
    found.structured = {result.structured->structure, formula_told(result.structured->formula),
                        told(result.structured->verified)};
  return found;
}

Name::Role role_of(gradwright::Role role) {
  return role == gradwright::Role::parameter  ? Name::Role::parameter
         : role == gradwright::Role::constant ? Name::Role::constant
                                              : Name::Role::data;
}

}  // namespace

const char* version() { return GRADWRIGHT_VERSION; }

const char* name_of(Derivative::Kind kind) {
  switch (kind) {
    case Derivative::Kind::gradient: return "gradient";
    case Derivative::Kind::jacobian: return "jacobian";
    case Derivative::Kind::hessian: return "hessian";
    case Derivative::Kind::tensor: return "tensor";
    case Derivative::Kind::by_scalar: return "derivative";
  }
  return "gradient";
}

struct Derivation::State {
  std::shared_ptr<Sheet::State> sheet;
  std::vector<Derived> derived;
  std::vector<gradwright::Diagnostic> found;
  std::vector<Derivative> results;
  std::vector<Diagnostic> diagnostics;
};

const std::vector<Derivative>& Derivation::results() const& { return state_->results; }
const std::vector<Diagnostic>& Derivation::diagnostics() const& { return state_->diagnostics; }

std::vector<Step> Derivation::steps(std::size_t number) const {
  if (number >= state_->derived.size()) return {};
  return steps_of(state_->sheet->session.pool(), state_->derived[number]);
}

std::string Derivation::json() const { return derive_json(state_->sheet->session, state_->derived, state_->found); }

std::string Derivation::page(Format format, const StoryOptions& options, const Style& style,
                             const std::string& title) const {
  gradwright::ExplainOptions how;
  how.steps = options.steps == StoryOptions::Steps::none   ? gradwright::Detail::none
              : options.steps == StoryOptions::Steps::full ? gradwright::Detail::full
                                                           : gradwright::Detail::brief;
  how.layouts = options.layouts;
  std::set<std::string> told_lines;
  how.told = &told_lines;
  std::vector<Document> stories;
  for (const Derived& result : state_->derived) stories.push_back(explained(state_->sheet->session, result, how));
  switch (format) {
    case Format::html: return html_page(stories, title);
    case Format::latex: return latex_page(stories);
    case Format::markdown: return markdown_page(stories);
    case Format::terminal: break;
  }
  std::string text;
  for (const Document& story : stories) text += terminal_page(story, style_of(style)) + "\n";
  return text;
}

Sheet Sheet::read(std::string text, std::string name) {
  Sheet sheet;
  sheet.state_ = std::make_shared<State>(gradwright::Text(std::move(name), std::move(text)));
  sheet.state_->diagnostics = diagnostics_told(sheet.state_->session.diagnostics(), sheet.state_->source);
  return sheet;
}

const std::string& Sheet::text() const { return state_->source->text.content(); }
const std::string& Sheet::name() const { return state_->source->text.name(); }
const std::vector<Diagnostic>& Sheet::diagnostics() const& { return state_->diagnostics; }
bool Sheet::has_errors() const { return gw::has_errors(state_->diagnostics); }

std::vector<Name> Sheet::names() const {
  gradwright::Session& session = state_->session;
  const gradwright::DimTable& dims = session.pool().dims();
  std::vector<Name> names;
  for (const gradwright::Declaration& one : session.program().declarations)
    names.push_back({one.name, role_of(session.pool().payload<gradwright::InputInfo>(one.input).role),
                     sizes_told(dims, one.surface)});
  for (const gradwright::Definition& one : session.program().definitions)
    names.push_back({one.name, Name::Role::defined, sizes_told(dims, one.surface)});
  return names;
}

std::vector<std::string> Sheet::open_sizes() const { return state_->session.pool().dims().symbols(); }

Result<std::string> Sheet::formatted() const {
  const gradwright::Text& text = state_->source->text;
  if (const auto fault = gradwright::too_long(text)) return tl::unexpected(fault_told(*fault, state_->source));
  return gradwright::formatted(text);
}

Derivation Sheet::derive(const DeriveOptions& options) const {
  gradwright::Session& session = state_->session;
  gradwright::DeriveOptions how;
  how.layout = layout_of(options.layout);
  how.seed = options.seed;
  how.verify = options.verify;
  how.most_bytes = options.most_bytes;
  how.rich = options.rich;
  how.only_gw = options.only_gw;
  Derivation found;
  found.state_ = std::make_shared<Derivation::State>();
  Derivation::State& state = *found.state_;
  state.sheet = state_;
  state.derived = session.derived(how);
  if (options.verify_steps) verify_steps(session, state.derived);
  state.found = session.diagnostics();
  (void)session.taken_reports();
  state.diagnostics = diagnostics_told(state.found, state_->source);
  for (const Derived& one : state.derived) state.results.push_back(told(one, session.pool().dims()));
  return found;
}

}  // namespace gw
