// `gradwright check`: the verdicts on the claims of worksheets, and of LaTeX and Python files beside one.
#include "api/check_story.h"

#include <algorithm>
#include <cstdio>

#include "commands.h"
#include "effect.h"
#include "read/formula/too_long.h"

namespace gradwright::cli {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

/// The errors of the worksheet that documents stand beside: in the worksheet, and once.
void show_sheet_first(std::vector<check::Checked>& files, std::vector<Text>& networks, const Text& sheet) {
  const auto faulty = std::ranges::find_if(files, [](const check::Checked& file) { return !file.of_sheet.empty(); });
  if (faulty == files.end()) return;
  check::Checked own{{}, faulty->of_sheet, sheet, {}};
  files.insert(files.begin(), std::move(own));
  networks.insert(networks.begin(), sheet);
}

}  // namespace

int run_check(const CheckCommand& command, const Streams& streams) {
  check::CheckOptions options;
  if (command.layout == "gradient") options.layout = Layout::gradient;
  if (command.layout == "numerator") options.layout = Layout::numerator;
  if (command.layout == "denominator") options.layout = Layout::denominator;
  options.anatomy = command.explain;
  std::optional<Text> sheet;
  if (!command.sheet.empty()) {
    sheet = read_text(command.sheet, streams);
    if (!sheet) return environment_fault;
  }
  const auto is_code = [](const std::string& file) { return file.ends_with(".tex") || file.ends_with(".py"); };
  if (sheet && std::ranges::none_of(command.files, is_code))
    return show_fault(without_effect("--sheet", "no file is LaTeX or Python, and a worksheet is its own network", "leave it out"), *sheet, streams);
  std::vector<check::Checked> files;
  std::vector<Text> networks;  // one for each of `files`
  int code = fine;
  for (const std::string& file : command.files) {
    const auto text = read_text(file, streams);
    if (!text) return environment_fault;
    if (const auto fault = too_long(*text)) return show_fault(*fault, *text, streams);
    const bool is_latex = file.ends_with(".tex");
    const bool is_python = file.ends_with(".py");
    if ((is_latex || is_python) && !sheet)
      return show_fault({"G0710", Severity::error, "`" + file + "` needs a worksheet that says what the network is", {}, {}, {}, {"add `--sheet net.gw`"}, {}}, *text, streams);
    files.push_back(is_latex    ? check::checked_document(*text, check::Notation::latex, *sheet, options)
                    : is_python ? check::checked_document(*text, check::Notation::numpy, *sheet, options)
                                : check::checked(*text, options));
    networks.push_back(is_latex || is_python ? *sheet : *text);
    check::Checked& last = files.back();
    note_layouts(last, networks.back(), options.layout);
    if (last.has_errors() && code == fine) code = input_fault;
    if (last.has_wrong_claims()) code = claim_wrong;
  }
  if (sheet && std::ranges::find(command.files, command.sheet) == command.files.end()) show_sheet_first(files, networks, *sheet);
  if (command.json) print(stdout, check_json(files) + "\n");
  else if (command.sarif) print(stdout, check_sarif(files, GRADWRIGHT_VERSION) + "\n");
  else if (command.github) print(stdout, check_annotations(files));
  if (command.json || command.sarif || command.github) return code;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const check::Checked& file = files[i];
    std::vector<Document> told;
    for (const check::JudgedSide& side : file.sides) {
      if (command.explain) told.push_back(explained(side, networks[i], options.layout));
    }
    if (!file.diagnostics.empty()) print(stderr, terminal_text(file.diagnostics, file.text, streams.err));
    print(stdout, check_page(file, streams.out, told));
    if (file.sides.empty() && !file.has_errors()) print(stderr, file.text.name() + ": no claim: add a line such as `claim dL/dW = …`\n");
  }
  return code;
}

}  // namespace gradwright::cli
