// Derivations told in full (tests/golden/derivations): <topic>.gw is explained word for word in <topic>.txt, and judged by what does not rest on it:
// <topic>.truth gives for each result, in order, the formula of the textbook (`wrt : formula`, after definitions `name = formula`), and for a structured
// variable that of the other convention: `S (symmetric) : formula`, or by entries `S[i,j] (i ≠ j) : formula`.
// Every function of the prelude stands in one of them. The second line of a sheet is its command: what follows `gradwright derive`.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "derive/jacobian.h"
#include "explain/story.h"
#include "golden_file.h"
#include "read/formula/prelude.h"
#include "sheet/explain.h"
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
  for (const Derived& result : results) text += terminal_page(explained(session, result, how), {}) + "\n";
  return std::regex_replace(text, std::regex(R"(\s+\(largest[^)]*\))"), "");
}

struct Truths {
  std::string definitions;
  std::vector<std::pair<std::string, std::string>> formulas;  ///< variable and formula, in the order of the results
  std::vector<std::pair<std::string, std::string>>
      structured;  ///< the same for the other convention of structured variables
};

Truths truths_of(const std::string& text) {
  Truths truths;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(" : ");
    if (colon == std::string::npos)
      truths.definitions += line + "\n";
    else
      (line[colon - 1] == ')' ? truths.structured : truths.formulas)
          .emplace_back(line.substr(0, colon), line.substr(colon + 3));
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
    largest = std::max(largest, std::fabs(a.values[i] - b.values[i]) /
                                    std::max({1.0, std::fabs(a.values[i]), std::fabs(b.values[i])}));
  }
  return largest;
}

/// Its lines in the worksheet language; the last defines `printed_`.
std::string in_gw(const Formula& formula) {
  std::string lines;
  for (const WhereItem& item : formula.where) lines += item.name + " = " + item.gw + "\n";
  return lines + "printed_ = " + formula.gw + "\n";
}

/// The printed formula, read back, has the value and the size of the textbook's, and at most twice its operations.
void check_formula(Session& session, const Derived& result, const std::string& sheet, const Truths& truths,
                   const std::string& formula) {
  CAPTURE(result.wrt);
  const Read expected = read_back(session, sheet + truths.definitions + "truth_ = " + formula + "\n", "truth_");
  const std::string printed = sheet + in_gw(result.formula);
  CAPTURE(printed);
  const Read back = read_back(session, printed, "printed_");
  REQUIRE_FALSE(expected.expr.is_none());
  REQUIRE_FALSE(back.expr.is_none());
  CHECK(back.surface == expected.surface);
  CHECK(back.surface == result.surface);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Bindings at = random_bindings(session.pool(), {expected.expr, back.expr}, seed);
    CHECK(largest_difference(evaluate(session.pool(), expected.expr, at), evaluate(session.pool(), back.expr, at)) <
          1e-8);
  }
  const Names& names = session.program().names;
  CHECK(cost(session.pool(), back.expr, names) <= 2 * cost(session.pool(), expected.expr, names));
}

/// What people are shown, `∂L/∂W₂ = (p − y)·a₁ᵀ`, is read as a claim of the same value.
void check_printed_claim(Session& session, const Derived& result, const std::string& sheet) {
  const bool is_matrix = result.entry.empty() && result.kind != DerivativeKind::tensor;
  const int order = result.kind == DerivativeKind::hessian ? 2 : 1;
  const Run left = result.first.empty() ? derivative_run(result.of, result.wrt, order)
                                        : mixed_derivative_run(result.of, result.first, result.wrt);
  std::string text = sheet;
  for (const WhereItem& item : result.formula.where) text += item.name + " = " + item.unicode + "\n";
  text += (is_matrix ? "claim " + left.unicode : std::string("printed_")) + " = " + result.formula.unicode + "\n";
  CAPTURE(text);
  ReadOptions options;
  options.derivative = derivative_of;
  const Program program = read_formula(Text("printed.gw", text), session.pool(), options);
  for (const Diagnostic& diagnostic : program.diagnostics) MESSAGE(diagnostic.code << " " << diagnostic.message);
  REQUIRE_FALSE(program.has_errors());
  if (is_matrix) {
    REQUIRE_FALSE(program.claims.empty());
    CHECK(program.claims.back().kind == Claim::Kind::derivative);
    CHECK(program.claims.back().of.name == result.of);
    CHECK(program.claims.back().wrt.name == result.wrt);
  }
  const Expr claimed = is_matrix ? program.claims.back().values[0] : program.definition("printed_")->expr;
  REQUIRE_FALSE(claimed.is_none());
  const Read back = read_back(session, sheet + in_gw(result.formula), "printed_");
  REQUIRE_FALSE(back.expr.is_none());
  if (claimed == back.expr) return;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Bindings at = random_bindings(session.pool(), {claimed, back.expr}, seed);
    CHECK(largest_difference(evaluate(session.pool(), claimed, at), evaluate(session.pool(), back.expr, at)) < 1e-8);
  }
}

/// What `printed` says after its where items is what the textbook says; both are definitions of `left`, which may have indices.
void check_same(Session& session, const std::string& sheet, const Formula& printed, const std::string& textbook,
                const std::string& indices) {
  if (textbook == "0") {
    CHECK(printed.gw == "0");
    return;
  }
  std::string text = sheet;
  for (const WhereItem& item : printed.where) text += item.name + " = " + item.gw + "\n";
  text += "printed_" + indices + " = " + printed.gw + "\ntruth_" + indices + " = " + textbook + "\n";
  CAPTURE(text);
  const Read mine = read_back(session, text, "printed_");
  const Read truth = read_back(session, text, "truth_");
  REQUIRE_FALSE(mine.expr.is_none());
  REQUIRE_FALSE(truth.expr.is_none());
  CHECK(mine.surface == truth.surface);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Bindings at = random_bindings(session.pool(), {mine.expr, truth.expr}, seed);
    CHECK(largest_difference(evaluate(session.pool(), mine.expr, at), evaluate(session.pool(), truth.expr, at)) < 1e-8);
  }
}

