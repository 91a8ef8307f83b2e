#include "lower/stages.h"

#include <fmt/format.h>

#include <algorithm>

#include "lower/scalars.h"

namespace gradwright::lowering {
namespace {

Affine loop(std::size_t count, std::size_t place) {
  Affine form{0, Extents(count, 0)};
  form.strides[place] = 1;
  return form;
}

/// Axis a of an array runs in loop (axes − 1 − a): the first axis is the innermost.
Places identity_places(std::size_t axes, std::size_t loops) {
  Places places;
  for (std::size_t axis = 0; axis < axes; ++axis) places.push_back(loop(loops, axes - 1 - axis));
  return places;
}

class Builder {
 public:
  Builder(const Graph& graph, const std::vector<bool>& stored, std::unordered_map<Expr, BufferId>& buffers, Plan& plan,
          bool fuse)
      : graph_(graph), stored_(stored), buffers_(buffers), plan_(plan), fuse_(fuse) {}

  std::vector<Piece> pieces() && {
    for (const Expr e : graph_.nodes()) {
      if (graph_[e].kind == Kind::input || !stored_[e.index()]) continue;
      if (graph_[e].kind == Kind::matrix)
        matrix(e);
      else if (graph_.is_reducing(e))
        reduction(e);
      else if (!fuse_ || !joins(e))
        elementwise(e);
    }
    for (Piece& piece : pieces_) {
      if (!piece.call) classify(piece.stage);
    }
    return std::move(pieces_);
  }

 private:
  BufferId add_buffer(Expr e) {
    const BufferId id{static_cast<std::uint32_t>(plan_.buffers.size())};
    plan_.buffers.push_back({fmt::format("t{}", plan_.buffers.size()), graph_.extents(e), Storage::scratch, 0});
    buffers_.emplace(e, id);
    return id;
  }

  void store(Stage& stage, Expr e, Value value, std::size_t piece) {
    const BufferId id = add_buffer(e);
    const std::size_t axes = graph_[e].shape.size();
    Affine at = dot(strides_of(graph_.extents(e)), identity_places(axes, stage.parallel));
    at.strides.resize(stage.parallel, 0);
    stage.stores.push_back({id, std::move(at), value});
    made_[e] = piece;
    residents_.resize(std::max(residents_.size(), piece + 1));
    residents_[piece].emplace_back(e, value);
  }

  /// The parallel loops of e, last axis outermost.
  Stage stage_over(Expr e) const {
    Stage stage;
    stage.loops = graph_.extents(e);
    std::reverse(stage.loops.begin(), stage.loops.end());
    stage.parallel = stage.loops.size();
    return stage;
  }

  void matrix(Expr e) {
    const Expr operand = graph_[e].operands[0];
    const BufferId work{static_cast<std::uint32_t>(plan_.buffers.size())};
    plan_.buffers.push_back({fmt::format("t{}", plan_.buffers.size()), graph_.extents(operand), Storage::scratch, 0});
    Piece piece;
    piece.call = MatrixCall{std::get<MatrixFunction>(graph_[e].payload).kind, buffers_.at(operand), add_buffer(e), work,
                            graph_.extents(operand)[0]};
    pieces_.push_back(std::move(piece));
  }

  void elementwise(Expr e) {
    Stage stage = stage_over(e);
    Scalars scalars(graph_, buffers_, stage.loops, stage.finish);
    const Value value = scalars.value(e, identity_places(stage.parallel, stage.parallel));
    store(stage, e, value, pieces_.size());
    pieces_.push_back({std::move(stage), std::nullopt});
  }

  void reduction(Expr e) {
    const Node& node = graph_[e];
    Stage stage = stage_over(e);
    if (node.kind == Kind::fold)
      fold(e, stage);
    else
      contraction(e, stage);
    stage.finish.push_back({Op::accumulator});
    store(stage, e, 0, pieces_.size());
    pieces_.push_back({std::move(stage), std::nullopt});
  }

  void fold(Expr e, Stage& stage) {
    const auto& fold = std::get<FoldAxes>(graph_[e].payload);
    const Expr operand = graph_[e].operands[0];
    const Extents in = graph_.extents(operand);
    for (auto axis = fold.axes.rbegin(); axis != fold.axes.rend(); ++axis) stage.loops.push_back(in[*axis]);
    Places places(in.size());
    for (std::size_t axis = 0, kept = 0, folded = 0; axis < in.size(); ++axis) {
      const bool is_folded = std::find(fold.axes.begin(), fold.axes.end(), axis) != fold.axes.end();
      places[axis] = loop(stage.loops.size(), is_folded ? stage.loops.size() - 1 - folded : stage.parallel - 1 - kept);
      ++(is_folded ? folded : kept);
    }
    Scalars scalars(graph_, buffers_, stage.loops, stage.body);
    const Reduction reduction = fold.kind == FoldKind::max   ? Reduction::max
                                : fold.kind == FoldKind::min ? Reduction::min
                                                             : Reduction::prod;
    stage.accumulators.push_back({reduction, scalars.value(operand, places)});
  }

