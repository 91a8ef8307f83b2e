// `gradwright grad-check`: a person's NumPy or PyTorch function against the value and the gradients of the sheet, at random points.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "commands.h"
#include "grad_check_script.h"
#include "json.h"
#include "python.h"

namespace gradwright::cli {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

using Extents = std::vector<std::int64_t>;

/// A column as a flat array where wanted.
gw::Array handed_over(gw::Array array, bool flat) {
  if (flat && array.extents.size() == 2 && array.extents[1] == 1) array.extents.pop_back();
  return array;
}

/// All inputs of a point, in the order of the sheet.
NamedValues values_at(const gw::Sheet& sheet, const gw::GradientPoint& point, bool flat) {
  NamedValues values;
  for (const gw::Name& one : sheet.names()) {
    if (const auto found = point.inputs.find(one.name); found != point.inputs.end())
      values.emplace_back(one.name, handed_over(found->second, flat));
  }
  return values;
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

void compare(Comparison& comparison, const std::optional<RowMajor>& array, const gw::Array& truth, int point,
             double tolerance) {
  if (!array) {
    comparison.shape = "it is no rectangular array of numbers";
    return;
  }
  const Extents& extents = truth.extents;
  const double largest = largest_in(truth.values);
  const gw::Array got = column_major(*array);
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
gw::Diagnostic fault_of(const GradCheckAnswer& answer, const GradCheckCommand& command) {
  const std::string& kind = answer.fault;
  const std::string& message = answer.message;
  if (kind == "numpy")
    return fault("G0720", "NumPy is not there: " + message,
                 "install python3-numpy, or name another interpreter in GRADWRIGHT_PYTHON");
  if (kind == "torch") return fault("G0720", "PyTorch is not there: " + message, "leave out `--framework torch`");
  if (kind == "exception")
    return fault("G0721", fmt::format("`{}` failed: {}", command.function, message), "run it alone first");
  return fault("G0721", fmt::format("`{}`: {}", command.function, message),
               "the arguments are inputs of the sheet, by name; return the value and a dictionary of gradients");
}

/// What the function says of the points.
gw::Result<GradCheckAnswer> answer_of(const GradCheckCommand& command, const gw::Sheet& sheet,
                                      const gw::GradientPoints& truth) {
  std::vector<NamedValues> values;
  for (const gw::GradientPoint& point : truth.points) values.push_back(values_at(sheet, point, command.flat));
  const std::size_t colon = command.function.rfind(':');
  const auto output = python_output(
      grad_check_script, {command.function.substr(0, colon), command.function.substr(colon + 1), command.framework},
      grad_check_task(truth.loss, truth.wrt, values));
  if (!output) return tl::unexpected(output.error());
  const auto answer = grad_check_answer(*output, truth.points.size());
  if (!answer)
    return tl::unexpected(fault("G0721", fmt::format("`{}` wrote over the answer, or ended Python", command.function),
                                "do not close or write to descriptors"));
  if (!answer->fault.empty()) return tl::unexpected(fault_of(*answer, command));
  return *answer;
}

/// Of the loss, then of its gradients.
std::vector<Comparison> comparisons_of(const GradCheckAnswer& answer, const gw::GradientPoints& truth,
                                       const GradCheckCommand& command) {
  std::vector<Comparison> comparisons(truth.wrt.size() + 1);
  for (std::size_t p = 0; p < truth.points.size(); ++p) {
    const GradCheckAnswer::Point& result = answer.points[p];
    const gw::GradientPoint& point = truth.points[p];
    const int number = static_cast<int>(p) + 1;
    if (result.has_value)
      compare(comparisons[0], result.value, {{}, {point.loss}}, number, command.tolerance);
    else
      comparisons[0].is_missing = true;
    for (std::size_t i = 0; i < truth.wrt.size(); ++i) {
      const auto found = result.gradients.find(truth.wrt[i]);
      if (found == result.gradients.end())
        comparisons[i + 1].is_missing = true;
      else
        compare(comparisons[i + 1], found->second, handed_over(point.gradients.at(truth.wrt[i]), command.flat), number,
                command.tolerance);
    }
  }
  return comparisons;
}

}  // namespace

int run_grad_check(const GradCheckCommand& command, const Streams& streams) {
  const auto sheet = sheet_in(command.file, streams);
  if (!sheet) return environment_fault;
  const std::size_t colon = command.function.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == command.function.size())
    return show_fault(
        fault("G0721", fmt::format("`{}` names no function", command.function), "write `module.py:function`"), streams);
  show(sheet->diagnostics(), streams);
  if (sheet->has_errors()) return input_fault;
  const auto truth = gw::gradient_points(*sheet, command.points, command.seed);
  if (!truth) return show_fault(truth.error(), streams);
  const auto answer = answer_of(command, *sheet, *truth);
  if (!answer) {
    const int code = show_fault(answer.error(), streams);
    return answer.error().code == "G0720" ? environment_fault : code;
  }
  const std::vector<Comparison> comparisons = comparisons_of(*answer, *truth, command);
  bool is_wrong = false;
  print(stdout,
        fmt::format("{} against {}, at {} random points\n", command.function, command.file, truth->points.size()));
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    if (i == 0 && comparisons[0].is_missing) continue;  // gradients alone are fine
    const std::string name = i == 0 ? truth->loss : fmt::format("d{}/d{}", truth->loss, truth->wrt[i - 1]);
    print(stdout, fmt::format("  {}  {}\n", name, told(comparisons[i], command.tolerance, is_wrong)));
  }
  return is_wrong ? claim_wrong : fine;
}

}  // namespace gradwright::cli
