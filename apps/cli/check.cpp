// `gradwright check`: the verdicts on the claims of worksheets, and of LaTeX and Python files beside one.
#include <gradwright/sheet.h>

#include <algorithm>
#include <cstdio>

#include "commands.h"
#include "effect.h"

namespace gradwright::cli {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

bool is_latex(const std::string& file) { return file.ends_with(".tex"); }
bool is_code(const std::string& file) { return is_latex(file) || file.ends_with(".py"); }

void show_pages(const gw::Judgement& judgement, const Streams& streams) {
  for (const gw::Judgement::Page& page : judgement.pages(streams.err, streams.out)) {
    print(stderr, page.diagnostics);
    print(stdout, page.verdicts);
    if (page.claims == 0 && !page.has_errors)
      print(stderr, page.name + ": no claim: add a line such as `claim dL/dW = …`\n");
  }
}

}  // namespace

int run_check(const CheckCommand& command, const Streams& streams) {
  std::optional<gw::Sheet> network;
  if (!command.sheet.empty()) {
    network = sheet_in(command.sheet, streams);
    if (!network) return environment_fault;
  }
  if (network && std::ranges::none_of(command.files, is_code))
    return show_fault(
        without_effect("--sheet", "no file is LaTeX or Python, and a worksheet is its own network", "leave it out"),
        streams);
  gw::Judgement judgement({.layout = layout_named(command.layout), .stories = command.explain});
  for (const std::string& file : command.files) {
    if (!is_code(file)) {
      const auto sheet = sheet_in(file, streams);
      if (!sheet) return environment_fault;
      judgement.add(*sheet);
      continue;
    }
    const auto text = text_in(file, streams);
    if (!text) return environment_fault;
    if (!network)
      return show_fault(
          fault("G0710", "`" + file + "` needs a worksheet that says what the network is", "add `--sheet net.gw`"),
          streams);
    judgement.add(*text, name_of_text(file), is_latex(file) ? gw::Notation::latex : gw::Notation::numpy, *network);
  }
  if (network && std::ranges::find(command.files, command.sheet) == command.files.end())
    judgement.tell_errors_of(*network);
  if (command.json)
    print(stdout, judgement.json() + "\n");
  else if (command.sarif)
    print(stdout, judgement.sarif() + "\n");
  else if (command.github)
    print(stdout, judgement.annotations());
  else
    show_pages(judgement, streams);
  return judgement.has_wrong_claims() ? claim_wrong : judgement.has_errors() ? input_fault : fine;
}

}  // namespace gradwright::cli
