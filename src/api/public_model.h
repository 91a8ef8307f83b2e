// What a gw::Model is made of.
#pragma once

#include <gradwright/training.h>

#include "api/kept_parameters.h"

namespace gw {

struct Model::State {
  Sheet sheet;
  gradwright::KeptParameters kept;
  std::map<std::string, Array> parameters;

  State(Sheet of, gradwright::KeptParameters all);
};

}  // namespace gw
