# brood_add_pytest(<suite> FILES ...): one ctest per test file, `<suite>.<file>`, run as root
# against the binaries of this build directory. They share the machine's cgroups and cores, so
# one runs at a time.
function(brood_add_pytest suite)
  cmake_parse_arguments(arg "" "" "FILES" ${ARGN})
  foreach(file IN LISTS arg_FILES)
    add_test(NAME ${suite}.${file}
      COMMAND /usr/bin/python3 -B -m pytest -q -c ${PROJECT_SOURCE_DIR}/tests/pytest.ini
        ${CMAKE_CURRENT_SOURCE_DIR}/${file}.py)
    set_tests_properties(${suite}.${file} PROPERTIES
      ENVIRONMENT "BROOD_BUILD_DIR=${CMAKE_BINARY_DIR}"
      LABELS ${suite} RUN_SERIAL ON TIMEOUT 900)
  endforeach()
endfunction()
