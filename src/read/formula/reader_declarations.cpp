// Declarations: sizes, properties, initialisers, values of constants.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "read/formula/reader.h"

namespace gradwright::formula {
namespace {

struct PropertyName {
  std::string_view text;
  Property property;
  bool needs_square;
};
constexpr std::array<PropertyName, 15> property_names{{
    {"symmetric", Property::symmetric, true},
    {"diagonal", Property::diagonal, true},
    {"spd", Property::spd, true},
    {"orthogonal", Property::orthogonal, true},
    {"invertible", Property::invertible, true},
    {"lower", Property::lower, true},
    {"upper", Property::upper, true},
    {"positive", Property::positive, false},
    {"prob", Property::prob, false},
    {"binary", Property::binary, false},
    {"pm1", Property::pm1, false},
    {"onehot_rows", Property::onehot_rows, false},
    {"onehot_cols", Property::onehot_cols, false},
    {"simplex_rows", Property::simplex_rows, false},
    {"simplex_cols", Property::simplex_cols, false},
}};

/// Said of a vector, whose entries are one column or one row.
struct VectorProperty {
  std::string_view text;
  Property of_column, of_row;
};
constexpr std::array<VectorProperty, 2> vector_properties{
    {{"onehot", Property::onehot_cols, Property::onehot_rows},
     {"simplex", Property::simplex_cols, Property::simplex_rows}}};

/// The row of a table for this word; null where there is none.
template <typename Table>
auto named(const Table& table, std::string_view text) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.text == text; });
  return found == table.end() ? nullptr : &*found;
}

struct InitialiserName {
  std::string_view text;
  std::size_t arguments;
};
constexpr std::array<InitialiserName, 7> initialiser_names{
    {{"zeros", 0}, {"ones", 0}, {"glorot", 0}, {"he", 0}, {"lecun", 0}, {"normal", 2}, {"uniform", 2}}};

std::string nearest_property(std::string_view word) {
  std::vector<std::string_view> known;
  for (const PropertyName& row : property_names) known.push_back(row.text);
  for (const VectorProperty& row : vector_properties) known.push_back(row.text);
  return nearest_of(word, known);
}

}  // namespace

bool Reader::is_one_size(Ast size) {
  const AstNode& node = asts_[size];
  if (node.kind != AstKind::name || uses_in_sizes_[node.text] > 1) return true;
  const std::string parted = parted_sizes(node.text);
  for (std::string_view rest = parted; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view part = rest.substr(0, comma);
    const bool is_number = part.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_number && !elaborator_.has_symbol(part)) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (parted.empty()) return true;
  Diagnostic& diagnostic = reporter_.error("G0104", node.span, fmt::format("`{}` is one size, by its name", node.text));
  diagnostic.fix(node.span, parted, "sizes are parted by `,`");
  diagnostic.help(fmt::format("if it is one, say so: `dim {}`", node.text));
  return false;
}

