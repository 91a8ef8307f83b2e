#include "check/report.h"

#include "check/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gradwright::check {
namespace {

struct Wording {
  const char* code;
  Severity severity;
};

Wording wording_of(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::equal: return {"G0700", Severity::note};
    case VerdictKind::wrong_value: return {"G0701", Severity::error};
    case VerdictKind::equal_transposed: return {"G0702", Severity::error};
    case VerdictKind::scaled: return {"G0703", Severity::error};
    case VerdictKind::right_for_other_loss: return {"G0704", Severity::error};
    case VerdictKind::wrong_shape: return {"G0705", Severity::error};
    case VerdictKind::nonconforming: return {"G0706", Severity::error};
    case VerdictKind::unread: return {"G0706", Severity::error};  // where nothing says why
    case VerdictKind::undecided: return {"G0707", Severity::warning};
  }
  return {"G0707", Severity::warning};
}

std::string number_text(double x) { return fmt::format("{:.6g}", x == 0 ? 0.0 : x); }

/// With as many digits as tell the two apart.
std::pair<std::string, std::string> apart(double a, double b) {
  std::pair<std::string, std::string> texts{number_text(a), number_text(b)};
  for (int digits = 7; digits <= 17 && texts.first == texts.second && a != b; ++digits)
    texts = {fmt::format("{:.{}g}", a, digits), fmt::format("{:.{}g}", b, digits)};
  return texts;
}

/// `[1, 2; 3, 4]` in the worksheet language; `…` where there is too much.
std::string array_text(const Tensor& value, std::size_t cols) {
  if (value.values.size() > 12) return "…";
  if (value.values.size() == 1) return number_text(value.values[0]);
  const std::size_t rows = value.values.size() / cols;
  std::string text = "[";
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c)
      text += (c > 0 ? ", " : r > 0 ? "; " : "") + number_text(value.values[r + rows * c]);
  }
  return text + "]";
}

std::size_t columns_of(const Tensor& value) {
  return value.extents.size() == 2 ? static_cast<std::size_t>(value.extents[1]) : 1;
}

/// `x = [1; 2]`; where an array is too large to show, the sizes are told: `n = 50, x = …`.
std::string inputs_text(const WitnessValues& witness) {
  std::string inputs, sizes;
  bool is_shown = true;
  for (const WitnessValues::Named& input : witness.inputs) {
    const std::string value = array_text(input.value, columns_of(input.value));
    is_shown = is_shown && value != "…";
    inputs += (inputs.empty() ? "" : ", ") + input.name + " = " + value;
  }
  if (is_shown) return inputs;
  for (const auto& [symbol, size] : witness.sizes) sizes += fmt::format("{} = {}, ", symbol, size);
  return sizes + inputs;
}

/// `slope`: what should be 0 there, of a solution; else empty.
void note_witness(Diagnostic& diagnostic, const WitnessValues& witness, bool has_no_value, const std::string& slope) {
  const std::string inputs = inputs_text(witness);
  std::string entry;
  for (const std::int64_t index : witness.entry) entry += (entry.empty() ? "" : ",") + std::to_string(index);
  std::size_t at = 0;
  std::size_t stride = 1;
  if (has_no_value) {
    diagnostic.note(fmt::format("it has no value at {}, where the truth has one", inputs));
    return;
  }
  for (std::size_t axis = 0; axis < witness.entry.size(); ++axis) {
    at += stride * static_cast<std::size_t>(witness.entry[axis] - 1);
    stride *= static_cast<std::size_t>(witness.truth.extents[axis]);
  }
  if (!slope.empty()) {
    diagnostic.note(fmt::format("{}{} is {} there{}{}", entry.empty() ? "" : fmt::format("entry [{}] of ", entry),
                                slope, number_text(witness.claimed.values[at]), inputs.empty() ? "" : ", at ", inputs));
    return;
  }
  const auto [claimed, truth] = apart(witness.claimed.values[at], witness.truth.values[at]);
  diagnostic.note(fmt::format("{} {} here and {} in truth{}{}",
                              entry.empty() ? std::string("it is") : fmt::format("entry [{}] is", entry), claimed,
                              truth, inputs.empty() ? "" : ", at ", inputs));
  if (!witness.gap.empty())
    diagnostic.note(
        fmt::format("the two differ by {} there: too little for the digits shown, and not nothing", witness.gap));
}

std::string_view why_undecided(const Verdict& verdict) {
  if (verdict.points == 0) return "no point was found where both are finite";
  if (verdict.has_unmet_branch)
    return "a condition on sizes turns at sizes too large to compute with, and no proof was found";
  return "what points show may be rounding, or a number is too small for them, and no proof was found";
}

