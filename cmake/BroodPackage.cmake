# `cpack` in a build directory makes the .deb: everything needed to serve, nothing of the tests.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME brood)
set(CPACK_PACKAGE_VENDOR "The Brood authors")
set(CPACK_PACKAGE_CONTACT "The Brood authors <brood@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The zygote contains an interpreter of this very version and reads its library from the disk.
string(REGEX MATCH "^([0-9]+)\\.([0-9]+)" python_series "${python_VERSION}")
math(EXPR next_minor "${CMAKE_MATCH_2} + 1")
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "python3 (>= ${python_series}), python3 (<< ${CMAKE_MATCH_1}.${next_minor})")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3-numpy, python3-pandas, python3-matplotlib")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nodejs, ruby, perl, php-cli, gcc, g++, default-jdk-headless")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/README.md"
  "${PROJECT_SOURCE_DIR}/SECURITY.md" DESTINATION share/doc/brood)
install(FILES "${PROJECT_SOURCE_DIR}/deploy/brood.example.toml" DESTINATION share/doc/brood)
# Unit, user and manual page of the service, and samples for clusters.
set(package_dir "${PROJECT_SOURCE_DIR}/deploy/package")
install(FILES "${package_dir}/brood.service" DESTINATION lib/systemd/system)
install(FILES "${package_dir}/brood.sysusers" DESTINATION lib/sysusers.d RENAME brood.conf)
install(FILES "${package_dir}/brood.1" DESTINATION share/man/man1)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/deploy/kubernetes" "${PROJECT_SOURCE_DIR}/deploy/helm"
  "${PROJECT_SOURCE_DIR}/deploy/monitoring" DESTINATION share/doc/brood
  PATTERN "*_test.yaml" EXCLUDE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${package_dir}/postinst" "${package_dir}/prerm" "${package_dir}/postrm")
# Static libraries leave no trace in Depends; deploy/image/sbom.py reads their names here.
set(linked libcapnp-dev libuv1-dev libboost1.81-dev libboost-dev nlohmann-json3-dev libcli11-dev
  "libpython${python_series}-dev")
execute_process(COMMAND dpkg-query -W -f "\${Package} \${Version} \${Architecture}\n" ${linked}
  OUTPUT_FILE "${CMAKE_BINARY_DIR}/linked-libraries.txt" ERROR_QUIET)
install(FILES "${CMAKE_BINARY_DIR}/linked-libraries.txt" DESTINATION share/doc/brood)
include(CPack)
