#include "supervisor/processes/spawn.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/exception.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {
namespace {

// A program in the place of a zygote, which answers on descriptor 3.
class Script {
 public:
  Script(const std::string& interpreter, const std::string& text) {
    ::close(::mkstemp(path_));
    std::ofstream(path_) << "#!" << interpreter << "\n" << text;
    ::chmod(path_, 0755);
  }
  ~Script() { ::unlink(path_); }
  Script(const Script&) = delete;

  // Starts it; returns all that it writes, once it has ended.
  std::string answer(const std::string& preload = "") const {
    auto [ours, its] = newStreamPair();
    const pid_t pid = spawnZygote(path_, its.get(), preload);
    its.reset();
    std::string text;
    char piece[4096];
    for (ssize_t count; (count = ::read(ours.get(), piece, sizeof(piece))) > 0;) {
      text.append(piece, static_cast<size_t>(count));
    }
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
    return text;
  }

 private:
  char path_[32] = "/tmp/brood-spawn-XXXXXX";
};

TEST(Spawn, PassesTheSocketAndNothingElse) {
  const OwnedFd kept(::open("/dev/null", O_RDONLY));
  // The directory that is listed is open as long as that takes.
  const Script script(
      "/usr/bin/python3 -I",
      "import os\n"
      "listed = map(int, os.listdir('/proc/self/fd'))\n"
      "seen = [fd for fd in listed if os.path.exists(f'/proc/self/fd/{fd}')]\n"
      "os.write(3, f'{sorted(seen)} {os.readlink(\"/proc/self/fd/0\")}'.encode())\n");
  EXPECT_EQ(script.answer(), "[0, 1, 2, 3] /dev/null");
}

TEST(Spawn, GivesAnEnvironmentOfItsOwn) {
  ::setenv("BROOD_SECRET_OF_A_TEST", "yes", 1);
  const Script script("/bin/bash", "tr '\\0' '\\n' </proc/$$/environ | sort >&3\n");
  const std::string plain =
      "HOME=/\nLANG=C.UTF-8\nLD_BIND_NOW=1\nPATH=/usr/local/bin:/usr/bin:/bin\n";
  EXPECT_EQ(script.answer(), plain);
  EXPECT_NE(script.answer("/nonexistent.so").find("LD_PRELOAD=/nonexistent.so\n"),
            std::string::npos);
  ::unsetenv("BROOD_SECRET_OF_A_TEST");
}

TEST(Spawn, SignalsAreAsInANewProcess) {
  sigset_t blocked, before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  auto* handler = ::signal(SIGHUP, SIG_IGN);
  const Script script("/bin/bash",
                      "grep -E 'Sig(Blk|Ign)' /proc/$$/status | tr -d '[:space:]' >&3\n");
  const std::string seen = script.answer();
  ::signal(SIGHUP, handler);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  // A shell blocks SIGCHLD for a moment: what we had blocked and ignored is what matters.
  const auto blockedAt = seen.find("SigBlk:"), ignoredAt = seen.find("SigIgn:");
  ASSERT_NE(blockedAt, std::string::npos) << seen;
  ASSERT_NE(ignoredAt, std::string::npos) << seen;
  const auto maskAt = [&](size_t at) { return std::stoull(seen.substr(at + 7, 16), nullptr, 16); };
  EXPECT_EQ(maskAt(blockedAt) & (1ull << (SIGUSR1 - 1)), 0u) << seen;
  EXPECT_EQ(maskAt(ignoredAt) & (1ull << (SIGHUP - 1)), 0u) << seen;
}

std::string childrenOfOurs() {
  std::ifstream file("/proc/thread-self/children");
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Spawn, AProgramThatCannotBeExecutedIsNamed) {
  const std::string before = childrenOfOurs();
  auto [ours, its] = newStreamPair();
  try {
    spawnZygote("/nonexistent/zygote", its.get(), "");
    FAIL() << "it was executed";
  } catch (const kj::Exception& error) {
    EXPECT_NE(std::string(error.getDescription().cStr()).find("/nonexistent/zygote"),
              std::string::npos);
  }
  EXPECT_EQ(childrenOfOurs(), before) << "nothing is left of the attempt";
}

}  // namespace
}  // namespace brood::supervisor
