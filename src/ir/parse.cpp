// The parser of ir/print.h: one function a kind. Each checks what its constructor in ir/make.h asserts, then makes the node.
#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <optional>
#include <unordered_map>

#include "ir/functions.h"
#include "ir/graph_reader.h"
#include "ir/graph_words.h"
#include "ir/make.h"
#include "ir/print.h"

namespace gradwright {
namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
constexpr auto longest = GraphReader::longest_list;

class GraphParser {
 public:
  GraphParser(const Text& text, Pool& pool) : pool_(pool), reader_(text, pool.dims()) {}

  tl::expected<std::vector<Expr>, Diagnostic> roots() {
    std::vector<Expr> found;
    const bool good = nodes() && operands(found, no_limit) && reader_.end_of_line() && nothing_follows();
    if (!good) return tl::unexpected(*reader_.failure());
    return found;
  }

 private:
  bool nothing_follows() {
    return reader_.at_end() || reader_.fail({reader_.at(), reader_.at() + 1}, "the roots are the last line");
  }

  /// Every line up to the word `roots`.
  bool nodes() {
    while (!reader_.at_end()) {
      const std::uint32_t begin = reader_.at();
      if (reader_.next() != '%') return reader_.expect_word("roots");
      std::int64_t id = 0;
      if (!identifier(id)) return false;
      if (exprs_.contains(id)) return reader_.fail(reader_.since(begin), "this number is taken by an earlier line");
      if (!reader_.expect('=')) return false;
      Expr made;
      if (!node(made) || !reader_.end_of_line()) return false;
      exprs_.emplace(id, made);
    }
    return reader_.fail({reader_.at(), reader_.at()}, "the line of the roots is missing", "end with `roots (%0)`");
  }

  bool identifier(std::int64_t& id) {
    return reader_.expect('%') && reader_.count(id, std::numeric_limits<std::int64_t>::max(), "the number of a node");
  }
  bool operand(Expr& expr) {
    reader_.skip_blanks();
    const std::uint32_t begin = reader_.at();
    std::int64_t id = 0;
    if (!identifier(id)) return false;
    const auto found = exprs_.find(id);
    if (found == exprs_.end())
      return reader_.fail(reader_.since(begin), "no line above has this number", "a node stands below its operands");
    expr = found->second;
    return true;
  }
  bool operands(std::vector<Expr>& exprs, std::size_t most) {
    return reader_.list('(', ')', most, [&] { return operand(exprs.emplace_back()); });
  }
  bool only_operand(Expr& expr) { return reader_.expect('(') && operand(expr) && reader_.expect(')'); }
  bool shape(Shape& extents) {
    return reader_.list('[', ']', longest, [&] { return reader_.extent(extents.emplace_back()); });
  }
  template <class Numbers>
  bool counts(char open, char close, Numbers& numbers, std::string_view what) {
    return reader_.list(open, close, longest, [&] {
      std::int64_t value = 0;
      if (!reader_.count(value, static_cast<std::int64_t>(longest), what)) return false;
      numbers.push_back(static_cast<typename Numbers::value_type>(value));
      return true;
    });
  }
  template <class Rows, class Value>
  bool meant(const Rows& rows, Value& value) {
    reader_.skip_blanks();
    const std::uint32_t begin = reader_.at();
    std::string word;
    if (!reader_.word(word)) return false;
    const auto found = words::meant(rows, word);
    if (!found) return reader_.fail(reader_.since(begin), "unknown word", "write one of: " + all_of(rows));
    value = *found;
    return true;
  }
  template <class Rows>
  static std::string all_of(const Rows& rows) {
    std::string text;
    for (const auto& [word, value] : rows) text += (text.empty() ? "" : " ") + std::string(word);
    return text;
  }

  bool node(Expr& made) {
    using Reads = bool (GraphParser::*)(Expr&);
    static constexpr std::array kinds{
        words::Row<Reads>{"input", &GraphParser::input},   words::Row<Reads>{"literal", &GraphParser::literal},
        words::Row<Reads>{"einsum", &GraphParser::einsum}, words::Row<Reads>{"add", &GraphParser::add},
        words::Row<Reads>{"map", &GraphParser::map},       words::Row<Reads>{"fold", &GraphParser::fold},
        words::Row<Reads>{"window", &GraphParser::window}, words::Row<Reads>{"reshape", &GraphParser::reshape},
        words::Row<Reads>{"gather", &GraphParser::gather}, words::Row<Reads>{"matrix", &GraphParser::matrix}};
    reader_.skip_blanks();
    begin_ = reader_.at();
    Reads reads = nullptr;
    return meant(kinds, reads) && (this->*reads)(made);
  }
  /// A law of the node is broken: the whole line is the place.
  bool broken(std::string message) { return reader_.fail(reader_.since(begin_), std::move(message)); }

