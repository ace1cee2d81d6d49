# brood_add_pytest(<suite> [TIER <tier>] [PYTHON <interpreter>] [FOLDER <folder>] FILES ...): one
# ctest per test file, `<suite>.<file>`, run as root against the binaries of this build directory,
# or `<suite>.<tier>.<file>`, where Brood is started as an ordinary user. They share the machine's
# cgroups and cores, so one runs at a time and, as some measure what their system holds, nothing
# else; with SHARES_CORES, what needs no system of Brood's may run beside it. PYTHON runs them
# instead of the system's, which a fixture may still have to make; FOLDER has the files.
function(brood_add_pytest suite)
  cmake_parse_arguments(arg "SHARES_CORES" "TIER;PYTHON;FOLDER" "FILES" ${ARGN})
  set(prefix ${suite})
  set(tier root)
  set(python /usr/bin/python3)
  if(arg_TIER)
    set(prefix ${suite}.${arg_TIER})
    set(tier ${arg_TIER})
  endif()
  if(arg_PYTHON)
    set(python ${arg_PYTHON})
  endif()
  foreach(file IN LISTS arg_FILES)
    add_test(NAME ${prefix}.${file}
      COMMAND /usr/bin/env ${python} -B -m pytest -q -c ${PROJECT_SOURCE_DIR}/tests/pytest.ini
        ${CMAKE_CURRENT_SOURCE_DIR}/${arg_FOLDER}/${file}.py)
    set_tests_properties(${prefix}.${file} PROPERTIES
      ENVIRONMENT "BROOD_BUILD_DIR=${CMAKE_BINARY_DIR};BROOD_TIER=${tier}"
      LABELS ${suite} TIMEOUT 420)
    if(arg_SHARES_CORES)
      set_tests_properties(${prefix}.${file} PROPERTIES RESOURCE_LOCK brood_system)
    else()
      set_tests_properties(${prefix}.${file} PROPERTIES RUN_SERIAL ON)
    endif()
  endforeach()
endfunction()
