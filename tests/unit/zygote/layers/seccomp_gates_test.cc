// Lists of arguments as instructions: what is in a list goes on, all else is answered.

#include "zygote/layers/seccomp_gates.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

#include "tests/unit/zygote/forked_child.h"
#include "zygote/layers/seccomp_filter.h"

namespace brood::zygote {
namespace {

constexpr uint32_t kRefused = SCMP_ACT_ERRNO(3999);
constexpr int kRefusal = 3999;
constexpr NamedValue kTwo[] = {{"three", 3}, {"seven", 7}};

// The errno of prctl(option, second) behind these gates; 0: it succeeded.
int errnoBehind(kj::ArrayPtr<const SeccompGate> gates, long option, long second = 0) {
  // The child's exit code has 8 bits: 200 is the refusal.
  return inForkedChild([&] {
    const GatedSyscall gated[] = {{SYS_prctl, gates}};
    auto lists = compileGates(gated);
    std::vector<sock_filter> program(lists.begin(), lists.end());
    program.push_back(sock_filter BPF_STMT(BPF_RET | BPF_K, SCMP_ACT_ALLOW));
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 250;
    if (installSeccompFilter(kj::arrayPtr(program.data(), program.size())) != 0) return 251;
    if (::getppid() < 0) return 252;
    const long result = ::syscall(SYS_prctl, option, second, 0, 0, 0);
    if (result >= 0) return 0;
    return errno == kRefusal ? 200 : errno;
  });
}

TEST(SeccompGatesTest, ListedValuesGoOn) {
  const SeccompGate gate{.argument = 0, .values = kTwo, .outside = kRefused};
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), PR_GET_DUMPABLE), 0);
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), PR_GET_KEEPCAPS), 0);
  for (long option : {0l, 2l, 4l, 8l, -1l, 1l << 31}) {
    EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), option), 200) << option;
  }
}

// As the kernel takes it, whatever is in the upper half.
TEST(SeccompGatesTest, TheUpperHalfIsNobodysWayInOrOut) {
  const SeccompGate gate{.argument = 0, .values = kTwo, .outside = kRefused};
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), 1l << 32 | PR_GET_DUMPABLE), 0);
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), 3l << 32 | PR_GET_NAME), 200);
}

TEST(SeccompGatesTest, ListedValuesAreAnswered) {
  const SeccompGate gate{.argument = 0, .values = kTwo, .inside = kRefused};
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), PR_GET_DUMPABLE), 200);
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), PR_GET_KEEPCAPS), 200);
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), PR_GET_NO_NEW_PRIVS), 0);
}

TEST(SeccompGatesTest, KindsAreComparedByTheirBits) {
  constexpr NamedValue kKind[] = {{"below 16, uneven", 1}};
  const SeccompGate gate{
      .argument = 0, .values = kTwo, .kinds = kKind, .kindMask = 0xfffffff1, .outside = kRefused};
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), PR_GET_DUMPABLE), 0) << "by its value";
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), 13), 0) << "PR_GET_TIMING, by its kind";
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), PR_GET_CHILD_SUBREAPER), 200) << "37: above 16";
  EXPECT_EQ(errnoBehind(kj::arrayPtr(&gate, 1), PR_GET_PDEATHSIG), 200) << "even";
}

TEST(SeccompGatesTest, AConditionIsAnotherArguments) {
  constexpr NamedValue kOne[] = {{"one", 1}};
  const SeccompGate gates[] = {{.argument = 1,
                                .values = kOne,
                                .outside = kRefused,
                                .whenArgument = 0,
                                .whenValue = PR_SET_KEEPCAPS},
                               {.argument = 0, .values = kTwo, .inside = kRefused}};
  EXPECT_EQ(errnoBehind(gates, PR_SET_KEEPCAPS, 1), 0);
  EXPECT_EQ(errnoBehind(gates, PR_SET_KEEPCAPS, 0), 200);
  EXPECT_EQ(errnoBehind(gates, PR_SET_CHILD_SUBREAPER, 0), 0) << "no condition of this option";
  EXPECT_EQ(errnoBehind(gates, PR_GET_DUMPABLE), 200) << "and the next gate has its turn";
}

TEST(SeccompGatesTest, AListTooLongForAJumpIsRefusedWhenItIsMade) {
  const std::vector<NamedValue> many(300, NamedValue{"one of many", 1});
  const SeccompGate gate{
      .argument = 0, .values = kj::arrayPtr(many.data(), many.size()), .outside = kRefused};
  const GatedSyscall gated[] = {{SYS_prctl, kj::arrayPtr(&gate, 1)}};
  EXPECT_ANY_THROW(compileGates(gated));
}

}  // namespace
}  // namespace brood::zygote
