#include "check/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "check/judge.h"
#include "check/own_notation.h"
#include "check/reassigned.h"
#include "check/report.h"
#include "read/reading/claims.h"

namespace gradwright::check {
namespace {

/// How near to right a verdict is; of several readings the nearest counts.
int rank(const Verdict& verdict) {
  return verdict.trap ? 20 + static_cast<int>(verdict.kind) : static_cast<int>(verdict.kind);
}

class Checking {
 public:
  Checking(const Text& sheet, const Text& document, const CheckOptions& options)
      : judge_(sheet, options.layout),
        loss_(loss_of(judge_.sheet().program())),
        options_(options),
        result_{{}, {}, document} {}

  [[nodiscard]] Checked take() { return std::move(result_); }
  [[nodiscard]] Judge& judge() { return judge_; }

  void report(Diagnostic diagnostic) { result_.diagnostics.push_back(std::move(diagnostic)); }
  /// The sheet itself, beside its claims, has errors.
  void note_errors() { is_sheet_good_ = false; }

  void claim(const Claim& claim) {
    if (claim.kind == Claim::Kind::latex || claim.kind == Claim::Kind::numpy) {
      raw(claim);
      return;
    }
    const Text& text = judge_.text();
    left_ = claim.left;
    const bool is_identity = claim.kind == Claim::Kind::identity;
    const bool is_second = !claim.first.name.empty();
    std::vector<ReadSide> sides;
    for (const Span span : claim.right) {
      ReadSide side;
      side.span = span;
      side.readings.push_back(
          {std::string(text.slice(span)), {{{{0, span.end - span.begin}, span}}, {}}, std::nullopt, {}});
      sides.push_back(std::move(side));
    }
    const bool is_asked = is_identity ? judge_.ask_identity(std::string(text.slice(claim.left)))
                          : is_second ? ask_hessian(claim.of.name, claim.first.name, claim.wrt.name, claim.left)
                                      : judge_.ask(claim.of, claim.wrt);
    if (is_asked) {
      const std::string of = is_identity ? std::string() : (is_second ? "∇" : "") + claim.of.name;
      chain(sides, of, claim.wrt.name, {claim.first.name, claim.of.entry, claim.wrt.entry});
      return;
    }
    const std::vector<Claimed> claimed =
        is_identity ? claimed_by_name(judge_.sheet(), text.slice(claim.left)) : std::vector<Claimed>{};
    const Claimed best = claimed.empty() ? Claimed{} : nearest(claimed, sides);
    if (judge_.ask({best.of, {}, claim.left}, {best.wrt, {}, claim.left}))
      chain(sides, best.of, best.wrt);
    else
      unasked(claim.left);
  }

  void equations(const ReadDocument& document) {
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
    own_.reset();
    std::stable_sort(result_.sides.begin() + before, result_.sides.end(),
                     [](const JudgedSide& a, const JudgedSide& b) { return a.span.begin < b.span.begin; });
  }

