#include "train/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/axis_order.h"
#include "base/hash.h"
#include "train/epoch_order.h"

namespace gradwright {
namespace {

constexpr std::string_view format = "gradwright/checkpoint/1";
constexpr std::string_view record_prefix = "record.";
constexpr std::string_view fact_prefix = "fact ";

StoredTensor stored(const Tensor& tensor, std::size_t i, const StateLayout& layout) {
  std::vector<double> numbers(tensor.values.size());
  const std::vector<std::size_t> places = row_major_places(layout.shapes[i]);
  for (std::size_t at = 0; at < places.size(); ++at) numbers[places[at]] = tensor.values[at];
  return stored_reals(layout.names[i], layout.type, layout.shapes[i], numbers);
}

/// The state of a generator as the standard writes it: whole numbers.
std::vector<std::int64_t> numbers_of(const Generator& generator) {
  std::stringstream text;
  text << generator;
  std::vector<std::int64_t> numbers;
  for (std::uint64_t number = 0; text >> number;) numbers.push_back(static_cast<std::int64_t>(number));
  return numbers;
}

/// Nothing where the numbers are no state. After the words of a state some libraries write the place of the next one.
std::optional<Generator> generator_of(const std::vector<std::int64_t>& numbers) {
  Generator generator;
  const std::size_t size = numbers_of(generator).size();
  if (numbers.size() != size) return std::nullopt;
  if (size > Generator::state_size && static_cast<std::uint64_t>(numbers.back()) > Generator::state_size)
    return std::nullopt;
  std::stringstream text;
  for (const std::int64_t number : numbers) text << static_cast<std::uint64_t>(number) << ' ';
  text >> generator;
  return text.fail() ? std::nullopt : std::optional(generator);
}

/// Nothing where the numbers are no order of so many samples.
std::optional<std::vector<std::size_t>> order_of(const std::vector<std::int64_t>& numbers) {
  std::vector<bool> seen(numbers.size(), false);
  std::vector<std::size_t> order;
  for (const std::int64_t number : numbers) {
    const auto at = static_cast<std::uint64_t>(number);
    if (at >= seen.size() || seen[at]) return std::nullopt;
    seen[at] = true;
    order.push_back(at);
  }
  return order;
}

std::optional<std::uint64_t> whole_number(const Safetensors& content, const char* key) {
  const auto found = content.metadata.find(key);
  if (found == content.metadata.end()) return std::nullopt;
  const std::string& text = found->second;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<Diagnostic> disagreement(const Safetensors& content, std::string_view name, const Facts& facts) {
  const auto refusal = [&](const std::string& with) {
    return error("G0521", fmt::format("the checkpoint {} was made with {}", in_backticks(name), with))
        .help("give what it was made with, or begin a checkpoint of another name");
  };
  for (const auto& [key, value] : facts) {
    const auto found = content.metadata.find(std::string(fact_prefix) + key);
    if (found != content.metadata.end() && found->second == value) continue;
    const std::string with =
        found == content.metadata.end() || value.starts_with('#') || found->second.starts_with('#')
            ? "another " + key
            : fmt::format("{} {}, and this training has {}", key, in_backticks(found->second), in_backticks(value));
    return refusal(with);
  }
  for (const auto& [key, value] : content.metadata) {
    if (key.starts_with(fact_prefix) && !facts.contains(key.substr(fact_prefix.size())))
      return refusal(value.starts_with('#')
                         ? "another " + key.substr(fact_prefix.size())
                         : fmt::format("{} {}", key.substr(fact_prefix.size()), in_backticks(value)));
  }
  return std::nullopt;
}

/// Reads the parts of a file; each reader says whether it found its part sound.
class Restored {
 public:
  Restored(const Safetensors& content, const StateLayout& layout) : content_(content), layout_(layout) {}
  TrainState state;

  bool position() {
    const auto epoch = whole_number(content_, "epoch");
    const auto done = whole_number(content_, "samples done");
    const auto steps = whole_number(content_, "steps");
    if (!epoch || *epoch < 1 || *epoch > 1'000'000'001 || !done || *done > layout_.samples || !steps) return false;
    state.epoch = static_cast<int>(*epoch);
    state.done = *done;
    state.steps = *steps;
    const StoredTensor* loss = content_.find("training.loss");
    if (loss == nullptr || loss->type != Element::f64 || loss->bytes.size() != sizeof(double)) return false;
    state.loss = reals(*loss)[0];
    return true;
  }
  bool turn() {
    const StoredTensor* order = content_.find("training.order");
    const StoredTensor* generator = content_.find("training.generator");
    if (order == nullptr || generator == nullptr) return false;
    auto found = order_of(integers(*order));
    const auto random = generator_of(integers(*generator));
    if (!found || found->size() != layout_.entries || !random) return false;
    state.order = *std::move(found);
    state.random = *random;
    return true;
  }
  bool value(std::size_t i) {
    const StoredTensor* tensor = content_.find(layout_.names[i]);
    if (tensor == nullptr || tensor->type != layout_.type || tensor->shape != layout_.shapes[i]) return false;
    const std::vector<double> numbers = reals(*tensor);
    Tensor found{layout_.extents[i], std::vector<double>(numbers.size())};
    const std::vector<std::size_t> places = row_major_places(tensor->shape);
    for (std::size_t at = 0; at < places.size(); ++at) found.values[at] = numbers[places[at]];
    state.values.push_back(std::move(found));
    return true;
  }
  void records() {
    for (const StoredTensor& tensor : content_.tensors) {
      if (tensor.name.starts_with(record_prefix))
        state.records[tensor.name.substr(record_prefix.size())] = reals(tensor);
    }
  }

 private:
  const Safetensors& content_;
  const StateLayout& layout_;
};

}  // namespace

std::string digest(std::string_view text) { return fmt::format("#{:016x}", hash_of(0, text)); }

std::string digest(std::span<const double> numbers) { return fmt::format("#{:016x}", hash_of(1, numbers)); }

StateLayout state_layout(const Pool& pool, const TrainTask& task, const Samples& samples, const Engine& engine,
                         const EngineOptions& options) {
  StateLayout layout;
  layout.parameters = task.parameters.size();
  layout.samples = samples.training;
  layout.entries = EpochOrder(samples.training, samples.blocks, 0).entries();
  layout.type = options.oracle || options.precision == Precision::float64 ? Element::f64 : Element::f32;
  for (const Parameter& parameter : task.parameters) {
    std::vector<std::int64_t> shape;
    for (const Dim dim : pool.payload<InputInfo>(parameter.input).surface)
      shape.push_back(pool.dims().value(dim, samples.dims).value_or(1));
    if (shape.size() == 2 && shape[1] == 1) shape.pop_back();
    layout.names.push_back(parameter.name);
    layout.shapes.push_back(std::move(shape));
  }
  for (const Tensor& value : engine.values()) {
    layout.extents.push_back(value.extents);
    if (layout.extents.size() <= layout.parameters) continue;
    layout.names.push_back(fmt::format("optimizer.{}", layout.names.size() - layout.parameters));
    layout.shapes.push_back(value.extents);
  }
  return layout;
}

std::string checksum(const Safetensors& content) {
  std::uint64_t hash = 0;
  for (const auto& [key, value] : content.metadata) {
    if (key != "checksum") hash = hash_of(hash_of(hash, key), value);
  }
  std::vector<const StoredTensor*> tensors;
  for (const StoredTensor& tensor : content.tensors) tensors.push_back(&tensor);
  std::ranges::sort(tensors, {}, [](const StoredTensor* tensor) { return std::string_view(tensor->name); });
  for (const StoredTensor* tensor : tensors) {
    hash = mixed(hash_of(hash, tensor->name), static_cast<std::uint64_t>(tensor->type));
    for (const std::int64_t extent : tensor->shape) hash = mixed(hash, static_cast<std::uint64_t>(extent));
    hash = hash_of(hash, tensor->bytes);
  }
  return fmt::format("{:016x}", hash);
}

std::string checkpoint_text(const TrainState& state, const Facts& facts, const StateLayout& layout) {
  Safetensors content;
  content.metadata = {{"format", std::string(format)},
                      {"epoch", fmt::format("{}", state.epoch)},
                      {"samples done", fmt::format("{}", state.done)},
                      {"steps", fmt::format("{}", state.steps)}};
  for (const auto& [key, value] : facts) content.metadata[std::string(fact_prefix) + key] = value;
  for (std::size_t i = 0; i < state.values.size(); ++i) content.tensors.push_back(stored(state.values[i], i, layout));
  content.tensors.push_back(stored_reals("training.loss", Element::f64, {1}, std::span(&state.loss, 1)));
  content.tensors.push_back(
      stored_integers("training.order", std::vector<std::int64_t>(state.order.begin(), state.order.end())));
  content.tensors.push_back(stored_integers("training.generator", numbers_of(state.random)));
  for (const auto& [name, numbers] : state.records)
    content.tensors.push_back(stored_reals(std::string(record_prefix) + name, Element::f64,
                                           {static_cast<std::int64_t>(numbers.size())}, numbers));
  if (!layout.record.empty()) content.metadata[record_key] = layout.record;
  content.metadata["checksum"] = checksum(content);
  return safetensors_text(content);
}

std::string parameters_text(const std::vector<Tensor>& values, const StateLayout& layout) {
  Safetensors content{{{"format", "gradwright/parameters/1"}}, {}};
  if (!layout.record.empty()) content.metadata[record_key] = layout.record;
  for (std::size_t i = 0; i < layout.parameters; ++i) content.tensors.push_back(stored(values[i], i, layout));
  return safetensors_text(content);
}

tl::expected<TrainState, Diagnostic> parse_checkpoint(std::string_view bytes, std::string_view name, const Facts& facts,
                                                      const StateLayout& layout) {
  const auto refused = [&](std::string_view what) {
    return tl::unexpected(error("G0520", fmt::format("{} {}", in_backticks(name), what))
                              .help("go on from another checkpoint, or remove it and begin again"));
  };
  auto content = parse_safetensors(bytes, name);
  if (!content) return tl::unexpected(std::move(content.error()));
  const auto kind = content->metadata.find("format");
  if (kind == content->metadata.end() || kind->second != format)
    return refused("holds tensors, and is no checkpoint of this version");
  const auto sum = content->metadata.find("checksum");
  if (sum == content->metadata.end() || sum->second != checksum(*content))
    return refused("is damaged: its numbers do not have the checksum that it states");
  if (auto fault = disagreement(*content, name, facts)) return tl::unexpected(*std::move(fault));
  Restored restored(*content, layout);
  for (std::size_t i = 0; i < layout.names.size(); ++i) {
    if (!restored.value(i))
      return refused(fmt::format("does not hold {} as this training has it", in_backticks(layout.names[i])));
  }
  if (!restored.turn()) return refused("does not hold the order of the samples");
  if (!restored.position()) return refused("does not say where the training stands");
  restored.records();
  return std::move(restored.state);
}

}  // namespace gradwright
