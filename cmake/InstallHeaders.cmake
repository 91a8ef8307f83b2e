# Run at install time: sheet/session.h, api/compiled_sheet.h and all headers that they include go to <prefix>/include/gradwright/<room>/, their includes written
# as <gradwright/room/header.h>, so that no header of a user's project can stand in for one of them.
#   SOURCE   the directory src/        TARGET   <prefix>/include/gradwright
cmake_minimum_required(VERSION 3.21)
set(waiting api/compiled_sheet.h sheet/session.h)
set(taken "")
while(waiting)
  list(POP_FRONT waiting header)
  list(APPEND taken ${header})
  file(STRINGS ${SOURCE}/${header} includes REGEX "^#include \"")
  foreach(include IN LISTS includes)
    string(REGEX REPLACE "^#include \"([^\"]*)\".*" "\\1" name "${include}")
    if(NOT name IN_LIST taken AND NOT name IN_LIST waiting)
      list(APPEND waiting ${name})
    endif()
  endforeach()
  file(READ ${SOURCE}/${header} content)
  string(REGEX REPLACE "#include \"([^\"\n]+)\"" "#include <gradwright/\\1>" content "${content}")
  file(WRITE ${TARGET}/${header} "${content}")
endwhile()
file(WRITE ${TARGET}/gradwright.h "// Start with Session (sheet/session.h) and CompiledSheet (api/compiled_sheet.h).
#pragma once

#include <gradwright/api/compiled_sheet.h>
#include <gradwright/sheet/session.h>
")
