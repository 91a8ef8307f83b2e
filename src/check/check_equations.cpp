// Equations of LaTeX: what their left sides ask, definitions in the order of their use, rows and columns.
#include "check/checking.h"

namespace gradwright::check {

void Checking::equations(const ReadDocument& document) {
  own_.emplace(Notation::latex, result_.text);
  own_->learn(document);
  for (const Diagnostic& one : document.diagnostics) report(one);
  const auto before = static_cast<std::ptrdiff_t>(result_.sides.size());
  std::vector<bool> is_done(document.equations.size(), false);
  for (std::size_t i = 0; i < document.equations.size(); ++i) {
    if (is_done[i]) continue;
    define_rest(document, i, is_done);
    main_ = i;
    equation(document.equations[i]);
  }
  std::stable_sort(result_.sides.begin() + before, result_.sides.end(),
                   [](const JudgedSide& a, const JudgedSide& b) { return a.span.begin < b.span.begin; });
  own_.reset();
}

/// What an equation rests on and is defined after it: `…, where D = Xw − y`. A definition comes before those that use it.
void Checking::define_rest(const ReadDocument& document, std::size_t at, std::vector<bool>& is_done) {
  constexpr std::size_t most = 32;
  const std::vector<ReadEquation>& all = document.equations;
  const auto uses = [&](std::size_t one, std::size_t definition) {
    return one != definition && std::any_of(all[one].sides.begin(), all[one].sides.end(), [&](const ReadSide& side) {
             return !side.readings.empty() && stands_in(side.readings[0].gw, all[definition].left.name);
           });
  };
  std::vector<std::size_t> wanted{at};
  const std::size_t end = std::min(all.size(), at + most);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    for (std::size_t later = at + 1; later < end; ++later) {
      const LeftSide& left = all[later].left;
      const bool is_new = left.kind == LeftSide::Kind::name && !is_done[later] && !judge_.sheet().shape_of(left.name);
      if (!is_new || std::find(wanted.begin(), wanted.end(), later) != wanted.end()) continue;
      if (uses(wanted[i], later)) wanted.push_back(later);
    }
  }
  wanted.erase(wanted.begin());
  while (!wanted.empty()) {
    auto next = std::find_if(wanted.begin(), wanted.end(), [&](std::size_t one) {
      return std::none_of(wanted.begin(), wanted.end(), [&](std::size_t other) { return uses(one, other); });
    });
    if (next == wanted.end()) next = wanted.begin();  // they go round in a circle
    equation(all[*next]);
    is_done[*next] = true;
    wanted.erase(next);
  }
}

namespace {

/// The letter of an index that nothing else in the sides is called.
std::string free_letter(const OpenSheet& sheet, const std::vector<ReadSide>& sides, const std::string& index) {
  std::string other;
  for (const char letter : std::string_view("jkabcefgh")) {
    other = letter;
    const bool is_taken = std::any_of(sides.begin(), sides.end(), [&](const ReadSide& side) {
      return std::any_of(side.readings.begin(), side.readings.end(),
                         [&](const Reading& one) { return stands_in(one.gw, other); });
    });
    if (other != index && !is_taken && !sheet.shape_of(other) && !sheet.is_dimension(other)) break;
  }
  return other;
}

/// The entry `other` of a row or column.
void take_entry(Reading& reading, const std::string& other, bool is_column, std::string note) {
  reading.gw = "(" + reading.gw + ")[" + (is_column ? "" : "1,") + other + "]";
  reading.map.wholes.clear();
  for (SourceMap::Part& part : reading.map.parts) {
    ++part.written.begin;
    ++part.written.end;
  }
  reading.notes.push_back(std::move(note));
}

}  // namespace