  bool input(Expr& made) {
    InputInfo info;
    if (!reader_.quoted(info.name) || !shape(info.surface) || !meant(words::roles, info.role)) return false;
    if (info.surface.size() == 1) return broken("an input has no axes, rows and columns, or three and more axes");
    while (reader_.next() != '\0') {
      Property fact = Property::none;
      if (!meant(words::properties, fact)) return false;
      info.properties = info.properties | fact;
    }
    made = make_input(pool_, std::move(info));
    return true;
  }

  bool literal(Expr& made) {
    Rational value;
    if (!reader_.rational(value)) return false;
    made = make_literal(pool_, value);
    return true;
  }

  bool einsum(Expr& made) {
    Labels out;
    std::vector<Factor> factors;
    Shape dims;
    const auto factor = [&] {
      Factor& next = factors.emplace_back();
      return operand(next.expr) && counts('[', ']', next.labels, "a label");
    };
    if (!counts('[', ']', out, "a label") || !reader_.list('(', ')', longest, factor) || !reader_.expect_word("dims") ||
        !reader_.list('(', ')', longest, [&] { return reader_.extent(dims.emplace_back()); })) {
      return false;
    }
    const auto is_sized = [&](Label label) { return label < dims.size(); };
    if (!std::all_of(out.begin(), out.end(), is_sized)) return broken("a label of the result has no size");
    for (const Factor& next : factors) {
      const Shape& extents = pool_.shape(next.expr);
      if (extents.size() != next.labels.size()) return broken("an operand has one label an axis");
      for (std::size_t axis = 0; axis < extents.size(); ++axis) {
        if (!is_sized(next.labels[axis])) return broken("a label of an operand has no size");
        if (dims[next.labels[axis]] != extents[axis]) return broken("labels agree with the extents of the operand");
      }
    }
    made = make_einsum(pool_, out, factors, dims);
    return true;
  }

  bool add(Expr& made) {
    Shape extents;
    std::vector<Term> terms;
    const auto term = [&] {
      Term& next = terms.emplace_back();
      return reader_.rational(next.coefficient) && operand(next.expr);
    };
    if (!shape(extents) || !reader_.list('(', ')', no_limit, term)) return false;
    const bool fits =
        std::all_of(terms.begin(), terms.end(), [&](const Term& next) { return pool_.shape(next.expr) == extents; });
    if (!fits) return broken("terms have the shape of the sum");
    made = make_add(pool_, extents, terms);
    return true;
  }

