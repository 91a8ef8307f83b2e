// Straight-line code of a small plan (straight_line.h) in C: states stay in variables over all steps, so that a step of a tiny network
// touches no memory but its data.
#include <fmt/format.h>

#include <set>

#include "emit/c_body.h"
#include "emit/straight_line.h"

namespace gradwright::emitting {
namespace {

using Name = StraightLine::Name;
using Kind = StraightLine::Kind;

class Unrolled {
 public:
  Unrolled(const CFunction& function, CScalars& scalars)
      : function_(function), scalars_(scalars), line_(straight_line(function)) {
    for (const auto& [place, name] : line_.states) unread_.insert(place);
  }

  std::string text() {
    const bool has_steps = !function_.streamed.empty();
    const std::string indent = has_steps ? "    " : "  ";
    std::string before, step;
    for (const StraightLine::Node& node : line_.nodes) write(node, indent, before, step);
    // A new state that is the old value of another one is set from a copy.
    for (const auto& [place, name] : line_.states) {
      if (line_.nodes[name].kind == Kind::state) step += declared(indent, "old_" + names_[name], names_[name]);
    }
    for (const auto& [place, name] : line_.outputs) step += fmt::format("{}w[{}] = {};\n", indent, place, names_[name]);
    std::string saves;
    for (const auto& [place, name] : line_.states) {
      const bool is_old = line_.nodes[name].kind == Kind::state;
      step += fmt::format("{}s{} = {}{};\n", indent, place, is_old ? "old_" : "", names_[name]);
      saves += fmt::format("  w[{0}] = s{0};\n", place);
    }
    for (const std::int64_t place : unread_) before += variable("", 's', place);  // what stays where there is no step
    if (has_steps) {
      step = fmt::format("  for (; steps > 0; --steps, data += {}) {{\n", stream_width(function_)) + step + "  }\n";
    }
    return "\n" + head_of(function_, scalars_) + " {\n" + before + step + saves + "}\n";
  }

 private:
  /// The name of a node, and the line that makes it.
  void write(const StraightLine::Node& node, const std::string& indent, std::string& before, std::string& step) {
    const auto arg = [&](std::size_t i) { return i < node.arg_count() ? names_[node.args[i]] : std::string(); };
    switch (node.kind) {
      case Kind::number: names_.push_back(scalars_.number(node.number)); return;
      case Kind::fixed:
        names_.push_back(fmt::format("x{}", node.place));
        before += variable("const ", 'x', node.place);
        return;
      case Kind::state:
        names_.push_back(fmt::format("s{}", node.place));
        before += variable(unread_.erase(node.place) > 0 ? "" : "const ", 's', node.place);
        return;
      case Kind::data: return made(indent, fmt::format("data[{}]", node.place), step);
      case Kind::call: return made(indent, scalars_.call(node.op, arg(0), arg(1), arg(2)), step);
      case Kind::largest:
      case Kind::smallest: {  // nan is the result wherever it stands
        const char sign = node.kind == Kind::largest ? '>' : '<';
        return made(indent, fmt::format("{0} {1} {2} || {0} != {0} ? {0} : {2}", arg(0), sign, arg(1)), step);
      }
    }
  }

  void made(const std::string& indent, const std::string& expression, std::string& step) {
    names_.push_back(fmt::format("v{}", names_.size()));
    step += declared(indent, names_.back(), expression);
  }
  std::string declared(const std::string& indent, const std::string& name, const std::string& expression) const {
    return fmt::format("{}const {} {} = {};\n", indent, scalars_.real(), name, expression);
  }
  std::string variable(const char* constant, char letter, std::int64_t place) const {
    return fmt::format("  {0}{1} {2}{3} = w[{3}];\n", constant, scalars_.real(), letter, place);
  }

  const CFunction& function_;
  CScalars& scalars_;
  StraightLine line_;
  std::vector<std::string> names_;  ///< of the nodes
  std::set<std::int64_t> unread_;   ///< states that change and whose old value no node takes
};

}  // namespace

std::string unrolled_function(const CFunction& function, CScalars& scalars) {
  return Unrolled(function, scalars).text();
}

}  // namespace gradwright::emitting
