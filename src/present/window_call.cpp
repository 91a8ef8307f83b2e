// Windows that have a name: convolutions, and maxima over windows side by side.
#include "ir/pooling.h"
#include "present/writer.h"

namespace gradwright::view {
namespace {

/// X backwards along every axis; what is backwards already, forwards.
Expr reversed(const Writer& writer, Expr e) {
  Pool& pool = writer.pool;
  DimTable& dims = pool.dims();
  const Shape shape = pool.shape(e);
  std::vector<AffineIndex> indices;
  for (std::uint16_t axis = 0; axis < shape.size(); ++axis)
    indices.push_back({{{axis, -1}}, dims.sum(shape[axis], dims.one(), -1)});
  if (pool.kind(e) == Kind::window && !writer.has_name(e) && pool.payload<WindowIndex>(e).axes == indices)
    return pool[e].operands[0];
  return make_window(pool, e, shape, indices);
}

/// Where the windows of X[i±u, j±v]·K[u,v] begin, K read forwards: at 0 (conv), or so far before it that they only meet X (conv_full).
/// Where K is as large as all windows together, X slides over it, and what comes out stands backwards.
std::optional<Call> sliding(const Writer& writer, Expr e) {
  DimTable& dims = writer.pool.dims();
  const Node sum = writer.node(e);
  if (sum.operands.size() != 2 || sum.shape.empty() || sum.shape.size() > 2) return std::nullopt;
  const auto& labels = std::get<EinsumLabels>(sum.payload);
  const Dim zero = dims.constant(0);
  for (const std::size_t w : {std::size_t{0}, std::size_t{1}}) {
    const Node& window = writer.node(sum.operands[w]);
    const Expr kernel = sum.operands[1 - w];
    const std::size_t order = sum.shape.size();
    if (window.kind != Kind::window || writer.has_name(sum.operands[w]) || window.shape.size() != 2 * order ||
        writer.pool.order(kernel) != order)
      continue;
    const Expr image = window.operands[0];
    const auto axes = std::get<WindowIndex>(window.payload).axes;
    if (axes.size() != order || labels.dims.size() != 2 * order) continue;
    enum class Way { valid, full, swapped };
    std::int64_t sign = 0;
    std::optional<Way> way;
    bool fits = true;
    for (std::size_t axis = 0; axis < order && fits; ++axis) {
      std::int64_t of_out = 0, of_kernel = 0;
      for (const AffineIndex::Part& part : axes[axis].parts) {
        const Label label = labels.operands[w][part.axis];
        if (label == labels.out[axis]) of_out = part.coefficient;
        if (label == labels.operands[1 - w][axis]) of_kernel = part.coefficient;
      }
      fits = axes[axis].parts.size() == 2 && of_out == 1 && (of_kernel == 1 || of_kernel == -1) &&
             (sign == 0 || sign == of_kernel);
      sign = of_kernel;
      const Dim n = writer.pool.shape(image)[axis];
      const Dim reach = dims.sum(writer.pool.shape(kernel)[axis], dims.one(), -1);
      const Dim start = sign == 1 ? axes[axis].offset : dims.sum(axes[axis].offset, reach, -1);
      const Dim size = sum.shape[axis];
      const Dim last = dims.sum(size, dims.one(), -1);
      std::optional<Way> own;
      if (start == zero && size == dims.sum(n, reach, -1))
        own = Way::valid;
      else if (start == dims.sum(zero, reach, -1) && size == dims.sum(n, reach))
        own = Way::full;
      else if (sign == 1 && start == dims.sum(zero, last, -1) && reach == dims.sum(dims.sum(n, last), dims.one(), -1))
        own = Way::swapped;
      fits = fits && own && (!way || way == own);
      way = own;
    }
    if (!fits) continue;
    if (way == Way::swapped) return Call{"conv", {reversed(writer, kernel), reversed(writer, image)}, {}, false, false};
    return Call{way == Way::full ? "conv_full" : "conv",
                {image, sign == 1 ? kernel : reversed(writer, kernel)},
                {},
                false,
                false};
  }
  return std::nullopt;
}

/// max over X[h·i + u, w·j + v], or where it is taken from.
std::optional<Call> pooling(const Writer& writer, Expr e, const char* function) {
  Pool& pool = writer.pool;
  const Expr windows = writer.node(e).operands[0];
  const FoldAxes axes = pool.payload<FoldAxes>(e);
  const Term term = split_coefficient(pool, windows);
  const Node window = writer.node(term.expr);
  if (!is_pooling(pool, e) || writer.is_given(windows) || writer.is_given(term.expr)) return std::nullopt;
  const auto& index = std::get<WindowIndex>(window.payload).axes;
  const std::size_t sides = index.size();
  if (sides > 2 || axes.axes.size() != sides || window.shape.size() != 2 * sides) return std::nullopt;
  std::vector<std::string> sizes;
  for (std::uint16_t side = 0; side < sides; ++side) {
    const AffineIndex::Part& place = index[side].parts[0];
    const AffineIndex::Part& inner = index[side].parts[1];
    if (place.axis != side || inner.axis != side + sides || inner.coefficient != 1) return std::nullopt;
    const Dim covered = pool.dims().product(window.shape[side], window.shape[side + sides]);
    const auto rest = pool.dims().constant_value(pool.dims().sum(pool.shape(window.operands[0])[side], covered, -1));
    if (!rest || *rest < 0 || *rest >= place.coefficient) return std::nullopt;
    sizes.push_back(std::to_string(place.coefficient));
  }
  if (sides == 1) sizes.emplace_back("1");  // of a column
  return Call{function, {scaled(pool, term.coefficient, window.operands[0])}, sizes, false, false};
}

}  // namespace

std::optional<Call> window_call(const Writer& writer, Expr e) {
  if (writer.node(e).kind == Kind::fold) return pooling(writer, e, "maxpool");
  if (writer.node(e).kind == Kind::einsum) return sliding(writer, e);
  const auto maxima = pooling_of_mask(writer.pool, e);
  return maxima ? pooling(writer, *maxima, "maxpool_mask") : std::nullopt;
}

}  // namespace gradwright::view