  void contraction(Expr e, Stage& stage) {
    const auto& einsum = std::get<EinsumLabels>(graph_[e].payload);
    Labels reduced;
    for (const Labels& labels : einsum.operands) {
      for (const Label label : labels) {
        if (!contains(einsum.out, label) && !contains(reduced, label)) reduced.push_back(label);
      }
    }
    for (auto label = reduced.rbegin(); label != reduced.rend(); ++label)
      stage.loops.push_back(graph_.extent(einsum.dims[*label]));
    Places of_label(einsum.dims.size());
    for (std::size_t axis = 0; axis < einsum.out.size(); ++axis)
      of_label[einsum.out[axis]] = loop(stage.loops.size(), stage.parallel - 1 - axis);
    for (std::size_t i = 0; i < reduced.size(); ++i)
      of_label[reduced[i]] = loop(stage.loops.size(), stage.loops.size() - 1 - i);
    Scalars scalars(graph_, buffers_, stage.loops, stage.body);
    stage.accumulators.push_back({Reduction::sum, scalars.product(e, of_label)});
  }

  /// The piece that made the last of what e reads, or none.
  std::optional<std::size_t> last_maker(Expr e) const {
    std::optional<std::size_t> last;
    std::vector<Expr> waiting{e};
    std::unordered_map<Expr, bool> seen;
    while (!waiting.empty()) {
      const Expr next = waiting.back();
      waiting.pop_back();
      if (const auto made = made_.find(next); made != made_.end()) {
        last = std::max(last.value_or(0), made->second);
        continue;
      }
      if (graph_[next].kind == Kind::matrix) last = pieces_.size();  // not to be joined
      if (graph_[next].kind == Kind::input || buffers_.contains(next)) continue;
      for (const Expr operand : graph_[next].operands) {
        if (seen.emplace(operand, true).second) waiting.push_back(operand);
      }
    }
    return last;
  }

  bool joins(Expr e) {
    const auto maker = last_maker(e);
    if (!maker || *maker >= pieces_.size() || pieces_[*maker].call) return false;
    Stage& stage = pieces_[*maker].stage;
    Stage wanted = stage_over(e);
    const Extents loops(stage.loops.begin(), stage.loops.begin() + static_cast<std::ptrdiff_t>(stage.parallel));
    if (wanted.loops != loops) return false;
    Body finish = stage.finish;
    Scalars scalars(graph_, buffers_, loops, finish);
    const Places here = identity_places(stage.parallel, stage.parallel);
    for (const auto& [node, value] : residents_[*maker]) scalars.resident(node, here, value);
    const Value value = scalars.value(e, here);
    if (scalars.failed()) return false;
    stage.finish = std::move(finish);
    store(stage, e, value, *maker);
    return true;
  }