void Reader::declaration(const Statement& statement) {
  Value shape;
  bool good = true;
  for (const Ast size : statement.dims) {
    good = is_one_size(size) && good;
    const auto dim = elaborator_.dim_of(size, true);
    good = good && dim.has_value();
    if (!dim) continue;
    if (const auto value = pool_.dims().constant_value(*dim); value && *value < 1) {
      reporter_.error("G0104", asts_[size].span, fmt::format("a size is at least 1, not {}", *value))
          .help("write a number from 1, or a symbol: `R[n]`");
      good = false;
    }
    shape.surface.push_back(*dim);
  }
  if (shape.surface.size() > 8) {
    reporter_.error("G0211", statement.span, "a tensor has 8 axes at most");
    good = false;
  }
  std::optional<Constant> constant;
  if (!statement.value.is_none()) {
    constant = constant_of(statement.value);
    good = good && constant.has_value();
    if (constant && !statement.has_type) {
      shape.surface = {pool_.dims().constant(static_cast<std::int64_t>(constant->rows)),
                       pool_.dims().constant(static_cast<std::int64_t>(constant->cols))};
    }
  }
  if (good && shape.surface.size() == 1) shape.surface.push_back(pool_.dims().one());
  shape.surface = good && shape.surface.size() == 2 && pool_.dims().is_one(shape.surface[0]) &&
                          pool_.dims().is_one(shape.surface[1])
                      ? Shape{}
                      : shape.surface;
  if (constant && good && statement.has_type) {
    std::size_t wanted = 1;
    bool known = true;
    for (const Dim dim : shape.surface) {
      const auto value = pool_.dims().constant_value(dim);
      known = known && value && *value < 1000000;
      wanted *= known ? static_cast<std::size_t>(*value) : 1;
      known = known && wanted < 100000000;
    }
    const bool flat = constant->values.size() > 1 && shape.surface.size() == 2 && known &&
                      (pool_.dims().constant_value(shape.surface[0]) != static_cast<std::int64_t>(constant->rows) ||
                       pool_.dims().constant_value(shape.surface[1]) != static_cast<std::int64_t>(constant->cols));
    if (!known) {
      reporter_.error("G0104", statement.span, "a `const` needs a size in numbers")
          .help("`dim n = 3` fixes a dimension symbol");
      good = false;
    } else if (constant->values.size() == 1) {
      constant->values.assign(wanted, constant->values[0]);
    } else if (constant->values.size() != wanted || flat) {
      const auto count = [&](std::size_t number) { return pool_.dims().constant(static_cast<std::int64_t>(number)); };
      const Shape written{count(constant->rows), count(constant->cols)};
      reporter_
          .error("G0208", asts_[statement.value].span,
                 fmt::format("the value is {}×{}, the size says {}", constant->rows, constant->cols,
                             elaborator_.size_text(shape.surface)))
          .about(elaborator_.mismatch({written, shape.surface}));
      good = false;
    }
  }
  Property properties = Property::none;
  if (good) good = properties_of(statement, shape.surface, properties);
  Declaration made;
  good = initialiser_of(statement, made) && good;
  for (const NameAt& name : statement.names) {
    if (!is_new(name)) continue;
    Binding& binding = elaborator_.bindings[name.text];
    binding = {good ? Binding::Kind::input : Binding::Kind::poisoned, {}, name.span, {}};
    if (!good) continue;
    Declaration one = made;
    one.name = name.text;
    one.surface = shape.surface;
    one.span = name.span;
    if (constant) one.constant = constant->values;
    const Property facts =
        options_.unconstrained.contains(name.text) ? properties | Property::unconstrained : properties;
    one.input = make_input(pool_, {name.text, statement.role, facts, shape.surface});
    binding.value.expr = one.input;
    binding.value.surface = shape.surface;
    binding.value.is_anonymous = false;
    program_.names.emplace(one.input, Name{name.text, shape.surface});
    program_.declarations.push_back(std::move(one));
  }
}

bool Reader::properties_of(const Statement& statement, const Shape& shape, Property& properties) {
  bool good = true;
  for (const NameAt& word : statement.properties) {
    const auto found = property_of(word, shape);
    good = good && found.has_value();
    properties = properties | found.value_or(Property::none);
  }
  return good;
}

/// What a word says of a variable of this shape; nothing after an error.
std::optional<Property> Reader::property_of(const NameAt& word, const Shape& shape) {
  const auto misplaced = [&](const char* what, const char* help) {
    reporter_
        .error("G0204", word.span,
               fmt::format("`{}` is said of a {}, and this is {}", word.text, what, elaborator_.size_text(shape)))
        .about(elaborator_.mismatch({shape}))
        .help(help);
    return std::nullopt;
  };
  const DimTable& dims = pool_.dims();
  if (const VectorProperty* of_vector = named(vector_properties, word.text)) {
    const bool is_column = shape.size() < 2 || (shape.size() == 2 && dims.is_one(shape[1]));
    const bool is_row = shape.size() == 2 && dims.is_one(shape[0]);
    if (is_column) return of_vector->of_column;
    if (is_row) return of_vector->of_row;
    return misplaced(
        "vector", "say it of its rows or of its columns: `onehot_rows`, `onehot_cols`, `simplex_rows`, `simplex_cols`");
  }
  const PropertyName* known = named(property_names, word.text);
  if (known == nullptr) {
    Diagnostic& diagnostic = reporter_.error("G0105", word.span, fmt::format("unknown property `{}`", word.text));
    if (const std::string near = nearest_property(word.text); !near.empty())
      diagnostic.fix(word.span, near, fmt::format("did you mean `{}`?", near));
    diagnostic.help(
        "properties are symmetric diagonal spd orthogonal invertible lower upper positive prob binary pm1 onehot "
        "simplex "
        "onehot_rows onehot_cols simplex_rows simplex_cols");
    return std::nullopt;
  }
  const bool is_square = shape.empty() || (shape.size() == 2 && shape[0] == shape[1]);
  if (known->needs_square && !is_square)
    return misplaced("square matrix", "drop the property, or make rows and columns equal: `R[n,n]`");
  return known->property;
}

