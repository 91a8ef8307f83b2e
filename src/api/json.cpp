#include <nlohmann/json.hpp>

#include "api/session.h"
#include "explain/sentences.h"
#include "source/render.h"

namespace gradwright {

namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t most_steps = 400;  // of a deeper network the chain in `where` says it all

std::string words(const Rich& rich) {
  std::string text;
  for (const Run& run : rich.runs()) text += run.unicode;
  return text;
}

/// Rule, both sides as formulas, the size, and a sentence.
Json steps_of(Pool& pool, const Derived& result) {
  Json steps = Json::array();
  if (result.trace->size() > most_steps) return steps;
  const Wording wording(pool, result);
  for (const Step& step : *result.trace) {
    if (step.kind == Step::Kind::gather) continue;
    const bool is_rewrite = step.kind == Step::Kind::rewrite;
    steps.push_back({{"rule", step.rule}, {"kind", is_rewrite ? "rewrite" : "adjoint"}, {"before", wording.formula(step.before).unicode},
                     {"after", wording.formula(step.after).unicode}, {"size", wording.size(step.after).unicode},
                     {"text", words(is_rewrite ? rewrite_sentence(step.rule) : sentence_of(wording, step))}});
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
    lines.push_back({{"name", line.name}, {"of", result.of}, {"wrt", line.by}, {"gw", line.formula.gw}, {"where", where_of(line.formula)}, {"text", line.formula.sized}});
  }
  return lines;
}

/// One entry where one was asked for, with the index letters free; else null.
Json entry_of(Pool& pool, const Derived& result) {
  if (result.entry.empty() || result.entry.size() != pool.order(result.variable)) return nullptr;
  const Formula formula = Wording(pool, result).entry(result.last_value, result.entry);
  return {{"indices", result.entry}, {"gw", formula.gw}, {"text", formula.unicode}};
}

}  // namespace

std::string derive_json(Session& session, const std::vector<Derived>& results) {
  Json all = Json::array();
  const DimTable& dims = session.pool().dims();
  for (const Derived& result : results) {
    Json shape = Json::array();
    for (const Dim dim : result.surface) shape.push_back(dims.to_string(dim));
    Json constrained;  // null: the variable has no structure
    if (result.structured) {
      constrained = {{"structure", result.structured->structure}, {"gw", result.structured->formula.gw}, {"where", where_of(result.structured->formula)}};
    }
    const Json where = where_of(result.formula);
    const Json steps = steps_of(session.pool(), result);
    all.push_back({{"of", result.of}, {"wrt", result.wrt}, {"kind", result.kind}, {"layout", layout_name(result.layout)}, {"shape", shape},
                   {"form", result.formula.matrix_form ? "matrix" : "index"}, {"gw", result.formula.gw}, {"where", where},
                   {"chain", chain_of(result)}, {"entry", entry_of(session.pool(), result)}, {"constrained", constrained},
                   {"latex", result.formula.latex}, {"text", result.formula.sized}, {"steps", steps},
                   {"verified", {{"points", result.verified.points}, {"max_rel_error", result.verified.max_rel_error}}}});
  }
  const Json document = {{"schema", "gradwright/derive/1"}, {"results", all},
                         {"diagnostics", Json::parse(json_text(session.diagnostics(), session.text()))}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace gradwright
