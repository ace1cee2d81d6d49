# Language standard, warnings and sanitizers for every target of ours.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# RelWithDebInfo is what we ship: optimised, symbols for profiles, assertions off.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g -DNDEBUG")

find_program(BROOD_CCACHE ccache)
if(BROOD_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BROOD_CCACHE}")
endif()

option(BROOD_WERROR "Treat warnings as errors" ON)
option(BROOD_TEST_SHIPPING "Also test the image and what is deployed; needs podman" OFF)
option(BROOD_FUZZ "Build the fuzzers and nothing else; needs clang" OFF)
set(BROOD_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")

add_library(brood_options INTERFACE)
# Clang counts what KJ's and libseccomp's macros expand to as ours, and so is asked for less.
target_compile_options(brood_options INTERFACE -Wall -Wextra
  $<$<CXX_COMPILER_ID:GNU>:-Wpedantic> $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-field-initializers>
  $<$<BOOL:${BROOD_WERROR}>:-Werror>)
# GCC 12 takes kj::OneOf inside kj::Maybe for uninitialised when it optimises; the sanitizer builds
# look for the real thing.
target_compile_options(brood_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
target_include_directories(brood_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(brood_options INTERFACE BROOD_VERSION="${PROJECT_VERSION}")
if(BROOD_FUZZ)
  # Tells libFuzzer which of our branches an input has taken.
  target_compile_options(brood_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(BROOD_SANITIZE)
  target_compile_options(brood_options INTERFACE -fsanitize=${BROOD_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(brood_options INTERFACE -fsanitize=${BROOD_SANITIZE})
else()
  target_compile_options(brood_options INTERFACE -fstack-protector-strong)
  target_compile_definitions(brood_options INTERFACE $<$<CONFIG:RelWithDebInfo>:_FORTIFY_SOURCE=2>)
  target_link_options(brood_options INTERFACE -Wl,-z,relro,-z,now)
endif()
if(BROOD_SANITIZE MATCHES "undefined")
  # For a type it has not met it opens a pipe, so that it calls every object invalid where a test
  # has used up all descriptors.
  target_compile_options(brood_options INTERFACE -fno-sanitize=vptr)
endif()
