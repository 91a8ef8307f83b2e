#include "check/mistake.h"

namespace gradwright::check {

std::vector<Mistake> mistakes_of(const RepairTask& task, Writings&, const Hit& hit) {
  std::vector<Mistake> found;
  for (const Edited& one : hit.edits) {
    found.push_back({one.mistake.empty() ? "other" : one.mistake,
                     one.edit.span.is_empty() ? Span{0, static_cast<std::uint32_t>(task.claim.size())} : one.edit.span,
                     one.edit.text});
  }
  return found;
}

}  // namespace gradwright::check
