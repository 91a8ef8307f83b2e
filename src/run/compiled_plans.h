// Plans that run: compiled by LLVM or by a C compiler where there is one, else interpreted, with a note that says so. Several plans share one compilation.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "emit/c.h"
#include "run/executable.h"

namespace gradwright {

/// Numbers at an address that vectors like: a multiple of 64 bytes.
template <class Real>
class Workspace {
 public:
  explicit Workspace(std::int64_t count = 0) : numbers_(static_cast<std::size_t>(count) + 64 / sizeof(Real), Real{0}) {
    void* begin = numbers_.data();
    std::size_t space = numbers_.size() * sizeof(Real);
    span_ = {static_cast<Real*>(std::align(64, 0, begin, space)), static_cast<std::size_t>(count)};
  }
  Workspace(Workspace&&) noexcept = default;
  Workspace& operator=(Workspace&&) noexcept = default;
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  [[nodiscard]] std::span<Real> span() const { return span_; }
  /// Where a buffer of the plan lies.
  [[nodiscard]] std::span<Real> operator[](const Buffer& buffer) const {
    return span_.subspan(static_cast<std::size_t>(buffer.offset), static_cast<std::size_t>(buffer.count()));
  }

 private:
  std::vector<Real> numbers_;
  std::span<Real> span_;
};

/// Real: float or double. Threads may run the same plans at the same time, each in a workspace of its own.
template <class Real>
class CompiledPlans {
 public:
  struct Part {
    Plan plan;
    std::vector<BufferId> streamed{};  ///< inputs that are read from `data`, anew each step
  };
  CompiledPlans() = default;
  [[nodiscard]] static CompiledPlans of(std::vector<Part>, const CompileOptions& = {},
                                        const COptions& = {.kernels = true});

  [[nodiscard]] const Plan& plan(std::size_t part) const { return parts_[part].plan; }
  [[nodiscard]] std::size_t size() const { return parts_.size(); }
  /// Numbers that the streamed inputs of a part take each step.
  [[nodiscard]] std::size_t width(std::size_t part) const;
  /// So many steps of one part, one run where nothing is streamed. False, and nothing is done, where the workspace or the data are too small.
  [[nodiscard]] bool ran(std::size_t part, std::span<Real> workspace, std::span<const Real> data = {},
                         std::int64_t steps = 1) const;
  /// Why the plans do not run as asked: as C instead of by LLVM, or interpreted.
  [[nodiscard]] const std::optional<Diagnostic>& note() const { return note_; }
  [[nodiscard]] bool came_from_cache() const { return executable_ && executable_->came_from_cache(); }

 private:
  void interpret(const Part&, std::span<Real> workspace, std::span<const Real> data, std::int64_t steps) const;
  std::vector<Part> parts_;
  int threads_ = 0;
  std::optional<Executable> executable_;
  std::vector<void*> functions_;
  std::optional<Diagnostic> note_;
};

extern template class CompiledPlans<float>;
extern template class CompiledPlans<double>;

}  // namespace gradwright
