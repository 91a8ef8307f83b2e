#include "data/npz.h"

#include <fmt/format.h>
#include <zip.h>

#include <memory>

#include "data/npy.h"

namespace gradwright {
namespace {

constexpr std::size_t entry_chunk = std::size_t{1} << 18U;
constexpr std::string_view ending = ".npy";
constexpr std::string_view mark = ".npz:";

using Archive = std::unique_ptr<zip_t, void (*)(zip_t*)>;
using File = std::unique_ptr<zip_file_t, int (*)(zip_file_t*)>;

tl::unexpected<Diagnostic> refused(std::string message, std::string help) {
  return tl::unexpected(error("G0506", std::move(message)).help(std::move(help)));
}

std::string bare(std::string_view name) {
  if (name.ends_with(ending)) name.remove_suffix(ending.size());
  return std::string(name);
}

/// The archive reads from `bytes`, which must outlive it.
tl::expected<Archive, Diagnostic> opened(std::string_view bytes, std::string_view name) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  const int why = zip_error_code_zip(&error);
  zip_error_fini(&error);
  if (archive != nullptr) return Archive(archive, &zip_discard);
  if (source != nullptr) zip_source_free(source);
  return refused(fmt::format("the archive {} {}", in_backticks(name),
                             why == ZIP_ER_NOZIP ? "is cut short, or no archive" : "is damaged"),
                 "fetch it again, or write it again with `numpy.savez`");
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 8;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < shown; ++i) text += (i == 0 ? "" : ", ") + in_backticks(names[i]);
  return text + (names.size() > shown ? ", …" : "");
}

std::vector<std::string> names_of(zip_t* archive) {
  std::vector<std::string> names;
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_GUESS);
    if (name != nullptr && !std::string_view(name).ends_with('/')) names.push_back(bare(name));
  }
  return names;
}

tl::expected<std::string, Diagnostic> content(zip_t* archive, std::string_view member, std::string_view name,
                                              const LoadLimits& limits) {
  const std::string whole = fmt::format("{}:{}", name, member);
  zip_int64_t at = zip_name_locate(archive, (std::string(member) + std::string(ending)).c_str(), 0);
  if (at < 0) at = zip_name_locate(archive, std::string(member).c_str(), 0);
  if (at < 0)
    return refused(fmt::format("{} has no array {}", in_backticks(name), in_backticks(member)),
                   fmt::format("its arrays: {}", listed(names_of(archive))));
  const auto index = static_cast<zip_uint64_t>(at);
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_stat_index(archive, index, 0, &about) != 0)
    return refused(fmt::format("{} is damaged", in_backticks(whole)), "fetch or write the archive again");
  if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && about.encryption_method != ZIP_EM_NONE)
    return refused(fmt::format("{} is encrypted", in_backticks(whole)), "write it without a password");
  const File file(zip_fopen_index(archive, index, 0), &zip_fclose);
  if (!file)
    return refused(fmt::format("{} cannot be inflated", in_backticks(whole)),
                   "stored and deflated arrays are read: write it with `numpy.savez` or `numpy.savez_compressed`");
  std::string bytes;
  std::string chunk(entry_chunk, '\0');
  while (true) {
    const zip_int64_t count = zip_fread(file.get(), chunk.data(), chunk.size());
    if (count == 0) return bytes;
    if (count < 0)
      return refused(fmt::format("{} is damaged: {}", in_backticks(whole), "its bytes and its checksum disagree"),
                     "fetch or write the archive again");
    const auto taken = static_cast<std::uint64_t>(count);
    if (taken > limits.bytes - bytes.size())
      return refused(fmt::format("{} inflates to more than {} bytes", in_backticks(whole), limits.bytes),
                     "split the data, or save the array alone with `numpy.save`");
    bytes.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

bool is_zip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"); }

tl::expected<std::vector<std::string>, Diagnostic> npz_names(std::string_view bytes, std::string_view name) {
  const auto archive = opened(bytes, name);
  if (!archive) return tl::unexpected(archive.error());
  return names_of(archive->get());
}

tl::expected<Array, Diagnostic> parse_npz(std::string_view bytes, std::string_view member, std::string_view name,
                                          const LoadLimits& limits) {
  const auto archive = opened(bytes, name);
  if (!archive) return tl::unexpected(archive.error());
  const auto found = content(archive->get(), member, name, limits);
  if (!found) return tl::unexpected(found.error());
  return parse_npy(*found, fmt::format("{}:{}", name, member), limits);
}

std::optional<std::pair<std::string, std::string>> npz_member(std::string_view text) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string_view::npos || at + mark.size() == text.size()) return std::nullopt;
  const std::size_t colon = at + mark.size() - 1;
  return std::pair(std::string(text.substr(0, colon)), std::string(text.substr(colon + 1)));
}

std::string npz_text(const std::vector<std::pair<std::string, Array>>& arrays) {
  std::vector<std::string> files;
  for (const auto& [name, array] : arrays) files.push_back(npy_text(array));
  zip_source_t* const into = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_source_keep(into);
  zip_t* const archive = zip_open_from_source(into, ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (std::size_t i = 0; i < files.size(); ++i) {
    zip_source_t* const from = zip_source_buffer(archive, files[i].data(), files[i].size(), 0);
    const zip_int64_t at = zip_file_add(archive, (arrays[i].first + std::string(ending)).c_str(), from,
                                        ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8);
    const auto entry = static_cast<zip_uint64_t>(at);
    zip_set_file_compression(archive, entry, ZIP_CM_STORE, 0);
    zip_file_set_mtime(archive, entry, 315532800, 0);  // 1980: the bytes do not tell when they were written
  }
  zip_close(archive);
  zip_source_open(into);
  zip_source_seek(into, 0, SEEK_END);
  std::string text(static_cast<std::size_t>(zip_source_tell(into)), '\0');
  zip_source_seek(into, 0, SEEK_SET);
  zip_source_read(into, text.data(), text.size());
  zip_source_close(into);
  zip_source_free(into);
  return text;
}

}  // namespace gradwright
