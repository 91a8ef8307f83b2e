// `gradwright derive`: formulas alone, the story of each on the terminal, a page for LaTeX, browsers or Markdown, or JSON.
#include <fmt/format.h>

#include <cstdio>

#include "api/explain.h"
#include "commands.h"

namespace gradwright::cli {
namespace {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_formula(const Formula& formula, const std::string& to) {
  for (const WhereItem& item : formula.where) print(fmt::format("{} = {}\n", item.name, to == "latex" ? item.latex : to == "gw" ? item.gw : item.unicode));
  print((to == "latex" ? formula.latex : to == "gw" ? formula.gw : formula.unicode) + "\n");
}

int exit_code_of(const Session& session) {
  for (const Diagnostic& diagnostic : session.diagnostics()) {
    if (diagnostic.code == "G0902") return bug;
  }
  return session.has_errors() ? input_fault : fine;
}

}  // namespace

int run_derive(const DeriveCommand& command, const Streams& streams) {
  const auto text = read_text(command.file, streams);
  if (!text) return environment_fault;
  Session session(*text);
  DeriveOptions options;
  if (command.layout == "gradient") options.layout = Layout::gradient;
  if (command.layout == "numerator") options.layout = Layout::numerator;
  if (command.layout == "denominator") options.layout = Layout::denominator;
  options.verify = !command.no_verify;
  options.most_bytes = command.most_bytes;
  const bool is_page = command.to == "html" || command.to == "tex" || command.to == "markdown";
  options.rich = is_page;
  options.only_gw = command.to == "gw" && !command.json;
  const std::vector<Derived> results = session.derived(options);
  if (command.verify_steps) verify_steps(session, results);
  if (command.json) {
    print(derive_json(session, results) + "\n");
    return exit_code_of(session);
  }
  show_diagnostics(session, streams);
  ExplainOptions how;
  how.steps = command.steps == "none" ? Detail::none : command.steps == "full" ? Detail::full : Detail::brief;
  how.layouts = command.explain == "layout";
  std::set<std::string> told;
  how.told = &told;
  std::vector<Document> pages;
  for (const Derived& result : results) {
    if (command.to == "terminal") {
      print(terminal_page(explained(session, result, how), streams.out) + "\n");
    } else if (is_page) {
      pages.push_back(explained(session, result, how));
    } else {
      print_formula(result.formula, command.to);
    }
  }
  if (command.to == "html") print(html_page(pages, command.file));
  if (command.to == "tex") print(latex_page(pages));
  if (command.to == "markdown") print(markdown_page(pages));
  if (results.empty() && !session.has_errors()) std::fputs("nothing to derive: add a line such as `derive L wrt W`\n", stderr);
  return exit_code_of(session);
}

}  // namespace gradwright::cli
