# Every outside library, found in one place. All are Debian packages; headers are SYSTEM so that
# our warnings judge our code only.
find_package(PkgConfig REQUIRED)
find_package(CapnProto REQUIRED)
find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(Boost 1.81 REQUIRED)  # Headers only: Beast.
find_package(prometheus-cpp CONFIG REQUIRED)
pkg_check_modules(uv REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(edit REQUIRED IMPORTED_TARGET libedit)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(cares REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
# The distribution's interpreter, whatever else is first on PATH: its packages (numpy ...) live
# with it under /usr, which is what every sandbox sees.
pkg_check_modules(python REQUIRED IMPORTED_TARGET python3-embed)