bool Reader::initialiser_of(const Statement& statement, Declaration& made) {
  const NameAt& word = statement.initialiser;
  if (word.text.empty()) return true;
  if (statement.role != Role::parameter) {
    reporter_.error("G0106", word.span, "only a `param` has an initialiser").help("write `param` before the name");
    return false;
  }
  for (const InitialiserName& row : initialiser_names) {
    if (row.text != word.text) continue;
    if (statement.initialiser_args.size() != row.arguments) {
      reporter_
          .error(
              "G0106", word.span,
              fmt::format("`{}` takes {} numbers, not {}", word.text, row.arguments, statement.initialiser_args.size()))
          .help("`normal(mean, deviation)` and `uniform(low, high)` take two");
      return false;
    }
    made.initialiser = word.text;
    for (const Ast argument : statement.initialiser_args) {
      const auto value = constant_of(argument);
      if (!value) return false;
      made.initialiser_args.push_back(value->values[0]);
    }
    return true;
  }
  Diagnostic& diagnostic = reporter_.error("G0106", word.span, fmt::format("unknown initialiser `{}`", word.text));
  std::vector<std::string_view> known;
  for (const InitialiserName& row : initialiser_names) {
    if (row.arguments == statement.initialiser_args.size()) known.push_back(row.text);
  }
  if (const std::string near = nearest_of(word.text, known); !near.empty())
    diagnostic.fix(word.span, near, fmt::format("did you mean `{}`?", near));
  diagnostic.help("initialisers are zeros ones glorot he lecun normal(m,s) uniform(a,b)");
  return false;
}

std::optional<Reader::Constant> Reader::constant_of(Ast ast) {
  const AstNode& node = asts_[ast];
  const auto fail = [&]() -> std::optional<Constant> {
    reporter_.error("G0104", node.span, "this is no constant").help("a `const` is a number or an array of numbers");
    return std::nullopt;
  };
  if (node.kind == AstKind::block && elaborator_.refuses_lists(ast)) return std::nullopt;
  std::vector<Constant> parts;
  if (node.kind != AstKind::index && node.kind != AstKind::name) {
    for (const Ast child : node.children) {
      auto part = constant_of(child);
      if (!part) return std::nullopt;
      parts.push_back(std::move(*part));
    }
  }
  const auto all_numbers = [&] {
    for (const Constant& part : parts) {
      if (part.values.size() != 1) return false;
    }
    return true;
  };
  switch (node.kind) {
    case AstKind::number: return Constant{1, 1, {node.value.to_double()}};
    case AstKind::negate:
      for (double& value : parts[0].values) value = -value;
      return parts[0];
    case AstKind::sum: {
      if (!all_numbers()) return fail();
      double total = 0;
      for (std::size_t i = 0; i < parts.size(); ++i)
        total += node.operators[i] == Operator::minus ? -parts[i].values[0] : parts[i].values[0];
      return Constant{1, 1, {total}};
    }
    case AstKind::product: {
      if (!all_numbers()) return fail();
      double total = parts[0].values[0];
      for (std::size_t i = 1; i < parts.size(); ++i) {
        const bool divides = node.operators[i - 1] == Operator::over || node.operators[i - 1] == Operator::dot_over;
        total = divides ? total / parts[i].values[0] : total * parts[i].values[0];
      }
      return Constant{1, 1, {total}};
    }
    case AstKind::power:
      if (!all_numbers()) return fail();
      return Constant{1, 1, {std::pow(parts[0].values[0], parts[1].values[0])}};
    case AstKind::call: {
      const auto function = function_named(node.text);
      if (!all_numbers() || !function || parts.size() != 1 || scalar_function(*function).arity != 1) return fail();
      return Constant{1, 1, {scalar_function(*function).value(parts[0].values[0], 0, 0)}};
    }
    case AstKind::transpose: {
      Constant turned{parts[0].cols, parts[0].rows, {}};
      for (std::size_t j = 0; j < turned.cols; ++j) {
        for (std::size_t i = 0; i < turned.rows; ++i) turned.values.push_back(parts[0].values[j + i * parts[0].rows]);
      }
      return turned;
    }
    case AstKind::block: {
      if (!all_numbers()) return fail();
      Constant matrix{node.rows.size(), node.rows[0], {}};
      for (const std::uint32_t count : node.rows) {
        if (count == matrix.cols) continue;
        reporter_.error("G0209", node.span, "the rows of this matrix differ in length");
        return std::nullopt;
      }
      for (std::size_t j = 0; j < matrix.cols; ++j) {
        for (std::size_t i = 0; i < matrix.rows; ++i) matrix.values.push_back(parts[i * matrix.cols + j].values[0]);
      }
      return matrix;
    }
    default: return fail();
  }
}

}  // namespace gradwright::formula
