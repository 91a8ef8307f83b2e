// gw::Judgement: the public face of judging claims.
#include <gradwright/version.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/axis_order.h"
#include "check/report.h"
#include "read/formula/too_long.h"
#include "sheet/check.h"
#include "sheet/check_story.h"
#include "sheet/public_values.h"

namespace gw {

namespace check = gradwright::check;

Array Array::of_rows(std::vector<std::int64_t> extents, const std::vector<double>& numbers) {
  Array found{std::move(extents), {}};
  for (const std::size_t place : gradwright::row_major_places(found.extents)) found.values.push_back(numbers[place]);
  return found;
}

std::vector<double> Array::by_rows() const {
  const std::vector<std::size_t> places = gradwright::row_major_places(extents);
  std::vector<double> numbers(places.size());
  for (std::size_t at = 0; at < places.size(); ++at) numbers[places[at]] = values[at];
  return numbers;
}

std::optional<gradwright::Diagnostic> miscounted(const std::string& name, const Array& array) {
  std::size_t count = 1;
  for (const std::int64_t extent : array.extents) count *= static_cast<std::size_t>(std::max<std::int64_t>(extent, 0));
  if (count == array.values.size()) return std::nullopt;
  return gradwright::error("G0502", name + " has " + std::to_string(array.values.size()) +
                                        " numbers, and its extents say " + std::to_string(count))
      .help("an array has as many numbers as its extents say");
}

namespace {

constexpr std::array<std::pair<check::VerdictKind, Verdict::Kind>, 9> kinds_of_verdicts{{
    {check::VerdictKind::equal, Verdict::Kind::equal},
    {check::VerdictKind::equal_transposed, Verdict::Kind::equal_transposed},
    {check::VerdictKind::scaled, Verdict::Kind::scaled},
    {check::VerdictKind::right_for_other_loss, Verdict::Kind::right_for_other_loss},
    {check::VerdictKind::wrong_value, Verdict::Kind::wrong_value},
    {check::VerdictKind::wrong_shape, Verdict::Kind::wrong_shape},
    {check::VerdictKind::nonconforming, Verdict::Kind::nonconforming},
    {check::VerdictKind::undecided, Verdict::Kind::undecided},
    {check::VerdictKind::unread, Verdict::Kind::unread},
}};

Verdict::Kind public_value(check::VerdictKind kind) {
  return std::ranges::find(kinds_of_verdicts, kind, [](const auto& row) { return row.first; })->second;
}

Array public_value(const gradwright::Tensor& tensor) { return {tensor.extents, tensor.values}; }

Witness public_value(const check::WitnessValues& witness) {
  Witness found;
  found.sizes.insert(witness.sizes.begin(), witness.sizes.end());
  for (const check::WitnessValues::Named& input : witness.inputs)
    found.inputs.emplace(input.name, public_value(input.value));
  found.entry = witness.entry;
  found.claimed = public_value(witness.claimed);
  found.truth = public_value(witness.truth);
  return found;
}

Repair public_value(const check::Repair& repair) {
  Repair found{repair.gw, repair.text, repair.proved, {}};
  for (const check::Edit& edit : repair.edits) found.edits.push_back(edit.text);
  return found;
}

Verdict public_value(const check::JudgedSide& side, const SharedSource& source) {
  const gradwright::Text& text = source->text;
  Verdict found;
  found.file = text.name();
  found.line = side.line;
  found.index = side.index;
  found.of = side.of;
  found.wrt = side.wrt;
  found.place = place_of(text, side.span);
  found.written = side.written;
  found.reading = side.reading;
  found.other_readings = side.other_readings;
  found.kind = public_value(side.verdict.kind);
  found.proved = side.verdict.proved;
  found.points = side.verdict.points;
  found.factor = side.verdict.factor.value_or("");
  found.other_loss = side.verdict.other_loss;
  if (const auto& fact = side.verdict.assumption)
    found.assumption = Assumption{fact->name, fact->property, fact->sentence, fact->declaration};
  found.trap = side.verdict.trap;
  found.follows = side.follows;
  if (side.verdict.witness) found.witness = public_value(*side.verdict.witness);
  for (const check::Mistake& mistake : side.mistakes)
    found.mistakes.push_back({mistake.name, place_of(text, mistake.span), mistake.text});
  for (const check::Repair& repair : side.repairs) found.repairs.push_back(public_value(repair));
  found.truth = public_formula(side.truth);
  found.summary = check::summary_of(side.verdict);
  found.diagnostic = public_diagnostic(check::diagnostic_of(side), source);
  return found;
}

}  // namespace

std::string_view name_of(Verdict::Kind kind) {
  return check::verdict_name(
      std::ranges::find(kinds_of_verdicts, kind, [](const auto& row) { return row.second; })->first);
}

struct Judgement::State {
  check::CheckOptions options;
  std::vector<check::Checked> files;
  std::vector<gradwright::Text> networks;  ///< one for each of `files`
  std::vector<Verdict> verdicts;
  std::vector<Diagnostic> diagnostics;

