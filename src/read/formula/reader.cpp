#include "read/formula/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "read/formula/builtins.h"
#include "read/formula/prelude.h"

namespace gradwright {

Program read_formula(const Text& text, Pool& pool, const ReadOptions& options) {
  formula::Reader reader(text, pool, options);
  reader.read();
  return std::move(reader.program());
}

const Declaration* Program::declaration(std::string_view name) const {
  const auto found =
      std::find_if(declarations.begin(), declarations.end(), [&](const Declaration& one) { return one.name == name; });
  return found == declarations.end() ? nullptr : &*found;
}

const Definition* Program::definition(std::string_view name) const {
  const auto found =
      std::find_if(definitions.begin(), definitions.end(), [&](const Definition& one) { return one.name == name; });
  return found == definitions.end() ? nullptr : &*found;
}

bool Program::has_errors() const {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& one) { return one.severity == Severity::error; });
}

std::optional<Diagnostic> Program::read_outside(const DimTable& dims, const DimValues& sizes) const {
  for (const SizeBound& bound : bounds) {
    const auto room = dims.value(bound.room, sizes);
    if (!room || *room >= 0) continue;
    Diagnostic fault = bound.outside;
    std::string known;
    for (const auto& [symbol, size] : sizes) known += fmt::format("{}{} = {}", known.empty() ? "" : ", ", symbol, size);
    fault.note(fmt::format("the sizes are {}", known));
    return fault;
  }
  return std::nullopt;
}

}  // namespace gradwright

namespace gradwright::formula {

namespace {

/// Read once; the nodes of each sheet go on behind these.
struct ParsedPrelude {
  Text text{"prelude", std::string(prelude())};
  AstPool asts;
  std::map<std::string, OwnFunction, std::less<>> functions;

