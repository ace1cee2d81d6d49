#include "supervisor/zygotes/denied_calls.h"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <sys/syscall.h>

namespace brood::supervisor {
namespace {

#ifdef __x86_64__

TEST(DeniedCalls, AreNamedByNumberAndAbi) {
  EXPECT_EQ(deniedCallName(SYS_kexec_load, AUDIT_ARCH_X86_64), "kexec_load");
  EXPECT_EQ(deniedCallName(20, AUDIT_ARCH_I386), "getpid of another ABI");
  EXPECT_EQ(deniedCallName(0x40000000 | SYS_write, AUDIT_ARCH_X86_64), "write of another ABI");
}

TEST(DeniedCalls, WithoutANameKeepTheirNumber) {
  EXPECT_EQ(deniedCallName(5000, AUDIT_ARCH_X86_64), "number 5000");
  EXPECT_EQ(deniedCallName(5000, AUDIT_ARCH_I386), "number 5000 of another ABI");
}

#endif

}  // namespace
}  // namespace brood::supervisor
