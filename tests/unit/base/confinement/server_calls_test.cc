#include "base/confinement/server_calls.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/confinement/confinement.h"
#include "base/confinement/own_user.h"
#include "tests/unit/base/confinement/in_child.h"

namespace brood {
namespace {

int asServer(const std::function<int()>& act) {
  return statusOfChild([&] {
    forgoNewPrivileges();
    SeccompFilter filter;
    allowServerCalls(filter);
    if (filter.load()) return 99;
    return act();
  });
}

TEST(ServerCalls, AreEnoughToServe) {
  if (kIsSanitized) return;
  const auto act = [] {
    int pair[2];
    if (::pipe2(pair, O_CLOEXEC) < 0) return 1;
    if (::write(pair[1], "x", 1) != 1) return 2;
    char byte = 0;
    if (::read(pair[0], &byte, 1) != 1) return 3;
    std::string large(8 << 20, 'x');
    if (large.back() != 'x') return 4;
    try {
      throw std::runtime_error("is caught");
    } catch (const std::exception&) {
      return 0;
    }
  };
  EXPECT_EQ(exitCode(asServer(act)), 0);
}

TEST(ServerCalls, MakeNoSocketAndNoCode) {
  if (kIsSanitized) return;
  EXPECT_EQ(exitCode(asServer([] { return errnoOf(::socket(AF_UNIX, SOCK_STREAM, 0)); })), EPERM);
  EXPECT_EQ(exitCode(asServer([] {
              void* page =
                  ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return page == MAP_FAILED ? errno : 0;
            })),
            EPERM);
}

TEST(ServerCalls, EndWithAProgramThatIsStarted) {
  if (kIsSanitized) return;
  const int status = asServer([] {
    ::execl("/bin/true", "true", nullptr);
    return 99;
  });
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  EXPECT_EQ(WTERMSIG(status), SIGSYS);
}

}  // namespace
}  // namespace brood
