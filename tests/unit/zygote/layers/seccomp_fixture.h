#pragma once
// A job's filters, all three, in a forked child that makes one call.

#include <errno.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/zygote/forked_child.h"
#include "zygote/layers/seccomp_policy.h"

namespace brood::zygote {

class SeccompTest : public ::testing::Test {
 protected:
  // As a worker ends up with it: two filters inherited from its zygote, and its own.
  static int install(const SeccompPolicy& policy) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    if (int error = policy.installArgumentRules()) return error;
    if (int error = policy.installNumbers()) return error;
    return policy.installTightening();
  }

  // The errno of one call under the filters (0: it succeeded), or 256 + the signal that it cost.
  int errnoOfCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
    return errnoUnder(&policy_, number, a, b, c, d, e);
  }
  int errnoInSharedScope(long number, long a = 0, long b = 0, long c = 0, long d = 0) {
    return errnoUnder(&sharedPolicy_, number, a, b, c, d);
  }
  // The control: the same call without a filter.
  int errnoUnfiltered(long number, long a = 0, long b = 0, long c = 0, long d = 0) {
    return errnoUnder(nullptr, number, a, b, c, d);
  }

  int errnoUnder(const SeccompPolicy* policy, long number, long a = 0, long b = 0, long c = 0,
                 long d = 0, long e = 0) {
    return inForkedChild([=] {
      if (policy != nullptr && install(*policy) != 0) return 251;
      return ::syscall(number, a, b, c, d, e) < 0 ? errno : 0;
    });
  }

  const SeccompPolicy policy_ = SeccompPolicy::compile();
  const SeccompPolicy sharedPolicy_ = SeccompPolicy::compile(SeccompScope::sharedNamespaces);
};

}  // namespace brood::zygote
