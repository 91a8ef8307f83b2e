// Lines in order: assignments, updates, masks; helpers of one line.
#include <fmt/format.h>

#include <algorithm>

#include "read/numpy/arrays.h"
#include "read/numpy/classes.h"
#include "read/numpy/lines.h"
#include "read/numpy/numpy.h"
#include "source/catalogue.h"

namespace gradwright {
namespace numpy {
namespace {

using Kind = PyStatement::Kind;

class Reader {
 public:
  Reader(OpenSheet& sheet, Columns columns)
      : sketcher_(sheet.pool().dims()), sheet_(sheet), arrays_(sheet, sketcher_, columns, problems) {}

  void helper(const std::string& name, std::vector<std::string> parameters, Py body) {
    arrays_.helpers[name] = {std::move(parameters), body};
  }

  void line(const PyStatement& one) {
    while (!loops_.empty() && loops_.back().indent >= one.indent) loops_.pop_back();
    if (one.word == "for" || one.word == "while") {
      loops_.push_back({one.indent, {}});
      for (const auto& [name, value] : arrays_.names) loops_.back().names.insert(name);
    }
    if (one.kind == Kind::other || one.kind == Kind::definition)
      return left_out(one.span, one.word.empty() ? "this line" : fmt::format("`{}`", one.word));
    if (one.value == nullptr) return;
    (void)arrays_.taken_fault();
    if (one.kind != Kind::assignment) return lone(one);
    for (const Py target : one.targets) assignment(one, target);
  }

  /// `db = 1` with nothing else is what the code claims.
  void end() {
    if (reading.assignments.empty() && problems.empty() && last_number_.value.is_good())
      add(last_number_.name, last_number_.value, last_number_.span, last_number_.name_span);
  }

  NumpyReading reading;
  std::vector<Diagnostic> problems, skipped;
  [[nodiscard]] bool met_column() const { return arrays_.met_column(); }
  [[nodiscard]] bool is_surprising() const { return arrays_.is_surprising(); }

 private:
  void left_out(Span span, const std::string& what) {
    constexpr std::size_t most = 50;
    if (skipped.size() < most)
      skipped.push_back(note("G0613", fmt::format("{} is left out: it assigns no array expression", what)).at(span));
  }

  void lone(const PyStatement& one) {
    if (one.value->kind == PyKind::tuple || one.value->kind == PyKind::other || one.value->kind == PyKind::text ||
        !Arrays::name_of(one.value).empty())
      return;
    if (one.value->kind == PyKind::call && one.value->children[0]->kind == PyKind::name &&
        one.value->children[0]->text == "print")
      return;
    const Array found = arrays_.value(one.value);
    if (found.sketch != nullptr) add("", found, one.span, one.value->span);
  }

  void assignment(const PyStatement& one, Py target) {
    if (target == nullptr) return;
    if (target->kind == PyKind::tuple) return unpacked(one, *target);
    if (one.value->kind == PyKind::lambda)
      return helper(Arrays::name_of(target), one.value->parameters, one.value->children[0]);
    const std::string name = Arrays::name_of(target);
    if (name.empty() && target->kind == PyKind::subscript) return mask(one, *target);
    if (name.empty()) return left_out(one.span, "this line");
    if (one.value->kind == PyKind::other || one.value->kind == PyKind::text) return left_out(one.span, "this line");
    if (name == Arrays::name_of(one.value) && one.word.empty()) return;  // W1 = params["W1"]
    if (const std::string matrix = argmax_of_rows(one.value); !matrix.empty() && one.word.empty()) {
      classes_of_[name] = matrix;
      return;
    }
    Array found = arrays_.value(one.value);
    if (!found.is_good()) return poison(name);
    const bool is_counter = found.dim && arrays_.names.contains(name) && arrays_.names.at(name).dim;
    if (is_carried(one, name) && !is_counter) return refused_change(name, one.span);
    arrays_.poisoned.erase(name);
    if (!one.word.empty() && found.is_list) return left_out(one.span, "this line");  // dW += 1, n
    if (!one.word.empty()) {
      const auto known = arrays_.names.find(name);
      if (known == arrays_.names.end() && arrays_.sheet_name(name).empty()) {
        if (one.word == "+" || one.word == "-") {  // a gradient that is gathered begins at zero
          Array negative = found;
          if (one.word == "-") negative.sketch = sketcher_.negated(found.sketch, one.span);
          return add(name, negative, one.span, target->span);
        }
        return left_out(one.span, "this line");
      }
      const bool is_parameter = known == arrays_.names.end() && is_declared(arrays_.sheet_name(name));
      if (is_parameter) return left_out(one.span, fmt::format("the update of `{}`", name));
      const Array before =
          known != arrays_.names.end() ? known->second : arrays_.of_sheet(arrays_.sheet_name(name), target->span);
      found = arrays_.operated(one.word, before, found, one.span);
      if (!found.is_good()) return;
    } else if (is_declared(name) && mentions(one.value, name)) {
      return left_out(one.span, fmt::format("the update of `{}`", name));
    }
    const bool is_zero =
        found.sketch != nullptr && found.sketch->form == reading::Form::call && found.sketch->text == "zeros";
    if (found.is_list || found.dim || is_zero) {  // shapes, sizes, numbers and beginnings stand for themselves
      arrays_.names[name] = found;
      if (!found.is_list) last_number_ = {name, found, one.span, target->span};
      return;
    }
    add(name, found, one.span, target->span);
  }

