// True rewritings of true formulas of the literature (tests/data/identities.json), steps of rewriter.h at random places: in the worksheet
// language, with names of one's own, entry by entry, through NumPy. None may be called wrong, and nearly all must be proved.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "check/check.h"
#include "check/judge.h"
#include "rewriter.h"

using namespace gradwright;

namespace {

struct Count {
  int tried = 0, proved = 0;
};

struct Item {
  std::string id, kind, sheet, of, wrt, gw;
};

std::vector<Item> items() {
  std::vector<Item> all;
  std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/identities.json");
  for (const auto& one : nlohmann::json::parse(file)) {
    if (one["kind"] != "hessian")
      all.push_back({one["id"], one["kind"], one["sheet"], one["of"], one["wrt"], one["expected"]});
  }
  return all;
}

/// Every name that is declared or defined, and every size, called otherwise.
std::string renamed(std::string text, const OpenSheet& sheet) {
  std::vector<std::string> names;
  for (const Declaration& one : sheet.program().declarations) {
    names.push_back(one.name);
    for (const Dim dim : one.surface) {
      if (!sheet.pool().dims().constant_value(dim)) names.push_back(sheet.pool().dims().to_string(dim));
    }
  }
  for (const Definition& one : sheet.program().definitions) names.push_back(one.name);
  for (const std::string& name : names)
    text = std::regex_replace(text, std::regex("\\b" + name + "\\b(?![_(])"), "own_" + name);
  return text;
}

class Rewritten {
 public:
  explicit Rewritten(Item item) : item_(std::move(item)), judge_(Text("sheet.gw", item_.sheet), std::nullopt) {}

  check::Judge& judge() { return judge_; }
  bool ask() { return judge_.ask({item_.of, {}, {}}, {item_.wrt, {}, {}}); }

  /// So many steps, each at a random place.
  std::string stepped(int count, std::mt19937_64& random, std::string* steps = nullptr) {
    std::string gw = item_.gw;
    for (int step = 0; step < count; ++step) {
      std::vector<check::Rewriting> all = check::rewritings(gw, judge_.sheet());
      std::shuffle(all.begin(), all.end(), random);
      const auto good = std::find_if(all.begin(), all.end(), [&](const check::Rewriting& one) {
        const SheetValue value = judge_.sheet().value(one.gw);
        return value.is_good() && value.surface == judge_.sheet().value(gw).surface;
      });
      if (good == all.end()) break;
      gw = good->gw;
      if (steps != nullptr) *steps += (steps->empty() ? "" : ", ") + good->name;
    }
    return gw;
  }

  void hold(const std::string& kind, const check::Verdict& verdict, std::map<std::string, Count>& counts) const {
    CHECK(check::verdict_name(verdict.kind) == "equal");
    CHECK_FALSE(verdict.trap);
    CHECK((verdict.proved || verdict.points > 0));
    ++counts[kind].tried;
    counts[kind].proved += verdict.proved ? 1 : 0;
  }

  const Item& item() const { return item_; }

 private:
  Item item_;
  check::Judge judge_;
};

/// The claim as a line of the sheet, with all that a person gets.
void hold_line(const Rewritten& one, const std::string& kind, const std::string& sheet, const std::string& line,
               std::map<std::string, Count>& counts) {
  check::CheckOptions options;
  options.repairs = false;
  const check::Checked found = check::checked(Text("sheet.gw", sheet + "\n" + line + "\n"), options);
  CAPTURE(line);
  for (const Diagnostic& diagnostic : found.diagnostics) FAIL_CHECK(diagnostic.message);
  CHECK(found.sides.size() == 1);
  if (found.sides.size() != 1) return;
  CAPTURE(found.sides[0].reading);
  one.hold(kind, found.sides[0].verdict, counts);
}

void report(const std::map<std::string, Count>& counts, int least) {
  Count all;
  std::string lines;
  for (const auto& [kind, count] : counts) {
    lines += fmt::format("\n  {:<28}{:>5} of {:>5} proved, {:>3} confirmed by numbers", kind, count.proved, count.tried,
                         count.tried - count.proved);
    all.tried += count.tried;
    all.proved += count.proved;
  }
  MESSAGE(all.proved << " of " << all.tried << " rewritings are proved:" << lines);
  CHECK(all.tried >= least);
  CHECK(all.proved * 100 >= all.tried * 95);
}

}  // namespace

