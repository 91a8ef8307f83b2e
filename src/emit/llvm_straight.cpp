// Straight-line code of a small plan. The order is that of straight_line.h; LLVM's scheduler does the rest, and no pass packs scalars
// into vectors: latency counts here.
#include "emit/llvm_body.h"
#include "emit/products.h"
#include "emit/straight_line.h"

namespace gradwright::emitting {
namespace {

using Kind = StraightLine::Kind;

class Straight {
 public:
  Straight(const CFunction& function, LlvmMath& math)
      : function_(function),
        math_(math),
        s_(math.shape(1)),
        line_(with_early_products(straight_line(function))),
        f_(llvm_head(function)) {}

  std::string text() {
    const bool has_steps = !function_.streamed.empty();
    const LlvmFunction::Block entry = 0;
    LlvmFunction::Block body = entry;
    names_.resize(line_.nodes.size());
    for (std::size_t i = 0; i < line_.nodes.size(); ++i) {
      const auto& node = line_.nodes[i];
      if (node.kind == Kind::number) names_[i] = s_.number(node.number);
      if (node.kind == Kind::fixed || node.kind == Kind::state) names_[i] = loaded(entry, "%w", node.place);
    }
    if (!has_steps) {
      calls(body);
      for (const auto& [place, name] : line_.outputs) store(body, place, names_[name]);
      for (const auto& [place, name] : line_.states) store(body, place, names_[name]);
      f_.end(body, "ret void");
      return f_.text();
    }
    body = f_.block("step");
    const LlvmFunction::Block done = f_.block("done"), none = f_.block("none");
    const std::string any = f_.emit(entry, "icmp sgt i64 %steps, 0");
    f_.end(entry, fmt::format("br i1 {}, label %{}, label %{}", any, f_.label(body), f_.label(none)));
    f_.end(none, "ret void");
    const auto merged = [&](const std::string& type, const std::string& first, const std::string& next) {
      return f_.emit(body, fmt::format("phi {} [ {}, %entry ], [ {}, %{} ]", type, first, next, f_.label(body)));
    };
    const std::string left = merged("i64", "%steps", "%left_next");
    data_ = merged("ptr", "%data", "%data_next");
    std::vector<std::pair<std::size_t, std::string>>
        old;  // the line of the phi of each changing state, and what it starts with
    std::vector<std::string> firsts;
    for (const auto& [place, name] : line_.states) {
      const std::size_t node = node_of_state(place);
      const std::string first = node < names_.size() ? names_[node] : loaded(entry, "%w", place);
      firsts.push_back(first);
      old.emplace_back(f_.place_line(body), f_.fresh("state"));
      if (node < names_.size()) names_[node] = old.back().second;
    }
    calls(body);
    for (const auto& [place, name] : line_.outputs) store(body, place, names_[name]);
    for (std::size_t i = 0; i < line_.states.size(); ++i) {
      const auto& [place, name] = line_.states[i];
      f_.replace(body, old[i].first,
                 fmt::format("{} = phi {} [ {}, %entry ], [ {}, %{} ]", old[i].second, s_.type(), firsts[i],
                             names_[name], f_.label(body)));
      store(done, place, names_[name]);
    }
    f_.line(body, "%left_next = add nsw i64 " + left + ", -1");
    f_.line(body,
            fmt::format("%data_next = getelementptr {}, ptr {}, i64 {}", s_.scalar(), data_, stream_width(function_)));
    const std::string more = f_.emit(body, "icmp sgt i64 %left_next, 0");
    f_.end(body, fmt::format("br i1 {}, label %{}, label %{}", more, f_.label(body), f_.label(done)));
    f_.end(done, "ret void");
    return f_.text();
  }

 private:
  std::string place(LlvmFunction::Block b, const std::string& base, std::int64_t at) {
    return f_.emit(b, fmt::format("getelementptr {}, ptr {}, i64 {}", s_.scalar(), base, at));
  }
  std::string loaded(LlvmFunction::Block b, const std::string& base, std::int64_t at) {
    return f_.emit(b, fmt::format("load {}, ptr {}", s_.type(), place(b, base, at)));
  }
  void store(LlvmFunction::Block b, std::int64_t at, const std::string& value) {
    f_.line(b, fmt::format("store {} {}, ptr {}", s_.type(), value, place(b, "%w", at)));
  }

  std::size_t node_of_state(std::int64_t at) const {
    for (std::size_t i = 0; i < line_.nodes.size(); ++i) {
      if (line_.nodes[i].kind == Kind::state && line_.nodes[i].place == at) return i;
    }
    return line_.nodes.size();
  }

  void calls(LlvmFunction::Block body) {
    for (std::size_t i = 0; i < line_.nodes.size(); ++i) {
      const auto& node = line_.nodes[i];
      const auto arg = [&](std::size_t k) { return k < node.arg_count() ? names_[node.args[k]] : std::string(); };
      if (node.kind == Kind::data) names_[i] = loaded(body, data_, node.place);
      if (node.kind == Kind::call) names_[i] = math_.call(f_, body, s_, node.op, arg(0), arg(1), arg(2));
      if (node.kind == Kind::largest) names_[i] = math_.extremum(f_, body, s_, Reduction::max, arg(0), arg(1));
      if (node.kind == Kind::smallest) names_[i] = math_.extremum(f_, body, s_, Reduction::min, arg(0), arg(1));
    }
  }

  const CFunction& function_;
  LlvmMath& math_;
  VectorType s_;
  StraightLine line_;
  LlvmFunction f_;
  std::vector<std::string> names_;
  std::string data_;
};

}  // namespace

std::string llvm_straight_function(const CFunction& function, LlvmMath& math) {
  return Straight(function, math).text();
}

}  // namespace gradwright::emitting
