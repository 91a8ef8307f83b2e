// What leaves the program as data: derive/1 and check/1 as JSON, SARIF, annotations; and a check as a page.
#include "sheet/check.h"

#include <fmt/format.h>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "check/report.h"
#include "explain/story.h"
#include "sheet/public_values.h"
#include "sheet/session.h"
#include "source/catalogue.h"
#include "source/render.h"

namespace gradwright {

namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t json_width = 110;  // of a formula with its sizes, whatever the terminal
constexpr std::size_t most_steps = 400;  // of a deeper network the chain in `where` says it all

/// Rule, both sides as formulas, the size, and a sentence.
Json steps_of(Pool& pool, const Derived& result) {
  Json steps = Json::array();
  if (result.trace.size() > most_steps) return steps;
  for (const gw::Step& step : gw::steps_of(pool, result)) {
    steps.push_back({{"rule", step.rule},
                     {"kind", step.kind == gw::Step::Kind::rewrite ? "rewrite" : "adjoint"},
                     {"before", step.before},
                     {"after", step.after},
                     {"size", step.size},
                     {"text", step.text}});
  }
  return steps;
}

Json where_of(const Formula& formula) {
  Json where = Json::array();
  for (const WhereItem& item : formula.where) where.push_back({{"name", item.name}, {"gw", item.gw}});
  return where;
}

/// The lines that the last one rests on: name = ∂of/∂by = gw.
Json chain_of(const Derived& result) {
  Json lines = Json::array();
  for (const DerivedLine& line : result.chain) {
    lines.push_back({{"name", line.name},
                     {"of", result.of},
                     {"wrt", line.by},
                     {"gw", line.formula.gw},
                     {"where", where_of(line.formula)},
                     {"text", line.formula.sized.within(json_width)}});
  }
  return lines;
}

/// One entry where one was asked for, with the index letters free; else null.
Json entry_of(Pool& pool, const Derived& result) {
  if (result.entry.empty() || result.entry.size() != pool.order(result.variable)) return nullptr;
  const Formula formula = entry_formula(pool, result);
  return {{"indices", result.entry}, {"gw", formula.gw}, {"text", formula.unicode}};
}

/// By a variable with a structure: the derivative that keeps to it; else null.
Json constrained_of(Pool& pool, const Derived& result) {
  if (!result.structured) return nullptr;
  const Structured& form = *result.structured;
  Json entries = Json::array();
  for (const StructuredEntry& entry : form.entries) {
    const Formula formula = entry_formula(pool, result, entry);
    entries.push_back({{"place", entry.place}, {"gw", formula.gw}, {"text", formula.unicode}});
  }
  return {{"structure", form.structure},
          {"gw", form.formula.gw},
          {"where", where_of(form.formula)},
          {"entries", entries},
          {"verified", {{"points", form.verified.points}, {"max_rel_error", form.verified.max_rel_error}}}};
}

}  // namespace

