#include "api/chosen_optimiser.h"

#include <fmt/format.h>

namespace gradwright {
namespace {

/// What is said beside an optimiser, in the order in which it is done.
struct Beside {
  const char* field;
  bool is_given;
  const char* changes;  ///< what the lines have to speak of
  std::string line;     ///< before those of the optimiser; empty: it gives a number another value
};

std::vector<Beside> beside(const OptimiserChoice& choice) {
  return {{"rate", choice.rate.has_value(), "rate", ""},
          {"clip", choice.clip > 0, "g", fmt::format("g := g*min(1, {}/norm)\n", choice.clip)},
          {"clip_value", choice.clip_value > 0, "g", fmt::format("g := min(max(g, -{0}), {0})\n", choice.clip_value)},
          {"decay", choice.decay > 0, "g", fmt::format("g := g + {}*theta\n", choice.decay)},
          {"schedule", !choice.schedule.empty(), "rate", fmt::format("rate := rate*({})\n", choice.schedule)}};
}

OptimiserFault without_place(Diagnostic fault) { return {std::move(fault), std::make_shared<const Text>("", "")}; }

/// G0540, of the optimiser without what is beside it.
std::optional<Diagnostic> idle_beside(const OptimiserOptions& optimiser, const FullBatch* full_batch,
                                      const OptimiserChoice& choice) {
  const auto idle = [&](std::string_view field, const std::string& why, const char* help) {
    return error("G0540", fmt::format("`{}` would have no effect: {}", choice.name(field), why)).help(help);
  };
  if (choice.rate && optimiser.values.contains("rate"))
    return idle("rate", "the optimiser has a rate of its own, " + optimiser.values.at("rate"), "say it once");
  if (choice.rate && full_batch != nullptr && !full_batch->step)
    return idle("rate", "L-BFGS searches the length of its steps itself", "leave it out");
  if (choice.decay > 0 && full_batch != nullptr)
    return idle("decay", "steps of all samples never raise the loss of the sheet, which has no such penalty",
                "put the penalty into the loss: `L = … + 0.01*l2(W)`");
  if (full_batch != nullptr && !full_batch->step) return std::nullopt;  // it says itself what it takes
  for (const Beside& one : beside(choice)) {
    if (one.is_given && !mentions(optimiser, one.changes))
      return idle(one.field, fmt::format("no line of `{}` speaks of `{}`", optimiser.lines.name, one.changes),
                  "leave it out, or say it in the lines");
  }
  return std::nullopt;
}

}  // namespace

tl::expected<ChosenOptimiser, OptimiserFault> chosen_optimiser(Pool& pool, const std::vector<Parameter>& parameters,
                                                               const OptimiserChoice& choice) {
  auto named = optimiser_named(choice.optimiser, choice.lines_of);
  if (!named) return tl::unexpected(without_place(named.error()));
  const auto alone = full_batch_method(*named);
  if (!alone) return tl::unexpected(alone.error());
  if (const auto idle = idle_beside(*named, alone->get(), choice)) return tl::unexpected(without_place(*idle));
  if (choice.rate) named->values["rate"] = fmt::format("{}", *choice.rate);
  for (const Beside& one : beside(choice)) {
    if (one.is_given && !one.line.empty()) named->before.push_back({choice.name(one.field), one.line});
  }
  const auto full_batch = full_batch_method(*named);
  if (!full_batch) return tl::unexpected(full_batch.error());
  ChosenOptimiser chosen{*std::move(named), *full_batch, {}};
  if (chosen.full_batch != nullptr) return chosen;
  if (auto fault = optimiser_fault(pool, chosen.options, parameters)) return tl::unexpected(*std::move(fault));
  chosen.rule = update_rule(chosen.options);
  return chosen;
}

}  // namespace gradwright