  const Graph& graph_;
  const std::vector<bool>& stored_;
  std::unordered_map<Expr, BufferId>& buffers_;
  Plan& plan_;
  bool fuse_;
  std::vector<Piece> pieces_;
  std::unordered_map<Expr, std::size_t> made_;                  ///< by which piece
  std::vector<std::vector<std::pair<Expr, Value>>> residents_;  ///< of a piece: what it makes, as values of its finish
};

bool is_plain_load(const Instruction& it) { return it.op == Op::load && it.guards.empty(); }

/// The two loads of a·b that a stage sums, or that an elementwise stage stores.
const Instruction* plain_product(const Body& body, Value value) {
  const Instruction& it = body[value];
  return it.op == Op::mul && is_plain_load(body[it.args[0]]) && is_plain_load(body[it.args[1]]) ? &it : nullptr;
}

/// The loads of a product of two or three that a stage sums; nothing where there is anything else in it.
std::vector<Value> factors_of(const Body& body, Value value) {
  std::vector<Value> waiting{value}, loads;
  while (!waiting.empty()) {
    const Value next = waiting.back();
    waiting.pop_back();
    if (body[next].op == Op::mul)
      waiting.insert(waiting.end(), {body[next].args[1], body[next].args[0]});
    else if (is_plain_load(body[next]) && loads.size() < 3)
      loads.push_back(next);
    else
      return {};
  }
  return loads;
}

/// No loop of the result moves it: it could only be a scale.
bool is_scale(const Stage& stage, Value load, const std::vector<Value>& others) {
  for (std::size_t l = 0; l < stage.parallel; ++l) {
    const bool is_batch =
        std::all_of(others.begin(), others.end(), [&](Value other) { return stage.body[other].at.strides[l] != 0; });
    if (stage.loops[l] != 1 && stage.body[load].at.strides[l] != 0 && !is_batch) return false;
  }
  return true;
}

/// b reads what a reads with m and n exchanged, and an entry of the result knows of its place only by that.
bool is_symmetric(const Stage& stage, const Contraction& c) {
  if (c.m.size() != 1 || c.n.size() != 1 || stage.loops[c.m[0]] != stage.loops[c.n[0]]) return false;
  const Instruction &a = stage.body[c.a], &b = stage.body[c.b];
  Affine exchanged = a.at;
  std::swap(exchanged.strides[c.m[0]], exchanged.strides[c.n[0]]);
  if (a.buffer != b.buffer || exchanged != b.at || stage.stores.size() != 1) return false;
  const auto stays = [&](const Affine& form) {
    return form.strides.empty() || (form.strides[c.m[0]] == 0 && form.strides[c.n[0]] == 0);
  };
  return std::all_of(stage.finish.begin(), stage.finish.end(), [&](const Instruction& it) {
    return it.guards.empty() && it.op != Op::gather && ((it.op != Op::load && it.op != Op::index) || stays(it.at));
  });
}

bool has_unit_stride(const Stage& stage, const std::vector<std::uint16_t>& loops) {
  return std::any_of(loops.begin(), loops.end(), [&](std::uint16_t l) { return stage.stores[0].at.strides[l] == 1; });
}

}  // namespace

void classify(Stage& stage) {
  if (stage.accumulators.empty()) {
    const Instruction* product = stage.finish.empty() ? nullptr : plain_product(stage.finish, stage.stores[0].value);
    if (product == nullptr) return;
    bool a_alone = false, b_alone = false;
    for (std::size_t l = 0; l < stage.loops.size(); ++l) {
      const bool in_a = stage.finish[product->args[0]].at.strides[l] != 0;
      const bool in_b = stage.finish[product->args[1]].at.strides[l] != 0;
      a_alone = a_alone || (in_a && !in_b);
      b_alone = b_alone || (in_b && !in_a);
    }
    if (a_alone && b_alone) stage.kind = StageClass::outer;
    return;
  }
  stage.kind = StageClass::reduction;
  if (stage.accumulators.size() != 1 || stage.accumulators[0].reduction != Reduction::sum) return;
  std::vector<Value> factors = factors_of(stage.body, stage.accumulators[0].value);
  Contraction contraction;
  if (factors.size() == 3) {
    for (std::size_t i = 0; i < 3 && !contraction.scale; ++i) {
      std::vector<Value> others = factors;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      if (!is_scale(stage, factors[i], others)) continue;
      contraction.scale = factors[i];
      factors = std::move(others);
    }
  }
  if (factors.size() != 2) return;
  contraction.a = factors[0];
  contraction.b = factors[1];
  for (std::size_t l = 0; l < stage.loops.size(); ++l) {
    const bool in_a = stage.body[contraction.a].at.strides[l] != 0;
    const bool in_b = stage.body[contraction.b].at.strides[l] != 0;
    if (stage.loops[l] == 1) continue;
    auto& part = l >= stage.parallel ? contraction.k
                 : in_a && in_b      ? contraction.batch
                 : in_a              ? contraction.m
                                     : contraction.n;
    part.push_back(static_cast<std::uint16_t>(l));
  }
  if (!has_unit_stride(stage, contraction.m) && (has_unit_stride(stage, contraction.n) || contraction.m.empty())) {
    std::swap(contraction.m, contraction.n);
    std::swap(contraction.a, contraction.b);
  }
  const bool has_m = !contraction.m.empty(), has_n = !contraction.n.empty();
  stage.kind = has_m && has_n ? (contraction.batch.empty() ? StageClass::gemm : StageClass::batched_gemm)
               : has_m        ? StageClass::gemv
                              : StageClass::dot;
  contraction.is_symmetric = is_symmetric(stage, contraction);
  stage.contraction = std::move(contraction);
}

Piece copy_of(const Plan& plan, BufferId from, BufferId to) {
  Piece piece;
  const std::int64_t count = plan[from].count();
  if (count != 1) piece.stage.loops = {count};
  piece.stage.parallel = piece.stage.loops.size();
  const Affine at{0, Extents(piece.stage.parallel, 1)};
  Instruction load{Op::load};
  load.buffer = from;
  load.at = at;
  piece.stage.finish.push_back(std::move(load));
  piece.stage.stores.push_back({to, at, 0});
  return piece;
}

std::vector<Piece> pieces_of(const Graph& graph, const std::vector<bool>& stored,
                             std::unordered_map<Expr, BufferId>& buffers, Plan& plan, bool fuse) {
  return Builder(graph, stored, buffers, plan, fuse).pieces();
}

}  // namespace gradwright::lowering