/// What is said of a claim where no reader says why it is refused.
std::string message_of(const JudgedSide& side, const std::string& subject) {
  const Verdict& verdict = side.verdict;
  switch (verdict.kind) {
    case VerdictKind::equal: return fmt::format("this is {} ({})", subject, summary_of(verdict));
    case VerdictKind::equal_transposed:
      return fmt::format("this is the transpose of {}: right in the other layout", subject);
    case VerdictKind::scaled: return fmt::format("this is {} times {}", *verdict.factor, subject);
    case VerdictKind::right_for_other_loss:
      return fmt::format("this is not {}, but the gradient of another loss: {}", subject, verdict.other_loss);
    case VerdictKind::wrong_value:
      return verdict.assumption ? fmt::format("this is {} only where {}", subject, verdict.assumption->sentence)
                                : fmt::format("this is not {}", subject);
    case VerdictKind::wrong_shape:
      return side.size == side.truth_size
                 ? fmt::format("{} is {}, and this has another size", subject, side.truth_size)
                 : fmt::format("this is {}, and {} is {}", side.size, subject, side.truth_size);
    case VerdictKind::undecided:
      return fmt::format("whether this is {} is undecided: {}", subject, why_undecided(verdict));
    case VerdictKind::nonconforming: return "this conforms only because sizes of the sheet coincide";
    case VerdictKind::unread: break;
  }
  return {};
}

std::string declaration_help(const Assumption& assumption) {
  const std::string of_labels = assumption.of_labels.empty() ? std::string()
                                                             : fmt::format(" (`{}` where `{}` holds labels)",
                                                                           assumption.of_labels, assumption.name);
  return fmt::format("if that is so, declare `{}`{}: then this is right", assumption.declaration, of_labels);
}

}  // namespace

std::string_view verdict_name(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::equal: return "equal";
    case VerdictKind::equal_transposed: return "equal-transposed";
    case VerdictKind::scaled: return "scaled";
    case VerdictKind::right_for_other_loss: return "right-for-other-loss";
    case VerdictKind::wrong_value: return "wrong-value";
    case VerdictKind::wrong_shape: return "wrong-shape";
    case VerdictKind::nonconforming: return "nonconforming";
    case VerdictKind::undecided: return "undecided";
    case VerdictKind::unread: return "unread";
  }
  return "undecided";
}

std::string subject_of(const JudgedSide& side) {
  constexpr std::string_view gradient = "∇";
  const SubjectParts& parts = side.parts;
  if (parts.is_solution) return "where " + parts.condition + " is 0";
  if (side.of.empty())
    return parts.condition.empty() ? "the left side" : "the left side where " + parts.condition + " is 0";
  const auto entry = [](const std::vector<std::string>& indices) {
    return indices.empty() ? std::string() : fmt::format("[{}]", fmt::join(indices, ","));
  };
  if (side.of.starts_with(gradient))
    return fmt::format("∂²{}/∂{}{}∂{}{}", side.of.substr(gradient.size()), parts.first.empty() ? side.wrt : parts.first,
                       entry(parts.of_entry), side.wrt, parts.wrt_entry.empty() ? "ᵀ" : entry(parts.wrt_entry));
  const bool is_formula = !parts.of_entry.empty() && side.of.find_first_of("*+-/ '^") != std::string::npos;
  return fmt::format("∂{}{}/∂{}{}", is_formula ? "(" + side.of + ")" : side.of, entry(parts.of_entry), side.wrt,
                     entry(parts.wrt_entry));
}

std::string summary_of(const Verdict& verdict) {
  switch (verdict.kind) {
    case VerdictKind::equal:
      if (verdict.is_of_digits) return "right to the digits given";
      return verdict.proved ? "right, proved" : fmt::format("equal at {} random points, not proved", verdict.points);
    case VerdictKind::equal_transposed: return "right in the other layout: transposed";
    case VerdictKind::scaled: return fmt::format("scaled by {}", verdict.factor.value_or("a constant"));
    case VerdictKind::right_for_other_loss: return "right for another loss";
    case VerdictKind::wrong_value:
      return verdict.assumption ? "wrong value, but right where " + verdict.assumption->sentence : "wrong value";
    case VerdictKind::wrong_shape: return "wrong shape";
    case VerdictKind::nonconforming: return "does not conform";
    case VerdictKind::undecided: return "undecided";
    case VerdictKind::unread: return "not read";
  }
  return {};
}

