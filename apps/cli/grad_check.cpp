// `gradwright grad-check`: a person's NumPy or PyTorch function against the value and the gradients of the sheet, at random points.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "api/compile.h"
#include "commands.h"
#include "derive/differences.h"
#include "grad_check_script.h"
#include "json.h"
#include "python.h"

namespace gradwright::cli {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

using Extents = std::vector<std::int64_t>;

/// A number, a flat array of a column where wanted, else rows and columns.
Extents extents_of(const Pool& pool, const Declaration& declaration, const DimValues& dims, bool flat) {
  Extents extents;
  for (const Dim dim : declaration.surface) extents.push_back(pool.dims().value(dim, dims).value_or(1));
  const bool is_number = pool.order(declaration.input) == 0;
  if (is_number) return {};
  if (flat && extents.size() == 2 && extents[1] == 1) extents.pop_back();
  return extents;
}

struct Point {
  Bindings bindings;
  std::vector<Tensor> values;  ///< of the loss, then of its gradients
};

/// The first points at which all is finite.
std::vector<Point> points_of(const Pool& pool, const LossComputation& loss, const std::vector<Expr>& roots, int count,
                             std::uint64_t seed) {
  std::vector<Expr> all = roots;
  std::vector<Expr> outputs;
  for (const auto& output : loss.computation.outputs) outputs.push_back(output.expr);
  all.insert(all.end(), outputs.begin(), outputs.end());
  std::vector<Point> points;
  for (int attempt = 0; attempt < 5 * count && static_cast<int>(points.size()) < count; ++attempt) {
    Point point{random_bindings(pool, all, seed + static_cast<std::uint64_t>(attempt) * 7919), {}};
    for (const auto& [input, value] : loss.fixed.inputs) point.bindings.inputs.insert_or_assign(input, value);
    point.values = evaluate(pool, outputs, point.bindings);
    const bool is_finite = std::ranges::all_of(point.values, [](const Tensor& tensor) {
      return std::ranges::all_of(tensor.values, [](double x) { return std::isfinite(x); });
    });
    if (is_finite) points.push_back(std::move(point));
  }
  return points;
}

/// What was returned for one name, at all points, against the truth.
struct Comparison {
  double worst = 0;   ///< largest |difference| / largest entry
  std::string entry;  ///< where, and both numbers
  std::string shape;  ///< why the sizes do not fit; empty: they do
  bool is_missing = false;
  bool is_transposed = true;     ///< the transpose agrees at every point
  std::optional<double> factor;  ///< of the truth, if it is one and the same everywhere
  bool is_scaled = true;
};

Extents without_ones(Extents extents) {
  std::erase(extents, 1);
  return extents;
}

std::string place_of(std::size_t index, const Extents& extents) {
  std::string text;
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const auto extent = static_cast<std::size_t>(extents[axis]);
    text += fmt::format("{}{}", text.empty() ? "" : ",", index % extent + 1);
    index /= extent;
  }
  return text.empty() ? "the number" : "entry [" + text + "]";
}

double largest_in(const std::vector<double>& values) {
  double largest = 1e-6;  // below it all is noise
  for (const double value : values) largest = std::max(largest, std::fabs(value));
  return largest;
}

void note_factor(Comparison& comparison, const std::vector<double>& got, const std::vector<double>& truth,
                 double tolerance) {
  const double largest = largest_in(truth);
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::fabs(truth[i]) == largest && !comparison.factor) comparison.factor = got[i] / truth[i];
    if (comparison.factor && std::fabs(got[i] - *comparison.factor * truth[i]) > 10 * tolerance * largest)
      comparison.is_scaled = false;
  }
}

void compare(Comparison& comparison, const std::optional<RowMajor>& array, const Tensor& truth, const Extents& extents,
             int point, double tolerance) {
  if (!array) {
    comparison.shape = "it is no rectangular array of numbers";
    return;
  }
  const double largest = largest_in(truth.values);
  const Tensor got = column_major(*array);
  if (array->extents.size() == 2 && extents.size() == 2 && array->extents[0] == extents[1] &&
      array->extents[1] == extents[0]) {
    for (std::size_t i = 0; i < truth.values.size(); ++i) {
      if (!(std::fabs(array->values[i] - truth.values[i]) <= tolerance * largest)) comparison.is_transposed = false;
    }
  } else {
    comparison.is_transposed = false;
  }
  // (n,) and (n,1) are one column; a row (1,n) is none.
  const bool is_row = array->extents.size() == 2 && array->extents[0] == 1 && extents.size() == 2 && extents[0] != 1;
  if (without_ones(array->extents) != without_ones(extents) || is_row) {
    comparison.shape = fmt::format("its shape is ({}), and it should be ({})", fmt::join(array->extents, ", "),
                                   fmt::join(extents, ", "));
    return;
  }
  note_factor(comparison, got.values, truth.values, tolerance);
  for (std::size_t i = 0; i < truth.values.size(); ++i) {
    const double difference = std::fabs(got.values[i] - truth.values[i]) / largest;
    if (difference <= comparison.worst || std::isnan(comparison.worst)) continue;
    comparison.worst = difference;
    comparison.entry = fmt::format("{} is {:.6g} and should be {:.6g}, at point {}", place_of(i, extents),
                                   got.values[i], truth.values[i], point);
  }
}

