#include "data/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>

#include "data/record.h"

namespace gradwright {
namespace {

constexpr std::size_t length_size = 8;
constexpr std::uint64_t longest_header = 100'000'000;  // what the reader of Hugging Face takes
constexpr const char* write_again = "the file is damaged or of another kind: write it again";

struct TypeRow {
  std::string_view name;
  Element type;
};
constexpr TypeRow types[] = {
    {"BOOL", Element::boolean}, {"U8", Element::u8},   {"I8", Element::i8},   {"U16", Element::u16},
    {"I16", Element::i16},      {"U32", Element::u32}, {"I32", Element::i32}, {"F32", Element::f32},
    {"U64", Element::u64},      {"I64", Element::i64}, {"F64", Element::f64},
};

/// What the header says of one tensor.
struct Entry {
  std::string name;
  std::optional<std::string> type;
  std::optional<std::vector<std::uint64_t>> shape, offsets;
};

/// Takes the header as it is read: three levels deep and no deeper, each name once.
class TensorHeader : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::map<std::string, std::string> metadata;
  std::vector<Entry> entries;
  std::string fault;  ///< why reading ended

  bool key(string_t& name) override {
    if (depth_ == 1) {
      is_metadata_ = name == "__metadata__";
      if (!names_.insert(name).second) return fails(fmt::format("names {} twice", in_backticks(name)));
      if (!is_metadata_) entries.push_back({name, {}, {}, {}});
    } else if (is_metadata_) {
      if (metadata.contains(name)) return fails(fmt::format("has {} twice in its metadata", in_backticks(name)));
    } else if (name != "dtype" && name != "shape" && name != "data_offsets") {
      return fails(fmt::format("says {} of the tensor {}", in_backticks(name), in_backticks(entries.back().name)));
    } else if ((name == "dtype" && entries.back().type) || (name == "shape" && entries.back().shape) ||
               (name == "data_offsets" && entries.back().offsets)) {
      return fails(fmt::format("says {} of the tensor {} twice", name, in_backticks(entries.back().name)));
    }
    key_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    if (depth_ > 1 || is_in_list_) return misplaced();
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ != 2 || is_metadata_ || is_in_list_ || key_ == "dtype") return misplaced();
    is_in_list_ = true;
    list() = std::vector<std::uint64_t>();
    return true;
  }
  bool end_array() override {
    is_in_list_ = false;
    return true;
  }
  bool string(string_t& value) override {
    if (depth_ != 2 || is_in_list_) return misplaced();
    if (is_metadata_) {
      metadata[key_] = value;
    } else if (key_ == "dtype") {
      entries.back().type = value;
    } else {
      return misplaced();
    }
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (!is_in_list_) return misplaced();
    list()->push_back(value);
    return true;
  }
  bool number_integer(number_integer_t) override { return misplaced(); }
  bool number_float(number_float_t, const string_t&) override { return misplaced(); }
  bool null() override { return misplaced(); }
  bool boolean(bool) override { return misplaced(); }
  bool binary(binary_t&) override { return misplaced(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fails(fmt::format("has a header that is no JSON, at its byte {}", position));
  }

 private:
  std::optional<std::vector<std::uint64_t>>& list() {
    return key_ == "shape" ? entries.back().shape : entries.back().offsets;
  }
  bool fails(std::string why) {
    if (fault.empty()) fault = std::move(why);
    return false;
  }
  bool misplaced() {
    return fails(
        depth_ == 0    ? "has a header that is no JSON object"
        : is_metadata_ ? "has metadata that is not text"
        : depth_ == 1 || entries.empty()
            ? fmt::format("has a header with something else than tensors after {}", in_backticks(key_))
            : fmt::format("says no {} of the tensor {}", in_backticks(key_), in_backticks(entries.back().name)));
  }

  std::size_t depth_ = 0;
  bool is_metadata_ = false, is_in_list_ = false;
  std::string key_;
  std::set<std::string> names_;
};

std::optional<Element> type_named(std::string_view name) {
  const auto* const row = std::ranges::find(types, name, &TypeRow::name);
  return row == std::end(types) ? std::nullopt : std::optional(row->type);
}

std::string_view name_of(Element type) { return std::ranges::find(types, type, &TypeRow::type)->name; }

/// Bytes that a tensor of this shape takes; nothing where that is more than can be.
std::optional<std::uint64_t> byte_count(const std::vector<std::uint64_t>& shape, Element type) {
  std::uint64_t count = byte_size(type);
  bool is_empty = false;
  for (const std::uint64_t extent : shape) {
    is_empty = is_empty || extent == 0;
    if (extent > std::uint64_t{1} << 62U) return std::nullopt;
    const std::uint64_t factor = std::max<std::uint64_t>(extent, 1);
    if (factor > (std::uint64_t{1} << 62U) / count) return std::nullopt;
    count *= factor;
  }
  return is_empty ? 0 : count;
}

template <class Number>
std::string little_endian(std::size_t count, const auto& number_at) {
  std::string bytes(count * sizeof(Number), '\0');
  for (std::size_t i = 0; i < count; ++i) {
    const Number number = number_at(i);
    char* const to = bytes.data() + i * sizeof(Number);
    std::memcpy(to, &number, sizeof(Number));
    if constexpr (std::endian::native == std::endian::big) std::reverse(to, to + sizeof(Number));
  }
  return bytes;
}

template <class Number, class To>
std::vector<To> numbers_in(std::string_view bytes) {
  std::vector<To> numbers(bytes.size() / sizeof(Number));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    char raw[sizeof(Number)];
    std::memcpy(raw, bytes.data() + i * sizeof(Number), sizeof(Number));
    if constexpr (std::endian::native == std::endian::big) std::reverse(raw, raw + sizeof(Number));
    Number number;
    std::memcpy(&number, raw, sizeof(Number));
    numbers[i] = static_cast<To>(number);
  }
  return numbers;
}

