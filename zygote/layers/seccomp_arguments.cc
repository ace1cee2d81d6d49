#include "zygote/layers/seccomp_arguments.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>

#include "zygote/layers/seccomp_argument_lists.h"
#include "zygote/layers/seccomp_gates.h"

namespace brood::zygote {
namespace {

constexpr uint32_t kNotPermitted = SCMP_ACT_ERRNO(EPERM);
constexpr uint64_t kLow32Bits = 0xffffffff;
constexpr uint64_t kInit = 1;
constexpr uint64_t kPersonalityQuery = 0xffffffff;
constexpr uint64_t kHighestProtocol = IPPROTO_ICMPV6;

constexpr uint32_t kUnknown = SCMP_ACT_ERRNO(EINVAL);
constexpr uint32_t kDoNothing = SCMP_ACT_ERRNO(0);
constexpr uint32_t kGoOn = SCMP_ACT_ALLOW;

SeccompGate optionsAt(uint32_t level, NamedValues values, uint32_t inside, uint32_t outside) {
  return {.argument = 2,
          .values = values,
          .inside = inside,
          .outside = outside,
          .whenArgument = 1,
          .whenValue = level};
}

// An option that is in no list gets the answer of a kernel that does not have it.
kj::Array<sock_filter> compileArgumentLists() {
  constexpr uint32_t kNoSuchOption = SCMP_ACT_ERRNO(ENOPROTOOPT);
  constexpr uint32_t kNoDevice = SCMP_ACT_ERRNO(ENODEV);
  const SeccompGate prctl{.argument = 0, .values = allowedPrctls(), .outside = kUnknown};
  const SeccompGate fcntl{.argument = 1, .values = allowedFcntls(), .outside = kUnknown};
  const SeccompGate ioctl{.argument = 1,
                          .values = allowedIoctls(),
                          .kinds = allowedIoctlKinds(),
                          .kindMask = kIoctlKindMask,
                          .outside = SCMP_ACT_ERRNO(ENOTTY)};
  const SeccompGate options[] = {
      {.argument = 1, .values = allowedSocketLevels(), .outside = kNoSuchOption},
      optionsAt(SOL_SOCKET, bufferSizes(), kDoNothing, kGoOn),
      optionsAt(SOL_SOCKET, allowedSocketOptions(), kGoOn, kNoSuchOption),
      optionsAt(IPPROTO_IP, ipMemberships(), kNoDevice, kGoOn),
      optionsAt(IPPROTO_IP, allowedIpOptions(), kGoOn, kNoSuchOption),
      optionsAt(IPPROTO_IPV6, ipv6Memberships(), kNoDevice, kGoOn),
      optionsAt(IPPROTO_IPV6, allowedIpv6Options(), kGoOn, kNoSuchOption),
      optionsAt(IPPROTO_TCP, allowedTcpOptions(), kGoOn, kNoSuchOption),
      optionsAt(IPPROTO_UDP, allowedUdpOptions(), kGoOn, kNoSuchOption),
  };
  const GatedSyscall gated[] = {{SYS_prctl, kj::arrayPtr(&prctl, 1)},
                                {SYS_fcntl, kj::arrayPtr(&fcntl, 1)},
                                {SYS_ioctl, kj::arrayPtr(&ioctl, 1)},
                                {SYS_setsockopt, options}};
  return compileGates(gated);
}

void refuseNamespaceFlags(SeccompFilterBuilder& filter) {
  // CLONE_NEWTIME is not among them: clone takes its bit as part of the exit signal.
  for (uint64_t flag : {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER,
                        CLONE_NEWPID, CLONE_NEWNET}) {
    filter.add(kNotPermitted, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
  }
}

// A child of one's parent is the zygote's to reap. A process that shares another's descriptors
// leaves it the locks it has taken, which nobody has in /proc/locks once it has ended.
void refuseForeignKin(SeccompFilterBuilder& filter) {
  filter.add(kNotPermitted, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_PARENT, CLONE_PARENT));
  filter.add(kNotPermitted, "clone",
             SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_FILES | CLONE_THREAD, CLONE_FILES));
}

// Unix, IPv4 and IPv6; the rarely used families are where the kernel's holes are. What waits in a
// netlink socket is charged to nobody, and it answers more than it is asked.
void refuseSocketFamilies(SeccompFilterBuilder& filter) {
  constexpr uint32_t kRefuse = SCMP_ACT_ERRNO(EAFNOSUPPORT);
  for (uint64_t family = 0; family < AF_INET6; ++family) {
    if (family == AF_UNIX || family == AF_INET) continue;
    filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_EQ, family));
  }
  filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_GT, AF_INET6));
}

