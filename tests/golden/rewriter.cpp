#include "rewriter.h"

#include <algorithm>

#include "check/general_text.h"
#include "read/formula/parser.h"

namespace gradwright::check {
namespace {

using formula::Ast;
using formula::AstKind;
using formula::AstNode;
using formula::AstPool;
using formula::Operator;

std::string group(std::string text) { return "(" + std::move(text) + ")"; }

class Rewriter {
 public:
  Rewriter(const std::string& gw, OpenSheet& sheet) : text_("formula.gw", gw), sheet_(sheet) {
    formula::Reporter reporter;
    const std::vector<formula::Token> tokens = formula::tokens_of(text_, reporter);
    root_ = formula::Parser(text_, tokens, pool_, reporter).lone_expression();
  }

  [[nodiscard]] std::vector<Rewriting> all() {
    for (std::uint32_t i = 0; i < pool_.size(); ++i) note_sizes(Ast{i});
    for (std::uint32_t i = 0; i < pool_.size(); ++i) {
      const Span span = pool_[Ast{i}].span;
      const auto holds = [&](const Span& size) { return size.begin <= span.begin && span.end <= size.end; };
      if (std::none_of(sizes_.begin(), sizes_.end(), holds)) rewrite(Ast{i});
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::string of(Ast ast) const { return std::string(text_.slice(pool_[ast].span)); }
  [[nodiscard]] std::string part(Ast ast) const { return group(of(ast)); }

  bool is_number(Ast ast) {
    const SheetValue value = sheet_.value(of(ast));
    return value.is_good() && value.surface.empty();
  }

  void note_sizes(Ast ast) {
    const AstNode& node = pool_[ast];
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool is_size =
          (node.kind == AstKind::call && takes_size(node, i)) || (node.kind == AstKind::index && i > 0);
      if (is_size) sizes_.push_back(pool_[node.children[i]].span);
    }
  }

  void offer(const char* name, Ast at, const std::string& instead) {
    const Span span = pool_[at].span;
    std::string whole = text_.content();
    whole.replace(span.begin, span.end - span.begin, group(instead));
    found_.push_back({name, whole});
  }

  void rewrite(Ast ast) {
    const AstNode& node = pool_[ast];
    const auto child = [&](std::size_t i) { return part(node.children[i]); };
    switch (node.kind) {
      case AstKind::sum:
        if (node.children.size() == 2 && node.operators[0] == Operator::plus) {
          const bool is_minus = node.operators[1] == Operator::minus;
          offer("reordered sum", ast, is_minus ? "-" + child(1) + " + " + child(0) : child(1) + " + " + child(0));
          if (is_minus) offer("turned difference", ast, "-(" + child(1) + " - " + child(0) + ")");
          offer("transposed sum", ast, group(child(0) + "'" + (is_minus ? " - " : " + ") + child(1) + "'") + "'");
        }
        names(ast);
        return;
      case AstKind::product:
        if (node.children.size() == 2) product(ast, node);
        if (node.children.size() > 2) regrouped(ast, node);
        names(ast);
        return;
      case AstKind::power:
        if (pool_[node.children[1]].kind == AstKind::number && pool_[node.children[1]].text == "2")
          offer("square written out", ast, child(0) + " .* " + child(0));
        return;
      case AstKind::name: {
        const Definition* definition = sheet_.program().definition(node.text);
        if (definition != nullptr) {
          const std::string line(sheet_.text().slice(definition->span));
          const auto equals = line.find('=');
          if (equals != std::string::npos && line.find('[') > equals)
            offer("opened name", ast, line.substr(equals + 1, line.find('#') - equals - 1));
        }
        const auto shape = sheet_.shape_of(node.text);
        if (!shape) return;
        offer("doubled transpose", ast, node.text + "''");
        offer("halves", ast, node.text + "/2 + " + node.text + "/2");
        if (shape->size() != 2) return;
        const std::string rows = sheet_.pool().dims().to_string((*shape)[0]);
        const std::string cols = sheet_.pool().dims().to_string((*shape)[1]);
        offer("identity factor", ast, "eye(" + rows + ")*" + node.text);
        offer("ones factor", ast, "ones(" + rows + "," + cols + ") .* " + node.text);
        return;
      }
      case AstKind::call:
        if (node.text == "ones" || node.text == "zeros" || node.text == "eye") written_out(ast, node);
        if (node.children.size() != 1) return;
        names(ast);
        if (node.text == "sum") summed_by_ones(ast, node);
        if (node.text == "sigmoid") offer("sigmoid written out", ast, "1 ./ (1 + exp(-" + child(0) + "))");
        if (node.text == "tanh") offer("tanh by sigmoid", ast, "2*sigmoid(2*" + child(0) + ") - 1");
        if (node.text == "softplus") offer("softplus written out", ast, "log(1 + exp(" + child(0) + "))");
        if (node.text == "relu") offer("relu by a comparison", ast, child(0) + " .* " + group(child(0) + " > 0"));
        if (node.text == "sum") offer("sum of the transpose", ast, "sum(" + child(0) + "')");
        if (node.text == "rowsum") offer("row sums by ones", ast, child(0) + "*ones(cols" + child(0) + ")");
        if (node.text == "colsum") offer("column sums by ones", ast, "ones(rows" + child(0) + ")'*" + child(0));
        if (node.text == "tr") offer("trace of the transpose", ast, "tr(" + child(0) + "')");
        if (node.text == "inv") offer("inverse of the transpose", ast, "inv(" + child(0) + "')'");
        if (node.text == "norm2") offer("norm written out", ast, "sqrt(sum(" + child(0) + ".^2))");
        if (node.text == "mean") offer("mean of the transpose", ast, "mean(" + child(0) + "')");
        return;
      case AstKind::prime_call:
        if (node.children.size() != 1 || node.primes != 1) return;
        if (node.text == "sigmoid")
          offer("slope of sigmoid", ast, "sigmoid" + child(0) + " .* (1 - sigmoid" + child(0) + ")");
        if (node.text == "tanh") offer("slope of tanh", ast, "1 - tanh" + child(0) + ".^2");
        if (node.text == "relu") offer("slope of relu", ast, child(0) + " > 0");
        return;
      default: return;
    }
  }

  void product(Ast ast, const AstNode& node) {
    const std::string a = part(node.children[0]);
    const std::string b = part(node.children[1]);
    switch (node.operators[0]) {
      case Operator::times:
        offer("transposed product", ast, group(b + "'*" + a + "'") + "'");
        offer("factor taken out", ast, "2*" + group(a + "/2*" + b));
        if (is_number(node.children[0])) offer("number on the right", ast, b + "*" + a);
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
          const AstNode* sum = &pool_[node.children[side]];
          if (sum->kind != AstKind::sum || sum->children.size() != 2 || sum->operators[0] == Operator::minus) continue;
          const std::string sign = sum->operators[1] == Operator::minus ? " - " : " + ";
          const std::string first = part(sum->children[0]);
          const std::string second = part(sum->children[1]);
          offer("distributed product", ast,
                side == 0 ? first + "*" + b + sign + second + "*" + b : a + "*" + first + sign + a + "*" + second);
        }
        return;
      case Operator::dot_times:
        offer("reordered Hadamard product", ast, b + " .* " + a);
        offer("transposed Hadamard product", ast, group(a + "' .* " + b + "'") + "'");
        offer("diagonal factor", ast, "diag" + a + "*" + b);
        return;
      case Operator::over:
      case Operator::dot_over:
        offer("division as a power", ast, a + (node.operators[0] == Operator::over ? "*" : " .* ") + b + ".^(-1)");
        return;
      default: return;
    }
  }

