#include "explain/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "explain/sentences.h"
#include "ir/functions.h"
#include "ir/make.h"

namespace gradwright {
namespace {

/// Rewrites that use a fact about what they rewrite; the others only tidy up.
bool is_worth_telling(const std::string& rule) {
  static const std::set<std::string, std::less<>> facts = {
      "unit-mass",          "cancel-inverse", "orthogonal",    "inverse-of-orthogonal", "square-of-sign", "centred-sum",
      "inverse-of-product", "named-quotient", "named-product", "sigmoid-complement",    "log-sum-exp"};
  return facts.contains(rule);
}

/// The steps by which adjoints reach a node, through nodes that are no line of the chain.
class Paths {
 public:
  Paths(const SharedTrace& trace, const Derived& derived) : trace_(trace) {
    for (const DerivedLine& line : derived.chain) lines_.insert(line.node);
  }
  void index(const Pool& pool) {
    for (std::size_t i = 0; i < trace_.size(); ++i) {
      const Step& step = trace_[i];
      if (step.kind == Step::Kind::through) into_[pool[step.node].operands[step.operand]].push_back(i);
      if (step.kind == Step::Kind::rewrite && is_worth_telling(step.rule)) facts_[step.node].insert(step.rule);
    }
  }
  /// Names of the rewrites in the line of a node that use a fact.
  [[nodiscard]] std::set<std::string> facts(Expr node) const {
    const auto found = facts_.find(node);
    return found == facts_.end() ? std::set<std::string>{} : found->second;
  }
  [[nodiscard]] std::vector<std::size_t> into(Expr node) const {
    std::vector<std::size_t> found;
    std::vector<Expr> waiting{node};
    std::set<Expr> seen{node};
    while (!waiting.empty()) {
      const auto steps = into_.find(waiting.back());
      waiting.pop_back();
      if (steps == into_.end()) continue;
      for (const std::size_t i : steps->second) {
        found.push_back(i);
        const Expr user = trace_[i].node;
        if (!lines_.contains(user) && seen.insert(user).second) waiting.push_back(user);
      }
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  const SharedTrace& trace_;
  std::set<Expr> lines_;
  std::unordered_map<Expr, std::vector<std::size_t>> into_;
  std::unordered_map<Expr, std::set<std::string>> facts_;
};

std::optional<long> layer_of(const std::string& name) {
  std::size_t end = name.size();
  while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9') --end;
  if (end == name.size() || end == 0 || name.size() - end > 9) return std::nullopt;
  return std::stol(name.substr(end));
}

/// Worth a sentence in a brief story: an activation, a product, a repetition, a reduction; not the passing on by sums and the square of a loss.
bool says_something(const Pool& pool, const Step& step) {
  switch (pool.kind(step.node)) {
    case Kind::add: return false;
    case Kind::map:
      return pool.payload<MapFunction>(step.node).function != Function::power && pool.order(step.node) > 0;
    case Kind::einsum: return pool.order(step.node) > 0;
    default: return true;
  }
}

}  // namespace

void tell_where(Document& document, const Formula& formula) {
  for (const WhereItem& item : formula.where) {
    Formula own;
    own.unicode = item.unicode;
    own.latex = item.latex;
    own.mathml = item.mathml;
    const std::size_t bracket = item.name.find('[');
    const Run name =
        bracket == std::string::npos
            ? name_run(item.name)
            : entry_run(item.name.substr(0, bracket), item.name.substr(bracket + 1, item.name.size() - bracket - 2));
    document.equation(Rich().add(name), own, false);
  }
}

namespace {

class Teller {
 public:
  Teller(Pool& pool, const Derived& derived, const StoryOptions& options)
      : pool_(pool), derived_(derived), options_(options), wording_(pool, derived), paths_(derived.trace, derived) {
    paths_.index(pool);
  }

  Document story() {
    title();
    if (derived_.entry.empty()) result();
    if (derived_.structured) tell_structure(document_, pool_, derived_);
    if (options_.steps != Detail::none) {
      if (!derived_.chain.empty() || options_.steps == Detail::full) chain();
      if (!derived_.entry.empty()) tell_entry(document_, pool_, derived_);
      if (derived_.kind == DerivativeKind::tensor || derived_.kind == DerivativeKind::hessian)
        tell_tensor(document_, pool_, derived_);
      if (options_.steps == Detail::full) rewrites();
      conventions();
    } else if (!derived_.entry.empty()) {
      tell_entry(document_, pool_, derived_);
    }
    for (const std::string& note : options_.notes) document_.paragraph(note);
    verification();
    return std::move(document_);
  }

