#include "constructs.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "draw.h"
#include "ir/functions.h"
#include "read/formula/builtins.h"
#include "read/formula/prelude.h"

namespace gradwright::laws {
namespace {

using Made = std::optional<Term>;

/// Parts between pieces: form("product", {"", "*", ""}) is A*B.
Construct form(std::string name, std::vector<std::string> pieces) {
  const int count = static_cast<int>(pieces.size()) - 1;
  return {name, count, [name, pieces](Drawer& draw) -> Made {
            Term term{name, pieces, {}, {}};
            for (std::size_t i = 1; i < pieces.size(); ++i) term.parts.push_back(draw.part());
            return term;
          }};
}

/// A text in which ~ is a number, # a size and ? a small index.
Construct written(std::string name, std::string text) {
  return {name, 1, [name, text](Drawer& draw) -> Made {
            std::string made;
            for (const char c : text)
              made += c == '~'   ? draw.number()
                      : c == '#' ? draw.size()
                      : c == '?' ? std::to_string(1 + draw.pick(3))
                                 : std::string(1, c);
            return leaf(name, made);
          }};
}

/// A part with something around it, in which ~ is a number, # a size and @ the part.
Construct around(std::string name, std::string text) {
  return {name, 1, [name, text](Drawer& draw) -> Made {
            Term term{name, {""}, {}, {}};
            const Term part = draw.part();
            for (const char c : text) {
              if (c == '@') {
                term.parts.push_back(part);
                term.pieces.emplace_back();
              } else {
                term.pieces.back() += c == '~' ? draw.number() : c == '#' ? draw.size() : std::string(1, c);
              }
            }
            return term;
          }};
}

/// A call with so many arguments: parts, or sizes where `with_sizes`.
Construct call(std::string name, std::size_t least, std::size_t most, bool with_sizes) {
  const int count = static_cast<int>(least);
  return {name, count, [name, least, most, with_sizes](Drawer& draw) -> Made {
            Term term{name, {name + "("}, {}, {}};
            const std::size_t arguments = least + draw.pick(std::min<std::size_t>(most, least + 1) - least + 1);
            for (std::size_t i = 0; i < arguments; ++i) {
              if (i > 0) term.pieces.back() += ", ";
              if (with_sizes && (i > 0 || least == most || most > 4) && draw.chance(i > 0 ? 45 : 30)) {
                term.pieces.back() += draw.chance(70) ? draw.size() : draw.number();
              } else if (with_sizes && i > 0 && draw.chance(20)) {
                term.pieces.back() += draw.variable();
              } else {
                term.parts.push_back(draw.part());
                term.pieces.emplace_back();
              }
            }
            term.pieces.back() += ")";
            return term;
          }};
}

/// Entries and slices: `?` is an index within the next axis.
Construct entry(std::string name, std::string text, std::size_t axes) {
  return {name, 1, [name, text, axes](Drawer& draw) -> Made {
            Term part = draw.part();
            std::string made;
            std::size_t axis = 0;
            std::optional<std::size_t> low;
            for (const char c : text) {
              if (c == ',') ++axis;
              if (c != '?') {
                made += c;
                continue;
              }
              auto index = draw.index_of(part, axes == 0 ? 0 : axis);
              if (!index) return std::nullopt;
              if (made.ends_with(':') && low) index = std::max(*low, *index);
              low = index;
              made += std::to_string(*index);
            }
            return Term{name, {"", made}, {std::move(part)}, {}};
          }};
}

/// A definition in index notation: pieces around its parts.
Construct indexed(std::string name, std::string indices, std::vector<std::string> pieces) {
  const int count = static_cast<int>(pieces.size()) - 1;
  return {name, count, [name, indices, pieces](Drawer& draw) -> Made {
            Term term{name, pieces, {}, {}};
            for (std::size_t i = 1; i < pieces.size(); ++i) term.parts.push_back(draw.part());
            return draw.defined(draw.fresh_name() + "[" + indices + "]", std::move(term));
          }};
}

Construct power_by_a_size() {
  return {"power by a size", 1, [](Drawer& draw) -> Made {
            return Term{"power by a size", {"(", ")^(" + draw.size() + ")"}, {draw.part()}, {}};
          }};
}

Construct own_function() {
  return {"own function", 2, [](Drawer& draw) -> Made {
            static const char* const bodies[] = {"tanh(p) .* q + p", "p*q",    "sum(p .* q)*p", "p'*q", "2*p - q/3",
                                                 "exp(-p.^2) .* q",  "[p; q]", "p[1]*q"};
            const std::string name = "own_" + draw.fresh_name();
            if (!draw.declare_function(name + "(p,q) = " + bodies[draw.pick(std::size(bodies))])) return std::nullopt;
            Term term{"own function", {name + "(", ", ", ")"}, {draw.part(), draw.part()}, {}};
            return term;
          }};
}

Construct slope_of_a_function() {
  return {"slope of a function", 1, [](Drawer& draw) -> Made {
            const auto rows = scalar_functions();
            const ScalarFunction& row = rows[draw.pick(rows.size())];
            if (row.arity != 1 || !function_named(row.name)) return std::nullopt;
            return Term{"slope of a function", {std::string(row.name) + "'(", ")"}, {draw.part()}, {}};
          }};
}

void add_written(std::vector<Construct>& all) {
  const std::vector<Construct> rows{form("A*B", {"", "*", ""}),
                                    form("A.*B", {"", " .* ", ""}),
                                    form("A/B", {"", "/", ""}),
                                    form("A./B", {"", " ./ ", ""}),
                                    form("A+B", {"", " + ", ""}),
                                    form("A-B", {"", " - ", ""}),
                                    form("-A", {"-", ""}),
                                    form("A'", {"", "'"}),
                                    form("A^T", {"", "^T"}),
                                    around("A^k", "@^2"),
                                    around("A^3", "@^3"),
                                    around("A^(-1)", "@^(-1)"),
                                    around("A.^p", "@.^~"),
                                    around("A^n, symbolic", "@^#"),
                                    form("A.^B", {"", ".^", ""}),
                                    around("A⊙²", "@⊙²"),
                                    around("A⁻¹", "@⁻¹"),
                                    form("A⊙B", {"", " ⊙ ", ""}),
                                    form("A⊘B", {"", " ⊘ ", ""}),
                                    form("A\\b", {"", "\\", ""}),
                                    form("A⊗B", {"", " ⊗ ", ""}),
                                    form("A > B", {"", " > ", ""}),
                                    form("A >= B", {"", " >= ", ""}),
                                    form("A < B", {"", " < ", ""}),
                                    form("A <= B", {"", " <= ", ""}),
                                    form("A == B", {"", " == ", ""}),
                                    form("[A;B]", {"[", "; ", "]"}),
                                    form("[A,B]", {"[", ", ", "]"}),
                                    form("[A,B;C,D]", {"[", ", ", "; ", ", ", "]"}),
                                    written("column literal", "[~;~;~]"),
                                    written("row literal", "[~,~]"),
                                    written("matrix literal", "[~,~;~,~]"),
                                    around("pi", "pi*@"),
                                    around("size as a number", "#*@"),
                                    around("over a size", "@/#"),
                                    around("number times", "~*@"),
                                    around("scalar plus", "@ + ~"),
                                    entry("A[i]", "[?]", 0),
                                    entry("A[i,j]", "[?,?]", 2),
                                    entry("A[i,:]", "[?,:]", 2),
                                    entry("A[:,j]", "[:,?]", 2),
                                    entry("A[i:j]", "[?:?]", 0),
                                    entry("A[i:j,:]", "[?:?,:]", 2),
                                    entry("A[:,i:j]", "[:,?:?]", 2),
                                    entry("A[i:j,k:l]", "[?:?,?:?]", 2),
                                    slope_of_a_function(),
                                    own_function(),
                                    power_by_a_size(),
                                    around("tie of max", "max(@*ones(3))"),
                                    around("tie of max, two arguments", "max(@, @)"),
                                    around("tie of rowmax", "rowmax(@*ones(2)')"),
                                    around("tie of maxpool", "maxpool(@*ones(2,2), 2, 2)"),
                                    around("tie of min", "min([@; @])"),
                                    form("conv2d, options", {"conv2d(", ", ", ", stride=2, pad=1)"}),
                                    around("prod of entries", "prod(@)"),
                                    form("sum over a batch", {"sum(i, ", "[i,:]'*", "[i,:])"}),
                                    form("sum of entries", {"sum(i, ", "[i]*", "[i])"}),
                                    form("sum of entries, on paper", {"Σ_i(", "[i]·", "[i])"}),
                                    form("product over an index", {"prod(k, ", "[k,:])"}),
                                    form("double sum", {"sum(i,j, ", "[i,j]*", "[i]*", "[j])"}),
                                    indexed("product by indices", "i,j", {"sum(k, ", "[i,k]*", "[k,j])"}),
                                    indexed("entrywise by indices", "i", {"", "[i]*", "[i]"}),
                                    indexed("outer by indices", "i,j,k", {"", "[i,j]*", "[k]"}),
                                    indexed("tensor contraction", "i,j", {"sum(k, ", "[i,j,k]*", "[k])"}),
                                    indexed("window of a vector", "r", {"sum(u, ", "[u]*", "[r+u])"}),
                                    indexed("window of a matrix", "r,c", {"sum(u,v, ", "[u,v]*", "[r+u,c+v])"}),
                                    indexed("window with a leading axis", "i,r", {"sum(u, ", "[i,r+u]*", "[u])"}),
                                    indexed("strided window", "r", {"sum(u, ", "[u]*", "[2*r+u])"}),
                                    indexed("diagonal by indices", "i", {"", "[i,i]"}),
                                    indexed("transpose by indices", "i,j", {"tanh(", "[j,i])"}),
                                    indexed("batched product", "b,i,j", {"sum(k, ", "[b,i,k]*", "[k,j])"}),
                                    indexed("delta by indices", "i,j", {"delta(i,j)*", "[i]"}),
                                    form("hessian times", {"hessian(", ", ", ")*", ""})};
  all.insert(all.end(), rows.begin(), rows.end());
}

std::vector<Construct> made_constructs() {
  std::vector<Construct> all;
  add_written(all);
  for (const ScalarFunction& row : scalar_functions()) {
    if (function_named(row.name) && std::isalpha(static_cast<unsigned char>(row.name[0])) != 0)
      all.push_back(call(std::string(row.name), row.arity, row.arity, false));
  }
  for (const std::string_view name : formula::builtin_names()) {
    const bool is_known = std::any_of(all.begin(), all.end(), [&](const Construct& one) { return one.name == name; });
    if (is_known || name == "delta") continue;  // `delta by indices`
    const formula::Builtin& row = *formula::builtin_named(name);
    all.push_back(call(std::string(name), row.least,
                       name == "sum" || name == "prod" || name == "conv2d" ? row.least : row.most,
                       row.most > 1 || row.usage.find("size") != std::string_view::npos));
  }
  std::istringstream lines{std::string(formula::prelude())};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t open = line.find('('), close = line.find(')');
    if (line.starts_with('#') || open == std::string::npos) continue;
    const auto commas = std::count(line.begin() + static_cast<std::ptrdiff_t>(open),
                                   line.begin() + static_cast<std::ptrdiff_t>(close), ',');
    all.push_back(
        call(line.substr(0, open), static_cast<std::size_t>(commas) + 1, static_cast<std::size_t>(commas) + 1, false));
  }
  return all;
}

/// The language lists its properties where it is asked for one that it does not know.
std::vector<std::string> read_facts() {
  Pool pool;
  const Program program = read_formula(Text("facts.gw", "A : R[n,n] no_such_property\n"), pool);
  for (const Diagnostic& one : program.diagnostics) {
    for (const std::string& help : one.helps) {
      if (!help.starts_with("properties are ")) continue;
      std::istringstream words(help.substr(15));
      std::vector<std::string> all;
      for (std::string word; words >> word;) all.push_back(word);
      return all;
    }
  }
  return {};
}

}  // namespace

const std::vector<Construct>& constructs() {
  static const std::vector<Construct> all = made_constructs();
  return all;
}

const std::vector<std::string>& facts() {
  static const std::vector<std::string> all = read_facts();
  return all;
}

const std::vector<std::string>& kinds_of_variables() {
  static const std::vector<std::string> all{
      "scalar", "vector",       "row",           "square matrix", "rectangular matrix", "tensor",
      "size 1", "numeric size", "symbolic size", "param",         "named part",         "no fact"};
  return all;
}

}  // namespace gradwright::laws
