// `gradwright export` and the stages of `gradwright explain`: the loss and its gradients as a program.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "commands.h"
#include "effect.h"
#include "outputs.h"

namespace gradwright::cli {
namespace {

gw::Code code_named(const std::string& name) {
  return name == "passes"  ? gw::Code::passes
         : name == "plan"  ? gw::Code::plan
         : name == "loops" ? gw::Code::loops
         : name == "llvm"  ? gw::Code::llvm
                           : gw::Code::c;
}

/// Of a size without a value: how the command gives it one.
gw::Diagnostic with_size(gw::Diagnostic fault, const gw::Sheet& sheet, const gw::Sizes& given) {
  const std::vector<std::string> open = sheet.open_sizes();
  const auto missing = std::ranges::find_if(open, [&](const std::string& name) { return !given.contains(name); });
  if (fault.code == "G0504" && missing != open.end())
    fault.helps.push_back(fmt::format("or give it here: `--size {}=64`", *missing));
  return fault;
}

}  // namespace

int run_export(const ExportCommand& command, const Streams& streams) {
  const auto sheet = sheet_in(command.file, streams);
  if (!sheet) return environment_fault;
  const NamedFile header{"`--header`", command.header};
  if (const auto fault = lost_file({{"the sheet", command.file}}, {header})) return show_fault(*fault, streams);
  if (const auto fault = misnamed(header, {".h"})) return show_fault(*fault, streams);
  show(sheet->diagnostics(), streams);
  if (sheet->has_errors()) return input_fault;
  const auto sizes = sizes_of(command.sizes, *sheet);
  if (!sizes) return show_fault(sizes.error(), streams);
  const gw::ExportOptions options{
      .to = code_named(command.to),
      .precision = command.precision == "float32" ? gw::Precision::float32 : gw::Precision::float64,
      .name = command.name,
      .values = command.outputs,
      .sizes = *sizes};
  const auto program = gw::exported(*sheet, options);
  if (!program) return show_fault(with_size(program.error(), *sheet, *sizes), streams);
  if (!program->left_out.empty())
    show_note(without_effect(fmt::format("{}", fmt::join(program->left_out, ", ")),
                             fmt::format("`{}` and its first derivatives are exported", program->loss),
                             "give each a sheet; `--output` exports values"));
  if (!command.header.empty()) {
    if (const auto saved = gw::save_text(command.header, program->header); !saved)
      return show_fault(saved.error(), streams);
  }
  std::fwrite(program->text.data(), 1, program->text.size(), stdout);
  return fine;
}

}  // namespace gradwright::cli
