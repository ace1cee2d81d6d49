// Calls that a job may make, but not with every argument.

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/nsfs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <string>

#include "tests/unit/zygote/layers/seccomp_fixture.h"
#include "zygote/layers/rlimits.h"

namespace brood::zygote {
namespace {

class SeccompArgumentsTest : public SeccompTest {
 public:
  using SeccompTest::install;
};

// The errno of setting an option to 1 on a socket of this kind.
int setOption(const SeccompPolicy* policy, int family, int type, int level, int option) {
  return inForkedChild([=] {
    if (policy != nullptr && SeccompArgumentsTest::install(*policy) != 0) return 251;
    const int fd = ::socket(family, type, 0);
    if (fd < 0) return 250;
    char value[128] = {1};
    return ::syscall(SYS_setsockopt, fd, static_cast<long>(level), static_cast<long>(option), value,
                     sizeof(int)) < 0
               ? errno
               : 0;
  });
}

TEST_F(SeccompArgumentsTest, OptionsThatProgramsSet) {
  for (int option : {SO_REUSEADDR, SO_KEEPALIVE, SO_REUSEPORT, SO_BROADCAST, SO_RCVLOWAT}) {
    EXPECT_EQ(setOption(&policy_, AF_INET, SOCK_STREAM, SOL_SOCKET, option), 0) << option;
  }
  for (int option : {TCP_NODELAY, TCP_KEEPIDLE, TCP_CORK, TCP_USER_TIMEOUT, TCP_QUICKACK}) {
    EXPECT_EQ(setOption(&policy_, AF_INET, SOCK_STREAM, IPPROTO_TCP, option), 0) << option;
  }
  EXPECT_EQ(setOption(&policy_, AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_RECVERR), 0);
  EXPECT_EQ(setOption(&policy_, AF_INET6, SOCK_STREAM, IPPROTO_IPV6, IPV6_V6ONLY), 0);
}

TEST_F(SeccompArgumentsTest, OptionsThatHoldMemoryAreUnknown) {
  constexpr int kReserveMemory = 73, kFlowLabels = 32, kUdpEncapsulation = 100, kSolTls = 282;
  for (int option : {SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF, SO_ZEROCOPY,
                     SO_BUSY_POLL, SO_MARK, kReserveMemory, 12345}) {
    EXPECT_EQ(setOption(&policy_, AF_INET, SOCK_STREAM, SOL_SOCKET, option), ENOPROTOOPT) << option;
  }
  EXPECT_EQ(setOption(nullptr, AF_INET, SOCK_STREAM, SOL_SOCKET, SO_ZEROCOPY), 0);
  for (int option :
       {TCP_ULP, TCP_MD5SIG, TCP_WINDOW_CLAMP, TCP_SAVE_SYN, TCP_FASTOPEN, TCP_REPAIR}) {
    EXPECT_EQ(setOption(&policy_, AF_INET, SOCK_STREAM, IPPROTO_TCP, option), ENOPROTOOPT)
        << option;
  }
  EXPECT_EQ(setOption(nullptr, AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_SAVE_SYN), 0);
  for (int option : {kFlowLabels, IPV6_2292PKTOPTIONS, IPV6_RTHDR, IPV6_HOPOPTS, IPV6_ADDRFORM}) {
    EXPECT_EQ(setOption(&policy_, AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, option), ENOPROTOOPT)
        << option;
  }
  EXPECT_EQ(setOption(&policy_, AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_OPTIONS), ENOPROTOOPT);
  EXPECT_EQ(setOption(&policy_, AF_INET, SOCK_DGRAM, IPPROTO_UDP, kUdpEncapsulation), ENOPROTOOPT);
  EXPECT_EQ(setOption(&policy_, AF_INET, SOCK_STREAM, kSolTls, 1), ENOPROTOOPT);
}

TEST_F(SeccompArgumentsTest, NobodyJoinsAGroup) {
  for (int option :
       {IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, MCAST_JOIN_GROUP, MCAST_MSFILTER}) {
    EXPECT_EQ(setOption(&policy_, AF_INET, SOCK_DGRAM, IPPROTO_IP, option), ENODEV) << option;
  }
  for (int option : {IPV6_JOIN_GROUP, IPV6_JOIN_ANYCAST, MCAST_JOIN_GROUP}) {
    EXPECT_EQ(setOption(&policy_, AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, option), ENODEV) << option;
  }
}

// As large as they were, which a program reads back.
TEST_F(SeccompArgumentsTest, BuffersKeepTheirSize) {
  for (int option : {SO_SNDBUF, SO_RCVBUF}) {
    for (auto* policy : {&policy_, &sharedPolicy_}) {
      const int changed = inForkedChild([&] {
        if (install(*policy) != 0) return 251;
        int ends[2], before = 0, after = 0;
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 250;
        socklen_t length = sizeof(before);
        const int wanted = 20'000;
        if (::getsockopt(ends[0], SOL_SOCKET, option, &before, &length) != 0) return 1;
        if (::setsockopt(ends[0], SOL_SOCKET, option, &wanted, sizeof(wanted)) != 0) return 2;
        if (::syscall(SYS_setsockopt, ends[0], 1l << 32 | SOL_SOCKET, 1l << 32 | option, &wanted,
                      sizeof(wanted)) != 0) {
          return 3;
        }
        if (::getsockopt(ends[0], SOL_SOCKET, option, &after, &length) != 0) return 4;
        return before == after ? 0 : 5;
      });
      EXPECT_EQ(changed, 0) << option;
    }
  }
}

TEST_F(SeccompArgumentsTest, OtherSocketFamiliesAreUnknown) {
  for (long family : {0, 3, AF_AX25, AF_KEY, AF_PACKET, AF_RDS, AF_CAN, AF_TIPC, AF_BLUETOOTH,
                      AF_ALG, AF_VSOCK, AF_XDP, AF_NETLINK, 46, 200, -1}) {
    EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_STREAM, 0), EAFNOSUPPORT) << family;
  }
  EXPECT_EQ(errnoUnfiltered(SYS_socket, AF_NETLINK, SOCK_RAW, 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_socketpair, AF_TIPC, SOCK_STREAM, 0), EAFNOSUPPORT);
  // The kernel looks at 32 bits: a high bit must not change the family behind the filter's back.
  EXPECT_EQ(errnoOfCall(SYS_socket, (1l << 32) | AF_ALG, SOCK_SEQPACKET, 0), EAFNOSUPPORT);
}

