// Values of the body and the finish of a stage inside its loops: each is written once into the block of the innermost loop it depends on.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emit/llvm_stage.h"

namespace gradwright::emitting {

/// Which repetition of each loop: the number of the vector for the vector loop.
using Parts = std::vector<std::int64_t>;

struct Written {
  std::string name;
  bool is_vector = false;
};

class StageValues {
 public:
  using Block = LlvmFunction::Block;
  StageValues(LlvmFunction& f, const StagePlace& place, LlvmMath& math, const Schedule& schedule)
      : f_(f),
        place_(place),
        stage_(place.stage),
        math_(math),
        schedule_(schedule),
        index_(stage_.loops.size()),
        repeats_(stage_.loops.size(), 1),
        lanes_(schedule.lanes) {}

  void begin(const std::vector<std::size_t>& order, Block stage);
  /// The loop order[depth] stands at `index` + `constant` now, with so many repetitions; a vector has so many `lanes`, the last one
  /// `rest` of them, 0: all.
  void enter(std::size_t depth, const std::string& index, std::int64_t constant, std::int64_t repeats, int lanes,
             std::int64_t rest, Block block);
  /// What depends on `depth` loops is written into this block from now on.
  void continue_at(std::size_t depth, Block block) { blocks_[depth] = block; }
  void set_repeats(std::size_t loop, std::int64_t repeats) { repeats_[loop] = repeats; }
  /// Which lanes exist, where that is known only when the program runs; empty: all.
  void set_mask(std::string mask) { mask_ = std::move(mask); }
  void set_totals(std::vector<std::string> totals) { totals_ = std::move(totals); }

  [[nodiscard]] std::vector<Parts> repetitions() const { return repetitions(stage_.loops.size()); }
  [[nodiscard]] std::vector<Parts> parallel_repetitions() const { return repetitions(stage_.parallel); }
  /// The vector loop is reduced: totals have lanes of their own.
  [[nodiscard]] bool is_in_lanes() const { return schedule_.vector_loop && *schedule_.vector_loop >= stage_.parallel; }
  [[nodiscard]] VectorType type_of_totals() const { return math_.shape(schedule_.vector_loop ? lanes_ : 1); }
  /// Which lanes of these parts exist; empty: all.
  [[nodiscard]] std::string mask_of_rest(const Parts&) const;

  /// The values of a body; what nobody needs stays empty.
  [[nodiscard]] std::vector<Written> of(const Body&, const Parts&);
  /// A vector of numbers at a pointer, under a mask where there is one.
  std::string read(Block, const std::string& pointer, const std::string& mask);
  void store(const Store&, const Written&, const Parts&);
  /// As a vector, in the innermost block.
  std::string widened(const Written&, VectorType);

 private:
  struct Index {
    std::string name;  ///< empty: it is `constant`
    std::int64_t constant = 0;
  };
  using Loops = std::uint64_t;  ///< a set of loops; those from 63 on share a place

  [[nodiscard]] std::vector<Parts> repetitions(std::size_t loops) const;
  [[nodiscard]] std::int64_t stride_of_lanes(const Affine&) const;
  [[nodiscard]] Loops loops_of(const Affine&) const;
  [[nodiscard]] std::vector<Loops> dependences(const Body&) const;
  [[nodiscard]] std::size_t depth_of(Loops) const;
  [[nodiscard]] bool is_vector(Loops) const;
  [[nodiscard]] std::int64_t constant_of(const Affine&, const Parts&) const;
  std::string moving_part(const Affine&);
  std::string whole_at(Block, const Affine&, const Parts&);
  std::string lanes_of(Block, const Affine&, const Parts&, bool& is_narrow);
  std::string pointer(Block, BufferId, const Affine&, const Parts&);
  std::string pointers(Block, BufferId, const Affine&, const Parts&, const std::string& rows);
  Written guard(Block, const std::vector<Guard>&, const Parts&);
  std::string splat(Block, const std::string& type, const std::string& x, int lanes);
  std::string joined_masks(Block, const Written& guard, const std::string& rest);
  Written written(Block, const Instruction&, const std::vector<Written>& args, const Parts&, bool is_vector);
  std::string loaded(Block, const Instruction&, const Parts&, bool is_vector);
  std::string gathered(Block, const Instruction&, Written row, const Parts&, bool is_vector);
  std::string masked_read(Block, const std::string& pointers, const std::string& mask, bool is_gather);
  [[nodiscard]] std::string all_lanes() const { return "splat (i1 true)"; }

  LlvmFunction& f_;
  StagePlace place_;
  const Stage& stage_;
  LlvmMath& math_;
  const Schedule& schedule_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> position_;  ///< of each loop in the order, plus 1; 0: it runs outside
  std::vector<Index> index_;
  std::vector<std::int64_t> repeats_;
  int lanes_ = 1;
  std::string mask_;
  std::int64_t rest_ = 0;
  std::vector<Block> blocks_;                                        ///< by depth
  std::vector<std::map<std::vector<std::int64_t>, Written>> known_;  ///< by depth
  std::vector<std::map<std::vector<std::int64_t>, std::string>> forms_;
  std::map<const Body*, std::vector<Loops>> dependences_;
  std::vector<std::string> totals_;
};

}  // namespace gradwright::emitting
