// A sheet is read, derives and judges: each function of <gradwright/sheet.h> and <gradwright/formula.h>, and of <gradwright/verdict.h>.
#include <gradwright/sheet.h>

#include <cstdio>

namespace {

constexpr const char* text =
    "x : R[n]\ny : R[2]\nparam W : R[2,n]\nz = W*x\nL = 1/2*sum((z - y)^2)\nderive L wrt W\nclaim dL/dW = x*(z - y)'\n";

/// The derivative of L by W is (z − y)·xᵀ, of the size of W.
bool derives(const gw::Sheet& sheet) {
  const gw::Derivation derivation = sheet.derive({.rich = true});
  if (!derivation.diagnostics().empty() || derivation.results().size() != 1) return false;
  const gw::Derivative& result = derivation.results()[0];
  std::printf("a %s of %s by %s:\n%s\n", std::string(gw::name_of(result.kind)).c_str(), result.of.c_str(),
              result.wrt.c_str(), result.formula.sized(60).c_str());
  for (const gw::Step& step : derivation.steps(0)) std::printf("  %s\n", step.text.c_str());
  std::printf("%s", derivation.page(gw::Format::markdown).c_str());
  return result.size == std::vector<std::string>{"2", "n"} && result.verified.points > 0 && !derivation.json().empty();
}

/// The claim is the transpose of what is right.
bool judges(const gw::Sheet& sheet) {
  for (const gw::Verdict& verdict : sheet.check().verdicts()) {
    std::printf("%s: %s\n", std::string(gw::name_of(verdict.kind)).c_str(), verdict.summary.c_str());
    if (verdict.is_right() || verdict.repairs.empty()) return false;
  }
  gw::Judgement judgement({.stories = true});  // or claims of several texts
  judgement.add(sheet);
  judgement.add("dW = np.outer(W @ x - y, x)", "mine.py", gw::Notation::numpy, sheet);
  judgement.tell_errors_of(sheet);
  for (const gw::Judgement::Page& page : judgement.pages()) std::printf("%s", page.verdicts.c_str());
  std::printf("%s", judgement.annotations().c_str());
  return judgement.has_wrong_claims() && !judgement.has_errors() && judgement.diagnostics().empty() &&
         judgement.verdicts().size() == 2 && !judgement.json().empty() && !judgement.sarif().empty();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {  // a sheet in a file
    const auto loaded = gw::Sheet::load(argv[1]);
    if (!loaded || loaded->text() != *gw::text_of(argv[1])) return 1;
  }
  const gw::Sheet sheet = gw::Sheet::read(text, "line.gw");
  if (sheet.has_errors() || !sheet.diagnostics().empty()) return 1;
  std::printf("%s leaves %s open and has\n", sheet.name().c_str(), sheet.open_sizes()[0].c_str());
  for (const gw::Name& name : sheet.names()) std::printf("  %s\n", name.name.c_str());
  std::printf("%s", sheet.formatted()->c_str());
  const gw::Array rows = gw::Array::of_rows({2, 2}, {1, 2, 3, 4});  // [1 2; 3 4], kept column by column
  const bool is_turned = rows.values[1] == 3 && rows.by_rows()[1] == 2;
  return derives(sheet) && judges(sheet) && is_turned ? 0 : 1;
}
