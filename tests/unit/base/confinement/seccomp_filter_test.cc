#include "base/confinement/seccomp_filter.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include "base/confinement/confinement.h"
#include "base/confinement/own_user.h"
#include "tests/unit/base/confinement/in_child.h"

namespace brood {
namespace {

// A filter that leaves what a child needs in order to end, and what `add` adds.
int filtered(const std::function<void(SeccompFilter&)>& add, const std::function<int()>& act) {
  return statusOfChild([&] {
    forgoNewPrivileges();
    SeccompFilter filter;
    for (const char* name : {"exit_group", "write", "munmap", "brk", "futex", "close"}) {
      filter.allow(name);
    }
    add(filter);
    if (filter.load()) return 99;
    return act();
  });
}

TEST(SeccompFilter, RefusesWhatWasNotAdded) {
  if (kIsSanitized) return;
  const auto askWho = [] { return errnoOf(::getppid() > 0 ? 0 : -1); };
  const auto act = [] { return errnoOf(::socket(AF_UNIX, SOCK_STREAM, 0)); };
  EXPECT_EQ(exitCode(filtered([](SeccompFilter&) {}, act)), EPERM);
  EXPECT_EQ(exitCode(filtered([](SeccompFilter& filter) { filter.allow("getppid"); }, askWho)), 0);
}

TEST(SeccompFilter, LooksAtArguments) {
  if (kIsSanitized) return;
  const auto onlyUnix = [](SeccompFilter& filter) {
    filter.allow("socket", SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
  };
  const auto make = [](int family) {
    return [family] { return errnoOf(::socket(family, SOCK_STREAM, 0)); };
  };
  EXPECT_EQ(exitCode(filtered(onlyUnix, make(AF_UNIX))), 0);
  EXPECT_EQ(exitCode(filtered(onlyUnix, make(AF_INET))), EPERM);
}

TEST(SeccompFilter, PretendsThatThereIsNoSuchCall) {
  if (kIsSanitized) return;
  const auto noChroot = [](SeccompFilter& filter) { filter.pretendAbsence("chroot"); };
  EXPECT_EQ(exitCode(filtered(noChroot, [] { return errnoOf(::chroot("/")); })), ENOSYS);
}

TEST(SeccompFilter, EndsWithWhatOnlyAnIntruderCalls) {
  if (kIsSanitized) return;
  const int status = filtered([](SeccompFilter& filter) { filter.endWith("chroot"); },
                              [] { return errnoOf(::chroot("/")); });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGSYS);
}

TEST(SeccompFilter, KnowsNoCallOfThatName) {
  SeccompFilter filter;
  filter.allow("no_such_call");
}

}  // namespace
}  // namespace brood
