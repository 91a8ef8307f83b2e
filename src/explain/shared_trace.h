// What led to one of several results that were derived together.
#pragma once

#include <cstddef>
#include <memory>

#include "ir/trace.h"

namespace gradwright {

/// The steps to one of several results: those it shares with the others, kept once for all of them, then its own.
class SharedTrace {
 public:
  class Iterator {
   public:
    Iterator(const SharedTrace& trace, std::size_t at) : trace_(&trace), at_(at) {}
    const Step& operator*() const { return (*trace_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const SharedTrace* trace_;
    std::size_t at_;
  };

  SharedTrace() = default;
  SharedTrace(std::shared_ptr<const Trace> shared, Trace own) : shared_(std::move(shared)), own_(std::move(own)) {}
  [[nodiscard]] std::size_t size() const { return shared_count() + own_.size(); }
  [[nodiscard]] const Step& operator[](std::size_t at) const {
    return at < shared_count() ? (*shared_)[at] : own_[at - shared_count()];
  }
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }

 private:
  [[nodiscard]] std::size_t shared_count() const { return shared_ == nullptr ? 0 : shared_->size(); }
  std::shared_ptr<const Trace> shared_;
  Trace own_;
};

}  // namespace gradwright