 private:
  Run left() const {
    if (!derived_.first.empty()) return mixed_derivative_run(derived_.of, derived_.first, derived_.wrt);
    return derivative_run(derived_.of, derived_.wrt, derived_.kind == DerivativeKind::hessian ? 2 : 1);
  }

  void title() {
    Rich text;
    text.add(derived_.entry.empty() ? left() : entry_left());
    text.add(fmt::format("   {}, ", kind_name(derived_.kind)));
    if (!derived_.entry.empty())
      text.add("one entry, ");
    else if (derived_.surface.empty())
      text.add("scalar, ");
    else
      text.add(wording_.size(derived_.surface)).add(", ");
    text.add(fmt::format("{} layout", layout_name(derived_.layout)));
    document_.title(text);
  }

  Run entry_left() const {
    Run run = left();
    std::string indices;
    for (const std::string& index : derived_.entry) indices += (indices.empty() ? "" : ",") + index;
    run.unicode += "[" + indices + "]";
    run.latex = derivative_run(derived_.of, "?").latex;
    const Run below = entry_run(derived_.wrt, indices);
    run.latex = "\\frac{\\partial " + name_run(derived_.of).latex + "}{\\partial " + below.latex + "}";
    run.mathml = "<mfrac><mrow><mo>∂</mo>" + name_run(derived_.of).mathml + "</mrow><mrow><mo>∂</mo>" + below.mathml +
                 "</mrow></mfrac>";
    return run;
  }

  /// The whole formula; where it is told by the chain alone, the chain stands below and the last line here.
  void result() {
    const bool is_flat = derived_.chain.empty() || derived_.formula.gw != derived_.last.gw;
    if (is_flat || options_.steps == Detail::none) tell_where(document_, derived_.formula);
    if (is_flat || options_.steps == Detail::none) document_.equation({}, derived_.formula);
  }

  void chain() {
    document_.heading(derived_.chain.empty() ? "step by step" : "layer by layer");
    Rich known;
    for (std::size_t i = 0; i < derived_.chain.size();) {
      if (const DerivedLine& line = derived_.chain[i];
          options_.told != nullptr && options_.told->contains(derived_.of + "/" + line.name)) {
        known.add(known.is_empty() ? "with " : ", ").add(name_run(line.name));
        ++i;
        continue;
      }
      if (!known.is_empty()) document_.paragraph(known.add(" from above"));
      known = {};
      const std::size_t end = pattern_end(i);
      if (end > i + 2) {
        pattern(i, end);
        i = end;
        continue;
      }
      line(derived_.chain[i]);
      ++i;
    }
    if (options_.told != nullptr) {
      for (const DerivedLine& line : derived_.chain) options_.told->insert(derived_.of + "/" + line.name);
    }
    if (!known.is_empty()) document_.paragraph(known.add(" from above"));
    if (derived_.chain.empty()) {
      reasons(derived_.variable);
      return;
    }
    tell_where(document_, last_only());
    document_.equation(Rich().add(left()), derived_.last);
    reasons(derived_.variable);
  }

  Formula last_only() const {
    Formula own = derived_.last;
    std::erase_if(own.where, [&](const WhereItem& item) {
      return std::any_of(derived_.chain.begin(), derived_.chain.end(),
                         [&](const DerivedLine& line) { return line.name == item.name; });
    });
    return own;
  }

  void line(const DerivedLine& line) {
    tell_where(document_, line.formula);
    document_.equation(Rich().add(name_run(line.name)).add(" = ").add(derivative_run(derived_.of, line.by)),
                       line.formula);
    reasons(line.node);
  }

  /// Why the line is as it is: a sentence for each step into the node that says something new.
  void reasons(Expr node) {
    std::set<std::string> said;
    std::size_t count = 0;
    const bool is_full = options_.steps == Detail::full;
    const std::size_t most = is_full ? 12 : 4;
    for (const std::size_t i : paths_.into(node)) {
      if (!is_full && !says_something(pool_, derived_.trace[i])) continue;
      const Rich sentence = sentence_of(wording_, derived_.trace[i]);
      std::string key;
      for (const Run& run : sentence.runs()) key += run.unicode;
      if (key.empty() || key.size() > 400 || !said.insert(key).second) continue;
      if (++count > most) break;
      if (is_full)
        document_.item(step_line(derived_.trace[i]).add(sentence));
      else
        document_.item(sentence);
    }
    for (const std::string& rule : paths_.facts(node)) document_.item(Rich("used: ").add(rewrite_sentence(rule)));
  }

  /// The rule, what it starts from and what it gives, with its size.
  Rich step_line(const Step& step) const {
    return Rich(step.rule)
        .add(": ")
        .add(wording_.run(step.before))
        .add(" → ")
        .add(wording_.run(step.after))
        .add(" (")
        .add(wording_.size(step.after))
        .add("); ");
  }

