// Files that a command writes: none of them is one that it reads, or another that it writes, and each is of the format its name says.
#pragma once

#include <gradwright/diagnostic.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradwright::cli {

/// `what`: the option, or `the sheet`. An empty path: none.
struct NamedFile {
  std::string what, path;
};

/// The files of `--data x.npy,y.npy`, of `w.npz:W`.
[[nodiscard]] std::vector<NamedFile> files_of(const std::string& what, const std::string& source);
/// G0541: an output is an input, or another output: the same path, or the same file by a link.
[[nodiscard]] std::optional<gw::Diagnostic> lost_file(const std::vector<NamedFile>& inputs,
                                                      const std::vector<NamedFile>& outputs);
/// G0542: the name ends as files of another format do; `written` are the endings of what is written, the first the one to offer.
[[nodiscard]] std::optional<gw::Diagnostic> misnamed(const NamedFile&, const std::vector<std::string_view>& written);
/// `.npy` of `a/b.npy`; empty where there is none, or where the path is no file: /dev/stdout, a pipe.
[[nodiscard]] std::string ending_of(const std::string& path);

}  // namespace gradwright::cli
