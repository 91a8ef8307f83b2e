#include "read/numpy/lines.h"

namespace gradwright::numpy {

std::vector<const PyStatement*> lines_of(const PyProgram& program) {
  struct Body {
    const PyStatement* head;
    std::vector<const PyStatement*> lines;
    std::size_t assignments = 0;
  };
  std::vector<Body> bodies;
  std::vector<const PyStatement*> outside;
  for (const PyStatement& one : program.statements) {
    const bool is_inside = !bodies.empty() && one.indent > bodies.back().head->indent;
    if (one.kind == PyStatement::Kind::definition && one.value == nullptr) {
      bodies.push_back({&one, {}, 0});
    } else if (is_inside) {
      bodies.back().lines.push_back(&one);
      bodies.back().assignments += one.kind == PyStatement::Kind::assignment ? 1U : 0U;
    } else {
      outside.push_back(&one);
    }
  }
  const Body* chosen = nullptr;
  const auto is_backward = [](const Body& body) {
    for (const char* word : {"back", "grad", "bwd", "deriv"}) {
      if (body.head->word.find(word) != std::string::npos && body.assignments > 0) return true;
    }
    return false;
  };
  for (const Body& body : bodies) {
    if (is_backward(body) && (chosen == nullptr || !is_backward(*chosen) || body.assignments > chosen->assignments))
      chosen = &body;
  }
  for (const Body& body : bodies) {
    if (chosen == nullptr || (!is_backward(*chosen) && body.assignments > chosen->assignments)) chosen = &body;
  }
  if (chosen != nullptr && chosen->assignments > 0) return chosen->lines;
  return outside;
}

}  // namespace gradwright::numpy