/// The other convention, by a structured variable; `next` is the line of the truths that says so.
void check_structured(Session& session, const Derived& result, const std::string& sheet, const Truths& truths,
                      std::size_t& next) {
  const Structured& form = *result.structured;
  CHECK(form.verified.points == 4);
  CHECK(form.verified.holds(1e-6));
  const auto truth = [&](const std::string& key) {
    CAPTURE(key);
    REQUIRE(next < truths.structured.size());
    REQUIRE(truths.structured[next].first == key);
    return truths.structured[next++].second;
  };
  const std::string full = sheet + truths.definitions;
  if (form.entries.empty()) {
    const std::string what = form.first_structure.empty()
                                 ? form.structure
                                 : result.first + " " + form.first_structure + ", " + result.wrt + " " + form.structure;
    check_same(session, full, form.formula, truth(result.wrt + " (" + what + ")"), "");
    return;
  }
  const std::string at = "[" + result.entry[0] + "," + result.entry[1] + "]";
  for (const StructuredEntry& entry : form.entries) {
    const std::string textbook =
        truth(result.wrt + at + " (" + (entry.place.empty() ? form.structure : entry.place) + ")");
    std::string indices = entry_letters(session.pool(), result);
    for (const std::string& index : std::set<std::string>{result.entry[0], entry.column}) {
      if (std::isdigit(static_cast<unsigned char>(index[0])) == 0) indices += (indices.empty() ? "" : ",") + index;
    }
    check_same(session, full, entry_formula(session.pool(), result, entry), textbook,
               indices.empty() ? "" : "[" + indices + "]");
  }
}

std::set<std::string> matches(const std::string& text, const std::regex& what) {
  std::set<std::string> found;
  for (auto match = std::sregex_iterator(text.begin(), text.end(), what); match != std::sregex_iterator(); ++match)
    found.insert((*match)[1]);
  return found;
}

/// The functions that the definitions behind what a sheet derives call; those that the sheet defines itself are its own.
std::set<std::string> derived_functions(const std::string& sheet) {
  static const std::regex definition(R"(^(\w+)(\([\w, ]*\))? *=(.*))"), request(R"(^(?:derive|hessian) (\w+).*)"),
      word(R"((\w+))"), call(R"((\w+)\()");
  std::map<std::string, std::string> right_side;
  std::set<std::string> own, called, seen;
  std::vector<std::string> waiting;
  std::istringstream lines(sheet);
  for (std::string line; std::getline(lines, line);) {
    line.erase(std::min(line.size(), line.find('#')));
    std::smatch match;
    if (std::regex_match(line, match, definition)) right_side[match[1]] = match[3];
    if (match.size() > 2 && match[2].matched) own.insert(match[1]);
    if (std::regex_match(line, match, request)) waiting.push_back(match[1]);
  }
  while (!waiting.empty()) {
    const std::string text = right_side[waiting.back()];
    waiting.pop_back();
    for (const std::string& name : matches(text, word)) {
      if (right_side.contains(name) && seen.insert(name).second) waiting.push_back(name);
    }
    for (const std::string& name : matches(text, call)) {
      if (!own.contains(name)) called.insert(name);
    }
  }
  return called;
}

}  // namespace

TEST_CASE("every function of the prelude is derived in a golden sheet") {
  std::set<std::string> derived;
  for (const std::string& topic : topics()) derived.merge(derived_functions(repository_file(topic + ".gw")));
  std::istringstream prelude{std::string(formula::prelude())};
  static const std::regex definition(R"(^(\w+)\(.*)");
  std::size_t count = 0;
  std::smatch match;
  for (std::string line; std::getline(prelude, line);) {
    if (!std::regex_match(line, match, definition)) continue;
    ++count;
    CHECK_MESSAGE(derived.contains(match[1]), match[1].str() << " stands in no derivation of " << folder);
  }
  CHECK(count > 50);
}

TEST_CASE("derivations read like a textbook and are true") {
  std::size_t count = 0;
  for (const std::string& topic : topics()) {
    CAPTURE(topic);
    const std::string sheet = repository_file(topic + ".gw");
    Session session(Text(topic.substr(folder.size() + 1) + ".gw", sheet));
    const std::vector<Derived> results = session.derived();
    verify_steps(session, results);
    for (const Diagnostic& diagnostic : session.diagnostics())
      MESSAGE(topic << ": " << diagnostic.code << " " << diagnostic.message);
    CHECK(session.diagnostics().empty());
    const Truths truths = truths_of(repository_file(topic + ".truth"));
    REQUIRE(results.size() == truths.formulas.size());
    std::size_t structured = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      REQUIRE(results[i].wrt == truths.formulas[i].first);
      CHECK(results[i].verified.points == 4);
      CHECK(results[i].verified.holds(1e-6));
      check_formula(session, results[i], sheet, truths, truths.formulas[i].second);
      check_printed_claim(session, results[i], sheet);
      if (results[i].structured) check_structured(session, results[i], sheet, truths, structured);
      ++count;
    }
    CHECK(structured == truths.structured.size());
    check_repository_file(topic + ".txt", told(session, results, line_of(sheet, 2)));
  }
  CHECK(count >= 40);
}
