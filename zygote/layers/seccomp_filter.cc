#include "zygote/layers/seccomp_filter.h"

#include <kj/debug.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "zygote/layers/layer.h"

namespace brood::zygote {
namespace {

void check(int result, const char* subject = "filter") {
  if (result < 0) KJ_FAIL_SYSCALL("libseccomp", -result, subject);
}

int install(kj::ArrayPtr<const sock_filter> filter, unsigned flags) {
  sock_fprog program = {static_cast<unsigned short>(filter.size()),
                        const_cast<sock_filter*>(filter.begin())};
  return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

}  // namespace

SeccompFilterBuilder::SeccompFilterBuilder(uint32_t defaultAction, uint32_t foreignAction)
    : context_(seccomp_init(defaultAction)) {
  KJ_REQUIRE(context_ != nullptr, "seccomp_init failed");
  check(seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, foreignAction));
  // A binary tree over the numbers instead of one long chain of comparisons.
  check(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));
}

void SeccompFilterBuilder::addRule(uint32_t action, const char* syscallName,
                                   kj::ArrayPtr<const scmp_arg_cmp> comparisons) {
  const int number = seccomp_syscall_resolve_name(syscallName);
  KJ_REQUIRE(number != __NR_SCMP_ERROR, "libseccomp does not know this call", syscallName);
  check(seccomp_rule_add_array(context_.get(), action, number,
                               static_cast<unsigned>(comparisons.size()), comparisons.begin()),
        syscallName);
}

kj::Array<sock_filter> SeccompFilterBuilder::build() const {
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

int installSeccompFilter(kj::ArrayPtr<const sock_filter> filter) {
  return errnoOf(install(filter, 0));
}

int installSeccompFilter(kj::ArrayPtr<const sock_filter> filter, OwnedFd& listener) {
  const int fd = install(filter, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  if (fd < 0) return errno;
  listener = OwnedFd(fd);
  return 0;
}

}  // namespace brood::zygote
