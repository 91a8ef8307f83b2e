#include "api/optimiser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

#include "api/derivatives.h"
#include "ir/make.h"
#include "lower/rewrite.h"

namespace gradwright {
namespace {

tl::unexpected<Diagnostic> fault(std::string code, std::string message, std::string help) {
  return tl::unexpected(
      Diagnostic{std::move(code), Severity::error, std::move(message), {}, {}, {}, {std::move(help)}, {}});
}

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return std::string(text);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), is_letter);
}

/// An optimiser as a sheet: each new value is a definition of its own, and the lines below speak of it.
struct Written {
  std::string definitions;
  std::vector<std::string> states;            ///< besides theta
  std::map<std::string, std::string> newest;  ///< the definition that holds the last value of a name
};

std::string renamed(std::string_view text, const std::map<std::string, std::string>& newest) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_letter(text[end])) ++end;
    if (end == i) {
      result += text[i++];
      continue;
    }
    const std::string word(text.substr(i, end - i));
    const auto known = newest.find(word);
    result += known == newest.end() ? word : known->second;
    i = end;
  }
  return result;
}

Written written(const OptimiserOptions& options) {
  Written result;
  std::istringstream lines(options.lines + "\n");
  std::set<std::string> defined{"theta", "g", "t", "norm"};
  int count = 0;
  const auto take = [&](std::string line) {
    line = line.substr(0, line.find('#'));
    const std::size_t becomes = line.find(":=");
    const std::size_t equals = line.find('=');
    const std::string name = trimmed(line.substr(0, becomes != std::string::npos ? becomes : equals));
    if (equals == std::string::npos || !is_name(name)) {
      result.definitions += line + "\n";
      return;
    }
    if (becomes == std::string::npos) {
      const auto given = options.values.find(name);
      const std::string value = given == options.values.end() ? line.substr(equals + 1) : given->second;
      result.definitions += name + " = " + renamed(value, result.newest) + "\n";
      defined.insert(name);
      return;
    }
    if (defined.insert(name).second) result.states.push_back(name);
    const std::string next = fmt::format("{}_after{}", name, ++count);
    result.definitions += next + " = " + renamed(line.substr(becomes + 2), result.newest) + "\n";
    result.newest[name] = next;
  };
  std::istringstream before(options.before + "\n");
  bool is_head = true;  // numbers come first, then clipping and the like, then the formulas
  for (std::string line; std::getline(lines, line);) {
    const bool is_formula = line.find(":=") != std::string::npos;
    if (is_formula && is_head) {
      for (std::string first; std::getline(before, first);) take(first);
      is_head = false;
    }
    take(line);
  }
  return result;
}

class Rule {
 public:
  Rule(Pool& pool, const OptimiserOptions& options) : pool_(pool), written_(written(options)) {}

  tl::expected<Stepping, Diagnostic> over(const std::vector<Parameter>& parameters,
                                          const std::vector<Expr>& gradients) {
    const Expr step = make_input(pool_, {"step", Role::cut, Property::none, {}});
    const Expr now = sum_of(pool_, step, make_literal(pool_, 1));
    std::vector<Term> squares;
    for (const Expr gradient : gradients)
      squares.push_back({1, summed_all(pool_, hadamard(pool_, {gradient, gradient}))});
    const Expr norm = make_power(pool_, make_add(pool_, {}, squares), Rational(1, 2));
    Stepping result;
    result.states.push_back(step);
    result.updates.push_back({step, now});
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      const auto program = read(parameters[p]);
      if (!program) return tl::unexpected(program.error());
      std::map<Expr, Expr> places{{input("t", {}), now}, {input("norm", {}), norm}};
      const Shape surface = pool_.payload<InputInfo>(parameters[p].input).surface;
      places[input("theta", surface)] = parameters[p].input;
      places[input("g", surface)] = gradients[p];
      std::vector<Expr> targets{parameters[p].input};
      std::vector<std::string> names{"theta"};
      for (const std::string& state : written_.states) {
        targets.push_back(make_input(pool_, {state + " of " + parameters[p].name, Role::cut, Property::none, surface}));
        places[input(state, surface)] = targets.back();
        result.states.push_back(targets.back());
        names.push_back(state);
      }
      std::vector<Expr> values;
      for (const std::string& name : names) {
        const Definition* value = program->definition(written_.newest.at(name));
        if (value == nullptr || value->expr.is_none() || pool_.shape(value->expr) != pool_.shape(parameters[p].input))
          return fault("G0502", fmt::format("the optimiser's new `{}` does not have the size of theta", name),
                       "use elementwise operators: .* ./ .^");
        values.push_back(value->expr);
      }
      values = lowering::rewritten(pool_, values, [&](Expr e) {
        const auto place = places.find(e);
        return place == places.end() ? Expr{} : place->second;
      });
      for (std::size_t i = 0; i < values.size(); ++i) result.updates.push_back({targets[i], values[i]});
    }
    return result;
  }

 private:
  Expr input(const std::string& name, const Shape& surface) {
    return make_input(pool_, {name, Role::data, Property::none, surface});
  }

  tl::expected<gradwright::Program, Diagnostic> read(const Parameter& parameter) {
    if (!written_.newest.contains("theta"))
      return fault("G0101", "the optimiser gives `theta` no new value", "end it with `theta := theta - rate*g`");
    std::string size;
    for (const Dim dim : pool_.payload<InputInfo>(parameter.input).surface)
      size += (size.empty() ? "[" : ",") + pool_.dims().to_string(dim);
    if (!size.empty()) size += "]";
    std::string text = "theta, g";
    for (const std::string& state : written_.states) text += ", " + state;
    text += " : R" + size + "\nt, norm : R\n" + written_.definitions;
    gradwright::Program program = read_formula(Text("optimizer", text), pool_, reading_options());
    for (const Diagnostic& found : program.diagnostics) {
      if (found.severity != Severity::error) continue;
      Diagnostic told{
          found.code, Severity::error, "in the optimiser: " + found.message, {}, {}, found.notes, found.helps, {}};
      return tl::unexpected(std::move(told));
    }
    return program;
  }

  Pool& pool_;
  Written written_;
};

}  // namespace

