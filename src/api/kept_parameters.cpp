#include "api/kept_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/safetensors.h"
#include "train/checkpoint.h"

namespace gradwright {

const Array* KeptParameters::find(std::string_view name) const {
  const auto found = std::ranges::find(arrays, name, &std::pair<std::string, Array>::first);
  return found == arrays.end() ? nullptr : &found->second;
}

bool KeptParameters::scales(std::string_view input) const {
  return record && record->input == input && record->is_scaled();
}

tl::expected<KeptParameters, Diagnostic> kept_parameters(const std::string& path, const Session& session) {
  const auto bytes = file_bytes(path);
  if (!bytes) return tl::unexpected(bytes.error());
  return parse_parameters(*bytes, path, session);
}

tl::expected<KeptParameters, Diagnostic> parse_parameters(std::string_view bytes, const std::string& path,
                                                          const Session& session) {
  KeptParameters kept;
  kept.path = path;
  const auto content = parse_safetensors(bytes, path);
  if (!content) return tl::unexpected(content.error());
  if (const auto text = content->metadata.find(record_key); text != content->metadata.end()) {
    auto record = parse_record(text->second, path);
    if (!record) return tl::unexpected(record.error());
    kept.record = *std::move(record);
  }
  for (const StoredTensor& tensor : content->tensors) {
    if (tensor.name.find('.') != std::string::npos)
      continue;  // a checkpoint keeps what is no parameter under such names
    const std::string name = in_backticks(tensor.name);
    if (session.program().declaration(tensor.name) == nullptr)
      return tl::unexpected(
          error("G0306", fmt::format("{} holds {}, which the sheet does not declare", in_backticks(path), name))
              .help("give the sheet that was trained"));
    if (tensor.type != Element::f32 && tensor.type != Element::f64)
      return tl::unexpected(error("G0520", fmt::format("{} holds {} as whole numbers", in_backticks(path), name))
                                .help("parameters are F32 or F64"));
    kept.are_single = tensor.type == Element::f32;
    Array array{tensor.shape, reals(tensor)};
    if (!std::ranges::all_of(array.data, [](double x) { return std::isfinite(x); }))
      return tl::unexpected(error("G0507", fmt::format("{} of {} is not finite", name, in_backticks(path)))
                                .help("take parameters of an earlier epoch"));
    kept.arrays.emplace_back(tensor.name, std::move(array));
  }
  return kept;
}

std::optional<Diagnostic> scale_as_trained(const KeptParameters& kept, std::vector<double>& numbers) {
  const DataRecord& record = *kept.record;
  const std::size_t width = record.width();
  if (width == 0 || numbers.size() % width != 0 || (record.samples.empty() && numbers.size() != width))
    return error("G0545", fmt::format("`{}` holds {} numbers, and a sample of the training had {}", record.input,
                                      numbers.size(), width))
        .help("give the features that it was trained on");
  const std::size_t count = numbers.size() / width;
  const bool are_rows = record.samples != "last";
  for (std::size_t s = 0; s < count; ++s) {
    std::vector<double> features(width);
    const auto at = [&](std::size_t k) { return are_rows ? s * width + k : k * count + s; };
    for (std::size_t k = 0; k < width; ++k) features[k] = numbers[at(k)];
    record.scale(features);
    for (std::size_t k = 0; k < width; ++k) numbers[at(k)] = features[k];
  }
  return std::nullopt;
}

}  // namespace gradwright