// A socket of one of these makes the kernel load the module that speaks it: SCTP, DCCP, L2TP,
// UDP-Lite, MPTCP. TCP, UDP and ping are below.
void refuseRareProtocols(SeccompFilterBuilder& filter) {
  constexpr uint32_t kRefuse = SCMP_ACT_ERRNO(EPROTONOSUPPORT);
  for (uint64_t family : {AF_INET, AF_INET6}) {
    filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_EQ, family),
               SCMP_A2(SCMP_CMP_GT, kHighestProtocol));
    filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_EQ, family), SCMP_A2(SCMP_CMP_EQ, IPPROTO_DCCP));
    filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_EQ, family),
               SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_DCCP));
  }
}

void restrictSockets(SeccompFilterBuilder& filter, SeccompScope scope) {
  filter.add(SCMP_ACT_ERRNO(EAFNOSUPPORT), "socketpair", SCMP_A0(SCMP_CMP_NE, AF_UNIX));
  if (scope == SeccompScope::sharedNamespaces) {
    filter.add(SCMP_ACT_ERRNO(EACCES), "socket");
    // Even one of a pair can send datagrams to a name.
    for (uint64_t type : {SOCK_DGRAM, SOCK_RAW}) {
      filter.add(SCMP_ACT_ERRNO(EACCES), "socketpair", SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, type));
    }
  } else {
    refuseSocketFamilies(filter);
    refuseRareProtocols(filter);
  }
}

// Keystrokes into a terminal, line disciplines (each a protocol's code in the kernel, loaded when
// asked for), and signals sent in the name of whoever opened a file.
void refuseIoctls(SeccompFilterBuilder& filter) {
  for (uint64_t command : {TIOCSTI, TIOCLINUX, TIOCSETD, FIOSETOWN, SIOCSPGRP}) {
    filter.add(kNotPermitted, "ioctl", SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32Bits, command));
  }
}

// Pipe buffers are memory that the kernel accounts by user; leases stall whoever opens the file.
void refuseFcntls(SeccompFilterBuilder& filter) {
  for (uint64_t command : {F_SETPIPE_SZ, F_SETLEASE, F_NOTIFY, F_SETOWN, F_SETOWN_EX, F_SETSIG}) {
    filter.add(kNotPermitted, "fcntl", SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32Bits, command));
  }
}

// Page cache and memory that others have in use, or that looks for others' equal pages, is not a
// job's to drop, move or merge. Advice that is not followed is good advice.
void ignoreAdvice(SeccompFilterBuilder& filter) {
  filter.add(kDoNothing, "fadvise64", SCMP_A3(SCMP_CMP_MASKED_EQ, kLow32Bits, POSIX_FADV_DONTNEED));
  for (uint64_t advice : {MADV_COLD, MADV_PAGEOUT}) {
    filter.add(kDoNothing, "madvise", SCMP_A2(SCMP_CMP_MASKED_EQ, kLow32Bits, advice));
  }
  constexpr uint64_t kCollapse = 25;  // Newer than Debian 12's headers.
  for (uint64_t advice : {uint64_t{MADV_MERGEABLE}, kCollapse}) {
    filter.add(kUnknown, "madvise", SCMP_A2(SCMP_CMP_MASKED_EQ, kLow32Bits, advice));
  }
}

