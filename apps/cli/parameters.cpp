// The parameters that `train --save` or a checkpoint holds, for `run` and `eval`.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands.h"
#include "data/safetensors.h"

namespace gradwright::cli {

tl::expected<std::vector<std::pair<std::string, Array>>, Diagnostic> parameters_in(const std::string& path,
                                                                                   const Session& session) {
  std::vector<std::pair<std::string, Array>> arrays;
  if (path.empty()) return arrays;
  const auto bytes = file_bytes(path);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto content = parse_safetensors(*bytes, path);
  if (!content) return tl::unexpected(content.error());
  for (const StoredTensor& tensor : content->tensors) {
    if (tensor.name.find('.') != std::string::npos)
      continue;  // a checkpoint keeps what is no parameter under such names
    const std::string name = in_backticks(tensor.name);
    if (session.program().declaration(tensor.name) == nullptr)
      return tl::unexpected(
          data_error("G0306", fmt::format("{} holds {}, which the sheet does not declare", in_backticks(path), name),
                     "give the sheet that was trained"));
    if (tensor.type != Element::f32 && tensor.type != Element::f64)
      return tl::unexpected(data_error("G0520", fmt::format("{} holds {} as whole numbers", in_backticks(path), name),
                                       "parameters are F32 or F64"));
    Array array{tensor.shape, reals(tensor)};
    if (!std::ranges::all_of(array.data, [](double x) { return std::isfinite(x); }))
      return tl::unexpected(data_error("G0507", fmt::format("{} of {} is not finite", name, in_backticks(path)),
                                       "take parameters of an earlier epoch"));
    arrays.emplace_back(tensor.name, std::move(array));
  }
  return arrays;
}

}  // namespace gradwright::cli
