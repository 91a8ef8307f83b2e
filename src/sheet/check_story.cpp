#include "sheet/check_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "check/report.h"
#include "explain/reasons.h"
#include "sheet/derivatives.h"
#include "sheet/explain.h"
#include "sheet/session.h"

namespace gradwright {
namespace {

using check::JudgedSide;
using check::VerdictKind;

/// With names as the sheet writes them: z_2 for z₂.
std::string words(const Rich& rich) {
  std::string text;
  for (const Run& run : rich.runs()) text += run.sheet.empty() ? run.unicode : run.sheet;
  return text;
}

/// Blanks where claims and requests stand: lines keep their numbers.
std::string network_of(const Text& sheet, const Program& program) {
  std::string content = sheet.content();
  const auto blank = [&](Span span) {
    for (std::size_t i = span.begin; i < std::min<std::size_t>(span.end, content.size()); ++i) {
      if (content[i] != '\n') content[i] = ' ';
    }
  };
  for (const Claim& claim : program.claims) {
    blank({claim.span.begin, claim.right.empty() ? claim.span.end : std::max(claim.span.end, claim.right.back().end)});
  }
  for (const Request& request : program.requests) blank(request.span);
  return content + (content.ends_with('\n') ? "" : "\n");
}

/// The derivative that a side is about, derived; with an entry at free letters where its variable has axes.
class TrueDerivation {
 public:
  TrueDerivation(const Text& sheet, const std::string& of, const std::string& wrt, std::optional<Layout> layout,
                 bool is_story) {
    if (of.empty() || wrt.empty()) return;
    Pool pool;
    const Program program = read_formula(sheet, pool, reading_options());
    const auto is_known = [&](const std::string& name) {
      return program.declaration(name) != nullptr || program.definition(name) != nullptr;
    };
    if (!is_known(of) || !is_known(wrt)) return;
    const std::string network = network_of(sheet, program);
    DeriveOptions options;
    options.layout = layout;
    options.verify = is_story;
    for (const bool with_entry : {is_story, false}) {
      const std::string entry = with_entry ? letters_for(pool, program, wrt) : std::string();
      if (with_entry && entry.empty()) continue;
      session_.emplace(Text(sheet.name(), fmt::format("{}derive {} wrt {}{}\n", network, of, wrt, entry)));
      std::vector<Derived> found = session_->derived(options);
      if (found.size() != 1) continue;
      derived_ = std::move(found[0]);
      return;
    }
  }

  [[nodiscard]] bool is_known() const { return derived_.has_value(); }
  [[nodiscard]] Session& session() { return *session_; }
  [[nodiscard]] Pool& pool() { return session_->pool(); }
  [[nodiscard]] const Derived& derived() const { return *derived_; }

 private:
  /// `[i,j]` for a matrix, `[i]` for a vector, of letters that the sheet does not use; empty for a scalar and for tensors.
  static std::string letters_for(const Pool& pool, const Program& program, const std::string& wrt) {
    const Declaration* declaration = program.declaration(wrt);
    const Definition* definition = program.definition(wrt);
    const Expr expr = declaration != nullptr ? declaration->input : definition->expr;
    if (expr.is_none()) return {};
    const std::size_t order = pool.order(expr);
    const auto symbols = pool.dims().symbols();
    std::vector<std::string> letters;
    for (const char* letter : {"i", "j", "k", "p", "q", "r", "s"}) {
      const bool is_taken = program.declaration(letter) != nullptr || program.definition(letter) != nullptr ||
                            std::find(symbols.begin(), symbols.end(), letter) != symbols.end();
      if (!is_taken && letters.size() < order) letters.emplace_back(letter);
    }
    if (order == 0 || order > 2 || letters.size() < order) return {};
    return order == 1 ? "[" + letters[0] + "]" : "[" + letters[0] + "," + letters[1] + "]";
  }

  std::optional<Session> session_;
  std::optional<Derived> derived_;
};

bool is_about_layout(const JudgedSide& side) {
  switch (side.verdict.kind) {
    case VerdictKind::nonconforming:
    case VerdictKind::wrong_shape:
    case VerdictKind::equal_transposed: return true;
    default: break;
  }
  static const std::set<std::string, std::less<>> names = {"wrong-order", "missing-transpose", "layout-mix",
                                                           "hadamard-vs-matmul"};
  return std::any_of(side.mistakes.begin(), side.mistakes.end(),
                     [&](const check::Mistake& one) { return names.contains(one.name); });
}

Formula plain_formula(const std::string& gw, Aligned sized) {
  Formula formula;
  formula.gw = formula.unicode = gw;
  formula.sized = std::move(sized);
  formula.latex = "\\mathtt{" + gw + "}";
  return formula;
}

class Teller {
 public:
  Teller(const JudgedSide& side, const Text& sheet, std::optional<Layout> layout)
      : side_(side), truth_(sheet, side.of, side.wrt, layout, true) {}

  Document story() {
    const bool is_right = side_.verdict.is_right();
    document_.title(
        fmt::format("line {}: {}: {}", side_.line, check::subject_of(side_), check::summary_of(side_.verdict)));
    formula();
    if (is_right)
      yes();
    else
      mistakes();
    if (truth_.is_known()) {
      if (!is_right || is_about_layout(side_)) tell_layout(document_, truth_.pool(), truth_.derived());
      derivation();
    }
    if (!is_right) repairs();
    return std::move(document_);
  }

