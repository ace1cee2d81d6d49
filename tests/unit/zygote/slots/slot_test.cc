// Slots as seen from outside: what the builder promises about namespaces, maps and lifelines.

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <iterator>
#include <regex>
#include <set>

#include "tests/unit/zygote/zygote_harness.h"

namespace brood::zygote {
namespace {

std::string procFile(pid_t pid, const std::string& file) {
  return readWholeFile("/proc/" + std::to_string(pid) + "/" + file);
}

std::string statusField(pid_t pid, const std::string& name) {
  std::smatch match;
  std::string status = procFile(pid, "status");
  std::regex field(name + ":[ \\t]*([^\\n]*)");
  return std::regex_search(status, match, field) ? match[1].str() : "";
}

ino_t namespaceOf(const std::string& pid, const char* kind) {
  struct stat info;
  EXPECT_EQ(::stat(("/proc/" + pid + "/ns/" + kind).c_str(), &info), 0) << kind;
  return info.st_ino;
}

class SlotTest : public ::testing::Test {
 protected:
  ZygoteHarness zygote_;
};

TEST_F(SlotTest, EveryNamespaceIsItsOwn) {
  TestSlot one = zygote_.buildSlot(), other = zygote_.buildSlot();
  ASSERT_GT(one.initPid, 0) << one.failure.layer << " " << one.failure.errnoValue;
  ASSERT_GT(other.initPid, 0);
  for (const char* kind : {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"}) {
    ino_t inode = namespaceOf(std::to_string(one.initPid), kind);
    EXPECT_NE(inode, namespaceOf("self", kind)) << kind;
    EXPECT_NE(inode, namespaceOf(std::to_string(other.initPid), kind)) << kind;
  }
}

// Runs in a child: in the network of the process, as root.
bool doesInNetworkOf(pid_t pid, const std::function<bool()>& act) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int fd = ::open(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), O_RDONLY);
    ::_exit(fd >= 0 && ::setns(fd, CLONE_NEWNET) == 0 && act() ? 0 : 1);
  }
  int status = -1;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

bool sendsOneDatagram() {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(9);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  return ::sendto(fd, "x", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 1;
}

// Returns the slot's network namespace, once the slot has ended and been reaped.
ino_t networkOnceEnded(ZygoteHarness& zygote, TestSlot slot) {
  const ino_t network = namespaceOf(std::to_string(slot.initPid), "net");
  slot.lifeline.reset();
  zygote.waitForExit(slot.initPid);
  return network;
}

// The networks of as many slots as surely use each free one.
std::set<ino_t> networksOfTheNext(ZygoteHarness& zygote) {
  constexpr int kMoreThanAreFree = 40;
  std::vector<TestSlot> slots;
  std::set<ino_t> networks;
  for (int i = 0; i < kMoreThanAreFree; ++i) {
    slots.push_back(zygote.buildSlot());
    networks.insert(namespaceOf(std::to_string(slots.back().initPid), "net"));
  }
  EXPECT_EQ(networks.size(), slots.size());
  return networks;
}

TEST_F(SlotTest, AnUntouchedNetworkIsUsedAgain) {
  TestSlot slot = zygote_.buildSlot();
  ASSERT_GT(slot.initPid, 0);
  EXPECT_TRUE(doesInNetworkOf(slot.initPid, [] {
    // Comes and goes, and leaves nothing.
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    return fd >= 0 && ::close(fd) == 0;
  }));
  const ino_t network = networkOnceEnded(zygote_, std::move(slot));
  EXPECT_EQ(networksOfTheNext(zygote_).count(network), 1u);
}

TEST_F(SlotTest, ANetworkWithAPacketIsNot) {
  TestSlot slot = zygote_.buildSlot();
  ASSERT_GT(slot.initPid, 0);
  // Held, so that its number cannot be another's.
  OwnedFd held(::open(("/proc/" + std::to_string(slot.initPid) + "/ns/net").c_str(), O_RDONLY));
  ASSERT_TRUE(doesInNetworkOf(slot.initPid, sendsOneDatagram));
  const ino_t network = networkOnceEnded(zygote_, std::move(slot));
  EXPECT_EQ(networksOfTheNext(zygote_).count(network), 0u);
}

TEST_F(SlotTest, NorIsOneInWhichSomebodyStillHasASocket) {
  TestSlot slot = zygote_.buildSlot();
  ASSERT_GT(slot.initPid, 0);
  auto [ours, theirs] = newStreamPair();
  ASSERT_TRUE(doesInNetworkOf(slot.initPid, [&, &channel = theirs] {
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    return sendBytesWithFd(channel.get(), kj::arrayPtr(reinterpret_cast<const kj::byte*>("x"), 1),
                           fd) == 1;
  }));
  const ino_t network = networkOnceEnded(zygote_, std::move(slot));
  // The socket is on its way to us, and keeps its namespace and its number.
  EXPECT_EQ(networksOfTheNext(zygote_).count(network), 0u);
  ours.reset();
}

TEST_F(SlotTest, ItsNetworkKeepsQueuesShort) {
  TestSlot slot = zygote_.buildSlot();
  auto isSet = [] {
    return readWholeFile("/proc/sys/net/core/somaxconn") == "128\n" &&
           readWholeFile("/proc/sys/net/ipv4/tcp_rmem") == "4096\t65536\t131072\n" &&
           readWholeFile("/proc/sys/net/ipv4/tcp_wmem") == "4096\t16384\t131072\n";
  };
  EXPECT_TRUE(doesInNetworkOf(slot.initPid, isSet));
  EXPECT_FALSE(isSet()) << "and the host's are what they were";
}

TEST_F(SlotTest, MapsTwoIdsAndNoMore) {
  TestSlot slot = zygote_.buildSlot();
  std::regex twoLines("\\s*0\\s+730000\\s+1\\n\\s*1000\\s+730001\\s+1\\n");
  EXPECT_TRUE(std::regex_match(procFile(slot.initPid, "uid_map"), twoLines));
  EXPECT_TRUE(std::regex_match(procFile(slot.initPid, "gid_map"), twoLines));
}

TEST_F(SlotTest, InitHasNoPrivilegeAndNoDescriptorButTheLifeline) {
  TestSlot slot = zygote_.buildSlot();
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    EXPECT_EQ(statusField(slot.initPid, set), "0000000000000000") << set;
  }
  EXPECT_EQ(statusField(slot.initPid, "NoNewPrivs"), "1");
  EXPECT_EQ(statusField(slot.initPid, "Uid"), "730000\t730000\t730000\t730000");
  EXPECT_EQ(statusField(slot.initPid, "Groups"), "");
  EXPECT_EQ(::access(("/proc/" + std::to_string(slot.initPid) + "/fd/0").c_str(), F_OK), 0);
  for (const char* closed : {"1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
    std::string path = "/proc/" + std::to_string(slot.initPid) + "/fd/" + closed;
    // It closes the one on which it has just said that it is ready.
    while (::access(path.c_str(), F_OK) == 0 && std::string_view(closed) == "1") ::sched_yield();
    EXPECT_NE(::access(path.c_str(), F_OK), 0) << path;
  }
}

TEST_F(SlotTest, MountTreeHoldsTheSandboxOnly) {
  TestSlot slot = zygote_.buildSlot();
  std::istringstream mounts(procFile(slot.initPid, "mountinfo"));
  std::vector<std::string> targets;
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, root, target;
    fields >> id >> parent >> device >> root >> target;
    targets.push_back(target);
  }
  std::vector<std::string> expected = {"/",          "/usr", "/proc",   "/dev/pts",
                                       "/workspace", "/tmp", "/dev/shm"};
  // The masked paths, if this kernel has them.
  for (const char* masked :
       {"/proc/cmdline", "/proc/config.gz", "/proc/diskstats", "/proc/interrupts", "/proc/keys",
        "/proc/locks", "/proc/partitions", "/proc/sys/kernel/random/boot_id", "/proc/fs"}) {
    if (::access(masked, F_OK) == 0) expected.push_back(masked);
  }
  std::sort(expected.begin(), expected.end());
  std::sort(targets.begin(), targets.end());
  EXPECT_EQ(targets, expected);
}

TEST_F(SlotTest, EndOfLifelineEndsInitAndEveryProcessInside) {
  TestSlot slot = zygote_.buildSlot();
  TestWorker worker = zygote_.forkWorker(slot);
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  slot.lifeline.reset();
  int initStatus = zygote_.waitForExit(slot.initPid);
  EXPECT_TRUE(WIFEXITED(initStatus) && WEXITSTATUS(initStatus) == 0) << initStatus;
  int workerStatus = zygote_.waitForExit(worker.pid);
  EXPECT_TRUE(WIFSIGNALED(workerStatus) && WTERMSIG(workerStatus) == SIGKILL) << workerStatus;
}

TEST_F(SlotTest, AWordOnTheLifelineEndsInit) {
  TestSlot slot = zygote_.buildSlot();
  ASSERT_EQ(::write(slot.lifeline.get(), "", 1), 1);
  int initStatus = zygote_.waitForExit(slot.initPid);
  EXPECT_TRUE(WIFEXITED(initStatus) && WEXITSTATUS(initStatus) == 0) << initStatus;
}

TEST_F(SlotTest, KillingInitKillsTheWorker) {
  TestSlot slot = zygote_.buildSlot();
  TestWorker worker = zygote_.forkWorker(slot);
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  ASSERT_EQ(::syscall(SYS_pidfd_send_signal, slot.initPidfd.get(), SIGKILL, nullptr, 0), 0);
  EXPECT_EQ(WTERMSIG(zygote_.waitForExit(worker.pid)), SIGKILL);
  EXPECT_EQ(WTERMSIG(zygote_.waitForExit(slot.initPid)), SIGKILL);
}

TEST_F(SlotTest, InitReapsOrphans) {
  TestSlot slot = zygote_.buildSlot();
  // The grandchild outlives its parent, ends, and must not be left as a zombie of init.
  JobResult result = zygote_.sh(slot,
                                "mkfifo /tmp/gone\n"
                                "sh -c 'sh -c \"exec 9>/tmp/gone; exit 0\" & exit 0'\n"
                                "cat /tmp/gone\n"
                                "wait\n"
                                "cat /proc/[0-9]*/status | grep '^State:.*zombie'\n");
  EXPECT_EQ(result.stdoutText, "");
}

// Returns the clock ticks of children that have ended and were waited for (proc_pid_stat(5)).
uint64_t ticksOfChildren(pid_t pid) {
  const std::string stat = procFile(pid, "stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  const std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
  return std::stoull(words.at(13)) + std::stoull(words.at(14));
}

// An orphan that uses CPU and ends, of which `sh` returns only then.
constexpr const char* kBusyOrphan =
    "mkfifo /tmp/gone\n"
    "sh -c 'sh -c \"exec 9>/tmp/gone; i=0; while [ \\$i -lt 300000 ]; do i=\\$((i+1)); done\" & "
    "exit 0'\n"
    "cat /tmp/gone\n";

TEST_F(SlotTest, InitLeavesOrphansToTheKernelWhereACgroupCountsThem) {
  TestSlot slot = zygote_.buildSlot();
  zygote_.sh(slot, kBusyOrphan);
  EXPECT_EQ(ticksOfChildren(slot.initPid), 0u);
}

TEST(SlotWithoutCgroups, InitGathersTheTimesOfOrphans) {
  LayerPolicy policy;
  policy.setMode(Layer::cgroupCpu, LayerMode::off);
  ZygoteHarness zygote(policy);
  TestSlot slot = zygote.buildSlot();
  ASSERT_GT(slot.initPid, 0) << slot.failure.layer << " " << slot.failure.errnoValue;
  zygote.sh(slot, kBusyOrphan);
  while (ticksOfChildren(slot.initPid) < 3) ::sched_yield();
  // Signals of its own job only wake it.
  zygote.sh(slot, "kill -CHLD 1; kill -TERM 1; kill -USR1 1; kill -STOP 1; kill -KILL 1");
  slot.lifeline.reset();
  const int status = zygote.waitForExit(slot.initPid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_F(SlotTest, TheKernelEndsItsProcessesFirst) {
  TestSlot slot = zygote_.buildSlot();
  EXPECT_EQ(procFile(slot.initPid, "oom_score_adj"), "1000\n");
  EXPECT_EQ(zygote_.sh(slot, "cat /proc/self/oom_score_adj").stdoutText, "1000\n");
  EXPECT_NE(procFile(::getpid(), "oom_score_adj"), "1000\n");
}

TEST_F(SlotTest, FailureNamesTheStep) {
  SlotOptions options;
  options.hostJobUid = UINT32_MAX;  // Nobody's, on any kernel.
  TestSlot slot = zygote_.buildSlot(options);
  EXPECT_EQ(slot.initPid, -1);
  EXPECT_EQ(slot.failure.layer, "uid_map");
  EXPECT_EQ(slot.failure.errnoValue, EINVAL);
  EXPECT_GT(zygote_.buildSlot().initPid, 0) << "the builder must go on";
}

}  // namespace
}  // namespace brood::zygote
