# Language, warnings, sanitizers and the compiler cache. The options come from CMakePresets.json.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The cache is used only where it works: a home that cannot be written makes ccache fail on every file.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  execute_process(COMMAND ${CCACHE_PROGRAM} ${CMAKE_CXX_COMPILER} -E -x c++ /dev/null
                  RESULT_VARIABLE ccache_result OUTPUT_QUIET ERROR_QUIET)
  if(ccache_result EQUAL 0)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  endif()
endif()

# gradwright_flags: what every target of this repository is compiled with; never exported.
add_library(gradwright_flags INTERFACE)
target_compile_options(gradwright_flags INTERFACE -Wall -Wextra -Wconversion -fno-semantic-interposition)
if(GRADWRIGHT_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(gradwright_flags INTERFACE -Wshadow=local)  # a name of another file of the room is no danger
else()
  target_compile_options(gradwright_flags INTERFACE -Wshadow)
endif()
if(GRADWRIGHT_WERROR)
  target_compile_options(gradwright_flags INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # -Wrestrict fires falsely on `"text" + std::string` in g++ 12 (GCC PR 105651).
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(gradwright_flags INTERFACE -Wno-restrict)
  else()
    target_compile_options(gradwright_flags INTERFACE -Wno-dangling-reference)  # false on views, g++ 13
  endif()
  if(GRADWRIGHT_SANITIZE)
    # Instrumented code hides initialisation from the flow analysis; the sanitizers and the release build look instead.
    target_compile_options(gradwright_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(GRADWRIGHT_CORE)
  target_compile_options(gradwright_flags INTERFACE -fno-exceptions -fno-rtti)
  target_compile_definitions(gradwright_flags INTERFACE FMT_EXCEPTIONS=0 JSON_NOEXCEPTION)
endif()
if(GRADWRIGHT_SANITIZE)
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_compile_options(gradwright_flags INTERFACE ${sanitize})
  target_link_options(gradwright_flags INTERFACE ${sanitize})
endif()
if(GRADWRIGHT_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "GRADWRIGHT_FUZZ needs clang: use `make fuzz`, or configure with --preset fuzz")
  endif()
  target_compile_options(gradwright_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# The allocator of optimised programs: derivation makes many small nodes. Sanitizers bring their own.
find_package(mimalloc)
function(link_allocator target)
  if(TARGET mimalloc AND NOT GRADWRIGHT_SANITIZE)
    target_link_options(${target} PRIVATE LINKER:--no-as-needed)
    target_link_libraries(${target} PRIVATE mimalloc)
  endif()
endfunction()
