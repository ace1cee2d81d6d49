# brood_add_parked_addon(NAME LANGUAGE SUFFIX SOURCES... FILES...): what a parked interpreter of
# runtimes/LANGUAGE is given to take its job with, and the scripts that are laid beside it.
#
# The interpreter is not built with our sanitizers, so neither is what it loads: the sources of the
# channel are compiled once more.
function(brood_add_parked_addon name)
  cmake_parse_arguments(PARSE_ARGV 1 addon "" "LANGUAGE;SUFFIX" "SOURCES;FILES")
  add_library(${name} MODULE ${addon_SOURCES}
    "${CMAKE_SOURCE_DIR}/zygote/service/cell_input.cc"
    "${CMAKE_SOURCE_DIR}/zygote/service/channel.cc"
    "${CMAKE_SOURCE_DIR}/zygote/worker/parked_channel.cc"
    "${CMAKE_SOURCE_DIR}/zygote/worker/surroundings.cc"
    "${CMAKE_SOURCE_DIR}/zygote/worker/worker_channel.cc"
    "${CMAKE_SOURCE_DIR}/zygote/layers/rlimits.cc"
    "${CMAKE_SOURCE_DIR}/zygote/worker/job_files.cc"
    "${CMAKE_SOURCE_DIR}/rpc/wire/fd_passing.cc"
    "${CMAKE_SOURCE_DIR}/base/owned_fd.cc"
    "${CMAKE_BINARY_DIR}/gen/rpc/wire/worker.capnp.c++")
  set_source_files_properties("${CMAKE_BINARY_DIR}/gen/rpc/wire/worker.capnp.c++"
    PROPERTIES GENERATED ON)
  add_dependencies(${name} brood_wire_schema)
  target_compile_options(${name} PRIVATE -Wall -Wextra)
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_include_directories(${name} SYSTEM PRIVATE "${CMAKE_BINARY_DIR}/gen")
  target_link_libraries(${name} PRIVATE CapnProto::capnp)
  # Interpreters export nearly everything they are made of; nothing of ours is to meet that.
  target_link_options(${name} PRIVATE -Wl,-Bsymbolic -Wl,-z,relro,-z,now)
  set(folder "${CMAKE_BINARY_DIR}/share/brood/runtimes/${addon_LANGUAGE}")
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX "${addon_SUFFIX}"
    CXX_VISIBILITY_PRESET hidden LIBRARY_OUTPUT_DIRECTORY "${folder}")
  add_dependencies(serve ${name})
  install(TARGETS ${name} LIBRARY DESTINATION "share/brood/runtimes/${addon_LANGUAGE}")
  list(TRANSFORM addon_FILES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  brood_add_runtime_files(${addon_LANGUAGE} ${addon_FILES})
endfunction()