TEST_F(SeccompArgumentsTest, RareProtocolsAreUnknown) {
  for (long family : {AF_INET, AF_INET6}) {
    for (int protocol : {int{IPPROTO_SCTP}, int{IPPROTO_DCCP}, int{IPPROTO_UDPLITE}, 115,
                         262}) {  // The last two: L2TP and MPTCP.
      EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_STREAM, protocol), EPROTONOSUPPORT)
          << protocol;
    }
    EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_DCCP, 0), EPROTONOSUPPORT);
    EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_STREAM, IPPROTO_TCP), 0);
    EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP), 0);
  }
}

TEST_F(SeccompArgumentsTest, TerminalInjectionIsStoppedWithHighBitsToo) {
  for (long high : {0l, 1l << 32, -1l << 32}) {
    EXPECT_EQ(errnoOfCall(SYS_ioctl, 0, high | TIOCSTI, 0), EPERM) << high;
    EXPECT_EQ(errnoOfCall(SYS_ioctl, 0, high | TIOCLINUX, 0), EPERM) << high;
    EXPECT_EQ(errnoOfCall(SYS_ioctl, 0, high | TIOCSETD, 0), EPERM) << high;
  }
}

TEST_F(SeccompArgumentsTest, IoctlsOfTerminalsAndSocketsOnly) {
  const int fd = ::open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(errnoUnfiltered(SYS_ioctl, fd, NS_GET_NSTYPE), 0);
  EXPECT_EQ(errnoOfCall(SYS_ioctl, fd, NS_GET_NSTYPE), ENOTTY);
  ::close(fd);
  int waiting = 0;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_EQ(errnoOfCall(SYS_ioctl, ends[0], FIONREAD, reinterpret_cast<long>(&waiting)), 0);
  // As the kernel says it, where it has the call for the file.
  EXPECT_EQ(errnoOfCall(SYS_ioctl, ends[0], FICLONE, ends[1]),
            errnoUnfiltered(SYS_ioctl, ends[0], FICLONE, ends[1]));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(SeccompArgumentsTest, FcntlWithoutPipeSizesLeasesAndForeignSignals) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  for (long high : {0l, 1l << 32}) {
    for (long command : {F_SETPIPE_SZ, F_SETLEASE, F_NOTIFY, F_SETOWN, F_SETOWN_EX, F_SETSIG}) {
      EXPECT_EQ(errnoOfCall(SYS_fcntl, ends[0], high | command, 0), EPERM) << command;
    }
  }
  EXPECT_EQ(errnoUnfiltered(SYS_fcntl, ends[0], F_SETPIPE_SZ, 1 << 16), 0);
  EXPECT_EQ(errnoUnfiltered(SYS_fcntl, ends[0], F_SETOWN, ::getpid()), 0);
  for (long command : {F_GETFL, F_GETFD, F_GETPIPE_SZ, F_GETOWN}) {
    EXPECT_EQ(errnoOfCall(SYS_fcntl, ends[0], command, 0), 0) << command;
  }
  EXPECT_EQ(errnoOfCall(SYS_fcntl, ends[0], F_SETFL, O_NONBLOCK), 0);
  EXPECT_EQ(errnoOfCall(SYS_fcntl, ends[0], F_DUPFD_CLOEXEC, 0), 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(SeccompArgumentsTest, LocksThatNobodyHoldsAndUnknownFcntlsAreUnknown) {
  char path[] = "/tmp/brood-seccomp-XXXXXX";
  const int fd = ::mkstemp(path);
  ASSERT_GE(fd, 0);
  ::unlink(path);
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  const long where = reinterpret_cast<long>(&whole);
  for (long command : {F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, 12345}) {
    EXPECT_EQ(errnoOfCall(SYS_fcntl, fd, command, where), EINVAL) << command;
  }
  EXPECT_EQ(errnoUnfiltered(SYS_fcntl, fd, F_OFD_GETLK, where), 0);
  EXPECT_EQ(errnoOfCall(SYS_fcntl, fd, F_SETLK, where), 0);
  EXPECT_EQ(errnoOfCall(SYS_flock, fd, LOCK_EX | LOCK_NB), 0);
  ::close(fd);
}

TEST_F(SeccompArgumentsTest, PrctlsThatAreNotListedAreUnknown) {
  constexpr long kAnybody = -1, kMemoryMerge = 67, kFutexHash = 78, kSchedCore = 62,
                 kNewerThanThis = 9999;
  for (long high : {0l, 1l << 32}) {
    for (long option : {long{PR_SET_PTRACER}, long{PR_SET_MM}, long{PR_MCE_KILL},
                        long{PR_MCE_KILL_GET}, long{PR_SET_IO_FLUSHER}, long{PR_SET_VMA},
                        kSchedCore, kMemoryMerge, kFutexHash, kNewerThanThis}) {
      EXPECT_EQ(errnoOfCall(SYS_prctl, high | option, kAnybody), EINVAL) << option;
    }
  }
  EXPECT_EQ(errnoUnfiltered(SYS_prctl, PR_MCE_KILL, PR_MCE_KILL_CLEAR), 0);
  EXPECT_EQ(errnoUnfiltered(SYS_prctl, PR_MCE_KILL_GET), 0);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_SET_NAME, reinterpret_cast<long>("name")), 0);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL), 0);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1), 0);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_SET_TIMERSLACK, 1), 0);
}