std::uint64_t header_length(std::string_view bytes) {
  std::uint64_t length = 0;
  for (std::size_t i = length_size; i-- > 0;) length = length << 8U | static_cast<unsigned char>(bytes[i]);
  return length;
}

// The record of a training's data (record.h), which lies in the metadata of its parameters.
using nlohmann::json;

constexpr std::string_view target_kinds[] = {"numbers", "index", "one-hot", "two"};
constexpr std::string_view record_format = "gradwright/data/1";

json column_json(const CsvColumn& column) {
  json one{{"name", column.name}, {"means", column.means}};
  if (!column.texts.empty()) one["texts"] = column.texts;
  return one;
}

/// The widths agree, and numbers are numbers.
bool is_sound(const DataRecord& record) {
  std::size_t width = 0;
  for (const CsvColumn& column : record.columns) {
    if (column.means.size() != column.width() || !std::ranges::is_sorted(column.texts)) return false;
    width += column.width();
  }
  const auto is_finite = [](double x) { return std::isfinite(x); };
  return record.shift.size() == record.factor.size() && (record.columns.empty() || width == record.shift.size()) &&
         std::ranges::all_of(record.shift, is_finite) && std::ranges::all_of(record.factor, is_finite);
}

}  // namespace

const StoredTensor* Safetensors::find(std::string_view name) const {
  const auto found = std::ranges::find(tensors, name, &StoredTensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

bool is_safetensors(std::string_view bytes) {
  return bytes.size() > length_size && bytes[length_size] == '{' && header_length(bytes) <= longest_header;
}

tl::expected<Safetensors, Diagnostic> parse_safetensors(std::string_view bytes, std::string_view name,
                                                        const LoadLimits& limits) {
  const auto malformed = [&](std::string_view what, std::string_view help = write_again) {
    return tl::unexpected(error("G0520", fmt::format("{} {}", in_backticks(name), what)).help(std::string(help)));
  };
  if (bytes.size() > limits.bytes) return malformed(fmt::format("holds more than {} bytes", limits.bytes));
  if (bytes.size() < length_size) return malformed("ends within its header", "the file is cut short: write it again");
  const std::uint64_t length = header_length(bytes);
  const std::uint64_t rest = bytes.size() - length_size;
  if (length > longest_header) return malformed(fmt::format("states a header of {} bytes", length));
  if (length > rest)
    return malformed(fmt::format("states a header of {} bytes and holds {} after its length", length, rest));
  const std::string_view header = bytes.substr(length_size, length);
  const std::string_view data = bytes.substr(length_size + length);
  TensorHeader reader;
  if (!header.starts_with('{')) return malformed("has a header that is no JSON object");
  if (!nlohmann::json::sax_parse(header, &reader))
    return malformed(reader.fault.empty() ? "has a header that is no JSON object" : reader.fault);

  std::ranges::sort(reader.entries, [](const Entry& a, const Entry& b) { return a.offsets < b.offsets; });
  Safetensors result{std::move(reader.metadata), {}};
  std::uint64_t end = 0;
  for (Entry& entry : reader.entries) {
    const std::string which = in_backticks(entry.name);
    if (!entry.type || !entry.shape || !entry.offsets)
      return malformed(fmt::format("does not say type, shape and place of the tensor {}", which));
    const auto type = type_named(*entry.type);
    if (!type)
      return malformed(fmt::format("holds the tensor {} of type {}", which, in_backticks(*entry.type)),
                       "F64, F32 and whole numbers are read: convert it before saving");
    const auto wanted = byte_count(*entry.shape, *type);
    if (!wanted) return malformed(fmt::format("states a shape for {} that no memory holds", which));
    const std::vector<std::uint64_t>& offsets = *entry.offsets;
    if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size())
      return malformed(fmt::format("places {} outside of its {} bytes of numbers", which, data.size()),
                       "the file is cut short or damaged: write it again");
    if (offsets[1] - offsets[0] != *wanted)
      return malformed(
          fmt::format("gives {} bytes to {}, whose shape takes {}", offsets[1] - offsets[0], which, *wanted));
    if (offsets[0] < end) return malformed(fmt::format("places {} over another tensor", which));
    if (offsets[0] > end) return malformed(fmt::format("has {} bytes of no tensor before {}", offsets[0] - end, which));
    end = offsets[1];
    StoredTensor tensor{std::move(entry.name), *type, {}, std::string(data.substr(offsets[0], *wanted))};
    for (const std::uint64_t extent : *entry.shape) tensor.shape.push_back(static_cast<std::int64_t>(extent));
    result.tensors.push_back(std::move(tensor));
  }
  if (end != data.size()) return malformed(fmt::format("has {} bytes of no tensor at its end", data.size() - end));
  return result;
}

std::string safetensors_text(const Safetensors& content) {
  std::vector<const StoredTensor*> order;
  for (const StoredTensor& tensor : content.tensors) order.push_back(&tensor);
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [](const StoredTensor* tensor) { return byte_size(tensor->type); });
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
  std::size_t end = 0;
  for (const StoredTensor* tensor : order) {
    const std::size_t begin = end;
    end += tensor->bytes.size();
    header[tensor->name] = {{"dtype", name_of(tensor->type)}, {"shape", tensor->shape}, {"data_offsets", {begin, end}}};
  }
  std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = text.size();
  std::string file = little_endian<std::uint64_t>(1, [&](std::size_t) { return length; });
  file.reserve(file.size() + text.size() + end);
  file += text;
  for (const StoredTensor* tensor : order) file += tensor->bytes;
  return file;
}

