#include <nlohmann/json.hpp>

#include "api/session.h"
#include "source/render.h"

namespace gradwright {

std::string derive_json(Session& session, const std::vector<Derived>& results) {
  using Json = nlohmann::ordered_json;
  Json all = Json::array();
  const DimTable& dims = session.pool().dims();
  for (const Derived& result : results) {
    Json shape = Json::array();
    for (const Dim dim : result.surface) shape.push_back(dims.to_string(dim));
    Json where = Json::array();
    for (const WhereItem& item : result.formula.where) where.push_back({{"name", item.name}, {"gw", item.gw}});
    Json steps = Json::array();
    for (const Step& step : *result.trace) steps.push_back({{"rule", step.rule}, {"kind", step.kind == Step::Kind::rewrite ? "rewrite" : "adjoint"}});
    all.push_back({{"of", result.of}, {"wrt", result.wrt}, {"kind", result.kind}, {"layout", layout_name(result.layout)}, {"shape", shape},
                   {"form", result.formula.matrix_form ? "matrix" : "index"}, {"gw", result.formula.gw}, {"where", where},
                   {"latex", result.formula.latex}, {"text", result.formula.sized}, {"steps", steps},
                   {"verified", {{"points", result.verified.points}, {"max_rel_error", result.verified.max_rel_error}}}});
  }
  const Json document = {{"schema", "gradwright/derive/1"}, {"results", all},
                         {"diagnostics", Json::parse(json_text(session.diagnostics(), session.text()))}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace gradwright
