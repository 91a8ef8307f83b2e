#include "check/edit_atoms.h"

#include <algorithm>
#include <functional>
#include <set>

#include "check/edit_functions.h"

namespace gradwright::check {
namespace {

constexpr std::size_t most_atoms = 220;

class Collector {
 public:
  Collector(const RepairTask& task, SyntaxTrees& trees, SampleEnvironment& point)
      : task_(task), trees_(trees), pool_(trees.pool), point_(point) {}

  std::vector<Atom> all() {
    for (const auto& [name, value] : point_.names()) {
      const bool is_index = std::any_of(task_.indices.begin(), task_.indices.end(),
                                        [&](const FreeIndex& one) { return one.name == name; });
      if (!is_index) add(made_name(pool_, name), Atom::Origin::name, 0);
    }
    std::vector<std::string> indices;
    for (const FreeIndex& one : task_.indices) indices.push_back(one.name);
    for (const std::string& index : indices) add(made_name(pool_, index), Atom::Origin::size, 0);
    for (const Ast entry : entries_of(trees_, point_, indices)) {
      const bool is_slope = pool_[entry].kind != AstKind::index;
      add(entry, is_slope ? Atom::Origin::slope : Atom::Origin::name, is_slope ? 0.1 : 0);
    }
    for (const auto& [name, ast] : trees_.definitions) slopes(name, ast);
    shapes();
    const DimTable& dims = task_.sheet.pool().dims();
    for (const DimEquality& equality : dims.equalities())
      add(made_name(pool_, std::string(dims.symbol_name(equality.symbol))), Atom::Origin::size, 0.1);
    for (const auto& [name, size] : point_.sizes()) add(made_name(pool_, name), Atom::Origin::size, 0.1);
    if (!trees_.truth.is_none()) parts(trees_.truth, Atom::Origin::truth, 24);
    for (const auto& [name, ast] : trees_.definitions) parts(ast, Atom::Origin::sheet, 7);
    return std::move(atoms_);
  }

 private:
  void add(Ast ast, Atom::Origin origin, double cost) {
    if (atoms_.size() >= most_atoms) return;
    const Dense value = point_.value(ast);
    if (value.is_none()) return;
    const bool may_repeat = origin == Atom::Origin::size;
    for (const Atom& atom : atoms_) {
      if (may_repeat) break;
      if (agree(atom.value, value)) return;
    }
    atoms_.push_back({ast, origin, cost, value, transposed(point_.arena(), value)});
  }

  void slopes(const std::string& name, Ast ast) {
    const AstNode node = pool_[ast];
    if (node.kind == AstKind::call && node.children.size() == 1) {
      const bool is_own = trees_.functions.find(node.text) != trees_.functions.end();
      if (is_elementwise(node.text) || is_own) {
        add(made_call(pool_, node.text, node.children, 1), Atom::Origin::slope,
            0.1 + 0.05 * static_cast<double>(size_of(pool_, ast)));
      }
      const Ast self = name.empty() ? ast : made_name(pool_, name);
      const Ast one = made_number(pool_, 1);
      if (node.text == "sigmoid") add(made_sum(pool_, one, Operator::minus, self), Atom::Origin::slope, 0.15);
    }
    for (const Ast child : node.children) slopes({}, child);
  }

  void shapes() {
    std::set<Dim> dims;
    const auto note = [&](const Shape& surface) { dims.insert(surface.begin(), surface.end()); };
    for (const Declaration& one : task_.sheet.program().declarations) note(one.surface);
    for (const Definition& one : task_.sheet.program().definitions) note(one.surface);
    note(task_.truth_surface);
    const DimTable& table = task_.sheet.pool().dims();
    for (const Dim dim : dims) {
      if (table.is_one(dim) || atoms_.size() > most_atoms / 2) continue;
      const auto size = [&]() -> Ast {
        if (const auto value = table.constant_value(dim)) return made_number(pool_, *value);
        return trees_.read(table.to_string(dim));
      };
      const auto extent = table.value(dim, point_.sizes());
      if (!extent || *extent < 1 || *extent > 40) continue;
      for (const char* function : {"ones", "eye"}) {
        const Ast extent_ast = size();
        if (extent_ast.is_none()) continue;
        const Ast ast = made_call(pool_, function, {extent_ast});
        const Dense count = constant(point_.arena(), static_cast<double>(*extent));
        const Dense value = called(point_.arena(), function, {&count, 1});
        if (point_.value(ast).has_size_of(value)) add(ast, Atom::Origin::shape, 0.1);
      }
    }
  }

  void parts(Ast root, Atom::Origin origin, std::size_t most_size) {
    for (const Place& place : places_of(pool_, root)) {
      if (place.is_size) continue;
      const AstKind kind = pool_[place.node].kind;
      if (kind == AstKind::name || kind == AstKind::number || kind == AstKind::range || kind == AstKind::all) continue;
      const Ast part = part_at(pool_, place);
      const std::size_t size = size_of(pool_, part);
      if (size <= most_size) add(part, origin, 0.15 * static_cast<double>(size));
    }
  }

  const RepairTask& task_;
  SyntaxTrees& trees_;
  AstPool& pool_;
  SampleEnvironment& point_;
  std::vector<Atom> atoms_;
};

}  // namespace

std::vector<Ast> entries_of(SyntaxTrees& trees, SampleEnvironment& point, const std::vector<std::string>& indices) {
  AstPool& pool = trees.pool;
  std::vector<Ast> found;
  const auto entries = [&](const std::string& name, const std::function<void(Ast)>& sink) {
    const auto value = point.names().find(name);
    if (value == point.names().end() || value->second.is_scalar()) return;
    const bool is_vector = value->second.cols == 1;
    for (const std::string& first : indices) {
      for (const std::string& second : is_vector ? std::vector<std::string>{""} : indices) {
        AstNode node;
        node.kind = AstKind::index;
        node.children = {made_name(pool, name), made_name(pool, first)};
        if (!is_vector) node.children.push_back(made_name(pool, second));
        sink(pool.add(std::move(node)));
      }
    }
  };
  for (const auto& [name, value] : point.names()) entries(name, [&](Ast entry) { found.push_back(entry); });
  for (const auto& [name, ast] : trees.definitions) {
    const AstNode node = pool[ast];
    if (node.kind != AstKind::call || node.children.size() != 1 || !is_elementwise(node.text)) continue;
    if (pool[node.children[0]].kind != AstKind::name) continue;
    entries(pool[node.children[0]].text, [&](Ast entry) { found.push_back(made_call(pool, node.text, {entry}, 1)); });
    if (node.text != "sigmoid") continue;  // whose slope people write by its value
    entries(name, [&](Ast entry) { found.push_back(made_sum(pool, made_number(pool, 1), Operator::minus, entry)); });
  }
  return found;
}

std::vector<Atom> atoms_of(const RepairTask& task, SyntaxTrees& trees, SampleEnvironment& point) {
  return Collector(task, trees, point).all();
}

}  // namespace gradwright::check
