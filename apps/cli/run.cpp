// `gradwright run`: definitions of a sheet computed by a compiled program, from files of numbers to files of numbers.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "commands.h"
#include "effect.h"
#include "outputs.h"
#include "parameters.h"

namespace gradwright::cli {
namespace {

struct Assigned {
  std::string name, path;
};

Assigned assigned(const std::string& word) {
  const std::size_t equals = word.find('=');
  return equals == std::string::npos ? Assigned{word, ""} : Assigned{word.substr(0, equals), word.substr(equals + 1)};
}

/// Arrays for one file, in the order of the command line. Archives hold several.
struct OutputFile {
  std::string path;  ///< empty: standard output
  std::vector<std::pair<std::string, gw::Array>> arrays;
};

/// Where an array goes, and its name in an archive: `a=o.npz` is o.npz with a, `a=o.npz:b` with b.
Assigned place_of(const Assigned& to) {
  const auto member = gw::archive_member(to.path);
  return member ? Assigned{member->second, member->first} : to;
}

/// G0541, G0542: an output that is an input, or another output, or of a format that is not written.
std::optional<gw::Diagnostic> fault_of_outputs(const RunCommand& command) {
  std::vector<NamedFile> inputs{{"the sheet", command.file}, {"`--parameters`", command.parameters}}, outputs;
  for (const std::string& word : command.inputs) {
    for (const NamedFile& file : files_of(fmt::format("`--input {}`", assigned(word).name), assigned(word).path))
      inputs.push_back(file);
  }
  std::vector<std::string> names;
  for (const std::string& word : command.outputs) {
    const Assigned to = place_of(assigned(word));
    const std::string ending = ending_of(to.path);
    std::error_code ignored;
    const bool is_file = !to.path.empty() && (!ending.empty() || !std::filesystem::exists(to.path, ignored));
    if (is_file && ending != ".csv" && ending != ".tsv" && ending != ".npy" && ending != ".npz")
      return fault("G0542", fmt::format("the name {} says no format that is written", gw::in_backticks(to.path)),
                   "name it by the format: .csv, .tsv, .npy, .npz");
    const bool is_archive = ending == ".npz";
    if (is_archive && std::ranges::find(names, to.path + ":" + to.name) != names.end())
      return fault("G0541", fmt::format("two arrays {} in one archive", gw::in_backticks(to.name)),
                   "name each: `--output a=o.npz:first`");
    if (is_archive) names.push_back(to.path + ":" + to.name);
    const bool is_same_archive = is_archive && std::ranges::find(outputs, to.path, &NamedFile::path) != outputs.end();
    if (!is_same_archive) outputs.push_back({fmt::format("`--output {}`", to.name), to.path});
  }
  return lost_file(inputs, outputs);
}

/// The numbers of the files; the parameters are not among them yet.
gw::Result<gw::Inputs> loaded_inputs(const RunCommand& command, const gw::Sheet& sheet) {
  const std::vector<gw::Name> names = sheet.names();
  gw::Inputs inputs;
  for (const std::string& word : command.inputs) {
    const Assigned from = assigned(word);
    const auto declared = std::ranges::find(names, from.name, &gw::Name::name);
    if (declared == names.end() || declared->role == gw::Name::Role::defined || from.path.empty())
      return tl::unexpected(
          fault("G0306", fmt::format("`{}` names no input of the sheet and a file", word), "write `--input W=w.npy`"));
    if (inputs.contains(from.name))
      return tl::unexpected(without_effect("--input " + from.name, "the input has a value already", "say it once"));
    auto array = gw::load_array(from.path);
    if (!array) return tl::unexpected(array.error());
    inputs.emplace(from.name, *std::move(array));
  }
  return inputs;
}

/// The values into the program. G0501: an input that is no constant of the sheet has none.
template <class Real>
std::optional<gw::Diagnostic> put_in(gw::Program<Real>& program, const gw::Sheet& sheet, const gw::Inputs& inputs) {
  const std::vector<gw::Name> names = sheet.names();
  for (const gw::Port& port : program.inputs()) {
    const auto given = inputs.find(port.name);
    const auto declared = std::ranges::find(names, port.name, &gw::Name::name);
    if (given == inputs.end() && declared != names.end() && declared->role == gw::Name::Role::constant) continue;
    if (given == inputs.end())
      return fault("G0501", fmt::format("`{}` has no value", port.name),
                   fmt::format("give it: `--input {}=file.npy`", port.name));
    const std::vector<Real> numbers(given->second.values.begin(), given->second.values.end());
    if (const auto put = program.set(port.name, numbers); !put) return put.error();
  }
  return std::nullopt;
}

/// The arrays of each file, in the order in which files are first named.
template <class Real>
std::vector<OutputFile> files_with(const gw::Program<Real>& program, const RunCommand& command) {
  std::vector<OutputFile> files;
  for (std::size_t i = 0; i < command.outputs.size(); ++i) {
    const Assigned to = place_of(assigned(command.outputs[i]));
    const gw::Port& port = program.outputs()[i];
    const std::span<const Real> numbers = program.output(port.name);
    const gw::Array array{port.extents, {numbers.begin(), numbers.end()}};
    const auto same = to.path.empty() ? files.end() : std::ranges::find(files, to.path, &OutputFile::path);
    if (same != files.end())
      same->arrays.emplace_back(to.name, array);
    else
      files.push_back({to.path, {{to.name, array}}});
  }
  return files;
}

template <class Real>
int computed(const gw::Sheet& sheet, const RunCommand& command, const gw::Inputs& inputs,
             const gw::ProgramOptions& options, const Streams& streams) {
  auto program = gw::Program<Real>::of(sheet, options);
  if (!program) return show_fault(program.error(), streams);
  if (const auto note = program->note()) show_note(*note);
  if (const auto missing = put_in(*program, sheet, inputs)) return show_fault(*missing, streams);
  for (const std::string& word : command.inputs) {
    const std::string name = assigned(word).name;
    if (std::ranges::find(program->inputs(), name, &gw::Port::name) == program->inputs().end())
      show_note(
          without_effect("--input " + name, "no output looks at its numbers", "leave it out, unless it says a size"));
  }
  program->run();
  for (const OutputFile& file : files_with(*program, command)) {
    const std::string text = gw::file_of(file.arrays, ending_of(file.path));
    if (file.path.empty()) {
      std::fwrite(text.data(), 1, text.size(), stdout);
    } else if (const auto saved = gw::save_text(file.path, text); !saved) {
      return show_fault(saved.error(), streams);
    }
  }
  return fine;
}

}  // namespace

int run_run(const RunCommand& command, const Streams& streams) {
  const auto sheet = sheet_in(command.file, streams);
  if (!sheet) return environment_fault;
  if (const auto lost = fault_of_outputs(command)) return show_fault(*lost, streams);
  show(sheet->diagnostics(), streams);
  if (sheet->has_errors()) return input_fault;
  const auto inputs = loaded_inputs(command, *sheet).and_then([&](const gw::Inputs& given) {
    return with_parameters(*sheet, command.parameters, command.raw, given);
  });
  if (!inputs) return show_fault(inputs.error(), streams);
  const auto sizes = gw::sizes_of(*sheet, *inputs);
  if (!sizes) return show_fault(sizes.error(), streams);
  gw::ProgramOptions options{.sizes = *sizes, .backend = backend_named(command.backend)};
  for (const std::string& word : command.outputs) options.values.push_back(assigned(word).name);
  return command.precision == "float64" ? computed<double>(*sheet, command, *inputs, options, streams)
                                        : computed<float>(*sheet, command, *inputs, options, streams);
}

}  // namespace gradwright::cli