  /// The line with its layer's number as l: what two lines of one pattern share.
  Formula by_layer(const DerivedLine& line) const {
    PresentOptions how;
    how.rich = true;
    how.layer = layer_of(line.name);
    how.reserved = &wording_.reserved();
    return presented(pool_, line.value, line.surface, *derived_.names, how);
  }
  std::size_t pattern_end(std::size_t first) {
    const auto layer = layer_of(derived_.chain[first].name);
    if (!layer) return first + 1;
    if (patterns_.empty()) {
      for (const DerivedLine& line : derived_.chain)
        patterns_.push_back(layer_of(line.name) ? by_layer(line).unicode : "");
    }
    std::size_t end = first + 1;
    while (end < derived_.chain.size() && patterns_[end] == patterns_[first] &&
           layer_of(derived_.chain[end].name) == *layer - static_cast<long>(end - first))
      ++end;
    return end;
  }
  void pattern(std::size_t first, std::size_t end) {
    const DerivedLine& top = derived_.chain[first];
    const DerivedLine& bottom = derived_.chain[end - 1];
    const long high = *layer_of(top.name);
    const long low = *layer_of(bottom.name);
    const auto stem = [](const std::string& name) {
      return name.substr(0, name.find_last_not_of("0123456789") + 1) + "@0";
    };
    document_.paragraph(fmt::format("for each layer l = {}, {}, …, {}:", high, high - 1, low));
    document_.equation(Rich().add(name_run(stem(top.name))).add(" = ").add(derivative_run(derived_.of, stem(top.by))),
                       by_layer(top), false);
    document_.item(Rich("for l = ")
                       .add(std::to_string(high))
                       .add(" it reads ")
                       .add(name_run(top.name))
                       .add(" = ")
                       .add(run_of(top.formula))
                       .add(fmt::format("; the {} lines below it have the same form", high - low)));
    reasons(top.node);
  }

  void rewrites() {
    bool any = false;
    std::set<std::string> seen;
    for (const Step& step : derived_.trace) {
      if (step.kind != Step::Kind::rewrite || !seen.insert(step.rule + std::to_string(step.after.value)).second)
        continue;
      if (seen.size() > 40) break;
      const Formula before = wording_.formula(step.before);
      const Formula after = wording_.formula(step.after);
      if (before.unicode == after.unicode || before.unicode.size() > 300 || !before.where.empty() ||
          !after.where.empty())
        continue;
      if (!any) document_.heading("simplified by");
      any = true;
      document_.item(Rich(step.rule)
                         .add(": ")
                         .add(run_of(before))
                         .add("  =  ")
                         .add(run_of(after))
                         .add("   [")
                         .add(rewrite_sentence(step.rule))
                         .add("]"));
    }
  }

  void conventions() {
    std::set<std::string> kinks;
    for (const Step& step : derived_.trace) {
      if (step.kind != Step::Kind::through) continue;
      const std::string kink = kink_of(pool_, step.node);
      if (!kink.empty()) kinks.insert(kink);
    }
    for (const std::string& kink : kinks) document_.paragraph("convention: " + kink);
  }

  void verification() {
    const NumericCheck& check = derived_.verified;
    if (check.points == 0) {
      document_.paragraph(check.was_asked ? "not compared with numbers: no random point with finite values was found"
                                          : "not compared with numbers: not asked for");
      return;
    }
    document_.paragraph(fmt::format("agrees with {} at {} random point{}{} (largest relative error {:.1e})",
                                    check.beside > 0 ? "finite differences" : "forward mode", check.points,
                                    check.points == 1 ? "" : "s", check.sizes.empty() ? "" : ", sizes " + check.sizes,
                                    check.max_rel_error));
    if (!derived_.structured || derived_.structured->verified.points == 0) return;
    const NumericCheck& kept = derived_.structured->verified;
    document_.paragraph(
        fmt::format("the {} form agrees with finite differences along moves that keep the structure, at {} random "
                    "points (largest relative error {:.1e})",
                    derived_.structured->first_structure.empty() ? derived_.structured->structure : "structured",
                    kept.points, kept.max_rel_error));
  }

  Pool& pool_;
  const Derived& derived_;
  const StoryOptions& options_;
  Wording wording_;
  Paths paths_;
  Document document_;
  std::vector<std::string> patterns_;
};

}  // namespace

Document story_of(Pool& pool, const Derived& derived, const StoryOptions& options) {
  return Teller(pool, derived, options).story();
}

}  // namespace gradwright