Diagnostic diagnostic_of(const JudgedSide& side) {
  const Verdict& verdict = side.verdict;
  const std::string subject = subject_of(side);
  const auto [code, severity] = wording_of(verdict.kind);
  const bool is_refused = verdict.kind == VerdictKind::nonconforming || verdict.kind == VerdictKind::unread;
  const bool says_why = is_refused && !side.diagnostics.empty();
  Diagnostic diagnostic =
      says_why ? side.diagnostics[0] : Diagnostic(code, severity, message_of(side, subject)).at(side.span);
  if (says_why && !side.repairs.empty()) {  // what is true says more than what conforms
    diagnostic.helps.clear();
    diagnostic.fixits.clear();
  }
  if (!side.layout_note.empty()) diagnostic.note(side.layout_note);
  if (side.reading != side.written && !side.reading.empty()) diagnostic.note(fmt::format("read as `{}`", side.reading));
  for (const std::string& note : side.reading_notes) diagnostic.note(note);
  for (const std::string& other : side.other_readings) diagnostic.note(fmt::format("another reading: {}", other));
  if (verdict.trap && verdict.kind != VerdictKind::wrong_shape)
    diagnostic.note(verdict.is_right() ? "it holds at the sizes of this sheet only: with others it would be another"
                                       : "a trap: it goes through only because sizes that have nothing to do with each "
                                         "other are the same number here");
  if (verdict.witness)
    note_witness(diagnostic, *verdict.witness, verdict.has_no_value,
                 side.parts.is_solution ? side.parts.condition : "");
  for (const Mistake& mistake : side.mistakes) {
    // What lies around the break marks nothing.
    const bool is_around = mistake.span.begin <= diagnostic.span.begin && diagnostic.span.end <= mistake.span.end;
    if (!mistake.span.is_empty() && !is_around) diagnostic.label(mistake.span, {});
    if (&mistake == side.mistakes.data()) diagnostic.note(mistake.text);  // the gravest; the repair lists all
  }
  for (const std::string& note : verdict.notes) diagnostic.note(note);
  if (side.follows && !*side.follows)
    diagnostic.note(
        fmt::format("this line does not follow from the line above{}", verdict.is_right() ? ", but it is right" : ""));
  if (verdict.is_right() || verdict.kind == VerdictKind::undecided) return diagnostic;
  if (verdict.assumption) diagnostic.help(declaration_help(*verdict.assumption));
  for (const Repair& repair : side.repairs) {
    std::string edits;
    for (const Edit& edit : repair.edits) edits += (edits.empty() ? "" : ", ") + edit.text;
    if (!repair.replacement.empty()) {
      const auto is_written_so = [&](const Repair& one) { return one.replacement == repair.replacement; };
      if (&*std::find_if(side.repairs.begin(), side.repairs.end(), is_written_so) != &repair) continue;
      const std::string what =
          fmt::format("{} ({}{}): {}", subject, side.truth_size, repair.proved ? ", proved" : "", edits);
      diagnostic.fix(side.place, repair.replacement, "fix: this is " + what);
      continue;
    }
    diagnostic.help(fmt::format("`{}` is {} ({}{}): {}", repair.gw, subject, side.truth_size,
                                repair.proved ? ", proved" : "", edits));
  }
  std::string truth = side.truth.gw;
  for (const WhereItem& item : side.truth.where) truth += fmt::format(", {} = {}", item.name, item.gw);
  if (side.repairs.empty() && !truth.empty())
    diagnostic.help(fmt::format("{} is `{}` ({})", subject, truth, side.truth_size));
  return diagnostic;
}

Diagnostic unclear_claim(Span place, const std::string& name, const std::string& loss) {
  Diagnostic diagnostic = error("G0710", "it is not clear what this claims").at(place);
  if (!name.empty())
    diagnostic.note(
        fmt::format("`{}` names nothing of the sheet, and the formula is no derivative of `{}`", name, loss));
  diagnostic.help("write what the formula is: `claim dL/dW = …`, or `dW = …` with names of the sheet");
  return diagnostic;
}

bool is_about_reading(const std::vector<Diagnostic>& diagnostics) {
  if (diagnostics.empty()) return false;
  constexpr std::array<std::string_view, 5> unread{"G00", "G01", "G03", "G060", "G061"};
  const std::string& code = diagnostics[0].code;
  const bool is_raised = code == "G0614";  // NumPy reads it, and refuses its sizes
  return !is_raised && std::any_of(unread.begin(), unread.end(), [&](auto one) { return code.starts_with(one); });
}

bool Checked::has_errors() const {
  const auto is_error = [](const Diagnostic& one) { return one.severity == Severity::error; };
  return std::any_of(diagnostics.begin(), diagnostics.end(), is_error) || !of_sheet.empty() ||
         std::any_of(sides.begin(), sides.end(), [](const JudgedSide& side) { return side.is_unread(); });
}

bool Checked::has_wrong_claims() const {
  return std::any_of(sides.begin(), sides.end(),
                     [](const JudgedSide& side) { return !side.verdict.is_right() && !side.is_unread(); });
}

bool Checked::is_all_right() const {
  return std::all_of(sides.begin(), sides.end(), [](const JudgedSide& side) { return side.verdict.is_right(); });
}

}  // namespace gradwright::check
