// Programs that are started with the library find its functions in place of the C library's.

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/runtimes/child_process.h"

namespace brood {
namespace {

ChildResult python(const char* library, const char* code) {
  return runInChild("", [=] {
    const std::string preload = std::string("LD_PRELOAD=") + library;
    const char* const environment[] = {preload.c_str(), nullptr};
    ::execle("/usr/bin/python3", "python3", "-c", code, nullptr, environment);
    return 127;
  });
}

constexpr const char* kNames = "import socket; print(dict(socket.if_nameindex()).get(1))";
constexpr const char* kWatch =
    "import ctypes, os, select, tempfile\n"
    "libc = ctypes.CDLL(None, use_errno=True)\n"
    "with tempfile.TemporaryDirectory() as folder:\n"
    "    fd = libc.inotify_init1(os.O_CLOEXEC)\n"
    "    assert libc.inotify_add_watch(fd, folder.encode(), 0x100) == 1, ctypes.get_errno()\n"
    "    open(folder + '/name', 'w').close()\n"
    "    print(os.read(fd, 4096)[16:].rstrip(b'\\0').decode())\n";

TEST(ProgramsWithTheLibrary, ListInterfaces) {
  const auto with = python(BROOD_PRELOAD, kNames);
  EXPECT_EQ(with.out, "lo\n") << with.err;
  EXPECT_NE(python("", kNames).ending(), "exit 0");
}

TEST(ProgramsWithTheLibrary, WatchFiles) {
  const auto with = python(BROOD_PRELOAD, kWatch);
  EXPECT_EQ(with.out, "name\n") << with.err;
  EXPECT_NE(python("", kWatch).ending(), "exit 0");
}

}  // namespace
}  // namespace brood
