// Malformed worksheets (tests/golden/malformed/*.txt): each is told a place, a cause and a way out, word for word; and each edit that is
// offered makes what its line `means: …` says.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "derive/points.h"
#include "golden_file.h"
#include "ir/evaluate.h"
#include "sheet/derivatives.h"
#include "sheet/session.h"
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

struct Edit {
  std::size_t line;
  std::string before, after;  ///< the sheet
};

Edit edited(const Text& text, const FixIt& fix) {
  std::string fixed = text.content();
  REQUIRE(fix.span.end <= fixed.size());
  fixed.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
  return {text.place(fix.span.begin).line, text.content(), std::move(fixed)};
}

/// The line has one mistake fewer once the edit is made.
void check_one_fewer(const Text& text, const Diagnostic& diagnostic, const Edit& edit) {
  const std::size_t line = text.place(diagnostic.span.begin).line;
  CHECK(count_on_line(Text("fixed.gw", edit.after), line) < count_on_line(text, line));
}

std::string with_line(const std::string& sheet, std::size_t number, const std::string& line) {
  std::istringstream lines(sheet);
  std::string all, one;
  for (std::size_t i = 1; std::getline(lines, one); ++i) all += (i == number ? line : one) + "\n";
  return all;
}

/// Every other edit of the line made too, first offers first: one line may hold several mistakes.
std::string all_edits_made(std::string sheet, std::size_t line) {
  constexpr int most_rounds = 8;
  for (int round = 0; round < most_rounds; ++round) {
    const Text text("fixed.gw", sheet);
    const std::vector<Diagnostic> all = diagnostics_of(text);
    const auto next = std::ranges::find_if(
        all, [&](const Diagnostic& one) { return !one.fixits.empty() && text.place(one.span.begin).line == line; });
    if (next == all.end()) return sheet;
    sheet = edited(text, next->fixits[0]).after;
  }
  return sheet;
}

bool are_equal(Pool& pool, Expr a, Expr b) {
  if (a.is_none() || b.is_none()) return false;
  if (a == b) return true;
  if (pool.shape(a) != pool.shape(b)) return false;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Bindings at = random_bindings(pool, {a, b}, seed);
    const Tensor first = evaluate(pool, a, at), second = evaluate(pool, b, at);
    for (std::size_t i = 0; i < first.values.size(); ++i) {
      if (!(std::fabs(first.values[i] - second.values[i]) <= 1e-9 * std::max(1.0, std::fabs(second.values[i]))))
        return false;
    }
  }
  return true;
}

/// Both sheets declare, define, ask and claim the same.
void check_same_meaning(const std::string& made, const std::string& meant) {
  CAPTURE(made);
  CAPTURE(meant);
  Pool pool;
  const auto read = [&](const std::string& sheet) {
    return read_formula(Text("sheet.gw", sheet), pool, reading_options());
  };
  const Program a = read(made), b = read(meant);
  REQUIRE(a.declarations.size() == b.declarations.size());
  for (std::size_t i = 0; i < a.declarations.size(); ++i) {
    CHECK(a.declarations[i].input == b.declarations[i].input);  // name, role, facts and size
    CHECK(a.declarations[i].constant == b.declarations[i].constant);
    CHECK(a.declarations[i].initialiser == b.declarations[i].initialiser);
  }
  REQUIRE(a.definitions.size() == b.definitions.size());
  for (std::size_t i = 0; i < a.definitions.size(); ++i) {
    CHECK(a.definitions[i].name == b.definitions[i].name);
    CHECK(a.definitions[i].surface == b.definitions[i].surface);
    CHECK(are_equal(pool, a.definitions[i].expr, b.definitions[i].expr));
  }
  REQUIRE(a.requests.size() == b.requests.size());
  for (std::size_t i = 0; i < a.requests.size(); ++i) {
    CHECK(a.requests[i].of.name == b.requests[i].of.name);
    REQUIRE(a.requests[i].wrt.size() == b.requests[i].wrt.size());
    for (std::size_t k = 0; k < a.requests[i].wrt.size(); ++k)
      CHECK(a.requests[i].wrt[k].name == b.requests[i].wrt[k].name);
  }
  REQUIRE(a.claims.size() == b.claims.size());
  for (std::size_t i = 0; i < a.claims.size(); ++i) {
    CHECK(a.claims[i].kind == b.claims[i].kind);
    CHECK(a.claims[i].of.name == b.claims[i].of.name);
    CHECK(a.claims[i].wrt.name == b.claims[i].wrt.name);
    REQUIRE(a.claims[i].values.size() == b.claims[i].values.size());
    for (std::size_t k = 0; k < a.claims[i].values.size(); ++k)
      CHECK(are_equal(pool, a.claims[i].values[k], b.claims[i].values[k]));
  }
}

void check_diagnostic(const Text& text, const Diagnostic& diagnostic) {
  CAPTURE(diagnostic.message);
  CHECK(catalogue_row(diagnostic.code) != nullptr);
  CHECK_FALSE(diagnostic.message.empty());
  CHECK(diagnostic.span.begin <= diagnostic.span.end);
  CHECK(diagnostic.span.end > 0);  // the place at the end of a line is empty
  CHECK(diagnostic.span.end <= text.content().size());
  CHECK((!diagnostic.helps.empty() || !diagnostic.fixits.empty()));
}

/// Each edit that is offered makes the line that is meant: those of `means`, in order.
void check_edits(const Text& text, const std::vector<Diagnostic>& diagnostics, const std::vector<std::string>& means) {
  std::size_t count = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    for (const FixIt& fix : diagnostic.fixits) {
      CAPTURE(fix.title);
      const Edit edit = edited(text, fix);
      check_one_fewer(text, diagnostic, edit);
      CHECK_MESSAGE(count < means.size(), "an edit is offered and no line `means: …` says what is meant");
      if (count >= means.size()) return;
      const std::string meant = with_line(edit.before, edit.line, means[count++]);
      const std::string made = all_edits_made(edit.after, edit.line);
      check_same_meaning(made, meant);
      CHECK(count_on_line(Text("meant.gw", meant), edit.line) ==
            count_on_line(Text("made.gw", made), edit.line));  // of what no edit mends
    }
  }
  CHECK(count == means.size());
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
      check_edits(text, diagnostics, one.means);
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
