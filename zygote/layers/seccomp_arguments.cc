#include "zygote/layers/seccomp_arguments.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace brood {
namespace {

constexpr uint32_t kNotPermitted = SCMP_ACT_ERRNO(EPERM);
constexpr uint64_t kLow32Bits = 0xffffffff;
constexpr uint64_t kInit = 1;
constexpr uint64_t kPersonalityQuery = 0xffffffff;
constexpr uint64_t kHighestProtocol = IPPROTO_ICMPV6;

// Newer than Debian 12's headers.
constexpr uint64_t kPrctlSchedCore = 62;

void refuseNamespaceFlags(SeccompFilterBuilder& filter) {
  // CLONE_NEWTIME is not among them: clone takes its bit as part of the exit signal.
  for (uint64_t flag : {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER,
                        CLONE_NEWPID, CLONE_NEWNET}) {
    filter.add(kNotPermitted, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
  }
}

// Unix, IPv4, IPv6 and routing netlink (which interface lists need); the rarely used families are
// where the kernel's holes are.
void refuseSocketFamilies(SeccompFilterBuilder& filter) {
  constexpr uint32_t kRefuse = SCMP_ACT_ERRNO(EAFNOSUPPORT);
  for (uint64_t family = 0; family < AF_NETLINK; ++family) {
    if (family == AF_UNIX || family == AF_INET || family == AF_INET6) continue;
    filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_EQ, family));
  }
  filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_EQ, AF_NETLINK),
             SCMP_A2(SCMP_CMP_NE, NETLINK_ROUTE));
  filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_GT, AF_NETLINK));
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

// Keystrokes into a terminal, and signals sent in the name of whoever opened a file.
void refuseIoctls(SeccompFilterBuilder& filter) {
  for (uint64_t command : {TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP}) {
    filter.add(kNotPermitted, "ioctl", SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32Bits, command));
  }
}

// Pipe buffers are memory that the kernel accounts by user; leases stall whoever opens the file.
void refuseFcntls(SeccompFilterBuilder& filter) {
  for (uint64_t command : {F_SETPIPE_SZ, F_SETLEASE, F_NOTIFY, F_SETOWN, F_SETOWN_EX, F_SETSIG}) {
    filter.add(kNotPermitted, "fcntl", SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32Bits, command));
  }
}

void refusePrctls(SeccompFilterBuilder& filter) {
  for (uint64_t option : {uint64_t{PR_SET_MM}, uint64_t{PR_SET_PTRACER}, uint64_t{PR_MCE_KILL},
                          uint64_t{PR_SET_IO_FLUSHER}, kPrctlSchedCore}) {
    filter.add(kNotPermitted, "prctl", SCMP_A0(SCMP_CMP_MASKED_EQ, kLow32Bits, option));
  }
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
  restrictSockets(filter, scope);
  refuseIoctls(filter);
  refuseFcntls(filter);
  refusePrctls(filter);
  refuseDeviceNodes(filter);
  restrictToSelf(filter, scope);
  filter.add(kNotPermitted, "personality", SCMP_A0(SCMP_CMP_NE, kPersonalityQuery));
  filter.add(kNotPermitted, "seccomp",
             SCMP_A1(SCMP_CMP_MASKED_EQ, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                     SECCOMP_FILTER_FLAG_NEW_LISTENER));
  return filter.build();
}

}  // namespace brood
