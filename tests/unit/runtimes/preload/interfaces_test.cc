// Interface lists without netlink: what the C library says with it.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/unit/runtimes/child_process.h"
#include "tests/unit/runtimes/preload/preload_library.h"
#include "tests/unit/runtimes/preload/refusals.h"

namespace brood {
namespace {

TEST(Interfaces, AreThoseOfNetlink) {
  const auto& library = preloadLibrary();
  const auto found = interfacesBy(library.ifNameindex, library.ifFreenameindex);
  EXPECT_EQ(found, interfacesWithoutRefusals());
  EXPECT_EQ(found.count("1 lo"), 1u);
}

TEST(Interfaces, HaveTheAddressesOfNetlink) {
  const auto& library = preloadLibrary();
  const auto found = addressesBy(library.getifaddrs, library.freeifaddrs);
  EXPECT_EQ(found, addressesWithoutRefusals());
  EXPECT_FALSE(found.empty());
}

TEST(Interfaces, AreNoneWhereThereAreNoSockets) {
  const auto outcome = runInChild("", [] {
    refuseSockets();
    const auto& library = preloadLibrary();
    return addressesBy(library.getifaddrs, library.freeifaddrs).empty() &&
                   interfacesBy(library.ifNameindex, library.ifFreenameindex).empty()
               ? 0
               : 1;
  });
  EXPECT_EQ(outcome.ending(), "exit 0") << outcome.err;
}

TEST(Interfaces, FailWithoutADescriptor) {
  const auto outcome = runInChild("", [] {
    const auto& library = preloadLibrary();
    const rlimit none = {0, 0};
    ::setrlimit(RLIMIT_NOFILE, &none);
    ifaddrs* list;
    if (library.getifaddrs(&list) != -1 || errno != EMFILE) return 1;
    return library.ifNameindex() == nullptr && errno == EMFILE ? 0 : 2;
  });
  EXPECT_EQ(outcome.ending(), "exit 0") << outcome.err;
}

}  // namespace
}  // namespace brood
