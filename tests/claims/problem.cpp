#include "problem.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "../laws/draw.h"
#include "../laws/verbs.h"
#include "../mutation/formulas.h"
#include "derive/differences.h"
#include "sheet/derivatives.h"

namespace gradwright::claims {
namespace {

/// Names of sizes in the declarations; nothing where one is a variable too.
std::optional<std::set<std::string>> symbols_of(const std::string& sheet) {
  Pool pool;
  const Program program = read_formula(Text("sheet.gw", sheet), pool);
  std::set<std::string> symbols;
  for (const Declaration& one : program.declarations) {
    for (const Dim dim : one.surface) {
      for (const std::string& word : laws::words_of(pool.dims().to_string(dim))) {
        if (std::isdigit(static_cast<unsigned char>(word[0])) == 0) symbols.insert(word);
      }
    }
  }
  for (const std::string& one : symbols)
    if (program.declaration(one) != nullptr || program.definition(one) != nullptr) return std::nullopt;
  return symbols;
}

/// Every size a number, another one for each symbol; `R[2*h]` is `R[2*3]`.
std::optional<Problem> with_numbers(Problem problem, std::mt19937_64& random) {
  const auto symbols = symbols_of(problem.sheet);
  if (!symbols || symbols->empty()) return std::nullopt;
  std::vector<int> sizes{2, 3, 4, 5, 6, 7, 8};
  std::shuffle(sizes.begin(), sizes.begin() + 4, random);
  const bool has_facts = std::regex_search(problem.sheet, std::regex("onehot|simplex|prob"));
  if (random() % 8 == 0 && !has_facts) sizes[1] = 1;  // one class has probability 1
  std::size_t at = 0;
  for (const std::string& symbol : *symbols) {
    if (at == sizes.size()) return std::nullopt;
    const std::regex word("\\b" + symbol + "\\b");
    const std::string number = std::to_string(sizes[at++]);
    problem.sheet = std::regex_replace(problem.sheet, word, number);
    problem.gw = std::regex_replace(problem.gw, word, number);
  }
  problem.id += " in numbers";
  problem.is_numeric = true;
  return problem;
}

/// A random sheet around one construct, and what the program derives, held to finite differences of the bare sheet.
std::optional<Problem> random_problem(std::mt19937_64& random) {
  const std::vector<laws::Construct>& all = laws::constructs();
  laws::Drawer drawer(random());
  const auto sheet = drawer.sheet_with(all[random() % all.size()].name);
  if (!sheet) return std::nullopt;
  laws::Trial trial(*sheet, random());
  if (!trial.bare->fault().empty() || !trial.bare->value("L", trial.point)) return std::nullopt;
  if (!laws::is_moderate(trial.bare->pool(), trial.bare->expr("L"), trial.bare->bindings(trial.point)))
    return std::nullopt;
  const laws::Asked asked{"L", "", sheet->wrt, "", Layout::gradient};
  laws::Answer answer;
  if (laws::derived(trial, asked, answer).kind != laws::Outcome::Kind::held) return std::nullopt;
  if (laws::judged(trial, asked, answer).kind != laws::Outcome::Kind::held) return std::nullopt;
  // Index notation that reads outside an axis, where 0 is meant, is not what it says.
  if (std::regex_search(answer.where, std::regex(R"(\[[^\]]*[a-z][+-][a-z])"))) return std::nullopt;
  const std::string text = trial.text + answer.where;
  const auto symbols = symbols_of(text);
  return Problem{"a random sheet", text, "L", sheet->wrt, answer.gw, true, symbols && symbols->empty()};
}

bool is_moderate(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::fabs(x) < 1e8; });
}

}  // namespace

Problems::Problems() {
  for (const Case& one : network_formulas)
    published_.push_back({one.id, one.sheet, one.of, one.wrt, one.gw, one.of == "L"});
  for (const char* file_name : {"identities.json", "identities2.json"}) {
    std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/" + file_name);
    for (const auto& item : nlohmann::json::parse(file)) {
      const std::string kind = item["kind"];
      const auto& formula = item.contains("expected_unconstrained") ? item["expected_unconstrained"] : item["expected"];
      if (!formula.is_string()) continue;  // as words only
      const std::string gw = formula;
      Problem one{item["id"], item["sheet"].get<std::string>() + "\n", item["of"], item["wrt"], gw, kind == "gradient"};
      if (kind == "hessian") {  // the derivative of the gradient
        one.sheet += "slope = grad(" + one.of + "," + one.wrt + ")\n";
        one.of = "slope";
      }
      published_.push_back(std::move(one));
    }
  }
  std::erase_if(published_, [](const Problem& one) { return !opened(one); });
}

std::optional<Problem> Problems::drawn(std::mt19937_64& random) const {
  const std::size_t kind = random() % 3;
  if (kind == 0) return random_problem(random);
  const Problem& one = published_[random() % published_.size()];
  return kind == 1 ? with_numbers(one, random) : one;
}

std::optional<Opened> opened(const Problem& problem) {
  auto pool = std::make_unique<Pool>();
  ReadOptions options = reading_options();
  const Program plain = read_formula(Text("plain.gw", problem.sheet), *pool, options);
  if (plain.has_errors()) return std::nullopt;
  if (plain.declaration(problem.wrt) == nullptr) options.cuts = {problem.wrt};
  options.unconstrained = {problem.wrt};
  OpenSheet sheet(Text("sheet.gw", problem.sheet), *pool, options);
  SheetValue truth = sheet.value(problem.gw);
  if (!truth.is_good()) return std::nullopt;
  const Declaration* variable = plain.declaration(problem.wrt);
  const bool is_free = variable == nullptr || pool->payload<InputInfo>(variable->input).properties == Property::none;
  return Opened{std::move(pool), std::move(sheet), std::move(truth), is_free};
}

Likeness likeness(const Pool& pool, Expr a, Expr b) {
  if (a.is_none() || b.is_none() || pool.shape(a) != pool.shape(b)) return Likeness::unclear;
  const std::vector<Expr> nodes = reachable(pool, {a, b});
  int points = 0;
  bool is_same = true;
  for (std::uint64_t seed = 1; seed < 24 && points < 5; ++seed) {
    const Bindings at = random_bindings(pool, {a, b}, 71 * seed);
    if (!sizes_fit(pool, nodes, at.dims)) continue;
    const std::vector<Tensor> both = evaluate(pool, {a, b}, at);
    if (!is_moderate(both[0].values) || !is_moderate(both[1].values)) continue;
    ++points;
    double scale = 1e-3, apart = 0;
    for (std::size_t i = 0; i < both[0].values.size(); ++i) {
      const double x = both[0].values[i], y = both[1].values[i];
      scale = std::max({scale, std::fabs(x), std::fabs(y)});
      apart = std::max(apart, std::fabs(x - y));
    }
    double met = 0;  // a difference may be the rounding of what was met on the way: 0·e^30
    for (const Tensor& one : evaluate(pool, nodes, at))
      for (const double x : one.values) met = std::isfinite(x) ? std::max(met, std::fabs(x)) : met;
    if (apart > 1e-4 * scale && apart > 1e-11 * met) return Likeness::other;
    is_same = is_same && apart <= 1e-8 * scale;
  }
  return points > 2 && is_same ? Likeness::same : Likeness::unclear;
}

}  // namespace gradwright::claims