TEST_F(SeccompArgumentsTest, PersonalityMayOnlyBeAsked) {
  EXPECT_EQ(errnoOfCall(SYS_personality, 0x0040000 /* ADDR_NO_RANDOMIZE */), EPERM);
}

TEST_F(SeccompArgumentsTest, DeviceNodesAreNotMade) {
  char directory[] = "/tmp/brood-seccomp-XXXXXX";
  ASSERT_NE(::mkdtemp(directory), nullptr);
  const std::string path = std::string(directory) + "/node";
  const long name = reinterpret_cast<long>(path.c_str());
  const long null = static_cast<long>(makedev(1, 3));
  for (long kind : {S_IFCHR, S_IFBLK}) {
    EXPECT_EQ(errnoOfCall(SYS_mknod, name, kind | 0600, null), EPERM);
    EXPECT_EQ(errnoOfCall(SYS_mknodat, AT_FDCWD, name, kind | 0600, null), EPERM);
  }
  EXPECT_EQ(errnoOfCall(SYS_mknod, name, S_IFIFO | 0600, 0), 0);
  ::unlink(path.c_str());
  EXPECT_EQ(errnoUnfiltered(SYS_mknod, name, S_IFCHR | 0600, null), 0);
  std::filesystem::remove_all(directory);
}