StoredTensor stored_reals(std::string name, Element type, std::vector<std::int64_t> shape,
                          std::span<const double> values) {
  return {std::move(name), type, std::move(shape),
          type == Element::f32
              ? little_endian<float>(values.size(), [&](std::size_t i) { return static_cast<float>(values[i]); })
              : little_endian<double>(values.size(), [&](std::size_t i) { return values[i]; })};
}

StoredTensor stored_integers(std::string name, std::span<const std::int64_t> values) {
  return {std::move(name),
          Element::i64,
          {static_cast<std::int64_t>(values.size())},
          little_endian<std::int64_t>(values.size(), [&](std::size_t i) { return values[i]; })};
}

std::vector<double> reals(const StoredTensor& tensor) {
  if (tensor.type == Element::f32) return numbers_in<float, double>(tensor.bytes);
  if (tensor.type == Element::f64) return numbers_in<double, double>(tensor.bytes);
  return {};
}

std::vector<std::int64_t> integers(const StoredTensor& tensor) {
  return tensor.type == Element::i64 ? numbers_in<std::int64_t, std::int64_t>(tensor.bytes)
                                     : std::vector<std::int64_t>();
}

std::string record_text(const DataRecord& record) {
  json columns = json::array();
  for (const CsvColumn& column : record.columns) columns.push_back(column_json(column));
  const json all{{"format", record_format},
                 {"input", record.input},
                 {"samples", record.samples},
                 {"sizes", record.sizes},
                 {"columns", columns},
                 {"has_names", record.has_names},
                 {"target_at", record.target_at},
                 {"fills_gaps", record.fills_gaps},
                 {"scaling", record.scaling},
                 {"shift", record.shift},
                 {"factor", record.factor},
                 {"target", record.target},
                 {"classes", record.classes},
                 {"kind", target_kinds[static_cast<std::size_t>(record.kind)]},
                 {"low", record.low},
                 {"high", record.high},
                 {"is_mapped", record.is_mapped}};
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

tl::expected<DataRecord, Diagnostic> parse_record(std::string_view text, std::string_view name) {
  const auto refused = [&] {
    return tl::unexpected(
        error("G0520", fmt::format("what {} says of the data it was trained on is damaged", in_backticks(name)))
            .help("train again, and save the parameters anew"));
  };
  const json all = json::parse(text, nullptr, false);
  if (!all.is_object() || all.value("format", json()) != json(record_format)) return refused();
  DataRecord record;
  try {
    all.at("input").get_to(record.input);
    all.at("samples").get_to(record.samples);
    all.at("sizes").get_to(record.sizes);
    for (const json& one : all.at("columns"))
      record.columns.push_back({one.at("name"), one.value("texts", std::vector<std::string>()), one.at("means"), 1});
    all.at("has_names").get_to(record.has_names);
    all.at("target_at").get_to(record.target_at);
    all.at("fills_gaps").get_to(record.fills_gaps);
    all.at("scaling").get_to(record.scaling);
    all.at("shift").get_to(record.shift);
    all.at("factor").get_to(record.factor);
    all.at("target").get_to(record.target);
    all.at("classes").get_to(record.classes);
    const auto* const kind = std::ranges::find(target_kinds, all.at("kind").get<std::string>());
    if (kind == std::end(target_kinds)) return refused();
    record.kind = static_cast<TargetKind>(kind - std::begin(target_kinds));
    all.at("low").get_to(record.low);
    all.at("high").get_to(record.high);
    all.at("is_mapped").get_to(record.is_mapped);
  } catch (const json::exception&) {  // the library's way to say that something is missing, or of another type
    return refused();
  }
  if (!is_sound(record)) return refused();
  return record;
}

}  // namespace gradwright
