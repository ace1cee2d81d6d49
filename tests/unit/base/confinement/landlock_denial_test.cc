#include "base/confinement/landlock_denial.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/confinement/confinement.h"
#include "base/confinement/own_user.h"
#include "base/policy/landlock_versions.h"
#include "tests/unit/base/confinement/in_child.h"

namespace brood {
namespace {

constexpr unsigned kFirstWithTcp = 4;

int denied(TcpLeft left, const std::function<int()>& act, const std::vector<PathLeft>& paths = {}) {
  return inChild([&] {
    forgoNewPrivileges();
    if (denyByLandlock(left, paths)) return 99;
    return act();
  });
}

int openFile() { return errnoOf(::open("/etc/passwd", O_RDONLY | O_CLOEXEC)); }

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int bindPort() {
  auto address = loopback(0);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  // Landlock is asked for port 0 as for any other.
  return errnoOf(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)));
}

// Nobody listens on port 1, so that what is not denied is refused.
int connectToNobody() {
  auto address = loopback(1);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  return errnoOf(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)));
}

TEST(LandlockDenial, LeavesNoPath) {
  EXPECT_EQ(inChild(openFile), 0);
  EXPECT_EQ(denied(TcpLeft::none, openFile), EACCES);
  EXPECT_EQ(denied(TcpLeft::connecting, openFile), EACCES);
}

TEST(LandlockDenial, LeavesThePathsThatAreNamed) {
  const auto writeIt = [] { return errnoOf(::open("/etc/passwd", O_RDWR | O_CLOEXEC)); };
  EXPECT_EQ(denied(TcpLeft::none, openFile, {{"/etc/passwd"}, {"/not/there"}}), 0);
  EXPECT_EQ(denied(TcpLeft::none, openFile, {{"/etc"}}), 0);
  EXPECT_EQ(denied(TcpLeft::none, openFile, {{"/usr"}}), EACCES);
  EXPECT_EQ(denied(TcpLeft::none, writeIt, {{"/etc"}}), EACCES);
}

TEST(LandlockDenial, LeavesFoldersToBeWrittenTo) {
  char folder[] = "/tmp/brood-landlock-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  const std::string path = std::string(folder) + "/file";
  const auto replace = [&] {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return errno;
    if (::ftruncate(fd, 1) < 0 || ::rename(path.c_str(), (path + ".1").c_str()) < 0) return errno;
    return errnoOf(::unlink((path + ".1").c_str()));
  };
  EXPECT_EQ(denied(TcpLeft::none, replace, {{folder, true}}), 0);
  EXPECT_EQ(denied(TcpLeft::none, replace, {{folder, false}}), EACCES);
  ::rmdir(folder);
}

TEST(LandlockDenial, LeavesNoPort) {
  EXPECT_EQ(inChild(bindPort), 0);
  if (landlockVersion() < kFirstWithTcp) return;
  EXPECT_EQ(denied(TcpLeft::connecting, bindPort), EACCES);
}

TEST(LandlockDenial, LeavesConnectionsWhereTheyAreWanted) {
  EXPECT_EQ(denied(TcpLeft::connecting, connectToNobody), ECONNREFUSED);
  if (landlockVersion() < kFirstWithTcp) return;
  EXPECT_EQ(denied(TcpLeft::none, connectToNobody), EACCES);
}

}  // namespace
}  // namespace brood
