// eval, run, export, a step of training, batches: the numbers of the bare sheet.
#include <algorithm>
#include <cmath>
#include <exception>

#include "api/compile.h"
#include "api/compiled_sheet.h"
#include "derive/adjoint.h"
#include "exports.h"
#include "ir/make.h"
#include "lower/batch.h"
#include "sheet/derivatives.h"
#include "train/structured.h"
#include "verbs.h"

namespace gradwright::laws {
namespace {

std::string numbers(const std::vector<double>& values) {
  std::string text;
  for (const double x : values) text += (text.empty() ? "" : " ") + std::to_string(x);
  return text;
}

Outcome eval(Trial& trial) {
  const Reading with_facts(trial.text);
  if (!with_facts.fault().empty())
    return failed("the sheet is not read: " + with_facts.fault().substr(0, 5), with_facts.fault());
  for (const Line& line : trial.sheet.lines) {
    const auto truth = trial.bare->value(line.name(), trial.point), found = with_facts.value(line.name(), trial.point);
    if (!truth) return skipped();
    if (!found || !agree(*found, *truth, 0))
      return failed("facts change a value", line.name() + ": " + numbers(found.value_or(std::vector<double>{})) +
                                                "; without facts " + numbers(*truth));
  }
  return {};
}

/// With everything that the program takes set.
Outcome fill(CompiledSheet<double>& program, const Trial& trial) {
  for (const Port& port : program.inputs()) {
    const auto found = trial.point.values.find(port.name);
    if (found == trial.point.values.end()) continue;  // the learning rate
    if (const auto done = program.set(port.name, found->second); !done)
      return failed("an input is refused", done.error().message);
  }
  return {};
}

CompileRequest interpreted(const Trial& trial) {
  CompileRequest request;
  request.sizes = trial.point.sizes;
  request.compile.backend = Backend::interpreter;
  return request;
}

/// One more last digit in the inputs changes the value as much: log of what is 0 but for rounding.
bool is_rounding(const Trial& trial, const std::string& name, const std::vector<double>& value) {
  Point beside = trial.point;
  for (auto& [variable, values] : beside.values) {
    for (double& x : values) x = std::nextafter(x, 2 * x);
  }
  const auto other = trial.bare->value(name, beside);
  return !other || !agree(*other, value, 0);
}

Outcome run(Trial& trial) {
  Session session(Text("sheet.gw", trial.text));
  CompileRequest request = interpreted(trial);
  for (const Line& line : trial.sheet.lines) request.values.push_back(line.name());
  auto program = CompiledSheet<double>::of(session, request);
  if (!program) return failed("run refuses: " + program.error().code, program.error().message);
  if (Outcome filled = fill(*program, trial); filled.kind == Outcome::Kind::failed) return filled;
  program->run();
  for (const Line& line : trial.sheet.lines) {
    const auto truth = trial.bare->value(line.name(), trial.point);
    if (!truth) return skipped();
    const auto output = program->output(line.name());
    const std::vector<double> found(output.begin(), output.end());
    if (!agree(found, *truth, 0) && is_rounding(trial, line.name(), *truth)) return skipped();
    if (!agree(found, *truth, 0))
      return failed("run has other numbers", line.name() + ": " + numbers(found) + "; eval " + numbers(*truth));
  }
  return {};
}

/// The slopes of L by `wrt`, along directions within its structure, compared with a gradient.
Outcome compared(Trial& trial, const std::vector<double>& gradient, const std::string& what,
                 Structure structure = Structure::none) {
  bool is_settled = false;
  for (int i = 0; i < 2; ++i) {
    Direction direction = trial.direction(trial.sheet.wrt);
    if (structure != Structure::none) keep_within(direction, structure);
    const auto truth = slope(*trial.bare, "L", trial.point, trial.sheet.wrt, direction);
    if (!truth || gradient.size() != direction.size()) continue;
    is_settled = true;
    if (!is_finite(gradient)) {
      const bool is_inside = has_slopes(*trial.bare, "L", trial.point, {trial.sheet.wrt}, 1);
      return is_inside ? failed("a step has no value", numbers(gradient)) : skipped();
    }
    double found = 0;
    for (std::size_t k = 0; k < gradient.size(); ++k) found += gradient[k] * direction[k];
    if (!agree({found}, truth->values, truth->error + 1e-6))
      return failed(what, numbers({found}) + "; differences " + numbers(truth->values));
  }
  return is_settled ? Outcome{} : skipped();
}

/// What is differentiated by is trained.
std::string trained_text(const Trial& trial) {
  Sheet sheet = trial.sheet;
  for (Variable& one : sheet.variables) one.is_param = one.is_param || one.name == sheet.wrt;
  return sheet.text() + "minimize L\n";
}

Outcome train_step(Trial& trial) {
  Session session(Text("sheet.gw", trained_text(trial)));
  CompileRequest request = interpreted(trial);
  constexpr double rate = 0.5;
  request.rate = rate;
  auto program = CompiledSheet<double>::of(session, request);
  const Property declared =
      session.pool().payload<InputInfo>(session.program().declaration(trial.sheet.wrt)->input).properties;
  const bool has_facts = std::ranges::any_of(trial.sheet.variables, [&](const Variable& one) {
    return (one.is_param || one.name == trial.sheet.wrt) && !one.fact.empty();
  });
  if (!program && program.error().code == "G0547" && has_facts) return skipped();  // no step keeps it
  const bool has_to_train = has_slopes(*trial.bare, "L", trial.point, {trial.sheet.wrt}, 1);
  if (!program && program.error().code == "G0904" && !has_to_train) return skipped();
  if (!program) return failed("train refuses: " + program.error().code, program.error().message);
  if (Outcome filled = fill(*program, trial); filled.kind == Outcome::Kind::failed) return filled;
  program->run();
  const auto after = program->input(trial.sheet.wrt);
  if (after.empty()) return skipped();
  const std::vector<double>& before = trial.point.values.at(trial.sheet.wrt);
  std::vector<double> gradient;
  for (std::size_t i = 0; i < before.size(); ++i) gradient.push_back((before[i] - after[i]) / rate);
  const Structure structure = structure_of(declared);
  std::vector<double> kept = gradient;
  if (structure != Structure::none) keep_within(kept, structure);
  if (is_finite(gradient) && !agree(gradient, kept, 0)) return failed("a step leaves the structure", numbers(gradient));
  return compared(trial, gradient, "a step goes elsewhere", structure);
}

Outcome exported(Trial& trial) {
  Session session(Text("sheet.gw", trained_text(trial)));
  const auto program = loss_program(session, trial.point.sizes);
  if (!program) return failed("export refuses: " + program.error().code, program.error().message);
  if (exported_c(*program, "loss", Precision::float64).empty()) return failed("export writes nothing", "");
  for (const BufferId id : program->plan.inputs) {
    const Buffer& buffer = program->plan[id];
    const Port port{buffer.name, buffer.extents};
    if (const std::size_t given = trial.point.values.at(port.name).size(); given != port.count())
      return failed("an input has another size",
                    port.name + " takes " + std::to_string(port.count()) + " numbers, not " + std::to_string(given));
  }
  const auto truth = trial.bare->value("L", trial.point);
  if (!truth) return skipped();
  Exports::all().add(program->plan, trial, (*truth)[0]);
  return {};
}

Outcome batch(Trial& trial) {
  constexpr std::int64_t samples = 3;
  const std::set<std::string> used = trial.sheet.used_names();
  std::vector<std::string> data;
  for (const Variable& one : trial.sheet.variables) {
    if (one.name != trial.sheet.wrt && used.contains(one.name)) data.push_back(one.name);
  }
  if (data.empty()) data.push_back(trial.sheet.wrt);
  std::shuffle(data.begin(), data.end(), trial.random);
  Pool pool;
  const Program program = read_formula(Text("sheet.gw", trial.text), pool, reading_options({}, {trial.sheet.wrt}));
  const Expr loss = program.definition("L")->expr;
  for (const std::string& name : data) {
    const Expr input = program.declaration(name)->input;
    const auto many = batched(pool, {loss}, {input}, pool.dims().symbol("count_of_samples"));
    if (!many) continue;
    const Expr wrt = program.declaration(trial.sheet.wrt)->input;
    Trace trace;
    const bool is_shared = name != trial.sheet.wrt;
    Expr gradient{};
    if (is_shared) gradient = adjoints(pool, many->total[0], {wrt}, trace).of_wrt[0];
    Bindings at;
    at.dims = trial.point.sizes;
    at.dims["count_of_samples"] = samples;
    for (const Declaration& one : program.declarations) {
      Tensor tensor;
      for (const Dim dim : pool.shape(one.input)) tensor.extents.push_back(pool.dims().value(dim, at.dims).value_or(1));
      tensor.values = trial.point.values.at(one.name);
      at.inputs.emplace(one.input, std::move(tensor));
    }
    Tensor rows = at.inputs.at(input);
    rows.extents.push_back(samples);
    rows.values.clear();
    std::vector<double> total{0};
    Point kept = trial.point;
    std::vector<Point> points;
    for (std::int64_t s = 0; s < samples; ++s) {
      Point one = kept;
      one.values[name] = point_of(trial.sheet, trial.seed + 101 * static_cast<std::uint64_t>(s)).values.at(name);
      rows.values.insert(rows.values.end(), one.values[name].begin(), one.values[name].end());
      const auto value = trial.bare->value("L", one);
      if (!value) return skipped();
      total[0] += (*value)[0];
      points.push_back(std::move(one));
    }
    at.inputs[many->inputs[0]] = std::move(rows);
    const Tensor found = evaluate(pool, many->total[0], at);
    if (!agree(found.values, total, 0))
      return failed("a batch has another loss", name + ": " + numbers(found.values) + "; sum " + numbers(total));
    if (!is_shared) return {};
    const Tensor slopes = evaluate(pool, gradient, at);
    const bool is_inside = std::all_of(points.begin(), points.end(), [&](const Point& one) {
      return has_slopes(*trial.bare, "L", one, {trial.sheet.wrt}, 1);
    });
    if (!is_finite(slopes.values))
      return is_inside ? failed("a batch has a gradient without a value", name) : skipped();
    const Direction direction = trial.direction(trial.sheet.wrt);
    double along = 0, truth = 0, error = 1e-6;
    for (std::size_t k = 0; k < slopes.values.size(); ++k) along += slopes.values[k] * direction[k];
    for (const Point& one : points) {
      const auto part = slope(*trial.bare, "L", one, trial.sheet.wrt, direction);
      if (!part) return {};
      truth += part->values[0];
      error += part->error;
    }
    if (!agree({along}, {truth}, error))
      return failed("a batch has another gradient", name + ": " + numbers({along}) + "; sum " + numbers({truth}));
    return {};
  }
  return skipped();
}

}  // namespace

std::vector<Verb> compute_verbs() {
  return {{"eval", eval}, {"run", run}, {"train step", train_step}, {"export", exported, true}, {"batch", batch}};
}

}  // namespace gradwright::laws
