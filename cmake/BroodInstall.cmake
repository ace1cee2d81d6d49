# Lists what is installed and what `./dev serve` builds: one list, so that neither can lack a
# program that the other has.
#
# The layout is the build tree's: bin/, libexec/ and share/brood/runtimes/ beside each other. Every
# program finds the others relative to itself.
include(GNUInstallDirs)
add_custom_target(serve)

# brood_add_program(<target> bin|libexec): lays the target out in the build tree and installs it.
function(brood_add_program target folder)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/${folder}"
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/${folder}")
  add_dependencies(serve ${target})
  install(TARGETS ${target} RUNTIME DESTINATION ${folder} LIBRARY DESTINATION ${folder})
endfunction()

# brood_add_runtime_file(<language> <file>...): lays files out beside the language's manifest and
# installs them.
function(brood_add_runtime_files language)
  foreach(file IN LISTS ARGN)
    cmake_path(GET file FILENAME name)
    configure_file("${file}" "${CMAKE_BINARY_DIR}/share/brood/runtimes/${language}/${name}"
      COPYONLY)
    install(FILES "${file}" DESTINATION "share/brood/runtimes/${language}")
  endforeach()
endfunction()