/// The line of one name.
std::string told(const Comparison& comparison, double tolerance, bool& is_wrong) {
  const auto hint = [&]() -> std::string {
    if (comparison.is_transposed) return "; it is the transpose";
    if (comparison.shape.empty() && comparison.is_scaled && comparison.factor && std::isfinite(*comparison.factor) &&
        std::fabs(*comparison.factor) > 1e-9)
      return fmt::format("; it is {:.6g} times what it should be", *comparison.factor);
    return "";
  };
  if (comparison.is_missing) {
    is_wrong = true;
    return "is not returned";
  }
  if (comparison.shape.empty() && comparison.worst <= tolerance)
    return fmt::format("agrees (largest relative error {:.1e})", comparison.worst);
  is_wrong = true;
  if (!comparison.shape.empty()) return "wrong: " + comparison.shape + hint();
  return fmt::format("wrong: {}; relative error {:.2g}{}", comparison.entry, comparison.worst, hint());
}

/// What the helper says when it has no values.
Diagnostic fault_of(const GradCheckAnswer& answer, const GradCheckCommand& command) {
  const std::string& kind = answer.fault;
  const std::string& message = answer.message;
  if (kind == "numpy")
    return error("G0720", "NumPy is not there: " + message)
        .help("install python3-numpy, or name another interpreter in GRADWRIGHT_PYTHON");
  if (kind == "torch") return error("G0720", "PyTorch is not there: " + message).help("leave out `--framework torch`");
  if (kind == "exception")
    return error("G0721", fmt::format("`{}` failed: {}", command.function, message)).help("run it alone first");
  return error("G0721", fmt::format("`{}`: {}", command.function, message))
      .help("the arguments are inputs of the sheet, by name; return the value and a dictionary of gradients");
}

}  // namespace

int run_grad_check(const GradCheckCommand& command, const Streams& streams) {
  const auto text = read_text(command.file, streams);
  if (!text) return environment_fault;
  const std::size_t colon = command.function.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == command.function.size())
    return show_fault(
        error("G0721", fmt::format("`{}` names no function", command.function)).help("write `module.py:function`"),
        *text, streams);
  Session session(*text);
  show_diagnostics(session, streams);
  if (session.has_errors()) return input_fault;
  const auto loss = loss_computation(session);
  if (!loss) return show_fault(loss.error(), *text, streams);
  const Pool& pool = session.pool();
  const auto& outputs = loss->computation.outputs;
  std::vector<const Declaration*> wrt;
  std::vector<Expr> inputs;
  for (const Declaration& declaration : session.program().declarations) inputs.push_back(declaration.input);
  for (std::size_t i = 1; i < outputs.size(); ++i)
    wrt.push_back(session.program().declaration(outputs[i].name.substr(outputs[0].name.size() + 3)));
  const std::vector<Point> points = points_of(pool, *loss, inputs, command.points, command.seed);
  if (points.empty())
    return show_fault(error("G0707", "no random point was found at which the loss and its gradients are finite")
                          .help("give facts of the inputs: `positive`, `prob`"),
                      *text, streams);

  std::vector<std::string> names;
  for (const Declaration* declaration : wrt) names.push_back(declaration->name);
  std::vector<std::vector<NamedTensor>> values(points.size());
  for (std::size_t p = 0; p < points.size(); ++p) {
    for (const Declaration& declaration : session.program().declarations)
      values[p].push_back({declaration.name, points[p].bindings.inputs.at(declaration.input),
                           extents_of(pool, declaration, points[p].bindings.dims, command.flat)});
  }
  const auto output = python_output(
      grad_check_script, {command.function.substr(0, colon), command.function.substr(colon + 1), command.framework},
      grad_check_task(outputs[0].name, names, values));
  const auto failed = [&](const Diagnostic& diagnostic) {
    const int code = show_fault(diagnostic, *text, streams);
    return diagnostic.code == "G0720" ? environment_fault : code;
  };
  if (!output) return failed(output.error());
  const auto answer = grad_check_answer(*output, points.size());
  if (!answer)
    return failed(error("G0721", fmt::format("`{}` wrote over the answer, or ended Python", command.function))
                      .help("do not close or write to descriptors"));
  if (!answer->fault.empty()) return failed(fault_of(*answer, command));

  std::vector<Comparison> comparisons(outputs.size());
  for (std::size_t p = 0; p < points.size(); ++p) {
    const GradCheckAnswer::Point& result = answer->points[p];
    const int number = static_cast<int>(p) + 1;
    if (result.has_value)
      compare(comparisons[0], result.value, points[p].values[0], {}, number, command.tolerance);
    else
      comparisons[0].is_missing = true;
    for (std::size_t i = 0; i < wrt.size(); ++i) {
      const auto found = result.gradients.find(wrt[i]->name);
      if (found == result.gradients.end())
        comparisons[i + 1].is_missing = true;
      else
        compare(comparisons[i + 1], found->second, points[p].values[i + 1],
                values[p][static_cast<std::size_t>(wrt[i] - session.program().declarations.data())].extents, number,
                command.tolerance);
    }
  }
  bool is_wrong = false;
  print(stdout, fmt::format("{} against {}, at {} random points\n", command.function, command.file, points.size()));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i == 0 && comparisons[0].is_missing) continue;  // gradients alone are fine
    print(stdout, fmt::format("  {}  {}\n", outputs[i].name, told(comparisons[i], command.tolerance, is_wrong)));
  }
  return is_wrong ? claim_wrong : fine;
}

}  // namespace gradwright::cli
