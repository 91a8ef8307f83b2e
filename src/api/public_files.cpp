// The public face of files: texts, gw::Sheet::load, numbers. Apart from the rest of gw::Sheet, which knows nothing of files.
#include <fmt/format.h>
#include <sys/stat.h>

#include <gradwright/program.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "data/durable_file.h"
#include "data/load.h"
#include "data/memory.h"
#include "data/npy.h"
#include "data/npz.h"
#include "data/sources.h"
#include "sheet/public_values.h"

namespace gw {
namespace {

/// Of a file: its place is no place in a text.
tl::unexpected<Diagnostic> fault_of_file(const gradwright::Diagnostic& one) {
  static const auto nowhere = std::make_shared<const Source>(gradwright::Text("", ""));
  return tl::unexpected(public_fault(one, nowhere));
}

Result<void> done(const std::optional<gradwright::Diagnostic>& fault) {
  if (fault) return fault_of_file(*fault);
  return {};
}

gradwright::Array in_rows(const Array& array) { return {array.extents, array.by_rows()}; }

/// A line a row; of more than two axes, all but the first together.
std::string lines_of(const gradwright::Array& array, char separator) {
  std::string text;
  const std::size_t width =
      array.shape.size() < 2 ? 1
                             : array.data.size() / static_cast<std::size_t>(std::max<std::int64_t>(1, array.shape[0]));
  for (std::size_t i = 0; i < array.data.size(); ++i)
    text += fmt::format("{}{}", array.data[i], (i + 1) % width == 0 ? '\n' : separator);
  return text;
}

bool is_regular(const std::string& path, struct stat& status) {
  return stat(path == "-" ? "/dev/stdin" : path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Result<std::string> text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  const bool is_empty = file && file.peek() == std::ifstream::traits_type::eof() && file.eof();
  if (file && !is_empty) content << file.rdbuf();
  if (!is_empty && (!file || content.fail())) {
    Diagnostic fault{"G0505",
                     Severity::error,
                     fmt::format("cannot read {}", in_backticks(path)),
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

Result<Array> load_array(const std::string& path) {
  auto found = gradwright::load_array(path);
  if (!found) return fault_of_file(found.error());
  return Array::of_rows(std::move(found->shape), found->data);
}

std::string file_of(const std::vector<std::pair<std::string, Array>>& arrays, std::string_view ending) {
  if (ending == ".npz") {
    std::vector<std::pair<std::string, gradwright::Array>> all;
    for (const auto& [name, array] : arrays) all.emplace_back(name, in_rows(array));
    return gradwright::npz_text(all);
  }
  const gradwright::Array first = in_rows(arrays.at(0).second);
  return ending == ".npy" ? gradwright::npy_text(first) : lines_of(first, ending == ".tsv" ? '\t' : ',');
}

std::optional<std::pair<std::string, std::string>> archive_member(const std::string& path) {
  return gradwright::npz_member(path);
}

std::vector<std::string> files_of(const std::string& source) {
  const auto file = [](const std::string& path) {
    const auto member = gradwright::sources::exists(path) ? std::nullopt : archive_member(path);
    return member ? member->first : path;
  };
  const auto pair = gradwright::sources::pair_of(source);
  if (!pair) return {file(source)};
  const std::string first = file(pair->first), second = file(pair->second);
  return first == second ? std::vector{first} : std::vector{first, second};
}

struct NewFile::State {
  gradwright::DurableFile file;
};

Result<NewFile> NewFile::open(const std::string& path) {
  NewFile found;
  found.state_ = std::make_shared<State>();
  return done(found.state_->file.open(path)).map([&] { return found; });
}

Result<void> NewFile::write(std::string_view bytes) { return done(state_->file.write(bytes)); }
Result<void> NewFile::finish() { return done(state_->file.finish()); }

Result<void> save_text(const std::string& path, std::string_view text) {
  return done(gradwright::write_durably(path, text));
}

bool are_one_file(const std::string& a, const std::string& b) {
  struct stat first {
  }, second{};
  const bool is_first = is_regular(a, first), is_second = is_regular(b, second);
  if (is_first && is_second) return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  if (is_first || is_second || a == "-" || b == "-") return false;
  std::error_code ignored;
  if (std::filesystem::exists(a, ignored) || std::filesystem::exists(b, ignored)) return false;  // a device, a pipe
  const auto place = [&](const std::string& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(gradwright::target_of(path), ignored), ignored);
  };
  return place(a) == place(b);
}

std::string in_backticks(std::string_view text) { return gradwright::in_backticks(text); }
void limit_memory(std::uint64_t bytes) { gradwright::limit_memory(bytes); }

}  // namespace gw