TEST_CASE("true rewritings are never called wrong") {
  std::mt19937_64 random(20);
  std::map<std::string, Count> counts;
  for (const Item& item : items()) {
    Rewritten one(item);
    CAPTURE(item.id);
    REQUIRE(one.ask());
    for (int chain = 0; chain < 24; ++chain) {
      std::string steps;
      const std::string gw = one.stepped(1 + chain % 3, random, &steps);
      if (steps.empty()) continue;
      std::vector<Diagnostic> reasons;
      const check::Verdict verdict = one.judge().verdict(gw, reasons);
      CAPTURE(gw);
      CAPTURE(steps);
      one.hold(chain % 3 == 0 ? steps : std::to_string(1 + chain % 3) + " steps", verdict, counts);
    }
  }
  report(counts, 1000);
}

TEST_CASE("true formulas entry by entry are never called wrong") {
  std::mt19937_64 random(21);
  std::map<std::string, Count> counts;
  for (const Item& item : items()) {
    if (item.kind == "vecjacobian") continue;
    Rewritten one(item);
    CAPTURE(item.id);
    const Shape wrt = one.judge().sheet().shape_of(item.wrt).value_or(Shape{});
    const auto indices = [&](const char* first, const char* second) {
      if (wrt.empty()) return std::vector<std::string>{};
      return one.judge().sheet().pool().dims().is_one(wrt[1]) ? std::vector<std::string>{first}
                                                              : std::vector<std::string>{first, second};
    };
    const bool is_jacobian = item.kind == "jacobian";
    Target of{item.of, {}, {}};
    Target by{item.wrt, indices(is_jacobian ? "j" : "i", "j"), {}};
    if (is_jacobian) of.entry = {"i"};
    for (int chain = 0; chain < 6; ++chain) {
      REQUIRE(one.ask());
      const std::string gw = one.stepped(chain % 3, random);
      const auto entry = check::index_form(gw, one.judge().sheet(), "i", "j");
      if (!entry) continue;
      CAPTURE(gw);
      CAPTURE(*entry);
      REQUIRE(one.judge().ask(of, by));
      std::vector<Diagnostic> reasons;
      const check::Verdict verdict = one.judge().verdict(*entry, reasons);
      for (const Diagnostic& reason : reasons) MESSAGE(reason.message);
      one.hold(by.entry.empty() ? "a scalar"
               : is_jacobian    ? "an entry of a Jacobian"
                                : "an entry of a gradient",
               verdict, counts);
    }
  }
  report(counts, 250);
}

TEST_CASE("true formulas with other names are never called wrong") {
  std::mt19937_64 random(22);
  std::map<std::string, Count> counts;
  for (const Item& item : items()) {
    Rewritten one(item);
    CAPTURE(item.id);
    REQUIRE(one.ask());
    for (int chain = 0; chain < 4; ++chain) {
      const std::string gw = renamed(one.stepped(1 + chain % 2, random), one.judge().sheet());
      const std::string left = renamed(item.wrt, one.judge().sheet());
      hold_line(one, "names and sizes renamed", renamed(item.sheet, one.judge().sheet()),
                fmt::format("claim d{}/d{} = {}", renamed(item.of, one.judge().sheet()), left, gw), counts);
    }
    // A part of the formula under a name of the person's own, defined above the claim.
    std::vector<check::Rewriting> parts = check::parts_of(item.gw);
    std::shuffle(parts.begin(), parts.end(), random);
    for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 3); ++i) {
      if (!one.judge().sheet().value(parts[i].name).is_good()) continue;
      hold_line(one, "a part named", item.sheet + "\nown_part = " + parts[i].name,
                fmt::format("claim d{}/d{} = {}", item.of, item.wrt, parts[i].gw), counts);
    }
  }
  report(counts, 250);
}

TEST_CASE("true formulas through NumPy are never called wrong") {
  std::mt19937_64 random(23);
  std::map<std::string, Count> counts;
  for (const Item& item : items()) {
    if (item.kind != "gradient") continue;
    Rewritten one(item);
    CAPTURE(item.id);
    REQUIRE(one.ask());
    for (int chain = 0; chain < 8; ++chain) {
      const std::string gw = one.stepped(chain % 4, random);
      CAPTURE(gw);
      const auto code = check::numpy_form(gw, one.judge().sheet(), random);
      if (!code) continue;
      const std::string kind = code->find("einsum") != std::string::npos     ? "einsum"
                               : code->find("np.outer") != std::string::npos ? "outer"
                               : code->find("keepdims") != std::string::npos ? "sums with axes"
                                                                             : "operators";
      hold_line(one, kind, item.sheet, fmt::format("claim numpy: d{}_d{} = {}", item.of, item.wrt, *code), counts);
    }
  }
  report(counts, 250);
}
