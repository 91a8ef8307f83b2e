#include "train/non_finite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ir/make.h"
#include "lower/stabilise.h"
#include "train/bad_node.h"
#include "train/first_bad_step.h"
#include "train/full_batch.h"

namespace gradwright {
namespace {

/// True where the loss rose.
bool add_course(const BadStep& step, Diagnostic& result) {
  if (step.losses.empty()) return false;
  std::string losses;
  for (const double loss : step.losses) losses += fmt::format("{}{:.4g}", losses.empty() ? "" : ", ", loss);
  const bool rises = step.losses.size() > 1 && step.losses.back() > step.losses.front();
  result.note(fmt::format("the loss of the steps before: {}{}", losses, rises ? ": it rises" : ""));
  return rises;
}

enum class Stage { forward, backward, update };

/// Evaluates the formulas of one step with the numbers it had: definitions, then gradients, then the update. Formulas are taken in their
/// stable form, as the compiled program has them.
class Search {
 public:
  Search(Pool& pool, const Stopped& stopped, const BadStep& step)
      : pool_(pool), task_(stopped.task), stopped_(stopped), step_(step), at_(task_.fixed) {
    at_.dims = stopped.samples.dims;
    for (std::size_t p = 0; p < task_.parameters.size(); ++p) at_.inputs[task_.parameters[p].input] = step.values[p];
  }

  std::optional<Diagnostic> found() {
    formulas_ = task_.formulas;
    if (formulas_.empty()) formulas_.push_back({"loss", task_.loss, {}});
    const std::size_t loss = formulas_.size() - 1;
    formulas_.push_back({formulas_[loss].name, task_.loss, formulas_[loss].span});
    if (!std::isfinite(step_.loss)) {
      auto fault = first_in_samples(Stage::forward, {loss, loss + 1}, {});
      return fault ? fault : overflow_of_sum();
    }
    std::vector<NamedFormula> down;
    if (task_.backward) down = task_.backward(pool_);
    std::vector<std::size_t> told, own;
    for (const NamedFormula& formula : down) {
      told.push_back(formulas_.size());
      formulas_.push_back(formula);
    }
    for (std::size_t p = task_.parameters.size(); p-- > 0;) {
      own.push_back(formulas_.size());
      formulas_.push_back({"gradient of " + task_.parameters[p].name, task_.gradients[p], task_.parameters[p].span});
    }
    // The adjoints of definitions are computed to be named; what counts are the gradients that are computed in a step.
    std::vector<std::size_t> roots = told;
    roots.insert(roots.end(), own.begin(), own.end());
    if (auto fault = first_in_samples(Stage::backward, roots, own)) return fault;
    return stopped_.full_batch == nullptr ? in_update() : in_full_batch();
  }

 private:
  /// One sample after the other, or all that the sheet's batch holds. A finding counts where one of `needed` is bad; the first bad one of
  /// `roots` is traced. Adds up the gradients.
  std::optional<Diagnostic> first_in_samples(Stage stage, const std::vector<std::size_t>& roots,
                                             const std::vector<std::size_t>& needed) {
    std::vector<Expr> exprs;
    for (const NamedFormula& formula : formulas_) exprs.push_back(formula.expr);
    stable_ = stabilised(pool_, exprs);
    const std::span<const std::size_t> all = step_.samples;
    const std::size_t at_once = stopped_.samples.is_batched ? all.size() : 1;
    for (std::size_t i = 0; i < all.size(); i += at_once) {
      show_samples(task_, stopped_.samples, all.subspan(i, at_once), at_);
      const NodeValues values = values_in(stopped_.precision, pool_, stable_, at_);
      const auto bad = [&](std::size_t formula) { return is_bad(values.at(stable_[formula])); };
      if (needed.empty() || std::any_of(needed.begin(), needed.end(), bad)) {
        const auto root = std::find_if(roots.begin(), roots.end(), bad);
        if (root != roots.end())
          return told(stage, *root, values, stopped_.samples.is_batched ? std::nullopt : std::optional(i));
      }
      losses_ += values.at(stable_[task_.formulas.empty() ? 0 : task_.formulas.size() - 1]).values[0];
      const double weight = stopped_.samples.is_batched ? 1 : 1 / static_cast<double>(all.size());
      gradients_.resize(needed.size());
      for (std::size_t k = 0; k < needed.size(); ++k) {
        const Tensor& one = values.at(stable_[needed[k]]);
        gradients_[k].extents = one.extents;
        gradients_[k].values.resize(one.values.size());
        for (std::size_t e = 0; e < one.values.size(); ++e) gradients_[k].values[e] += weight * one.values[e];
      }
    }
    return std::nullopt;
  }

