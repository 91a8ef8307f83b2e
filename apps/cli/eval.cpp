// `gradwright eval`: values of every definition. Matrices are arrays of rows, columns (n×1) flat arrays.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "ir/make.h"

namespace gradwright::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Array {
  std::vector<std::int64_t> extents;
  std::vector<double> values;  ///< row-major
};

bool collect(const Json& json, std::size_t depth, Array& array) {
  if (json.is_number() || json.is_null()) {
    if (depth != array.extents.size()) return false;
    array.values.push_back(json.is_null() ? NAN : json.get<double>());
    return true;
  }
  if (!json.is_array() || depth >= array.extents.size() || static_cast<std::int64_t>(json.size()) != array.extents[depth]) return false;
  for (const Json& part : json) {
    if (!collect(part, depth + 1, array)) return false;
  }
  return true;
}

/// Nothing when the rows are ragged or something is no number.
std::optional<Array> array_of(const Json& json) {
  Array array;
  const Json* inner = &json;
  while (inner->is_array()) {
    array.extents.push_back(static_cast<std::int64_t>(inner->size()));
    if (inner->empty() || array.extents.size() > 8) return std::nullopt;
    inner = &(*inner)[0];
  }
  if (!collect(json, 0, array)) return std::nullopt;
  return array;
}

Tensor column_major(const Array& array) {
  Tensor tensor;
  for (const std::int64_t extent : array.extents) tensor.extents.push_back(extent);
  tensor.values.resize(array.values.size());
  std::vector<std::int64_t> index(array.extents.size(), 0);
  for (const double value : array.values) {
    std::int64_t place = 0;
    for (std::size_t axis = index.size(); axis-- > 0;) place = place * array.extents[axis] + index[axis];
    tensor.values[static_cast<std::size_t>(place)] = value;
    for (std::size_t axis = index.size(); axis-- > 0 && ++index[axis] == array.extents[axis];) index[axis] = 0;
  }
  return tensor;
}

/// Nested arrays, first axis outermost.
Json nested(const Tensor& tensor, const std::vector<std::int64_t>& extents, std::size_t axis, std::int64_t offset, std::int64_t stride) {
  if (axis == extents.size()) return tensor.values[static_cast<std::size_t>(offset)];
  Json rows = Json::array();
  for (std::int64_t i = 0; i < extents[axis]; ++i) rows.push_back(nested(tensor, extents, axis + 1, offset + i * stride, stride * extents[axis]));
  return rows;
}

int fail(const std::string& code, const std::string& message, const std::string& help) {
  std::fputs(fmt::format("error[{}]: {}\n  = help: {}\n", code, message, help).c_str(), stderr);
  return input_fault;
}

}  // namespace

int run_eval(const std::string& file, const std::string& inputs, const std::string& parameters, const Streams& streams) {
  const auto text = read_text(file, streams);
  const auto values = read_text(inputs, streams);
  if (!text || !values) return environment_fault;
  Session session(*text);
  show_diagnostics(session, streams);
  const Json given = Json::parse(values->content(), nullptr, false);
  if (!given.is_object()) return fail("G0503", fmt::format("`{}` is no JSON object", inputs), R"(write {"x": [1, 2], "W": [[1, 0], [0, 1]]})");
  const auto trained = parameters_in(parameters, session);
  if (!trained) return show_fault(trained.error(), *text, streams);
  Pool& pool = session.pool();
  Bindings bindings;
  std::vector<std::pair<const Declaration*, Array>> arrays;
  for (const Declaration& declaration : session.program().declarations) {
    if (!declaration.constant.empty() && !given.contains(declaration.name)) {
      Tensor tensor{{}, declaration.constant};
      for (const Dim dim : pool.shape(declaration.input)) tensor.extents.push_back(pool.dims().constant_value(dim).value_or(1));
      bindings.inputs.emplace(declaration.input, std::move(tensor));
      continue;
    }
    if (!given.contains(declaration.name)) continue;
    auto array = array_of(given[declaration.name]);
    if (!array) return fail("G0503", fmt::format("the value of `{}` is no number or rectangular array of numbers", declaration.name), "every row has the same length");
    arrays.emplace_back(&declaration, std::move(*array));
  }
  for (const auto& [name, numbers] : *trained) {
    if (!given.contains(name)) arrays.emplace_back(session.program().declaration(name), Array{numbers.shape, numbers.data});
  }
  for (const std::string& symbol : pool.dims().symbols()) {
    if (given.contains(symbol) && given[symbol].is_number_integer()) bindings.dims[symbol] = given[symbol].get<std::int64_t>();
  }
  for (int round = 0; round < 2; ++round) {  // a size like 2*d waits for d
    for (const auto& [declaration, array] : arrays) {
      if (!sizes_fit(pool.dims(), declaration->surface, array.extents, bindings.dims)) {
        return fail("G0502", fmt::format("the value of `{}` does not have the size it is declared with", declaration->name), "a matrix is an array of rows");
      }
    }
  }
  for (const auto& [declaration, array] : arrays) {
    Tensor tensor = column_major(array);
    tensor.extents.clear();
    for (const Dim dim : pool.shape(declaration->input)) tensor.extents.push_back(pool.dims().value(dim, bindings.dims).value_or(1));
    bindings.inputs.emplace(declaration->input, std::move(tensor));
  }
  Json results = Json::object();
  for (const Definition& definition : session.program().definitions) {
    if (definition.expr.is_none()) continue;
    for (const Expr missing : missing_bindings(pool, {definition.expr}, bindings)) {
      return fail("G0501", fmt::format("`{}` needs a value of `{}`", definition.name, pool.payload<InputInfo>(missing).name), fmt::format("add it to `{}`", inputs));
    }
    for (const Expr e : reachable(pool, {definition.expr})) {
      for (const Dim dim : pool.shape(e)) {
        const auto size = pool.dims().value(dim, bindings.dims);
        if (!size || *size < 0) return fail("G0504", fmt::format("the size `{}` has no value", pool.dims().to_string(dim)), "add it to the values, or say `dim n = 3` in the sheet");
      }
    }
    const Tensor tensor = evaluate(pool, definition.expr, bindings);
    std::vector<std::int64_t> extents;
    for (const Dim dim : definition.surface) extents.push_back(pool.dims().value(dim, bindings.dims).value_or(1));
    if (extents.size() == 2 && extents[1] == 1) extents.pop_back();
    results[definition.name] = nested(tensor, extents, 0, 0, 1);
  }
  const Json document = {{"schema", "gradwright/eval/1"}, {"values", results}};
  std::puts(document.dump(2).c_str());
  return session.has_errors() ? input_fault : fine;
}

}  // namespace gradwright::cli