// Pages of a socket's queue, mapped by a process, are in neither's account.
void refuseMappedQueues(SeccompFilterBuilder& filter) {
  constexpr uint64_t kZerocopyReceive = 35;  // TCP_ZEROCOPY_RECEIVE of <linux/tcp.h>
  filter.add(SCMP_ACT_ERRNO(ENOPROTOOPT), "getsockopt",
             SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32Bits, IPPROTO_TCP),
             SCMP_A2(SCMP_CMP_MASKED_EQ, kLow32Bits, kZerocopyReceive));
}

void refuseDeviceNodes(SeccompFilterBuilder& filter) {
  for (uint64_t kind : {S_IFCHR, S_IFBLK}) {
    filter.add(kNotPermitted, "mknod", SCMP_A1(SCMP_CMP_MASKED_EQ, S_IFMT, kind));
    filter.add(kNotPermitted, "mknodat", SCMP_A2(SCMP_CMP_MASKED_EQ, S_IFMT, kind));
  }
}

// A filter cannot know its caller's own id, so "self" is the 0 that stands for it. Asking is free.
//
// In namespaces of its own a job can name nothing but its own processes and init, so what programs
// do by id there stays possible: pthread_setaffinity_np and pthread_setschedparam name a thread,
// nice(1) a process. Init is named by its number, for it has the job's host id where there is only
// one.
void restrictToSelf(SeccompFilterBuilder& filter, SeccompScope scope) {
  filter.add(kNotPermitted, "prlimit64", SCMP_A0(SCMP_CMP_NE, 0), SCMP_A2(SCMP_CMP_NE, 0));
  // By process, by group and by user; the last would reach every slot if uids were shared.
  filter.add(kNotPermitted, "ioprio_set", SCMP_A1(SCMP_CMP_NE, 0));
  filter.add(kNotPermitted, "setpriority", SCMP_A0(SCMP_CMP_NE, PRIO_PROCESS));
  const bool shared = scope == SeccompScope::sharedNamespaces;
  filter.add(kNotPermitted, "setpriority",
             shared ? SCMP_A1(SCMP_CMP_NE, 0) : SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32Bits, kInit));
  for (const char* name :
       {"sched_setaffinity", "sched_setparam", "sched_setscheduler", "sched_setattr"}) {
    filter.add(kNotPermitted, name,
               shared ? SCMP_A0(SCMP_CMP_NE, 0) : SCMP_A0(SCMP_CMP_MASKED_EQ, kLow32Bits, kInit));
  }
}

}  // namespace

kj::Array<sock_filter> compileArgumentRules(SeccompScope scope, uint32_t foreignAction) {
  SeccompFilterBuilder filter(SCMP_ACT_ALLOW, foreignAction);
  refuseNamespaceFlags(filter);
  refuseForeignKin(filter);
  restrictSockets(filter, scope);
  refuseMappedQueues(filter);
  refuseIoctls(filter);
  refuseFcntls(filter);
  ignoreAdvice(filter);
  refuseDeviceNodes(filter);
  restrictToSelf(filter, scope);
  filter.add(kNotPermitted, "personality", SCMP_A0(SCMP_CMP_NE, kPersonalityQuery));
  filter.add(kNotPermitted, "seccomp",
             SCMP_A1(SCMP_CMP_MASKED_EQ, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                     SECCOMP_FILTER_FLAG_NEW_LISTENER));
  const auto lists = compileArgumentLists();
  const auto rules = filter.build();
  auto program = kj::heapArray<sock_filter>(lists.size() + rules.size());
  std::copy(rules.begin(), rules.end(), std::copy(lists.begin(), lists.end(), program.begin()));
  return program;
}

}  // namespace brood::zygote