  /// Each loss is finite, and they are too large to be added up.
  std::optional<Diagnostic> overflow_of_sum() const {
    const double largest = stopped_.precision == Precision::float32 ? 3.4e38 : 1.79e308;
    if (std::fabs(losses_) <= largest) return std::nullopt;
    Diagnostic result = error("G0507", fmt::format("the sum of the losses `{}` of step {} of epoch {} overflows",
                                                   formulas_.back().name, step_.number, step_.epoch))
                            .at(formulas_.back().span);
    add_ways_out({.is_overflow = true}, Stage::forward, result);
    return result;
  }

  /// Second derivatives, where the method looks at them; else it is the step itself.
  std::optional<Diagnostic> in_full_batch() {
    const auto& curvature = stopped_.full_batch->curvature;
    const auto blocks = curvature ? curvature(pool_, task_) : std::vector<Expr>();
    if (!blocks) return std::nullopt;
    std::vector<std::size_t> seconds;
    const auto& all = task_.parameters;
    auto block = blocks->begin();
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = i; j < all.size() && block != blocks->end(); ++j) {
        seconds.push_back(formulas_.size());
        formulas_.push_back({fmt::format("curvature by {} and {}", all[i].name, all[j].name), *block++, all[j].span});
      }
    }
    gradients_.clear();
    if (auto fault = first_in_samples(Stage::backward, seconds, seconds); fault && !seconds.empty()) return fault;
    return error("G0507", fmt::format("step {} of epoch {} is not finite", step_.number, step_.epoch))
        .at(task_.formulas.empty() ? Span{} : task_.formulas.back().span)
        .note("loss, derivatives and curvature are finite there: it is the step of the optimiser that is not")
        .help("a matrix without an inverse? add `damping` to it: `solve(H + damping*eye(rows(theta)), g)`");
  }

  std::optional<Diagnostic> in_update() {
    const std::size_t count = task_.parameters.size();
    std::vector<Expr> gradients;
    for (std::size_t p = 0; p < count; ++p) {
      InputInfo info = pool_.payload<InputInfo>(task_.parameters[p].input);
      info.name = "gradient of " + info.name;
      info.role = Role::cut;
      gradients.push_back(make_input(pool_, info));
      at_.inputs[gradients[p]] = gradients_[count - 1 - p];
    }
    const auto stepping = stopped_.rule(pool_, task_.parameters, gradients);
    if (!stepping) return std::nullopt;
    for (std::size_t s = 0; s < stepping->states.size(); ++s) at_.inputs[stepping->states[s]] = step_.values[count + s];
    for (const auto& [input, value] : stepping->constants) at_.inputs[input] = {{}, {value}};
    formulas_.clear();
    std::vector<Expr> exprs;
    for (const Computation::Update& update : stepping->updates) {
      const auto owner = std::find_if(task_.parameters.begin(), task_.parameters.end(),
                                      [&](const Parameter& one) { return one.input == update.input; });
      formulas_.push_back({pool_.payload<InputInfo>(update.input).name, update.value,
                           owner == task_.parameters.end() ? Span{} : owner->span});
      exprs.push_back(update.value);
    }
    stable_ = stabilised(pool_, exprs);
    const NodeValues values = values_in(stopped_.precision, pool_, stable_, at_);
    for (std::size_t u = 0; u < stable_.size(); ++u) {
      if (is_bad(values.at(stable_[u]))) return told(Stage::update, u, values, std::nullopt);
    }
    return std::nullopt;
  }

  /// The first formula, in the order of the computation, whose graph holds the node.
  std::size_t first_with(Expr node) const {
    std::unordered_map<Expr, bool> holds;
    for (const Expr e : reachable(pool_, stable_)) {
      const auto& operands = pool_[e].operands;
      holds[e] = e == node || std::any_of(operands.begin(), operands.end(), [&](Expr one) { return holds.at(one); });
    }
    const auto first = std::find_if(stable_.begin(), stable_.end(), [&](Expr e) { return holds.at(e); });
    return static_cast<std::size_t>(first - stable_.begin());
  }