/// ∂L/∂w_k, a row or column of W, made a claim about the entries of it: of a row where the readings have the size of one, and are not
/// right of a column. The readings of another size are left out; the sides that have no other stand in what is returned.
std::vector<ReadSide> Checking::slice(const Target& of, Target& wrt, std::vector<ReadSide>& sides) {
  OpenSheet& sheet = judge_.sheet();
  const DimTable& dims = sheet.pool().dims();
  const auto shape = sheet.shape_of(wrt.name);
  if (wrt.entry.size() != 1 || !shape || shape->size() != 2 || dims.is_one((*shape)[0]) || dims.is_one((*shape)[1]))
    return {};
  const std::string index = wrt.entry[0];
  const std::string other = free_letter(sheet, sides, index);
  const auto fits = [&](const Reading& one, bool is_row) {
    const bool is_vector =
        one.surface && one.surface->size() == 2 && (dims.is_one((*one.surface)[0]) || dims.is_one((*one.surface)[1]));
    return is_vector && (*one.surface)[dims.is_one((*one.surface)[1]) ? 0 : 1] == (*shape)[is_row ? 1 : 0];
  };
  const auto of_axis = [&](bool is_row) {
    std::vector<ReadSide> found;
    for (ReadSide side : sides) {
      std::erase_if(side.readings, [&](const Reading& one) { return one.surface && !fits(one, is_row); });
      for (Reading& one : side.readings) {
        if (!one.surface) continue;  // why it does not conform is told
        take_entry(one, other, dims.is_one((*one.surface)[1]),
                   fmt::format("of the {} {} of `{}`, the entry {} is compared", is_row ? "row" : "column", index,
                               wrt.name, other));
      }
      if (!side.readings.empty() || !side.diagnostics.empty()) found.push_back(std::move(side));
    }
    return found;
  };
  const auto is_right = [&](bool is_row) {
    wrt.entry = is_row ? std::vector{index, other} : std::vector{other, index};
    const std::vector<ReadSide> found = of_axis(is_row);
    std::vector<Diagnostic> reasons;
    return !found.empty() && ask(of, wrt) && std::ranges::any_of(found.back().readings, [&](const Reading& one) {
      return judge_.verdict(one.gw, reasons).is_right();
    });
  };
  const auto any_fits = [&](bool is_row) {
    return std::ranges::any_of(sides, [&](const ReadSide& side) {
      return std::ranges::any_of(side.readings, [&](const Reading& one) { return fits(one, is_row); });
    });
  };
  const bool is_row = !any_fits(false) || (any_fits(true) && !is_right(false));
  wrt.entry = is_row ? std::vector{index, other} : std::vector{other, index};
  std::vector<ReadSide> misfits = sides;
  sides = of_axis(is_row);
  std::erase_if(misfits, [&](const ReadSide& one) {
    return std::ranges::any_of(sides, [&](const ReadSide& kept) { return kept.span.begin == one.span.begin; });
  });
  return misfits;
}

/// What claims to be a row or column of a matrix of derivatives, and has another size.
void Checking::misfit(const ReadSide& read, const Target& of, const std::string& wrt, const std::string& index) {
  OpenSheet& sheet = judge_.sheet();
  const Shape shape = *sheet.shape_of(wrt);
  const Dim one = sheet.pool().dims().one();
  JudgedSide judged;
  judged.of = of.name;
  judged.wrt = wrt;
  judged.parts = {{}, of.entry, {index}, {}, false};
  judged.span = read.span;
  judged.line = result_.text.place(read.span.begin).line;
  judged.written = std::string(result_.text.slice(read.span));
  judged.reading = read.readings[0].gw;
  judged.reading_notes = read.readings[0].notes;
  judged.verdict.kind = VerdictKind::wrong_shape;
  judged.verdict.surface = *read.readings[0].surface;
  judged.size = sheet.size_text(judged.verdict.surface);
  judged.truth_size = fmt::format("a row ({}) or a column ({}) of {}", sheet.size_text({one, shape[1]}),
                                  sheet.size_text({shape[0], one}), sheet.size_text(shape));
  result_.sides.push_back(std::move(judged));
}

/// Sides that are to be equal to an expression that was asked about.
void Checking::identity(const std::vector<ReadSide>& sides, const std::string& left,
                        const std::vector<std::string>& entry, bool is_consequence) {
  const std::size_t first = result_.sides.size();
  chain(sides, "", "");
  if (!entry.empty()) return;
  for (std::size_t i = first; i < result_.sides.size(); ++i) {
    if (i > first && !judge_.ask_identity(left)) return;
    look_for_condition(result_.sides[i], left, is_consequence);
  }
  if (!is_consequence || conditions_.empty()) return;
  // It may follow by more than a factor: multiplied by a matrix, or by p(1 - p).
  const auto is_open = [](const JudgedSide& one) { return one.verdict.conforms() && !one.verdict.is_right(); };
  for (std::size_t i = first; i < result_.sides.size(); ++i) {
    if (is_open(result_.sides[i]))
      report(note("G0602", fmt::format("whether this follows from ∂{}/∂{} = 0 is not found, and not looked at",
                                       conditions_.back().of, conditions_.back().wrt))
                 .at(result_.sides[i].span));
  }
  result_.sides.erase(
      std::remove_if(result_.sides.begin() + static_cast<std::ptrdiff_t>(first), result_.sides.end(), is_open),
      result_.sides.end());
}

