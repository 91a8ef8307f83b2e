// `gradwright run`: definitions of a sheet computed by a compiled program, from files of numbers to files of numbers.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "base/axis_order.h"
#include "commands.h"
#include "data/npy.h"

namespace gradwright::cli {
namespace {

struct Assigned {
  std::string name, path;
};

Assigned assigned(const std::string& word) {
  const std::size_t equals = word.find('=');
  return equals == std::string::npos ? Assigned{word, ""} : Assigned{word.substr(0, equals), word.substr(equals + 1)};
}

Diagnostic fault(const char* code, std::string message, std::string help) {
  return {code, Severity::error, std::move(message), {}, {}, {}, {std::move(help)}, {}};
}

std::string csv_text(const Array& array) {
  std::string text;
  const std::size_t width = array.shape.size() < 2
                                ? 1
                                : static_cast<std::size_t>(array.data.size()) /
                                      static_cast<std::size_t>(std::max<std::int64_t>(1, array.shape[0]));
  for (std::size_t i = 0; i < array.data.size(); ++i)
    text += fmt::format("{}{}", array.data[i], (i + 1) % width == 0 ? "\n" : ",");
  return text;
}

template <class Real>
int computed(Session& session, const RunCommand& command, const std::vector<std::pair<std::string, Array>>& arrays,
             CompileRequest request, const Streams& streams) {
  auto program = session.compile<Real>(request);
  if (!program) return show_fault(program.error(), session.text(), streams);
  if (program->note()) show_note(*program->note());
  for (const Port& port : program->inputs()) {
    const auto given =
        std::find_if(arrays.begin(), arrays.end(), [&](const auto& one) { return one.first == port.name; });
    const Declaration* declaration = session.program().declaration(port.name);
    if (given == arrays.end() && declaration != nullptr && !declaration->constant.empty()) continue;
    if (given == arrays.end())
      return show_fault(fault("G0501", fmt::format("`{}` has no value", port.name),
                              fmt::format("give it: `--input {}=file.npy`", port.name)),
                        session.text(), streams);
    const std::span<Real> place = program->input(port.name);
    const std::vector<std::size_t> places = row_major_places(port.extents);
    for (std::size_t at = 0; at < places.size(); ++at) place[at] = static_cast<Real>(given->second.data[places[at]]);
  }
  program->run();
  for (std::size_t i = 0; i < command.outputs.size(); ++i) {
    const Assigned to = assigned(command.outputs[i]);
    const Port& port = program->outputs()[i];
    const std::span<const Real> numbers = program->output(port.name);
    Array array{port.extents, std::vector<double>(numbers.size())};
    const std::vector<std::size_t> places = row_major_places(port.extents);
    for (std::size_t at = 0; at < places.size(); ++at) array.data[places[at]] = static_cast<double>(numbers[at]);
    const std::string text = to.path.ends_with(".npy") ? npy_text(array) : csv_text(array);
    if (to.path.empty()) {
      std::fwrite(text.data(), 1, text.size(), stdout);
    } else if (std::ofstream file(to.path, std::ios::binary); !(file << text) || !file.flush()) {
      std::fputs(
          fmt::format("error[G0508]: cannot write `{}`\n  = help: check the path and the disk\n", to.path).c_str(),
          stderr);
      return environment_fault;
    }
  }
  return fine;
}

}  // namespace

/// The extents the surface asks for; a size that is one free symbol takes its value from the data.
bool sizes_fit(const DimTable& dims, const Shape& surface, std::vector<std::int64_t> extents, DimValues& sizes) {
  if (surface.size() == 2 && extents.size() == 1) {
    if (dims.is_one(surface[0]) && !dims.is_one(surface[1]))
      extents.insert(extents.begin(), 1);
    else
      extents.push_back(1);
  }
  if (surface.empty()) {
    return std::all_of(extents.begin(), extents.end(), [](std::int64_t extent) { return extent == 1; });
  }
  if (surface.size() != extents.size()) return false;
  for (std::size_t axis = 0; axis < surface.size(); ++axis) {
    const auto& polynomial = dims.polynomial(surface[axis]);
    if (!dims.value(surface[axis], sizes) && polynomial.size() == 1 && polynomial.begin()->first.size() == 1 &&
        polynomial.begin()->second == 1) {
      sizes[dims.symbol_name(polynomial.begin()->first[0])] = extents[axis];
    }
    if (const auto known = dims.value(surface[axis], sizes); known && *known != extents[axis]) return false;
  }
  return true;
}

int run_run(const RunCommand& command, const Streams& streams) {
  const auto text = read_text(command.file, streams);
  if (!text) return environment_fault;
  Session session(*text);
  show_diagnostics(session, streams);
  if (session.has_errors()) return input_fault;
  CompileRequest request;
  request.compile.backend = backend_named(command.backend);
  std::vector<std::pair<std::string, Array>> arrays;
  for (const std::string& word : command.inputs) {
    const Assigned from = assigned(word);
    if (session.program().declaration(from.name) == nullptr || from.path.empty())
      return show_fault(
          fault("G0306", fmt::format("`{}` names no input of the sheet and a file", word), "write `--input W=w.npy`"),
          *text, streams);
    auto array = load_array(from.path);
    if (!array) return show_fault(array.error(), *text, streams);
    arrays.emplace_back(from.name, *std::move(array));
  }
  auto parameters = parameters_in(command.parameters, session);
  if (!parameters) return show_fault(parameters.error(), *text, streams);
  for (auto& one : *parameters) {  // after the inputs: of two with a name, the first is taken
    if (std::ranges::find(arrays, one.first, &std::pair<std::string, Array>::first) == arrays.end())
      arrays.push_back(std::move(one));
  }
  for (int round = 0; round < 2; ++round) {  // a size like 2*d waits for d
    for (const auto& [name, array] : arrays) {
      if (!sizes_fit(session.pool().dims(), session.program().declaration(name)->surface, array.shape, request.sizes))
        return show_fault(
            fault("G0502", fmt::format("the value of `{}` does not have the size it is declared with", name),
                  "a matrix is rows × columns"),
            *text, streams);
    }
  }
  for (const std::string& word : command.outputs) request.values.push_back(assigned(word).name);
  return command.precision == "float64" ? computed<double>(session, command, arrays, request, streams)
                                        : computed<float>(session, command, arrays, request, streams);
}

}  // namespace gradwright::cli
