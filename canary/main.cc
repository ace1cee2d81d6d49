// brood-canary: the guest with which the supervisor tries its own sandboxes.
//
//   brood-canary acts [key=value...]   one line per act: name, "reached" or "stopped", detail
//   brood-canary overrun LIMIT         goes over a limit until it is ended
//   brood-canary egress HOST:PORT...   one line per target: whether the proxy leads there
//
// It runs unconfined as well, which is how its acts are seen to succeed without a sandbox.

#include <cstdio>
#include <cstring>

#include "canary/attempts.h"

namespace {

using namespace brood::canary;

int tryAll(const Host& host) {
  for (auto* attempts :
       {&kNamespaceAttempts, &kFileAttempts, &kPrivilegeAttempts, &kKernelAttempts}) {
    for (auto& each : *attempts) {
      const Finding finding = each.attempt(host);
      std::printf("%s\t%s\t%s\n", each.name, finding.reached ? "reached" : "stopped",
                  finding.detail.c_str());
    }
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc >= 2 && std::strcmp(argv[1], "acts") == 0) return tryAll(Host(argv + 2, argv + argc));
  if (argc == 3 && std::strcmp(argv[1], "overrun") == 0) return overrun(argv[2]);
  if (argc >= 2 && std::strcmp(argv[1], "egress") == 0) return tryEgress(argv + 2, argv + argc);
  std::fputs("usage: brood-canary acts [key=value...] | overrun LIMIT | egress HOST:PORT...\n",
             stderr);
  return 2;
}