  void add(check::Checked file, const gradwright::Text& network) {
    note_layouts(file, network, options.layout);
    const SharedSource source = std::make_shared<const Source>(file.text);
    for (const check::JudgedSide& side : file.sides) verdicts.push_back(public_value(side, source));
    for (Diagnostic& one : public_diagnostics(file.diagnostics, source)) diagnostics.push_back(std::move(one));
    files.push_back(std::move(file));
    networks.push_back(network);
  }
};

Judgement::Judgement(const CheckOptions& options) : state_(std::make_shared<State>()) {
  state_->options.layout = layout_of(options.layout);
  state_->options.repairs = options.repairs;
  state_->options.anatomy = options.stories;
}

void Judgement::add(const Sheet& sheet) {
  const gradwright::Text& text = sheet.state().source->text;
  state_->add(check::checked(text, state_->options), text);
}

void Judgement::add(const std::string& text, const std::string& name, Notation notation, const Sheet& network) {
  const gradwright::Text& sheet = network.state().source->text;
  const check::Notation own = notation == Notation::latex ? check::Notation::latex : check::Notation::numpy;
  gradwright::Text document(name, text);
  if (const auto fault = gradwright::too_long(document)) {
    state_->add({{}, {*fault}, std::move(document), {}}, sheet);
    return;
  }
  state_->add(check::checked_document(document, own, sheet, state_->options), sheet);
}

void Judgement::tell_errors_of(const Sheet& network) {
  const SharedSource& source = network.state().source;
  const auto faulty =
      std::ranges::find_if(state_->files, [](const check::Checked& file) { return !file.of_sheet.empty(); });
  if (faulty == state_->files.end()) return;
  const std::vector<gradwright::Diagnostic> errors = faulty->of_sheet;
  const std::vector<Diagnostic> first = public_diagnostics(errors, source);
  state_->diagnostics.insert(state_->diagnostics.begin(), first.begin(), first.end());
  state_->files.insert(state_->files.begin(), check::Checked{{}, errors, source->text, {}});
  state_->networks.insert(state_->networks.begin(), source->text);
}

const std::vector<Verdict>& Judgement::verdicts() const& { return state_->verdicts; }
const std::vector<Diagnostic>& Judgement::diagnostics() const& { return state_->diagnostics; }
bool Judgement::has_errors() const { return std::ranges::any_of(state_->files, &check::Checked::has_errors); }
bool Judgement::has_wrong_claims() const {
  return std::ranges::any_of(state_->files, &check::Checked::has_wrong_claims);
}

std::string Judgement::json() const { return gradwright::check_json(state_->files); }
std::string Judgement::sarif() const { return gradwright::check_sarif(state_->files, version()); }
std::string Judgement::annotations() const { return gradwright::check_annotations(state_->files); }

std::vector<Judgement::Page> Judgement::pages(const Style& diagnostics, const Style& verdicts) const {
  std::vector<Page> pages;
  for (std::size_t i = 0; i < state_->files.size(); ++i) {
    const check::Checked& file = state_->files[i];
    std::vector<gradwright::Document> stories;
    for (const check::JudgedSide& side : file.sides) {
      if (state_->options.anatomy) stories.push_back(explained(side, state_->networks[i], state_->options.layout));
    }
    pages.push_back({file.text.name(), terminal_text(file.diagnostics, file.text, style_of(diagnostics)),
                     check_page(file, style_of(verdicts), stories), file.sides.size(), file.has_errors()});
  }
  return pages;
}

Judgement Sheet::check(const CheckOptions& options) const {
  Judgement found(options);
  found.add(*this);
  return found;
}

}  // namespace gw