TEST_F(SeccompArgumentsTest, LimitsAndPrioritiesOfItselfOnly) {
  rlimit limit;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const long address = reinterpret_cast<long>(&limit), other = ::getppid();
  EXPECT_EQ(errnoUnfiltered(SYS_prlimit64, other, RLIMIT_NOFILE, 0, address), 0);
  EXPECT_EQ(errnoOfCall(SYS_prlimit64, 0, RLIMIT_NOFILE, address, 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_prlimit64, other, RLIMIT_NOFILE, 0, address), 0) << "only asks";
  EXPECT_EQ(errnoOfCall(SYS_prlimit64, other, RLIMIT_NOFILE, address, 0), EPERM);
  constexpr long kOfProcess = 1;
  EXPECT_EQ(errnoUnfiltered(SYS_ioprio_set, kOfProcess, ::getpid(), 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_ioprio_set, kOfProcess, ::getpid(), 0), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_ioprio_set, kOfProcess, 0, 0), 0);
  EXPECT_EQ(errnoUnfiltered(SYS_setpriority, PRIO_PGRP, 0, 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_setpriority, PRIO_PGRP, 0, 0), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_setpriority, PRIO_USER, 0, 0), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_setpriority, PRIO_PROCESS, 0, 19), 0);
}

TEST_F(SeccompArgumentsTest, NothingIsWrittenOutAndNoCacheDropped) {
  constexpr long kNoFile = 9999;
  for (long number : {SYS_sync, SYS_syncfs, SYS_fsync, SYS_fdatasync, SYS_sync_file_range}) {
    EXPECT_EQ(errnoOfCall(number, kNoFile), 0) << number;
  }
  EXPECT_EQ(errnoUnfiltered(SYS_fsync, kNoFile), EBADF);
  EXPECT_EQ(errnoOfCall(SYS_fadvise64, kNoFile, 0, 0, POSIX_FADV_DONTNEED), 0);
  EXPECT_EQ(errnoOfCall(SYS_fadvise64, kNoFile, 0, 0, POSIX_FADV_WILLNEED), EBADF);
  constexpr long kNoMemory = 4096, kPage = 4096, kCollapse = 25;
  EXPECT_EQ(errnoOfCall(SYS_madvise, kNoMemory, kPage, MADV_PAGEOUT), 0);
  EXPECT_EQ(errnoOfCall(SYS_madvise, kNoMemory, kPage, MADV_COLD), 0);
  EXPECT_EQ(errnoOfCall(SYS_madvise, kNoMemory, kPage, MADV_MERGEABLE), EINVAL);
  EXPECT_EQ(errnoOfCall(SYS_madvise, kNoMemory, kPage, kCollapse), EINVAL);
  EXPECT_EQ(errnoOfCall(SYS_madvise, kNoMemory, kPage, MADV_DONTNEED), ENOMEM);
}

// core(5): with a limit of 0 a program that core_pattern names is started all the same.
TEST_F(SeccompArgumentsTest, TheLimitOfCoreDumpsStaysWhatItIs) {
  EXPECT_EQ(inForkedChild([this] {
              if (applyFixedLimits() != 0) return 250;
              if (install(policy_) != 0) return 251;
              rlimit now;
              const rlimit none{0, 0};
              if (::setrlimit(RLIMIT_CORE, &none) != 0) return 1;
              if (::syscall(SYS_setrlimit, RLIMIT_CORE, &none) != 0) return 2;
              if (::prlimit(0, RLIMIT_CORE, &none, &now) == 0 || errno != EPERM) return 3;
              if (::getrlimit(RLIMIT_CORE, &now) != 0) return 4;
              return now.rlim_cur == 1 && now.rlim_max == 1 ? 0 : 5;
            }),
            0);
}

}  // namespace
}  // namespace brood::zygote
