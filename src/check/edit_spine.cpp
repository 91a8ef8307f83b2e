#include "check/edit_spine.h"

#include <algorithm>

namespace gradwright::check {

Spine::Spine(const AstPool& pool, SampleEnvironment& point, Ast root, const Place& place) : point_(point) {
  const auto add_level = [&](Ast ast, std::size_t begin, std::size_t end) {
    Level level{&pool[ast], {}, begin, end, {}};
    for (const Ast child : level.node->children) level.children.push_back(point_.value(child));
    const bool is_chain = level.node->kind == AstKind::product || level.node->kind == AstKind::sum;
    if (is_chain && begin > 0) level.before = point_.run(*level.node, level.children, 0, begin);
    levels_.push_back(std::move(level));
  };
  Ast at = root;
  for (const std::uint16_t child : place.path) {
    add_level(at, child, std::size_t{child} + 1);
    at = pool[at].children[child];
  }
  if (place.is_run()) {
    add_level(at, place.begin, place.end);
    part_ = point_.run(pool[at], levels_.back().children, place.begin, place.end);
  } else {
    part_ = point_.value(at);
  }
  std::reverse(levels_.begin(), levels_.end());
}

bool Spine::takes(const Dense& part) {
  if (part.is_none()) return false;
  for (const Size& size : sizes_) {
    if (size.rows == part.rows && size.cols == part.cols) return size.is_taken;
  }
  const Arena::Mark mark = point_.arena().mark();
  const Dense root = value(part.at == nullptr ? constant(point_.arena(), 1, part.rows, part.cols) : part);
  const bool is_taken = root.has_size_of(point_.target());
  point_.arena().release(mark);
  sizes_.push_back({part.rows, part.cols, is_taken});
  return is_taken;
}

Dense Spine::value(const Dense& part) {
  Arena& arena = point_.arena();
  Dense total = part;
  for (Level& level : levels_) {
    if (total.is_none()) return {};
    const AstNode& node = *level.node;
    if (node.kind == AstKind::product) {
      if (level.begin > 0) total = multiplied(arena, level.before, node.operators[level.begin - 1], total);
      for (std::size_t i = level.end; i < node.children.size(); ++i) {
        total = multiplied(arena, total, node.operators[i - 1], level.children[i]);
      }
    } else if (node.kind == AstKind::sum) {
      const double sign = node.operators[level.begin] == Operator::minus ? -1 : 1;
      total = level.begin > 0 ? added(arena, level.before, sign, total) : sign < 0 ? scaled(arena, -1, total) : total;
      for (std::size_t i = level.end; i < node.children.size(); ++i) {
        total = added(arena, total, node.operators[i] == Operator::minus ? -1 : 1, level.children[i]);
      }
    } else {
      const Dense kept = level.children[level.begin];
      level.children[level.begin] = total;
      total = point_.made(node, level.children);
      level.children[level.begin] = kept;
    }
  }
  return total;
}

}  // namespace gradwright::check
