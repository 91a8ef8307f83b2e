#include "json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "commands.h"

namespace gradwright::cli {
using Json = nlohmann::ordered_json;

namespace {

bool collect(const Json& json, std::size_t depth, RowMajor& array) {
  if (json.is_number() || json.is_null()) {
    if (depth != array.extents.size()) return false;
    array.values.push_back(json.is_null() ? NAN : json.get<double>());
    return true;
  }
  if (!json.is_array() || depth >= array.extents.size() ||
      static_cast<std::int64_t>(json.size()) != array.extents[depth])
    return false;
  for (const Json& part : json) {
    if (!collect(part, depth + 1, array)) return false;
  }
  return true;
}

Json nested_from(const gw::Array& array, std::size_t axis, std::int64_t offset, std::int64_t stride) {
  if (axis == array.extents.size()) return array.values[static_cast<std::size_t>(offset)];
  Json rows = Json::array();
  for (std::int64_t i = 0; i < array.extents[axis]; ++i)
    rows.push_back(nested_from(array, axis + 1, offset + i * stride, stride * array.extents[axis]));
  return rows;
}

std::optional<RowMajor> array_of(const Json& json) {
  RowMajor array;
  if (json.is_number_integer()) array.whole = json.get<std::int64_t>();
  const Json* inner = &json;
  while (inner->is_array()) {
    array.extents.push_back(static_cast<std::int64_t>(inner->size()));
    if (inner->empty() || array.extents.size() > 8) return std::nullopt;
    inner = &(*inner)[0];
  }
  if (!collect(json, 0, array)) return std::nullopt;
  return array;
}

/// `entry [2,1]`, counted from 1; `the value` of a number.
std::string entry_named(const RowMajor& array, std::ptrdiff_t at) {
  if (array.extents.empty()) return "the value";
  std::string indices;
  for (auto extent = array.extents.rbegin(); extent != array.extents.rend(); at /= *extent++)
    indices = fmt::format("{}{}{}", at % *extent + 1, indices.empty() ? "" : ",", indices);
  return fmt::format("entry [{}]", indices);
}

NamedArrays arrays_in(const Json& object) {
  NamedArrays arrays;
  for (const auto& [name, value] : object.items()) arrays.emplace(name, array_of(value));
  return arrays;
}

Json object_of(const NamedValues& values) {
  Json object = Json::object();
  for (const auto& [name, array] : values) object[name] = nested_from(array, 0, 0, 1);
  return object;
}

/// The first number outside of strings that float64 does not reach; an empty piece of the text where there is none.
std::string_view number_beyond(const std::string& text) {
  const std::string_view all = text;
  for (std::size_t at = 0; at < all.size();) {
    if (all[at] == '"') {
      for (++at; at < all.size() && all[at] != '"'; ++at) at += all[at] == '\\' ? 1 : 0;
      ++at;
    } else if (all[at] == '-' || (all[at] >= '0' && all[at] <= '9')) {
      const std::size_t end = std::min(all.find_first_not_of("+-.0123456789Ee", at), all.size());
      const std::string_view number = all.substr(at, end - at);
      if (std::isinf(std::strtod(std::string(number).c_str(), nullptr))) return number;
      at = end;
    } else {
      ++at;
    }
  }
  return all.substr(0, 0);
}

}  // namespace

gw::Array column_major(const RowMajor& array) { return gw::Array::of_rows(array.extents, array.values); }

gw::Result<NamedArrays> named_arrays(const std::string& text, const std::string& file) {
  const auto wrong = [](const char* code, std::string message, std::string help) {
    return tl::unexpected(fault(code, std::move(message), std::move(help)));
  };
  const auto wrong_at = [&](std::size_t begin, std::size_t end, const char* code, std::string message,
                            const char* help) {
    return tl::unexpected(gw::placed(fault(code, std::move(message), help), text, file, begin, end));
  };
  constexpr const char* form = R"(write {"x": [1, 2], "W": [[1, 0], [0, 1]]})";
  std::set<std::string> names;
  std::string again;
  const auto note_name = [&](int depth, Json::parse_event_t event, Json& name) {
    if (depth == 1 && event == Json::parse_event_t::key && !names.insert(name.get<std::string>()).second)
      again = name.get<std::string>();
    return true;
  };
  try {
    const Json given = Json::parse(text, note_name);
    if (!given.is_object()) return wrong_at(0, text.size(), "G0503", "the values are no JSON object", form);
    if (!again.empty()) return wrong("G0503", fmt::format("`{}` has two values", again), "keep one of them");
    NamedArrays arrays = arrays_in(given);
    for (const auto& [name, array] : arrays) {
      if (!array) continue;
      const auto missing = std::ranges::find_if(array->values, [](double value) { return std::isnan(value); });
      if (missing != array->values.end())
        return wrong("G0507",
                     fmt::format("{} of `{}` is null, which is no number",
                                 entry_named(*array, missing - array->values.begin()), name),
                     "give it a number: nothing is filled in here");
    }
    return arrays;
  } catch (const Json::parse_error& found) {
    return wrong_at(std::max<std::size_t>(found.byte, 1) - 1, found.byte, "G0503", "the values are no JSON object",
                    form);
  } catch (const Json::out_of_range&) {
    const std::string_view number = number_beyond(text);
    const auto at = static_cast<std::size_t>(number.data() - text.data());
    return wrong_at(at, at + number.size(), "G0507", fmt::format("`{}` is beyond the numbers of float64", number),
                    "write a number below 1.8e308");
  }
}

std::string eval_json(const NamedValues& values) {
  return Json{{"schema", "gradwright/eval/1"}, {"values", object_of(values)}}.dump(2);
}

std::string grad_check_task(const std::string& loss, const std::vector<std::string>& wrt,
                            const std::vector<NamedValues>& points) {
  Json task = {{"loss", loss}, {"wrt", wrt}, {"points", Json::array()}};
  for (const auto& point : points) task["points"].push_back(object_of(point));
  return task.dump();
}

std::optional<GradCheckAnswer> grad_check_answer(const std::string& text, std::size_t points) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  GradCheckAnswer answer;
  if (json.contains("fault")) {
    if (!json["fault"].is_string() || !json.contains("message") || !json["message"].is_string()) return std::nullopt;
    answer.fault = json["fault"].get<std::string>();
    answer.message = json["message"].get<std::string>();
    return answer;
  }
  if (!json.contains("points") || !json["points"].is_array() || json["points"].size() != points) return std::nullopt;
  for (const Json& point : json["points"]) {
    if (!point.is_object() || !point.contains("value") || !point.contains("gradients") ||
        !point["gradients"].is_object())
      return std::nullopt;
    answer.points.push_back(
        {point.value("has_value", Json(false)) == Json(true), array_of(point["value"]), arrays_in(point["gradients"])});
  }
  return answer;
}

}  // namespace gradwright::cli
