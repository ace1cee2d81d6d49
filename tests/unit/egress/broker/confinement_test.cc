#include "egress/broker/confinement.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/base/confinement/in_child.h"

namespace brood::egress {
namespace {

int confined(const std::function<int()>& act) {
  return statusOfChild([&] {
    confine({});
    return act();
  });
}

int bindSomewhere() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return errnoOf(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)));
}

// Each with what it comes to without.
TEST(EgressConfinement, RefusesWhatABrokerDoesNotNeed) {
  const struct {
    const char* what;
    std::function<int()> act;
  } acts[] = {
      {"a file", [] { return errnoOf(::open("/etc/passwd", O_RDONLY)); }},
      {"a Unix socket", [] { return errnoOf(::socket(AF_UNIX, SOCK_STREAM, 0)); }},
      {"a netlink socket", [] { return errnoOf(::socket(AF_NETLINK, SOCK_RAW, 0)); }},
      {"a port of its own", bindSomewhere},
      {"new code",
       [] {
         void* page =
             ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return page == MAP_FAILED ? errno : 0;
       }},
      {"a signal to others", [] { return errnoOf(::kill(::getppid(), 0)); }},
      {"its own attributes", [] { return errnoOf(::prctl(PR_SET_DUMPABLE, 0)); }},
  };
  for (const auto& each : acts) {
    EXPECT_EQ(exitCode(statusOfChild(each.act)), 0) << each.what;
    const int refused = exitCode(confined(each.act));
    if (kIsSanitized) continue;
    EXPECT_EQ(refused, EPERM) << each.what;
  }
}

TEST(EgressConfinement, EndsWithAProgramThatIsStarted) {
  const auto act = [] {
    ::execl("/bin/true", "true", nullptr);
    return 99;
  };
  EXPECT_EQ(exitCode(statusOfChild(act)), 0);
  const int status = confined(act);
  if (!kIsSanitized) {
    ASSERT_TRUE(WIFSIGNALED(status)) << status;
    EXPECT_EQ(WTERMSIG(status), SIGSYS);
  }
}

TEST(EgressConfinement, LeavesWhatABrokerDoes) {
  EXPECT_EQ(exitCode(confined([] {
              if (::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) < 0) return 1;
              if (::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0) return 2;
              std::string large(8 << 20, 'x');
              if (large.back() != 'x') return 3;
              try {
                throw std::runtime_error("is caught");
              } catch (const std::exception&) {
                return 0;
              }
            })),
            0);
}

}  // namespace
}  // namespace brood::egress
