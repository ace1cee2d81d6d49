# brood_add_unit_test(<name> SOURCES ... LIBRARIES ...): one GoogleTest binary, each of its tests
# known to ctest by name. The tests' own sources are not optimised: half of the time that they take
# to compile is optimisation, and they are a third of all sources. What they test is.
include(GoogleTest)
function(brood_add_unit_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE brood_options GTest::gtest GTest::gtest_main
    ${arg_LIBRARIES})
  if(NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    target_compile_options(${name} PRIVATE -O0 -g1 -U_FORTIFY_SOURCE)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit TIMEOUT 300)
endfunction()
