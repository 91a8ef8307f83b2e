// Unknown names: the nearest known one, or what else was meant.
#include <fmt/format.h>

#include <algorithm>

#include "read/formula/builtins.h"
#include "read/formula/elaborate.h"
#include "source/spelling.h"

namespace gradwright::formula {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

bool is_equal_but_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// `W3` for `W2`: both are numbered on purpose.
bool differs_in_number_only(std::string_view a, std::string_view b) {
  const auto stem = [](std::string_view name) { return name.substr(0, name.find_last_not_of("0123456789") + 1); };
  return stem(a) == stem(b);
}

/// Short names differ by a letter as a rule, and not by a slip: `ln` and `l1`, `yhat` and `xhat`.
bool may_be_slip(std::string_view name, std::string_view candidate) {
  return std::min(name.size(), candidate.size()) >= 3 && name.size() + candidate.size() > 6 &&
         is_equal_but_case(name.substr(0, 1), candidate.substr(0, 1));
}

}  // namespace

std::string nearest_of(std::string_view name, const std::vector<std::string_view>& words) {
  std::string best;
  std::size_t least = name.size() <= 5 ? 2 : 3;
  for (const std::string_view candidate : words) {
    if (candidate.size() > 40 || name.size() > 40 || candidate == name) continue;
    if (differs_in_number_only(name, candidate)) continue;
    if (!may_be_slip(name, candidate) && !is_equal_but_case(name, candidate)) continue;
    const std::size_t distance = is_equal_but_case(name, candidate) ? 1 : edit_distance(name, candidate);
    if (distance < least && distance < std::max(name.size(), candidate.size())) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

std::string Elaborator::nearest_name(std::string_view name, bool is_function) const {
  std::vector<std::string_view> words;
  const auto consider = [&](std::string_view candidate) { words.push_back(candidate); };
  if (is_function) {
    for (const auto& [known, function] : functions) {
      if (!function.is_later) consider(known);
    }
    for (const std::string_view known : builtin_names()) consider(known);
    for (const ScalarFunction& row : scalar_functions()) consider(row.name);
  } else {
    for (const auto& [known, one] : bindings) {
      if (one.kind == Binding::Kind::input || one.kind == Binding::Kind::definition) consider(known);
    }
    for (const std::string& known : symbols_) consider(known);
  }
  return nearest_of(name, words);
}

void Elaborator::suggest(Diagnostic& diagnostic, Span name, const std::string& near) const {
  const bool is_in_sheet = frames_.empty() || !frames_.back().is_prelude;
  if (is_in_sheet) {
    diagnostic.fix(name, near, fmt::format("did you mean `{}`?", near));
  } else {
    diagnostic.help(fmt::format("did you mean `{}`?", near));
  }
}

bool Elaborator::is_product_of_names(Diagnostic& diagnostic, const AstNode& node) const {
  const std::string& name = node.text;
  for (std::size_t cut = 1; cut < name.size(); ++cut) {
    const Binding* left = binding(std::string_view(name).substr(0, cut));
    const Binding* right = binding(std::string_view(name).substr(cut));
    if (left == nullptr || right == nullptr || left->value.is_poisoned() || right->value.is_poisoned()) continue;
    const std::string product = fmt::format("{}*{}", name.substr(0, cut), name.substr(cut));
    diagnostic.note(fmt::format("`{}` is one name; a product is written with `*`", name));
    if (conforms(left->value, right->value, Operator::times))
      offer(diagnostic, node.span, product, "write the product");
    else
      diagnostic.help(fmt::format("write the product `{}`, where its sizes conform", product));
    return true;
  }
  return false;
}

std::string Elaborator::names_on_paper(const std::string& name) const {
  std::string alike;
  const bool is_plain =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (is_plain) return alike;
  for (const auto& [known, one] : bindings) {
    if (paper_name(known) == paper_name(name)) alike += fmt::format("{}`{}`", alike.empty() ? "" : " or ", known);
  }
  return alike;
}

bool Elaborator::help_with_function(Diagnostic& diagnostic, const std::string& name) const {
  const auto function = functions.find(name);
  if (function == functions.end() || function->second.is_prelude) return false;
  std::string arguments, missing;
  for (const NameAt& one : function->second.parameters) {
    arguments += (arguments.empty() ? "" : ",") + one.text;
    if (!bindings.contains(one.text)) missing += (missing.empty() ? "`" : ", `") + one.text + " : R[n]`";
  }
  std::string value = "L";
  for (int i = 2; bindings.contains(value) || has_symbol(value); ++i) value = fmt::format("L{}", i);
  diagnostic.note(fmt::format("`{}` is a function; a derivative is of a value, by a variable of the sheet", name));
  if (!missing.empty()) diagnostic.help(fmt::format("declare what it is applied to: {}", missing));
  diagnostic.help(fmt::format("name the value, `{} = {}({})`, and ask for that: `derive {} wrt {}`", value, name,
                              arguments, value, function->second.parameters[0].text));
  return true;
}

void Elaborator::unknown_name(const AstNode& node) {
  const std::string near = nearest_name(node.text, false);
  Diagnostic& diagnostic =
      error("G0301", node.span, fmt::format("unknown name `{}`", node.text)).about(UnknownName{node.text});
  if (functions.find(node.text) != functions.end() || is_builtin(node.text)) {
    diagnostic.help(fmt::format("`{}` is a function: write `{}(…)`", node.text, node.text));
  } else if (const std::string alike = names_on_paper(node.text); !alike.empty()) {
    diagnostic.help(fmt::format("it may be {}: write the name as it is declared", alike));
  } else if (node.text == "e") {
    diagnostic.help("Euler's number is `exp(1)`; a variable is declared: `e : R`");
  } else if (is_product_of_names(diagnostic, node)) {
    return;
  } else if (!near.empty()) {
    suggest(diagnostic, node.span, near);
  } else {
    diagnostic.help(fmt::format("declare it: `{} : R`, `{} : R[n]` or `{} : R[m,n]`", node.text, node.text, node.text));
  }
}

}  // namespace gradwright::formula
