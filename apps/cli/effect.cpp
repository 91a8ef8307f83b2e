#include "effect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "commands.h"

namespace gradwright::cli {
namespace {

/// `option` says nothing where `beside` was given; where `values` are listed, with one of them.
struct Rule {
  const char* command;
  const char* option;
  const char* beside;
  const char* values;  ///< parted by spaces; empty: any
  const char* why;
  const char* help;
};

constexpr const char* one_or_other = "leave one of them out";
constexpr const char* all_samples = "newton gauss_newton lbfgs";

constexpr auto rules = std::to_array<Rule>({
    {"derive", "--to", "--json", "", "the document of --json holds every form", one_or_other},
    {"derive", "--steps", "--json", "", "the document of --json holds every step", one_or_other},
    {"derive", "--explain", "--json", "", "the document of --json tells no story", one_or_other},
    {"derive", "--steps", "--to", "unicode latex gw", "the formulas are written alone",
     "pages have steps: `--to html`, tex, markdown"},
    {"derive", "--explain", "--to", "unicode latex gw", "the formulas are written alone",
     "pages have stories: `--to html`, tex, markdown"},
    {"derive", "--steps", "--explain", "", "the chain in both layouts is told instead of the steps", one_or_other},
    {"derive", "--limit", "--no-verify", "", "it is the comparison with numbers that takes memory", one_or_other},
    {"fmt", "--write", "FILE", "-", "standard input is no file to rewrite",
     "leave it out: the sheet goes to standard output"},
    {"train", "--raw", "--normalise", "", "both say how features are scaled", one_or_other},
    {"train", "--window", "--in-memory", "", "data in memory have no window", one_or_other},
    {"train", "--threads", "--backend", "interpreter oracle", "only compiled programs run on threads", one_or_other},
    {"train", "--batch", "--optimizer", all_samples, "the method takes all samples a step", one_or_other},
});

/// The values of an option; null where it was not given.
const std::vector<std::string>* given(const GivenOptions& options, const char* name) {
  const auto found = options.values.find(name);
  return found == options.values.end() ? nullptr : &found->second;
}

/// Of `lbfgs(history=20)` the word `lbfgs`.
bool is_listed(std::string_view values, std::string_view value) {
  value = value.substr(0, value.find('('));
  while (!values.empty()) {
    const std::string_view word = values.substr(0, values.find(' '));
    if (word == value) return true;
    values.remove_prefix(std::min(values.size(), word.size() + 1));
  }
  return false;
}

bool holds(const Rule& rule, const GivenOptions& options) {
  const auto* beside = given(options, rule.beside);
  if (options.command != rule.command || given(options, rule.option) == nullptr || beside == nullptr) return false;
  if (rule.values == all_samples && options.takes_all_samples) return true;
  return *rule.values == '\0' ||
         std::ranges::any_of(*beside, [&](const std::string& value) { return is_listed(rule.values, value); });
}

/// The evaluator, and a method that takes all samples a step, compute in float64; the evaluator does not drive such a method.
std::optional<gw::Diagnostic> idle_way_to_compute(const GivenOptions& options) {
  const auto is = [&](const char* option, const char* values) {
    const auto* found = given(options, option);
    return found != nullptr && is_listed(values, found->front());
  };
  const bool is_oracle = is("--backend", "oracle"),
             takes_all = options.takes_all_samples || is("--optimizer", all_samples);
  if (is_oracle && takes_all)
    return without_effect("--backend oracle", "a method that takes all samples a step is compiled",
                          "take a method that takes some: adam, sgd");
  if (!is("--precision", "float32") || (!is_oracle && !takes_all)) return std::nullopt;
  return without_effect("--precision float32",
                        is_oracle ? "the reference evaluator computes in float64" : "the method computes in float64",
                        "leave it out");
}

}  // namespace

gw::Diagnostic without_effect(const std::string& option, const std::string& why, const std::string& help) {
  return fault("G0540", fmt::format("`{}` would have no effect: {}", option, why), help);
}

std::optional<gw::Diagnostic> idle_option(const GivenOptions& options) {
  const auto rule = std::ranges::find_if(rules, [&](const Rule& one) { return holds(one, options); });
  if (rule == rules.end()) return options.command == "train" ? idle_way_to_compute(options) : std::nullopt;
  const std::string_view beside = rule->beside;
  if (!beside.starts_with('-')) return without_effect(rule->option, rule->why, rule->help);
  const std::string with =
      *rule->values == '\0' ? std::string(beside) : fmt::format("{} {}", beside, given(options, rule->beside)->front());
  return without_effect(fmt::format("{}` beside `{}", rule->option, with), rule->why, rule->help);
}

}  // namespace gradwright::cli
