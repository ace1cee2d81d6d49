#include "bench/system/census.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "base/owned_fd.h"
#include "bench/floors/helper_process.h"

namespace brood::bench {
namespace {

Census ofUs() { return takeCensus(::getpid(), ::getpid(), "no-such-group"); }

void untilEndOfFile(int fd) {
  char byte;
  while (::read(fd, &byte, 1) == 1) {
  }
}

TEST(Census, CountsProcessesAndWhatTheyHold) {
  const Census before = ofUs();
  EXPECT_EQ(before.processes, 1u);
  EXPECT_EQ(before.networkNamespaces, 1u);
  EXPECT_GT(before.mounts, 0u);
  EXPECT_GT(before.slabKib, 0u);
  EXPECT_EQ(before.cgroups, 0u);
  OwnedFd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(ofUs().descriptors, before.descriptors + 1);
  HelperProcess child(untilEndOfFile);
  const Census with = ofUs();
  EXPECT_EQ(with.processes, 2u);
  EXPECT_EQ(with.networkNamespaces, 1u) << "it has ours";
  EXPECT_EQ(with.mounts, before.mounts) << "and our mounts";
}

TEST(Census, MemoryIsThatOfWhatLasts) {
  constexpr uint64_t kMegabytes = 8;
  HelperProcess child([](int fd) {
    std::vector<char> memory(kMegabytes << 20, 1);
    if (::write(fd, memory.data(), 1) != 1) return;
    untilEndOfFile(fd);
    // Not before: the compiler is to keep it.
    ::_exit(memory[0]);
  });
  char byte = 0;
  ASSERT_EQ(::read(child.fd(), &byte, 1), 1);
  // A child of ours, as supervisor and gateway are of `brood serve`.
  EXPECT_GE(ofUs().residentKib, kMegabytes << 10);
}

}  // namespace
}  // namespace brood::bench