std::string derive_json(Session& session, const std::vector<Derived>& results,
                        std::span<const Diagnostic> diagnostics) {
  Json all = Json::array();
  const DimTable& dims = session.pool().dims();
  for (const Derived& result : results) {
    Json shape = Json::array();
    for (const Dim dim : result.surface) shape.push_back(dims.to_string(dim));
    const Json where = where_of(result.formula);
    const Json steps = steps_of(session.pool(), result);
    all.push_back(
        {{"of", result.of},
         {"wrt", result.wrt},
         {"kind", kind_name(result.kind)},
         {"layout", layout_name(result.layout)},
         {"shape", shape},
         {"form", result.formula.matrix_form ? "matrix" : "index"},
         {"gw", result.formula.gw},
         {"where", where},
         {"chain", chain_of(result)},
         {"entry", entry_of(session.pool(), result)},
         {"constrained", constrained_of(session.pool(), result)},
         {"latex", result.formula.latex},
         {"text", result.formula.sized.within(json_width)},
         {"steps", steps},
         {"verified", {{"points", result.verified.points}, {"max_rel_error", result.verified.max_rel_error}}}});
  }
  const Json document = {{"schema", "gradwright/derive/1"},
                         {"results", all},
                         {"diagnostics", Json::parse(json_text(diagnostics, session.text()))}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace gradwright

namespace gradwright {
namespace {

using check::Checked;
using check::JudgedSide;
using nlohmann::json;

/// Nested rows as NumPy would nest them; a column or a row is one list.
json values_json(const Tensor& value) {
  if (value.extents.empty()) return value.values[0];
  const auto rows = static_cast<std::size_t>(value.extents[0]);
  if (value.extents.size() == 1) return value.values;
  json nested = json::array();
  const std::size_t rest = value.values.size() / std::max<std::size_t>(rows, 1);
  for (std::size_t r = 0; r < rows; ++r) {
    Tensor part{{value.extents.begin() + 1, value.extents.end()}, {}};
    for (std::size_t k = 0; k < rest; ++k) part.values.push_back(value.values[r + rows * k]);
    nested.push_back(values_json(part));
  }
  return nested;
}

json span_json(const Text& text, Span span) {
  const Place begin = text.place(span.begin);
  const Place end = text.place(span.end);
  return {
      {"line", begin.line}, {"start", begin.column}, {"end", end.line == begin.line ? end.column : begin.column + 1}};
}

json where_json(const std::vector<WhereItem>& items) {
  json all = json::array();
  for (const WhereItem& item : items) all.push_back({{"name", item.name}, {"gw", item.gw}});
  return all;
}

json witness_json(const check::WitnessValues& witness) {
  json inputs = json::object();
  for (const auto& input : witness.inputs) inputs[input.name] = values_json(input.value);
  json found{{"sizes", witness.sizes},
             {"inputs", inputs},
             {"entry", witness.entry},
             {"claimed", values_json(witness.claimed)},
             {"truth", values_json(witness.truth)}};
  if (!witness.gap.empty()) found["difference"] = witness.gap;
  return found;
}

json claim_json(const JudgedSide& side, const Text& text) {
  const check::Verdict& verdict = side.verdict;
  json claim{{"line", side.line},
             {"index", side.index},
             {"of", side.of},
             {"wrt", side.wrt},
             {"verdict", check::verdict_name(verdict.kind)},
             {"proved", verdict.proved},
             {"points", verdict.points},
             {"factor", nullptr},
             {"trap", verdict.trap},
             {"reading", side.reading},
             {"mistake", nullptr},
             {"witness", nullptr},
             {"repair", nullptr},
             {"truth", side.truth.gw},
             {"where", where_json(side.truth.where)}};
  if (verdict.factor) claim["factor"] = *verdict.factor;
  if (!verdict.other_loss.empty()) claim["loss"] = verdict.other_loss;
  if (verdict.assumption)
    claim["assumption"] = {{"name", verdict.assumption->name},
                           {"property", verdict.assumption->property},
                           {"declaration", verdict.assumption->declaration}};
  if (side.follows) claim["follows"] = *side.follows;
  if (!side.other_readings.empty()) claim["other_readings"] = side.other_readings;
  if (!side.mistakes.empty()) {
    const check::Mistake& mistake = side.mistakes[0];
    claim["mistake"] = {{"name", mistake.name}, {"span", span_json(text, mistake.span)}, {"text", mistake.text}};
  }
  if (verdict.witness) claim["witness"] = witness_json(*verdict.witness);
  if (!side.repairs.empty()) {
    json edits = json::array();
    for (const check::Edit& edit : side.repairs[0].edits)
      edits.push_back({{"kind", check::edit_name(edit.kind)}, {"text", edit.text}});
    claim["repair"] = {{"gw", side.repairs[0].gw}, {"text", nullptr}, {"edits", edits}};
    if (!side.repairs[0].text.empty()) claim["repair"]["text"] = side.repairs[0].text;
  }
  const std::vector<Diagnostic> shown{check::diagnostic_of(side)};
  claim["diagnostics"] = json::parse(json_text(shown, text));
  return claim;
}

std::string dumped(const json& document) { return document.dump(2, ' ', false, json::error_handler_t::replace); }

/// Empty where nothing stands there: an edit inserts.
json region_json(const Text& text, Span span) {
  const Place begin = text.place(span.begin);
  const Place end = text.place(std::max(span.begin, span.end));
  return {{"startLine", begin.line}, {"startColumn", begin.column}, {"endLine", end.line}, {"endColumn", end.column}};
}

json location_json(const Text& text, Span span) {
  json region = region_json(text, span);
  if (span.is_empty()) region["endColumn"] = region["startColumn"].get<std::size_t>() + 1;  // something to look at
  return {{"physicalLocation", {{"artifactLocation", {{"uri", text.name()}}}, {"region", region}}}};
}

std::string sentence_of(const Diagnostic& diagnostic) {
  std::string text = diagnostic.message;
  for (const std::string& note : diagnostic.notes) text += "\n" + note;
  for (const std::string& help : diagnostic.helps) text += "\nhelp: " + help;
  for (const FixIt& fixit : diagnostic.fixits) text += "\nhelp: " + fixit.title + ": `" + fixit.replacement + "`";
  return text;
}

/// What a command of GitHub Actions may hold.
std::string escaped(const std::string& text, bool is_property) {
  std::string safe;
  for (const char c : text) {
    if (c == '%')
      safe += "%25";
    else if (c == '\r')
      safe += "%0D";
    else if (c == '\n')
      safe += "%0A";
    else if (c == ':' && is_property)
      safe += "%3A";
    else if (c == ',' && is_property)
      safe += "%2C";
    else
      safe += c;
  }
  return safe;
}

/// All that is to be said of one file, right claims left out.
std::vector<Diagnostic> complaints(const Checked& file) {
  std::vector<Diagnostic> all = file.diagnostics;
  for (const JudgedSide& side : file.sides) {
    if (!side.verdict.is_right() || (side.follows && !*side.follows)) all.push_back(check::diagnostic_of(side));
  }
  return all;
}

const char* level_of(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

}  // namespace

std::string check_json(const std::vector<Checked>& files) {
  json claims = json::array();
  json diagnostics = json::array();
  for (const Checked& file : files) {
    for (const JudgedSide& side : file.sides) {
      claims.push_back(claim_json(side, file.text));
      if (files.size() > 1) claims.back()["file"] = file.text.name();
    }
    for (json one : json::parse(json_text(file.diagnostics, file.text))) {
      if (files.size() > 1) one["file"] = file.text.name();
      diagnostics.push_back(std::move(one));
    }
  }
  return dumped({{"schema", "gradwright/check/1"}, {"claims", claims}, {"diagnostics", diagnostics}});
}

std::string check_sarif(const std::vector<Checked>& files, const std::string& version) {
  std::set<std::string> codes;
  json results = json::array();
  for (const Checked& file : files) {
    for (const Diagnostic& one : complaints(file)) {
      codes.insert(one.code);
      json result{{"ruleId", one.code},
                  {"level", level_of(one.severity)},
                  {"message", {{"text", sentence_of(one)}}},
                  {"locations", json::array({location_json(file.text, one.span)})}};
      if (!one.fixits.empty()) {
        json fixes = json::array();
        for (const FixIt& fixit : one.fixits) {
          const json region = region_json(file.text, fixit.span);
          fixes.push_back({{"description", {{"text", fixit.title}}},
                           {"artifactChanges",
                            json::array({{{"artifactLocation", {{"uri", file.text.name()}}},
                                          {"replacements",
                                           json::array({{{"deletedRegion", region},
                                                         {"insertedContent", {{"text", fixit.replacement}}}}})}}})}});
        }
        result["fixes"] = fixes;
      }
      results.push_back(std::move(result));
    }
  }
  json rules = json::array();
  for (const std::string& code : codes) {
    const CatalogueRow* row = catalogue_row(code);
    rules.push_back({{"id", code}, {"shortDescription", {{"text", row != nullptr ? std::string(row->title) : code}}}});
  }
  const json driver{{"name", "gradwright"}, {"version", version}, {"rules", rules}};
  const json run{{"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", results}};
  return dumped({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                 {"version", "2.1.0"},
                 {"runs", json::array({run})}});
}

std::string check_annotations(const std::vector<Checked>& files) {
  std::string lines;
  for (const Checked& file : files) {
    for (const Diagnostic& one : complaints(file)) {
      const Place place = file.text.place(one.span.begin);
      const char* level = one.severity == Severity::note ? "notice" : level_of(one.severity);
      lines +=
          fmt::format("::{} file={},line={},col={},title={}::{}\n", level, escaped(file.text.name(), true), place.line,
                      place.column, escaped("gradwright " + one.code, true), escaped(sentence_of(one), false));
    }
  }
  return lines;
}

std::string check_page(const Checked& file, const TerminalStyle& style, const std::vector<Document>& stories) {
  std::string page;
  for (std::size_t i = 0; i < file.sides.size(); ++i) {
    const JudgedSide& side = file.sides[i];
    const Diagnostic diagnostic = check::diagnostic_of(side);
    const bool is_quiet = side.verdict.is_right() && side.reading == side.written && (!side.follows || *side.follows) &&
                          side.verdict.notes.empty();
    if (is_quiet)
      page += fmt::format("{}:{}: {} is right ({})\n", file.text.name(), side.line, check::subject_of(side),
                          side.verdict.proved ? "proved" : check::summary_of(side.verdict));
    else
      page += terminal_text(diagnostic, file.text, style);
    page += "\n";
    if (i < stories.size()) page += terminal_page(stories[i], style) + "\n";
  }
  return page;
}

}  // namespace gradwright
