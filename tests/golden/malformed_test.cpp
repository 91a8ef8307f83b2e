// Malformed worksheets (tests/golden/malformed/*.txt): each is told a place, a cause and a way out, word for word.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "api/session.h"
#include "golden_file.h"
#include "source/catalogue.h"
#include "source/render.h"

using namespace gradwright;

namespace {

std::vector<Diagnostic> diagnostics_of(const Text& text) {
  Session session(text);
  (void)session.derived();
  return session.diagnostics();
}

/// How many diagnostics touch the line.
std::size_t count_on_line(const Text& text, std::size_t line) {
  const std::vector<Diagnostic> all = diagnostics_of(text);
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const Diagnostic& one) { return text.place(one.span.begin).line == line; }));
}

/// The line has one mistake fewer once the edit is made.
void check_fixit(const Text& text, const Diagnostic& diagnostic, const FixIt& fix) {
  CAPTURE(fix.title);
  std::string fixed = text.content();
  REQUIRE(fix.span.end <= fixed.size());
  fixed.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
  CAPTURE(fixed);
  const std::size_t line = text.place(diagnostic.span.begin).line;
  CHECK(count_on_line(Text("fixed.gw", fixed), line) < count_on_line(text, line));
}

void check_diagnostic(const Text& text, const Diagnostic& diagnostic) {
  CAPTURE(diagnostic.message);
  CHECK(catalogue_row(diagnostic.code) != nullptr);
  CHECK_FALSE(diagnostic.message.empty());
  CHECK(diagnostic.span.begin <= diagnostic.span.end);
  CHECK(diagnostic.span.end > 0);  // the place at the end of a line is empty
  CHECK(diagnostic.span.end <= text.content().size());
  CHECK((!diagnostic.helps.empty() || !diagnostic.fixits.empty()));
  for (const FixIt& fix : diagnostic.fixits) check_fixit(text, diagnostic, fix);
}

}  // namespace

TEST_CASE("malformed worksheets") {
  std::set<std::string> sheets;
  for (GoldenFile& file : golden_files("tests/golden/malformed")) {
    for (GoldenCase& one : file.cases) {
      const std::string place = file.name + ":" + std::to_string(one.line);
      CAPTURE(place);
      CAPTURE(one.title);
      CHECK(sheets.insert(one.input).second);
      const Text text("sheet.gw", one.input);
      const std::vector<Diagnostic> diagnostics = diagnostics_of(text);
      CHECK_FALSE(diagnostics.empty());
      for (const Diagnostic& diagnostic : diagnostics) check_diagnostic(text, diagnostic);
      const std::string rendered = terminal_text(diagnostics, text, {});
      if (!updates_golden()) CHECK(rendered == one.expected);
      one.expected = rendered;
    }
    if (updates_golden()) check_repository_file(file.name, golden_text(file));
  }
  CHECK(sheets.size() >= 75);
}

namespace {

std::string reference_page() {
  std::string page =
      "# Errors and warnings\n\n"
      "Every message has a place, a cause and a way out. This page is made from the catalogue\n"
      "(`src/source/catalogue.cpp`) by `tools/golden`; a test keeps it up to date.\n";
  for (const CatalogueRow& row : catalogue()) {
    page += "\n## " + std::string(row.code) + " " + std::string(row.title) + "\n";
    page += "*Cause*: " + std::string(row.cause) + ". *Way out*: " + std::string(row.way_out) + ".\n";
    if (row.example.empty()) continue;
    const Text text("sheet.gw", std::string(row.example) + "\n");
    page += "```\n" + text.content() + "```\n```\n" + terminal_text(diagnostics_of(text), text, {}) + "```\n";
  }
  return page;
}

}  // namespace

TEST_CASE("an example of the catalogue raises its code, and its first") {
  for (const CatalogueRow& row : catalogue()) {
    if (row.example.empty()) continue;
    CAPTURE(row.code);
    const std::vector<Diagnostic> diagnostics = diagnostics_of(Text("sheet.gw", std::string(row.example) + "\n"));
    REQUIRE_FALSE(diagnostics.empty());
    CHECK(diagnostics.front().code == row.code);
  }
}

TEST_CASE("docs/reference/errors.md is up to date") {
  check_repository_file("docs/reference/errors.md", reference_page());
}
