#include "read/formula/open_sheet.h"

#include "read/formula/builtins.h"
#include "read/formula/reader.h"

namespace gradwright {
namespace formula {

Value Reader::expression_at(std::size_t begin, bool is_quiet, const std::vector<FreeIndex>& indices) {
  reporter_.restart();
  reporter_.set_quiet(is_quiet);
  elaborator_.restart();
  current_ = statements_.size();
  const std::size_t kept = asts_.size();
  const std::vector<Token> tokens = tokens_of(text_, reporter_, begin);
  Value value;
  if (const Ast ast = Parser(text_, tokens, asts_, reporter_).lone_expression(); !ast.is_none()) {
    std::vector<NameAt> names;
    std::vector<std::optional<Dim>> extents;
    std::set<std::string> own = own_names();
    for (const FreeIndex& index : indices) {
      own.insert(index.name);
      names.push_back({index.name, asts_[ast].span});
      extents.push_back(index.extent);
    }
    respell(kept, own);
    value = names.empty() ? elaborator_.value_of(ast) : elaborator_.indexed_value(ast, names, extents, true);
  }
  asts_.shrink(kept);
  if (reporter_.count() > 0) value = {};
  return value;
}

bool Reader::definition_at(std::size_t begin, std::string_view name) {
  reporter_.restart();
  elaborator_.restart();
  const std::size_t kept = asts_.size();
  const std::vector<Token> tokens = tokens_of(text_, reporter_, begin);
  std::vector<Statement> found = Parser(text_, tokens, asts_, reporter_).statements();
  const bool is_one = found.size() == 1 && found[0].kind == StatementKind::definition && !found[0].is_indexed &&
                      found[0].names[0].text == name;
  if (!is_one && reporter_.count() == 0) {
    reporter_.error("G0101", tokens.front().span, "this is no definition of one name");
  }
  const auto known = elaborator_.bindings.find(name);
  const std::optional<Binding> before =
      known == elaborator_.bindings.end() ? std::nullopt : std::optional(known->second);
  if (is_one && reporter_.count() == 0) {
    statements_.push_back(std::move(found[0]));
    current_ = statements_.size() - 1;
    announce(statements_.back());
    on_paper_.clear();
    respell(kept, own_names());
    definition(statements_.back());
    if (reporter_.count() == 0) {
      elaborator_.bindings.find(name)->second.is_below = true;
      return true;
    }
    statements_.pop_back();
    if (before)
      elaborator_.bindings.find(name)->second = *before;
    else
      elaborator_.bindings.erase(elaborator_.bindings.find(name));
    std::erase_if(program_.definitions, [&](const Definition& one) { return one.span.begin >= begin; });
  }
  asts_.shrink(kept);
  return false;
}

}  // namespace formula

struct OpenSheet::State {
  std::string name, sheet;
  Pool& pool;
  ReadOptions options;
  Text text;
  formula::Reader reader;

  State(const Text& from, Pool& where, ReadOptions how)
      : name(from.name()),
        sheet(from.content() + (from.content().ends_with('\n') ? "" : "\n")),
        pool(where),
        options(std::move(how)),
        text(name, sheet),
        reader(text, pool, options) {
    reader.read();
  }
};

OpenSheet::OpenSheet(Text sheet, Pool& pool, ReadOptions options)
    : state_(std::make_unique<State>(sheet, pool, std::move(options))) {}
OpenSheet::~OpenSheet() = default;
OpenSheet::OpenSheet(OpenSheet&&) noexcept = default;
OpenSheet& OpenSheet::operator=(OpenSheet&&) noexcept = default;

const Program& OpenSheet::program() const { return state_->reader.program(); }
Pool& OpenSheet::pool() const { return state_->pool; }
const Text& OpenSheet::text() const { return state_->text; }
std::uint32_t OpenSheet::line_begin() const { return static_cast<std::uint32_t>(state_->sheet.size()); }

SheetValue OpenSheet::asked(std::string_view gw, bool is_quiet, const std::vector<FreeIndex>& indices) {
  std::string content;
  content.reserve(state_->sheet.size() + gw.size());
  content.append(state_->sheet).append(gw);
  state_->text = Text(state_->name, std::move(content));
  const formula::Value value = state_->reader.expression_at(state_->sheet.size(), is_quiet, indices);
  return {value.expr, value.surface, state_->reader.take_diagnostics()};
}

SheetValue OpenSheet::value(std::string_view gw, const std::vector<FreeIndex>& indices) {
  return asked(gw, true, indices);
}

SheetValue OpenSheet::value_with_reasons(std::string_view gw, const std::vector<FreeIndex>& indices) {
  return asked(gw, false, indices);
}

std::vector<Diagnostic> OpenSheet::define(std::string_view name, std::string_view gw) {
  std::string line;
  line.append(name).append(" = ").append(gw).append("\n");
  state_->text = Text(state_->name, state_->sheet + line);
  if (state_->reader.definition_at(state_->sheet.size(), name)) {
    state_->sheet += line;
    return {};
  }
  return state_->reader.take_diagnostics();
}

std::optional<Shape> OpenSheet::shape_of(std::string_view name) const {
  const auto& bindings = state_->reader.elaborator().bindings;
  const auto found = bindings.find(name);
  if (found == bindings.end() || found->second.value.is_poisoned()) return std::nullopt;
  return found->second.value.surface;
}

bool OpenSheet::is_dimension(std::string_view name) const { return state_->reader.elaborator().has_symbol(name); }

bool OpenSheet::is_function(std::string_view name) const {
  const auto& functions = state_->reader.elaborator().functions;
  return functions.find(name) != functions.end() || formula::is_builtin(name);
}

bool OpenSheet::is_defined_scalar(std::string_view name) const {
  const Definition* definition = program().definition(name);
  return definition != nullptr && !definition->expr.is_none() && definition->surface.empty();
}

bool OpenSheet::is_own_function(std::string_view name) const {
  const auto& functions = state_->reader.elaborator().functions;
  const auto found = functions.find(name);
  return found != functions.end() && !found->second.is_prelude;
}

std::string OpenSheet::nearest_name(std::string_view name) const {
  return state_->reader.elaborator().nearest_name(name, false);
}

std::string OpenSheet::size_text(const Shape& surface) const { return state_->reader.elaborator().size_text(surface); }

std::string OpenSheet::origin_of(std::string_view name) const {
  const formula::Elaborator& elaborator = state_->reader.elaborator();
  const auto found = elaborator.bindings.find(name);
  if (found == elaborator.bindings.end()) return {};
  const formula::Binding& known = found->second;
  const std::string line = "line " + std::to_string(state_->text.place(known.span.begin).line);
  if (known.kind == formula::Binding::Kind::input) return "declared " + line;
  std::string text = known.is_below ? "" : line;
  const Shape& surface = known.value.surface;
  for (std::size_t axis = 0; axis < surface.size() && surface.size() == 2; ++axis) {
    if (state_->pool.dims().is_one(surface[axis]) || known.ast.is_none()) continue;
    const std::string from = elaborator.origin(known.ast, axis, 1);
    if (from.empty()) continue;
    text += (text.empty() ? "its " : ", its ") + elaborator.dim_text(surface[axis]) + " is " + from;
  }
  return text;
}

}  // namespace gradwright
