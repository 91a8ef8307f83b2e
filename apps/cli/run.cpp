// `gradwright run`: definitions of a sheet computed by a compiled program, from files of numbers to files of numbers.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "api/compiled_sheet.h"
#include "api/evaluated.h"
#include "base/axis_order.h"
#include "commands.h"
#include "data/durable_file.h"
#include "data/npy.h"
#include "data/npz.h"
#include "data/sources.h"
#include "effect.h"
#include "outputs.h"
#include "parameters.h"
#include "train/declared.h"

namespace gradwright::cli {
namespace {

struct Assigned {
  std::string name, path;
};

Assigned assigned(const std::string& word) {
  const std::size_t equals = word.find('=');
  return equals == std::string::npos ? Assigned{word, ""} : Assigned{word.substr(0, equals), word.substr(equals + 1)};
}

std::string text_of(const Array& array, char separator) {
  std::string text;
  const std::size_t width = array.shape.size() < 2
                                ? 1
                                : static_cast<std::size_t>(array.data.size()) /
                                      static_cast<std::size_t>(std::max<std::int64_t>(1, array.shape[0]));
  for (std::size_t i = 0; i < array.data.size(); ++i)
    text += fmt::format("{}{}", array.data[i], (i + 1) % width == 0 ? '\n' : separator);
  return text;
}

/// Arrays for one file, in the order of the command line. Archives hold several.
struct Result {
  std::string path;  ///< empty: standard output
  std::vector<std::pair<std::string, Array>> arrays;
};

/// Where an array goes, and its name in an archive: `a=o.npz` is o.npz with a, `a=o.npz:b` with b.
Assigned place_of(const Assigned& to) {
  const auto member = npz_member(to.path);
  return member ? Assigned{member->second, member->first} : to;
}

/// By the ending of its name; a name without one is text where it is no file: /dev/stdout, a pipe.
std::string content_of(const Result& result) {
  const std::string ending = ending_of(result.path);
  if (ending == ".npz") return npz_text(result.arrays);
  return ending == ".npy" ? npy_text(result.arrays[0].second)
                          : text_of(result.arrays[0].second, ending == ".tsv" ? '\t' : ',');
}

/// G0541, G0542: an output that is an input, or another output, or of a format that is not written.
std::optional<Diagnostic> fault_of_outputs(const RunCommand& command) {
  std::vector<NamedFile> inputs{{"the sheet", command.file}, {"`--parameters`", command.parameters}}, outputs;
  for (const std::string& word : command.inputs) {
    for (const NamedFile& file : files_of(fmt::format("`--input {}`", assigned(word).name), assigned(word).path))
      inputs.push_back(file);
  }
  std::vector<std::string> names;
  for (const std::string& word : command.outputs) {
    const Assigned to = place_of(assigned(word));
    const std::string ending = ending_of(to.path);
    const bool is_file = !to.path.empty() && (!ending.empty() || !sources::exists(to.path));
    if (is_file && ending != ".csv" && ending != ".tsv" && ending != ".npy" && ending != ".npz")
      return error("G0542", fmt::format("the name {} says no format that is written", in_backticks(to.path)))
          .help("name it by the format: .csv, .tsv, .npy, .npz");
    const bool is_archive = ending == ".npz";
    if (is_archive && std::ranges::find(names, to.path + ":" + to.name) != names.end())
      return error("G0541", fmt::format("two arrays {} in one archive", in_backticks(to.name)))
          .help("name each: `--output a=o.npz:first`");
    if (is_archive) names.push_back(to.path + ":" + to.name);
    const bool is_same_archive = is_archive && std::ranges::find(outputs, to.path, &NamedFile::path) != outputs.end();
    if (!is_same_archive) outputs.push_back({fmt::format("`--output {}`", to.name), to.path});
  }
  return lost_file(inputs, outputs);
}

/// Values are what the sheet declares of them: formulas use it, also where they no longer look at the value.
std::optional<Diagnostic> broken_declaration(Session& session,
                                             const std::vector<std::pair<std::string, Array>>& arrays) {
  for (const auto& [name, array] : arrays) {
    const Declaration* declaration = session.program().declaration(name);
    if (declaration == nullptr) continue;
    std::vector<double> value;
    for (const std::size_t place : row_major_places(array.shape)) value.push_back(array.data[place]);
    auto broken = undeclared(session.pool(), declaration->input, array.shape, value);
    if (!broken) continue;
    broken->span = declaration->span;
    return broken;
  }
  return std::nullopt;
}

template <class Real>
int computed(Session& session, const RunCommand& command, const std::vector<std::pair<std::string, Array>>& arrays,
             CompileRequest request, const Streams& streams) {
  if (const auto broken = broken_declaration(session, arrays)) return show_fault(*broken, session.text(), streams);
  auto program = CompiledSheet<Real>::of(session, request);
  if (!program) return show_fault(program.error(), session.text(), streams);
  if (program->note()) show_note(*program->note());
  for (const Port& port : program->inputs()) {
    const auto given =
        std::find_if(arrays.begin(), arrays.end(), [&](const auto& one) { return one.first == port.name; });
    const Declaration* declaration = session.program().declaration(port.name);
    if (given == arrays.end() && declaration != nullptr && !declaration->constant.empty()) continue;
    if (given == arrays.end())
      return show_fault(error("G0501", fmt::format("`{}` has no value", port.name))
                            .help(fmt::format("give it: `--input {}=file.npy`", port.name)),
                        session.text(), streams);
    const std::span<Real> place = program->input(port.name);
    const std::vector<std::size_t> places = row_major_places(port.extents);
    for (std::size_t at = 0; at < places.size(); ++at) place[at] = static_cast<Real>(given->second.data[places[at]]);
  }
  for (const std::string& word : command.inputs) {
    const std::string name = assigned(word).name;
    if (std::ranges::find(program->inputs(), name, &Port::name) == program->inputs().end())
      show_note(
          without_effect("--input " + name, "no output looks at its numbers", "leave it out, unless it says a size"));
  }
  program->run();
  std::vector<Result> results;
  for (std::size_t i = 0; i < command.outputs.size(); ++i) {
    const Assigned to = place_of(assigned(command.outputs[i]));
    const Port& port = program->outputs()[i];
    const std::span<const Real> numbers = program->output(port.name);
    Array array{port.extents, std::vector<double>(numbers.size())};
    const std::vector<std::size_t> places = row_major_places(port.extents);
    for (std::size_t at = 0; at < places.size(); ++at) array.data[places[at]] = static_cast<double>(numbers[at]);
    const auto same = to.path.empty() ? results.end() : std::ranges::find(results, to.path, &Result::path);
    if (same != results.end())
      same->arrays.emplace_back(to.name, std::move(array));
    else
      results.push_back({to.path, {{to.name, std::move(array)}}});
  }
  for (const Result& result : results) {
    const std::string text = content_of(result);
    if (result.path.empty()) {
      std::fwrite(text.data(), 1, text.size(), stdout);
    } else if (const auto unwritten = write_durably(result.path, text)) {
      return show_fault(*unwritten, session.text(), streams);
    }
  }
  return fine;
}

}  // namespace

int run_run(const RunCommand& command, const Streams& streams) {
  const auto text = read_text(command.file, streams);
  if (!text) return environment_fault;
  if (const auto lost = fault_of_outputs(command)) return show_fault(*lost, *text, streams);
  Session session(*text);
  show_diagnostics(session, streams);
  if (session.has_errors()) return input_fault;
  CompileRequest request;
  request.compile.backend = backend_named(command.backend);
  std::vector<std::pair<std::string, Array>> arrays;
  for (const std::string& word : command.inputs) {
    const Assigned from = assigned(word);
    if (session.program().declaration(from.name) == nullptr || from.path.empty())
      return show_fault(error("G0306", fmt::format("`{}` names no input of the sheet and a file", word))
                            .help("write `--input W=w.npy`"),
                        *text, streams);
    if (std::ranges::find(arrays, from.name, &std::pair<std::string, Array>::first) != arrays.end())
      return show_fault(without_effect("--input " + from.name, "the input has a value already", "say it once"), *text,
                        streams);
    auto array = load_array(from.path);
    if (!array) return show_fault(array.error(), *text, streams);
    arrays.emplace_back(from.name, *std::move(array));
  }
  auto parameters = parameters_in(command.parameters, session);
  if (!parameters) return show_fault(parameters.error(), *text, streams);
  std::vector<Diagnostic> told;
  for (auto& [name, array] : arrays) {
    if (command.raw) break;
    if (const auto misfit = as_trained(*parameters, session, name, array.data, told))
      return show_fault(*misfit, *text, streams);
  }
  for (const Diagnostic& note : told) show_note(note);
  for (auto& one : parameters->arrays) {  // after the inputs: of two with a name, the first is taken
    if (std::ranges::find(arrays, one.first, &std::pair<std::string, Array>::first) == arrays.end())
      arrays.push_back(std::move(one));
  }
  for (int round = 0; round < 2; ++round) {  // a size like 2*d waits for d
    for (const auto& [name, array] : arrays) {
      if (!sizes_fit(session.pool().dims(), session.program().declaration(name)->surface, array.shape, request.sizes))
        return show_fault(size_misfit(session.pool().dims(), fmt::format("the value of `{}`", name),
                                      session.program().declaration(name)->surface, array.shape, request.sizes)
                              .help("a matrix is rows × columns"),
                          *text, streams);
    }
  }
  for (const std::string& word : command.outputs) request.values.push_back(assigned(word).name);
  return command.precision == "float64" ? computed<double>(session, command, arrays, request, streams)
                                        : computed<float>(session, command, arrays, request, streams);
}

}  // namespace gradwright::cli
