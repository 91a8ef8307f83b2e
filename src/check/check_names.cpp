// What a claim is about where it names nothing of the sheet: found by its name or by its formula.
#include "check/checking.h"

namespace gradwright::check {

void Checking::unasked(Span place, const std::string& name) {
  if (is_sheet_good_) report(unclear_claim(place, name, loss_));  // else: what the sheet lacks was said
}

std::string Checking::loss_by(std::string_view wrt) {
  const std::vector<std::string> found = losses_by(judge_.sheet().pool(), judge_.sheet().program(), wrt);
  return found.empty() ? loss_ : found.front();
}

/// Of several things that a name may claim, the one that is right; else the most natural.
Claimed Checking::nearest(const std::vector<Claimed>& claimed, const std::vector<ReadSide>& sides) {
  std::vector<Claimed> all;
  for (const Claimed& one : claimed) {
    std::vector<std::string> of{one.of};
    if (one.of.empty()) of = losses_by(judge_.sheet().pool(), judge_.sheet().program(), one.wrt);
    if (of.empty()) of = {loss_};
    for (const std::string& name : of) all.push_back({name, one.wrt});
  }
  if (all.size() > 1 && !sides.empty() && !sides.back().readings.empty()) {
    for (const Claimed& one : all) {
      std::vector<Diagnostic> reasons;
      const bool is_asked = judge_.ask({one.of, {}, {}}, {one.wrt, {}, {}});
      if (is_asked && judge_.verdict(sides.back().readings[0].gw, reasons).is_right()) return one;
    }
  }
  return all.front();
}

/// What a formula under a name of the person's own is, where it is right: the derivative of the loss by a name of the sheet, or its
/// second derivative by one.
std::optional<Claimed> Checking::recognised(const std::string& gw, Span place, const std::vector<std::string>& entry) {
  constexpr std::size_t most = 64;
  std::vector<std::string> names;
  const Program& program = judge_.sheet().program();
  for (auto one = program.definitions.rbegin(); one != program.definitions.rend(); ++one)
    if (!one->expr.is_none() && one->name != loss_ && !is_of_checker(one->name)) names.push_back(one->name);
  for (const Declaration& one : program.declarations) names.push_back(one.name);
  if (loss_.empty() || names.size() > most) return std::nullopt;
  const auto is_right = [&] {
    std::vector<Diagnostic> reasons;
    return judge_.verdict(gw, reasons).is_right();
  };
  const SheetValue value = entry.empty() ? judge_.value(gw) : SheetValue{};
  if (entry.empty() && !value.is_good()) return std::nullopt;
  const auto fits = [&](const Shape& shape) { return !entry.empty() || shape.size() == value.surface.size(); };
  for (const std::string& name : names) {
    const auto shape = judge_.sheet().shape_of(name);
    if (shape && fits(*shape) && judge_.ask({loss_, {}, place}, {name, entry, place}) && is_right())
      return Claimed{loss_, name};
  }
  for (const Declaration& one : program.declarations) {
    if (entry.empty() && fits(one.surface) && ask_hessian(loss_, {one.name, {}, place}, {one.name, {}, place}) &&
        is_right())
      return Claimed{"∇" + loss_, one.name};
  }
  return std::nullopt;
}

/// Judges sides whose left side names nothing of the sheet.
void Checking::recognise(const std::vector<ReadSide>& sides, Span place, const std::string& name) {
  recognise(sides, {name, {}, place}, {});
}

/// `meant`: by what the derivative is where the formula does not tell; may be empty.
void Checking::recognise(std::vector<ReadSide> sides, const Target& left, const std::string& meant) {
  std::optional<Claimed> found;
  if (!sides.back().readings.empty()) found = recognised(sides.back().readings[0].gw, left.span, left.entry);
  if (!found && !meant.empty() && judge_.ask({loss_, {}, left.span}, {meant, left.entry, left.span}))
    found = Claimed{loss_, meant};
  if (!found) return unasked(left.span, left.name);
  if (!meant.empty()) {
    for (ReadSide& side : sides)
      for (Reading& reading : side.readings)
        reading.notes.push_back(
            left.name.empty() ? fmt::format("by its size it is by `{}`", found->wrt)
            : left.name.starts_with('\\')  // \nabla f
                ? fmt::format("`{}` is by `{}`, the only variable", left.name, found->wrt)
                : fmt::format("`{}` is no name of the sheet: `{}` is meant", left.name, found->wrt));
  }
  if (!left.entry.empty() && !judge_.ask({loss_, {}, left.span}, {found->wrt, left.entry, left.span})) return;
  chain(sides, found->of, found->wrt, {{}, {}, left.entry, {}, false});
}

/// A value of the forward pass claims nothing, and neither does a number.
void Checking::nameless(const ReadSide& side) {
  if (side.readings.empty() || !is_wanted(side.span)) return;
  const SheetValue value = judge_.value(side.readings[0].gw);
  const std::vector<Definition>& all = judge_.sheet().program().definitions;
  const bool is_forward = std::ranges::any_of(all, [&](const Definition& one) { return one.expr == value.expr; });
  if (value.is_good() && (is_forward || value.surface.empty())) return;
  const std::string meant = variable_of_size(value.is_good() ? value.surface : Shape{});
  if (meant.empty() && (!value.is_good() || !recognised(side.readings[0].gw, side.span, {})))
    return report(
        gradwright::note("G0613", "this line is left out: nothing says of what it is the derivative").at(side.span));
  recognise({side}, {{}, {}, side.span}, meant);
}

std::string Checking::variable_of_size(const Shape& surface) {
  std::string found;
  for (const Declaration& one : judge_.sheet().program().declarations) {
    const bool is_parameter = judge_.sheet().pool().payload<InputInfo>(one.input).role == Role::parameter;
    if (!is_parameter || one.surface != surface) continue;
    if (!found.empty()) return {};
    found = one.name;
  }
  return found.empty() ? only_variable() : found;
}

/// The only parameter of the sheet, or what it asks for; empty where there are several.
std::string Checking::only_variable() {
  std::set<std::string> found;
  const Program& program = judge_.sheet().program();
  for (const Declaration& one : program.declarations)
    if (judge_.sheet().pool().payload<InputInfo>(one.input).role == Role::parameter) found.insert(one.name);
  if (found.empty()) {
    for (const Request& request : program.requests)
      for (const Target& by : request.wrt) found.insert(by.name);
  }
  return found.size() == 1 ? *found.begin() : std::string();
}

std::string Checking::only_input(const std::string& of) {
  const std::string found = only_variable_of(judge_.sheet(), of);
  return found.empty() ? only_variable() : found;
}

bool Checking::ask(const Target& of, const Target& wrt) {
  const bool is_of_entry = !of.entry.empty() && wrt.entry.empty() && judge_.sheet().shape_of(wrt.name) != Shape{};
  if (!is_of_entry) return judge_.ask(of, wrt);
  const std::string name = name_of_checker(fmt::format("{}_{}", of.name, fmt::join(of.entry, "_")));
  const std::string entry = fmt::format("{}[{}]", of.name, fmt::join(of.entry, ","));
  const bool is_known = judge_.sheet().shape_of(name) || judge_.define(name, entry);
  return is_known && judge_.ask({name, {}, of.span}, wrt);
}

bool Checking::ask_hessian(const std::string& of, const Target& first, const Target& wrt) {
  const std::string slope = name_of_checker("slope_of_" + of + "_by_" + first.name);
  const bool is_known = judge_.sheet().shape_of(slope) || judge_.define(slope, "grad(" + of + "," + first.name + ")");
  if (!is_known) return false;
  const Target gradient{slope, first.entry, first.span};
  const bool is_square = first.name == wrt.name && first.entry.empty() && wrt.entry.empty();
  return is_square ? judge_.ask(gradient, wrt, true) : ask(gradient, wrt);
}

}  // namespace gradwright::check
