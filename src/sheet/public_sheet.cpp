// gw::Sheet and gw::Derivation: the public face of reading and deriving.
#include <gradwright/version.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "explain/sentences.h"
#include "read/formula/too_long.h"
#include "sheet/explain.h"
#include "sheet/public_values.h"

namespace gw {

using gradwright::Derived;
using gradwright::Document;

struct Formula::Lines {
  gradwright::Aligned aligned;
};

std::string Formula::sized(std::size_t width) const {
  return lines == nullptr ? unicode : lines->aligned.within(width);
}

Formula public_formula(const gradwright::Formula& formula) {
  Formula found{formula.gw, formula.unicode, formula.latex, formula.latex_sized, formula.mathml, formula.matrix_form,
                {},         nullptr};
  for (const gradwright::WhereItem& item : formula.where)
    found.where.push_back({item.name, item.gw, item.unicode, item.latex, item.mathml});
  if (!formula.sized.is_empty()) found.lines = std::make_shared<const Formula::Lines>(Formula::Lines{formula.sized});
  return found;
}

std::vector<std::string> public_sizes(const gradwright::DimTable& dims, const gradwright::Shape& shape) {
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

Layout public_value(gradwright::Layout layout) {
  switch (layout) {
    case gradwright::Layout::gradient: return Layout::gradient;
    case gradwright::Layout::numerator: return Layout::numerator;
    case gradwright::Layout::denominator: return Layout::denominator;
  }
  return Layout::gradient;
}

constexpr std::array<std::pair<gradwright::DerivativeKind, Derivative::Kind>, 5> kinds{{
    {gradwright::DerivativeKind::gradient, Derivative::Kind::gradient},
    {gradwright::DerivativeKind::jacobian, Derivative::Kind::jacobian},
    {gradwright::DerivativeKind::hessian, Derivative::Kind::hessian},
    {gradwright::DerivativeKind::tensor, Derivative::Kind::tensor},
    {gradwright::DerivativeKind::by_scalar, Derivative::Kind::by_scalar},
}};

Derivative::Kind public_value(gradwright::DerivativeKind kind) {
  return std::ranges::find(kinds, kind, [](const auto& row) { return row.first; })->second;
}

Verification public_value(const gradwright::NumericCheck& check) { return {check.points, check.max_rel_error}; }

Derivative public_value(const Derived& result, const gradwright::DimTable& dims) {
  Derivative found;
  found.of = result.of;
  found.wrt = result.wrt;
  found.first = result.first;
  found.entry = result.entry;
  found.kind = public_value(result.kind);
  found.layout = public_value(result.layout);
  found.size = public_sizes(dims, result.surface);
  found.formula = public_formula(result.formula);
  for (const gradwright::DerivedLine& line : result.chain)
    found.chain.push_back(
        {line.name, result.of, line.by, public_sizes(dims, line.surface), public_formula(line.formula)});
  found.last = public_formula(result.last);
  found.verified = public_value(result.verified);
  if (result.structured)
    found.structured = {result.structured->structure, public_formula(result.structured->formula),
                        public_value(result.structured->verified)};
  return found;
}

Name::Role role_of(gradwright::Role role) {
  return role == gradwright::Role::parameter  ? Name::Role::parameter
         : role == gradwright::Role::constant ? Name::Role::constant
                                              : Name::Role::data;
}

}  // namespace

const char* version() { return GRADWRIGHT_VERSION; }

std::string_view name_of(Derivative::Kind kind) {
  return kind_name(std::ranges::find(kinds, kind, [](const auto& row) { return row.second; })->first);
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
  sheet.state_->diagnostics = public_diagnostics(sheet.state_->session.diagnostics(), sheet.state_->source);
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
                     public_sizes(dims, one.surface)});
  for (const gradwright::Definition& one : session.program().definitions)
    names.push_back({one.name, Name::Role::defined, public_sizes(dims, one.surface)});
  return names;
}

std::vector<std::string> Sheet::open_sizes() const { return state_->session.pool().dims().symbols(); }

Result<std::string> Sheet::formatted() const {
  const gradwright::Text& text = state_->source->text;
  if (const auto fault = gradwright::too_long(text)) return tl::unexpected(public_fault(*fault, state_->source));
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
  state.diagnostics = public_diagnostics(state.found, state_->source);
  for (const Derived& one : state.derived) state.results.push_back(public_value(one, session.pool().dims()));
  return found;
}

}  // namespace gw