  /// (a*b)*c as a*(b*c); of entries and of numbers too.
  void regrouped(Ast ast, const AstNode& node) {
    const Operator op = node.operators.front();
    for (const Operator other : node.operators)
      if (other != op || (op != Operator::times && op != Operator::dot_times)) return;
    const std::uint32_t begin = pool_[node.children[1]].span.begin, end = pool_[node.children.back()].span.end;
    offer("regrouped product", ast,
          part(node.children[0]) + (op == Operator::times ? "*" : " .* ") +
              group(std::string(text_.slice({begin, end}))));
  }

  /// The name of a definition with this value.
  void names(Ast ast) {
    const SheetValue value = sheet_.value(of(ast));
    if (!value.is_good()) return;
    for (const Definition& one : sheet_.program().definitions) {
      if (one.expr == value.expr && one.surface == value.surface) offer("name of a value", ast, one.name);
    }
  }

  /// [1;1;1] for ones(3), [1,0;0,1] for eye(2).
  void written_out(Ast ast, const AstNode& node) {
    constexpr std::int64_t most = 4;
    const SheetValue value = sheet_.value(of(ast));
    if (!value.is_good() || value.surface.size() != 2) return;
    const auto rows = sheet_.pool().dims().constant_value(value.surface[0]);
    const auto cols = sheet_.pool().dims().constant_value(value.surface[1]);
    if (!rows || !cols || *rows > most || *cols > most) return;
    std::string array;
    for (std::int64_t i = 0; i < *rows; ++i) {
      for (std::int64_t j = 0; j < *cols; ++j) {
        const bool is_one = node.text == "ones" || (node.text == "eye" && i == j);
        array += std::string(j > 0 ? "," : i > 0 ? ";" : "[") + (is_one ? "1" : "0");
      }
    }
    offer("numbers written out", ast, array + "]");
  }

  /// ones'*A*ones
  void summed_by_ones(Ast ast, const AstNode& node) {
    const SheetValue value = sheet_.value(of(node.children[0]));
    if (!value.is_good() || value.surface.size() != 2) return;
    const DimTable& dims = sheet_.pool().dims();
    const auto ones = [&](Dim dim) { return "ones(" + dims.to_string(dim) + ")"; };
    offer("sum by ones", ast, ones(value.surface[0]) + "'*" + part(node.children[0]) + "*" + ones(value.surface[1]));
  }

  Text text_;
  OpenSheet& sheet_;
  AstPool pool_;
  Ast root_;
  std::vector<Span> sizes_;  ///< where a size or an index stands: a number there is no value
  std::vector<Rewriting> found_;
};

}  // namespace

std::vector<Rewriting> rewritings(const std::string& gw, OpenSheet& sheet) { return Rewriter(gw, sheet).all(); }

std::vector<Rewriting> parts_of(const std::string& gw) {
  const Text text("formula.gw", gw);
  AstPool pool;
  formula::Reporter reporter;
  const std::vector<formula::Token> tokens = formula::tokens_of(text, reporter);
  const Ast root = formula::Parser(text, tokens, pool, reporter).lone_expression();
  std::vector<Rewriting> found;
  for (std::uint32_t i = 0; i < pool.size(); ++i) {
    const AstNode& node = pool[Ast{i}];
    if (Ast{i} == root || node.children.empty()) continue;
    std::string whole = gw;
    whole.replace(node.span.begin, node.span.end - node.span.begin, "own_part");
    found.push_back({std::string(text.slice(node.span)), std::move(whole)});
  }
  return found;
}

}  // namespace gradwright::check
