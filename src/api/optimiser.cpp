#include "api/optimiser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <unordered_map>

#include "api/optimiser_sheet.h"
#include "ir/make.h"
#include "lower/rewrite.h"

namespace gradwright {
namespace {

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return std::string(text);
}

std::string given_for(const Pool& pool, Expr parameter) {
  std::string size;
  for (const Dim dim : pool.payload<InputInfo>(parameter).surface)
    size += (size.empty() ? "[" : ",") + pool.dims().to_string(dim);
  return "theta, g : R" + (size.empty() ? size : size + "]") + "\nt, norm : R\n";
}

tl::unexpected<Diagnostic> without_place(Diagnostic found) {
  found.message = "in the optimiser: " + found.message;
  found.span = {};
  found.labels.clear();
  found.fixits.clear();
  return tl::unexpected(std::move(found));
}

class Rule {
 public:
  Rule(Pool& pool, const OptimiserSheet& sheet) : pool_(pool), sheet_(sheet) {}

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
      const Expr theta = parameters[p].input;
      const auto read = sheet_.read(pool_, given_for(pool_, theta));
      if (!read) return without_place(read.error().diagnostic);
      std::unordered_map<Expr, Expr> places{{read->input("theta"), theta},
                                            {read->input("g"), gradients[p]},
                                            {read->input("t"), now},
                                            {read->input("norm"), norm}};
      std::vector<Expr> targets{theta};
      std::vector<Expr> values{read->value("theta")};
      for (const Declaration& state : read->states) {
        targets.push_back(
            make_input(pool_, {state.name + " of " + parameters[p].name, Role::cut, Property::none, state.surface}));
        values.push_back(read->value(state.name));
        places[state.input] = targets.back();
        result.states.push_back(targets.back());
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
  Pool& pool_;
  const OptimiserSheet& sheet_;
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
      {"newton", "rate = 1\ntheta := theta - rate*solve(H + damping*eye(rows(theta)), g)\n"},
      {"gauss_newton", "rate = 1\ntheta := theta - rate*solve(G + damping*eye(rows(theta)), g)\n"},
      {"lbfgs", "history = 10\n"},
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
    options.lines = {name, std::string(known->lines)};
  } else if (auto lines = lines_of(name)) {
    options.lines = {name, *std::move(lines)};
  } else {
    std::string names;
    for (const NamedOptimiser& one : optimisers()) names += fmt::format("{}{}", names.empty() ? "" : " ", one.name);
    return tl::unexpected(error("G0303", fmt::format("there is no optimiser `{}`", name))
                              .help("optimisers are " + names + ", or a file of your own"));
  }
  if (bracket == std::string::npos) return options;
  if (text.back() != ')')
    return tl::unexpected(error("G0103", fmt::format("`{}` is never closed", text)).help("write `adam(rate=0.01)`"));
  const std::vector<Assignment> known_lines = assignments_of(Text(name, options.lines.text));
  std::istringstream arguments(text.substr(bracket + 1, text.size() - bracket - 2));
  for (std::string argument; std::getline(arguments, argument, ',');) {
    const std::size_t equals = argument.find('=');
    const std::string key = trimmed(argument.substr(0, equals));
    const bool is_known = std::any_of(known_lines.begin(), known_lines.end(),
                                      [&](const Assignment& line) { return !line.is_update && line.name == key; });
    if (equals == std::string::npos || !is_known)
      return tl::unexpected(error("G0304", fmt::format("`{}` has no number `{}`", name, key))
                                .help("its lines are:\n" + options.lines.text));
    options.values[key] = trimmed(argument.substr(equals + 1));
  }
  return options;
}

bool mentions(const OptimiserOptions& options, const std::string& name) {
  return OptimiserSheet(options).mentions(name);
}

std::optional<OptimiserFault> optimiser_fault(Pool& pool, const OptimiserOptions& options,
                                              const std::vector<Parameter>& parameters) {
  const OptimiserSheet sheet(options);
  for (const Parameter& parameter : parameters) {
    auto read = sheet.read(pool, given_for(pool, parameter.input));
    if (!read) return std::move(read.error());
  }
  return std::nullopt;
}

UpdateRule update_rule(OptimiserOptions options) {
  return [sheet = OptimiserSheet(options)](Pool& pool, const std::vector<Parameter>& parameters,
                                           const std::vector<Expr>& gradients) {
    return Rule(pool, sheet).over(parameters, gradients);
  };
}

}  // namespace gradwright