  /// What an equation rests on and is defined after it: `…, where D = Xw − y`. A definition comes before those that use it.
  void define_rest(const ReadDocument& document, std::size_t at, std::vector<bool>& is_done) {
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

  void code(const ReadCode& code) {
    for (const Diagnostic& one : code.diagnostics) report(one);
    std::optional<JudgedCode> best;
    std::size_t conforming = 0;
    for (const NumpyReading& reading : code.readings) {
      JudgedCode judged = judged_code(reading);
      conforming += judged.conforms ? 1 : 0;
      if (!best || judged.rank < best->rank) best = std::move(judged);
    }
    if (!best) return;
    for (JudgedSide& side : best->sides) result_.sides.push_back(std::move(side));
  }

 private:
  struct JudgedCode {
    std::vector<JudgedSide> sides;
    int rank = 0;
    bool conforms = true;
  };

  void unasked(Span place, const std::string& name = {}) {
    if (is_sheet_good_) report(unclear_claim(place, name, loss_));  // else: what the sheet lacks was said
  }

  /// Of several things that a name may claim, the one that is right; else the most natural.
  Claimed nearest(std::vector<Claimed> claimed, const std::vector<ReadSide>& sides) {
    for (Claimed& one : claimed) {
      if (one.of.empty()) one.of = loss_;
    }
    if (claimed.size() > 1 && !sides.empty() && !sides.back().readings.empty()) {
      for (const Claimed& one : claimed) {
        std::vector<Diagnostic> reasons;
        const bool is_asked = judge_.ask({one.of, {}, {}}, {one.wrt, {}, {}});
        if (is_asked && judge_.verdict(sides.back().readings[0].gw, reasons).is_right()) return one;
      }
    }
    return claimed.front();
  }

  /// What a formula under a name of the person's own is, where it is right: the derivative of the loss by a name of the sheet, or its
  /// second derivative by one.
  std::optional<Claimed> recognised(const std::string& gw, Span place, const std::vector<std::string>& entry) {
    constexpr std::size_t most = 64;
    std::vector<std::string> names;
    const Program& program = judge_.sheet().program();
    for (auto one = program.definitions.rbegin(); one != program.definitions.rend(); ++one)
      if (!one->expr.is_none() && one->name != loss_) names.push_back(one->name);
    for (const Declaration& one : program.declarations) names.push_back(one.name);
    if (loss_.empty() || names.size() > most) return std::nullopt;
    if (!entry.empty()) {
      for (const std::string& name : names) {
        std::vector<Diagnostic> reasons;
        const bool is_asked = judge_.ask({loss_, {}, place}, {name, entry, place});
        if (is_asked && judge_.verdict(gw, reasons).is_right()) return Claimed{loss_, name};
      }
      return std::nullopt;
    }
    const SheetValue value = judge_.value(gw);
    if (!value.is_good()) return std::nullopt;
    const auto is_it = [&](const Target& of, const std::string& wrt, bool is_second) {
      std::vector<Diagnostic> reasons;
      return judge_.ask(of, {wrt, {}, place}, is_second) && judge_.verdict(gw, reasons).is_right();
    };
    for (const std::string& name : names) {
      const auto shape = judge_.sheet().shape_of(name);
      if (shape && shape->size() == value.surface.size() && is_it({loss_, {}, place}, name, false))
        return Claimed{loss_, name};
    }
    for (const Declaration& one : program.declarations) {
      if (one.surface.size() == value.surface.size() && ask_hessian(loss_, one.name, one.name, place)) {
        std::vector<Diagnostic> reasons;
        if (judge_.verdict(gw, reasons).is_right()) return Claimed{"∇" + loss_, one.name};
      }
    }
    return std::nullopt;
  }

  /// Judges sides whose left side names nothing of the sheet.
  void recognise(const std::vector<ReadSide>& sides, Span place, const std::string& name) {
    recognise(sides, {name, {}, place}, {});
  }
  /// `meant`: by what the derivative is where the formula does not tell; may be empty.
  void recognise(std::vector<ReadSide> sides, const Target& left, const std::string& meant) {
    std::optional<Claimed> found;
    if (!sides.back().readings.empty()) found = recognised(sides.back().readings[0].gw, left.span, left.entry);
    if (!found && !meant.empty() && judge_.ask({loss_, {}, left.span}, {meant, left.entry, left.span}))
      found = Claimed{loss_, meant};
    if (!found) return unasked(left.span, left.name);
    if (!meant.empty()) {
      for (ReadSide& side : sides)
        for (Reading& reading : side.readings)
          reading.notes.push_back(fmt::format("`{}` is no name of the sheet: `{}` is meant", left.name, found->wrt));
    }
    if (!left.entry.empty() && !judge_.ask({loss_, {}, left.span}, {found->wrt, left.entry, left.span})) return;
    chain(sides, found->of, found->wrt, {{}, {}, left.entry});
  }

  /// The only parameter of the sheet, or what it asks for; empty where there are several.
  [[nodiscard]] std::string only_variable() {
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

  /// Asks for the derivative by `wrt` of the gradient by `first`.
  bool ask_hessian(const std::string& of, const std::string& first, const std::string& wrt, Span place) {
    const std::string slope = "slope_of_" + of + "_by_" + first;
    const bool is_known = judge_.sheet().shape_of(slope) || judge_.define(slope, "grad(" + of + "," + first + ")");
    return is_known && judge_.ask({slope, {}, place}, {wrt, {}, place}, first == wrt);
  }

  void raw(const Claim& claim) {
    const ClaimReadings read = readings_of(judge_.text(), claim, judge_.sheet());
    const std::size_t before = result_.sides.size(), reported = result_.diagnostics.size();
    if (claim.kind == Claim::Kind::latex) {
      equations(read.latex);
      const bool is_silent = result_.sides.size() == before && result_.diagnostics.size() == reported;
      const ReadEquation* said = is_silent && !read.latex.equations.empty() ? &read.latex.equations[main_] : nullptr;
      if (said != nullptr && !said->sides.empty())
        recognise(said->sides, claim.span, said->left.name);
      else if (is_silent)
        unasked(claim.span);
    } else {
      code(read.numpy);
    }
  }

  /// ∂L/∂w_k, a row or column of W, made a claim about the entries of it. False where a size does not tell which.
  bool slice(Target& wrt, std::vector<ReadSide>& sides) {
    OpenSheet& sheet = judge_.sheet();
    const DimTable& dims = sheet.pool().dims();
    const auto shape = sheet.shape_of(wrt.name);
    if (wrt.entry.size() != 1 || !shape || shape->size() != 2 || dims.is_one((*shape)[0]) || dims.is_one((*shape)[1]))
      return true;
    std::string other;
    for (const char letter : std::string_view("jkabcefgh")) {
      other = letter;
      const bool is_taken = std::any_of(sides.begin(), sides.end(), [&](const ReadSide& side) {
        return std::any_of(side.readings.begin(), side.readings.end(),
                           [&](const Reading& one) { return stands_in(one.gw, other); });
      });
      if (other != wrt.entry[0] && !is_taken && !sheet.shape_of(other) && !sheet.is_dimension(other)) break;
    }
    const std::string index = wrt.entry[0];
    for (ReadSide& side : sides) {
      for (Reading& reading : side.readings) {
        if (!reading.surface || reading.surface->size() != 2) return false;
        const bool is_column = dims.is_one((*reading.surface)[1]);
        const Dim length = (*reading.surface)[is_column ? 0 : 1];
        const bool is_row_of_matrix = length == (*shape)[1];
        if (!is_row_of_matrix && length != (*shape)[0]) return false;
        wrt.entry = is_row_of_matrix ? std::vector{index, other} : std::vector{other, index};
        reading.gw = "(" + reading.gw + ")[" + (is_column ? "" : "1,") + other + "]";
        for (SourceMap::Part& part : reading.map.parts) {
          ++part.written.begin;
          ++part.written.end;
        }
        reading.notes.push_back(fmt::format("of the {} {} of `{}`, the entry {} is compared",
                                            is_row_of_matrix ? "row" : "column", index, wrt.name, other));
      }
    }
    return wrt.entry.size() == 2;
  }

  void equation(const ReadEquation& equation) {
    const LeftSide& left = equation.left;
    left_ = left.span;
    Target of = left.of;
    Target wrt = left.wrt;
    std::string defined;
    std::string shown;  // of what, where that is no name of the sheet
    if (!left.diagnostics.empty()) {
      for (const Diagnostic& one : left.diagnostics) report(one);
      return;
    }
    switch (left.kind) {
      case LeftSide::Kind::none:
        return;  // a formula, not a claim
      case LeftSide::Kind::hessian: {
        if (of.name.empty() || !judge_.sheet().shape_of(of.name)) of.name = loss_;
        if (wrt.name.empty() || !wrt.entry.empty() || !ask_hessian(of.name, wrt.name, wrt.name, wrt.span)) {
          unasked(left.span);
          return;
        }
        chain(equation.sides, "∇" + of.name, wrt.name);
        return;
      }
      case LeftSide::Kind::derivative:
        if (!left.readings.empty()) {
          shown = left.readings[0].gw;
          if (judge_.sheet().shape_of(shown)) {
            of.name = shown;
          } else {
            of.name = fmt::format("claimed_{}", ++expressions_);
            judge_.define(of.name, shown);
          }
        }
        break;
      case LeftSide::Kind::name: {
        defined = left.name;
        if (const std::vector<Claimed> claimed = claimed_by_name(judge_.sheet(), left.name); !claimed.empty()) {
          const Claimed best = nearest(claimed, equation.sides);
          of.name = best.of;
          wrt.name = best.wrt;
        } else if (judge_.sheet().shape_of(left.name)) {
          if (judge_.ask_identity(left.name)) chain(equation.sides, "", "");
          return;
        } else {
          for (const ReadSide& side : equation.sides) {
            if (!side.readings.empty() && judge_.define(left.name, side.readings[0].gw)) break;
          }
          return;
        }
        break;
      }
      case LeftSide::Kind::expression:
        if (left.readings.empty() || !judge_.ask_identity(left.readings[0].gw)) {
          unasked(left.span);
          return;
        }
        chain(equation.sides, "", "");
        return;
    }
    if (of.name.empty() || !judge_.sheet().shape_of(of.name)) of.name = loss_;
    std::vector<ReadSide> sides = equation.sides;
    if (!slice(wrt, sides) || of.name.empty() || wrt.name.empty() || !judge_.ask(of, wrt)) {
      if (shown.empty() && of.name == loss_ && !wrt.name.empty() && !judge_.sheet().shape_of(wrt.name))
        recognise(equation.sides, {wrt.name, wrt.entry, left.span}, only_variable());
      else
        unasked(left.span);
      return;
    }
    chain(sides, shown.empty() ? of.name : shown, wrt.name, {{}, of.entry, wrt.entry});
    if (!defined.empty() && !judge_.sheet().shape_of(defined) && !equation.sides.empty() &&
        !equation.sides.back().readings.empty())
      judge_.define(defined, equation.sides.back().readings[0].gw);
  }

  /// False where it claims nothing.
  bool judge_assignment(const NumpyAssignment& one, bool is_last) {
    ReadSide side;
    side.span = one.span;
    side.readings.push_back(one.reading);
    const std::vector<Claimed> claimed = claimed_by_name(judge_.sheet(), one.target);
    const Claimed best = claimed.empty() ? Claimed{} : nearest(claimed, {side});
    const bool is_asked = judge_.ask({best.of, {}, one.target_span}, {best.wrt, {}, one.target_span});
    const bool is_judged = is_asked && is_wanted(one.span);
    if (is_judged)
      chain({side}, best.of, best.wrt);
    else if (is_last && result_.sides.empty())
      recognise({side}, one.span, one.target);
    judge_.define(one.name, one.reading.gw);
    return is_judged;
  }

  JudgedCode judged_code(const NumpyReading& reading) {
    JudgedCode result;
    Checking own(judge_.text(), result_.text, options_);
    own.own_.emplace(Notation::numpy, result_.text);
    for (const NumpyAssignment& one : reading.assignments) own.own_->learn(one.reading);
    std::map<const NumpyAssignment*, std::size_t> side_of;  // place of its side
    std::vector<bool> is_dropped;
    for (const NumpyAssignment& one : reading.assignments) {
      const bool is_judged = own.judge_assignment(one, &one == &reading.assignments.back());
      is_dropped.resize(own.result_.sides.size(), false);
      const NumpyAssignment* before = continued(reading.assignments, one);
      const auto earlier = side_of.find(before);
      if (is_judged) side_of[&one] = own.result_.sides.size() - 1;
      if (!is_judged || earlier == side_of.end()) continue;
      const std::size_t first = earlier->second, second = own.result_.sides.size() - 1;
      const JudgedSide& old = own.result_.sides[first];
      const Declaration* variable = own.judge_.sheet().program().declaration(old.wrt);
      const bool is_parameter =
          variable != nullptr && own.judge_.sheet().pool().payload<InputInfo>(variable->input).role == Role::parameter;
      // The line that claims: the last for parameters and sums; for a node on the way, the one that is right.
      const bool is_last_claimed = is_parameter || adds_to(one.reading.gw, before->name) || !old.verdict.is_right();
      std::vector<std::string>& notes = own.result_.sides[second].reading_notes;
      notes.insert(notes.begin(), old.reading_notes.begin(), old.reading_notes.end());
      is_dropped[is_last_claimed ? first : second] = true;
      if (!is_last_claimed) side_of[&one] = first;
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < own.result_.sides.size(); ++i) {
      if (is_dropped[i]) continue;
      if (kept != i) own.result_.sides[kept] = std::move(own.result_.sides[i]);
      ++kept;
    }
    own.result_.sides.resize(kept);
    for (const JudgedSide& side : own.result_.sides) {
      result.rank += rank(side.verdict);
      result.conforms = result.conforms && side.verdict.kind != VerdictKind::nonconforming;
    }
    if (own.result_.sides.empty()) result.rank = 1000;
    for (Diagnostic& one : own.result_.diagnostics) report(std::move(one));
    result.sides = std::move(own.result_.sides);
    return result;
  }

  void chain(const std::vector<ReadSide>& sides, const std::string& of, const std::string& wrt,
             const SubjectParts& parts = {}) {
    Expr above;
    for (std::size_t index = 0; index < sides.size(); ++index) {
      if (!is_wanted(sides[index].span) || rests_on_errors(sides[index])) continue;
      JudgedSide judged = side(sides[index], of, wrt);
      judged.index = index;
      judged.parts = parts;
      const SheetValue value = judged.reading.empty() ? SheetValue{} : judge_.value(judged.reading);
      if (index > 0 && !above.is_none() && value.is_good())
        judged.follows = equivalent(judge_.sheet().pool(), judge_.forms(), above, value.expr, 4).is_equal();
      else if (index > 0)
        judged.follows = false;
      above = value.is_good() ? value.expr : Expr{};
      result_.sides.push_back(std::move(judged));
    }
  }

  /// It cannot be read for a definition of the sheet that has an error.
  [[nodiscard]] bool rests_on_errors(const ReadSide& side) {
    if (is_sheet_good_ || !side.readings.empty() || side.diagnostics.empty()) return false;
    const std::vector<Definition>& definitions = judge_.sheet().program().definitions;
    return std::any_of(definitions.begin(), definitions.end(), [&](const Definition& one) {
      return one.expr.is_none() && side.diagnostics[0].message == fmt::format("unknown name `{}`", one.name);
    });
  }

  JudgedSide side(const ReadSide& read, const std::string& of, const std::string& wrt) {
    JudgedSide judged;
    judged.of = of;
    judged.wrt = wrt;
    judged.span = read.span;
    judged.line = result_.text.place(read.span.begin).line;
    judged.written = std::string(result_.text.slice(read.span));
    judged.truth = judge_.truth_formula();
    judged.truth_size = judge_.sheet().size_text(judge_.truth().surface);
    if (read.readings.empty()) {
      judged.verdict.kind = VerdictKind::nonconforming;
      judged.diagnostics = read.diagnostics;
      return judged;
    }
    const Reading* best = nullptr;
    std::size_t conforming = 0;
    for (const Reading& reading : read.readings) {
      std::vector<Diagnostic> reasons;
      Verdict verdict = judge_.verdict(reading.gw, reasons);
      conforming += verdict.kind != VerdictKind::nonconforming ? 1 : 0;
      if (best != nullptr)
        judged.other_readings.push_back(reading.gw + " (" + std::string(verdict_name(verdict.kind)) + ")");
      if (best != nullptr && rank(verdict) >= rank(judged.verdict)) continue;
      if (best != nullptr)
        judged.other_readings.back() = best->gw + " (" + std::string(verdict_name(judged.verdict.kind)) + ")";
      best = &reading;
      judged.verdict = std::move(verdict);
      judged.reading = reading.gw;
      judged.reading_notes = reading.notes;
      for (Diagnostic& reason : reasons) move_into_text(reason, reading);
      judged.diagnostics = std::move(reasons);
    }
    if (judged.verdict.kind != VerdictKind::nonconforming)
      judged.size = judge_.sheet().size_text(judged.verdict.surface);
    const bool is_entry = !judge_.truth().indices.empty();
    if (options_.anatomy && !is_entry) judged.anatomy = anatomy_of(judge_.sheet(), judged.reading);
    if (options_.repairs) {
      judge_.find_mistakes(judged);
      for (Repair& repair : judged.repairs) {
        repair.proved = judge_.is_proved(repair.gw);
        if (!own_) repair.text = std::string(result_.text.slice(left_)) + " = " + repair.gw;
        if (options_.anatomy && !is_entry) repair.sized = sized_lines(anatomy_of(judge_.sheet(), repair.gw), repair.gw);
      }
      move_findings(judged, best->map);
      if (own_) own_->draft(judged, *best, judge_.sheet(), judge_.truth().indices, left_);
    }
    std::vector<std::string> own;
    for (const Definition& definition : judge_.sheet().program().definitions) {
      if (stands_in(judged.reading, definition.name)) own.push_back(definition.name);
    }
    for (std::string& note : judge_.own_names(own)) judged.verdict.notes.push_back(std::move(note));
    return judged;
  }

  /// From the line below the sheet back to where the person wrote it.
  void move_into_text(Diagnostic& diagnostic, const Reading& reading) const {
    const std::uint32_t begin = const_cast<Judge&>(judge_).sheet().line_begin();
    const auto moved = [&](Span span) {
      if (span.begin < begin) return span;
      return reading.map.source_of({span.begin - begin, span.end - begin});
    };
    diagnostic.span = moved(diagnostic.span);
    for (SpanLabel& label : diagnostic.labels) label.span = moved(label.span);
    for (FixIt& fixit : diagnostic.fixits) fixit.span = moved(fixit.span);
  }

  Judge judge_;
  [[nodiscard]] bool is_wanted(Span side) const {
    return !options_.within || (options_.within->begin <= side.begin && side.begin < options_.within->end);
  }

  const std::string loss_;
  int expressions_ = 0;  ///< that claims were about, beside names
  const CheckOptions& options_;
  Checked result_;
  std::optional<OwnNotation> own_;  ///< of what is read, where it is not the worksheet language
  Span left_;                       ///< the left side as written
  bool is_sheet_good_ = true;
  std::size_t main_ = 0;  ///< of the equations read last, the last one that others do not rest on
};

}  // namespace

Checked checked(const Text& sheet, const CheckOptions& options) {
  Checking checking(sheet, sheet, options);
  const Program& program = checking.judge().sheet().program();
  const std::vector<Claim> claims = program.claims;
  for (const Diagnostic& one : program.diagnostics) {
    // What is wrong inside a claim is part of its verdict.
    const auto is_inside = [&](const Claim& claim) {
      return one.span.begin >= claim.span.begin &&
             one.span.end <= (claim.right.empty() ? claim.span.end : std::max(claim.span.end, claim.right.back().end));
    };
    if (std::any_of(claims.begin(), claims.end(), is_inside)) continue;
    checking.report(one);
    if (one.severity == Severity::error) checking.note_errors();
  }
  for (const Claim& claim : claims) checking.claim(claim);
  Checked found = checking.take();
  if (options.repairs) read_back(found, options, checked);
  return found;
}

Checked checked_document(const Text& document, Notation notation, const Text& sheet, const CheckOptions& options) {
  Checking checking(sheet, document, options);
  for (const Diagnostic& one : checking.judge().sheet().program().diagnostics) {
    if (one.severity != Severity::error) continue;
    checking.report(one);
    checking.note_errors();
  }
  if (notation == Notation::latex)
    checking.equations(read_latex_document(document, checking.judge().sheet()));
  else
    checking.code(read_numpy_file(document, checking.judge().sheet()));
  Checked found = checking.take();
  if (options.repairs) {
    read_back(found, options, [&](const Text& text, const CheckOptions& within) {
      return checked_document(text, notation, sheet, within);
    });
  }
  return found;
}

}  // namespace gradwright::check
