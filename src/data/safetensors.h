// Safetensors: 8 bytes with the length of a JSON header, the header {"name": {"dtype", "shape", "data_offsets"}, …, "__metadata__": {…}},
// then the numbers of the tensors, one after another without a gap, little-endian, the last axis fastest.
// Hugging Face's libraries read and write it; here it holds parameters and checkpoints.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "data/bytes.h"
#include "source/diagnostic.h"

namespace gradwright {

struct StoredTensor {
  std::string name;
  Element type = Element::f64;
  std::vector<std::int64_t> shape;
  std::string bytes;  ///< little-endian, row-major
};

struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::vector<StoredTensor> tensors;

  /// Null where there is none of that name.
  [[nodiscard]] const StoredTensor* find(std::string_view name) const;
};

[[nodiscard]] bool is_safetensors(std::string_view bytes);
/// `name` is the file in diagnostics (G0520). Tensors come in the order of their numbers.
[[nodiscard]] tl::expected<Safetensors, Diagnostic> parse_safetensors(std::string_view bytes, std::string_view name,
                                                                      const LoadLimits& = {});
/// A file; tensors of wider numbers come first, so that each begins at a multiple of the size of its numbers.
[[nodiscard]] std::string safetensors_text(const Safetensors&);

/// `type` is f32, which rounds, or f64.
[[nodiscard]] StoredTensor stored_reals(std::string name, Element type, std::vector<std::int64_t> shape,
                                        std::span<const double>);
[[nodiscard]] StoredTensor stored_integers(std::string name, std::span<const std::int64_t>);
/// Of f32 or f64; empty for another type. They may be infinite or no number.
[[nodiscard]] std::vector<double> reals(const StoredTensor&);
/// Of i64; empty for another type.
[[nodiscard]] std::vector<std::int64_t> integers(const StoredTensor&);

}  // namespace gradwright
