#include "explain/links.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "derive/jacobian.h"
#include "ir/make.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {}  // namespace

NamedPath named_path(const Pool& pool, const Derived& derived) {
  std::unordered_map<Expr, std::vector<Expr>> users;
  for (const Step& step : derived.trace) {
    if (step.kind == Step::Kind::through) users[pool[step.node].operands[step.operand]].push_back(step.node);
  }
  const auto named_users = [&](Expr node) {
    std::set<Expr> found, seen;
    std::vector<Expr> waiting{node};
    while (!waiting.empty()) {
      const Expr at = waiting.back();
      waiting.pop_back();
      const auto above = users.find(at);
      if (above == users.end()) continue;
      for (const Expr user : above->second) {
        if (user == derived.source || derived.names->contains(user))
          found.insert(user);
        else if (seen.insert(user).second)
          waiting.push_back(user);
      }
    }
    return found;
  };
  NamedPath path;
  for (Expr at = derived.variable;;) {
    const std::set<Expr> next = named_users(at);
    if (next.size() != 1) return path;
    at = *next.begin();
    if (at == derived.source) break;
    path.nodes.push_back(at);
  }
  path.reaches_source = true;
  return path;
}

ChainFactor chain_factor(const Wording& wording, Expr of, Expr wrt, const std::string& of_name,
                         const std::string& wrt_name, bool is_transposed) {
  Pool& pool = wording.pool();
  Trace trace;
  Names names = *wording.derived().names;
  names.erase(of);
  const Expr slope = simplified(pool, {local_derivative(pool, of, wrt, names)}, names, trace)[0];
  // With the axes of `of` first a Jacobian has its rows there.
  ChainFactor factor;
  factor.what = derivative_run(of_name, wrt_name);
  const bool is_vector = pool.order(slope) == 1;  // of a scalar
  PresentOptions how;
  how.rich = true;
  how.sizes = false;
  how.inlines = true;
  how.reserved = &wording.reserved();
  const Expr shown = is_transposed ? transposed(pool, slope) : slope;
  const Dim one = pool.dims().one();
  Shape surface = pool.shape(shown);
  if (is_vector) surface = is_transposed ? Shape{surface[0], one} : Shape{one, surface[0]};
  // The slope of an activation is told with its own name: a3 ⊙ (1 − a3).
  factor.value = presented(pool, shown, surface, *wording.derived().names, how);
  factor.rows = wording.dim(surface.empty() ? one : surface[0]);
  factor.cols = wording.dim(surface.size() < 2 ? one : surface[1]);
  return factor;
}

bool grows_right(const Pool& pool, const Derived& derived) {
  return pool.order(derived.source) == 0 ? derived.layout == Layout::numerator : derived.layout != Layout::denominator;
}

std::vector<ChainFactor> factors_from(const Wording& wording, const NamedPath& path, Expr node) {
  const Derived& derived = wording.derived();
  const Pool& pool = wording.pool();
  const bool is_row = grows_right(pool, derived);
  const auto name_of = [&](Expr e) {
    const auto found = derived.names->find(e);
    return e == derived.source ? derived.of : found == derived.names->end() ? derived.wrt : found->second.text;
  };
  std::vector<Expr> nodes;
  const auto first = std::find(path.nodes.begin(), path.nodes.end(), node);
  if (first == path.nodes.end()) nodes.push_back(node);
  nodes.insert(nodes.end(), first == path.nodes.end() ? path.nodes.begin() : first, path.nodes.end());
  if (pool.order(derived.source) > 1) return {};
  std::vector<ChainFactor> factors;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (pool.order(nodes[i]) > 1) return {};
    const bool is_line = i > 0 && std::any_of(derived.chain.begin(), derived.chain.end(),
                                              [&](const DerivedLine& line) { return line.node == nodes[i]; });
    const bool is_last = i + 1 == nodes.size();
    if (is_line) {
      ChainFactor last;
      last.what = derivative_run(derived.of, name_of(nodes[i]));
      const auto line = std::find_if(derived.chain.begin(), derived.chain.end(),
                                     [&](const DerivedLine& one) { return one.node == nodes[i]; });
      const Run name = name_run(line->name);
      last.value.unicode = name.unicode;
      last.value.latex = name.latex;
      last.value.mathml = name.mathml;
      last.rows = pool.order(nodes[i]) == 0 ? "1" : wording.dim(pool.shape(nodes[i])[0]);
      last.cols = "1";
      if (is_row) std::swap(last.rows, last.cols);
      factors.push_back(std::move(last));
      break;
    }
    if (is_last && !path.reaches_source) return {};
    const Expr of = is_last ? derived.source : nodes[i + 1];
    factors.push_back(chain_factor(wording, of, nodes[i], name_of(of), name_of(nodes[i]), !is_row));
  }
  if (is_row) std::reverse(factors.begin(), factors.end());
  return factors;
}

Formula side_by_side(const std::vector<ChainFactor>& factors, bool by_name) {
  Formula line;
  for (const ChainFactor& factor : factors) {
    const Run value = run_of(factor.value);
    const bool wrap = !by_name &&
                      (value.unicode.find(' ') != std::string::npos || value.unicode.find("·") != std::string::npos) &&
                      value.unicode.back() != ')';
    Run shown = by_name ? factor.what : value;
    if (wrap)
      shown = {true, "(" + shown.unicode + ")", "\\left( " + shown.latex + " \\right)",
               "<mrow><mo>(</mo>" + shown.mathml + "<mo>)</mo></mrow>"};
    const std::string size = factor.rows + "×" + factor.cols;
    const std::string between = line.unicode.empty() ? "" : " · ";
    line.unicode += between + shown.unicode;
    line.sized.allow_break();
    line.sized.put(between);
    line.sized.put(shown.unicode, size);
    line.latex += (line.latex.empty() ? "" : " \\cdot ") + shown.latex;
    const Run sizes = size_run(factor.rows, factor.cols);
    line.latex_sized += (line.latex_sized.empty() ? "" : " \\cdot ") + std::string("\\underset{") + sizes.latex + "}{" +
                        shown.latex + "}";
    line.mathml += (line.mathml.empty() ? "" : "<mo>·</mo>") + std::string("<munder><mrow>") + shown.mathml +
                   "</mrow><mtext class=\"size\">" + size + "</mtext></munder>";
  }
  line.mathml = "<mrow>" + line.mathml + "</mrow>";
  return line;
}

}  // namespace gradwright
