# installation(ROOM api PROGRAM gradwright): the program, one library of all rooms, the public headers, the completion of
# shells and the CMake package, so that find_package(gradwright CONFIG) gives gradwright::gradwright.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

function(installation)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "ROOM;PROGRAM" "")
  visible_rooms(${arg_ROOM} rooms)
  add_library(gradwright_library STATIC)
  set_target_properties(gradwright_library PROPERTIES OUTPUT_NAME gradwright EXPORT_NAME gradwright LINKER_LANGUAGE CXX)
  foreach(room IN LISTS rooms)
    if(TARGET gradwright_${room})
      target_sources(gradwright_library PRIVATE $<TARGET_OBJECTS:gradwright_${room}>)
      get_property(libraries GLOBAL PROPERTY gradwright_libraries_${room})
      list(REMOVE_ITEM libraries nlohmann_json::nlohmann_json)  # headers only, in no header of ours
      target_link_libraries(gradwright_library PUBLIC ${libraries})
    endif()
  endforeach()
  target_compile_features(gradwright_library INTERFACE cxx_std_20)
  target_include_directories(gradwright_library INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  # A build of the program alone has compiled all that the library holds, and not put it together.
  install(CODE "if(NOT EXISTS \"$<TARGET_FILE:gradwright_library>\")
  execute_process(COMMAND \"${CMAKE_COMMAND}\" --build \"${CMAKE_BINARY_DIR}\" --config $<CONFIG> --target gradwright_library COMMAND_ERROR_IS_FATAL ANY)
endif()")
  install(TARGETS gradwright_library EXPORT gradwright ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})

  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/gradwright)
  install(EXPORT gradwright NAMESPACE gradwright:: FILE gradwright-targets.cmake DESTINATION ${package})
  write_basic_package_version_file(${CMAKE_BINARY_DIR}/gradwright-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${CMAKE_SOURCE_DIR}/cmake/gradwright-config.cmake ${CMAKE_BINARY_DIR}/gradwright-config-version.cmake
          DESTINATION ${package})
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/gradwright DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  if(TARGET ${arg_PROGRAM})
    foreach(shell_file IN ITEMS bash:share/bash-completion/completions/${arg_PROGRAM}
                                zsh:share/zsh/site-functions/_${arg_PROGRAM}
                                fish:share/fish/vendor_completions.d/${arg_PROGRAM}.fish)
      string(REPLACE ":" ";" words ${shell_file})
      list(GET words 0 shell)
      list(GET words 1 file)
      install(CODE "set(completion \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${file}\")
get_filename_component(directory \"\${completion}\" DIRECTORY)
file(MAKE_DIRECTORY \"\${directory}\")
execute_process(COMMAND \"$<TARGET_FILE:${arg_PROGRAM}>\" completion ${shell} OUTPUT_FILE \"\${completion}\" COMMAND_ERROR_IS_FATAL ANY)")
    endforeach()
  endif()
endfunction()