 private:
  void formula() {
    document_.heading("your formula, with the size of every factor");
    if (side_.reading != side_.written && !side_.reading.empty())
      document_.item(fmt::format("`{}` is read as `{}`", side_.written, side_.reading));
    const check::Anatomy& anatomy = side_.anatomy;
    const bool is_known = !anatomy.factors.empty() && !side_.reading.empty();
    const std::string& shown = side_.reading.empty() ? side_.written : side_.reading;
    document_.equation({}, plain_formula(shown, is_known ? check::sized_lines(anatomy, shown) : Aligned{}));
    for (const check::SizeBreak& one : anatomy.breaks) {
      document_.item(fmt::format("here it breaks: `{}` is {} and `{}` is {}", slice(one.left.span), one.left.size,
                                 slice(one.right.span), one.right.size));
    }
    if (!side_.size.empty())
      document_.item(side_.size == side_.truth_size
                         ? fmt::format("all together it is {}, as {} is", side_.size, check::subject_of(side_))
                         : fmt::format("all together it is {}, and {} is {}", side_.size, check::subject_of(side_),
                                       side_.truth_size));
    for (const std::string& origin : anatomy.origins) document_.item(origin);
  }

  [[nodiscard]] std::string slice(Span span) const { return side_.reading.substr(span.begin, span.end - span.begin); }

  /// Why it is right: each factor that the derivation has as the claim has it.
  void yes() {
    bool any = false;
    const std::vector<std::string>& transposed = side_.anatomy.transposed;
    const std::vector<FactorReason> reasons =
        truth_.is_known() ? factor_reasons(truth_.pool(), truth_.derived()) : std::vector<FactorReason>{};
    std::set<std::string> said;
    for (const FactorReason& reason : reasons) {
      const bool stands_transposed = std::find(transposed.begin(), transposed.end(), reason.name) != transposed.end();
      if (!reason.is_transposed || !stands_transposed || !said.insert(reason.name).second) continue;
      if (!any) document_.heading("is it right?");
      any = true;
      document_.paragraph(
          Rich("yes, the transpose of ").add(name_run(reason.name)).add(" is right, because ").add(reason.because));
    }
    if (any) return;
    document_.heading("is it right?");
    Rich answer(fmt::format("yes: {}", check::summary_of(side_.verdict)));
    const auto own =
        std::find_if(reasons.begin(), reasons.end(), [](const FactorReason& one) { return one.of_variable; });
    document_.paragraph(own == reasons.end() ? answer : answer.add(", because ").add(own->because));
  }

  void mistakes() {
    if (side_.mistakes.empty()) return;
    document_.heading(side_.mistakes.size() == 1 ? "the mistake" : "the mistakes");
    for (const check::Mistake& mistake : side_.mistakes) document_.item(mistake.text);
    if (!truth_.is_known()) return;
    std::set<std::string> said;
    for (const FactorReason& reason : factor_reasons(truth_.pool(), truth_.derived())) {
      const bool is_met = side_.reading.find(reason.name) != std::string::npos;
      if (!is_met || !reason.is_transposed || !said.insert(reason.name).second) continue;
      const std::vector<std::string>& transposed = side_.anatomy.transposed;
      const bool stands_transposed = std::find(transposed.begin(), transposed.end(), reason.name) != transposed.end();
      const Run name = name_run(reason.name);
      document_.item((stands_transposed ? Rich("the transpose of ").add(name).add(" is right, because ")
                                        : Rich("going back, ").add(name).add(" stands transposed, because "))
                         .add(reason.because));
    }
  }

  void derivation() {
    Document story = explained(truth_.session(), truth_.derived(), ExplainOptions{});
    for (Block& block : story.blocks) {
      if (block.kind != Block::Kind::title) document_.blocks.push_back(std::move(block));
    }
  }

  void repairs() {
    if (side_.repairs.empty()) return;
    document_.heading(side_.repairs.size() == 1 ? "the repair" : "repairs, the smallest first");
    for (const check::Repair& repair : side_.repairs) {
      if (!repair.replacement.empty()) document_.item(fmt::format("as you write it: `{}`", repair.text));
      document_.equation({}, plain_formula(repair.gw, repair.sized));
      document_.item(fmt::format("this is {} ({}{})", check::subject_of(side_), side_.truth_size,
                                 repair.proved ? ", proved" : ""));
      for (const check::Edit& edit : repair.edits) document_.item(edit.text);
    }
  }

  const JudgedSide& side_;
  TrueDerivation truth_;
  Document document_;
};

}  // namespace

void note_layouts(check::Checked& checked, const Text& sheet, std::optional<Layout> layout) {
  for (JudgedSide& side : checked.sides) {
    if (side.verdict.is_right() || !is_about_layout(side)) continue;
    TrueDerivation truth(sheet, side.of, side.wrt, layout, false);
    if (!truth.is_known()) continue;
    if (const auto sentence = layout_sentence(truth.pool(), truth.derived())) side.layout_note = words(*sentence);
  }
}

Document explained(const JudgedSide& side, const Text& sheet, std::optional<Layout> layout) {
  return Teller(side, sheet, layout).story();
}

}  // namespace gradwright