  ParsedPrelude() {
    Reporter silent;
    const std::vector<Token> tokens = tokens_of(text, silent);
    for (const Statement& statement : Parser(text, tokens, asts, silent).statements()) {
      if (statement.kind != StatementKind::function) continue;
      OwnFunction function;
      function.parameters.assign(statement.names.begin() + 1, statement.names.end());
      function.body = statement.value;
      function.is_prelude = true;
      functions[statement.names[0].text] = std::move(function);
    }
  }
};

const ParsedPrelude& parsed_prelude() {
  static const ParsedPrelude parsed;
  return parsed;
}

}  // namespace

Reader::Reader(const Text& text, Pool& pool, const ReadOptions& options, std::string states_like)
    : text_(text),
      pool_(pool),
      options_(options),
      states_like_(std::move(states_like)),
      asts_(&parsed_prelude().asts),
      elaborator_(text_, asts_, pool_, program_.names, reporter_) {
  elaborator_.prelude_text = &parsed_prelude().text;
  elaborator_.functions = parsed_prelude().functions;
  elaborator_.derivative = options.derivative;
  elaborator_.cutting = [this](Ast of, const std::string& cut, Expr& input) {
    return cut_value(elaborator_, current_, of, cut, input, 0);
  };
}

void Reader::read() {
  const std::size_t prelude_size = asts_.size();
  const std::vector<Token> tokens = tokens_of(text_, reporter_);
  statements_ = Parser(text_, tokens, asts_, reporter_).statements();
  dimensions();
  for (const Statement& statement : statements_) announce(statement);
  respell(prelude_size, own_names());
  for (current_ = 0; current_ < statements_.size() && !reporter_.is_full(); ++current_) {
    const Statement& statement = statements_[current_];
    switch (statement.kind) {
      case StatementKind::declaration:
        declaration(statement);
        if (!states_like_.empty() && statement.names[0].text == states_like_) declare_states();
        break;
      case StatementKind::update: update(statement); break;
      case StatementKind::definition: definition(statement); break;
      case StatementKind::function: function(statement); break;
      case StatementKind::claim: claim(statement); break;
      case StatementKind::raw_claim: raw_claim(statement); break;
      case StatementKind::layout:
        program_.layout = statement.word.text == "numerator"     ? Layout::numerator
                          : statement.word.text == "denominator" ? Layout::denominator
                                                                 : Layout::gradient;
        program_.states_layout = true;
        break;
      default: break;
    }
  }
  for (const Statement& statement : statements_) {
    const bool asks = statement.kind == StatementKind::derive || statement.kind == StatementKind::hessian ||
                      statement.kind == StatementKind::minimize;
    if (asks && !reporter_.is_full()) request(statement);
  }
  std::erase_if(program_.claims, [&](const Claim& one) {  // made before the second definition of what they speak of
    return std::ranges::any_of(std::array{one.of.name, one.wrt.name, one.first.name}, [&](const std::string& name) {
      const auto known = elaborator_.bindings.find(name);
      return known != elaborator_.bindings.end() && known->second.kind == Binding::Kind::poisoned;
    });
  });
  report_empty_sheet();
  program_.diagnostics = reporter_.take();
  program_.bounds = std::move(elaborator_.bounds);
}

void Reader::report_empty_sheet() {
  const std::string& content = text_.content();
  const bool is_empty =
      content.find_first_not_of(" \t\r\n\f\v", content.starts_with("\xEF\xBB\xBF") ? 3 : 0) == std::string::npos;
  if (!is_empty || !states_like_.empty() || reporter_.count() > 0) return;
  reporter_.error("G0116", {0, static_cast<std::uint32_t>(content.size())},
                  content.empty() ? "the sheet is empty" : "the sheet is empty: it holds blank lines only");
}

void Reader::collect_symbols(Ast ast) {
  const AstNode& node = asts_[ast];
  if (node.kind == AstKind::name) elaborator_.note_symbol(node.text);
  if (node.kind == AstKind::name) ++uses_in_sizes_[node.text];
  for (const Ast child : node.children) collect_symbols(child);
}

void Reader::dimensions() {
  std::vector<const Statement*> waiting;
  std::map<std::string, std::size_t, std::less<>> pending;
  for (const Statement& statement : statements_) {
    for (const Ast size : statement.dims) collect_symbols(size);
    if (statement.kind != StatementKind::dimension) continue;
    for (const NameAt& name : statement.names) {
      elaborator_.note_symbol(name.text);
      ++uses_in_sizes_[name.text];
      if (statement.dims.empty()) (void)pool_.dims().symbol(name.text, name.span);
    }
    if (statement.dims.empty()) continue;
    waiting.push_back(&statement);
    ++pending[statement.names[0].text];
  }
  const auto mentions_pending = [&](const auto& self, Ast ast) -> bool {
    const AstNode& node = asts_[ast];
    if (node.kind == AstKind::name && pending.find(node.text) != pending.end()) return true;
    return std::any_of(node.children.begin(), node.children.end(), [&](Ast child) { return self(self, child); });
  };
  // A line is taken once all that it is made of is known.
  for (bool moves = true; moves;) {
    moves = false;
    for (auto it = waiting.begin(); it != waiting.end();) {
      const Statement& statement = **it;
      if (mentions_pending(mentions_pending, statement.dims[0])) {
        ++it;
        continue;
      }
      moves = true;
      it = waiting.erase(it);
      const NameAt& name = statement.names[0];
      if (--pending[name.text] == 0) pending.erase(name.text);
      const auto size = elaborator_.dim_of(statement.dims[0], true);
      if (!size) continue;
      if (const auto value = pool_.dims().constant_value(*size); value && *value < 1) {
        reporter_.error("G0213", statement.span,
                        fmt::format("a size is at least 1, and `{}` would be {}", name.text, *value));
        continue;
      }
      if (pool_.dims().define(name.text, *size, statement.span)) continue;
      Diagnostic& diagnostic =
          reporter_.error("G0213", name.span, fmt::format("`{}` is given two sizes that differ", name.text));
      for (const DimEquality& equality : pool_.dims().equalities()) {
        if (pool_.dims().symbol_name(equality.symbol) == name.text && equality.reason.end <= text_.content().size())
          diagnostic.label(equality.reason, "first said here");
      }
    }
  }
  for (const Statement* statement : waiting) {
    reporter_.error("G0213", statement->span, fmt::format("the size `{}` depends on itself", statement->names[0].text));
  }
}

void Reader::announce(const Statement& statement) {
  if (statement.kind == StatementKind::declaration) {
    for (const NameAt& name : statement.names)
      elaborator_.bindings.try_emplace(name.text, Binding{Binding::Kind::later, {}, name.span, {}});
  } else if (statement.kind == StatementKind::definition) {
    const NameAt& name = statement.names[0];
    elaborator_.bindings.try_emplace(name.text, Binding{Binding::Kind::later, {}, name.span, {}});
  } else if (statement.kind == StatementKind::function && !is_builtin(statement.names[0].text)) {
    const auto known = elaborator_.functions.find(statement.names[0].text);
    if (known != elaborator_.functions.end() && !known->second.is_prelude) return;
    OwnFunction function;
    function.span = statement.names[0].span;
    function.is_later = true;
    elaborator_.functions[statement.names[0].text] = std::move(function);
  }
}

bool Reader::is_new(const NameAt& name) {
  Binding& known = elaborator_.bindings[name.text];
  if (known.kind == Binding::Kind::later || known.span == name.span) return true;
  Diagnostic& diagnostic = reporter_.error("G0302", name.span, fmt::format("`{}` is defined already", name.text));
  diagnostic.label(known.span, "first here");
  diagnostic.help("a name means one thing in a sheet; choose another");
  known.kind = Binding::Kind::poisoned;  // which of the two is meant is not known: neither is derived
  known.value = {};
  return false;
}

Value Reader::definition_value(Elaborator& elaborator, const Statement& statement) {
  if (statement.value.is_none()) return {};
  if (!statement.is_indexed) return elaborator.value_of(statement.value);
  const std::vector<NameAt> indices(statement.names.begin() + 1, statement.names.end());
  return elaborator.indexed_value(statement.value, indices, {}, false);
}

/// `x = R[3]`, `x = R`: a declaration with the sign of a definition.
bool Reader::declares(const Statement& statement) {
  if (statement.value.is_none() || statement.is_indexed || elaborator_.bindings.contains("R")) return false;
  const AstNode* node = &asts_[statement.value];
  const bool has_sizes = node->kind == AstKind::index || node->kind == AstKind::power;
  if (has_sizes) node = &asts_[node->children[0]];
  if (node->kind != AstKind::name || node->text != "R") return false;
  reporter_.error("G0301", node->span, "unknown name `R`")
      .fix(statement.sign, ":", "what is given is declared with `:`");
  return true;
}

void Reader::definition(const Statement& statement) {
  const NameAt& name = statement.names[0];
  const Value read = declares(statement) ? Value{} : definition_value(elaborator_, statement);
  const Value value = statement.is_faulty ? Value{} : read;
  if (!is_new(name)) return;
  Binding& binding = elaborator_.bindings[name.text];
  binding = {Binding::Kind::poisoned, {}, name.span, statement.value};
  if (value.is_poisoned() || !value.indices.empty()) return;
  Definition made{name.text, value.expr, value.surface, statement.span, uses_of(statement.value)};
  if (options_.cuts.find(name.text) != options_.cuts.end()) {
    made.expr = make_input(pool_, {name.text, Role::cut, Property::none, value.surface});
  }
  binding.kind = Binding::Kind::definition;
  binding.value.expr = made.expr;
  binding.value.surface = made.surface;
  binding.value.is_anonymous = false;
  if (pool_.kind(made.expr) != Kind::literal) program_.names.emplace(made.expr, Name{name.text, made.surface});
  program_.definitions.push_back(std::move(made));
}

void Reader::function(const Statement& statement) {
  const NameAt& name = statement.names[0];
  if (is_builtin(name.text)) {
    reporter_.error("G0307", name.span,
                    fmt::format("`{}` is a function of the language and cannot be defined anew", name.text));
    return;
  }
  for (std::size_t i = 1; i < statement.names.size(); ++i) {
    for (std::size_t j = 1; j < i; ++j) {
      if (statement.names[i].text == statement.names[j].text) {
        reporter_.error("G0110", statement.names[i].span,
                        fmt::format("the argument `{}` stands twice", statement.names[i].text));
      }
    }
  }
  OwnFunction& known = elaborator_.functions[name.text];
  if (!known.is_later) {
    reporter_.error("G0302", name.span, fmt::format("the function `{}` is defined already", name.text))
        .label(known.span, "first here");
    known.body = {};
    return;
  }
  known.parameters.assign(statement.names.begin() + 1, statement.names.end());
  known.body = statement.value;
  known.span = name.span;
  known.is_later = false;
}

void Reader::collect_uses(Ast ast, std::vector<std::string>& found, std::vector<std::string>& hidden, int depth) const {
  if (ast.is_none() || depth > 300) return;
  const AstNode& node = asts_[ast];
  const auto holds = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (node.kind == AstKind::name && !holds(hidden, node.text) && !holds(found, node.text)) {
    const auto known = elaborator_.bindings.find(node.text);
    if (known != elaborator_.bindings.end() && known->second.kind != Binding::Kind::later) found.push_back(node.text);
  }
  for (const Ast child : node.children) collect_uses(child, found, hidden, depth + 1);
  if (node.kind != AstKind::call && node.kind != AstKind::prime_call) return;
  const auto own = elaborator_.functions.find(node.text);
  const std::string mark = node.text + "()";  // each function is entered once
  if (own == elaborator_.functions.end() || own->second.is_prelude || holds(hidden, mark)) return;
  hidden.push_back(mark);
  std::vector<std::string> inner = hidden;
  for (const NameAt& parameter : own->second.parameters) inner.push_back(parameter.text);
  collect_uses(own->second.body, found, inner, depth + 1);
  for (const std::string& name : inner) {
    if (name.ends_with("()") && !holds(hidden, name)) hidden.push_back(name);
  }
}

std::vector<std::string> Reader::uses_of(Ast ast) const {
  std::vector<std::string> found;
  std::vector<std::string> hidden;
  collect_uses(ast, found, hidden, 0);
  return found;
}

Value Reader::cut_value(Elaborator& outer, std::size_t before, Ast of, const std::string& cut, Expr& input, int depth) {
  if (depth > 2) return {};
  // Definitions that stand on the cut are read anew with it free; the others stay.
  Names names = program_.names;
  Reporter quiet;
  quiet.set_quiet(true);
  Elaborator inner(text_, asts_, pool_, names, quiet);
  inner.bindings = outer.bindings;
  inner.functions = outer.functions;
  inner.prelude_text = outer.prelude_text;
  inner.derivative = outer.derivative;
  for (const Statement& statement : statements_) {
    for (const NameAt& name : statement.names) {
      if (outer.has_symbol(name.text)) inner.note_symbol(name.text);
    }
  }
  for (const std::string& symbol : pool_.dims().symbols()) {
    if (outer.has_symbol(symbol)) inner.note_symbol(symbol);
  }
  Binding& free = inner.bindings[cut];
  input = make_input(pool_, {cut, Role::cut, Property::none, free.value.surface});
  free.kind = Binding::Kind::input;
  free.value.expr = input;
  names.emplace(input, Name{cut, free.value.surface});
  std::vector<std::string> dirty{cut};
  std::size_t at = 0;
  inner.cutting = [&](Ast deeper, const std::string& name, Expr& found) {
    return cut_value(inner, at, deeper, name, found, depth + 1);
  };
  for (; at < before && at < statements_.size(); ++at) {
    const Statement& statement = statements_[at];
    if (statement.kind != StatementKind::definition || statement.names[0].text == cut) continue;
    const std::vector<std::string> uses = uses_of(statement.value);
    const bool stands_on_it = std::any_of(uses.begin(), uses.end(), [&](const std::string& use) {
      return std::find(dirty.begin(), dirty.end(), use) != dirty.end();
    });
    Binding& binding = inner.bindings[statement.names[0].text];
    if (!stands_on_it || binding.kind != Binding::Kind::definition || binding.ast != statement.value) continue;
    const Value value = definition_value(inner, statement);
    if (value.is_poisoned()) return {};
    dirty.push_back(statement.names[0].text);
    binding.value.expr = value.expr;
    if (pool_.kind(value.expr) != Kind::literal)
      names.emplace(value.expr, Name{statement.names[0].text, value.surface});
  }
  return inner.value_of(of);
}

}  // namespace gradwright::formula
