// The whole test runs under a filter that refuses what jobs are refused. Before it is in force, the
// C library is asked what the answers would be without.

#include "tests/unit/runtimes/preload/refusals.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <linux/netlink.h>
#include <seccomp.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace brood {
namespace {

AddressSet trueAddresses;
InterfaceSet trueInterfaces;

class Refusals final : public ::testing::Environment {
 public:
  void SetUp() override {
    trueAddresses = addressesBy(::getifaddrs, ::freeifaddrs);
    trueInterfaces = interfacesBy(::if_nameindex, ::if_freenameindex);
    scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ALLOW);
    for (int call : {SCMP_SYS(inotify_init), SCMP_SYS(inotify_init1), SCMP_SYS(inotify_add_watch),
                     SCMP_SYS(inotify_rm_watch)}) {
      KJ_REQUIRE(::seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0) == 0);
    }
    const scmp_arg_cmp isNetlink = SCMP_A0(SCMP_CMP_EQ, AF_NETLINK);
    KJ_REQUIRE(::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                                  isNetlink) == 0);
    KJ_REQUIRE(::seccomp_load(filter) == 0);
    ::seccomp_release(filter);
  }
};

const auto* const refusals = ::testing::AddGlobalTestEnvironment(new Refusals);

TEST(Refusals, AreInForce) {
  EXPECT_EQ(::syscall(SYS_inotify_init1, 0), -1);
  EXPECT_EQ(errno, ENOSYS);
  EXPECT_EQ(::inotify_init1(0), -1) << "the C library's own";
  EXPECT_EQ(::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), -1);
  EXPECT_EQ(errno, EAFNOSUPPORT);
  EXPECT_EQ(::if_nameindex(), nullptr) << "the C library's own";
}

}  // namespace

const AddressSet& addressesWithoutRefusals() { return trueAddresses; }
const InterfaceSet& interfacesWithoutRefusals() { return trueInterfaces; }

void refuseSockets() {
  scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ALLOW);
  KJ_REQUIRE(::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 0) == 0);
  KJ_REQUIRE(::seccomp_load(filter) == 0);
  ::seccomp_release(filter);
}

}  // namespace brood
