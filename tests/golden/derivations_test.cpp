// Derivations told in full (tests/golden/derivations): <topic>.gw is explained word for word in <topic>.txt, and judged by what does not rest on it:
// <topic>.truth gives for each result, in order, the formula of the textbook (`wrt : formula`, after definitions `name = formula`).
// The second line of a sheet is its command: what follows `gradwright derive`.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <regex>
#include <sstream>

#include "api/explain.h"
#include "derive/jacobian.h"
#include "golden_file.h"
#include "simplify/cost.h"

using namespace gradwright;

namespace {

const std::string folder = "tests/golden/derivations";

std::vector<std::string> topics() {
  std::vector<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(GRADWRIGHT_SOURCE_DIR) / folder)) {
    if (entry.path().extension() == ".gw") all.push_back(folder + "/" + entry.path().stem().string());
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::string line_of(const std::string& text, std::size_t number) {
  std::istringstream lines(text);
  std::string line;
  for (std::size_t i = 0; i < number; ++i) std::getline(lines, line);
  return line;
}

/// What the command of the sheet prints, without the error of the finite differences.
std::string told(Session& session, const std::vector<Derived>& results, const std::string& command) {
  ExplainOptions how;
  if (command.find("--steps full") != std::string::npos) how.steps = Detail::full;
  how.layouts = command.find("--explain layout") != std::string::npos;
  std::set<std::string> known;
  how.told = &known;
  std::string text;
  for (const Derived& result : results) text += terminal_page(explained(session, result, how), false) + "\n";
  return std::regex_replace(text, std::regex(R"( \(largest[^)]*\))"), "");
}

struct Truths {
  std::string definitions;
  std::vector<std::pair<std::string, std::string>> formulas;  ///< variable and formula, in the order of the results
};

Truths truths_of(const std::string& text) {
  Truths truths;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(" : ");
    if (colon == std::string::npos) truths.definitions += line + "\n";
    else truths.formulas.emplace_back(line.substr(0, colon), line.substr(colon + 3));
  }
  return truths;
}

struct Read {
  Expr expr;
  Shape surface;
};

/// The definition `name` of a sheet, read into the pool that already holds the session's nodes.
Read read_back(Session& session, const std::string& sheet, const std::string& name) {
  ReadOptions options;
  options.derivative = derivative_of;
  const Program program = read_formula(Text("back.gw", sheet), session.pool(), options);
  for (const Diagnostic& diagnostic : program.diagnostics) MESSAGE(diagnostic.code << " " << diagnostic.message);
  const Definition* definition = program.definition(name);
  return definition == nullptr ? Read{} : Read{definition->expr, definition->surface};
}

double largest_difference(const Tensor& a, const Tensor& b) {
  if (a.values.size() != b.values.size()) return INFINITY;
  double largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    largest = std::max(largest, std::fabs(a.values[i] - b.values[i]) / std::max({1.0, std::fabs(a.values[i]), std::fabs(b.values[i])}));
  }
  return largest;
}

/// The printed formula, read back, has the value and the size of the textbook's, and at most twice its operations.
void check_formula(Session& session, const Derived& result, const std::string& sheet, const Truths& truths, const std::string& formula) {
  CAPTURE(result.wrt);
  const Read expected = read_back(session, sheet + truths.definitions + "truth_ = " + formula + "\n", "truth_");
  std::string printed = sheet;
  for (const WhereItem& item : result.formula.where) printed += item.name + " = " + item.gw + "\n";
  printed += "printed_ = " + result.formula.gw + "\n";
  CAPTURE(printed);
  const Read back = read_back(session, printed, "printed_");
  REQUIRE_FALSE(expected.expr.is_none());
  REQUIRE_FALSE(back.expr.is_none());
  CHECK(back.surface == expected.surface);
  CHECK(back.surface == result.surface);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Bindings at = random_bindings(session.pool(), {expected.expr, back.expr}, seed);
    CHECK(largest_difference(evaluate(session.pool(), expected.expr, at), evaluate(session.pool(), back.expr, at)) < 1e-8);
  }
  const Names& names = session.program().names;
  CHECK(cost(session.pool(), back.expr, names) <= 2 * cost(session.pool(), expected.expr, names));
}

}  // namespace

TEST_CASE("derivations read like a textbook and are true") {
  std::size_t count = 0;
  for (const std::string& topic : topics()) {
    CAPTURE(topic);
    const std::string sheet = repository_file(topic + ".gw");
    Session session(Text(topic.substr(folder.size() + 1) + ".gw", sheet));
    const std::vector<Derived> results = session.derived();
    verify_steps(session, results);
    for (const Diagnostic& diagnostic : session.diagnostics()) MESSAGE(topic << ": " << diagnostic.code << " " << diagnostic.message);
    CHECK(session.diagnostics().empty());
    const Truths truths = truths_of(repository_file(topic + ".truth"));
    REQUIRE(results.size() == truths.formulas.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
      REQUIRE(results[i].wrt == truths.formulas[i].first);
      CHECK(results[i].verified.points == 4);
      CHECK(results[i].verified.holds(1e-6));
      check_formula(session, results[i], sheet, truths, truths.formulas[i].second);
      ++count;
    }
    check_repository_file(topic + ".txt", told(session, results, line_of(sheet, 2)));
  }
  CHECK(count >= 40);
}