void Checking::equation(const ReadEquation& equation) {
  const LeftSide& left = equation.left;
  left_ = left.span;
  if (!left.diagnostics.empty()) {
    for (const Diagnostic& one : left.diagnostics) report(one);
    return;
  }
  const bool is_one_wanted =
      std::ranges::any_of(equation.sides, [&](const ReadSide& side) { return is_wanted(side.span); });
  if (left.kind != LeftSide::Kind::name && !is_one_wanted && !equation.is_condition) return;
  switch (left.kind) {
    case LeftSide::Kind::none: return;  // a formula, not a claim
    case LeftSide::Kind::hessian: return second_derivative(equation);
    case LeftSide::Kind::derivative: return derivative_of_what(equation);
    case LeftSide::Kind::name: return named(equation);
    case LeftSide::Kind::expression:
      if (left.readings.empty() || !judge_.ask_identity(left.readings[0].gw, left.of.entry)) return unasked(left.span);
      return identity(equation.sides, left.readings[0].gw, left.of.entry, equation.is_consequence);
  }
}

void Checking::second_derivative(const ReadEquation& equation) {
  const LeftSide& left = equation.left;
  Target of = left.of, wrt = left.wrt;
  if (of.name.empty() || !judge_.sheet().shape_of(of.name)) of.name = loss_;
  if (wrt.name.empty()) wrt = {only_input(of.name), {}, left.span};  // \nabla^2 f
  const Target first = left.first.name.empty() ? wrt : left.first;
  if (wrt.name.empty() || !ask_hessian(of.name, first, wrt)) return unasked(left.span);
  chain(equation.sides, "∇" + of.name, wrt.name,
        {first.name == wrt.name ? "" : first.name, first.entry, wrt.entry, {}, false});
}

/// Of a name, or of an expression, which gets a name.
void Checking::derivative_of_what(const ReadEquation& equation) {
  const LeftSide& left = equation.left;
  if (left.readings.empty()) {
    (void)derivative(equation, left.of, left.wrt, {});
    return;
  }
  const std::string& shown = left.readings[0].gw;
  Target of = left.of;
  of.name = judge_.sheet().shape_of(shown) ? shown : name_of_checker(fmt::format("claimed_{}", ++expressions_));
  if (of.name != shown && !judge_.define(of.name, shown)) return unasked(left.span);
  (void)derivative(equation, of, left.wrt, shown);
}

/// A derivative by the person's own name, which it defines; what solves a condition; a name of the sheet; or a definition.
void Checking::named(const ReadEquation& equation) {
  const std::string& name = equation.left.name;
  const auto define = [&](const ReadSide& side) {
    return !side.readings.empty() && judge_.define(name, side.readings[0].gw);
  };
  if (const std::vector<Claimed> claimed = claimed_by_name(judge_.sheet(), name); !claimed.empty()) {
    const Claimed best = nearest(claimed, equation.sides);
    Target of = equation.left.of, wrt = equation.left.wrt;
    of.name = best.of;
    wrt.name = best.wrt;
    if (derivative(equation, of, wrt, {}) && !judge_.sheet().shape_of(name) && !equation.sides.empty())
      (void)define(equation.sides.back());
    return;
  }
  if (solution(equation)) return;
  if (!judge_.sheet().shape_of(name))
    (void)std::ranges::any_of(equation.sides, define);
  else if (judge_.ask_identity(name))
    identity(equation.sides, name, {});
}

/// `shown`: of what, where that is no name of the sheet.
bool Checking::derivative(const ReadEquation& equation, Target of, Target wrt, const std::string& shown) {
  const Span left = equation.left.span;
  if (of.name.empty() || !judge_.sheet().shape_of(of.name)) of.name = loss_by(wrt.name);
  if (wrt.name.empty() && of.name != loss_) wrt = {only_input(of.name), {}, left};  // \nabla f beside another loss
  std::vector<ReadSide> sides = equation.sides;
  const std::string row = wrt.entry.empty() ? std::string() : wrt.entry[0];
  const std::vector<ReadSide> misfits = slice(of, wrt, sides);
  if (of.name.empty() || wrt.name.empty() || !ask(of, wrt)) {
    const bool is_of_loss = shown.empty() && of.name == loss_;
    if (is_of_loss && wrt.name.empty() && !equation.sides.empty())  // \nabla f
      recognise(equation.sides, {std::string(result_.text.slice(left)), {}, left}, only_input(of.name));
    else if (is_of_loss && !wrt.name.empty() && !judge_.sheet().shape_of(wrt.name))
      recognise(equation.sides, {wrt.name, wrt.entry, left}, only_variable());
    else
      unasked(left);
    return false;
  }
  if (equation.is_condition) conditions_.push_back({of.name, wrt.name});
  for (const ReadSide& one : misfits)
    if (is_wanted(one.span)) misfit(one, of, wrt.name, row);
  chain(sides, shown.empty() ? of.name : shown, wrt.name, {{}, of.entry, wrt.entry, {}, false});
  return true;
}

}  // namespace gradwright::check
