#include "check/assumption.h"

#include <fmt/format.h>

#include <array>

#include "derive/jacobian.h"
#include "ir/make.h"

namespace gradwright::check {
namespace {

// Inputs beyond these are not asked about: each costs a comparison for each fact.
constexpr std::size_t most_inputs = 8;

struct Fact {
  Property property;
  std::string_view keyword;
  std::string_view sentence;        ///< of the name `{}`
  std::string_view of_labels = {};  ///< what says it of labels
};

constexpr std::array facts_of_square{
    Fact{Property::symmetric, "symmetric", "`{}` is symmetric"},
    Fact{Property::orthogonal, "orthogonal", "`{}` is orthogonal"},
};
constexpr std::array facts_of_matrix{
    Fact{Property::simplex_rows, "simplex_rows", "each row of `{}` sums to 1", "onehot_rows"},
    Fact{Property::simplex_cols, "simplex_cols", "each column of `{}` sums to 1", "onehot_cols"},
};
constexpr std::array facts_of_vector{
    Fact{Property::prob, "prob", "the entries of `{}` sum to 1", "onehot"},
};
constexpr std::array facts_of_any{
    Fact{Property::pm1, "pm1", "every entry of `{}` is 1 or -1"},
    Fact{Property::binary, "binary", "every entry of `{}` is 0 or 1"},
};

std::vector<Fact> facts_about(const Shape& shape) {
  std::vector<Fact> facts;
  const auto add = [&](const auto& rows) { facts.insert(facts.end(), rows.begin(), rows.end()); };
  if (shape.size() == 2 && shape[0] == shape[1]) add(facts_of_square);
  if (shape.size() == 2) add(facts_of_matrix);
  if (shape.size() == 1) add(facts_of_vector);
  if (!shape.empty()) add(facts_of_any);
  return facts;
}

std::string declaration_of(const Pool& pool, const InputInfo& info, std::string_view keyword) {
  std::string sizes;
  for (std::size_t axis = 0; axis < info.surface.size(); ++axis) {
    const bool is_column = axis == 1 && info.surface.size() == 2 && pool.dims().is_one(info.surface[1]);
    if (!is_column) sizes += (axis == 0 ? "" : ",") + pool.dims().to_string(info.surface[axis]);
  }
  return fmt::format("{} : R[{}] {}", info.name, sizes, keyword);
}

}  // namespace

std::optional<Assumption> missing_assumption(Pool& pool, NormalForms& forms, Expr claim, Expr truth, Expr variable) {
  std::size_t asked = 0;
  for (const Expr input : reachable(pool, {claim, truth})) {
    if (pool.kind(input) != Kind::input || input == variable) continue;
    const InputInfo info = pool.payload<InputInfo>(input);
    if (info.role == Role::cut || info.properties != Property::none) continue;
    if (++asked > most_inputs) break;
    for (const Fact& fact : facts_about(pool.shape(input))) {
      InputInfo told = info;
      told.properties = fact.property;
      Substitution under(pool);
      under.replace(input, make_input(pool, told));
      if (!equivalent(pool, forms, under(claim), under(truth), 3).is_equal()) continue;
      return Assumption{info.name, std::string(fact.keyword), std::string(fact.of_labels),
                        fmt::format(fmt::runtime(fact.sentence), info.name), declaration_of(pool, info, fact.keyword)};
    }
  }
  return std::nullopt;
}

}  // namespace gradwright::check