  [[nodiscard]] bool is_declared(const std::string& name) const {
    return sheet_.program().declaration(name) != nullptr;
  }

  [[nodiscard]] static bool mentions(Py root, const std::string& name) {
    std::vector<Py> waiting{root};
    while (!waiting.empty()) {
      const Py node = waiting.back();
      waiting.pop_back();
      if (node == nullptr) continue;
      if (Arrays::name_of(node) == name) return true;
      waiting.insert(waiting.end(), node->children.begin(), node->children.end());
    }
    return false;
  }

  void unpacked(const PyStatement& one, const PyNode& targets) {
    if (one.value->kind == PyKind::tuple && one.value->children.size() == targets.children.size() && one.word.empty()) {
      for (std::size_t i = 0; i < targets.children.size(); ++i) {
        PyStatement part = one;
        part.value = one.value->children[i];
        assignment(part, targets.children[i]);
      }
      return;
    }
    const bool is_shape = one.value->kind == PyKind::attribute && one.value->text == "shape";
    if (!is_shape) return left_out(one.span, "this line");
    const Array shape = arrays_.value(one.value);
    if (!shape.is_list || shape.elements.size() != targets.children.size()) return left_out(one.span, "this line");
    for (std::size_t i = 0; i < targets.children.size(); ++i) {
      if (const std::string name = Arrays::name_of(targets.children[i]); !name.empty())
        arrays_.names[name] = shape.elements[i];
    }
  }

  void mask(const PyStatement& one, const PyNode& target) {
    const std::string name = Arrays::name_of(target.children[0]);
    const auto known = arrays_.names.find(name);
    const bool is_zero =
        one.value->kind == PyKind::number && one.value->text.find_first_not_of("0.") == std::string::npos;
    const bool is_mask =
        target.children.size() == 2 && target.children[1] != nullptr && target.children[1]->kind == PyKind::binary;
    Array found;
    if (known != arrays_.names.end() && is_zero && is_mask)
      found = arrays_.masked(known->second, target.children[1], one.span);
    else if (const auto off = one_off_each_row(one, target); off && known != arrays_.names.end())
      found = less_the_classes(known->second, *off, one.span);
    if (found.is_good()) {
      add(name, found, one.span, target.span);
      if (!classes_.empty())
        reading.assignments.back().reading.notes.push_back(fmt::format("the classes are the rows of `{}`", classes_));
      classes_.clear();
      return;
    }
    const bool is_claimed = std::any_of(reading.assignments.begin(), reading.assignments.end(),
                                        [&](const NumpyAssignment& earlier) { return earlier.target == name; });
    if (is_claimed) return refused_change(name, one.span);
    left_out(one.span, "this line");
    if (known != arrays_.names.end()) poison(name);
  }

  /// Nothing is said of what it is from here on.
  void poison(const std::string& name) {
    arrays_.names.erase(name);
    arrays_.poisoned.insert(name);
  }

  void refused_change(const std::string& name, Span span) {
    poison(name);
    constexpr std::size_t most = 50;
    if (problems.size() < most)
      problems.push_back(error("G0612", fmt::format("this change of `{}` is not read", name))
                             .at(span)
                             .help(fmt::format("write what it ends as: `{} = …`", name)));
  }

