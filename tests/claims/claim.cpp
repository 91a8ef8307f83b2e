#include "claim.h"

#include <algorithm>
#include <regex>

#include "../golden/rewriter.h"
#include "../mutation/mutants.h"
#include "check/check.h"
#include "check/edit_print.h"
#include "check/own_printer.h"
#include "present/present.h"
#include "present/spelling.h"

namespace gradwright::claims {
namespace {

/// Without anything that the person wrote before.
std::string printed_by_the_program(const std::string& gw, Notation notation, OpenSheet& sheet) {
  const bool is_latex = notation == Notation::latex;
  formula::AstPool pool;
  const Reading nothing{gw, {}, {}, {}, {}};
  const check::OwnSource source(is_latex ? check::Notation::latex : check::Notation::numpy, pool, nothing, "");
  const formula::Ast root = check::parsed(gw, pool);
  if (root.is_none()) return {};
  const std::vector<FreeIndex> indices;
  const check::OwnPrinter::Context context{pool, source, {}, "", sheet, indices};
  const check::NotationStyle style{false, is_latex, false};
  return is_latex ? check::latex_printer(context, style)->text(root) : check::numpy_printer(context, style)->text(root);
}

std::string code_of(const std::string& gw, OpenSheet& sheet, std::mt19937_64& random) {
  const std::string by_program = printed_by_the_program(gw, Notation::numpy, sheet);
  const auto by_test = check::numpy_form(gw, sheet, random);
  if (!by_test || (random() % 2 == 0 && !by_program.empty())) return by_program;
  return *by_test;
}

/// As `derive --to latex` prints what has this value; empty where that rests on lines of its own.
std::string presented_in_latex(const std::string& gw, Opened& opened) {
  const SheetValue value = opened.sheet.value(gw);
  if (!value.is_good()) return {};
  const Formula formula = presented(*opened.pool, value.expr, value.surface, opened.sheet.program().names);
  return formula.where.empty() ? formula.latex : "";
}

/// `claim …` with the formula; empty where there is no form for it.
std::string line_of(const Problem& problem, const std::string& gw, Notation notation, Opened& opened,
                    std::mt19937_64& random) {
  if (notation == Notation::worksheet) return "claim d" + problem.of + "/d" + problem.wrt + " = " + gw;
  if (notation == Notation::numpy) {
    const std::string code = problem.is_gradient ? code_of(gw, opened.sheet, random) : "";
    return code.empty() ? code : "claim numpy: d" + problem.of + "_d" + problem.wrt + " = " + code;
  }
  const bool is_presented = random() % 2 == 0;
  const std::string latex =
      is_presented ? presented_in_latex(gw, opened) : printed_by_the_program(gw, Notation::latex, opened.sheet);
  if (latex.empty()) return latex;
  return "claim latex: \\frac{\\partial " + view::latex_name(problem.of) + "}{\\partial " +
         view::latex_name(problem.wrt) + "} = " + latex;
}

/// So many steps, each at a random place; what the rewriter takes for an identity is one on this sheet, its numbers say so.
std::string rewritten(const Problem& problem, Opened& opened, std::size_t steps, std::mt19937_64& random,
                      std::string& made) {
  std::string gw = problem.gw;
  constexpr std::size_t longest = 400;
  for (std::size_t step = 0; step < steps && gw.size() < longest; ++step) {
    std::vector<check::Rewriting> all = check::rewritings(gw, opened.sheet);
    std::shuffle(all.begin(), all.end(), random);
    for (const check::Rewriting& one : all) {
      const SheetValue value = opened.sheet.value(one.gw);
      if (!value.is_good() || value.surface != opened.truth.surface) continue;
      if (likeness(*opened.pool, value.expr, opened.truth.expr) != Likeness::same) continue;
      gw = one.gw;
      made += (made.empty() ? "" : ", ") + one.name;
      break;
    }
  }
  return gw;
}

check::MutantNames names_of(const OpenSheet& sheet) {
  check::MutantNames names;
  for (const Declaration& one : sheet.program().declarations) names.all.push_back(one.name);
  for (const Definition& one : sheet.program().definitions) names.all.push_back(one.name);
  return names;
}

/// A column R[n] may be an array (n,) in code, for which other code is right; R[n,1] may not.
std::optional<Problem> with_columns_of_two_axes(Problem problem) {
  problem.sheet = std::regex_replace(problem.sheet, std::regex(R"((:[^\n#=]*R)\[([^\],]+)\])"), "$1[$2,1]");
  return problem;
}

}  // namespace

const char* name_of(Notation notation) {
  return notation == Notation::worksheet ? "worksheet" : notation == Notation::latex ? "LaTeX" : "NumPy";
}

std::optional<Claim> right_claim(const Problem& problem, Opened& opened, Notation notation, std::mt19937_64& random) {
  Claim claim{notation, problem.sheet, "", ""};
  const std::string gw = rewritten(problem, opened, random() % 4, random, claim.made);
  claim.line = line_of(problem, gw, notation, opened, random);
  if (claim.line.empty()) return std::nullopt;
  return claim;
}

std::optional<Claim> wrong_claim(const Problem& given, Opened& given_opened, Notation notation,
                                 std::mt19937_64& random) {
  if (!given_opened.is_free) return std::nullopt;
  Problem problem = given;
  std::optional<Opened> own;
  if (notation == Notation::numpy) {
    const auto with_axes = with_columns_of_two_axes(given);
    own = with_axes ? claims::opened(*with_axes) : std::nullopt;
    if (!own) return std::nullopt;
    problem = *with_axes;
  }
  Opened& opened = own ? *own : given_opened;
  Claim claim{notation, problem.sheet, "", ""};
  const std::string gw = rewritten(problem, opened, random() % 3, random, claim.made);
  std::vector<check::Mutant> all = check::mutants_of(gw, names_of(opened.sheet));
  std::shuffle(all.begin(), all.end(), random);
  for (const check::Mutant& mutant : all) {
    const SheetValue value = opened.sheet.value(mutant.gw);
    if (!value.is_good() || value.surface != opened.truth.surface) continue;
    if (likeness(*opened.pool, value.expr, opened.truth.expr) != Likeness::other) continue;
    claim.line = line_of(problem, mutant.gw, notation, opened, random);
    if (claim.line.empty()) continue;
    claim.made = mutant.slip;
    return claim;
  }
  return std::nullopt;
}

Found verdict_on(const Claim& claim) {
  check::CheckOptions options;
  options.repairs = false;
  const check::Checked checked = check::checked(Text("sheet.gw", claim.sheet + claim.line + "\n"), options);
  Found found;
  for (const Diagnostic& one : checked.diagnostics)
    if (one.severity == Severity::error) found.messages += "\n    " + one.code + " " + one.message;
  if (checked.sides.size() != 1) return found;
  const check::JudgedSide& side = checked.sides[0];
  found.is_there = true;
  found.kind = side.verdict.kind;
  found.is_proved = side.verdict.proved;
  found.reading = side.reading;
  for (const Diagnostic& one : side.diagnostics) found.messages += "\n    " + one.code + " " + one.message;
  return found;
}

std::vector<std::string> repairs_of(const Claim& claim) {
  const check::Checked checked = check::checked(Text("sheet.gw", claim.sheet + claim.line + "\n"));
  std::vector<std::string> repairs;
  for (const check::JudgedSide& side : checked.sides)
    for (const check::Repair& one : side.repairs) repairs.push_back(one.gw);
  return repairs;
}

bool may_mean_the_truth(const Claim& claim, const Found& found, Opened& opened) {
  if (claim.notation != Notation::latex) return false;
  const SheetValue value = opened.sheet.value(found.reading);
  return value.is_good() && likeness(*opened.pool, value.expr, opened.truth.expr) == Likeness::same;
}

}  // namespace gradwright::claims
