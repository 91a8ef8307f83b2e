// Names that stand close together, and functions with and without brackets.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "ir/functions.h"
#include "read/formula/builtins.h"
#include "read/latex/interpreter.h"

namespace gradwright::latex {
namespace {

const std::map<std::string_view, std::string_view> renamed{{"ln", "log"},
                                                           {"lg", "log"},
                                                           {"ReLU", "relu"},
                                                           {"Relu", "relu"},
                                                           {"RELU", "relu"},
                                                           {"sgn", "sign"},
                                                           {"Tr", "tr"},
                                                           {"trace", "tr"},
                                                           {"Diag", "diag"},
                                                           {"arctan", "atan"},
                                                           {"arcsin", "asin"},
                                                           {"arccos", "acos"},
                                                           {"logistic", "sigmoid"},
                                                           {"sigm", "sigmoid"},
                                                           {"sig", "sigmoid"},
                                                           {"Sigmoid", "sigmoid"},
                                                           {"Softmax", "softmax"},
                                                           {"SoftMax", "softmax"},
                                                           {"Tanh", "tanh"},
                                                           {"Vec", "vec"},
                                                           {"logit", "sigmoid"},
                                                           {"GELU", "gelu"},
                                                           {"SiLU", "silu"},
                                                           {"ELU", "elu"},
                                                           {"Softplus", "softplus"},
                                                           {"LeakyReLU", "leaky_relu"},
                                                           {"leakyrelu", "leaky_relu"},
                                                           {"Var", "var"},
                                                           {"diagonal", "diag"}};
/// \sin^{-1} has one meaning on paper.
const std::map<std::string_view, std::string_view> inverses{{"sin", "asin"},   {"cos", "acos"},   {"tan", "atan"},
                                                            {"sinh", "asinh"}, {"cosh", "acosh"}, {"tanh", "atanh"}};
/// One over another function.
const std::map<std::string_view, std::string_view> reciprocals{{"sech", "cosh"}, {"csch", "sinh"}, {"coth", "tanh"},
                                                               {"sec", "cos"},   {"csc", "sin"},   {"cot", "tan"}};
/// Letters that often stand for an activation.
constexpr std::array<std::string_view, 8> activations{"sigma", "phi", "g", "f", "psi", "h", "rho", "a"};

/// `relu(` stands in the text as a word of its own: not in `leaky_relu(`.
bool calls(std::string_view text, std::string_view call) {
  for (std::size_t at = text.find(call); at != std::string_view::npos; at = text.find(call, at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    if (std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '_') return true;
  }
  return false;
}

/// z_i: one entry of something.
bool is_entry(Sketch sketch) {
  return sketch->form == reading::Form::index && sketch->extents && sketch->extents->empty();
}

/// Its values may be multiplied entry by entry. Those of `tril`, `inv`, `diag` are matrices like any other.
bool is_by_entries(std::string_view function) {
  static constexpr std::array<std::string_view, 4> also{"square", "pow", "max", "min"};
  const std::string_view name = function.substr(0, function.find('\''));
  const bool is_softmax = name.find("softmax") != std::string_view::npos;
  return is_softmax || formula::builtin_named(name) == nullptr ||
         std::find(also.begin(), also.end(), name) != also.end();
}

}  // namespace

std::string Interpreter::function_named(const TexNode& node, const std::string& letters) const {
  if (node.kind == TexKind::accent) return {};
  if (scope_.sheet.is_own_function(letters)) return letters;
  const auto known = renamed.find(letters);
  const std::string name = known == renamed.end() ? letters : std::string(known->second);
  const bool is_known = scope_.sheet.is_function(name) || reciprocals.contains(name);
  if (letters.size() > 1 && !is_greek(letters) && is_known) return name;
  return letters == "sigma" ? "sigma" : std::string();
}

std::string Interpreter::activation_of(Sketch argument, bool is_sigma, bool& is_applied) const {
  static constexpr std::array<std::string_view, 11> known{"sigmoid",    "relu",    "tanh",         "elu",
                                                          "leaky_relu", "softmax", "softmax_rows", "softmax_cols",
                                                          "softplus",   "gelu",    "silu"};
  constexpr std::size_t never_sigma = 3;  // what holds a sigmoid, and is not written σ itself
  const std::string text = sketcher_.written(is_entry(argument) ? argument->children[0] : argument).gw;
  std::vector<std::string> used;
  std::string at_argument;
  for (const Definition& definition : scope_.sheet.program().definitions) {
    const std::string_view written = scope_.sheet.text().slice(definition.span);
    for (std::size_t i = 0; i < known.size() - (is_sigma ? never_sigma : 0); ++i) {
      const std::string_view function = known.at(i);
      if (!calls(written, fmt::format("{}(", function))) continue;
      if (calls(written, fmt::format("{}({})", function, text))) at_argument = function;
      if (std::find(used.begin(), used.end(), function) == used.end()) used.emplace_back(function);
    }
  }
  is_applied = !at_argument.empty();
  const bool has_sigmoid = std::find(used.begin(), used.end(), "sigmoid") != used.end();
  const bool is_softmax = at_argument.starts_with("softmax");
  if (has_sigmoid && (at_argument.empty() || (is_sigma && !is_softmax))) return "sigmoid";
  if (!at_argument.empty()) return at_argument;
  return used.size() == 1 ? used[0] : std::string();
}

/// σ as everywhere else, not the activation of the sheet: slopes of silu and softplus hold it. The same wherever it stands.
/// `is_applied`: the sheet applies its activation to what σ is applied to, so that one is tried first.
bool Interpreter::sigma_is_sigmoid(bool is_applied) {
  if (!sigma_is_sigmoid_) sigma_is_sigmoid_ = (choices_.taken(2) == 1) == is_applied;
  return *sigma_is_sigmoid_;
}

/// A softmax, or a function of the sheet that is written as one.
bool Interpreter::mixes_entries(const std::string& function) const {
  if (function.starts_with("softmax")) return true;
  if (!scope_.sheet.is_own_function(function)) return false;
  const std::string_view sheet = scope_.sheet.text().content();
  const std::string head = fmt::format("\n{}(", function);
  const std::size_t at = sheet.starts_with(head.substr(1)) ? 0 : sheet.find(head);
  const std::size_t begin = at == std::string_view::npos ? at : sheet.find('=', at);
  return begin != std::string_view::npos && calls(sheet.substr(begin, sheet.find('\n', begin) - begin), "softmax(");
}

/// softmax(z_i) is the entry i of softmax(z).
Sketch Interpreter::entry_of_softmax(const std::string& function, Sketch argument, Span span) {
  if (!is_entry(argument)) return nullptr;
  const Sketch base = argument->children[0];
  const Sketch whole = applied(function, {base}, span, span);
  return sketcher_.index(whole, {argument->children.begin() + 1, argument->children.end()}, span, reading::Extents{});
}

Interpreter::Factor Interpreter::name(Cursor& cursor) {
  const TexNode& first = cursor.node();
  // Letters that stand close together may be one name: the longest that is known.
  std::size_t run = 1;
  if (first.kind == TexKind::letter) {
    while (cursor.at + run < cursor.row.size() && run < 24) {
      const TexNode& before = cursor.row[cursor.at + run - 1];
      const TexNode& node = cursor.row[cursor.at + run];
      const bool fits = node.kind == TexKind::letter || node.kind == TexKind::number;
      if (before.has_scripts() || before.kind == TexKind::number || !fits || node.after_space || is_greek(node.text))
        break;
      ++run;
    }
  }
  for (; run >= 1; --run) {
    std::string letters;
    for (std::size_t i = 0; i < run; ++i) letters += cursor.row[cursor.at + i].text;
    const TexNode& last = cursor.row[cursor.at + run - 1];
    const Span span = joined(first.span, last.span);
    const bool before_fence = cursor.at + run < cursor.row.size() && cursor.row[cursor.at + run].kind == TexKind::fence;
    TexNode node = last;
    node.kind = first.kind;
    node.span = span;
    if (letters == "e" && !scope_.has("e") && !last.sup.empty()) {
      cursor.at += run;
      const Sketch exponent = side(last.sup);
      return exponent == nullptr ? Factor{} : Factor{sketcher_.call("exp", {exponent}, span), false, false, true};
    }
    if (letters == "d" && is_differential(cursor)) return {};
    if (auto found = hypothesis(cursor, node, letters, run)) return *found;
    if (failed_) return {};
    if (auto found = variable(node, letters, span)) {
      cursor.at += run;
      return *found;
    }
    if (failed_) return {};
    const std::string function = function_named(node, letters);
    if (!function.empty() && (run == 1 || before_fence)) {
      cursor.at += run;
      return call(cursor, node, function);
    }
  }
  const Span span = first.span;
  if (const Sketch delta = kronecker_delta(first)) {
    ++cursor.at;
    return {delta, false, false, false};
  }
  if (failed_) return {};
  if (first.kind == TexKind::letter && first.text == "I") {
    ++cursor.at;
    return identity(first);
  }
  if (const bool is_k = first.kind == TexKind::letter && first.text == "K"; is_k && !first.sub.empty()) {
    if (const Sketch made = commutation(first)) {
      ++cursor.at;
      return raised({made, false, false, false}, superscript_of(first, scope_), first.span);
    }
  }
  if (first.kind == TexKind::letter && first.text == "pi") {
    ++cursor.at;
    return scripted({sketcher_.call("acos", {sketcher_.number("-1", span)}, span), false, false, false}, first);
  }
  const bool before_fence = cursor.at + 1 < cursor.row.size() && cursor.row[cursor.at + 1].kind == TexKind::fence;
  const bool is_activation = std::find(activations.begin(), activations.end(), first.text) != activations.end();
  if (before_fence && is_activation && first.kind == TexKind::letter) {
    ++cursor.at;
    return call(cursor, first, "sigma");
  }
  if (first.kind == TexKind::accent && first.text == "dot" && before_fence &&
      first.parts[0].size() == 1) {  // \dot\sigma(z)
    TexNode derived = first.parts[0][0];
    const std::string function = function_named(derived, derived.text);
    if (!function.empty()) {
      derived.primes = 1;
      ++cursor.at;
      return call(cursor, derived, function);
    }
  }
  std::string written = first.kind == TexKind::accent ? plain_text(first.parts[0]) + first.text : first.text;
  written += superscript_of(first, scope_).tag + plain_text(first.sub);
  const std::string near = scope_.sheet.nearest_name(written);
  (void)fail("G0301", span, fmt::format("unknown name `{}`", written),
             near.empty() ? "declare it in the sheet, or write the name that the sheet has"
                          : fmt::format("did you mean `{}`?", near),
             UnknownName{written});
  return {};
}

/// dZ beside a known Z is a differential that nobody defined, not a size d times Z.
bool Interpreter::is_differential(const Cursor& cursor) {
  const TexNode& first = cursor.node();
  const bool is_size = !scope_.own.contains("d") && !scope_.sheet.shape_of("d") && !first.has_scripts();
  if (!is_size || cursor.at + 1 >= cursor.row.size()) return false;
  const TexNode& next = cursor.row[cursor.at + 1];
  if (next.kind != TexKind::letter || next.after_space) return false;
  const Superscript sup = superscript_of(next, scope_);
  const std::string name = declared_name(scope_, next, next.text, sup.tag, plain_text(next.sub));
  if (name.empty()) return false;
  (void)fail("G0301", joined(first.span, next.span), fmt::format("unknown name `d{}`", name),
             fmt::format("say above what it is: `d{} = …`", name), UnknownName{"d" + name});
  return true;
}

/// \delta_{ij}; nothing for anything else.
Sketch Interpreter::kronecker_delta(const TexNode& node) {
  if (node.kind != TexKind::letter || node.text != "delta" || !node.sup.empty()) return nullptr;
  const std::vector<TexRow> items = index_items(node.sub);
  const auto is_index = [&](const TexRow& item) {
    return item.size() == 1 && item[0].kind == TexKind::letter && indices_.contains(item[0].text);
  };
  if (items.size() != 2 || !std::all_of(items.begin(), items.end(), is_index)) return nullptr;
  return delta_of(items[0], items[1], node.span);
}

Interpreter::Factor Interpreter::call(Cursor& cursor, const TexNode& name, const std::string& function) {
  const Superscript sup = superscript_of(name, scope_);
  std::vector<Sketch> arguments;
  TexNode scripts;
  Span span = name.span;
  const auto inverse = sup.inverts ? inverses.find(function) : inverses.end();
  const bool is_own = scope_.sheet.is_own_function(function);
  const auto reciprocal = is_own ? reciprocals.end() : reciprocals.find(function);
  if (sup.inverts && (is_own || inverse == inverses.end()))
    return {fail("G0602", name.span, "an inverse function is not read", "write `\\arctan`, or the function's own name"),
            false, false, false};
  if (!cursor.is_end() && cursor.node().kind == TexKind::fence && cursor.node().text != "|" &&
      cursor.node().text != "||") {
    const TexNode fence = cursor.node();
    ++cursor.at;
    for (const TexRow& part : fence.parts) {
      const Sketch one = side(part);
      if (one == nullptr) return {};
      arguments.push_back(one);
    }
    scripts = fence;
    const bool is_entry_of_value = std::all_of(fence.sub.begin(), fence.sub.end(), [&](const TexNode& one) {
      return one.is_sign(",") || one.kind == TexKind::number || indices_.contains(one.text);
    });
    if (!is_entry_of_value) scripts.sub.clear();
    span = joined(span, fence.span);
  } else {
    // without brackets: what stands close behind it, up to an operator, a bracket or another function
    TexRow run;
    while (!cursor.is_end() && run.size() < 60) {
      const TexNode& node = cursor.node();
      const bool is_first = run.empty();
      const bool is_function = node.kind == TexKind::word && !function_named(node, node.text).empty();
      const bool is_plain = node.kind == TexKind::letter || node.kind == TexKind::word ||
                            node.kind == TexKind::number || node.kind == TexKind::accent ||
                            node.kind == TexKind::group || node.kind == TexKind::fraction;
      if (!is_first && (!is_plain || is_function)) break;
      if (is_first && !is_plain && node.kind != TexKind::fence && node.kind != TexKind::root &&
          node.kind != TexKind::matrix && node.kind != TexKind::big)
        break;
      if (is_first && node.kind == TexKind::big) {  // \log \sum_j e^{z_j}: all of the sum
        const auto ends = [](const TexNode& one) { return one.is_sign("+") || one.is_sign("-") || one.is_sign(","); };
        for (; !cursor.is_end() && !ends(cursor.node()); ++cursor.at) run.push_back(cursor.node());
        break;
      }
      const bool is_whole = is_first && !is_plain;
      const bool takes_bracket = is_function || (node.kind == TexKind::letter &&
                                                 !function_named(node, node.text).empty() && !scope_.has(node.text));
      run.push_back(node);
      ++cursor.at;
      if (takes_bracket && !cursor.is_end() && cursor.node().kind == TexKind::fence) {
        run.push_back(cursor.node());
        ++cursor.at;
        break;
      }
      if (is_whole) break;
    }
    if (run.empty() && is_greek(name.text))
      return {fail("G0301", name.span, fmt::format("unknown name `{}`", name.text),
                   "declare it in the sheet, or write its argument in brackets", UnknownName{name.text}),
              false, false, false};
    if (run.empty())
      return {fail("G0601", name.span, fmt::format("`{}` has no argument", name.text), "write it in brackets"), false,
              false, false};
    const Sketch one = side(run);
    if (one == nullptr) return {};
    arguments.push_back(one);
    span = joined(span, span_of(run));
  }
  if (reciprocal != reciprocals.end() && sup.primes > 0)
    return {fail("G0602", name.span, fmt::format("the slope of `{}` is not read", function),
                 fmt::format("write it with `{}`", reciprocal->second)),
            false, false, false};
  std::string full(inverse != inverses.end()         ? inverse->second
                   : reciprocal != reciprocals.end() ? reciprocal->second
                                                     : std::string_view(function));
  if (full == "sigma" && !scope_.sheet.is_own_function(full)) {
    const bool is_sigma = name.text == "sigma";
    bool is_applied = false;
    full = activation_of(arguments[0], is_sigma, is_applied);
    if (is_sigma && full != "sigmoid" && (full.empty() || sigma_is_sigmoid(is_applied))) full = "sigmoid";
    if (full.empty())
      return {fail("G0303", name.span, fmt::format("unknown function `{}`", name.text),
                   fmt::format("define it in the sheet: `{}(x) = …`", name.text)),
              false, false, false};
    note(fmt::format("`{}` is {}", name.text, full));
  }
  for (int i = 0; i < sup.primes; ++i) full += "'";
  Sketch made = mixes_entries(full) && arguments.size() == 1 ? entry_of_softmax(full, arguments[0], span) : nullptr;
  if (made == nullptr) made = applied(full, std::move(arguments), span, name.span);
  if (made != nullptr && reciprocal != reciprocals.end()) made = quotient(sketcher_.number("1", span), made);
  if (made != nullptr && function == "log" && !name.sub.empty()) {
    const Sketch base = side(name.sub);
    if (base == nullptr) return {};
    made = sketcher_.product(made, "/", sketcher_.call("log", {base}, span));
  }
  if (made == nullptr) return {};
  Factor found{made, false, false, made->extents.has_value() && is_by_entries(full)};
  if (!sup.power.empty() || sup.transposes > 0) {  // \sin^2(x), {}^t\tanh(x)
    Superscript of_value;
    of_value.power = sup.power;
    of_value.transposes = sup.transposes;
    found = raised(found, of_value, span);
    if (found.sketch == nullptr) return {};
  }
  return scripted(found, scripts);
}

Sketch Interpreter::applied(const std::string& function, std::vector<Sketch> arguments, Span span, Span of_name) {
  static constexpr std::array<std::string_view, 10> plain{"tr",  "det",  "sum",  "diag", "inv",
                                                          "vec", "mean", "norm", "tril", "triu"};
  if (function == "diag" && arguments.size() > 1) {
    std::vector<std::uint32_t> rows(arguments.size(), 1);
    return sketcher_.call("diag", {sketcher_.block(std::move(arguments), std::move(rows), span)}, span);
  }
  const Sketch made = sketcher_.call(function, arguments, span);
  const auto elementwise = gradwright::function_named(function.substr(0, function.find('\'')));
  const bool is_known = elementwise || std::find(plain.begin(), plain.end(), function) != plain.end();
  if (is_known) return made;
  // what a function of the sheet returns is asked of the sheet
  const SheetValue value = scope_.sheet.value(sketcher_.written(made).gw);
  if (!value.is_good()) return made;
  (void)of_name;
  return sketcher_.sized_call(function, std::move(arguments), span, sketcher_.extents_of(value.surface));
}

}  // namespace gradwright::latex