  bool map(Expr& made) {
    reader_.skip_blanks();
    const std::uint32_t begin = reader_.at();
    std::string name;
    std::vector<Expr> arguments;
    if (!reader_.word(name)) return false;
    const auto rows = scalar_functions();
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const ScalarFunction& each) { return each.name == name; });
    if (row == rows.end()) return reader_.fail(reader_.since(begin), "unknown function");
    if (!operands(arguments, longest)) return false;
    if (arguments.size() != row->arity)
      return broken("`" + name + "` takes " + std::to_string(row->arity) + " operands");
    if (pool_.shape(arguments[0]) != pool_.shape(arguments.back())) return broken("operands of a map have its shape");
    if (row->function != Function::power) {
      made = make_map(pool_, row->function, arguments);
      return true;
    }
    Rational exponent;
    if (!reader_.rational(exponent)) return false;
    made = make_power(pool_, arguments[0], exponent);
    return true;
  }

  bool fold(Expr& made) {
    FoldAxes axes;
    Expr of;
    if (!meant(words::folds, axes.kind) || !only_operand(of) || !reader_.expect_word("axes") ||
        !counts('(', ')', axes.axes, "an axis"))
      return false;
    if (std::adjacent_find(axes.axes.begin(), axes.axes.end(), std::greater_equal<>{}) != axes.axes.end())
      return broken("folded axes ascend");
    if (!axes.axes.empty() && axes.axes.back() >= pool_.order(of)) return broken("the operand has no such axis");
    made = make_fold(pool_, axes.kind, of, axes.axes);
    return true;
  }

  bool window(Expr& made) {
    Shape extents;
    Expr of;
    std::vector<AffineIndex> axes;
    if (!shape(extents) || !only_operand(of) || !reader_.expect_word("at") ||
        !reader_.list('(', ')', longest, [&] { return affine_index(axes.emplace_back(), extents.size()); })) {
      return false;
    }
    if (axes.size() != pool_.order(of)) return broken("a window has one index an operand axis");
    made = make_window(pool_, of, extents, std::move(axes));
    return true;
  }

  /// 2*@0 - @1 + (n - 1)
  bool affine_index(AffineIndex& index, std::size_t order) {
    index.offset = pool_.dims().constant(0);
    bool negative = reader_.accept('-');
    while (true) {
      if (!negative && reader_.accept('(')) return reader_.size(index.offset) && reader_.expect(')');
      std::int64_t coefficient = 1;
      std::int64_t axis = 0;
      if (reader_.next() != '@' &&
          !(reader_.count(coefficient, std::numeric_limits<std::int64_t>::max(), "an axis or an offset") &&
            reader_.expect('*'))) {
        return false;
      }
      const std::uint32_t begin = reader_.at();
      if (!reader_.expect('@') || !reader_.count(axis, static_cast<std::int64_t>(longest), "an axis")) return false;
      const auto is_taken = [&](const AffineIndex::Part& part) { return part.axis == axis; };
      if (static_cast<std::size_t>(axis) >= order)
        return reader_.fail(reader_.since(begin), "the window has no such axis");
      if (std::any_of(index.parts.begin(), index.parts.end(), is_taken))
        return reader_.fail(reader_.since(begin), "an axis stands once in an index");
      index.parts.push_back({static_cast<std::uint16_t>(axis), negative ? -coefficient : coefficient});
      negative = reader_.next() == '-';
      if (!reader_.accept('+') && !reader_.accept('-')) return true;
    }
  }

  bool reshape(Expr& made) {
    Shape extents;
    Expr of;
    if (!shape(extents) || !only_operand(of)) return false;
    if (!same_count(pool_.shape(of), extents)) return broken("a reshape keeps the number of entries");
    made = make_reshape(pool_, of, extents);
    return true;
  }

  /// Whether the products of the extents agree. Equal extents are crossed out first; what is left is multiplied exactly.
  bool same_count(Shape before, Shape after) {
    std::sort(before.begin(), before.end());
    std::sort(after.begin(), after.end());
    Shape left;
    Shape right;
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(left));
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(right));
    DimTable& dims = pool_.dims();
    const auto product = [&](const Shape& extents) -> std::optional<Dim> {
      Dim total = dims.one();
      for (const Dim extent : extents) {
        if (dims.polynomial(total).size() * dims.polynomial(extent).size() > most_products) return std::nullopt;
        const auto exact = dims.exact_product(total, extent);
        if (!exact) return std::nullopt;
        total = *exact;
      }
      return total;
    };
    const auto a = product(left);
    const auto b = product(right);
    return a && b && *a == *b;
  }

  bool gather(Expr& made) {
    std::vector<Expr> both;
    if (!operands(both, 2)) return false;
    if (both.size() != 2) return broken("a look-up has a table and an index");
    if (pool_.order(both[0]) == 0 || pool_.order(both[1]) > 1)
      return broken("a look-up takes rows of a table by a scalar or a vector");
    made = make_gather(pool_, both[0], both[1]);
    return true;
  }

  bool matrix(Expr& made) {
    MatrixKind kind = MatrixKind::inverse;
    Expr of;
    Shape exponent;
    if (!meant(words::matrices, kind)) return false;
    if (kind == MatrixKind::power && !shape(exponent)) return false;
    if (!only_operand(of)) return false;
    if (pool_.order(of) != 2 || pool_.shape(of)[0] != pool_.shape(of)[1])
      return broken("a matrix function takes a square matrix");
    if (kind == MatrixKind::power && exponent.size() != 1) return broken("a power of a matrix has one exponent");
    made = kind == MatrixKind::power ? make_matrix_power(pool_, of, exponent[0]) : make_matrix(pool_, kind, of);
    return true;
  }

  static constexpr std::size_t most_products = 4096;
  Pool& pool_;
  GraphReader reader_;
  std::unordered_map<std::int64_t, Expr> exprs_;
  std::uint32_t begin_ = 0;
};

}  // namespace

tl::expected<std::vector<Expr>, Diagnostic> parsed_graph(const Text& text, Pool& pool) {
  return GraphParser(text, pool).roots();
}

}  // namespace gradwright
