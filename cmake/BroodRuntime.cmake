# brood_add_runtime(<name> SOURCES ... [LIBRARIES ...]): one language plug-in and its zygote binary,
# brood-zygote-<name>. The folder's sources define brood::makeRuntime().
function(brood_add_runtime name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(brood_runtime_${name} STATIC ${arg_SOURCES})
  target_link_libraries(brood_runtime_${name} PUBLIC brood_options CapnProto::kj ${arg_LIBRARIES})
  add_executable(brood-zygote-${name} "${CMAKE_SOURCE_DIR}/zygote/main.cc")
  target_link_libraries(brood-zygote-${name} PRIVATE brood_zygote brood_runtime_${name})
  set_target_properties(brood-zygote-${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/libexec")
endfunction()
