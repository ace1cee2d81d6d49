# Cap'n Proto, KJ and libuv by their archives where the distribution ships them: a program that
# serves one job after another has its code in one place then, which huge pages can hold, and a
# zygote a good many mappings fewer to copy for each fork. Else, and under sanitizers, the shared
# libraries.
function(brood_find_archive target shared name)
  string(TOUPPER "BROOD_ARCHIVE_${name}" variable)
  find_library(${variable} NAMES "lib${name}.a")
  if(${variable} AND NOT BROOD_SANITIZE AND NOT BROOD_FUZZ)
    # Imported, so that archives come in the order in which they need each other.
    add_library(${target} STATIC IMPORTED GLOBAL)
    set_target_properties(${target} PROPERTIES IMPORTED_LOCATION "${${variable}}")
    target_link_libraries(${target} INTERFACE ${ARGN})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${shared})
  endif()
endfunction()

brood_find_archive(brood_kj CapnProto::kj kj Threads::Threads)
brood_find_archive(brood_kj_async CapnProto::kj-async kj-async brood_kj)
brood_find_archive(brood_kj_tls CapnProto::kj-tls kj-tls brood_kj_async OpenSSL::SSL
  OpenSSL::Crypto)
brood_find_archive(brood_capnp CapnProto::capnp capnp brood_kj)
brood_find_archive(brood_capnp_rpc CapnProto::capnp-rpc capnp-rpc brood_capnp brood_kj_async)
brood_find_archive(brood_uv PkgConfig::uv uv_a Threads::Threads ${CMAKE_DL_LIBS})

# Links a program that calls moveTextToHugePages() so that its code begins where a huge page does,
# and shares that page with nothing else.
function(brood_huge_text target)
  if(NOT BROOD_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,max-page-size=0x200000 -Wl,-z,separate-code)
  endif()
endfunction()
