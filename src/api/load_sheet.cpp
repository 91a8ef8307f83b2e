// gw::text_of and gw::Sheet::load: apart from the rest of gw::Sheet, which knows nothing of files.
#include <fmt/format.h>

#include <gradwright/sheet.h>

#include <fstream>
#include <sstream>

#include "data/bytes.h"

namespace gw {

Result<std::string> text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  const bool is_empty = file && file.peek() == std::ifstream::traits_type::eof() && file.eof();
  if (file && !is_empty) content << file.rdbuf();
  if (!is_empty && (!file || content.fail())) {
    Diagnostic fault{"G0505",
                     Severity::error,
                     fmt::format("cannot read {}", gradwright::in_backticks(path)),
                     path,
                     {},
                     {},
                     {},
                     {"check the path"},
                     {}};
    return tl::unexpected(std::move(fault));
  }
  return content.str();
}

Result<Sheet> Sheet::load(const std::string& path) {
  return text_of(path).map([&](std::string text) { return read(std::move(text), path); });
}

}  // namespace gw