  Diagnostic told(Stage stage, std::size_t root, const NodeValues& values, std::optional<std::size_t> sample) const {
    const Expr origin = origin_of(pool_, stable_[root], values);
    const std::size_t place = stage == Stage::update ? root : first_with(origin);
    const NamedFormula& formula = formulas_[place];
    const Tensor& value = values.at(stable_[place]);
    const BadOperation operation = bad_operation(pool_, origin, values);
    const std::string when = fmt::format("step {} of epoch {}", step_.number, step_.epoch);
    const std::string seen =
        stage == Stage::update
            ? fmt::format("the new `{}` is not finite after {}: {}", formula.name, when, operation.what)
        : is_bad(value) ? fmt::format("`{}` is not finite in {}: {}", formula.name, when, operation.what)
                        : fmt::format("within `{}`, {} in {}", formula.name, operation.what, when);
    Diagnostic result = error("G0507", seen).at(formula.span);
    const Tensor& shown = is_bad(value) ? value : values.at(origin);
    if (const std::string entries = bad_entries(shown); !entries.empty()) result.note(entries);
    if (sample) add_sample(*sample, result);
    if (stage == Stage::backward) result.note("the loss itself is finite there: it is a derivative that is not");
    if (stage == Stage::update) result.note("loss and gradients are finite there: it is the step that is not");
    for (const Expr operand : pool_[origin].operands) {
      const auto named = std::find(stable_.begin(), stable_.end(), operand);
      if (named == stable_.end() || pool_.kind(operand) == Kind::input) continue;
      result.note(
          fmt::format("it is computed from `{}`", formulas_[static_cast<std::size_t>(named - stable_.begin())].name));
    }
    add_ways_out(operation, stage, result);
    return result;
  }

  void add_sample(std::size_t sample, Diagnostic& result) const {
    std::string inputs;
    const std::span<const double> numbers = stopped_.samples.input(step_.samples[sample]);
    for (std::size_t k = 0; k < std::min<std::size_t>(4, numbers.size()); ++k)
      inputs += fmt::format("{}{:.4g}", k == 0 ? "" : ", ", numbers[k]);
    result.note(fmt::format("sample {} of the {} of the step, with `{}` = {}{}", sample + 1, step_.samples.size(),
                            pool_.payload<InputInfo>(task_.features).name, inputs, numbers.size() > 4 ? ", …" : ""));
  }

  void add_ways_out(const BadOperation& operation, Stage stage, Diagnostic& result) const {
    const bool rises = add_course(step_, result);
    const char* lower = "lower the learning rate (--rate), or bound the step (--clip 1)";
    if (rises) result.help(lower);
    if (!operation.help.empty()) result.help(operation.help);
    if (operation.is_division && stage == Stage::backward)
      result.help("a root, a norm and a logarithm have no slope at 0: add a small constant to what they are taken of");
    if (!rises && (operation.is_overflow || operation.help.empty())) result.help(lower);
    if (operation.is_overflow && stopped_.precision == Precision::float32)
      result.help("float32 ends at 3.4e38: --precision float64 goes further");
  }

  Pool& pool_;
  const TrainTask& task_;
  const Stopped& stopped_;
  const BadStep& step_;
  Bindings at_;
  double losses_ = 0;  ///< Σ over the samples
  std::vector<NamedFormula> formulas_;
  std::vector<Expr> stable_;       ///< parallel to the formulas
  std::vector<Tensor> gradients_;  ///< mean over the samples of the step, of the last parameter first
};

}  // namespace

Diagnostic non_finite(Pool& pool, Engine& engine, const Stopped& stopped, const Suspects& suspects) {
  const auto unplaced = [](std::string message) {
    return error("G0507", std::move(message)).help("lower the learning rate (--rate), or check the data");
  };
  const std::size_t batch = std::clamp<std::size_t>(stopped.batch, 1, stopped.samples.training);
  const auto step = first_bad_step(engine, suspects, batch);
  if (!step) return unplaced("the loss or a parameter is not finite");
  if (auto found = Search(pool, stopped, *step).found()) return *found;
  Diagnostic result =
      unplaced(fmt::format("the loss is {:.4g} in step {} of epoch {}, or a parameter is not finite after it",
                           step->loss, step->number, step->epoch));
  result.note("the evaluator finds every formula of the step finite: the compiled program rounds in another order");
  (void)add_course(*step, result);
  return result;
}

}  // namespace gradwright
