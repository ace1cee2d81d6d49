# mimalloc instead of the C library's malloc() in programs that live for months. Off: measured, it
# gains nothing here and keeps more memory; and the distribution's build is not its secure mode
# (docs/decisions/0054-mimalloc-is-an-option.md).
option(BROOD_MIMALLOC "Link broodd and brood-gateway with mimalloc" OFF)
if(BROOD_MIMALLOC)
  find_package(mimalloc 2.0 REQUIRED)
endif()

# brood_long_lived(<target>): a program that is started once and serves for as long as the host
# runs.
function(brood_long_lived target)
  if(BROOD_MIMALLOC AND NOT BROOD_SANITIZE)
    # Needed though no symbol of its own is named, and before the C library.
    target_link_options(${target} PRIVATE
      "LINKER:--push-state,--no-as-needed" "$<TARGET_FILE:mimalloc>" "LINKER:--pop-state")
  endif()
endfunction()
