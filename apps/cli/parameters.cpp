#include "parameters.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradwright::cli {
namespace {

void note_scaling(std::string message, const char* help) { show_note(fault("G0546", std::move(message), help)); }

bool is_data(const gw::Sheet& sheet, const std::string& name) {
  return std::ranges::any_of(sheet.names(),
                             [&](const gw::Name& one) { return one.name == name && one.role == gw::Name::Role::data; });
}

/// Features as the network sees them, which a note says for each.
gw::Result<void> scale(const gw::Model& model, const std::string& path, gw::Inputs& values) {
  for (auto& [name, value] : values) {
    if (!model.scales(name)) continue;
    auto scaled = model.scaled(name, value);
    if (!scaled) return tl::unexpected(scaled.error());
    value = *std::move(scaled);
    note_scaling(fmt::format("`{}` is scaled as in the training, which {} says", name, gw::in_backticks(path)),
                 "`--raw` takes it as it is");
  }
  return {};
}

}  // namespace

gw::Result<gw::Inputs> with_parameters(const gw::Sheet& sheet, const std::string& path, bool raw, gw::Inputs values) {
  if (path.empty()) return values;
  const auto model = gw::Model::load(sheet, path);
  if (!model) return tl::unexpected(model.error());
  if (!raw && !model->knows_data() &&
      std::ranges::any_of(values, [&](const auto& value) { return is_data(sheet, value.first); }))
    note_scaling(
        fmt::format("{} does not say how features were scaled: they are taken as they are", gw::in_backticks(path)),
        "parameters that `train --save` writes now say it");
  if (!raw) {
    if (const auto scaled = scale(*model, path, values); !scaled) return tl::unexpected(scaled.error());
  }
  values.insert(model->parameters().begin(), model->parameters().end());
  return values;
}

}  // namespace gradwright::cli
