// `gradwright derive`: formulas alone, the story of each on the terminal, a page for LaTeX, browsers or Markdown, or JSON.
#include <gradwright/sheet.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "commands.h"

namespace gradwright::cli {
namespace {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_formula(const gw::Formula& formula, const std::string& to) {
  for (const gw::Named& item : formula.where)
    print(fmt::format("{} = {}\n", item.name, to == "latex" ? item.latex : to == "gw" ? item.gw : item.unicode));
  print((to == "latex" ? formula.latex : to == "gw" ? formula.gw : formula.unicode) + "\n");
}

int exit_code_of(const gw::Derivation& derivation) {
  const auto& found = derivation.diagnostics();
  if (std::ranges::any_of(found, [](const gw::Diagnostic& one) { return one.code == "G0902"; })) return bug;
  return gw::has_errors(found) ? input_fault : fine;
}

}  // namespace

int run_derive(const DeriveCommand& command, const Streams& streams) {
  const auto sheet = sheet_in(command.file, streams);
  if (!sheet) return environment_fault;
  const bool is_page = command.to == "html" || command.to == "tex" || command.to == "markdown";
  gw::DeriveOptions options;
  options.layout = layout_named(command.layout);
  options.verify = !command.no_verify;
  options.verify_steps = command.verify_steps;
  options.most_bytes = command.most_bytes;
  options.rich = is_page;
  options.only_gw = command.to == "gw" && !command.json;
  const gw::Derivation derivation = sheet->derive(options);
  if (command.json) {
    print(derivation.json() + "\n");
    return exit_code_of(derivation);
  }
  show(derivation.diagnostics(), streams);
  gw::StoryOptions how;
  how.steps = command.steps == "none"   ? gw::StoryOptions::Steps::none
              : command.steps == "full" ? gw::StoryOptions::Steps::full
                                        : gw::StoryOptions::Steps::brief;
  how.layouts = command.explain == "layout";
  if (command.to == "terminal") print(derivation.page(gw::Format::terminal, how, streams.out));
  if (command.to == "html") print(derivation.page(gw::Format::html, how, {}, command.file));
  if (command.to == "tex") print(derivation.page(gw::Format::latex, how));
  if (command.to == "markdown") print(derivation.page(gw::Format::markdown, how));
  if (command.to == "unicode" || command.to == "latex" || command.to == "gw") {
    for (const gw::Derivative& result : derivation.results()) print_formula(result.formula, command.to);
  }
  if (derivation.results().empty() && !gw::has_errors(derivation.diagnostics()))
    std::fputs("nothing to derive: add a line such as `derive L wrt W`\n", stderr);
  return exit_code_of(derivation);
}

}  // namespace gradwright::cli
