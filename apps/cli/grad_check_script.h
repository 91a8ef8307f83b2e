// The text of grad_check.py, which CMake puts into grad_check_script.cpp.in.
#pragma once

namespace gradwright::cli {

extern const char* const grad_check_script;

}  // namespace gradwright::cli
