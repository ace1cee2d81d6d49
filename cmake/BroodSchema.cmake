# brood_add_schema(<target> <file.capnp>...): a static library of generated Cap'n Proto code.
# Generated headers are included by the schema's path from the source root:
# "rpc/wire/worker.capnp.h".
function(brood_add_schema target)
  set(generated_sources)
  foreach(schema IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH schema NORMALIZE OUTPUT_VARIABLE schema_path)
    cmake_path(IS_PREFIX CMAKE_BINARY_DIR "${schema_path}" in_build_tree)
    if(in_build_tree)
      set(prefix "${CMAKE_BINARY_DIR}/gen")
    else()
      set(prefix "${CMAKE_SOURCE_DIR}")
    endif()
    cmake_path(RELATIVE_PATH schema_path BASE_DIRECTORY "${prefix}" OUTPUT_VARIABLE relative)
    set(output "${CMAKE_BINARY_DIR}/gen/${relative}")
    cmake_path(GET output PARENT_PATH output_dir)
    file(MAKE_DIRECTORY "${output_dir}")
    add_custom_command(
      OUTPUT "${output}.c++" "${output}.h"
      COMMAND capnp compile "-o${CAPNPC_CXX_EXECUTABLE}:${CMAKE_BINARY_DIR}/gen"
        "--src-prefix=${prefix}" "-I${CAPNP_INCLUDE_DIRECTORY}" "${schema_path}"
      DEPENDS "${schema_path}"
      COMMENT "Compiling schema ${relative}"
      VERBATIM)
    list(APPEND generated_sources "${output}.c++" "${output}.h")
  endforeach()
  add_library(${target} STATIC ${generated_sources})
  target_include_directories(${target} SYSTEM PUBLIC "${CMAKE_BINARY_DIR}/gen")
  if(BROOD_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${BROOD_SANITIZE} -fno-omit-frame-pointer)
  endif()
endfunction()
