// The prelude: losses and layers, written in the worksheet language (prelude.gw shows them; a sheet may define them anew).
#pragma once

#include <string_view>

namespace gradwright::formula {

[[nodiscard]] std::string_view prelude();

}  // namespace gradwright::formula
