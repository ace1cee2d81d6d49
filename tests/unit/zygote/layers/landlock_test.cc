// Landlock by what it lets through and what it stops, each refusal beside the same act without it.

#include "zygote/layers/landlock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "base/policy/landlock_versions.h"
#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

namespace fs = std::filesystem;

int outcomeOf(long result) { return result < 0 ? errno : 0; }

int openFor(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  const int outcome = outcomeOf(fd);
  ::close(fd);
  return outcome;
}

sockaddr_un abstractAddress() {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "brood-test-%d", ::getpid());
  return address;
}

class LandlockTest : public ::testing::Test {
 protected:
  LandlockTest() {
    char pattern[] = "/tmp/brood-landlock-XXXXXX";
    root_ = ::mkdtemp(pattern);
    for (const char* name : {"shown", "own", "own/a", "own/b", "hidden"}) {
      fs::create_directory(root_ / name);
    }
    for (const char* name : {"shown/file", "own/file", "own/a/file", "hidden/file"}) {
      std::ofstream(root_ / name) << "text";
    }
    shown_ = at("shown");
    own_ = at("own");
    rules_[0].path = shown_.c_str();
    rules_[1].path = own_.c_str();
  }
  ~LandlockTest() override { fs::remove_all(root_); }

  std::string at(const char* name) const { return (root_ / name).string(); }

  // errno of one act of a child, restricted or (the control) not.
  int outcome(const std::function<int()>& act, bool restricted) {
    return inForkedChild([&] {
      if (!restricted) return act();
      if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 250;
      if (restrictByLandlock({.rules = rules_, .denyTcp = true}) != 0) return 251;
      return act();
    });
  }
  void expectStopped(const std::function<int()>& act, int error) {
    EXPECT_EQ(outcome(act, true), error);
    EXPECT_EQ(outcome(act, false), 0);
  }
  // An older kernel lets it through, which is what is reported then.
  void expectStoppedFrom(unsigned version, const std::function<int()>& act, int error) {
    EXPECT_EQ(outcome(act, true), landlockVersion() < version ? 0 : error);
    EXPECT_EQ(outcome(act, false), 0);
  }
  void expectLetThrough(const std::function<int()>& act) { EXPECT_EQ(outcome(act, true), 0); }

  fs::path root_;
  std::string shown_, own_;
  LandlockRule rules_[4] = {{nullptr, LandlockGrant::readAndExecute},
                            {nullptr, LandlockGrant::readWriteAndExecute},
                            {"/dev", LandlockGrant::useDevices},
                            {"/there-is-no-such-path", LandlockGrant::readWriteAndExecute}};
};

TEST_F(LandlockTest, ReadsWhatIsShownAndNothingElse) {
  expectLetThrough([&] { return openFor(at("shown/file"), O_RDONLY); });
  expectLetThrough([&] { return openFor(at("own/file"), O_RDWR); });
  expectStopped([&] { return openFor(at("hidden/file"), O_RDONLY); }, EACCES);
  expectStopped([&] { return openFor("/etc/passwd", O_RDONLY); }, EACCES);
}

TEST_F(LandlockTest, WritesOnlyWhereItMay) {
  expectLetThrough([&] { return openFor(at("own/new"), O_WRONLY | O_CREAT | O_EXCL); });
  expectStopped([&] { return openFor(at("shown/file"), O_WRONLY); }, EACCES);
  expectStopped([&] { return openFor(at("shown/file"), O_WRONLY | O_TRUNC); }, EACCES);
  expectStoppedFrom(
      3, [&] { return outcomeOf(::truncate(at("shown/file").c_str(), 1)); }, EACCES);
  expectStopped([&] { return outcomeOf(::mkdir(at("shown/new").c_str(), 0700)); }, EACCES);
  expectStopped([&] { return outcomeOf(::symlink("x", at("shown/link").c_str())); }, EACCES);
}

TEST_F(LandlockTest, RemovesAndRenamesOnlyItsOwn) {
  auto rename = [&](const char* from, const char* to) {
    return outcomeOf(::rename(at(from).c_str(), at(to).c_str()));
  };
  expectLetThrough([&] { return rename("own/a/file", "own/b/file"); });
  EXPECT_EQ(outcome([&] { return rename("own/file", "shown/moved"); }, true), EACCES);
  expectStopped([&] { return outcomeOf(::unlink(at("shown/file").c_str())); }, EACCES);
}

TEST_F(LandlockTest, MakesNoDeviceNodesEvenWhereItMayWrite) {
  auto makeNode = [&](mode_t kind, dev_t device) {
    return [=, this] { return outcomeOf(::mknod(at("own/node").c_str(), kind | 0600, device)); };
  };
  expectLetThrough(makeNode(S_IFIFO, 0));
  fs::remove(at("own/node"));
  expectStopped(makeNode(S_IFCHR, makedev(1, 3)), EACCES);
}

TEST_F(LandlockTest, UsesDevicesAndExecutesPrograms) {
  fs::copy_file("/bin/true", at("own/program"));
  expectLetThrough([] { return openFor("/dev/null", O_RDWR | O_TRUNC); });
  expectLetThrough([&] { return outcomeOf(::access(at("own/program").c_str(), X_OK)); });
  expectStopped([] { return outcomeOf(::mkdir("/dev/shm/brood-landlock-test", 0700)); }, EACCES);
  fs::remove("/dev/shm/brood-landlock-test");
}

TEST_F(LandlockTest, SignalsNobodyOutside) {
  expectStoppedFrom(
      6, [] { return outcomeOf(::kill(::getppid(), 0)); }, EPERM);
  expectLetThrough(
      [] { return inForkedChild([] { return ::kill(::getppid(), 0) == 0 ? 0 : errno; }); });
}

TEST_F(LandlockTest, ConnectsToNoAbstractSocketOutside) {
  const sockaddr_un address = abstractAddress();
  auto* generic = reinterpret_cast<const sockaddr*>(&address);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(listener, generic, sizeof(address)), 0);
  ASSERT_EQ(::listen(listener, 8), 0);
  expectStoppedFrom(
      6,
      [&] {
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        return outcomeOf(::connect(fd, generic, sizeof(address)));
      },
      EPERM);
  ::close(listener);
}

TEST_F(LandlockTest, IsInheritedAndCannotBeWidened) {
  expectStopped(
      [&] {
        return inForkedChild([&] {
          const LandlockRule all[] = {{"/", LandlockGrant::readWriteAndExecute}};
          ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
          if (restrictByLandlock({.rules = all}) != 0) return 252;
          return openFor(at("hidden/file"), O_RDONLY);
        });
      },
      EACCES);
}

TEST_F(LandlockTest, SaysWhenTheKernelIsTooOld) {
  EXPECT_EQ(inForkedChild([&] {
              ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
              return restrictByLandlock({.rules = rules_, .minimumVersion = 10'000});
            }),
            EOPNOTSUPP);
}

TEST_F(LandlockTest, NothingAtAllOpensNothing) {
  EXPECT_EQ(inForkedChild([&] {
              ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
              if (restrictByLandlock(nothingAtAll()) != 0) return 250;
              return openFor("/dev/null", O_RDONLY);
            }),
            EACCES);
}

}  // namespace
}  // namespace brood::zygote
