// `gradwright export` and the stages of `gradwright explain`: the loss and its gradients as a program.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "api/compile.h"
#include "commands.h"
#include "lower/print.h"

namespace gradwright::cli {
namespace {

/// `n=64`, `n=64,m=3`; nothing where it is something else.
std::optional<DimValues> sizes_of(const std::vector<std::string>& words) {
  DimValues sizes;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    std::int64_t value = 0;
    if (equals == std::string::npos || equals == 0) return std::nullopt;
    const char* end = word.data() + word.size();
    const auto [rest, fault] = std::from_chars(word.data() + equals + 1, end, value);
    if (fault != std::errc() || rest != end || value < 1) return std::nullopt;
    sizes[word.substr(0, equals)] = value;
  }
  return sizes;
}

}  // namespace

int run_export(const ExportCommand& command, const Streams& streams) {
  const auto text = read_text(command.file, streams);
  if (!text) return environment_fault;
  const auto sizes = sizes_of(command.sizes);
  if (!sizes)
    return show_fault({"G0504", Severity::error, "a size is not NAME=NUMBER", {}, {}, {}, {"write `--size n=64`"}, {}},
                      *text, streams);
  Session session(*text);
  show_diagnostics(session, streams);
  if (session.has_errors()) return input_fault;
  const auto program = loss_program(session, *sizes);
  if (!program) {
    Diagnostic fault = program.error();
    if (fault.code == "G0504") fault.helps.emplace_back("or give it here: `--size n=64`");
    return show_fault(fault, *text, streams);
  }
  const Precision precision = command.precision == "float32" ? Precision::float32 : Precision::float64;
  const std::string name = command.name.empty() ? c_identifier(program->plan.name) : c_identifier(command.name);
  const std::string result = command.to == "plan"    ? plan_text(program->plan)
                             : command.to == "loops" ? loops_text(program->plan)
                             : command.to == "llvm"  ? exported_llvm(*program, name, precision)
                                                     : exported_c(*program, name, precision);
  std::fwrite(result.data(), 1, result.size(), stdout);
  return fine;
}

}  // namespace gradwright::cli