  /// A value from before a loop that each turn changes: how many turns there are decides what it is.
  [[nodiscard]] bool is_carried(const PyStatement& one, const std::string& name) {
    const bool goes_on = !one.word.empty() || mentions(one.value, name);
    bool found = false;
    for (Loop& loop : loops_) {
      found = found || (goes_on && loop.names.contains(name));
      if (!goes_on) loop.names.erase(name);
    }
    return found;
  }

  /// Less the classes as rows of zeros and a one: of the matrix that the code names, or the only one of this size in the sheet.
  Array less_the_classes(const Array& before, const OneOffEachRow& off, Span span) {
    const bool is_counted = off.count->kind == PyKind::number || sheet_.is_dimension(off.count->text);
    if (is_counted && (before.shape.empty() || arrays_.value(off.count).dim != before.shape[0])) return {};
    std::string named = argmax_of_rows(off.classes);
    if (const auto known = classes_of_.find(Arrays::name_of(off.classes)); known != classes_of_.end())
      named = known->second;
    Array found;
    for (const Declaration& one : sheet_.program().declarations) {
      if (!has(sheet_.pool().payload<InputInfo>(one.input).properties, Property::onehot_rows)) continue;
      if (one.surface != before.shape || (!named.empty() && arrays_.sheet_name(named) != one.name)) continue;
      if (found.is_good()) return {};
      found = arrays_.operated("-", before, arrays_.of_sheet(one.name, span), span);
      classes_ = one.name;
    }
    return found;
  }

  void add(const std::string& target, const Array& found, Span span, Span target_span) {
    NumpyAssignment made{target, unused(target),       sketcher_.written(found.sketch), span, target_span,
                         {},     arrays_.taken_fault()};
    if (found.is_known && found.shape.size() == 1)
      made.as_row = sketcher_.written(sketcher_.transposed(found.sketch, span));
    if (made.reading.gw.size() > Sketcher::most_written) {
      problems.push_back(error("G0612", "this line is too long to read").at(span).help("give names to its parts"));
      return;
    }
    if (!found.is_known) made.reading.surface.reset();
    reading.conforms = reading.conforms && found.is_known;
    arrays_.raising_names.erase(target);
    if (made.fault) arrays_.raising_names.insert(target);
    if (!target.empty()) {
      Array own = found;
      own.sketch = sketcher_.word(made.name, target_span, found.is_known ? found.sketch->extents : std::nullopt);
      own.dim.reset();
      arrays_.names[target] = std::move(own);
    }
    reading.assignments.push_back(std::move(made));
  }

  /// A name that neither the sheet nor an earlier line has.
  [[nodiscard]] std::string unused(const std::string& target) {
    if (target.empty()) return {};
    std::string base;
    for (const char c : target)
      base += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                      static_cast<unsigned char>(c) >= 0x80
                  ? c
                  : '_';
    if (base[0] >= '0' && base[0] <= '9') base = "_" + base;
    const auto is_taken = [&](const std::string& name) {
      const bool is_own = std::any_of(reading.assignments.begin(), reading.assignments.end(),
                                      [&](const NumpyAssignment& one) { return one.name == name; });
      return is_own || sheet_.shape_of(name) || sheet_.is_dimension(name) || sheet_.is_function(name);
    };
    std::string name = base;
    for (int i = 2; is_taken(name) && i < 10000; ++i) name = fmt::format("{}_{}", base, i);
    return name;
  }

  struct Loop {
    std::uint32_t indent = 0;
    std::set<std::string> names;  ///< assigned before it, and not anew in it
  };
  std::vector<Loop> loops_;
  Sketcher sketcher_;
  OpenSheet& sheet_;
  Arrays arrays_;
  struct Assigned {
    std::string name;
    Array value;
    Span span, name_span;
  };
  Assigned last_number_;                           ///< that stands for itself
  std::map<std::string, std::string> classes_of_;  ///< y = np.argmax(Y, axis=1)
  std::string classes_;                            ///< the matrix of classes that the line at hand rests on
};

/// def f(x): return …, and functions whose body is one `return`.
void add_helpers(Reader& reader, const PyProgram& program) {
  const auto& all = program.statements;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].kind != Kind::definition) continue;
    if (all[i].value != nullptr) {
      reader.helper(all[i].word, all[i].parameters, all[i].value);
      continue;
    }
    std::size_t next = i + 1;
    while (next < all.size() && all[next].kind == Kind::other && all[next].word == "docstring") ++next;
    if (next >= all.size() || all[next].kind != Kind::returned || all[next].indent <= all[i].indent ||
        all[next].value == nullptr)
      continue;
    std::vector<std::string> parameters = all[i].parameters;
    if (!parameters.empty() && parameters[0] == "self") parameters.erase(parameters.begin());
    reader.helper(all[i].word, parameters, all[next].value);
  }
}

