# brood_add_room(SOURCES ... [USES <room>...] [LIBRARIES <target>...]): the folder that calls it as
# a library. A library is a folder: supervisor/jobs becomes brood_supervisor_jobs, and USES names
# the folders whose headers it includes, so that one which reaches into another fails to link.
# Folders of headers alone are no library and are not named.
function(brood_add_room)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}"
    OUTPUT_VARIABLE folder)
  brood_room_targets(name ${folder})
  brood_room_targets(used ${arg_USES})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC brood_options ${used} ${arg_LIBRARIES})
endfunction()

# brood_room_targets(<variable> <room>...): the libraries of these folders.
function(brood_room_targets variable)
  list(TRANSFORM ARGN REPLACE "/" "_" OUTPUT_VARIABLE names)
  list(TRANSFORM names PREPEND brood_)
  set(${variable} ${names} PARENT_SCOPE)
endfunction()
