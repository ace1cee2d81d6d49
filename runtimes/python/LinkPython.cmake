# brood_libpython: the interpreter that zygotes and tests embed.
#
# Linked from its archive at fixed addresses, as the distribution's own python3 is: every call into
# a shared libpython goes by way of a table, which costs a job about a tenth of its CPU time, most
# of it at the start, when nothing is in the CPU's caches. Sanitizers, and systems that ship no
# archive, take the shared library.
add_library(brood_libpython INTERFACE)
target_include_directories(brood_libpython SYSTEM INTERFACE ${python_INCLUDE_DIRS})

pkg_get_variable(python_prefix python3-embed prefix)
find_file(BROOD_PYTHON_ARCHIVE "libpython${python_VERSION}.a"
  PATHS "${python_prefix}/lib/python${python_VERSION}"
  PATH_SUFFIXES "config-${python_VERSION}-${CMAKE_LIBRARY_ARCHITECTURE}"
  NO_DEFAULT_PATH)

if(NOT BROOD_PYTHON_ARCHIVE OR BROOD_SANITIZE)
  target_link_libraries(brood_libpython INTERFACE PkgConfig::python)
  return()
endif()

# Libraries that the built-in modules need.
execute_process(
  COMMAND "${python_prefix}/bin/python${python_VERSION}" -ISc
    "import sysconfig; print(*map(sysconfig.get_config_var, ('LIBS', 'MODLIBS', 'SYSLIBS')))"
  OUTPUT_VARIABLE python_needs OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(python_needs UNIX_COMMAND "${python_needs}")
list(REMOVE_DUPLICATES python_needs)

# Extension modules find the interpreter's functions in the executable; ours stay out of their way.
target_link_libraries(brood_libpython INTERFACE
  -Wl,--whole-archive "${BROOD_PYTHON_ARCHIVE}" -Wl,--no-whole-archive ${python_needs})
# Code and constants in one piece that shares no huge page with variables (fewer_mappings.h).
target_link_options(brood_libpython INTERFACE -no-pie
  "LINKER:-z,noseparate-code,-z,max-page-size=0x200000"
  "LINKER:--export-dynamic-symbol=Py*" "LINKER:--export-dynamic-symbol=_Py*")
