// `gradwright export` and the stages of `gradwright explain`: the loss and its gradients as a program.
#include <fmt/format.h>

#include <cstdio>
#include <set>

#include "api/compile.h"
#include "api/compiled_check.h"
#include "commands.h"
#include "data/bytes.h"
#include "data/durable_file.h"
#include "effect.h"
#include "lower/print.h"
#include "outputs.h"

namespace gradwright::cli {

namespace {

/// Of several derivatives those of one are exported: which are not is said.
void note_others(const Session& session, const std::string& loss) {
  std::set<std::string> others;
  for (const Request& request : session.program().requests) {
    if (request.kind == Request::Kind::minimize) return;
    if (request.of.name != loss || request.kind == Request::Kind::hessian) others.insert(request.of.name);
  }
  if (others.empty()) return;
  show_note(without_effect(fmt::format("{}", fmt::join(others, ", ")),
                           fmt::format("`{}` and its first derivatives are exported", loss),
                           "give each a sheet; `--output` exports values"));
}

}  // namespace

int run_export(const ExportCommand& command, const Streams& streams) {
  const auto text = read_text(command.file, streams);
  if (!text) return environment_fault;
  const NamedFile header{"`--header`", command.header};
  if (const auto fault = lost_file({{"the sheet", command.file}}, {header})) return show_fault(*fault, *text, streams);
  if (const auto fault = misnamed(header, {".h"})) return show_fault(*fault, *text, streams);
  Session session(*text);
  show_diagnostics(session, streams);
  if (session.has_errors()) return input_fault;
  const auto sizes = sizes_of(command.sizes, session.pool().dims());
  if (!sizes) return show_fault(sizes.error(), *text, streams);
  const auto program = loss_program(session, *sizes, command.outputs);
  if (!program) {
    Diagnostic fault = program.error();
    for (const std::string& open : session.pool().dims().symbols()) {
      if (fault.code != "G0504" || sizes->contains(open)) continue;
      fault.help(fmt::format("or give it here: `--size {}=64`", open));
      break;
    }
    return show_fault(fault, *text, streams);
  }
  const Precision precision = command.precision == "float32" ? Precision::float32 : Precision::float64;
  if (auto fault = command.outputs.empty() ? checked_loss_program(session, *sizes, precision) : std::nullopt)
    return show_fault(*fault, *text, streams);
  const std::string name = c_identifier(command.name.empty() ? program->plan.name : command.name);
  if (!command.name.empty() && name != command.name)
    return show_fault(
        error("G0307", fmt::format("C cannot have a function {}, or has one already", in_backticks(command.name)))
            .help(fmt::format("`--name {}`", name)),
        *text, streams);
  if (command.outputs.empty()) note_others(session, program->plan.name);
  if (!command.header.empty()) {
    if (const auto fault = write_durably(command.header, exported_header(*program, name, precision)))
      return show_fault(*fault, *text, streams);
  }
  const std::string result = command.to == "plan"    ? plan_text(program->plan)
                             : command.to == "loops" ? loops_text(program->plan)
                             : command.to == "llvm"  ? exported_llvm(*program, name, precision)
                                                     : exported_c(*program, name, precision);
  std::fwrite(result.data(), 1, result.size(), stdout);
  return fine;
}

}  // namespace gradwright::cli
