#include "zygote/layers/seccomp_policy.h"

#include <errno.h>
#include <kj/debug.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>

#include "rpc/owned_fd.h"
#include "zygote/layers/layer.h"
#include "zygote/layers/seccomp_tables.h"

namespace brood {
namespace {

constexpr uint64_t kLow32Bits = 0xffffffff;
constexpr uint64_t kPersonalityQuery = 0xffffffff;

// One filter under construction.
class FilterBuilder {
 public:
  explicit FilterBuilder(uint32_t defaultAction) : context_(seccomp_init(defaultAction)) {
    KJ_REQUIRE(context_ != nullptr, "seccomp_init failed");
    check(seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    // A binary tree over the numbers instead of one long chain of comparisons.
    check(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));
  }

  template <typename... Comparisons>
  void add(uint32_t action, const char* syscallName, Comparisons... comparisons) {
    int number = seccomp_syscall_resolve_name(syscallName);
    KJ_REQUIRE(number != __NR_SCMP_ERROR, "libseccomp does not know this call", syscallName);
    check(seccomp_rule_add(context_.get(), action, number, sizeof...(comparisons), comparisons...),
          syscallName);
  }

  kj::Array<sock_filter> build() {
    int memoryFd;
    KJ_SYSCALL(memoryFd = ::memfd_create("brood-seccomp", MFD_CLOEXEC));
    OwnedFd memory(memoryFd);
    check(seccomp_export_bpf(context_.get(), memory.get()));
    struct stat info;
    KJ_SYSCALL(::fstat(memory.get(), &info));
    auto program = kj::heapArray<sock_filter>(info.st_size / sizeof(sock_filter));
    ssize_t count;
    KJ_SYSCALL(count = ::pread(memory.get(), program.begin(), info.st_size, 0));
    KJ_REQUIRE(count == info.st_size, "short read of an exported filter");
    return program;
  }

 private:
  struct Release {
    void operator()(scmp_filter_ctx context) const { seccomp_release(context); }
  };

  static void check(int result, const char* subject = "filter") {
    if (result < 0) KJ_FAIL_SYSCALL("libseccomp", -result, subject);
  }

  std::unique_ptr<void, Release> context_;
};

void refuseNamespaceFlags(FilterBuilder& filter) {
  // CLONE_NEWTIME is not among them: clone takes its bit as part of the exit signal.
  for (uint64_t flag : {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER,
                        CLONE_NEWPID, CLONE_NEWNET}) {
    filter.add(SCMP_ACT_ERRNO(EPERM), "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
  }
}

// Unix, IPv4, IPv6 and routing netlink (which interface lists need); the rarely used families are
// where the kernel's holes are.
void refuseSocketFamilies(FilterBuilder& filter) {
  constexpr uint32_t kRefuse = SCMP_ACT_ERRNO(EAFNOSUPPORT);
  for (uint64_t family = 0; family < AF_NETLINK; ++family) {
    if (family == AF_UNIX || family == AF_INET || family == AF_INET6) continue;
    filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_EQ, family));
  }
  filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_EQ, AF_NETLINK),
             SCMP_A2(SCMP_CMP_NE, NETLINK_ROUTE));
  filter.add(kRefuse, "socket", SCMP_A0(SCMP_CMP_GT, AF_NETLINK));
  filter.add(kRefuse, "socketpair", SCMP_A0(SCMP_CMP_NE, AF_UNIX));
}

void refuseTerminalInjection(FilterBuilder& filter) {
  // The kernel looks at 32 bits only, so a comparison of 64 could be dodged with a high bit.
  for (uint64_t command : {TIOCSTI, TIOCLINUX}) {
    filter.add(SCMP_ACT_ERRNO(EPERM), "ioctl", SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32Bits, command));
  }
}

kj::Array<sock_filter> compileArgumentRules() {
  FilterBuilder filter(SCMP_ACT_ALLOW);
  refuseNamespaceFlags(filter);
  refuseSocketFamilies(filter);
  refuseTerminalInjection(filter);
  filter.add(SCMP_ACT_ERRNO(EPERM), "personality", SCMP_A0(SCMP_CMP_NE, kPersonalityQuery));
  filter.add(SCMP_ACT_ERRNO(EPERM), "seccomp",
             SCMP_A1(SCMP_CMP_MASKED_EQ, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                     SECCOMP_FILTER_FLAG_NEW_LISTENER));
  return filter.build();
}

kj::Array<sock_filter> compileAllowList() {
  FilterBuilder filter(SCMP_ACT_ERRNO(ENOSYS));
  for (auto theme : allowedSyscalls()) {
    for (const char* name : theme) filter.add(SCMP_ACT_ALLOW, name);
  }
  for (const char* name : privilegedSyscalls()) filter.add(SCMP_ACT_ERRNO(EPERM), name);
  return filter.build();
}

int install(kj::ArrayPtr<const sock_filter> filter) {
  sock_fprog program = {static_cast<unsigned short>(filter.size()),
                        const_cast<sock_filter*>(filter.begin())};
  return errnoOf(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

}  // namespace

SeccompPolicy SeccompPolicy::compile() {
  SeccompPolicy policy;
  policy.argumentRules_ = compileArgumentRules();
  policy.allowList_ = compileAllowList();
  return policy;
}

int SeccompPolicy::installOnThisThread() const {
  if (int error = install(argumentRules_)) return error;
  return install(allowList_);
}

}  // namespace brood
