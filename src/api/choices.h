// What the public options choose, in the words of the rooms.
#pragma once

#include <gradwright/program.h>

#include "emit/c.h"
#include "run/executable.h"

namespace gw {

[[nodiscard]] inline gradwright::Backend backend_of(Backend backend) {
  switch (backend) {
    case Backend::automatic: return gradwright::Backend::automatic;
    case Backend::llvm: return gradwright::Backend::llvm;
    case Backend::c: return gradwright::Backend::c;
    case Backend::interpreter: return gradwright::Backend::interpreter;
  }
  return gradwright::Backend::automatic;
}

[[nodiscard]] inline gradwright::Precision precision_of(Precision precision) {
  return precision == Precision::float32 ? gradwright::Precision::float32 : gradwright::Precision::float64;
}

}  // namespace gw
