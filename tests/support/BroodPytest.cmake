# brood_add_pytest(<suite> [TIER <tier>] FILES ...): one ctest per test file, `<suite>.<file>`, run
# as root against the binaries of this build directory, or `<suite>.<tier>.<file>`, where Brood is
# started as an ordinary user. They share the machine's cgroups and cores, so one runs at a time.
function(brood_add_pytest suite)
  cmake_parse_arguments(arg "" "TIER" "FILES" ${ARGN})
  set(prefix ${suite})
  set(tier root)
  if(arg_TIER)
    set(prefix ${suite}.${arg_TIER})
    set(tier ${arg_TIER})
  endif()
  foreach(file IN LISTS arg_FILES)
    add_test(NAME ${prefix}.${file}
      COMMAND /usr/bin/python3 -B -m pytest -q -c ${PROJECT_SOURCE_DIR}/tests/pytest.ini
        ${CMAKE_CURRENT_SOURCE_DIR}/${file}.py)
    set_tests_properties(${prefix}.${file} PROPERTIES
      ENVIRONMENT "BROOD_BUILD_DIR=${CMAKE_BINARY_DIR};BROOD_TIER=${tier}"
      LABELS ${suite} RUN_SERIAL ON TIMEOUT 420)
  endforeach()
endfunction()
