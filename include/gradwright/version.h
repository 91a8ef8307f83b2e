// The version of Gradwright, and what it promises.
// Versions are semantic. While the first number is 0, programs written for 0.n compile with every 0.n.m, and CMake's find_package accepts
// no other n. The library is static, and its classes hold a pointer to what is theirs; a program is still to be compiled again with the
// headers of the library it is linked to: no binary compatibility between versions is promised.
// In use: examples/embed/diagnostic.cpp.
#pragma once

#define GRADWRIGHT_VERSION_MAJOR 0
#define GRADWRIGHT_VERSION_MINOR 1
#define GRADWRIGHT_VERSION_PATCH 0

namespace gw {

/// "0.1.0": that of the library, where it was not built with these headers another than the macros say.
[[nodiscard]] const char* version();

}  // namespace gw