const std::vector<NamedOptimiser>& optimisers() {
  static const std::vector<NamedOptimiser> all{
      {"sgd", "rate = 0.1\ntheta := theta - rate*g\n"},
      {"momentum", "rate = 0.01\nbeta = 0.9\nv := beta*v + g\ntheta := theta - rate*v\n"},
      {"nesterov", "rate = 0.01\nbeta = 0.9\nv := beta*v + g\ntheta := theta - rate*(g + beta*v)\n"},
      {"adagrad", "rate = 0.01\nepsilon = 1e-8\ns := s + g.^2\ntheta := theta - rate*g ./ (sqrt(s) + epsilon)\n"},
      {"rmsprop",
       "rate = 0.001\nbeta = 0.9\nepsilon = 1e-8\ns := beta*s + (1 - beta)*g.^2\n"
       "theta := theta - rate*g ./ (sqrt(s) + epsilon)\n"},
      {"adam",
       "rate = 0.001\nbeta1 = 0.9\nbeta2 = 0.999\nepsilon = 1e-8\nm := beta1*m + (1 - beta1)*g\n"
       "v := beta2*v + (1 - beta2)*g.^2\n"
       "theta := theta - rate*(m/(1 - pow(beta1, t))) ./ (sqrt(v/(1 - pow(beta2, t))) + epsilon)\n"},
      {"adamw",
       "rate = 0.001\nbeta1 = 0.9\nbeta2 = 0.999\nepsilon = 1e-8\ndecay = 0.01\nm := beta1*m + (1 - beta1)*g\n"
       "v := beta2*v + (1 - beta2)*g.^2\n"
       "theta := theta - rate*((m/(1 - pow(beta1, t))) ./ (sqrt(v/(1 - pow(beta2, t))) + epsilon) + decay*theta)\n"},
  };
  return all;
}

tl::expected<OptimiserOptions, Diagnostic> optimiser_named(
    const std::string& text, const std::function<std::optional<std::string>(const std::string&)>& lines_of) {
  OptimiserOptions options;
  const std::size_t bracket = text.find('(');
  const std::string name = trimmed(std::string_view(text).substr(0, bracket));
  const auto known = std::find_if(optimisers().begin(), optimisers().end(),
                                  [&](const NamedOptimiser& one) { return one.name == name; });
  if (known != optimisers().end()) {
    options.lines = known->lines;
  } else if (auto lines = lines_of(name)) {
    options.lines = *std::move(lines);
  } else {
    std::string names;
    for (const NamedOptimiser& one : optimisers()) names += fmt::format("{}{}", names.empty() ? "" : " ", one.name);
    return fault("G0303", fmt::format("there is no optimiser `{}`", name),
                 "optimisers are " + names + ", or a file of your own");
  }
  if (bracket == std::string::npos) return options;
  if (text.back() != ')') return fault("G0103", fmt::format("`{}` is never closed", text), "write `adam(rate=0.01)`");
  std::istringstream arguments(text.substr(bracket + 1, text.size() - bracket - 2));
  for (std::string argument; std::getline(arguments, argument, ',');) {
    const std::size_t equals = argument.find('=');
    const std::string key = trimmed(argument.substr(0, equals));
    if (equals == std::string::npos || ("\n" + options.lines).find("\n" + key + " =") == std::string::npos)
      return fault("G0304", fmt::format("`{}` has no number `{}`", name, key), "its lines begin:\n" + options.lines);
    options.values[key] = trimmed(argument.substr(equals + 1));
  }
  return options;
}

UpdateRule update_rule(OptimiserOptions options) {
  return [options = std::move(options)](Pool& pool, const std::vector<Parameter>& parameters,
                                        const std::vector<Expr>& gradients) {
    return Rule(pool, options).over(parameters, gradients);
  };
}

}  // namespace gradwright