std::string all_text(const NumpyReading& reading) {
  std::string text;
  for (const NumpyAssignment& one : reading.assignments) text += one.name + "=" + one.reading.gw + "\n";
  return text;
}

/// Every line of both readings is the same node where all lines of each stand below the sheet.
bool means_the_same(const OpenSheet& sheet, const NumpyReading& a, const NumpyReading& b) {
  if (a.assignments.size() != b.assignments.size() || a.assignments.empty()) return false;
  std::vector<std::vector<std::pair<Expr, Shape>>> lines;
  for (const NumpyReading* one : {&a, &b}) {
    lines.emplace_back();
    OpenSheet below(Text(sheet.text().name(), std::string(sheet.text().slice({0, sheet.line_begin()}))), sheet.pool());
    for (const NumpyAssignment& line : one->assignments) {
      const SheetValue value = below.value(line.reading.gw);
      if (!value.is_good()) return false;
      lines.back().emplace_back(value.expr, value.surface);
      if (!line.name.empty()) (void)below.define(line.name, line.reading.gw);
    }
  }
  return lines[0] == lines[1];
}

ReadCode read(const Text& text, Span span, OpenSheet& sheet, const NumpyOptions& options) {
  ReadCode code;
  const PyProgram program = parsed_python(text.content(), span, code.diagnostics);
  const std::vector<const PyStatement*> lines = lines_of(program);
  std::vector<Diagnostic> problems;
  for (const Columns columns : {Columns::two_axes, Columns::one_axis}) {
    Reader reader(sheet, columns);
    add_helpers(reader, program);
    constexpr std::size_t most_lines = 2000;
    for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i) reader.line(*lines[i]);
    reader.end();
    const bool is_first = columns == Columns::two_axes;
    if (is_first) {
      problems = reader.problems;
      code.diagnostics.insert(code.diagnostics.end(), reader.skipped.begin(), reader.skipped.end());
      code.readings.push_back(std::move(reader.reading));
      if (!reader.met_column()) break;
      continue;
    }
    NumpyReading& first = code.readings[0];
    NumpyReading& flat = reader.reading;
    if (all_text(flat) == all_text(first) && flat.conforms == first.conforms) break;
    if (flat.conforms && first.conforms && means_the_same(sheet, first, flat)) break;
    flat.notes.emplace_back("columns of the sheet are arrays of one axis, (n,)");
    const bool is_better = reader.problems.size() < problems.size();
    const bool makes_sense = flat.conforms && !reader.is_surprising() && reader.problems.size() <= problems.size();
    const auto has_wanted = [&](const NumpyReading& one) {
      return options.wanted && !one.assignments.empty() && one.assignments.back().reading.surface == options.wanted;
    };
    if (!makes_sense && !is_better) break;
    if (is_better) problems = reader.problems;
    const bool leads = is_better || !first.conforms || (has_wanted(flat) && !has_wanted(first));
    if (!first.conforms || is_better) code.readings.clear();
    code.readings.insert(leads ? code.readings.begin() : code.readings.end(), std::move(flat));
  }
  code.diagnostics.insert(code.diagnostics.end(), problems.begin(), problems.end());
  if (code.diagnostics.empty() && code.readings[0].assignments.empty())
    code.diagnostics.push_back(
        error("G0611", "there is no array expression here").at(span).help("write one: `dW = delta @ x.T`"));
  add_ways_out(code.diagnostics);
  return code;
}

}  // namespace
}  // namespace numpy

ReadCode read_numpy(const Text& text, Span span, OpenSheet& sheet, const NumpyOptions& options) {
  return numpy::read(text, span, sheet, options);
}

ReadCode read_numpy_file(const Text& text, OpenSheet& sheet, const NumpyOptions& options) {
  return numpy::read(text, {0, static_cast<std::uint32_t>(text.content().size())}, sheet, options);
}

}  // namespace gradwright
