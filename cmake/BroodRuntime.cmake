# brood_add_runtime(<name> SOURCES ... [LIBRARIES ...] [BINARY <suffix>] [BUILDS_SLOTS]): one
# language plug-in and its zygote binary, brood-zygote-<suffix or name>. The folder's sources define
# brood::makeRuntime(). Only a zygote that BUILDS_SLOTS contains the slot builder.
function(brood_add_runtime name)
  cmake_parse_arguments(arg "BUILDS_SLOTS" "BINARY" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT arg_BINARY)
    set(arg_BINARY "${name}")
  endif()
  if(arg_BUILDS_SLOTS)
    set(slot_service brood_zygote_slots)
  else()
    set(slot_service brood_zygote_no_slots)
  endif()
  set(binary "brood-zygote-${arg_BINARY}")

  add_library(brood_runtime_${name} STATIC ${arg_SOURCES})
  target_link_libraries(brood_runtime_${name} PUBLIC brood_options brood_kj ${arg_LIBRARIES})
  add_executable(${binary} "${CMAKE_SOURCE_DIR}/zygote/main.cc"
    "${CMAKE_SOURCE_DIR}/zygote/process/sanitizer_defaults.cc")
  target_link_libraries(${binary} PRIVATE brood_zygote ${slot_service} brood_runtime_${name})
  brood_add_program(${binary} libexec)
endfunction()
