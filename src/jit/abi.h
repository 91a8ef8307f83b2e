// The functions of the module gradwright_llvm, which is loaded when the first plan is compiled: it alone needs LLVM.
#pragma once

#include <cstddef>

namespace gradwright::jit {

struct Symbol {
  const char* name;
  void* address;
};

/// Where a failing call says why; always ends in 0.
struct Message {
  char text[512];
};

extern "C" {

/// Machine code of a module of LLVM's text; null where LLVM refuses it. Free it with gradwright_llvm_free.
using CompileFunction = char*(const char* text, std::size_t size, const char* features, int level,
                              std::size_t* object_size, Message*);
/// Links the machine code into this process, against these symbols and those of the process; null where that fails.
using LinkFunction = void*(const char* object, std::size_t size, const Symbol* symbols, std::size_t count, Message*);
/// The address of a function; null where there is none.
using FindFunction = void*(void* linked, const char* name);
using UnlinkFunction = void(void* linked);
using FreeFunction = void(char* object);
/// A word that changes with LLVM and with what the module makes of it: part of the key of a cache.
using IdentityFunction = const char*();

}  // extern "C"

}  // namespace gradwright::jit
